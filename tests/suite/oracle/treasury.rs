//! Cash and debt of entities (8.1).

use super::curve::Curve;
use super::input::{Reader, Scenario};
use super::{CENT, DT};

/// The table `treasury` of an entity.
pub(crate) struct Terms {
    cash: f64,
    /// Dollars a year.
    cash_flow: f64,
    capex: Option<Curve>,
    /// In months.
    capex_cut: f64,
    min_cash: f64,
    rate: f64,
    debt_ceiling: f64,
    saleable: f64,
    discount: f64,
}

impl Terms {
    /// Reads the table of the entity, if it has one.
    pub(crate) fn read(entity: &Reader<'_>) -> Option<Self> {
        let reader = entity.at(entity.get("treasury")?);
        let cash = reader.maybe("cash").expect("cash of a treasury");
        Some(Terms {
            cash,
            cash_flow: reader.or("cash_flow", 0.0),
            capex: reader.curve("capex"),
            capex_cut: reader.or("capex_cut", 6.0),
            min_cash: reader.or("min_cash", cash),
            rate: reader.or("rate", 0.0),
            debt_ceiling: reader.or("debt_ceiling", 0.66),
            saleable: reader.or("saleable", 0.0),
            discount: reader.or("discount", 0.2),
        })
    }
}

/// A debt of an entity that falls due.
pub(crate) struct Debt {
    pub(crate) borrower: String,
    /// Another entity, if it is one.
    pub(crate) lender: Option<String>,
    pub(crate) amount: f64,
    pub(crate) maturity: i64,
    rate: f64,
}

impl Debt {
    /// Reads one.
    pub(crate) fn read(reader: &Reader<'_>) -> Self {
        Debt {
            borrower: reader.name("borrower"),
            lender: reader.get("lender").map(|_| reader.name("lender")),
            amount: reader.maybe("amount").expect("an amount"),
            maturity: reader.date("maturity").expect("a maturity"),
            rate: reader.or("rate", 0.0),
        }
    }
}

/// What an entity has, owes and has sold.
pub(crate) struct Treasury {
    pub(crate) cash: f64,
    pub(crate) debt: f64,
    opening_debt: f64,
    /// What was borrowed since the start.
    pub(crate) borrowed: f64,
    /// `k`: what is left of planned capital expenditure.
    spending: f64,
    /// The part of core assets that has been sold.
    pub(crate) sold: f64,
    /// What they brought, carried forward.
    pub(crate) proceeds: f64,
    /// What was done in the last month.
    pub(crate) last: Deeds,
}

/// What a treasury did in a month, dollars.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deeds {
    pub(crate) due: f64,
    pub(crate) capex: f64,
    pub(crate) borrowed: f64,
    /// Core assets, at what they were worth before.
    pub(crate) sold: f64,
    /// It would have borrowed more, had there been more room, or more to roll.
    pub(crate) refused: bool,
}

/// What a treasury finds at the end of a month.
pub(crate) struct Position {
    pub(crate) t: i64,
    /// Cash with the labs.
    pub(crate) exposures: f64,
    /// Core assets, had none been sold.
    pub(crate) all_assets: f64,
    /// Their trend, a year.
    pub(crate) growth: f64,
    /// What worth there is beside core assets and what sales of them brought.
    pub(crate) beside: f64,
    pub(crate) credit_open: bool,
}

impl Treasury {
    /// At the start.
    pub(crate) fn opening(terms: &Terms, debt: f64) -> Self {
        Treasury {
            cash: terms.cash,
            debt,
            opening_debt: debt,
            borrowed: 0.0,
            spending: 1.0,
            sold: 0.0,
            proceeds: 0.0,
            last: Deeds::default(),
        }
    }

    /// Core assets that are left of all there would be.
    pub(crate) fn core_assets(&self, all: f64) -> f64 {
        (1.0 - self.sold) * all
    }

    /// Worth: core assets left, what sales of others brought, and what is beside.
    pub(crate) fn worth(&self, at: &Position) -> f64 {
        self.core_assets(at.all_assets) + self.proceeds + at.beside
    }

    /// Debt over debt and equity, of which worth before financing has the debt of the start.
    pub(crate) fn is_beyond(&self, most: f64, worth: f64) -> bool {
        self.debt > most * (worth + self.debt - self.opening_debt)
    }

    /// More than a cent is missing.
    pub(crate) fn is_illiquid(&self) -> bool {
        self.cash < -CENT
    }

    /// The month of the entity `name`.
    pub(crate) fn close(&mut self, scenario: &Scenario, name: &str, terms: &Terms, at: &Position) {
        self.proceeds *= (scenario.discount_rate * DT).exp();
        let worth = self.worth(at);
        let mine = || scenario.debts.iter().filter(|debt| debt.borrower == name);
        let due: f64 = mine().filter(|debt| debt.maturity == at.t).map(|debt| debt.amount).sum();
        let coupons: f64 = mine().filter(|debt| debt.maturity >= at.t).map(|debt| debt.rate * debt.amount).sum();
        let interest = DT * (coupons + terms.rate * self.borrowed);
        self.spending = if at.credit_open { 1.0 } else { self.spending * (-1.0 / terms.capex_cut).exp() };
        let capex = self.spending * terms.capex.as_ref().map_or(0.0, |curve| curve.at(at.t)) * DT;
        let earned = terms.cash_flow * (at.growth * at.t as f64 * DT).exp() * (1.0 - self.sold) * DT;
        self.cash += earned + at.exposures - capex - interest - due;
        self.debt -= due;

        let (wanted, most) = if at.credit_open {
            (terms.min_cash - self.cash, f64::INFINITY)
        } else {
            let rolled = scenario.market.credit.as_ref().map_or(0.0, |credit| credit.rolled);
            (-self.cash, rolled * due)
        };
        // What is borrowed buys assets: of debt and equity together, debt may be so much.
        let most_debt = terms.debt_ceiling / (1.0 - terms.debt_ceiling) * (worth - self.opening_debt).max(0.0);
        let room = (most_debt - self.debt).max(0.0);
        let borrowed = wanted.max(0.0).min(most).min(room);
        self.cash += borrowed;
        self.debt += borrowed;
        self.borrowed += borrowed;
        let sold = self.sell(terms, at.all_assets);
        self.last = Deeds { due, capex, borrowed, sold, refused: wanted > borrowed };
    }

    /// Core assets for what cash is below zero, as far as they can be sold; returns what they were worth.
    fn sell(&mut self, terms: &Terms, all_assets: f64) -> f64 {
        if self.cash >= 0.0 {
            return 0.0;
        }
        let left = ((terms.saleable - self.sold) * all_assets).max(0.0);
        let sold = (-self.cash / (1.0 - terms.discount)).min(left);
        self.sold += sold / all_assets;
        self.proceeds += (1.0 - terms.discount) * sold;
        self.cash += (1.0 - terms.discount) * sold;
        sold
    }
}
