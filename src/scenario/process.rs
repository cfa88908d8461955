//! The correlated processes of a scenario by name, as `[correlation]` refers to them and as their random numbers are
//! addressed (docs/model.md, section 2).

use super::world::Scenario;

/// Overvaluation of the market.
pub(crate) const MARKET: &str = "market";

/// Attainment of a lab's planned revenue.
pub(crate) fn revenue(lab: &str) -> String {
    format!("revenue.{lab}")
}

/// Compute intensity of a lab.
pub(crate) fn intensity(lab: &str) -> String {
    format!("intensity.{lab}")
}

/// Noise of a lab's cash flow.
pub(crate) fn cash(lab: &str) -> String {
    format!("cash.{lab}")
}

/// The demand that all labs share.
pub(crate) const DEMAND: &str = "demand";

/// What a lab wins from the others.
pub(crate) fn share(lab: &str) -> String {
    format!("share.{lab}")
}

/// Price of a family of chips.
pub(crate) fn price(family: &str) -> String {
    format!("price.{family}")
}

/// Core assets of an entity.
pub(crate) fn assets(entity: &str) -> String {
    format!("assets.{entity}")
}

/// The processes that a scenario can correlate.
pub(crate) fn all(scenario: &Scenario) -> Vec<String> {
    let of_labs = scenario.labs.iter().flat_map(|lab| [revenue, intensity, cash].map(|process| process(&lab.name)));
    let prices = scenario.families.iter().map(|family| price(&family.name));
    let with_assets = scenario.entities.iter().filter(|entity| entity.assets.is_some());
    let assets = with_assets.map(|entity| assets(&entity.name));
    let rivals = &scenario.rivals;
    let demand = rivals.demand_volatility.is_written().then(|| DEMAND.to_owned());
    let rivals = scenario.labs.iter().filter(|_| rivals.share_volatility.is_written());
    let shares = rivals.map(|lab| share(&lab.name));
    std::iter::once(MARKET.to_owned()).chain(of_labs).chain(demand).chain(shares).chain(prices).chain(assets).collect()
}
