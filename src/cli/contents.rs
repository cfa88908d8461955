//! A summary of a scenario.

use serde::Serialize;

use crate::face::{Meter, ProvenanceShares, Scenario, counted, percent, thousands};

/// What a scenario holds.
#[derive(Debug, Serialize)]
pub(crate) struct Contents {
    name: String,
    digest: String,
    as_of: Option<String>,
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
    numbers: Meter,
    cannot_answer: Vec<&'static str>,
}

impl Contents {
    /// Counts them.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let timeline = scenario.timeline();
        Self {
            name: scenario.about.name.clone(),
            digest: scenario.digest_text(),
            as_of: scenario.about.as_of.clone(),
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
            numbers: Meter::of(scenario),
            cannot_answer: scenario.cannot_answer(),
        }
    }

    /// Some lines for a person.
    pub(super) fn lines(&self) -> Vec<String> {
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
        let known = self.as_of.as_ref().map(|date| format!("; as of {date}")).unwrap_or_default();
        let mut lines = vec![
            format!("{}; {first_month} to {last_month}, {months} months{known}", held.join(", ")),
            format!("{uncertain}, seed {}", self.seed),
            told(self.numbers),
            format!("digest {}", self.digest),
        ];
        lines.extend(self.cannot_answer.iter().map(|what| format!("cannot answer {what}")));
        lines
    }

    /// Its title.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The shares of the written numbers by kind of source, in a line.
pub(super) fn told(meter: Meter) -> String {
    let written = counted(meter.written, "written number");
    if meter.unsourced == meter.written {
        return format!("{written}, all unsourced");
    }
    let ProvenanceShares { sourced, prior, assumed, unsourced } = meter.shares();
    let parts = [(sourced, "with a source"), (prior, "a prior"), (assumed, "assumed"), (unsourced, "unsourced")];
    let parts = parts.iter().filter(|(share, _)| *share > 0.0);
    let parts: Vec<String> = parts.map(|(share, words)| format!("{} {words}", percent(*share))).collect();
    format!("{written}: {}", parts.join(", "))
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
    fn the_contents_are_told_in_four_lines() {
        let scenario = Scenario::parse("small.toml", SMALL, &["run.seed=7".to_owned()]).unwrap();
        let lines = Contents::of(&scenario).lines();
        assert_eq!(lines[0], "1 lab; 2026-01 to 2027-12, 24 months");
        assert_eq!(lines[1], "nothing is uncertain; 10,000 paths, seed 7");
        assert!(lines[2].starts_with("3 written numbers: 33 % with a source, 33 % assumed"), "{}", lines[2]);
    }
}
