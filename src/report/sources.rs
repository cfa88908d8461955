//! The source, prior or assumption behind each number of a scenario, and the count of each kind.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::format::{Column, Data, Table, TableError};
use super::output::{ProvenanceShares, ScenarioRecord, SourceRecord};
use crate::language::{Basis, Effective};
use crate::scenario::{Scenario, Source};

/// Counts of the written numbers by kind of source.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// All of them.
    pub written: usize,
    /// Those that name a source.
    pub sourced: usize,
    /// Those that are beliefs, with a reason.
    pub prior: usize,
    /// Those that are choices of the scenario, with a reason.
    pub assumed: usize,
    /// Those without any of these.
    pub unsourced: usize,
}

impl Meter {
    /// Counts the written numbers of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        numbers(scenario).fold(Self::default(), |sum, row| sum.and(&row.provenance.basis))
    }

    fn and(mut self, basis: &Basis) -> Self {
        self.written += 1;
        match basis {
            Basis::Source(_) => self.sourced += 1,
            Basis::Prior(_) => self.prior += 1,
            Basis::Assumed(_) => self.assumed += 1,
            Basis::Unsaid => self.unsourced += 1,
        }
        self
    }

    /// The same as shares of all; zeros where there is no number.
    pub fn shares(self) -> ProvenanceShares {
        let share = |count: usize| count as f64 / self.written.max(1) as f64;
        ProvenanceShares {
            sourced: share(self.sourced),
            prior: share(self.prior),
            assumed: share(self.assumed),
            unsourced: share(self.unsourced),
        }
    }
}

fn numbers(scenario: &Scenario) -> impl Iterator<Item = &Effective> {
    scenario.effective().iter().filter(|row| row.needs_basis())
}

/// The record of a scenario in a manifest.
pub fn record(scenario: &Scenario) -> ScenarioRecord {
    let texts = &scenario.warnings().texts;
    let name = |name: &str| Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let others = texts.iter().skip(1).filter(|text| text.has_lines);
    let source = |source: &Source| SourceRecord {
        title: source.title.clone(),
        publisher: source.publisher.clone(),
        date: source.date.clone(),
        url: source.url.clone(),
    };
    ScenarioRecord {
        name: scenario.about.name.clone(),
        start: scenario.about.start.to_string(),
        file: scenario.file_name(),
        digest: scenario.digest_text(),
        identity: scenario.identity_text(),
        overrides: scenario.overrides(),
        overridden: scenario.overridden().to_vec(),
        as_of: scenario.about.as_of.clone(),
        text: texts.first().map(|text| text.text.clone()).unwrap_or_default(),
        rests_on: others.map(|text| (name(&text.name), text.text.clone())).collect(),
        sources: cited(scenario).into_iter().map(|of| (of.id.clone(), source(of))).collect(),
    }
}

/// The basis of the number at a key.
pub fn basis<'s>(scenario: &'s Scenario, key: &str) -> &'s Basis {
    let row = scenario.effective().iter().find(|row| row.key == key);
    row.map_or(&Basis::Unsaid, |row| &row.provenance.basis)
}

/// The word for a kind of basis.
pub fn kind(basis: &Basis) -> &'static str {
    match basis {
        Basis::Source(_) => "source",
        Basis::Prior(_) => "prior",
        Basis::Assumed(_) => "assumed",
        Basis::Unsaid => "unsourced",
    }
}

/// What is said for it: the ids of its sources, or the reason; empty where nothing is said.
pub fn says(basis: &Basis) -> String {
    match basis {
        Basis::Source(ids) => ids.join(", "),
        Basis::Prior(why) | Basis::Assumed(why) => why.clone(),
        Basis::Unsaid => String::new(),
    }
}

/// The sources on which a scenario rests, in the order of its files.
pub fn cited(scenario: &Scenario) -> Vec<&Source> {
    let of_numbers = |source: &Source| {
        numbers(scenario).any(|row| matches!(&row.provenance.basis, Basis::Source(ids) if ids.contains(&source.id)))
    };
    let of_benchmarks =
        |source: &Source| scenario.benchmarks.iter().any(|figure| figure.source.as_ref() == Some(&source.id));
    scenario.sources.iter().filter(|source| of_numbers(source) || of_benchmarks(source)).collect()
}

