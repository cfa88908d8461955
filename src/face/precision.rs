//! A run that is made as large as its questions need, or as its time allows.

use std::sync::Arc;
use std::time::Instant;

use super::error::Error;
use super::options::{Options, Watcher};
use super::run::Run;
use crate::engine::{Progress, Stop};
use crate::model::Measure;
use crate::report::precision::{Precision, Stopped};
use crate::scenario::Scenario;
use crate::study::comparison::{Variant, on_common_shocks};
use crate::study::precision::{MOST_LOOKS, Observed, Question, Reading, RunSize, ladder, questions};
use crate::study::{Calibrator, Effort, Prepared};

/// What a run is to answer, and how much it may take.
#[derive(Clone, Debug, Default)]
pub struct Aim {
    /// Questions, each `MEASURE [SUBJECT] by YYYY-MM: TARGET`, such as "default by 2030-12: 0.2pp".
    pub questions: Vec<String>,
    /// Seconds of wall time, from the start of the first look; none: as many as it takes.
    pub seconds: Option<f64>,
    /// Most paths; none: 16 times those of the scenario, and 256 times where only the time is limited.
    pub paths: Option<u64>,
}

/// Times the paths of the scenario, where nothing else is said.
const TIMES: u64 = 16;
const TIMES_BY_TIME: u64 = 256;
/// The time of a look is expected to be this many times that of its paths at the speed of the last: the report follows.
const MARGIN: f64 = 1.25;

impl Aim {
    /// The sizes at which the run may be looked at: as many paths per draw as in the scenario.
    fn sizes(&self, scenario: &Scenario, single: bool) -> Vec<RunSize> {
        let written = RunSize { paths: scenario.run.paths, draws: if single { 1 } else { scenario.run.draws } };
        let times = if self.questions.is_empty() { TIMES_BY_TIME } else { TIMES };
        let paths = self.paths.unwrap_or_else(|| written.paths.saturating_mul(times));
        let per_draw = written.paths_per_draw();
        let most = if single {
            RunSize { paths, draws: 1 }
        } else {
            let draws = (paths / per_draw).clamp(1, u64::from(u32::MAX));
            RunSize { paths: draws * per_draw.min(paths), draws }
        };
        // Sizes that are chosen by time alone make no interval wider.
        ladder(most, single, if self.questions.is_empty() { usize::MAX } else { MOST_LOOKS })
    }
}

/// The looks so far at what is made larger.
struct Looks<'a> {
    aim: &'a Aim,
    sizes: Vec<RunSize>,
    readings: Vec<Reading>,
    /// Paths that were simulated in all.
    simulated: u64,
    begun: Instant,
}

/// Looks at a run until everything is answered, or nothing more can be done.
pub(super) fn sought(scenario: &Scenario, aim: &Aim, options: &Options) -> Result<Run, Error> {
    let scenario = options.sized(scenario)?;
    let single = options.at_means || scenario.uncertain.is_empty();
    let mut looks = Looks::new(aim, &scenario, single);
    let mut calibrator = options.calibrator();
    let mut asked = Vec::new();
    let (mut at, mut last) = (0, None::<(Run, usize)>);
    let (run, at, stopped) = loop {
        let look = Instant::now();
        let run = look_at(&scenario, &mut looks, at, (&mut calibrator, &mut asked, options));
        let run = match (run, last) {
            // The look before is whole and has the answers; whatever has more paths is reported.
            (Ok(run), Some((before, at))) if run.is_interrupted() => {
                let report = if run.paths() > before.paths() { run } else { before };
                break (report, at, Stopped::Interrupted);
            }
            (Err(Error::Interrupted), Some((before, at))) => break (before, at, Stopped::Interrupted),
            (run, _) => run?,
        };
        if run.is_interrupted() {
            break (run, at, Stopped::Interrupted);
        }
        match looks.next(at, look.elapsed().as_secs_f64()) {
            Err(stopped) => break (run, at, stopped),
            Ok(next) => {
                last = Some((run, at));
                at = next;
            }
        }
    };
    let means = if options.at_means { " --means" } else { "" };
    let precision = looks.ended(format!("ouro run {}{means}", scenario.file()), at, stopped);
    let precision = Precision { reported: run.paths() as u64, ..precision };
    Ok(Run { precision: Some(precision), ..run })
}

