//! Attribution of the difference between two scenarios to the changed values.

use crate::model::{Measure, metric};
use crate::scenario::Scenario;
use crate::stats::shapley;

use super::comparable::comparable;
use super::estimand::{Estimand, Statistic};
use super::estimates::{Answer, Results};
use super::influence_function::Contributions;

/// Up to so many changes all orders are tried (Shapley): twice as many runs with each.
pub const MOST_IN_ALL_ORDERS: usize = 4;

/// Up to so many changes each is made alone.
pub const MOST_ALONE: usize = 16;

/// A value that differs between two scenarios and can be set in the first as it is in the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its key.
    pub key: String,
    /// The override that makes it in the first.
    pub set: String,
}

/// What a change contributes to the difference of an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The changed key; `together` for interactions and for differences that no key can set.
    pub key: String,
    /// What differs.
    pub estimand: Estimand,
    /// Its part, with the paired interval.
    pub part: Answer,
}

/// The values that differ and are written in `second`, and how many other differences there are: deals, entities and
/// defaults, which no key can set.
pub fn changed(first: &Scenario, second: &Scenario) -> (Vec<Changed>, usize) {
    let (ours, theirs) = (first.effective(), second.effective());
    let (mut found, mut others) = (Vec::new(), 0);
    for row in theirs.iter().filter(|row| !row.key.starts_with("run.")) {
        let before = ours.iter().find(|other| other.key == row.key);
        match before {
            Some(before) if before.exact == row.exact => {}
            Some(_) => match second.warnings().written(&row.key) {
                Some(text) => found.push(Changed { key: row.key.clone(), set: format!("{}={text}", row.key) }),
                None => others += 1,
            },
            None => others += 1,
        }
    }
    others += ours.iter().filter(|row| theirs.iter().all(|other| other.key != row.key)).count();
    (found, others)
}

/// The sets of changes to be run: all of them where they are few, else each alone. Bit `i` of a set is change `i`.
pub fn sets(changes: usize) -> Vec<u32> {
    match changes {
        0 => Vec::new(),
        _ if changes <= MOST_IN_ALL_ORDERS => (0..1 << changes).collect(),
        _ => std::iter::once(0).chain((0..changes.min(MOST_ALONE)).map(|change| 1 << change)).collect(),
    }
}

/// The statistics that are attributed, at the last month.
const EXPLAINED: [(Measure, Statistic); 4] = [
    (metric::LIQUIDITY_EVENT, Statistic::Probability),
    (metric::DEFAULT, Statistic::Probability),
    (metric::BURST, Statistic::Probability),
    (metric::FUNDING_GAP, Statistic::Mean),
];

/// The estimands whose difference is attributed, of every lab and the market.
pub fn explained(base: &Results<'_>) -> Vec<Estimand> {
    let last = base.date(base.horizon());
    let mut all = comparable(base);
    all.retain(|estimand| estimand.by == last && EXPLAINED.contains(&(estimand.measure, estimand.statistic)));
    all
}

/// What each path contributes to the explained estimates in one run.
#[derive(Clone, Debug)]
pub struct Arm {
    of_estimand: Vec<Option<Contributions>>,
}

impl Arm {
    /// Of a run.
    pub fn of(results: &Results<'_>, explained: &[Estimand]) -> Self {
        Self { of_estimand: Contributions::of_all(results, explained).collect() }
    }
}

/// The parts of the difference between `full` and the run of the empty set, from the runs of [`sets`].
pub fn parts(base: &Results<'_>, explained: &[Estimand], changes: &[Changed], arms: &[Arm], full: &Arm) -> Vec<Part> {
    let of = |(place, estimand): (usize, &Estimand)| -> Option<Vec<Part>> {
        let runs: Vec<&Contributions> =
            arms.iter().map(|arm| arm.of_estimand[place].as_ref()).collect::<Option<_>>()?;
        let full = full.of_estimand[place].as_ref()?;
        let shares = shares(&runs, changes.len(), base)?;
        let rest = rest(&runs, &shares, changes.len(), full, base)?;
        let named = changes.iter().map(|change| change.key.clone()).zip(shares);
        let part = |(key, part)| Part { key, estimand: estimand.clone(), part };
        Some(named.chain([("together".to_owned(), rest)]).map(part).collect())
    };
    explained.iter().enumerate().filter_map(of).flatten().collect()
}

fn shares(runs: &[&Contributions], changes: usize, base: &Results<'_>) -> Option<Vec<Answer>> {
    if changes <= MOST_IN_ALL_ORDERS {
        let of_path: Vec<&[f64]> = runs.iter().map(|run| run.of_path.as_slice()).collect();
        let shares = shapley(&of_path, base.ranges())?;
        let method = format!("Shapley over {changes} changes, paired");
        return Some(shares.iter().map(|share| Answer::with_method(share, &method)).collect());
    }
    let alone = |change: usize| {
        let moved = runs[change + 1].less(runs[0], base.ranges())?;
        Some(Answer::with_method(&moved.difference()?, "made alone, paired"))
    };
    (0..changes.min(MOST_ALONE)).map(alone).collect()
}

/// The rest of the whole difference.
fn rest(
    runs: &[&Contributions],
    shares: &[Answer],
    changes: usize,
    full: &Contributions,
    base: &Results<'_>,
) -> Option<Answer> {
    if changes <= MOST_IN_ALL_ORDERS {
        let left = full.less(runs.last()?, base.ranges())?;
        return Some(Answer::with_method(&left.difference()?, "what no key can set, paired"));
    }
    let whole = full.less(runs[0], base.ranges())?;
    let sum: f64 = shares.iter().filter_map(|share| share.value).sum();
    let method = "whole difference less the changes made alone".to_owned();
    Some(Answer { value: Some(whole.difference()?.value() - sum), method, ..Answer::default() })
}
