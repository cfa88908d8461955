//! Scenarios compared on common random numbers: what may be compared, the runs, and what explains the differences.

use crate::model::{Measure, metric};
use crate::scenario::Scenario;

use super::attribution::{self, Changed, MOST_ALONE, Part, changed, sets};
use super::calibration::Calibrator;
use super::common_shocks::{against_first, in_pairs};
use super::conduct::Conduct;
use super::contrast::{Contrast, Flip, adjust, contrasts, flips};
use super::error::StudyError;
use super::estimates::Results;
use super::event_profile::{Profile, profiles};
use super::prepared::{Prepared, worlds};
use super::soundness::Soundness;

/// Paths that are listed for each event and direction.
const MOST_FLIPS: usize = 1000;

/// Events whose probability is compared month by month.
const DRAWN: [Measure; 2] = [metric::LIQUIDITY_EVENT, metric::DEFAULT];

/// A scenario that is compared, and what it is called.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name, unlike that of any other.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
}

/// A run beside another.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What the variant is called.
    pub variant: String,
    /// What it is compared with.
    pub against: String,
    /// What their difference shows, in words; empty where the names say it.
    pub shows: &'static str,
    /// Whether the two begin in the same month, so that their shocks fall on the same dates.
    pub begin_together: bool,
    /// Every headline.
    pub contrasts: Vec<Contrast>,
    /// Paths that flip.
    pub flips: Vec<Flip>,
    /// Events by month.
    pub profiles: Vec<Profile>,
    /// Whether the numbers of the two are numbers.
    pub soundness: Soundness,
}

/// What explains the difference of one variant from the base.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The variant.
    pub variant: String,
    /// The contribution of each changed value.
    pub parts: Vec<Part>,
}

/// What two runs are called.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The run that is compared.
    pub variant: String,
    /// The run with which it is compared.
    pub against: String,
    /// What their difference shows, in words; empty where the names say it.
    pub shows: &'static str,
}

/// The variants with the seed and the paths of the first and the most draws of any.
///
/// # Errors
/// [`StudyError::Refused`] where there is nothing to compare or two have one name; [`StudyError::Problems`] where one cannot be read with these sizes.
pub fn on_common_shocks(variants: &[Variant]) -> Result<Vec<Variant>, StudyError> {
    let Some(first) = variants.first().filter(|_| variants.len() > 1) else {
        let text = "there is nothing to compare with: name a second file, or a variant with --set KEY=VALUE";
        return Err(StudyError::Refused(text.to_owned()));
    };
    for (at, one) in variants.iter().enumerate() {
        if variants[..at].iter().any(|other| other.name == one.name) {
            let text = format!("two scenarios are called `{}`; their differences could not be told apart", one.name);
            return Err(StudyError::Refused(text));
        }
    }
    let draws = variants.iter().map(|variant| variant.scenario.run.draws).max().unwrap_or(1);
    let sized = |Variant { name, scenario }: &Variant| {
        Ok(Variant { name: name.clone(), scenario: sized(scenario, sizes(&first.scenario, draws))? })
    };
    variants.iter().map(sized).collect()
}

/// A scenario with these sizes; it is read anew only where they are not its own.
fn sized(scenario: &Scenario, sizes: [String; 3]) -> Result<Scenario, StudyError> {
    let own = self::sizes(scenario, scenario.run.draws);
    if own == sizes { Ok(scenario.clone()) } else { Ok(scenario.set(sizes)?) }
}

/// The caveat of variants that begin in another month than the first.
///
/// Random numbers have the month of the run in their address, so such a pair of paths shares them by month of the run and
/// not by date. The paired intervals hold nevertheless, since the pairs are independent of one another whatever the two
/// paths of a pair have in common.
pub fn apart(variants: &[Variant]) -> Vec<String> {
    let Some((first, others)) = variants.split_first() else { return Vec::new() };
    let start = |variant: &Variant| variant.scenario.about.start;
    let others = others.iter().filter(|other| start(other) != start(first));
    others
        .map(|other| {
            format!(
                "`{}` begins in {} and `{}` in {}: they are compared by date, each counted from its own start; their \
                 shocks do not fall on the same dates, so no path flips, and nothing is attributed",
                other.name,
                start(other),
                first.name,
                start(first)
            )
        })
        .collect()
}

/// The sizes of the first scenario, as overrides.
fn sizes(first: &Scenario, draws: u64) -> [String; 3] {
    let run = &first.run;
    [format!("run.seed={}", run.seed), format!("run.paths={}", run.paths), format!("run.draws={draws}")]
}