/// The run of a size, which is that of `ouro run` with as many paths and draws, and its readings.
fn look_at(
    scenario: &Scenario,
    looks: &mut Looks<'_>,
    at: usize,
    (calibrator, asked, options): (&mut Calibrator, &mut Vec<Question>, &Options),
) -> Result<Run, Error> {
    let prepared = options.prepared(&scenario.set(looks.overrides(at))?, calibrator)?;
    if asked.is_empty() {
        *asked = questions(&looks.aim.questions, &prepared, false).map_err(Error::Refused)?;
    }
    let run = Run::of(prepared, &Options { progress: looks.progress(options), ..options.clone() })?;
    looks.simulated += run.paths() as u64;
    let results = run.results();
    for question in asked.iter() {
        looks.read(question, question.observed(&results).as_ref(), at)?;
    }
    Ok(run)
}

/// The size at which scenarios on common random numbers, the base first, are ranked, or nothing more can be done.
pub(super) fn ranked(variants: &[Variant], aim: &Aim, options: &Options) -> Result<(Vec<Variant>, Precision), Error> {
    let sized = |of: &Variant| Ok(Variant { name: of.name.clone(), scenario: options.sized(&of.scenario)? });
    let given = variants.iter().map(sized).collect::<Result<Vec<Variant>, Error>>()?;
    let common = on_common_shocks(&given)?;
    let single = common.iter().all(|of| of.scenario.uncertain.is_empty());
    let mut looks = Looks::new(aim, &common[0].scenario, single);
    let mut calibrator = options.calibrator();
    let mut at = 0;
    loop {
        let look = Instant::now();
        let set = |of: &Variant| {
            Ok::<_, Error>(Variant { name: of.name.clone(), scenario: of.scenario.set(looks.overrides(at))? })
        };
        let now = given.iter().map(set).collect::<Result<Vec<Variant>, Error>>()?;
        rank(&on_common_shocks(&now)?, &mut looks, at, (&mut calibrator, options))?;
        match looks.next(at, look.elapsed().as_secs_f64()) {
            Ok(next) => at = next,
            Err(stopped) => return Ok((now, looks.ended("ouro compare ...".to_owned(), at, stopped))),
        }
    }
}

/// One look at the differences from the base.
fn rank(
    all: &[Variant],
    looks: &mut Looks<'_>,
    at: usize,
    (calibrator, options): (&mut Calibrator, &Options),
) -> Result<(), Error> {
    let ready = |of: &Variant| Ok(Prepared::new(options.worlds(&of.scenario, calibrator)?));
    let prepared = all.iter().map(ready).collect::<Result<Vec<Prepared>, Error>>()?;
    let asked = questions(&looks.aim.questions, &prepared[0], true).map_err(Error::Refused)?;
    let measures: Vec<Measure> = asked.iter().map(|question| question.estimand.measure).collect();
    let mut runs = Vec::new();
    for one in prepared.into_iter().map(|one| one.asking(&measures)) {
        let options = Options { progress: looks.progress(options), ..options.clone() };
        let effort = Effort { draws: looks.sizes[at].draws as u32, observed: 0 };
        let run = options.conduct(|conduct| one.run(effort, conduct, &mut |_| Ok(())))?;
        if run.outcome.stop == Stop::Interrupted {
            return Err(Error::Interrupted);
        }
        looks.simulated += one.results(&run).paths() as u64;
        runs.push((one, run));
    }
    let results: Vec<_> = runs.iter().map(|(one, run)| one.results(run)).collect();
    for (of, second) in all.iter().zip(&results).skip(1) {
        for question in &asked {
            let observed = question.difference(&results[0], second);
            let what = question.text.rsplit_once(':').map_or("", |(what, _)| what);
            let text = format!("{} less {}, {what}", of.name, all[0].name);
            looks.read(&Question { text, ..question.clone() }, observed.as_ref(), at)?;
        }
    }
    Ok(())
}

