//! Losses by regime: their distribution given the worst event of the labs, in place of one over all paths.

use std::ops::Range;

use crate::model::{Measure, metric};
use crate::stats::{Estimate, FEW, Sample, Sorted, nested_proportion, never_beyond, quantiles, wilson};

use super::estimates::Results;

/// Levels of the quantiles within a regime.
pub const WITHIN: [f64; 3] = [0.05, 0.5, 0.95];

/// The regime of a path for one loss: nothing is lost, or the worst event of the labs behind the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Nothing is lost, whatever happened.
    Nothing,
    /// A loss without a default: scale-backs or renegotiations only.
    ScaleBack,
    /// A loss with a distressed exchange, but no payment default.
    Exchange,
    /// A loss with a payment default of labs that were illiquid only.
    Illiquid,
    /// A loss with a payment default of an insolvent lab.
    Insolvent,
}

impl Regime {
    /// All, the worst last.
    pub const ALL: [Self; 5] = [Self::Nothing, Self::ScaleBack, Self::Exchange, Self::Illiquid, Self::Insolvent];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::ScaleBack => "scale_back",
            Self::Exchange => "exchange",
            Self::Illiquid => "illiquid_default",
            Self::Insolvent => "insolvent_default",
        }
    }
}

/// The probability of a regime and the loss within it.
#[derive(Clone, Debug)]
pub struct InRegime {
    /// Which.
    pub regime: Regime,
    /// Its probability over all paths.
    pub probability: Estimate,
    /// How many paths it has.
    pub paths: usize,
    /// Quantiles of the loss among its paths at [`WITHIN`]; none where nothing is lost or with fewer than ten paths.
    pub quantiles: Option<Vec<Estimate>>,
}

/// The regimes of a loss of `subject` by the end of the run, given its values; None of what is no loss to contracts, debt
/// or stakes, or where the events of a lab are not known.
///
/// The labs behind a loss are those to which the entity sells or lends; of stakes those in which it has one.
pub fn regimes(results: &Results<'_>, measure: Measure, subject: &str, values: &[f64]) -> Option<Vec<InRegime>> {
    let exposure = results.exposures.iter().find(|exposure| exposure.entity == subject)?;
    let labs = match measure {
        _ if measure == metric::PROVIDER_LOSS => &exposure.owed_by,
        _ if measure == metric::BASIS_LOST => &exposure.invested_in,
        _ => return None,
    };
    let happened = |measure| {
        let events = labs.iter().map(|lab| results.event(measure, lab)).collect::<Option<Vec<_>>>();
        events.map(|events| move |path: usize| events.iter().any(|first| first[path].is_finite()))
    };
    let (defaulted, exchanged) = (happened(metric::PAYMENT_DEFAULT)?, happened(metric::DISTRESSED_EXCHANGE)?);
    let insolvent = happened(metric::INSOLVENT_DEFAULT)?;
    let of_path = |(path, &loss): (usize, &f64)| match () {
        () if loss <= 0.0 => Regime::Nothing,
        () if insolvent(path) => Regime::Insolvent,
        () if defaulted(path) => Regime::Illiquid,
        () if exchanged(path) => Regime::Exchange,
        () => Regime::ScaleBack,
    };
    let of_paths: Vec<Regime> = values.iter().enumerate().map(of_path).collect();
    Regime::ALL.into_iter().map(|regime| in_regime(results, (values, &of_paths), regime)).collect()
}

fn in_regime(results: &Results<'_>, (values, of_paths): (&[f64], &[Regime]), regime: Regime) -> Option<InRegime> {
    let probability = match results.count(|path| of_paths[path] == regime)[..] {
        [counts] => wilson(counts)?,
        ref counts => {
            let any_loss = nested_proportion(&results.count(|path| of_paths[path] != Regime::Nothing))?.total;
            never_beyond(nested_proportion(counts)?.total, &any_loss, counts.len())
        }
    };
    let mut inside = Vec::new();
    let mut draws: Vec<Range<usize>> = Vec::new();
    for draw in results.ranges() {
        let start = inside.len();
        inside.extend(draw.clone().filter(|&path| of_paths[path] == regime).map(|path| values[path]));
        draws.extend((inside.len() > start).then_some(start..inside.len()));
    }
    let paths = inside.len();
    let enough = paths >= FEW as usize && regime != Regime::Nothing;
    let sample = Sample::new(&inside, &draws).filter(|_| enough);
    let quantiles = sample.and_then(|sample| Some(quantiles(&sample, &Sorted::new(inside.clone())?, &WITHIN)));
    Some(InRegime { regime, probability, paths, quantiles })
}
