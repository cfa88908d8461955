//! Sweep files: a scenario, the keys that vary, policies and measures.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::calendar::Month;
use crate::language::address::joined;
use crate::language::assembly::read_text;
use crate::language::declared::Declared;
use crate::language::document::{self, Content, Node};
use crate::language::kinds_plain::Choice;
use crate::language::literal::Raw;
use crate::language::problem::{Place, Problem, Problems, Text};
use crate::language::quantity::Quantity;
use crate::language::reader::Reader;
use crate::language::section::section;
use crate::language::table::{Mode, Table};
use crate::model::{Measure, metric};

/// Measures that a sweep reports unless its file names others.
const SWEPT: [Measure; 5] =
    [metric::FUNDING_GAP, metric::LIQUIDITY_EVENT, metric::DEFAULT, metric::BURST, metric::PROVIDER_LOSS];

/// A sweep file as written.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepFile {
    /// Scenario, design and size.
    pub sweep: Sweep,
    /// Keys that vary, in file order.
    pub axes: Vec<Axis>,
    /// Points of a `list` design.
    pub points: Vec<Point>,
    /// Policies with which every point is crossed.
    pub policies: Vec<Policy>,
    /// Refinement.
    pub refine: Option<Refine>,
    /// The text of the file, and where every key is written.
    pub(crate) problems: Problems,
}

section! {
    /// `[sweep]`: scenario, design and size of a sweep.
    pub struct Sweep {
        /// title of the sweep
        pub name: String = text().required(),
        /// scenario file, relative to this file
        pub scenario: String = text().required(),
        /// design: `grid`, `list`, `zip`, `latin_hypercube`, `sobol` or `one_at_a_time`
        pub design: Design = choice().or(Design::Grid),
        /// number of points of a `latin_hypercube` or `sobol` design
        pub points: u64 = count().or(0_u64),
        /// paths per point
        pub paths: u64 = count().at_least(1).or(20_000_u64),
        /// parameter draws per point
        pub draws: u64 = count().at_least(1).or(20_u64),
        /// seed of every point and of the design; default: that of the scenario
        pub seed: Option<u64> = count().optional(),
        /// measures to report
        pub measures: Vec<Raw> = values().or(Raw::words(&SWEPT.map(|measure| measure.name))),
        /// months at whose ends they are reported; default: the last
        pub by: Vec<Raw> = values().or(Vec::new()),
    }

    /// `[[axis]]`: a key that varies.
    pub struct Axis {
        /// key of the scenario
        pub key: String = name().required(),
        /// values; or give `from`, `to` and `count`
        pub values: Vec<Raw> = values().or(Vec::new()),
        /// smallest value
        pub from: Option<Quantity> = figure().optional(),
        /// largest value
        pub to: Option<Quantity> = figure().optional(),
        /// number of values from the smallest to the largest
        pub count: u64 = count().or(0_u64),
        /// spacing of the values: `linear` or `log`
        pub scale: Spacing = choice().or(Spacing::Linear),
    }

    /// `[[point]]`: a point of a `list` design.
    pub struct Point {
        /// name
        pub name: String = name().required(),
        /// overrides, as on the command line: `market.freeze_mean=12mo`
        pub set: Vec<Raw> = values().required(),
    }

    /// `[[policy]]`: a set of overrides with which every point is crossed.
    pub struct Policy {
        /// name
        pub name: String = name().required(),
        /// overrides, as on the command line; may be empty
        pub set: Vec<Raw> = values().required(),
    }

    /// `[refine]`: additional points where a measure crosses a level along the first axis.
    pub struct Refine {
        /// measure
        pub measure: String = name().required(),
        /// lab, entity or contract; default: the first lab
        pub subject: Option<String> = name().optional(),
        /// month at whose end; default: the last
        pub by: Option<Month> = month().optional(),
        /// `probability`, `mean` or a quantile such as `p95`
        pub statistic: String = name().or("probability".to_owned()),
        /// level
        pub level: Quantity = figure().required(),
        /// number of bisections of the interval in which it is crossed
        pub halvings: u64 = count().at_least(1).or(4_u64),
    }
}

/// The design of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Full factorial, the last axis varying fastest.
    Grid,
    /// The points of the file.
    List,
    /// The first values of all axes together, the second ones, and so on.
    Zip,
    /// Latin hypercube sampling.
    LatinHypercube,
    /// A scrambled Sobol sequence.
    Sobol,
    /// The scenario itself, then every value of each axis in turn.
    OneAtATime,
}

impl Choice for Design {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("grid", Self::Grid),
        ("list", Self::List),
        ("zip", Self::Zip),
        ("latin_hypercube", Self::LatinHypercube),
        ("sobol", Self::Sobol),
        ("one_at_a_time", Self::OneAtATime),
    ];
}

/// The spacing of values between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Equal differences.
    Linear,
    /// Equal ratios.
    Log,
}

impl Choice for Spacing {
    const WORDS: &'static [(&'static str, Self)] = &[("linear", Self::Linear), ("log", Self::Log)];
}

