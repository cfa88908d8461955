//! A backtest, as tables: the scores, and the cases behind them.

use crate::study::backtest::{Case, Fate, Forecaster, Scored, WITHIN};

use super::format::{Column, Data, Table, TableError};

/// One row per score.
///
/// # Errors
/// If a number is not finite.
pub fn scores_table(scores: &[Scored]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Scored) -> String| Data::Text(scores.iter().map(of).collect());
    let number = |of: &dyn Fn(&Scored) -> Option<f64>| Data::Maybe(scores.iter().map(of).collect());
    let columns = [
        ("forecaster", "", "who forecasts", text(&|row| row.forecaster.clone())),
        ("score", "", "which score; of Brier and log score smaller is better", text(&|row| row.score.clone())),
        (
            "within",
            "months",
            "default within so many months; empty: of all together",
            number(&|row| Some(row.within? as f64)),
        ),
        ("value", "", "the score", number(&|row| row.value.as_ref()?.value)),
        ("standard_error", "", "standard error of a bootstrap over firms", number(&|row| row.error)),
        ("low", "", "lower end of its 95 % interval", number(&|row| row.value.as_ref()?.low)),
        ("high", "", "upper end", number(&|row| row.value.as_ref()?.high)),
        ("forecasts", "", "forecasts that are scored", number(&|row| Some(row.forecasts as f64))),
    ];
    let column = |(name, unit, meaning, data): (&str, &str, &str, Data)| Column::new(name, unit, meaning, data);
    Table::new("scores", columns.map(column).into())
}

/// One row per firm and date, the worst misses first.
///
/// # Errors
/// If a number is not finite.
pub fn cases_table(cases: &[Case]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Case) -> String| Data::Text(cases.iter().map(of).collect());
    let number = |of: &dyn Fn(&Case) -> Option<f64>| Data::Maybe(cases.iter().map(of).collect());
    let flag = |case: &Case| f64::from(u8::from(matches!(case.fate, Fate::Defaulted(_))));
    let mut columns = vec![
        Column::new("file", "", "file of the scenario", text(&|case| case.file.clone())),
        Column::new("name", "", "its name", text(&|case| case.name.clone())),
        Column::new("firm", "", "the firm", text(&|case| case.firm.clone())),
        Column::new("start", "", "first month of the run", text(&|case| case.start.to_string())),
        Column::new(
            "defaulted",
            "",
            "1 if it defaulted, 0 if it is known to have paid until then",
            number(&|case| Some(flag(case))),
        ),
        Column::new(
            "month",
            "",
            "month of the default, or the last in which it is known to have paid",
            text(&|case| case.when.to_string()),
        ),
        Column::new(
            "cash_over_burn",
            "months",
            "how long cash lasts; empty where nothing is burnt",
            number(&|case| case.cash_over_burn),
        ),
    ];
    for (place, months) in WITHIN.into_iter().enumerate() {
        let name = |end: &str| format!("within_{months}{end}");
        let meaning = format!("probability of default within {months} months");
        columns.push(Column::new(name(""), "", &meaning, number(&|case| case.ours[place].value)));
        columns.push(Column::new(
            name("_low"),
            "",
            "lower end of its Monte Carlo interval",
            number(&|case| case.ours[place].low),
        ));
        columns.push(Column::new(name("_high"), "", "upper end", number(&|case| case.ours[place].high)));
    }
    columns.extend([
        Column::new(
            "log_score",
            "",
            "mean logarithmic score over what is known",
            number(&|case| Some(case.log_score(Forecaster::Ours))),
        ),
        Column::new(
            "pit_low",
            "",
            "level of the predicted months of default below its fate",
            number(&|case| Some(case.pit[0])),
        ),
        Column::new("pit_high", "", "level up to its fate", number(&|case| Some(case.pit[1]))),
        Column::new("note", "", "remark on its fate", text(&|case| case.note.clone())),
    ]);
    Table::new("cases", columns)
}
