//! `[[reference]]`: known answers, against which a scenario that has them is validated.

use crate::calendar::Month;
use crate::language::kinds_plain::Choice;
use crate::language::quantity::Quantity;
use crate::language::section::section;

section! {
    /// `[[reference]]`: the known value of an estimate, with which `ouro validate` compares that of a run.
    pub struct Reference {
        /// id
        pub id: String = id().required(),
        /// measure of which it is
        pub measure: String = name().required(),
        /// lab, entity or contract; default: the first lab
        pub subject: Option<String> = name().optional(),
        /// month; default: the last
        pub by: Option<Month> = month().optional(),
        /// statistic over the paths: `probability`, `mean`, a quantile from `p05` to `p99`, `es95`, `es99`, or an end of the band over the parameter draws, `band_p05` to `band_p95`
        pub statistic: Known = choice().required(),
        /// the known value
        pub value: Quantity = figure().required(),
        /// largest error of that value: by rounding, or by how it was computed
        pub error: Option<Quantity> = figure().at_least(0.0).optional(),
        /// note on how it is known
        pub note: Option<String> = text().optional(),
    }
}

/// A statistic whose value can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known(&'static str);

impl Choice for Known {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("probability", Self("probability")),
        ("mean", Self("mean")),
        ("p05", Self("p05")),
        ("p25", Self("p25")),
        ("p50", Self("p50")),
        ("p75", Self("p75")),
        ("p95", Self("p95")),
        ("p99", Self("p99")),
        ("es95", Self("es95")),
        ("es99", Self("es99")),
        ("band_p05", Self("band_p05")),
        ("band_p50", Self("band_p50")),
        ("band_p95", Self("band_p95")),
    ];
}

impl Known {
    /// Its name, as in every table.
    pub fn name(self) -> &'static str {
        self.0
    }
}