/// Every key of a sweep file.
pub fn sweep_keys() -> Vec<Declared> {
    let nothing = Node { place: Place { text: 0, span: 0..0 }, content: Content::Table(Vec::new()) };
    let reader = Reader::new(&nothing);
    Table::root(&reader, Mode::Declare).read(SweepFile::read);
    reader.notes.into_inner().declared
}

impl SweepFile {
    /// Reads a sweep file.
    ///
    /// # Errors
    /// All its problems.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        Self::load_in_part(path).and_then(Self::whole)
    }

    /// Reads what can be read of a sweep file: the file with its problems, and the keys that could not be read.
    ///
    /// # Errors
    /// Its problems, where it is no TOML.
    pub(crate) fn load_in_part(path: &Path) -> Result<(Self, BTreeSet<String>), Problems> {
        let name = path.display().to_string();
        match read_text(path) {
            Ok(text) => Self::parse_in_part(&name, &text),
            Err(problem) => {
                let text = Text { name, text: String::new(), has_lines: true };
                let mut problems = Problems::new(vec![text], Arc::default());
                problems.add([*problem]);
                Err(problems)
            }
        }
    }

    /// Reads the text of a sweep file; `name` is its name in messages.
    ///
    /// # Errors
    /// All its problems.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        Self::parse_in_part(name, text).and_then(Self::whole)
    }

    fn whole((file, _): (Self, BTreeSet<String>)) -> Result<Self, Problems> {
        if file.problems.refuse() { Err(file.problems) } else { Ok(file) }
    }

    fn parse_in_part(name: &str, text: &str) -> Result<(Self, BTreeSet<String>), Problems> {
        let texts = vec![Text { name: name.to_owned(), text: text.to_owned(), has_lines: true }];
        let document = document::parse(text, 0).map_err(|syntax| {
            let mut problems = Problems::new(texts.clone(), Arc::default());
            problems.add(syntax);
            problems
        })?;
        let reader = Reader::new(&document);
        let mut file = Table::root(&reader, Mode::Read).read(Self::read);
        let mut notes = reader.finish(&sweep_keys());
        let found = std::mem::take(&mut notes.problems);
        file.problems = Problems::new(texts, Arc::new(notes.places));
        // A key that could not be read has its problem already.
        let wrong = file.check().into_iter().filter(|problem| !notes.broken.contains(&problem.key));
        file.problems.add(wrong.collect::<Vec<_>>());
        file.problems.add(found);
        Ok((file, notes.broken))
    }

    fn read(root: &Table<'_>) -> Self {
        Self {
            sweep: root.table("sweep", "", Sweep::read),
            axes: root.list("axis", "", "key", Axis::read),
            points: root.list("point", "", "name", Point::read),
            policies: root.list("policy", "", "name", Policy::read),
            refine: root.table_if_written("refine", "", Refine::read),
            problems: Problems::default(),
        }
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        self.problems.texts.first().map_or("", |text| text.text.as_str())
    }

    /// The warnings and what a later stage found, each at the place of its key.
    pub fn problems(&self, found: impl IntoIterator<Item = Problem>) -> Problems {
        let mut problems = self.problems.clone();
        problems.add(found);
        problems
    }

    /// Checks across keys.
    fn check(&self) -> Vec<Problem> {
        let mut found: Vec<Problem> = self.axes.iter().flat_map(|axis| self.check_axis(axis)).collect();
        let needs_axes = !matches!(self.sweep.design, Design::List);
        if needs_axes && self.axes.is_empty() {
            found.push(
                Problem::error("axis", "this design needs an `[[axis]]`").help("add [[axis]] with `key` and `values`"),
            );
        }
        if self.sweep.design == Design::List && self.points.is_empty() {
            found.push(Problem::error("point", "a `list` design needs a `[[point]]`"));
        }
        if self.sweep.design != Design::List && !self.points.is_empty() {
            found.push(
                Problem::error("point", "only a `list` design has `[[point]]`").help("set sweep.design = \"list\""),
            );
        }
        if self.is_sampled() && self.sweep.points == 0 {
            found.push(
                Problem::error("sweep.points", "this design needs a number of points")
                    .expected("`points` in [sweep], at least 1"),
            );
        }
        if self.refine.as_ref().is_some_and(|refine| refine.level.is_uncertain()) {
            found.push(Problem::error("refine.level", "the level must be a plain number, not a distribution"));
        }
        found.extend(self.set_twice());
        found.extend(self.check_zip());
        found.extend(self.check_size());
        found
    }

    /// Whether points are sampled between the ends of the axes.
    pub fn is_sampled(&self) -> bool {
        matches!(self.sweep.design, Design::LatinHypercube | Design::Sobol)
    }

    fn check_axis(&self, axis: &Axis) -> Vec<Problem> {
        let key = |name: &str| joined(&joined("axis", &axis.key), name);
        let mut found = Vec::new();
        if [&axis.from, &axis.to].into_iter().flatten().any(Quantity::is_uncertain) {
            return vec![Problem::error(key("from"), "the ends of an axis must be plain numbers, not distributions")];
        }
        match (&axis.from, &axis.to) {
            (Some(from), Some(to)) => {
                if from.unit != to.unit {
                    found.push(Problem::error(key("to"), format!("`from` is {} and `to` is {}", from.unit, to.unit)));
                }
                let (low, high) = (from.at(&[]), to.at(&[]));
                if low >= high {
                    found.push(Problem::error(key("from"), "`from` must be below `to`"));
                }
                if axis.scale == Spacing::Log && low <= 0.0 {
                    found.push(Problem::error(key("from"), "a `log` axis needs `from` above 0"));
                }
                if !self.is_sampled() && axis.count < 2 {
                    let problem =
                        Problem::error(key("count"), "an axis with `from` and `to` needs at least two values");
                    found.push(problem.found(axis.count.to_string()).expected("`count`, at least 2"));
                }
                if !axis.values.is_empty() {
                    found.push(Problem::error(key("values"), "give either `values`, or `from` and `to`"));
                }
            }
            (None, None) if self.is_sampled() => {
                found.push(Problem::error(key("from"), "this design needs `from` and `to`"));
            }
            (None, None) if axis.values.is_empty() => {
                found.push(
                    Problem::error(key("values"), "the axis has no values")
                        .expected("`values`, or `from`, `to` and `count`"),
                );
            }
            (None, None) => {}
            _ => found.push(Problem::error(key("from"), "give both `from` and `to`")),
        }
        found
    }

    /// Refuses policies and points that set the key of an axis: their rows would show a value that was not run.
    fn set_twice(&self) -> Vec<Problem> {
        let policies = self.policies.iter().map(|policy| ("policy", &policy.name, &policy.set));
        let points = self.points.iter().map(|point| ("point", &point.name, &point.set));
        let mut found = Vec::new();
        for (list, name, set) in policies.chain(points) {
            for text in set.iter().map(Raw::text) {
                let key = text.split('=').next().unwrap_or_default().trim();
                if let Some(axis) = self.axes.iter().find(|axis| overlap(key, &axis.key)) {
                    let at = joined(&joined(list, name), "set");
                    let problem = Problem::error(at, format!("the axis `{}` and this {list} set one value", axis.key));
                    found.push(problem.found(text).help("drop it here, or drop the axis"));
                }
            }
        }
        found
    }

    fn check_zip(&self) -> Option<Problem> {
        let lengths: Vec<u64> = self.axes.iter().map(Axis::len).collect();
        let unequal = lengths.windows(2).any(|pair| pair[0] != pair[1]);
        let told: Vec<String> = self.axes.iter().map(|axis| format!("{} has {}", axis.key, axis.len())).collect();
        (self.sweep.design == Design::Zip && unequal).then(|| {
            Problem::error("axis", "a `zip` design needs the same number of values on every axis")
                .found(told.join(", "))
        })
    }

    fn check_size(&self) -> Option<Problem> {
        let points = self.size();
        (points > MOST_POINTS).then(|| {
            Problem::error("sweep", "the sweep has too many points")
                .found(if points == u64::MAX { "more than 2^64".to_owned() } else { points.to_string() })
                .expected(format!("at most {MOST_POINTS}; use fewer values, or a `latin_hypercube` or `sobol` design"))
        })
    }

    /// Points times policies; the largest number where they cannot be counted.
    pub fn size(&self) -> u64 {
        let lengths = || self.axes.iter().map(Axis::len);
        let points = match self.sweep.design {
            Design::Grid => lengths().fold(1, u64::saturating_mul),
            Design::List => self.points.len() as u64,
            Design::Zip => lengths().min().unwrap_or(0),
            Design::LatinHypercube | Design::Sobol => self.sweep.points,
            Design::OneAtATime => lengths().fold(1, u64::saturating_add),
        };
        points.saturating_mul(self.policies.len().max(1) as u64)
    }
}