/// One row per written number; a number with several sources has one row for each.
///
/// # Errors
/// Never: the columns are of one length and hold words.
pub fn sources_table(scenario: &Scenario) -> Result<Table, TableError> {
    let rows: Vec<[String; 11]> = numbers(scenario).flat_map(|row| records(row, scenario)).collect();
    let columns = HEADS.iter().enumerate().map(|(at, (name, meaning))| {
        Column::new(*name, "", *meaning, Data::Text(rows.iter().map(|row| row[at].clone()).collect()))
    });
    Table::new("sources", columns.collect())
}

const HEADS: [(&str, &str); 11] = [
    ("key", "key of the number"),
    ("value", "its value, in words"),
    ("unit", "its unit; empty for plain numbers, counts, months and names"),
    ("kind", "source, prior, assumed, or `unsourced`: neither is given"),
    ("source", "id of the source"),
    ("title", "title of the source"),
    ("publisher", "who published it"),
    ("date", "when"),
    ("url", "where to read it"),
    ("reason", "why it is believed or assumed"),
    ("note", "a remark on the number"),
];

fn records(row: &Effective, scenario: &Scenario) -> Vec<[String; 11]> {
    let record = |id: &str| {
        let source = scenario.sources.iter().find(|source| source.id == id);
        let of_source = |part: fn(&Source) -> Option<&String>| source.and_then(part).cloned().unwrap_or_default();
        let reason = if id.is_empty() { says(&row.provenance.basis) } else { String::new() };
        [
            row.key.clone(),
            row.value.clone(),
            row.unit.to_owned(),
            kind(&row.provenance.basis).to_owned(),
            id.to_owned(),
            of_source(|source| Some(&source.title)),
            of_source(|source| source.publisher.as_ref()),
            of_source(|source| source.date.as_ref()),
            of_source(|source| source.url.as_ref()),
            reason,
            row.provenance.note.clone().unwrap_or_default(),
        ]
    };
    match &row.provenance.basis {
        Basis::Source(ids) => ids.iter().map(|id| record(id)).collect(),
        _ => vec![record("")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [scenario]
        name = "Small"
        start = "2026-01"
        [run]
        paths = 7
        [lab.acme]
        cash = { value = "10B USD", source = ["report", "filing"], note = "the sum" }
        tax_rate = { value = 0.2, assumed = "as elsewhere" }
        revenue.target = { 2026 = "8B USD" }
        last_round = { value = "2025-03", prior = "reported so" }
        [market]
        growth = { dist = "uniform", low = "4%", high = "8%", prior = "usual" }
        [sources]
        report = { title = "Report", date = "2025-12", url = "https://example.org" }
        filing = { title = "Filing", publisher = "Acme" }
        idle = { title = "Idle" }
    "#;

    #[test]
    fn written_numbers_are_counted_by_what_they_rest_on() {
        let scenario = Scenario::parse("small.toml", SMALL, &[]).unwrap();
        let meter = Meter::of(&scenario);
        assert_eq!(meter, Meter { written: 5, sourced: 1, prior: 2, assumed: 1, unsourced: 1 });
        let ProvenanceShares { sourced, prior, assumed, unsourced } = meter.shares();
        assert!((sourced + prior + assumed + unsourced - 1.0).abs() < 1e-12);
        assert!(Meter::default().shares().unsourced.abs() < f64::MIN_POSITIVE, "no numbers have no shares");
    }

    #[test]
    fn every_number_has_a_row_for_each_of_its_sources() {
        let scenario = Scenario::parse("small.toml", SMALL, &[]).unwrap();
        let mut out = Vec::new();
        crate::report::format::csv::write(&sources_table(&scenario).unwrap(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        key,value,unit,kind,source,title,publisher,date,url,reason,note
        market.growth,uniform from 4 % a year to 8 % a year,1/year,prior,,,,,,usual,
        lab.acme.cash,10 B USD,USD,source,report,Report,,2025-12,https://example.org,,the sum
        lab.acme.cash,10 B USD,USD,source,filing,Filing,Acme,,,,the sum
        lab.acme.last_round,2025-03,,prior,,,,,,reported so,
        lab.acme.tax_rate,20 %,share,assumed,,,,,,as elsewhere,
        lab.acme.revenue.target.2026,8 B USD,USD,unsourced,,,,,,,
        ");
        let cited: Vec<&str> = cited(&scenario).iter().map(|source| source.id.as_str()).collect();
        assert_eq!(cited, ["report", "filing"]);
    }
}
