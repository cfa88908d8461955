//! The scenario language: what is accepted, and the message of each thing that is refused (docs/model.md, section 13).

use std::path::Path;

use ouroborisk::language::Problems;
use ouroborisk::scenario::{Scenario, keys, load};

/// The smallest scenario that uses most of the language; each test breaks one thing of it.
const RING: &str = r#"[scenario]
name = "Ring"
start = "2026-01"
horizon = "5y"

[family.gpu]
price_decline = "20%"

[lab.acme]
cash = "10B USD"
stakes = { nimbus = "20%" }
revenue.target = { 2025 = "4B USD", 2026 = "8B USD", 2030 = "40B USD" }
resolution = { sponsor = "nimbus", rescue = 0.3 }

[entity.nimbus]
assets = "500B USD"
asset_volatility = 0.3
debt = "100B USD"

[[contract]]
id = "cloud"
lab = "acme"
provider = "nimbus"
schedule = { 2026 = "2B USD", 2027 = "3B USD" }
start = "2026-01"
term = "2y"
take_or_pay = 0.75

[[investment]]
id = "series-b"
investor = "nimbus"
lab = "acme"
amount = "5B USD"
date = "2026-06"

[sources.filing]
title = "A filing"
"#;

fn parse(text: &str) -> Result<Scenario, Problems> {
    Scenario::parse("ring.toml", text, &[])
}

/// The ring with the first of each pair replaced by the second.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(RING.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the ring has no {from:?}");
        text.replacen(from, to, 1)
    })
}

mod accepted;
mod refused;
mod remedies;
mod robust;
mod slips;
mod variants;
