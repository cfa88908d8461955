//! What a scenario holds, counted.

use serde::Serialize;

use super::text::counted;
use crate::human::{percent, thousands};
use crate::report::summary::digest;
use crate::scenario::{Basis, Effective, Origin, Scenario};

/// What a scenario holds.
#[derive(Debug, Serialize)]
pub(crate) struct Contents {
    name: String,
    digest: String,
    first_month: String,
    last_month: String,
    months: usize,
    labs: Vec<String>,
    contracts: usize,
    investments: usize,
    facilities: usize,
    entities: usize,
    uncertain: usize,
    draws: u64,
    paths: u64,
    seed: u64,
    numbers: Numbers,
}

/// How many of the written numbers say what they rest on.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Numbers {
    written: usize,
    sourced: usize,
    prior: usize,
    assumed: usize,
    unsaid: usize,
}

impl Contents {
    /// Counts them.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let timeline = scenario.timeline();
        Self {
            name: scenario.about.name.clone(),
            digest: digest(scenario),
            first_month: timeline.start.to_string(),
            last_month: timeline.last().to_string(),
            months: timeline.months,
            labs: scenario.labs.iter().map(|lab| lab.name.clone()).collect(),
            contracts: scenario.contracts.len(),
            investments: scenario.investments.len(),
            facilities: scenario.facilities.len(),
            entities: scenario.entities.len(),
            uncertain: scenario.uncertain.len(),
            draws: scenario.run.draws,
            paths: scenario.run.paths,
            seed: scenario.run.seed,
            numbers: Numbers::of(scenario),
        }
    }

    /// Four lines for a person.
    pub(crate) fn lines(&self) -> [String; 4] {
        let counts = [
            counted(self.labs.len(), "lab"),
            counted(self.contracts, "contract"),
            counted(self.investments, "investment"),
            counted(self.facilities, "facility"),
            counted(self.entities, "entity"),
        ];
        let held = counts.iter().filter(|count| !count.starts_with("0 "));
        let held: Vec<&str> = held.map(String::as_str).collect();
        let Self { first_month, last_month, months, .. } = self;
        let paths = counted(self.paths as usize, "path");
        let uncertain = if self.uncertain == 0 {
            format!("nothing is uncertain; {paths}")
        } else {
            let numbers = counted(self.uncertain, "uncertain number");
            format!("{numbers}; {paths} among {} draws", thousands(self.draws as f64))
        };
        [
            format!("{}; {first_month} to {last_month}, {months} months", held.join(", ")),
            format!("{uncertain}, seed {}", self.seed),
            self.numbers.line(),
            format!("digest {}", self.digest),
        ]
    }

    /// Its title.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Numbers {
    /// Counts the written numbers of a scenario.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let drawn = |row: &Effective| scenario.uncertain.iter().any(|number| number.key == row.key);
        let is_number = |row: &Effective| {
            let plain = row.value.parse::<f64>().is_ok() && !row.key.starts_with("run.");
            !row.unit.is_empty() || plain || drawn(row) || row.provenance.basis != Basis::Unsaid
        };
        let written = scenario.effective().iter().filter(|row| row.origin == Origin::Written);
        written.filter(|row| is_number(row)).fold(Self::default(), |sum, row| sum.and(&row.provenance.basis))
    }

    fn and(mut self, basis: &Basis) -> Self {
        self.written += 1;
        match basis {
            Basis::Source(_) => self.sourced += 1,
            Basis::Prior(_) => self.prior += 1,
            Basis::Assumed(_) => self.assumed += 1,
            Basis::Unsaid => self.unsaid += 1,
        }
        self
    }

    /// Sourced, prior and assumed; what says nothing is not counted.
    pub(crate) fn counts(self) -> (usize, usize, usize) {
        (self.sourced, self.prior, self.assumed)
    }

    fn line(self) -> String {
        if self.unsaid == self.written {
            return format!("{}, and none says where it comes from", counted(self.written, "written number"));
        }
        let parts = [
            (self.sourced, "with a source"),
            (self.prior, "a prior"),
            (self.assumed, "assumed"),
            (self.unsaid, "without a word of where they come from"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let share = |count: usize| percent(count as f64 / self.written as f64);
        let parts: Vec<String> = parts.map(|(count, words)| format!("{} {words}", share(*count))).collect();
        format!("{}: {}", counted(self.written, "written number"), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [scenario]
        name = "Small"
        start = "2026-01"
        horizon = "2y"
        [lab.acme]
        cash = { value = "10B USD", source = "report" }
        tax_rate = { value = 0.2, assumed = "as elsewhere" }
        revenue.target = { 2026 = "8B USD" }
        [sources.report]
        title = "Report"
    "#;

    #[test]
    fn written_numbers_are_counted_by_what_they_rest_on() {
        let scenario = Scenario::parse("small.toml", SMALL, &[]).unwrap();
        let numbers = Numbers::of(&scenario);
        let expected = Numbers { written: 3, sourced: 1, prior: 0, assumed: 1, unsaid: 1 };
        assert_eq!(numbers, expected);
        assert_eq!(numbers.counts(), (1, 0, 1));
    }

    #[test]
    fn the_contents_are_told_in_four_lines() {
        let scenario = Scenario::parse("small.toml", SMALL, &["run.seed=7".to_owned()]).unwrap();
        let lines = Contents::of(&scenario).lines();
        assert_eq!(lines[0], "1 lab; 2026-01 to 2027-12, 24 months");
        assert_eq!(lines[1], "nothing is uncertain; 10,000 paths, seed 7");
        assert!(lines[2].starts_with("3 written numbers: 33 % with a source, 33 % assumed"), "{}", lines[2]);
    }
}
