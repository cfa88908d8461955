//! Evidence of bubbles, as tables and a figure.

use crate::stats::Estimate;
use crate::study::bubble::{Finding, LEVELS, OnPaths, OnSeries, Series};

use super::format::{Column, Data, Table, TableError};

/// One row for each statistic of a series.
///
/// # Errors
/// If a number is not finite.
pub fn tests_table(found: &OnSeries) -> Result<Table, TableError> {
    let number = |of: &dyn Fn(usize) -> f64| Data::finite_or_absent((0..found.tests.len()).map(of));
    let names = found.tests.iter().map(|test| test.kind.name().to_owned()).collect();
    let mut columns = vec![
        Column::new(
            "statistic",
            "",
            "ADF over the whole series, SADF from its beginning, GSADF over all windows",
            Data::Text(names),
        ),
        Column::new("value", "", "its value in the series", number(&|row| found.tests[row].value)),
    ];
    let p_value = |of: fn(&Estimate) -> f64| number(&|row| of(&found.tests[row].p_value));
    columns.extend([
        Column::new(
            "p_value",
            "",
            "probability that a random walk has one at least as large",
            p_value(Estimate::value),
        ),
        Column::new(
            "p_value_low",
            "",
            "lower end of its 95 % interval, by the error of the simulation",
            p_value(Estimate::low),
        ),
        Column::new("p_value_high", "", "upper end", p_value(Estimate::high)),
    ]);
    for (place, level) in LEVELS.into_iter().enumerate() {
        let name = |end: &str| format!("critical_{:.0}{end}", 100.0 * level);
        let critical = |of: fn(&Estimate) -> f64| number(&|row| of(&found.tests[row].critical[place]));
        let meaning = format!("critical value: exceeded by {:.0} % of random walks", 100.0 * (1.0 - level));
        columns.push(Column::new(name(""), "", meaning, critical(Estimate::value)));
        columns.push(Column::new(name("_low"), "", "lower end of its 95 % interval", critical(Estimate::low)));
        columns.push(Column::new(name("_high"), "", "upper end", critical(Estimate::high)));
    }
    Table::new("bubble", columns)
}

/// One row for each observation of a series: its value, BSADF and its critical value.
///
/// # Errors
/// If a number is not finite.
pub fn backward_table(series: &Series, found: &OnSeries) -> Result<Table, TableError> {
    let rows = 0..series.values.len();
    let place = |row: usize| row.checked_sub(found.shape.first_end());
    let critical = |of: fn(&Estimate) -> f64| {
        Data::Maybe(
            rows.clone().map(|row| Some(of(found.critical.get(place(row)?)?)).filter(|x| x.is_finite())).collect(),
        )
    };
    let backward = |row: usize| found.backward.get(place(row)?).copied().filter(|x| x.is_finite());
    let is_in_episode = |row: usize| found.episodes.iter().any(|episode| (episode.first..=episode.last).contains(&row));
    let columns = vec![
        Column::new(
            "date",
            "",
            "date of the observation",
            Data::Text(series.dates.iter().map(ToString::to_string).collect()),
        ),
        Column::new("value", "", format!("{} in {}", series.column, series.file), Data::Number(series.values.clone())),
        Column::new(
            "bsadf",
            "",
            "largest statistic over windows that end here; empty before the first",
            Data::Maybe(rows.clone().map(backward).collect()),
        ),
        Column::new("critical", "", "exceeded by 5 % of random walks at this observation", critical(Estimate::value)),
        Column::new("critical_low", "", "lower end of its 95 % interval", critical(Estimate::low)),
        Column::new("critical_high", "", "upper end", critical(Estimate::high)),
        Column::new(
            "explosive",
            "",
            "whether it is in an episode",
            Data::Flag(rows.clone().map(is_in_episode).collect()),
        ),
    ];
    Table::new("bsadf", columns)
}

/// One row for each finding on simulated paths.
///
/// # Errors
/// If a number is not finite.
pub fn findings_table(found: &OnPaths) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Finding) -> String| Data::Text(found.findings.iter().map(of).collect());
    let number = |of: &dyn Fn(&Finding) -> Option<f64>| Data::Maybe(found.findings.iter().map(of).collect());
    let published = |of: fn(&Estimate) -> f64| number(&|row| Some(of(&row.published?.interval()?)));
    let columns = vec![
        Column::new("measure", "", "what is found", text(&|row| row.subject.name().to_owned())),
        Column::new("given", "", "on which paths", text(&|row| row.given.clone())),
        Column::new("statistic", "", "probability, or quantile in months", text(&|row| row.subject.statistic())),
        Column::new("value", "", "the estimate", number(&|row| row.answer.as_ref()?.value)),
        Column::new("low", "", "lower end of its 95 % Monte Carlo interval", number(&|row| row.answer.as_ref()?.low)),
        Column::new("high", "", "upper end", number(&|row| row.answer.as_ref()?.high)),
        Column::new(
            "paths",
            "",
            "such paths",
            Data::Integer(found.findings.iter().map(|row| row.paths as i64).collect()),
        ),
        Column::new("published", "", "the published share", number(&|row| Some(row.published?.crashed))),
        Column::new(
            "published_low",
            "",
            "lower end of its 95 % interval, where its count is published",
            published(Estimate::low),
        ),
        Column::new("published_high", "", "upper end", published(Estimate::high)),
        Column::new(
            "method",
            "",
            "how it was estimated",
            text(&|row| row.answer.as_ref().map_or_else(|| "no such path".to_owned(), |answer| answer.method.clone())),
        ),
    ];
    Table::new("bubble", columns)
}

#[cfg(feature = "plots")]
pub use picture::picture;

#[cfg(feature = "plots")]
mod picture {
    use super::super::figure::{Band, Figure, Format, Labels, LineChart, Series as Line};
    use crate::notation::thousands;
    use crate::stats::Estimate;
    use crate::study::bubble::{OnSeries, Series};

    /// BSADF of a series against its critical values.
    pub fn picture(series: &Series, found: &OnSeries) -> Figure {
        // Where no window that ends with an observation has a statistic, the line keeps its last level.
        let finite = found.backward.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
        let held = found.backward.iter().scan(finite, |last, &value| {
            *last = if value.is_finite() { value } else { *last };
            Some(*last)
        });
        let side = |of: fn(&Estimate) -> f64| found.critical.iter().map(of).collect::<Vec<f64>>();
        let critical = Line {
            name: "critical value, 95 %".to_owned(),
            y: side(Estimate::value),
            band: Some(Band { low: side(Estimate::low), high: side(Estimate::high) }),
        };
        let bsadf = Line { name: format!("BSADF of {}", series.column), y: held.collect(), band: None };
        let note = format!(
            "Right-tailed unit root test over all windows that end at a date; above the critical value, growth (or a \
            fall) feeds itself. Critical values from {} random walks. Episodes last at least {} observations above \
            them.",
            thousands(found.walks as f64),
            found.shape.shortest_episode()
        );
        Figure::Lines(LineChart {
            first_color: 0,
            labels: Labels {
                title: format!("Is {} explosive?", series.column),
                subtitle: format!("{} · ouroborisk {}", series.file, env!("CARGO_PKG_VERSION")),
                x: String::new(),
                y: "t statistic".to_owned(),
                note,
            },
            y_format: Format::Number,
            months: series.dates[found.shape.first_end()..].iter().map(|date| date.in_years()).collect(),
            series: vec![bsadf, critical],
            band_meaning: "95 % interval of the simulation".to_owned(),
        })
    }
}
