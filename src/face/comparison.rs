//! Runs on common random numbers, and their differences.

use std::time::Instant;

use super::error::Error;
use super::options::Options;
use super::precision::{Aim, ranked};
use super::result::{PRECISION, Page, REPORT, result};
use crate::model::Twin;
use crate::report::comparison::{attribution_table, comparison_table, flips_table};
use crate::report::format::{PLAIN, TIDY, Table};
use crate::report::output::{Deliverable, FigureFiles, Filed, Manifest};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::precision::{Precision, precision_table};
use crate::report::summary::{about, dictionary, manifest};
use crate::scenario::Scenario;
#[cfg(feature = "plots")]
use crate::scenario::in_short;
use crate::study::comparison::{
    Compared, Explained, Pair, Variant, apart, compare as run_all, compare_pairs, explain, on_common_shocks,
};
use crate::study::{Prepared, Soundness};

/// Differences of runs on common random numbers, with paired errors.
#[derive(Debug)]
pub struct Comparison {
    command: &'static str,
    scenario: Scenario,
    manifest: Manifest,
    compared: Vec<Compared>,
    /// What each variant has instead of the values of the base, by its name.
    changes: Vec<(String, Vec<String>)>,
    explained: Option<Vec<Explained>>,
    notes: Vec<String>,
    figures: FigureFiles,
    /// How large it was made for the rankings that were asked for.
    precision: Option<Precision>,
}

result!(Comparison, "The table of differences as JSON.");

/// Compares scenarios with the first, or with one another as named: every path has the same random numbers in each.
/// `attribution` asks also which changed value explains how much, at the price of more runs.
///
/// Seed and paths are those of the first, the number of draws is the largest of any.
///
/// # Errors
/// [`Error::Refused`] where there is nothing to compare or two have one name; [`Error::Interrupted`] where it was ended early.
pub fn compare(variants: &[Variant], attribution: bool, options: Options) -> Result<Comparison, Error> {
    let begun = Instant::now();
    let sized = |of: &Variant| Ok(Variant { name: of.name.clone(), scenario: options.sized(&of.scenario)? });
    let given = variants.iter().map(sized).collect::<Result<Vec<Variant>, Error>>()?;
    let all = on_common_shocks(&given)?;
    let mut calibrator = options.calibrator();
    let prepared = |of: &Variant| Ok(Prepared::new(options.worlds(&of.scenario, &mut calibrator)?));
    let prepared = all.iter().map(prepared).collect::<Result<Vec<Prepared>, Error>>()?;
    let pair = |number: usize| Pair { variant: all[number].name.clone(), against: all[0].name.clone(), shows: "" };
    let pool = options.pool()?;
    let compared = options.conduct(|conduct| pool.install(|| run_all(&prepared, conduct, pair)))?;
    let seconds = begun.elapsed().as_secs_f64();
    let (explained, mut notes) = if attribution {
        options.conduct(|conduct| pool.install(|| explain(&all, &mut calibrator, conduct)))?
    } else {
        Default::default()
    };
    notes.extend(apart(&all));
    let scenario = all[0].scenario.clone();
    let changes = all[1..].iter().map(|of| (of.name.clone(), scenario.changes(&of.scenario))).collect();
    let mut manifest = record(&scenario, "compare", &options, seconds, &compared);
    manifest.scenario.overrides = given[0].scenario.overrides();
    Ok(Comparison {
        command: "compare",
        scenario,
        manifest,
        compared,
        changes,
        explained: Some(explained),
        notes,
        figures: options.figures,
        precision: None,
    })
}

/// Compares scenarios as [`compare`] does, with as many paths and draws as it takes to rank every variant against the base:
/// questions are "default by 2030-12: ranking".
///
/// # Errors
/// As [`compare`]; [`Error::Refused`] where a question is about nothing that the scenarios measure.
pub fn compare_until(
    variants: &[Variant],
    aim: &Aim,
    attribution: bool,
    options: Options,
) -> Result<Comparison, Error> {
    let (sized, precision) = ranked(variants, aim, &options)?;
    let size = Options { paths: None, draws: None, ..options };
    Ok(Comparison { precision: Some(precision), ..compare(&sized, attribution, size)? })
}

/// What the runs of `twins` are called, in the order in which they are made.
const TWINS: [(&str, Twin); 3] = [
    ("as given", Twin::AsGiven),
    ("without strategic money", Twin::WithoutStrategicMoney),
    ("without ties", Twin::WithoutTies),
];

/// The differences of `twins`: the places of the run with which another is compared and of that other, and what they show.
const DIFFERENCES: [(usize, usize, &str); 3] = [
    (1, 0, "The circularity effect: what the money of firms that also sell to the lab does, with its strings."),
    (
        2,
        0,
        "What the strings do: the contracts that come with the money, feedback, regulation, and givers that can fail. The \
         money itself is in both runs.",
    ),
    (1, 2, "What the money alone does: it comes from outsiders, without strings, or not at all."),
];