/// Whether one of two keys is the other, or a table around it.
fn overlap(a: &str, b: &str) -> bool {
    let around = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    a == b || around(a, b) || around(b, a)
}

/// The largest number of points.
pub const MOST_POINTS: u64 = 100_000;

impl Axis {
    /// The number of its values.
    pub fn len(&self) -> u64 {
        if self.from.is_some() { self.count } else { self.values.len() as u64 }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `share` of the way from the smallest to the largest; none of an axis of given values.
    pub fn between(&self, share: f64) -> Option<Raw> {
        let (from, to) = self.from.as_ref().zip(self.to.as_ref())?;
        let (low, high) = (from.at(&[]), to.at(&[]));
        let number = match self.scale {
            Spacing::Linear => low + (high - low) * share,
            Spacing::Log => low * (high / low).powf(share),
        };
        Some(Raw::number(number, from.unit))
    }

    /// Its first value; none where it has none.
    pub fn first(&self) -> Option<Raw> {
        if self.from.is_none() { self.values.first().cloned() } else { self.between(0.0) }
    }

    /// All its values in order.
    pub fn all(&self) -> Vec<Raw> {
        if self.from.is_none() {
            return self.values.clone();
        }
        let steps = (self.count.max(2) - 1) as f64;
        (0..self.count).filter_map(|step| self.between(step as f64 / steps)).collect()
    }
}
