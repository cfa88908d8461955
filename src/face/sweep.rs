//! A scenario at many points on common random numbers.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::options::Options;
use crate::report::format::{About, LARGE, PLAIN, Table, json};
use crate::report::output::{FigureFiles, Filed, write_all};
use crate::report::sweep::{Opening, SweepFolder, contour_table, crossings_told, merged, sweep_table};
use crate::scenario::SweepFile;
use crate::study::Soundness;
use crate::study::sweep::{Crossing, Identity, PointResult, PointStore, Shard, SweepPlan, contour, run, unmet};

/// A sweep of which every point has been read.
#[derive(Debug)]
pub struct Sweep {
    plan: SweepPlan,
    shard: Option<Shard>,
}

/// A finished sweep, or a finished shard of one.
#[derive(Debug)]
pub struct SweepRun {
    folder: SweepFolder,
    identity: Identity,
    points: Vec<PointResult>,
    crossings: Vec<Crossing>,
    told: Vec<String>,
    unmet: Option<String>,
    not_drawn: Vec<String>,
    soundness: Soundness,
}

impl Sweep {
    /// Reads the file of a sweep, its scenario, and the scenario at every point.
    ///
    /// # Errors
    /// [`Error::Problems`] with everything that is wrong with them.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self { plan: SweepPlan::open(path.as_ref())?, shard: None })
    }

    /// Only a part of the points.
    #[must_use]
    pub fn shard(self, shard: Option<Shard>) -> Self {
        Self { shard, ..self }
    }

    /// Whether the file asks for more points where a level is crossed.
    pub fn is_refined(&self) -> bool {
        self.plan.file().refine.is_some()
    }

    /// Points of the design, before any refinement.
    pub fn points(&self) -> usize {
        self.plan.points().len()
    }

    /// Its identity: name, digest, sizes.
    pub fn identity(&self) -> Identity {
        Identity { shard: self.shard, ..self.plan.identity() }
    }

    /// Runs the points that are not finished into a folder, each kept as it is finished. `resume` continues a sweep that
    /// was interrupted and gives the same bits.
    ///
    /// # Errors
    /// [`Error::Refused`] if the folder holds anything else; [`Error::Interrupted`] where it was ended early, with the
    /// finished points kept.
    pub fn run(&self, folder: impl AsRef<Path>, resume: bool, options: Options) -> Result<SweepRun, Error> {
        let folder =
            SweepFolder::open(folder.as_ref(), self.identity(), if resume { Opening::Resume } else { Opening::Begin })?;
        let pool = options.pool()?;
        options.conduct(|conduct| pool.install(|| run(&self.plan, self.shard, &folder, conduct)))?;
        pool.install(|| finish(self.plan.file(), self.identity(), folder, options.figures))
    }

    /// How many points of a folder are finished; none if it holds no such sweep.
    pub fn finished(&self, folder: impl AsRef<Path>) -> usize {
        SweepFolder::open(folder.as_ref(), self.identity(), Opening::Resume).map_or(0, |folder| folder.finished().len())
    }
}

/// Puts the shards of a sweep together, to the bits of one run, with figures in these files.
///
/// # Errors
/// [`Error::Refused`] naming the shards that are missing, there twice, unfinished, or of another sweep.
pub fn merge(shards: &[PathBuf], folder: impl AsRef<Path>, figures: FigureFiles) -> Result<SweepRun, Error> {
    let (identity, points) = merged(shards)?;
    let file = SweepFile::parse("sweep.json", &identity.text)?;
    let folder = SweepFolder::open(folder.as_ref(), identity.clone(), Opening::Merge)?;
    for point in &points {
        folder.save(point).map_err(crate::study::StudyError::Store)?;
    }
    finish(&file, identity, folder, figures)
}

/// Makes tables and figures from the finished points.
#[cfg_attr(not(feature = "plots"), expect(unused_variables, reason = "there are no figures"))]
fn finish(file: &SweepFile, identity: Identity, folder: SweepFolder, figures: FigureFiles) -> Result<SweepRun, Error> {
    let points = folder.finished();
    if points.is_empty() {
        return Err(Error::Refused("no point is finished".to_owned()));
    }
    let crossings = contour(file, &points);
    let mut tables = vec![Filed::new("sweep", sweep_table(&identity, &points)?, LARGE)];
    if !crossings.is_empty() {
        tables.push(Filed::new("contour", contour_table(&identity, &crossings)?, PLAIN));
    }
    let about = About::from([("digest".to_owned(), identity.digest.clone())]);
    let not_drawn = write_all(
        &tables,
        #[cfg(feature = "plots")]
        (&crate::report::sweep::pictures(file, &identity, &points, &crossings), figures),
        &about,
        &|name| folder.file(name),
    )?;
    let told = file.refine.as_ref().map(|refine| crossings_told(&identity, refine, &crossings)).unwrap_or_default();
    let soundness = points.iter().fold(Soundness::default(), |all, point| all.and(&point.soundness));
    folder.seal(points.len() as u64, &soundness)?;
    let unmet = unmet(file, &points);
    Ok(SweepRun { folder, identity, points, crossings, told, unmet, not_drawn, soundness })
}

impl SweepRun {
    /// The finished points.
    pub fn points(&self) -> &[PointResult] {
        &self.points
    }

    /// How many of them were added by refinement.
    pub fn refined(&self) -> usize {
        self.points.len().saturating_sub(self.identity.points as usize)
    }

    /// Where the level of the sweep is crossed.
    pub fn crossings(&self) -> &[Crossing] {
        &self.crossings
    }

    /// Where the level is crossed, in words, with its interval; empty where no level is asked for or none is crossed.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    /// What should be said where the level of the sweep is nowhere crossed, or not everywhere.
    pub fn unmet(&self) -> Option<&str> {
        self.unmet.as_deref()
    }

    /// What must be said of numbers that are not finite; nothing where all are.
    pub fn unsound(&self) -> Option<String> {
        self.soundness.told()
    }

    /// The folder.
    pub fn place(&self) -> &Path {
        self.folder.place()
    }

    /// Figures that could not be drawn, and why.
    pub fn not_drawn(&self) -> &[String] {
        &self.not_drawn
    }

    /// The tables, in the order of their files.
    ///
    /// # Errors
    /// If a number does not fit its table, which is a fault of the program.
    pub fn tables(&self) -> Result<Vec<Table>, Error> {
        Ok(vec![sweep_table(&self.identity, &self.points)?, contour_table(&self.identity, &self.crossings)?])
    }

    /// The table of points as JSON.
    ///
    /// # Errors
    /// If a number does not fit the table.
    pub fn json(&self) -> Result<String, Error> {
        json::text(&sweep_table(&self.identity, &self.points)?).map_err(Error::io("making the JSON"))
    }
}
