//! A sweep made ready, and the run of one of its points.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::engine::Stop;
use crate::hash::Fnv;
use crate::language::address::joined;
use crate::language::{Problem, Problems, Severity};
use crate::model::{Measure, measure_named};
use crate::random::{SOBOL_DIMENSIONS, SOBOL_POINTS};
use crate::resolve::{Calibration, Worlds};
use crate::scenario::{Design, Scenario, SweepFile, load};

use super::super::calibration::Calibrator;
use super::super::comparable::comparable;
use super::super::conduct::Conduct;
use super::super::contrast::{Contrast, contrasts_of};
use super::super::error::StudyError;
use super::super::estimand::Statistic;
use super::super::estimates::{Entry, Results, Summary};
use super::super::prepared::{Effort, Prepared, Simulated};
use super::super::soundness::Soundness;
use super::design::{self, SweepPoint};
use super::midpoints;
use super::point::{AxisRecord, Coordinate, Identity, PointResult, PolicyRecord, Row};

/// A sweep of which every point has been read.
#[derive(Debug)]
pub struct SweepPlan {
    file: SweepFile,
    scenario: PathBuf,
    sizes: Vec<String>,
    written: Scenario,
    points: Vec<SweepPoint>,
    measures: Vec<Measure>,
    months: Vec<String>,
    digest: String,
    policies: Vec<PolicyRecord>,
    /// Draws of every point: 1 where nothing is uncertain at any.
    draws: u64,
}

/// The run of the scenario as it is written, with which every point is compared.
#[derive(Debug)]
pub struct Base {
    prepared: Prepared,
    run: Simulated,
}

impl SweepPlan {
    /// Reads a file of a sweep, its scenario, and the scenario at every point.
    ///
    /// # Errors
    /// Everything that is wrong with them: with the scenario as it is written, else with the points.
    pub fn open(path: &Path) -> Result<Self, Problems> {
        let (file, broken) = SweepFile::load_in_part(path)?;
        if broken.contains("sweep.scenario") {
            return Err(file.problems([]));
        }
        let scenario = path.parent().unwrap_or(Path::new("")).join(&file.sweep.scenario);
        let sizes = [("paths", file.sweep.paths), ("draws", file.sweep.draws)];
        let seed = file.sweep.seed.map(|seed| format!("run.seed={seed}"));
        let sizes: Vec<String> = sizes.iter().map(|(key, n)| format!("run.{key}={n}")).chain(seed).collect();
        let written = match load(&scenario, &sizes) {
            Ok(written) => written,
            // What is wrong with the file of the sweep may be why.
            Err(problems) => return Err(if file.problems([]).refuse() { file.problems([]) } else { problems }),
        };
        if let Err(found) = Worlds::plan(&written) {
            return Err(written.problems(found));
        }
        let words = |of: &[crate::language::Raw]| of.iter().map(crate::language::Raw::text).collect::<Vec<_>>();
        let measures = file.sweep.measures.iter().filter_map(|raw| measure_named(&raw.text())).collect();
        let months = words(&file.sweep.by);
        let draws = written.run.draws;
        let mut plan = Self {
            file,
            scenario,
            sizes,
            written,
            points: vec![],
            measures,
            months,
            digest: String::new(),
            policies: vec![],
            draws,
        };
        let mut wrong = plan.check();
        // A key that could not be read has its problem already.
        wrong.retain(|problem| !broken.contains(&problem.key));
        let has_points = !plan.file.problems([]).refuse() && wrong.iter().all(|problem| problem.key != "axis");
        plan.points =
            if has_points { design::points(&plan.file, plan.written.run.seed) } else { design::alone(&plan.file) };
        wrong.extend(plan.read_points());
        let problems = plan.file.problems(wrong);
        if problems.refuse() {
            return Err(problems);
        }
        plan.policies = plan.changed_by_policies();
        Ok(plan)
    }

    /// What each policy changes alone; nothing of one that is refused without the values of the axes.
    fn changed_by_policies(&self) -> Vec<PolicyRecord> {
        let changes = |set: &[crate::language::Raw]| {
            let overrides: Vec<String> =
                self.sizes.iter().cloned().chain(set.iter().map(crate::language::Raw::text)).collect();
            let scenario = load(&self.scenario, &overrides).ok()?;
            Some(self.written.changes(&scenario))
        };
        let policies = self.file.policies.iter().filter(|policy| !policy.set.is_empty());
        let record = |policy: &crate::scenario::Policy| {
            Some(PolicyRecord { name: policy.name.clone(), changes: changes(&policy.set)? })
        };
        policies.filter_map(record).collect()
    }

