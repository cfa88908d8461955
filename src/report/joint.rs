//! Joint defaults and joint losses: their table.

use crate::calendar::Month;
use crate::study::estimates::Answer;
use crate::study::joint_defaults::{JointDefault, Together};
use crate::study::joint_losses::JointLoss;

use super::format::{Column, Data, Table, TableError};

/// A row of the table.
struct Row<'a> {
    one: &'a str,
    other: &'a str,
    by: Month,
    event: String,
    statistic: Together,
    answer: &'a Answer,
}

/// One row per pair, date, event and statistic: `both`, `one` and `other` are probabilities; `lift` is `both` over the
/// product of the two, `lift_within` the part of it that chance makes in a draw, `lift_between` that of the draws.
///
/// # Errors
/// If a number is not finite.
pub fn joint_table<'a>(defaults: &'a [JointDefault], losses: &'a [JointLoss]) -> Result<Table, TableError> {
    let of_default = |pair: &'a JointDefault| rows([&pair.one, &pair.other], pair.by, "default", &pair.answers);
    let of_loss = |pair: &'a JointLoss| {
        let event = format!("loss over {:.0} %", 100.0 * pair.level);
        rows([&pair.one, &pair.other], pair.by, &event, &pair.answers)
    };
    let rows: Vec<Row<'_>> = defaults.iter().flat_map(of_default).chain(losses.iter().flat_map(of_loss)).collect();
    let text = |of: &dyn Fn(&Row<'_>) -> String| Data::Text(rows.iter().map(of).collect());
    let number = |of: fn(&Answer) -> Option<f64>| Data::Maybe(rows.iter().map(|row| of(row.answer)).collect());
    let columns = [
        ("one", "a lab or an entity", text(&|row| row.one.to_owned())),
        ("other", "another", text(&|row| row.other.to_owned())),
        ("by", "month at whose end", text(&|row| row.by.to_string())),
        (
            "event",
            "default, or a loss over the value at risk of each at this level by the end of the run",
            text(&|row| row.event.clone()),
        ),
        (
            "statistic",
            "both, one, other: probability of the event; lift: both over the product of one and other; lift_within: \
             the part of it that chance makes in a parameter draw; lift_between: the part of the draws; p_value: of \
             lift_within; one_first, same_month: shares of the paths with both defaults",
            text(&|row| row.statistic.name().to_owned()),
        ),
        ("value", "the estimate; absent where it is withheld", number(|answer| answer.value)),
        ("low", "lower end of its 95 % interval", number(|answer| answer.low)),
        ("high", "upper end", number(|answer| answer.high)),
        ("method", "how it was made and its caveats, or why it was not", text(&|row| row.answer.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("joint", columns.map(column).into())
}

/// The rows of a pair.
fn rows<'a>([one, other]: [&'a str; 2], by: Month, event: &str, answers: &'a [(Together, Answer)]) -> Vec<Row<'a>> {
    let row = |(statistic, answer): &'a (Together, Answer)| Row {
        one,
        other,
        by,
        event: event.to_owned(),
        statistic: *statistic,
        answer,
    };
    answers.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::csv;
    use crate::study::estimates::tests::with_results;
    use crate::study::joint_defaults::joint_defaults;

    #[test]
    fn every_statistic_of_every_pair_has_a_row_with_a_value_or_a_reason() {
        with_results(|results, _| {
            let pairs = joint_defaults(results);
            let text = csv::text(&joint_table(&pairs, &[]).unwrap()).unwrap();
            let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("acme,bank,2027-12,default,")).collect();
            assert_eq!(rows.len(), pairs[1].answers.len());
            assert!(rows[0].starts_with("acme,bank,2027-12,default,both,0.125,"), "{text}");
            assert!(
                rows.iter().any(|row| row.starts_with("acme,bank,2027-12,default,lift_within,,,,\"withheld: ")),
                "{text}"
            );
        });
    }
}
