//! `ouro sweep`: a scenario at many points.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::dispatch::{INTERRUPTED, Wrong};
use super::study_args::SweepArgs;
use super::terminal::{self, Meter};
use super::text::counted;
use crate::engine::Progress;
use crate::human::thousands;
use crate::report::json;
use crate::report::sweep::{SweepFolder, sweep_table};
use crate::scenario::SweepFile;
use crate::study::sweep::{Base, Crossing, Identity, PointResult, SweepError, SweepPlan, SweepPoint, contour};

/// Runs the points that are not finished, and makes the tables when all are.
///
/// # Errors
/// When the file is refused, a point cannot be run, or something cannot be written or printed.
pub(crate) fn run(args: &SweepArgs) -> Result<ExitCode> {
    let plan = SweepPlan::open(&args.file)?;
    if args.check {
        return terminal::print(&told(&plan)).map(|()| ExitCode::SUCCESS);
    }
    if args.shard.is_some() && plan.file().refine.is_some() {
        terminal::note("the shard runs the points of the design; to refine, resume the merged folder without --shard");
    }
    let identity = Identity { shard: args.shard, ..plan.identity() };
    let folder = SweepFolder::open(&place(args, &identity), identity.clone(), args.resume)?;
    match points(args, &plan, &folder) {
        Ok(()) => finish(plan.file(), &identity, &folder, args.json).map(|()| ExitCode::SUCCESS),
        Err(error) => match error.downcast_ref::<SweepError>() {
            Some(SweepError::Interrupted) => Ok(interrupted(&plan, &folder)),
            Some(SweepError::Refused { .. }) => Err(Wrong(error.to_string()).into()),
            _ => Err(error),
        },
    }
}

/// The folder: as asked, else `outputs/<file>-<digest>`, with the shard.
fn place(args: &SweepArgs, identity: &Identity) -> PathBuf {
    let by_default = || {
        let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
        let shard = args.shard.map(|shard| format!("-{}-of-{}", shard.number, shard.of)).unwrap_or_default();
        Path::new("outputs").join(format!("{stem}-{}{shard}", &identity.digest[..8]))
    };
    args.out.clone().unwrap_or_else(by_default)
}

fn told(plan: &SweepPlan) -> String {
    let identity = plan.identity();
    format!(
        " {} \u{b7} {} of {} in {} draws, seed {} \u{b7} {} in all \u{b7} digest {}\n",
        identity.name,
        counted(plan.points().len(), "point"),
        counted(identity.paths as usize, "path"),
        identity.draws,
        identity.seed,
        counted(plan.points().len() * identity.paths as usize, "path"),
        identity.digest
    )
}

fn interrupted(plan: &SweepPlan, folder: &SweepFolder) -> ExitCode {
    let (done, all) = (folder.finished().len(), plan.points().len());
    let text = format!(
        "interrupted: {} of {} points are finished and kept in {}; the same command with --resume goes on",
        thousands(done as f64),
        thousands(all as f64),
        folder.place().display()
    );
    terminal::note(&text);
    ExitCode::from(INTERRUPTED)
}

/// Runs all points of the design, then those of the refinement.
fn points(args: &SweepArgs, plan: &SweepPlan, folder: &SweepFolder) -> Result<()> {
    let done: BTreeSet<u64> = folder.finished().iter().map(|point| point.number).collect();
    let numbered = plan.points().iter().enumerate().map(|(number, point)| (number as u64, point.clone()));
    let own = numbered.filter(|(number, _)| args.shard.is_none_or(|shard| shard.holds(*number)));
    let missing: Vec<(u64, SweepPoint)> = own.filter(|(number, _)| !done.contains(number)).collect();
    let mut runner = Runner { args, plan, folder, base: None };
    runner.run(&missing)?;
    if args.shard.is_some() {
        return Ok(());
    }
    let halvings = plan.file().refine.as_ref().map_or(0, |refine| refine.halvings);
    let mut known = plan.points().len() as u64;
    for _ in 0..halvings {
        // Each round sees what was there before it, also when it is resumed.
        let finished = folder.finished();
        let seen: Vec<_> = finished.iter().filter(|point| point.number < known).cloned().collect();
        let more = plan.refined(&seen);
        let numbered = more.iter().zip(known..).map(|(point, number)| (number, point.clone()));
        let missing: Vec<_> =
            numbered.filter(|(number, _)| finished.iter().all(|done| done.number != *number)).collect();
        runner.run(&missing)?;
        known += more.len() as u64;
    }
    Ok(())
}

/// Runs points one after another, and keeps each.
struct Runner<'a> {
    args: &'a SweepArgs,
    plan: &'a SweepPlan,
    folder: &'a SweepFolder,
    base: Option<Base>,
}

impl Runner<'_> {
    fn run(&mut self, points: &[(u64, SweepPoint)]) -> Result<()> {
        if points.is_empty() {
            return Ok(());
        }
        let threads = self.args.threads.unwrap_or(0);
        let interrupt = terminal::interrupt()?;
        let meter = Meter::new(self.args.quiet || self.args.json);
        let known = self.base.take();
        let before = u64::from(known.is_none());
        let runs = points.len() as u64 + before;
        let base = match known {
            Some(base) => base,
            None => self.plan.base(threads, interrupt, &|at| meter.show(of_all(at, 0, runs)))?,
        };
        for (at, (number, point)) in points.iter().enumerate() {
            let show = |progress| meter.show(of_all(progress, before + at as u64, runs));
            let result = self.plan.run((*number, point), &base, threads, interrupt, &show)?;
            self.folder.save(&result)?;
        }
        meter.finish();
        self.base = Some(base);
        Ok(())
    }
}

/// Progress of one run as progress over all.
fn of_all(progress: Progress, before: u64, runs: u64) -> Progress {
    Progress { done: before * progress.paths + progress.done, paths: runs * progress.paths }
}

/// Makes the tables and figures from the finished points, and says where they are.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn finish(file: &SweepFile, identity: &Identity, folder: &SweepFolder, as_json: bool) -> Result<()> {
    let results = folder.finished();
    let crossings = contour(file, &results);
    folder.finish(&results, &crossings)?;
    draw(file, identity, folder, &results, &crossings)?;
    folder.seal(results.len() as u64)?;
    if as_json {
        let table = sweep_table(identity, &results)?;
        terminal::print(&json::text(&table).context("cannot make the JSON")?)?;
    }
    let more = results.len() as u64 - identity.points.min(results.len() as u64);
    let more = if more > 0 { format!(", {more} of them refined") } else { String::new() };
    terminal::note(&format!("{}{more}: results in {}", counted(results.len(), "point"), folder.place().display()));
    if results.is_empty() {
        bail!("no point is finished");
    }
    Ok(())
}

#[cfg(feature = "plots")]
fn draw(
    file: &SweepFile,
    identity: &Identity,
    folder: &SweepFolder,
    results: &[PointResult],
    crossings: &[Crossing],
) -> Result<()> {
    let figures = folder.place().join("figures");
    std::fs::create_dir_all(&figures).with_context(|| format!("creating `{}`", figures.display()))?;
    for (name, figure) in crate::report::sweep_figures::pictures(file, identity, results, crossings) {
        super::output::draw(&|file: &str| Ok(figures.join(file)), &name, &figure)?;
    }
    Ok(())
}

#[cfg(not(feature = "plots"))]
fn draw(_: &SweepFile, _: &Identity, _: &SweepFolder, _: &[PointResult], _: &[Crossing]) -> Result<()> {
    Ok(())
}