    /// What must be true of a sweep and its scenario together.
    fn check(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let worlds = Worlds::at_means(self.written.clone(), self.written.run.seed);
        let Ok(worlds) = worlds else { return found };
        let prepared = Prepared::new(worlds);
        let known: BTreeSet<&str> = prepared.measures().iter().map(|measure| measure.name).collect();
        let kept: Vec<String> = self.file.sweep.measures.iter().map(crate::language::Raw::text).collect();
        let asked = kept.iter().map(|measure| ("sweep.measures", measure));
        let refined = self.file.refine.iter().map(|refine| ("refine.measure", &refine.measure));
        for (key, measure) in asked.chain(refined).filter(|(_, measure)| !known.contains(measure.as_str())) {
            let problem = Problem::error(key, format!("there is no measure `{measure}`"));
            found.push(problem.among(measure, known.iter().copied()));
        }
        let dates: Vec<String> = prepared.months();
        let refined = self.file.refine.iter().filter_map(|refine| refine.by).map(|by| ("refine.by", by.to_string()));
        for (key, by) in self.months.iter().map(|by| ("sweep.by", by.clone())).chain(refined) {
            if !dates.contains(&by) {
                let problem = Problem::error(key, format!("nothing is measured at the end of `{by}`"));
                found.push(problem.expected(format!("one of {}", dates.join(", "))));
            }
        }
        found.extend(self.check_refine());
        let (points, axes) = (self.file.sweep.points as usize, self.file.axes.len());
        if self.file.sweep.design == Design::Sobol && (points > SOBOL_POINTS || axes > SOBOL_DIMENSIONS) {
            let message = format!("a `sobol` design has at most {SOBOL_POINTS} points and {SOBOL_DIMENSIONS} axes");
            found.push(Problem::error("axis", message).help("use a `latin_hypercube`, which has no such limit"));
        }
        found
    }

