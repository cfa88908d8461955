//! Verdicts on investments and contracts: one uniform number per path, compared with a probability (docs/model.md, section
//! 5.1).

use crate::random::math::{exp, ln};

/// The odds of a verdict.
#[derive(Clone, Copy, Debug)]
pub struct Odds {
    /// Probability at the start's overvaluation, in an open market.
    pub probability: f64,
    /// Log-odds per unit of `y - y(0)`.
    pub close_beta: f64,
    /// Log-odds lost in a frozen market.
    pub close_freeze: f64,
}

impl Odds {
    /// 5.1: the probability at `y`, which is `y - y(0)`, and `frozen`, 1 or 0, from the log-odds; 0 and 1 stay as they are.
    #[inline(always)]
    pub fn at(&self, y: f64, frozen: f64) -> f64 {
        let p = self.probability;
        if p <= 0.0 || p >= 1.0 {
            return p;
        }
        let log_odds = ln(p / (1.0 - p)) + self.close_beta * y - self.close_freeze * frozen;
        1.0 / (1.0 + exp(-log_odds))
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    fn odds(probability: f64) -> Odds {
        Odds { probability, close_beta: 1.0, close_freeze: 2.0 }
    }

    #[test]
    fn a_verdict_follows_its_log_odds() {
        // Even odds become 3 to 1 at y - y(0) = ln 3, which a freeze of 2 ln 3 would turn into 1 to 3.
        let ln_3 = 1.098_612_3;
        let promise = Odds { close_freeze: 2.0 * ln_3, ..odds(0.5) };
        assert_close(promise.at(0.0, 0.0), 0.5);
        assert_close(promise.at(ln_3, 0.0), 0.75);
        assert_close(promise.at(ln_3, 1.0), 0.25);
    }

    #[test]
    fn what_is_certain_or_impossible_stays_so() {
        assert_close(odds(1.0).at(-9.0, 1.0), 1.0);
        assert_close(odds(0.0).at(9.0, 0.0), 0.0);
    }
}
