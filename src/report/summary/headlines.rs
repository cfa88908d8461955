//! The headlines in a wide table for spreadsheets: a row for each measure and subject, columns by date.

use crate::calendar::Month;
use crate::report::format::{Column, Data, Table, TableError};
use crate::study::Statistic;
use crate::study::estimates::{Answer, Entry, Summary};

/// What stands at each date, the name of its column after the date, and its meaning.
type Shown = (&'static str, &'static str, fn(&AtDate<'_>) -> Option<f64>);

const SHOWN: [Shown; 5] = [
    ("value", "the estimate", |at| at.of.value),
    ("low", "lower end of its 95 % Monte Carlo interval", |at| at.of.low),
    ("high", "upper end of that interval", |at| at.of.high),
    ("band_low", "5 % of the parameter draws lie below", |at| at.band(0.05)),
    ("band_high", "5 % of the draws lie above", |at| at.band(0.95)),
];

/// A probability or mean at a date, and where its band is looked up.
struct AtDate<'a> {
    summary: &'a Summary,
    entry: &'a Entry,
    of: &'a Answer,
}

impl AtDate<'_> {
    fn band(&self, level: f64) -> Option<f64> {
        let of = &self.entry.estimand;
        self.summary.find(of.measure, &of.subject, of.by, Statistic::Band(level))?.value
    }
}

/// Probabilities and means; the columns of a date are called `2030-12-31 value`, by the last day of its month.
///
/// # Errors
/// Never, as long as no date has two columns of one name.
pub fn headlines_table(summary: &Summary) -> Result<Table, TableError> {
    let is_headline = |entry: &&Entry| matches!(entry.estimand.statistic, Statistic::Probability | Statistic::Mean);
    let entries: Vec<&Entry> = summary.entries.iter().filter(is_headline).collect();
    let mut dates: Vec<Month> = entries.iter().map(|entry| entry.estimand.by).collect();
    dates.sort_unstable();
    dates.dedup();
    let mut rows: Vec<&Entry> = Vec::new();
    for entry in &entries {
        if !rows.iter().any(|row| is_same(row, entry)) {
            rows.push(entry);
        }
    }
    let text = |of: fn(&Entry) -> String| Data::Text(rows.iter().map(|entry| of(entry)).collect());
    let mut columns = vec![
        Column::new("measure", "", "what is measured", text(|entry| entry.estimand.measure.name.to_owned())),
        Column::new("subject", "", "whose; empty: the market", text(|entry| entry.estimand.subject.clone())),
        Column::new("statistic", "", "probability or mean", text(|entry| entry.estimand.statistic.name())),
        Column::new("unit", "", "unit of the numbers; 1: a pure number", text(|e| e.estimand.unit().to_owned())),
    ];
    for by in dates {
        let at = |row: &&Entry| {
            let entry = entries.iter().find(|entry| entry.estimand.by == by && is_same(row, entry))?;
            Some(AtDate { summary, entry, of: &entry.answer })
        };
        let found: Vec<Option<AtDate<'_>>> = rows.iter().map(at).collect();
        for (name, meaning, of) in SHOWN {
            let data = Data::Maybe(found.iter().map(|at| of(at.as_ref()?)).collect());
            columns.push(Column::new(format!("{} {name}", last_day(by)), "", meaning, data));
        }
    }
    Table::new("headlines", columns)
}

fn is_same(one: &Entry, other: &Entry) -> bool {
    let key = |entry: &Entry| (entry.estimand.measure, entry.estimand.statistic);
    key(one) == key(other) && one.estimand.subject == other.estimand.subject
}

/// The last day of a month as an ISO date, which spreadsheets know.
fn last_day(month: Month) -> String {
    let year = month.year();
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month.month() {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    format!("{month}-{days}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_last_days() {
        let days = ["2028-02", "2027-02", "2030-12", "2030-06"].map(|text| last_day(Month::parse(text).unwrap()));
        assert_eq!(days, ["2028-02-29", "2027-02-28", "2030-12-31", "2030-06-30"]);
    }
}