/// Runs all and compares each with the first; `pair` says what the two are called.
///
/// # Errors
/// As [`against_first`].
pub fn compare(
    all: &[Prepared],
    conduct: Conduct<'_>,
    pair: impl Fn(usize) -> Pair,
) -> Result<Vec<Compared>, StudyError> {
    let mut found = Vec::new();
    against_first(all, conduct, |number, first, other| {
        found.push(compared(pair(number), first, other));
    })?;
    adjust(found.iter_mut().flat_map(|compared: &mut Compared| &mut compared.contrasts));
    Ok(found)
}

/// Runs all and compares pairs of them: the places of the run with which another is compared, and of that other.
///
/// # Errors
/// As [`against_first`].
pub fn compare_pairs(
    all: &[Prepared],
    conduct: Conduct<'_>,
    pairs: &[(usize, usize)],
    pair: impl Fn(usize) -> Pair,
) -> Result<Vec<Compared>, StudyError> {
    let mut found = Vec::new();
    in_pairs(all, pairs, conduct, |number, base, variant| found.push(compared(pair(number), base, variant)))?;
    adjust(found.iter_mut().flat_map(|compared: &mut Compared| &mut compared.contrasts));
    Ok(found)
}

fn compared(pair: Pair, base: &Results<'_>, variant: &Results<'_>) -> Compared {
    let mut found = Compared {
        variant: pair.variant,
        against: pair.against,
        shows: pair.shows,
        begin_together: base.date(0) == variant.date(0),
        contrasts: contrasts(base, variant),
        flips: Vec::new(),
        profiles: Vec::new(),
        soundness: Soundness::of(base).and(&Soundness::of(variant)),
    };
    if found.begin_together {
        found.flips = flips(base, variant, MOST_FLIPS);
        found.profiles = profiles(base, variant, &DRAWN);
    } else {
        // Before the later start nothing can happen in one of the two, and the shocks of the pair fall on different dates.
        let both_have_begun = base.date(0).max(variant.date(0));
        found.contrasts.retain(|contrast| contrast.estimand.by >= both_have_begun);
        found.contrasts.iter_mut().for_each(|contrast| contrast.flipped = None);
    }
    found
}

/// The attribution for every variant with more than one changed value, and the names of variants with too many.
///
/// # Errors
/// Where a mixture of the two scenarios is refused, or as [`against_first`].
pub fn explain(
    variants: &[Variant],
    calibrator: &mut Calibrator,
    conduct: Conduct<'_>,
) -> Result<(Vec<Explained>, Vec<String>), StudyError> {
    let (mut explained, mut too_many) = (Vec::new(), Vec::new());
    let Some((base, others)) = variants.split_first() else { return Ok((explained, too_many)) };
    let begin_together = |variant: &&Variant| variant.scenario.about.start == base.scenario.about.start;
    for variant in others.iter().filter(begin_together) {
        let (changes, rest) = changed(&base.scenario, &variant.scenario);
        if changes.len() + rest < 2 || changes.is_empty() {
            continue;
        }
        if changes.len() > MOST_ALONE {
            too_many.push(format!(
                "{}: {} values differ, too many to run each alone; no attribution",
                variant.name,
                changes.len()
            ));
            continue;
        }
        let parts = parts(&base.scenario, &variant.scenario, &changes, calibrator, conduct)?;
        explained.push(Explained { variant: variant.name.clone(), parts });
    }
    Ok((explained, too_many))
}

/// Runs the sets of changes of one variant.
fn parts(
    first: &Scenario,
    last: &Scenario,
    changes: &[Changed],
    calibrator: &mut Calibrator,
    conduct: Conduct<'_>,
) -> Result<Vec<Part>, StudyError> {
    let sizes = sizes(first, first.run.draws.max(last.run.draws));
    let mut prepared = |scenario: &Scenario| {
        let calibration = calibrator.of(scenario, conduct)?;
        Ok::<_, StudyError>(Prepared::new(worlds(scenario, false, calibration)?))
    };
    let mut all = vec![prepared(first)?];
    for set in sets(changes.len()).into_iter().skip(1) {
        let made = changes.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
        let made = made.map(|(_, change)| change.set.clone());
        all.push(prepared(&first.set(made.chain(sizes.iter().cloned()))?)?);
    }
    all.push(prepared(last)?);
    let (mut headlines, mut arms, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    against_first(&all, conduct, |number, base, other| {
        if number == 1 {
            headlines = attribution::explained(base);
            arms.push(attribution::Arm::of(base, &headlines));
        }
        let arm = attribution::Arm::of(other, &headlines);
        if number + 1 == all.len() {
            parts = attribution::parts(base, &headlines, changes, &arms, &arm);
        } else {
            arms.push(arm);
        }
    })?;
    Ok(parts)
}
