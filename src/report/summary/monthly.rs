//! The main states month by month.

use ndarray::s;
use rayon::prelude::*;

use crate::calendar::Timeline;
use crate::engine::Outcome;
use crate::model::dynamics::State;

use crate::notation::thousands;
use crate::report::format::{Column, Data, Table, TableError};
use crate::study::estimates::more_left_out;

/// Levels of the quantiles by month.
pub(super) const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
const NAMES: [&str; 5] = ["p05", "p25", "p50", "p75", "p95"];

/// Mean and quantiles of every state at the end of every month, over the paths whose months were kept.
///
/// # Errors
/// If a state is not a finite number.
pub fn monthly_table(outcome: &Outcome, timeline: Timeline, states: &[State]) -> Result<Table, TableError> {
    let (count, months, _) = outcome.states.dim();
    let cells = || (0..count.min(states.len())).flat_map(|state| (0..months).map(move |t| (state, t)));
    let text = |of: &dyn Fn(usize, usize) -> String| Data::Text(cells().map(|(state, t)| of(state, t)).collect());
    let row = |(state, t)| mean_and_quantiles(outcome.states.slice(s![state, t, ..]).to_vec());
    let rows: Vec<([f64; 6], usize)> = cells().collect::<Vec<_>>().into_par_iter().map(row).collect();
    let number = |place: usize| Data::finite_or_absent(rows.iter().map(|(row, _)| row[place]));
    let method = format!("order statistics of {}", observed(outcome));
    let column = |name: &str, meaning: &str, data| Column::new(name, "", meaning, data);
    let mut columns = vec![
        column("month", "the month at whose end it holds", text(&|_, t| timeline.month(t as i32).to_string())),
        column("state", "what is observed", text(&|state, _| states[state].name.to_owned())),
        column(
            "subject",
            "a lab, or provider and family; empty: the market",
            text(&|state, _| states[state].subject.clone()),
        ),
        column("unit", "unit of the numbers", text(&|state, _| states[state].unit.to_owned())),
        column("mean", "mean over the paths; a lab in payment default has 0", number(0)),
    ];
    for (place, name) in NAMES.iter().enumerate() {
        let percent = 100.0 * LEVELS[place];
        let meaning = format!("{percent:.0} % of the paths lie below; a lab in payment default has 0");
        columns.push(Column::new(*name, "", meaning, number(place + 1)));
    }
    let methods = rows.iter().map(|(_, left_out)| method.clone() + &more_left_out(*left_out as u64)).collect();
    columns.push(column("method", "from which paths", Data::Text(methods)));
    Table::new("monthly", columns)
}

/// The paths whose months were kept: "the first 50 paths of each of 200 draws".
pub(super) fn observed(outcome: &Outcome) -> String {
    let (paths, draws) = (outcome.states.dim().2, outcome.draws.len().max(1));
    if draws == 1 {
        return format!("the first {} paths", thousands(paths as f64));
    }
    format!("the first {} paths of each of {draws} draws", thousands((paths / draws) as f64))
}

/// Mean and quantiles of one state in one month, not a number where there is no path; and how many paths are left out
/// because the state is no number.
pub(super) fn mean_and_quantiles(values: Vec<f32>) -> ([f64; 6], usize) {
    let mut sorted = values;
    let all = sorted.len();
    sorted.retain(|value| !value.is_nan());
    sorted.sort_unstable_by(f32::total_cmp);
    let n = sorted.len();
    let mean = sorted.iter().map(|&value| f64::from(value)).sum::<f64>() / n as f64;
    let mut row = [mean; 6];
    for (place, level) in LEVELS.iter().enumerate() {
        let rank = ((n as f64 * level).ceil() as usize).clamp(1, n.max(1));
        row[place + 1] = sorted.get(rank - 1).map_or(f64::NAN, |&value| f64::from(value));
    }
    (row, all - n)
}
