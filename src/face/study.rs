//! A study of one scenario.

use super::benchmark::Benchmark;
use super::bubble::Bubble;
use super::calibrated::Calibrated;
use super::comparison::Comparison;
use super::error::Error;
use super::needs::Needs;
use super::options::Options;
use super::plan::Plan;
use super::precision::{Aim, sought};
use super::prior::Prior;
use super::rare::RareEvent;
use super::replay::Replay;
use super::run::Run;
use crate::language::Problems;
use crate::model::Twin;
use crate::scenario::Scenario;
use crate::study::bubble::BubbleTest;
use crate::study::rare::rare;
use crate::study::{Effort, Prepared, Simulated, calibrated, examine};

/// A study of one scenario.
#[derive(Clone, Debug)]
pub struct Study {
    scenario: Scenario,
}

impl Study {
    /// A study of a scenario.
    pub fn of(scenario: Scenario) -> Self {
        Self { scenario }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// All problems and warnings of the scenario, including those that appear only month by month.
    pub fn check(&self) -> Problems {
        examine(&self.scenario)
    }

    /// The volatilities that meet the default probabilities of its base (the file at the end of `extends`, without
    /// overrides), solved anew.
    ///
    /// # Errors
    /// [`Error::Refused`] where no volatility is calibrated, [`Error::Problems`] where none meets a target, and those of
    /// [`Study::run`].
    pub fn calibrate(&self, options: Options) -> Result<Calibrated, Error> {
        Ok(Calibrated::new(options.conduct(|conduct| calibrated(&self.scenario, conduct))?))
    }

    /// The plan as written: one path, chance switched off, uncertain numbers at their means.
    ///
    /// # Errors
    /// [`Error::Problems`] with the problems that appear only month by month.
    pub fn plan(&self) -> Result<Plan, Error> {
        Plan::of(&self.scenario)
    }

    /// Many paths, with everything that is estimated from them.
    ///
    /// # Errors
    /// [`Error::Problems`] where a parameter draw is impossible, [`Error::Interrupted`] where it was ended before any path
    /// was finished, [`Error::Run`] and [`Error::Write`] where threads, memory or disk cannot be had.
    pub fn run(&self, options: Options) -> Result<Run, Error> {
        let prepared = options.prepared(&options.sized(&self.scenario)?, &mut options.calibrator())?;
        Run::of(prepared, &options)
    }

    /// Many paths, as many as an aim needs: the run of the smallest of the stated sizes at which every question is answered, or
    /// of the largest that its time or its most paths allow. Its numbers are those of [`Study::run`] with as many paths and
    /// draws. Where it is interrupted, it is the last look that was finished.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Refused`] where a question is about nothing that the scenario measures.
    pub fn run_until(&self, aim: &Aim, options: Options) -> Result<Run, Error> {
        sought(&self.scenario, aim, &options)
    }

    /// The draws and paths that questions need, each as in [`Aim`], from a pilot of the size of the options; without a size
    /// 25,600 paths in 200 draws.
    ///
    /// # Errors
    /// As [`Study::run_until`]; [`Error::Interrupted`] where the pilot was ended early.
    pub fn need(&self, questions: &[String], options: Options) -> Result<Needs, Error> {
        Needs::of(&self.scenario, questions, &options)
    }

    /// One path of a run alone, with the bits that it has in the run, told as a story.
    ///
    /// # Errors
    /// [`Error::Refused`] if the run has no such draw or path.
    pub fn replay(&self, draw: u64, path: u64, options: Options) -> Result<Replay, Error> {
        Replay::of(&options.worlds(&options.sized(&self.scenario)?, &mut options.calibrator())?, draw, path)
    }

    /// What circular money does: the scenario as given less the same without ties, and without strategic money, on common
    /// random numbers.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Interrupted`] where it was ended early, since a part compares nothing.
    pub fn twins(&self, options: Options) -> Result<Comparison, Error> {
        let scenario = options.sized(&self.scenario)?;
        let mut calibrator = options.calibrator();
        let prepared = |twin: Twin| Ok(Prepared::of_twin(options.worlds(&scenario, &mut calibrator)?, twin));
        Comparison::of_twins(&scenario, prepared, &options)
    }

    /// Published figures, and what happened later, beside the results of a run.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Refused`] where the scenario names neither figures nor outcomes.
    pub fn benchmark(&self, options: Options) -> Result<Benchmark, Error> {
        if self.scenario.benchmarks.is_empty() && self.scenario.outcomes.is_empty() {
            let text = "the scenario has neither [[benchmark]] nor [[outcome]]: there is nothing to compare with";
            return Err(Error::Refused(text.to_owned()));
        }
        self.measured(&options, Benchmark::of)
    }

    /// The expectations of the scenario compared with the results of a run.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Refused`] where the scenario expects nothing.
    pub fn prior(&self, options: Options) -> Result<Prior, Error> {
        if self.scenario.expectations.is_empty() {
            return Err(Error::Refused("the scenario has no [[expectation]]: there is nothing to check".to_owned()));
        }
        self.measured(&options, Prior::of)
    }

    /// Tests the market's price over fundamental value for explosive growth on each path (at most 10,000), beside what the
    /// model knows of these paths: power, false alarms, how early; and base rates of run-ups and crashes.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Refused`] where the test is out of its range, the run is too short for it, or the price
    /// does not move.
    pub fn bubble(&self, test: &BubbleTest, options: Options) -> Result<Bubble, Error> {
        Bubble::on_paths(&self.prepared(&options)?, test, &options)
    }

    /// The probability of a rare event in words, such as `default openai by 2028-12`, by two routes.
    ///
    /// # Errors
    /// As [`Study::run`]; [`Error::Refused`] where the words are no event, or the event is not rare or never reached.
    pub fn rare(&self, event: &str, options: Options) -> Result<RareEvent, Error> {
        let prepared = self.prepared(&options)?;
        let pool = options.pool()?;
        let found = options.conduct(|conduct| pool.install(|| rare(&prepared, event, conduct)))?;
        Ok(RareEvent::new(prepared.scenario().clone(), found))
    }

    /// The record of a run without monthly states.
    fn measured<T: Send>(&self, options: &Options, make: Make<T>) -> Result<T, Error> {
        let prepared = self.prepared(options)?;
        let effort = Effort { draws: prepared.draws(), observed: 0 };
        let simulated = options.conduct(|conduct| prepared.run(effort, conduct, &mut |_| Ok(())))?;
        Ok(options.pool()?.install(|| make(&prepared, &simulated, options.recorded())))
    }

    fn prepared(&self, options: &Options) -> Result<Prepared, Error> {
        Ok(Prepared::new(options.worlds(&options.sized(&self.scenario)?, &mut options.calibrator())?))
    }
}

/// Makes a result from a run and the options that its manifest records.
type Make<T> = fn(&Prepared, &Simulated, Vec<String>) -> T;

impl From<Scenario> for Study {
    fn from(scenario: Scenario) -> Self {
        Self::of(scenario)
    }
}
