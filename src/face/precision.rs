//! A run that is made as large as its questions need, or as its time allows.

use std::sync::Arc;
use std::time::Instant;

use super::error::Error;
use super::options::{Options, Watcher};
use super::run::Run;
use super::study::Study;
use crate::engine::Progress;
use crate::report::precision::{Precision, Stopped};
use crate::scenario::Scenario;
use crate::study::Calibrator;
use crate::study::precision::{MOST_LOOKS, Question, Reading, RunSize, ladder, questions};

/// What a run is to answer, and how much it may take.
#[derive(Clone, Debug, Default)]
pub struct Aim {
    /// Questions, each `MEASURE [SUBJECT] [by YYYY-MM]: TARGET`, such as "default by 2030-12: 0.2pp".
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
    fn sizes(&self, scenario: &Scenario, at_means: bool) -> Vec<RunSize> {
        let single = at_means || scenario.uncertain.is_empty();
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

/// The looks at a run so far.
struct Looks<'a> {
    aim: &'a Aim,
    options: &'a Options,
    scenario: Scenario,
    sizes: Vec<RunSize>,
    calibrator: Calibrator,
    questions: Vec<Question>,
    readings: Vec<Reading>,
    /// Paths that were simulated in all.
    simulated: u64,
    begun: Instant,
}

/// Looks until everything is answered, or nothing more can be done.
pub(super) fn sought(study: &Study, aim: &Aim, options: &Options) -> Result<Run, Error> {
    let scenario = options.sized(study.scenario())?;
    let sizes = aim.sizes(&scenario, options.at_means);
    let calibrator = options.calibrator();
    let (questions, readings) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    let mut looks = Looks { aim, options, scenario, sizes, calibrator, questions, readings, simulated: 0, begun };
    let (mut at, mut last) = (0, None);
    loop {
        let look = Instant::now();
        let run = match (looks.look(at), last) {
            (Err(Error::Interrupted), Some((run, at))) => break Ok(looks.ended(run, at, Stopped::Interrupted)),
            (Err(error), _) => break Err(error),
            // The look before is whole, and this one is not.
            (Ok(run), Some((before, at))) if run.is_interrupted() => {
                break Ok(looks.ended(before, at, Stopped::Interrupted));
            }
            (Ok(run), _) => run,
        };
        looks.read(&run, at)?;
        match looks.next(at, look.elapsed().as_secs_f64()) {
            _ if run.is_interrupted() => break Ok(looks.ended(run, at, Stopped::Interrupted)),
            Err(stopped) => break Ok(looks.ended(run, at, stopped)),
            Ok(next) => {
                last = Some((run, at));
                at = next;
            }
        }
    }
}

impl Looks<'_> {
    /// The run of a size, which is that of `ouro run` with as many paths and draws.
    fn look(&mut self, at: usize) -> Result<Run, Error> {
        let RunSize { paths, draws } = self.sizes[at];
        let sizes = vec![format!("run.paths={paths}"), format!("run.draws={draws}")];
        let single = self.options.at_means || self.scenario.uncertain.is_empty();
        let sizes = if single { sizes[..1].to_vec() } else { sizes };
        let prepared = Study::ready(&self.scenario.set(sizes)?, &mut self.calibrator, self.options)?;
        if self.questions.is_empty() {
            self.questions = questions(&self.aim.questions, &prepared).map_err(Error::Refused)?;
        }
        let progress = self.options.progress.clone().map(|watch| after(watch, self.simulated));
        let run = Study::simulated(prepared, &Options { progress, ..self.options.clone() })?;
        self.simulated += run.paths() as u64;
        Ok(run)
    }

    /// Takes the readings of a look.
    fn read(&mut self, run: &Run, at: usize) -> Result<(), Error> {
        let results = run.results();
        for question in &self.questions {
            let looks = (at + 1, self.sizes.len());
            let reading = question.observed(&results).and_then(|of| Reading::of(question, &of, self.sizes[at], looks));
            self.readings.push(reading.ok_or_else(|| {
                let text = "has no finite value on some paths, so it has no mean and no error";
                Error::Refused(format!("`{}`: it {text}", question.text))
            })?);
        }
        Ok(())
    }

    /// The next look, or why there is none; `seconds` were spent on the last.
    fn next(&self, at: usize, seconds: f64) -> Result<usize, Stopped> {
        let now = &self.readings[self.readings.len() - self.questions.len()..];
        let open: Vec<&Reading> = now.iter().filter(|reading| !reading.is_answered()).collect();
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

    fn ended(self, run: Run, at: usize, stopped: Stopped) -> Run {
        let precision = Precision {
            file: self.scenario.file().to_owned(),
            at_means: self.options.at_means,
            sizes: self.sizes,
            at,
            readings: self.readings,
            stopped,
            limit: self.aim.seconds,
            simulated: self.simulated,
            seconds: self.begun.elapsed().as_secs_f64(),
        };
        Run { precision: Some(precision), ..run }
    }
}

/// A watcher that counts on from the paths of earlier looks.
fn after(watch: Watcher, before: u64) -> Watcher {
    Arc::new(move |Progress { done, paths }| watch(Progress { done: before + done, paths: before + paths }))
}
