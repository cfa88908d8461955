//! `ouro sweep`: a scenario at many points.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::SweepArgs;
use super::exit::{Ended, WRONG, done};
use super::terminal;
use crate::face::{Error, Sheet, Sweep, SweepRun, counted, thousands};

/// Runs the points that are not finished, and makes the tables when all are.
///
/// # Errors
/// When the file is refused, a point cannot be run, or something cannot be written or printed.
pub(super) fn run(args: &SweepArgs) -> Ended {
    let sweep = Sweep::load(&args.file)?.shard(args.shard);
    if args.check {
        terminal::print(&told(&sweep))?;
        return Ok(done(false));
    }
    if args.shard.is_some() && sweep.is_refined() {
        terminal::note("the shard runs the points of the design; to refine, resume the merged folder without --shard");
    }
    let place = place(args, &sweep);
    let options = args.shown.options(args.threads.unwrap_or(0))?;
    match sweep.run(&place, args.resume, options) {
        Ok(finished) => show(&finished, args.shown.output.json),
        Err(Error::Interrupted) => Ok(interrupted(&sweep, &place)),
        Err(error) => Err(error),
    }
}

/// The folder: as asked, else `outputs/<file>-<digest>`, with the shard.
fn place(args: &SweepArgs, sweep: &Sweep) -> PathBuf {
    let by_default = || {
        let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
        let shard = args.shard.map(|shard| format!("-{}-of-{}", shard.number, shard.of)).unwrap_or_default();
        Path::new("outputs").join(format!("{stem}-{}{shard}", &sweep.identity().digest[..8]))
    };
    args.shown.output.out.clone().unwrap_or_else(by_default)
}

fn told(sweep: &Sweep) -> String {
    let (identity, points) = (sweep.identity(), sweep.points());
    format!(
        " {} \u{b7} {} of {} in {}, seed {} \u{b7} {} in all \u{b7} digest {}\n",
        identity.name,
        counted(points, "point"),
        counted(identity.paths as usize, "path"),
        counted(identity.draws as usize, "draw"),
        identity.seed,
        counted(points * identity.paths as usize, "path"),
        identity.digest
    )
}

fn interrupted(sweep: &Sweep, place: &Path) -> ExitCode {
    let text = format!(
        "interrupted: {} of {} points are finished and kept in {}; continue with the same command and --resume",
        thousands(sweep.finished(place) as f64),
        thousands(sweep.points() as f64),
        place.display()
    );
    terminal::note(&text);
    done(true)
}

/// Prints the table if asked to, and says where the results are.
///
/// # Errors
/// When the table cannot be printed.
pub(super) fn show(finished: &SweepRun, as_json: bool) -> Ended {
    if as_json {
        terminal::print(&finished.json()?)?;
    } else {
        let sheet = Sheet { width: terminal::width() };
        let lines = finished.told().iter().flat_map(|text| sheet.plain(text));
        terminal::print(&lines.map(|line| line.text + "\n").collect::<String>())?;
    }
    finished.not_drawn().iter().for_each(|why| terminal::note(&format!("not drawn: {why}")));
    finished.unmet().into_iter().for_each(terminal::note);
    finished.unsound().iter().for_each(|told| terminal::note(told));
    let more = finished.refined();
    let more = if more > 0 { format!(", {more} of them refined") } else { String::new() };
    let points = counted(finished.points().len(), "point");
    terminal::note(&format!("{points}{more}: results in {}", finished.place().display()));
    Ok(if finished.unsound().is_some() { ExitCode::from(WRONG) } else { done(false) })
}
