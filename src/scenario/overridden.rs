//! What overrides changed, beside what the file says.

use super::difference::{Change, Difference, differences};
use super::load::load;
use super::world::Scenario;
use crate::language::Origin;
use std::path::Path;

impl Scenario {
    /// What its overrides changed, each as "lab.acme.cash = 20 B USD instead of 10 B USD". The sizes of a run are left out:
    /// they are told with every result. Where the file alone is refused, the overrides as they were given.
    pub fn overridden(&self) -> &[String] {
        self.overridden.get_or_init(|| {
            let given: Vec<String> = self.overrides().into_iter().filter(|given| !is_size(given)).collect();
            if given.is_empty() {
                return Vec::new();
            }
            let Some(as_written) = self.as_written() else { return given };
            as_written.changes(self)
        })
    }

    /// The same in one line: the first few, and how many more there are; none where nothing was overridden.
    pub fn overridden_in_short(&self) -> Option<String> {
        in_short(self.overridden())
    }

    /// What another scenario has instead, as [`Scenario::overridden`] tells it; the sizes of the run are left out.
    pub fn changes(&self, other: &Self) -> Vec<String> {
        differences(self, other).iter().filter(|of| is_told(of)).map(Difference::told).collect()
    }

    /// The scenario without its overrides, if it can be read.
    fn as_written(&self) -> Option<Self> {
        if self.from_file {
            load(Path::new(self.file()), &[]).ok()
        } else {
            let text = self.problems.texts.first().map_or("", |text| text.text.as_str());
            Self::parse(self.file(), text, &[]).ok()
        }
    }
}

impl Difference {
    /// What the second has instead of the first: "lab.acme.cash = 20 B USD instead of 10 B USD".
    pub fn told(&self) -> String {
        let key = &self.key;
        match (&self.first, &self.second) {
            (Some(first), Some(second)) => format!("{key} = {} instead of {}", second.value, first.value),
            (None, Some(second)) => format!("{key} = {} instead of nothing", second.value),
            (Some(first), None) => format!("{key} left out instead of {}", first.value),
            (None, None) => key.clone(),
        }
    }
}

/// The first few of what changed, and how many more there are; none where nothing did.
pub fn in_short(changes: &[String]) -> Option<String> {
    const MOST: usize = 3;
    let more = changes.len().saturating_sub(MOST);
    let told = changes.iter().take(MOST).cloned().collect::<Vec<_>>().join("; ");
    match (changes.is_empty(), more) {
        (true, _) => None,
        (_, 0) => Some(told),
        _ => Some(format!("{told}; and {more} more")),
    }
}

fn is_size(given: &str) -> bool {
    ["run.paths", "run.draws", "run.seed"].iter().any(|key| given.trim_start().starts_with(key))
}

/// Values that were set, not derived values or sources.
fn is_told(of: &Difference) -> bool {
    let is_derived = of.second.as_ref().is_some_and(|row| row.origin != Origin::Written);
    of.change != Change::Basis && !is_derived && !is_size(&of.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[lab.acme]\ncash = \"10B USD\"\n\
        revenue.target = { 2026 = 1e9 }\n";

    fn with(overrides: &[&str]) -> Scenario {
        let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
        Scenario::parse("s.toml", SMALL, &overrides).unwrap()
    }

    #[test]
    fn an_override_is_told_with_the_value_of_the_file() {
        let told = with(&["lab.acme.cash=20B USD", "run.paths=7"]);
        assert_eq!(told.overridden(), ["lab.acme.cash = 20 B USD instead of 10 B USD"]);
        let default = with(&["market.burst.hazard=30%"]);
        assert_eq!(default.overridden().len(), 1, "{:?}", default.overridden());
        assert!(default.overridden()[0].starts_with("market.burst.hazard = 30 % a year instead of "));
        assert!(with(&["run.seed=3"]).overridden().is_empty());
    }

    #[test]
    fn the_identity_is_that_of_the_scenario_whatever_the_sizes() {
        let [base, more, other] = [with(&[]), with(&["run.paths=7", "run.seed=3"]), with(&["lab.acme.cash=20B USD"])];
        assert_eq!(base.identity_text(), more.identity_text());
        assert_ne!(base.digest_text(), more.digest_text());
        assert_ne!(base.identity_text(), other.identity_text());
    }
}
