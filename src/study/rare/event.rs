//! A rare event in words, and when and how nearly a path has it.

use crate::calendar::Month;
use crate::engine::Chunk;
use crate::language::suggest::listed;
use crate::model::dynamics::{Distress, distress_of};
use crate::model::{Asked, Kind, Parameters, catalogue, metric};
use crate::notation::{money, thousands};
use crate::study::question::{Question, month_asked};
use crate::units::Unit;

/// An event of a path: all of its parts happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    parts: Vec<Part>,
    /// Months that a path needs: up to the last date.
    months: usize,
}

/// What happens: the event of a question, or its amount above a threshold.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    question: Question,
    /// Dollars; none for an event.
    above: Option<f64>,
    /// The monthly state that says how near it is.
    state: usize,
}

/// How nearly a path has the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sight {
    /// Infinite if it happens, else larger the nearer.
    pub(super) level: f64,
    /// Months up to its event, or to the last date.
    pub(super) stop: usize,
}

impl Event {
    /// Reads `PART [and PART ...]`, where a part is `MEASURE [SUBJECT] by YYYY-MM [above AMOUNT]`.
    ///
    /// # Errors
    /// Everything that is wrong with it, in words.
    pub(super) fn read(text: &str, world: Parameters) -> Result<Self, String> {
        let texts: Vec<&str> = text.split(" and ").collect();
        let timeline = world.timeline;
        let months: Vec<usize> = all(texts.iter().map(|part| month_asked(part, &timeline)))?;
        let last = months.iter().copied().max().unwrap_or(0) + 1;
        let ends = (last, months.as_slice());
        let world = shortened(world, ends);
        let known = catalogue(&world);
        let one = |text: &&str| {
            let (question, rest) = Question::read(text, &known, &world.timeline)?;
            Part::new(question, rest, &world)
        };
        Ok(Self { parts: all(texts.iter().map(one))?, months: last })
    }

    /// A world whose paths end with the last date, and show how near they are.
    pub(super) fn shortened(&self, world: Parameters) -> Parameters {
        let months: Vec<usize> = self.parts.iter().map(|part| part.question.month).collect();
        shortened(world, (self.months, &months))
    }

    /// It in words: `default openai by 2028-12 and provider_loss oracle by 2030-12 above $200 bn`.
    pub fn text(&self) -> String {
        self.parts.iter().map(Part::text).collect::<Vec<_>>().join(" and ")
    }

    /// The last date.
    pub fn by(&self) -> Month {
        let months = self.parts.iter().map(|part| (part.question.month, part.question.by));
        months.max_by_key(|(month, _)| *month).map_or_else(|| Month::january(0), |(_, by)| by)
    }

    /// Months up to the event of a path, whose place in the chunk is `at`; none if it does not happen.
    pub(super) fn happened(&self, chunk: &Chunk, at: usize) -> Option<usize> {
        let months = self.parts.iter().map(|part| part.happened(chunk, at));
        months.collect::<Option<Vec<usize>>>()?.into_iter().max()
    }

    /// How nearly a path has it.
    pub(super) fn see(&self, chunk: &Chunk, at: usize) -> Sight {
        match self.happened(chunk, at) {
            Some(stop) => Sight { level: f64::INFINITY, stop },
            None => {
                Sight { level: self.levels(chunk, at).last().copied().unwrap_or(f64::NEG_INFINITY), stop: self.months }
            }
        }
    }

    /// The largest level so far, by month: infinite from the event on.
    pub(super) fn levels(&self, chunk: &Chunk, at: usize) -> Vec<f64> {
        let mut levels = vec![0.0; self.months];
        for part in &self.parts {
            part.add_levels(chunk, at, &mut levels);
        }
        if let Some(stop) = self.happened(chunk, at) {
            levels[stop - 1..].fill(f64::INFINITY);
        }
        levels
    }

    /// What is said where it is not rare.
    pub(super) fn is_common(&self, hits: usize, paths: usize) -> String {
        let (event, hits, paths_told) = (self.text(), thousands(hits as f64), thousands(paths as f64));
        if hits == paths_told {
            return format!(
                "`{event}` happened on all of {paths_told} paths: it is certain in this scenario, or nearly"
            );
        }
        format!("`{event}` happened on {hits} of {paths_told} paths: it is not rare; `ouro run` estimates it better")
    }

