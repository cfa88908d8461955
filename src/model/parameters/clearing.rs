//! Debts between entities.

use crate::model::clearing::Recovery;
use crate::model::id::EntityId;

/// Debts between entities, which clear where one of them defaults (section 8.1).
#[derive(Clone, Debug)]
pub struct Clearing {
    /// What a default leaves of a borrower's assets.
    pub recovery: Recovery,
    /// The debts, in file order.
    pub debts: Vec<DebtBetween>,
}

/// A debt that one entity owes another.
#[derive(Clone, Copy, Debug)]
pub struct DebtBetween {
    /// Who owes it.
    pub borrower: EntityId,
    /// To whom.
    pub lender: EntityId,
    /// Dollars.
    pub amount: f64,
    /// Month in which it is due.
    pub maturity: i32,
}
