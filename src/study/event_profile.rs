//! Events month by month in two runs on common random numbers.

use crate::model::{Kind, Measure, Metric};
use crate::stats::Sample;

use super::estimand::{Estimand, Statistic};
use super::estimates::Results;
use super::influence_function::indicator;

/// The probability of an event by the end of each month, in two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The event.
    pub measure: Measure,
    /// Whose.
    pub subject: String,
    /// In the base.
    pub base: Vec<f64>,
    /// In the variant.
    pub variant: Vec<f64>,
    /// Variant less base, with the ends of its paired 95 % interval.
    pub difference: Vec<[f64; 3]>,
}

/// The events of labs that both runs have, over the months of both.
///
/// # Panics
/// If the two did not run the same paths.
pub fn profiles(base: &Results<'_>, variant: &Results<'_>, measures: &[Measure]) -> Vec<Profile> {
    assert_eq!(base.ranges(), variant.ranges(), "variants that are compared run the same paths");
    let wanted = |metric: &&Metric| {
        metric.measure.kind == Kind::FirstMonth && measures.contains(&metric.measure) && results_have(variant, metric)
    };
    base.catalogue.iter().filter(wanted).filter_map(|metric| profile(base, variant, metric)).collect()
}

fn results_have(results: &Results<'_>, metric: &Metric) -> bool {
    results.find(metric.measure, &metric.subject, metric.by).is_some()
}

fn profile(base: &Results<'_>, variant: &Results<'_>, metric: &Metric) -> Option<Profile> {
    let (measure, subject) = (metric.measure, metric.subject.clone());
    let mut profile = Profile { measure, subject, base: vec![], variant: vec![], difference: vec![] };
    for t in 0..=base.horizon().min(variant.horizon()) {
        let (subject, by) = (metric.subject.clone(), base.date(t));
        let estimand = Estimand { measure, subject, by, statistic: Statistic::Probability };
        let (a, b) = (indicator(base, &estimand)?, indicator(variant, &estimand)?);
        let moved: Vec<f64> = b.iter().zip(&a).map(|(b, a)| b - a).collect();
        let difference = Sample::new(&moved, base.ranges())?.mean()?;
        let share = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        profile.base.push(share(&a));
        profile.variant.push(share(&b));
        profile.difference.push([difference.value(), difference.low(), difference.high()]);
    }
    Some(profile)
}
