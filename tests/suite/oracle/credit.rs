//! The market for loans (6): a regime of its own where `market.credit` gives one.

use super::input::Reader;
use super::{Chance, monthly};

/// The table `market.credit`.
pub(crate) struct Terms {
    joint: f64,
    hazard: f64,
    /// In months.
    freeze_mean: f64,
    /// The part of what falls due that is lent again in a freeze.
    pub(crate) rolled: f64,
}

impl Terms {
    /// Reads the table, if there is one; it has the market's `freeze_mean` unless it says otherwise.
    pub(crate) fn read(reader: &Reader<'_>, freeze_mean: f64) -> Option<Self> {
        reader.get("market.credit").map(|_| Terms {
            joint: reader.or("market.credit.joint", 1.0),
            hazard: reader.chance("market.credit.hazard"),
            freeze_mean: reader.or("market.credit.freeze_mean", freeze_mean),
            rolled: reader.or("market.credit.rolled", 0.0),
        })
    }
}

/// The regime of credit.
pub(crate) struct Credit {
    pub(crate) open: bool,
    /// Frozen months so far in this freeze.
    frozen_months: i64,
}

impl Credit {
    /// Open at the start.
    pub(crate) fn opening() -> Self {
        Credit { open: true, frozen_months: 0 }
    }

    /// The end of month `t`, in which the market froze or did not and an event freezes credit or does not.
    pub(crate) fn step(&mut self, terms: &Terms, chance: Chance<'_>, t: i64, market_froze: bool, event: bool) {
        let was_open = self.open;
        if !was_open {
            self.frozen_months += 1;
            let plan = self.frozen_months as f64 >= terms.freeze_mean.round();
            self.open = chance.happens("reopen", t, monthly(12.0 / terms.freeze_mean), plan);
        }
        let jointly = market_froze && chance.happens("credit", t, terms.joint, terms.joint >= 0.5);
        let by_itself = was_open && chance.happens("credit-freeze", t, monthly(terms.hazard), false);
        if jointly || by_itself || event {
            if was_open {
                self.frozen_months = 0;
            }
            self.open = false;
        }
    }
}