impl<'a> Looks<'a> {
    fn new(aim: &'a Aim, scenario: &Scenario, single: bool) -> Self {
        Self { aim, sizes: aim.sizes(scenario, single), readings: Vec::new(), simulated: 0, begun: Instant::now() }
    }

    /// The size of a look, as overrides.
    fn overrides(&self, at: usize) -> Vec<String> {
        let RunSize { paths, draws } = self.sizes[at];
        let draws = (draws > 1).then(|| format!("run.draws={draws}"));
        std::iter::once(format!("run.paths={paths}")).chain(draws).collect()
    }

    /// The watcher of a look, which counts on from the paths of those before.
    fn progress(&self, options: &Options) -> Option<Watcher> {
        let before = self.simulated;
        let watch = options.progress.clone()?;
        Some(Arc::new(move |Progress { done, paths }| watch(Progress { done: before + done, paths: before + paths })))
    }

    /// Takes a reading.
    fn read(&mut self, question: &Question, observed: Option<&Observed>, at: usize) -> Result<(), Error> {
        let looks = (at + 1, self.sizes.len());
        let reading = observed.and_then(|of| Reading::of(question, of, self.sizes[at], looks));
        self.readings.push(reading.ok_or_else(|| {
            let text = "has no finite value on some paths, so it has no mean and no error";
            Error::Refused(format!("`{}`: it {text}", question.text))
        })?);
        Ok(())
    }

    /// The next look, or why there is none; `seconds` were spent on the last.
    fn next(&self, at: usize, seconds: f64) -> Result<usize, Stopped> {
        let now: Vec<&Reading> = self.readings.iter().filter(|reading| reading.look == at + 1).collect();
        let open: Vec<&Reading> = now.iter().copied().filter(|reading| !reading.is_answered()).collect();
        let largest = self.sizes.len() - 1;
        let most = self.sizes[largest].paths as f64;
        let is_beyond = |reading: &&Reading| reading.needed.low.is_finite() && reading.needed.low > most;
        if !now.is_empty() && open.is_empty() {
            return Err(Stopped::Answered);
        }
        if at == largest {
            return Err(Stopped::Largest);
        }
        if !open.is_empty() && open.iter().all(is_beyond) {
            return Err(Stopped::OutOfReach);
        }
        let enough = |paths: f64| self.sizes.iter().position(|size| size.paths as f64 >= paths).unwrap_or(largest);
        // What was never seen has no need yet: the next look may see it.
        let wanted = open.iter().map(|reading| match reading.needed.value {
            paths if paths.is_finite() => enough(paths),
            _ => at + 1,
        });
        let wanted = wanted.max().unwrap_or(largest).max(at + 1);
        let Some(limit) = self.aim.seconds else { return Ok(wanted) };
        let left = limit - self.begun.elapsed().as_secs_f64();
        let expected = |size: &RunSize| MARGIN * seconds * size.paths as f64 / self.sizes[at].paths as f64;
        let affordable = self.sizes[at + 1..=wanted].iter().take_while(|size| expected(size) <= left).count();
        if affordable == 0 { Err(Stopped::Time) } else { Ok(at + affordable) }
    }

    /// What the looks said, and which is reported.
    fn ended(self, command: String, at: usize, stopped: Stopped) -> Precision {
        Precision {
            command,
            reported: self.sizes[at].paths,
            sizes: self.sizes,
            at,
            readings: self.readings,
            stopped,
            limit: self.aim.seconds,
            simulated: self.simulated,
            seconds: self.begun.elapsed().as_secs_f64(),
        }
    }
}