    /// What is said where no path reaches it.
    pub(super) fn is_never_reached(&self, rounds: usize, paths: u64) -> String {
        format!(
            "`{}` was not reached in {rounds} rounds of the search with {} paths. Either it cannot happen in this scenario, or \
             the search does not see its way (docs/rare.md); more --paths do not help",
            self.text(),
            thousands(paths as f64)
        )
    }
}

/// All results, or all problems, one per line.
fn all<T>(results: impl Iterator<Item = Result<T, String>>) -> Result<Vec<T>, String> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => good.push(one),
            Err(problem) => bad.push(problem),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad.join("\n")) }
}

/// A world whose paths end after so many months, with amounts at the ends of these.
fn shortened(mut world: Parameters, (months, dates): (usize, &[usize])) -> Parameters {
    world.timeline.months = months;
    world.dates = dates.to_vec();
    world.dates.sort_unstable();
    world.dates.dedup();
    world.year_ends.retain(|&t| t < months);
    world.endurance_ends.retain(|&t| t < months);
    world.asking(Asked::DISTRESS)
}

impl Part {
    fn new(question: Question, rest: &str, world: &Parameters) -> Result<Self, String> {
        let above = threshold(&question, rest)?;
        let distress = distress(&question, world).ok_or_else(|| {
            let known = [metric::FUNDING_GAP, metric::PROVIDER_LOSS].map(|measure| measure.name);
            let name = question.measure.name;
            format!("`{name}` is neither an event nor one of the amounts that `ouro rare` follows: {}", listed(known))
        })?;
        let state =
            distress_of(world, distress).ok_or_else(|| format!("`{}` is not in this scenario", question.subject))?;
        Ok(Self { question, above, state })
    }

    fn text(&self) -> String {
        let above = self.above.map(|amount| format!(" above {}", money(amount)));
        self.question.text() + &above.unwrap_or_default()
    }

    fn happened(&self, chunk: &Chunk, at: usize) -> Option<usize> {
        let value = chunk.metrics[[self.question.row, at]];
        match self.above {
            Some(above) => (value > above).then_some(self.question.month + 1),
            None => (value <= self.question.month as f64).then(|| value as usize + 1),
        }
    }

    /// Adds its largest level so far, between -1 and 1, by month: 1 once it has happened.
    fn add_levels(&self, chunk: &Chunk, at: usize, levels: &mut [f64]) {
        let happened = self.happened(chunk, at).unwrap_or(usize::MAX);
        let mut most = -1.0;
        for (t, level) in levels.iter_mut().enumerate() {
            if t <= self.question.month {
                let state = chunk.states[[at, t, self.state]] / self.above.unwrap_or(1.0);
                most = f64::max(most, state / (1.0 + state.abs()));
            }
            *level += if t + 1 >= happened { 1.0 } else { most };
        }
    }
}

/// The threshold of an amount, dollars.
fn threshold(question: &Question, rest: &str) -> Result<Option<f64>, String> {
    let name = question.measure.name;
    match (question.is_event(), rest.strip_prefix("above")) {
        (true, None) if rest.is_empty() => Ok(None),
        (false, Some(amount)) => {
            let read = Unit::Money.read(amount.trim());
            let amount =
                read.map_err(|why| format!("after `above` there must be an amount such as 200B USD: {why}"))?;
            if amount > 0.0 { Ok(Some(amount)) } else { Err("the amount after `above` must be positive".to_owned()) }
        }
        (true, Some(_)) => Err(format!("`{name}` is an event and has no amount; leave out `{rest}`")),
        (false, None) => Err(format!("`{name}` is an amount: add `above AMOUNT`, such as `above 200B USD`")),
        (true, None) => Err(format!("`{rest}` is not understood; parts of a joint event are joined by ` and `")),
    }
}

/// What shows how near the event or the amount of a question is.
fn distress<'a>(question: &'a Question, world: &Parameters) -> Option<Distress<'a>> {
    let subject = question.subject.as_str();
    let is_lab = world.labs.iter().any(|lab| lab.name == subject);
    match question.measure.kind {
        Kind::FirstMonth if subject.is_empty() => Some(Distress::Market),
        Kind::FirstMonth if is_lab => Some(Distress::Shortage(subject)),
        Kind::FirstMonth => Some(Distress::Weakness(subject)),
        _ if question.measure == metric::FUNDING_GAP => Some(Distress::Gap(subject)),
        _ if question.measure == metric::PROVIDER_LOSS => Some(Distress::Loss(subject)),
        _ => None,
    }
}
