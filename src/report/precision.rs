//! How large a run was made for its questions, and what questions need, as tables.

use crate::study::precision::{Between, Need, Reading, RunSize};

use super::format::{Column, Data, Table, TableError};

/// The looks at a run that was made as large as its questions need, or its time allows.
#[derive(Clone, Debug)]
pub struct Precision {
    /// The command that gives the same numbers, but for its size.
    pub command: String,
    /// The sizes at which it could be looked at, stated before the first.
    pub sizes: Vec<RunSize>,
    /// The look whose answers are told.
    pub at: usize,
    /// Paths of the run that is reported; those of another size than the look where a larger one was interrupted.
    pub reported: u64,
    /// What every look said of every question, in the order of the looks.
    pub readings: Vec<Reading>,
    /// Why it ended.
    pub stopped: Stopped,
    /// Seconds that it was given; none: as many as it takes.
    pub limit: Option<f64>,
    /// Paths that were simulated in all looks.
    pub simulated: u64,
    /// Seconds that the looks took.
    pub seconds: f64,
}

/// Why a run was not made larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every question is answered.
    Answered,
    /// It has the most paths that were allowed.
    Largest,
    /// Even the most paths would not answer what is open.
    OutOfReach,
    /// The next size would have taken more time than was left.
    Time,
    /// It was interrupted.
    Interrupted,
}

impl Stopped {
    /// The word of the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "precision",
            Self::Largest => "paths",
            Self::OutOfReach => "precision out of reach",
            Self::Time => "time",
            Self::Interrupted => "interrupted after a look",
        }
    }
}

impl Precision {
    /// Whether questions were asked, and not only for what a time allows.
    pub fn is_asked(&self) -> bool {
        !self.readings.is_empty()
    }

    /// Whether every question is answered; true where none was asked.
    pub fn is_answered(&self) -> bool {
        self.last().all(Reading::is_answered)
    }

    /// The size of the run that is reported.
    pub fn size(&self) -> RunSize {
        self.sizes[self.at]
    }

    /// The readings of the look that is reported.
    pub fn last(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.look == self.at + 1)
    }
}

/// One row per look and question.
///
/// # Errors
/// If a number is not finite.
pub fn precision_table(of: &Precision) -> Result<Table, TableError> {
    let all = &of.readings;
    let text = |of: &dyn Fn(&Reading) -> String| Data::Text(all.iter().map(of).collect());
    let count = |of: &dyn Fn(&Reading) -> u64| Data::Integer(all.iter().map(|row| of(row) as i64).collect());
    let number = |of: &dyn Fn(&Reading) -> f64| Data::finite_or_absent(all.iter().map(of));
    let estimand = |row: &Reading| row.question.estimand.clone();
    let columns = [
        ("question", "as it was asked", text(&|row| row.question.text.clone())),
        ("measure", "what is estimated", text(&|row| estimand(row).measure.name.to_owned())),
        ("subject", "of whom", text(&|row| estimand(row).subject)),
        ("by", "month at whose end", text(&|row| estimand(row).by.to_string())),
        ("statistic", "probability or mean", text(&|row| estimand(row).statistic.name())),
        ("look", "number of the look, from 1", count(&|row| row.look as u64)),
        ("looks", "looks that were stated beforehand", count(&|_| of.sizes.len() as u64)),
        ("paths", "paths of the run", count(&|row| row.size.paths)),
        ("draws", "its parameter draws", count(&|row| row.size.draws)),
        ("value", "the estimate", number(&|row| row.fixed.value())),
        ("low", "lower end of the interval that holds over all looks", number(&|row| row.over_looks.low())),
        ("high", "upper end", number(&|row| row.over_looks.high())),
        ("fixed_low", "lower end of the 95 % interval of a run of a fixed size", number(&|row| row.fixed.low())),
        ("fixed_high", "upper end", number(&|row| row.fixed.high())),
        ("unit", "unit of these", text(&|row| estimand(row).unit().to_owned())),
        ("standing", "reached, above, below or open", text(&|row| row.standing.word().to_owned())),
        ("paths_needed", "paths that would answer it; absent where none would", number(&|row| row.needed.value)),
        ("paths_needed_low", "lower end of its 90 % interval", number(&|row| row.needed.low)),
        ("paths_needed_high", "upper end", number(&|row| row.needed.high)),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("precision", columns.map(column).into())
}

/// One row per question and number: the estimate, and the ends of its band.
///
/// # Errors
/// If a number is not finite.
pub fn needs_table(needs: &[Need]) -> Result<Table, TableError> {
    let rows: Vec<_> = needs.iter().flat_map(|need| need.rows.iter().map(move |row| (need, row))).collect();
    let text = |of: &dyn Fn(usize) -> String| Data::Text((0..rows.len()).map(of).collect());
    let number = |of: &dyn Fn(usize) -> Option<f64>| {
        Data::Maybe((0..rows.len()).map(|at| of(at).filter(|value| value.is_finite())).collect())
    };
    let size = |at: usize| rows[at].1.sizes.as_ref().ok();
    let ends = |of: &dyn Fn(usize) -> Option<Between>| {
        [
            number(&|at| of(at).map(|of| of.value)),
            number(&|at| of(at).map(|of| of.low)),
            number(&|at| of(at).map(|of| of.high)),
        ]
    };
    let [draws, draws_low, draws_high] = ends(&|at| Some(size(at)?.draws));
    let [paths, paths_low, paths_high] = ends(&|at| Some(size(at)?.paths));
    let [seconds, seconds_low, seconds_high] = ends(&|at| Some(size(at)?.seconds));
    let columns = [
        ("question", "as it was asked", text(&|at| rows[at].0.question.text.clone())),
        ("measure", "what is estimated", text(&|at| rows[at].0.question.estimand.measure.name.to_owned())),
        ("subject", "of whom", text(&|at| rows[at].0.question.estimand.subject.clone())),
        ("by", "month at whose end", text(&|at| rows[at].0.question.estimand.by.to_string())),
        ("statistic", "probability, mean or an end of the band", text(&|at| rows[at].1.statistic.name())),
        ("pilot", "the number in the pilot", number(&|at| Some(rows[at].1.pilot?.0))),
        ("pilot_half_width", "longer arm of its 95 % interval", number(&|at| Some(rows[at].1.pilot?.1))),
        ("between", "variance between draws", number(&|at| Some(rows[at].0.components.between))),
        ("within", "variance between the paths of a draw", number(&|at| Some(rows[at].0.components.within))),
        ("draws", "parameter draws that answer it", draws),
        ("draws_low", "lower end of the 90 % interval", draws_low),
        ("draws_high", "upper end", draws_high),
        ("paths_per_draw", "paths of each draw at the least cost", number(&|at| Some(size(at)?.paths_per_draw as f64))),
        ("paths", "paths in all", paths),
        ("paths_low", "lower end of the 90 % interval", paths_low),
        ("paths_high", "upper end", paths_high),
        ("seconds", "time on this machine", seconds),
        ("seconds_low", "lower end, from the paths alone", seconds_low),
        ("seconds_high", "upper end", seconds_high),
        ("note", "why there is no size", text(&|at| rows[at].1.sizes.as_ref().err().cloned().unwrap_or_default())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("needs", columns.map(column).into())
}