impl Comparison {
    pub(super) fn of_twins(
        scenario: &Scenario,
        mut prepared: impl FnMut(Twin) -> Result<Prepared, Error>,
        options: &Options,
    ) -> Result<Self, Error> {
        let begun = Instant::now();
        let all = TWINS.iter().map(|(_, twin)| prepared(*twin)).collect::<Result<Vec<Prepared>, Error>>()?;
        let pair = |number: usize| {
            let (against, variant, shows) = DIFFERENCES[number];
            Pair { variant: TWINS[variant].0.to_owned(), against: TWINS[against].0.to_owned(), shows }
        };
        let pairs = DIFFERENCES.map(|(against, variant, _)| (against, variant));
        let pool = options.pool()?;
        let compared = options.conduct(|conduct| pool.install(|| compare_pairs(&all, conduct, &pairs, pair)))?;
        let manifest = record(scenario, "twins", options, begun.elapsed().as_secs_f64(), &compared);
        let scenario = scenario.clone();
        Ok(Self {
            command: "twins",
            scenario,
            manifest,
            compared,
            changes: Vec::new(),
            explained: None,
            notes: Vec::new(),
            figures: options.figures,
            precision: None,
        })
    }

    /// Each variant beside the run with which it is compared.
    pub fn compared(&self) -> &[Compared] {
        &self.compared
    }

    /// Which changed value explains how much, for every variant with more than one.
    pub fn explained(&self) -> &[Explained] {
        self.explained.as_deref().unwrap_or_default()
    }

    /// The rankings that were asked for; none where none were.
    pub fn precision(&self) -> Option<&Precision> {
        self.precision.as_ref()
    }

    /// The same for people; nothing where none were asked for.
    pub fn answers(&self, width: usize) -> Page {
        self.precision.as_ref().map_or_else(Page::new, |of| page::precision(of, width))
    }

    /// The base scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Remarks to print beside the page.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        let page = page::comparison(&self.scenario, (&self.compared, &self.changes), self.explained(), width);
        page::warned(page, &soundness(&self.compared), width)
    }

    /// Whether every number of the runs is finite that should be.
    pub fn is_sound(&self) -> bool {
        soundness(&self.compared).is_sound()
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(comparison_table(&self.compared)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let mut tables = vec![
            Filed::new(self.command, self.table()?, TIDY),
            Filed::new("flips", flips_table(&self.compared)?, PLAIN),
        ];
        if let Some(explained) = &self.explained {
            tables.push(Filed::new("attribution", attribution_table(explained)?, PLAIN));
        }
        let mut pages = vec![(REPORT, plain_text(&self.page(WIDTH)))];
        if let Some(of) = &self.precision {
            pages.push((PRECISION, plain_text(&self.answers(WIDTH))));
            tables.push(Filed::new("precision", precision_table(of)?, TIDY));
        }
        Ok(Deliverable {
            tables,
            pages,
            #[cfg(feature = "plots")]
            figures: self.figures(),
            figure_files: self.figures,
            about: about(&self.scenario),
            manifest: self.manifest.clone(),
        })
    }

    #[cfg(feature = "plots")]
    fn figures(&self) -> Vec<(String, crate::report::figure::Figure)> {
        if self.figures == FigureFiles::None {
            return Vec::new();
        }
        let timeline = self.scenario.timeline();
        let months: Vec<f64> = (0..timeline.months).map(|t| timeline.mid(t as i32)).collect();
        let run = &self.scenario.run;
        let origin = crate::report::figure::origin(&self.scenario.about.name, run.seed, run.paths);
        let overridden = self.scenario.overridden_in_short().map(|told| format!(" · overridden: {told}"));
        let changed = |(name, changes): &(String, Vec<String>)| Some(format!(" · in {name}: {}", in_short(changes)?));
        let origin =
            overridden.into_iter().chain(self.changes.iter().filter_map(changed)).fold(origin, |all, next| all + &next);
        crate::report::comparison::pictures(&self.compared, &months, &origin)
    }
}

/// The record of several runs of a scenario.
fn record(scenario: &Scenario, command: &str, options: &Options, seconds: f64, compared: &[Compared]) -> Manifest {
    let soundness = soundness(compared);
    let (threads, measures, failures) = (options.threads, dictionary(), soundness.failures());
    let residual = soundness.residual;
    let recorded = options.recorded();
    Manifest {
        threads,
        wall_seconds: seconds,
        residual,
        failures,
        measures,
        options: recorded,
        ..manifest(scenario, command)
    }
}

/// Whether the numbers of all runs are finite; those of the base are counted with each variant.
fn soundness(compared: &[Compared]) -> Soundness {
    compared.iter().fold(Soundness::default(), |all, one| all.and(&one.soundness))
}