    fn names(&self) -> Vec<&'static str> {
        self.measures.iter().map(|measure| measure.name).collect()
    }

    fn check_refine(&self) -> Vec<Problem> {
        let Some(refine) = &self.file.refine else { return Vec::new() };
        let mut found = Vec::new();
        let level = refine.level.at(&[]);
        let statistic = Statistic::parse(&refine.statistic);
        if statistic.is_none() {
            let problem = Problem::error("refine.statistic", format!("there is no statistic `{}`", refine.statistic));
            found.push(problem.expected("`probability`, `mean` or a quantile such as `p95`"));
        }
        let amount = measure_named(&refine.measure).filter(Measure::is_amount);
        if let Some(amount) = amount.filter(|_| statistic == Some(Statistic::Probability)) {
            let problem = Problem::error("refine.statistic", format!("`{}` is no event", amount.name));
            found.push(problem.help("add `statistic = \"mean\"`, or a quantile such as `p95`"));
        } else if statistic == Some(Statistic::Probability) && !(level > 0.0 && level < 1.0) {
            let problem = Problem::error("refine.level", "no probability crosses this level").found(level.to_string());
            found.push(problem.expected("a share above 0 and below 1"));
        }
        if !self.measures.iter().any(|kept| kept.name == refine.measure) {
            let problem = Problem::error(
                "refine.measure",
                format!("`{}` is not among the measures that are kept", refine.measure),
            );
            found.push(problem.help(format!("add it to sweep.measures: {}", self.names().join(", "))));
        }
        let numeric = self
            .file
            .axes
            .first()
            .is_some_and(|axis| axis.from.is_some() || axis.values.iter().all(|raw| raw.number.is_some()));
        if !numeric {
            found.push(Problem::error("axis", "the first axis is refined, and its values are not numbers"));
        }
        found
    }

    /// Reads the scenario of every point: what is wrong with any, and the digest over all.
    fn read_points(&mut self) -> Vec<Problem> {
        let (mut found, mut seen, mut hash) = (Vec::new(), BTreeSet::new(), Fnv::default());
        for (number, point) in self.points.iter().enumerate() {
            hash = hash.with(point.policy.as_bytes());
            hash = point.values.iter().fold(hash, |hash, value| hash.with(value.toml.as_bytes()));
            match self.scenario_at(point) {
                Ok(scenario) => {
                    self.draws = self.draws.max(scenario.run.draws);
                    hash = hash.with(&scenario.digest.to_le_bytes());
                }
                Err(problems) => {
                    for problem in problems.list.iter().filter(|problem| problem.severity == Severity::Error) {
                        if seen.insert((problem.key.clone(), problem.message.clone())) {
                            found.push(self.at_point(number, point, (problem, &problems)));
                        }
                    }
                }
            }
        }
        let kept = [self.names().join(","), self.months.join(","), self.written.digest_text()].join(";");
        hash = hash.with(kept.as_bytes());
        self.digest = format!("{:016x}", hash.value());
        found
    }

    /// A problem of a point, told at the axis or policy whose override it is in, else at the one that sets its key.
    fn at_point(&self, number: usize, point: &SweepPoint, (problem, all): (&Problem, &Problems)) -> Problem {
        let text = problem.place.as_ref().and_then(|place| all.texts.get(place.text)).filter(|text| !text.has_lines);
        let sets = |set: &str| match text {
            Some(text) => text.text == set,
            None => !problem.key.is_empty() && set.starts_with(&problem.key),
        };
        let of_axis = |axis: &crate::scenario::Axis| match text {
            Some(text) => text.text.strip_prefix(&axis.key).is_some_and(|rest| rest.starts_with('=')),
            None => problem.key == axis.key,
        };
        let axis = self.file.axes.iter().find(|axis| of_axis(axis));
        let policy = self.file.policies.iter().find(|policy| policy.set.iter().any(|raw| sets(&raw.text())));
        let listed = self.file.points.iter().find(|listed| listed.set.iter().any(|raw| sets(&raw.text())));
        let key = match (axis, policy, listed) {
            (Some(axis), ..) => joined(&joined("axis", &axis.key), "key"),
            (_, Some(policy), _) => format!("policy.{}", policy.name),
            (_, _, Some(listed)) => format!("point.{}", listed.name),
            _ => "sweep.scenario".to_owned(),
        };
        let place = format!("point {number} ({}): {}: ", point.overrides.join(", "), problem.key);
        Problem { key, message: place + &problem.message, place: None, ..problem.clone() }
    }

    fn scenario_at(&self, point: &SweepPoint) -> Result<Scenario, Problems> {
        let overrides: Vec<String> = self.sizes.iter().chain(&point.overrides).cloned().collect();
        let scenario = load(&self.scenario, &overrides)?;
        match Worlds::plan(&scenario) {
            Ok(_) => Ok(scenario),
            Err(found) => Err(scenario.problems(found)),
        }
    }

    /// The file of the sweep.
    pub fn file(&self) -> &SweepFile {
        &self.file
    }

    /// The scenario as it is written, with the sizes of the sweep.
    pub fn scenario(&self) -> &Scenario {
        &self.written
    }

    /// The points, in their order.
    pub fn points(&self) -> &[SweepPoint] {
        &self.points
    }

    /// Its identity.
    pub fn identity(&self) -> Identity {
        let run = &self.written.run;
        let unit = |axis: &crate::scenario::Axis| {
            // The unit of the key where the scenario has it, whatever the values of the axis are written in.
            let of_key = self.written.effective.iter().find(|row| row.key == axis.key).map(|row| row.unit);
            let written = axis.from.as_ref().map(|from| from.unit).or_else(|| Some(axis.values.first()?.number?.1));
            of_key.unwrap_or_else(|| written.map(crate::units::Unit::label).unwrap_or_default()).to_owned()
        };
        Identity {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            name: self.file.sweep.name.clone(),
            digest: self.digest.clone(),
            scenario: self.written.digest_text(),
            points: self.points.len() as u64,
            axes: self.file.axes.iter().map(|axis| AxisRecord { key: axis.key.clone(), unit: unit(axis) }).collect(),
            policies: self.policies.clone(),
            seed: run.seed,
            paths: run.paths,
            draws: self.draws,
            text: self.file.text().to_owned(),
            shard: None,
        }
    }

    /// Runs the scenario as it is written.
    ///
    /// # Errors
    /// As [`SweepPlan::run`].
    pub fn base(&self, conduct: Conduct<'_>) -> Result<Base, StudyError> {
        let calibration = Calibrator::default().of(&self.written, conduct)?;
        let (prepared, run) = self.simulate(self.written.clone(), (0, "as written"), calibration, conduct)?;
        Ok(Base { prepared, run })
    }

    /// Runs a point.
    ///
    /// # Errors
    /// Where it is interrupted, its months cannot be resolved, or the engine fails.
    pub fn run(
        &self,
        (number, point): (u64, &SweepPoint),
        base: &Base,
        conduct: Conduct<'_>,
    ) -> Result<PointResult, StudyError> {
        let told = point.overrides.join(", ");
        let scenario = self.scenario_at(point).map_err(|problems| refused(number, &told, &problems.to_string()))?;
        let digest = scenario.digest_text();
        let calibration = base.prepared.worlds().calibration().clone();
        let (prepared, run) = self.simulate(scenario, (number, &told), calibration, conduct)?;
        Ok(PointResult {
            number,
            policy: point.policy.clone(),
            coordinates: point
                .values
                .iter()
                .map(|raw| Coordinate { text: raw.toml.clone(), number: raw.number.map(|n| n.0) })
                .collect(),
            digest,
            soundness: Soundness::of(&prepared.results(&run)),
            rows: self.rows(&base.prepared.results(&base.run), &prepared.results(&run)),
        })
    }

    fn simulate(
        &self,
        scenario: Scenario,
        (number, told): (u64, &str),
        calibration: Calibration,
        conduct: Conduct<'_>,
    ) -> Result<(Prepared, Simulated), StudyError> {
        let seed = scenario.run.seed;
        let worlds = Worlds::calibrated(scenario, (seed, false), calibration).map_err(|problems| {
            let first = problems.first().map(|problem| format!("{}: {}", problem.key, problem.message));
            refused(number, told, &first.unwrap_or_default())
        })?;
        let prepared = Prepared::new(worlds).asking(&self.measures);
        let effort = Effort { draws: self.draws as u32, observed: 0 };
        let run = prepared.run(effort, conduct, &mut |_| Ok(()))?;
        match run.outcome.stop {
            Stop::Paths => Ok((prepared, run)),
            Stop::Interrupted => Err(StudyError::Interrupted),
        }
    }

    /// The measures that are kept, at the months that are kept.
    fn rows(&self, base: &Results<'_>, point: &Results<'_>) -> Vec<Row> {
        let wanted = |measure: Measure| self.measures.contains(&measure);
        let last = point.date(point.horizon()).to_string();
        let kept =
            |by: &str| if self.months.is_empty() { by == last } else { self.months.iter().any(|month| month == by) };
        let mut all = comparable(base);
        all.retain(|estimand| wanted(estimand.measure) && kept(&estimand.by.to_string()));
        let contrasts = contrasts_of(base, point, &all);
        let summary = Summary::of_measures(point, &wanted);
        let dated = summary.entries.iter().filter(|entry| kept(&entry.estimand.by.to_string()));
        dated.map(|entry| row(entry, &contrasts)).collect()
    }

    /// One more round of points where the level of the sweep is crossed; none where nothing is refined.
    pub fn refined(&self, results: &[PointResult]) -> Vec<SweepPoint> {
        midpoints(&self.file, results)
    }
}

/// A point that cannot be run.
fn refused(point: u64, overrides: &str, problem: &str) -> StudyError {
    StudyError::Refused(format!("point {point} ({overrides}): {problem}"))
}

fn row(entry: &Entry, contrasts: &[Contrast]) -> Row {
    let same = |contrast: &&Contrast| contrast.estimand == entry.estimand;
    let moved = contrasts.iter().find(same).map(|contrast| &contrast.difference);
    Row {
        estimand: entry.estimand.clone(),
        value: entry.answer.value,
        low: entry.answer.low,
        high: entry.answer.high,
        difference: moved.and_then(|answer| answer.value),
        difference_low: moved.and_then(|answer| answer.low),
        difference_high: moved.and_then(|answer| answer.high),
        unit: entry.estimand.unit().to_owned(),
        method: entry.answer.method.clone(),
    }
}
