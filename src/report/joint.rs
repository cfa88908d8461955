//! Joint defaults: their table and figure.

use crate::study::estimates::Answer;
use crate::study::joint_defaults::{JointDefault, Together};

use super::format::{Column, Data, Table, TableError};

/// One row per pair, date and statistic: `both`, `one` and `other` are probabilities; `lift` is `both` over the product of
/// the two, `lift_within` the part of it that chance makes in a draw, `lift_between` that of the draws.
///
/// # Errors
/// If a number is not finite.
pub fn joint_table(pairs: &[JointDefault]) -> Result<Table, TableError> {
    let of_pair = |pair| std::iter::repeat(pair);
    let rows: Vec<(&JointDefault, &(Together, Answer))> =
        pairs.iter().flat_map(|pair| of_pair(pair).zip(&pair.answers)).collect();
    let text = |of: &dyn Fn(&JointDefault, Together) -> String| {
        Data::Text(rows.iter().map(|(pair, (statistic, _))| of(pair, *statistic)).collect())
    };
    let number = |of: fn(&Answer) -> Option<f64>| Data::Maybe(rows.iter().map(|(_, (_, answer))| of(answer)).collect());
    let method = Data::Text(rows.iter().map(|(_, (_, answer))| answer.method.clone()).collect());
    let columns = [
        ("one", "a lab or an entity", text(&|pair, _| pair.one.clone())),
        ("other", "another", text(&|pair, _| pair.other.clone())),
        ("by", "month at whose end", text(&|pair, _| pair.by.to_string())),
        (
            "statistic",
            "both, one, other: probability of default; lift: both over the product of one and other; lift_within: the part \
             of it that chance makes in a parameter draw; lift_between: the part of the draws; p_value: of lift_within; \
             one_first, same_month: shares of the paths with both",
            text(&|_, statistic| statistic.name().to_owned()),
        ),
        ("value", "the estimate; absent where it is withheld", number(|answer| answer.value)),
        ("low", "lower end of its 95 % interval", number(|answer| answer.low)),
        ("high", "upper end", number(|answer| answer.high)),
        ("method", "how it was made and its caveats, or why it was not", method),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("joint", columns.map(column).into())
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
            let text = csv::text(&joint_table(&pairs).unwrap()).unwrap();
            let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("acme,bank,2027-12,")).collect();
            assert_eq!(rows.len(), pairs[1].answers.len());
            assert!(rows[0].starts_with("acme,bank,2027-12,both,0.125,"), "{text}");
            assert!(rows.iter().any(|row| row.starts_with("acme,bank,2027-12,lift_within,,,,\"withheld: ")), "{text}");
        });
    }
}
