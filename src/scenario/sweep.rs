//! The language of sweeps: which scenario, which keys vary, under which policies, and what is asked for.

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

/// A file of a sweep as written.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepFile {
    /// What is swept and how.
    pub sweep: Sweep,
    /// Keys that vary, in file order.
    pub axes: Vec<Axis>,
    /// Points that are written out one by one.
    pub points: Vec<Point>,
    /// Sets of overrides with which every point is crossed.
    pub policies: Vec<Policy>,
    /// Where more points are put.
    pub refine: Option<Refine>,
    /// The file's text, and where everything is written.
    pub(crate) problems: Problems,
}

section! {
    /// `[sweep]`: what is swept and how.
    pub struct Sweep {
        /// title of the sweep
        pub name: String = text().required(),
        /// scenario file, from the folder of this file
        pub scenario: String = text().required(),
        /// how points are chosen: `grid`, `list`, `zip`, `latin_hypercube`, `sobol` or `one_at_a_time`
        pub design: Design = choice().or(Design::Grid),
        /// points of a `latin_hypercube` or `sobol` design
        pub points: u64 = count().or(0_u64),
        /// paths of each point
        pub paths: u64 = count().at_least(1).or(20_000_u64),
        /// draws of the uncertain numbers at each point
        pub draws: u64 = count().at_least(1).or(20_u64),
        /// seed of every point and of the design; that of the scenario if none is given
        pub seed: Option<u64> = count().optional(),
        /// measures that are kept, by their stable names
        pub measures: Vec<Raw> = values().or(Raw::words(&["funding_gap", "liquidity_event", "default", "burst", "provider_loss"])),
        /// months at whose ends they are kept; without it the last
        pub by: Vec<Raw> = values().or(Vec::new()),
    }

    /// `[[axis]]`: a key that varies.
    pub struct Axis {
        /// key of the scenario
        pub key: String = name().required(),
        /// its values; or `from`, `to` and `count`
        pub values: Vec<Raw> = values().or(Vec::new()),
        /// its least value
        pub from: Option<Quantity> = figure().optional(),
        /// its largest value
        pub to: Option<Quantity> = figure().optional(),
        /// how many values from the least to the largest
        pub count: u64 = count().or(0_u64),
        /// whether they are evenly spaced by difference, `linear`, or by ratio, `log`
        pub scale: Spacing = choice().or(Spacing::Linear),
    }

    /// `[[point]]`: a point of a `list` design.
    pub struct Point {
        /// its name
        pub name: String = name().required(),
        /// what it sets, each as on the command line: `market.freeze_mean=12mo`
        pub set: Vec<Raw> = values().required(),
    }

    /// `[[policy]]`: a set of overrides with which every point is crossed.
    pub struct Policy {
        /// its name
        pub name: String = name().required(),
        /// what it sets, each as on the command line; may be empty
        pub set: Vec<Raw> = values().required(),
    }

    /// `[refine]`: more points where a measure crosses a level along the first axis.
    pub struct Refine {
        /// the measure
        pub measure: String = name().required(),
        /// lab, entity or contract; the first lab if none is named
        pub subject: Option<String> = name().optional(),
        /// month at whose end; without it the last
        pub by: Option<Month> = month().optional(),
        /// `probability`, `mean` or a quantile such as `p95`
        pub statistic: String = name().or("probability".to_owned()),
        /// the level
        pub level: Quantity = figure().required(),
        /// halvings of the interval in which it is crossed
        pub halvings: u64 = count().at_least(1).or(4_u64),
    }
}

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Every value of every axis with every value of the others, the last axis fastest.
    Grid,
    /// The points that are written out.
    List,
    /// The first values of all axes together, the second ones, and so on.
    Zip,
    /// Each axis cut into as many parts as there are points, each part met once.
    LatinHypercube,
    /// A scrambled Sobol sequence.
    Sobol,
    /// The scenario as it is, then every value of one axis after another.
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

/// How values lie between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// By equal differences.
    Linear,
    /// By equal ratios.
    Log,
}

impl Choice for Spacing {
    const WORDS: &'static [(&'static str, Self)] = &[("linear", Self::Linear), ("log", Self::Log)];
}

/// Every key of a file of a sweep.
pub fn sweep_keys() -> Vec<Declared> {
    let nothing = Node { place: Place { text: 0, span: 0..0 }, content: Content::Table(Vec::new()) };
    let reader = Reader::new(&nothing);
    Table::root(&reader, Mode::Declare).read(SweepFile::read);
    reader.notes.into_inner().declared
}

impl SweepFile {
    /// Reads a file of a sweep.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let name = path.display().to_string();
        match read_text(path) {
            Ok(text) => Self::parse(&name, &text),
            Err(problem) => {
                let text = Text { name, text: String::new(), has_lines: true };
                let mut problems = Problems::new(vec![text], Arc::default());
                problems.add([*problem]);
                Err(problems)
            }
        }
    }

    /// Reads the text of a file of a sweep; `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
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
        // What could not be read has been said; nothing that rests on it is said again.
        let wrong = file.check().into_iter().filter(|problem| !notes.broken.contains(&problem.key));
        file.problems.add(wrong.collect::<Vec<_>>());
        file.problems.add(found);
        if file.problems.refuse() { Err(file.problems) } else { Ok(file) }
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

    /// What a later stage found, each put where its key is written.
    pub fn problems(&self, found: impl IntoIterator<Item = Problem>) -> Problems {
        let mut problems = self.problems.clone();
        problems.add(found);
        problems
    }

    /// What must be true between keys.
    fn check(&self) -> Vec<Problem> {
        let mut found: Vec<Problem> = self.axes.iter().flat_map(|axis| self.check_axis(axis)).collect();
        let needs_axes = !matches!(self.sweep.design, Design::List);
        if needs_axes && self.axes.is_empty() {
            found.push(
                Problem::error("axis", "nothing varies: there is no `[[axis]]`")
                    .help("add [[axis]] with `key` and `values`"),
            );
        }
        if self.sweep.design == Design::List && self.points.is_empty() {
            found.push(Problem::error("point", "a `list` design has no `[[point]]`"));
        }
        if self.sweep.design != Design::List && !self.points.is_empty() {
            found.push(
                Problem::error("point", "points are written out for a `list` design only")
                    .help("set sweep.design = \"list\""),
            );
        }
        if self.is_sampled() && self.sweep.points == 0 {
            found.push(
                Problem::error("sweep.points", "this design needs a number of points, and it is 0")
                    .expected("`points` in [sweep], at least 1"),
            );
        }
        if self.refine.as_ref().is_some_and(|refine| refine.level.is_uncertain()) {
            found.push(Problem::error("refine.level", "a level is a plain number, not a distribution"));
        }
        found.extend(self.check_zip());
        found.extend(self.check_size());
        found
    }

    /// Whether points are drawn between the ends of the axes.
    pub fn is_sampled(&self) -> bool {
        matches!(self.sweep.design, Design::LatinHypercube | Design::Sobol)
    }

    fn check_axis(&self, axis: &Axis) -> Vec<Problem> {
        let key = |name: &str| joined(&joined("axis", &axis.key), name);
        let mut found = Vec::new();
        if [&axis.from, &axis.to].into_iter().flatten().any(Quantity::is_uncertain) {
            return vec![Problem::error(key("from"), "the ends of an axis are plain numbers, not distributions")];
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
                    found.push(Problem::error(key("from"), "a `log` axis begins above 0"));
                }
                if !self.is_sampled() && axis.count < 2 {
                    let problem =
                        Problem::error(key("count"), "an axis from one value to another has at least two points");
                    found.push(problem.found(axis.count.to_string()).expected("`count`, at least 2"));
                }
                if !axis.values.is_empty() {
                    found.push(Problem::error(key("values"), "an axis has either `values` or `from` and `to`"));
                }
            }
            (None, None) if self.is_sampled() => {
                found.push(Problem::error(
                    key("from"),
                    "this design draws between `from` and `to`, and the axis has none",
                ));
            }
            (None, None) if axis.values.is_empty() => {
                found.push(
                    Problem::error(key("values"), "the axis has no point")
                        .expected("`values`, or `from`, `to` and `count`"),
                );
            }
            (None, None) => {}
            _ => found.push(Problem::error(key("from"), "`from` and `to` are given together")),
        }
        found
    }

    fn check_zip(&self) -> Option<Problem> {
        let lengths: Vec<u64> = self.axes.iter().map(Axis::len).collect();
        let unequal = lengths.windows(2).any(|pair| pair[0] != pair[1]);
        let told: Vec<String> = self.axes.iter().map(|axis| format!("{} has {}", axis.key, axis.len())).collect();
        (self.sweep.design == Design::Zip && unequal).then(|| {
            Problem::error(
                "axis",
                "a `zip` design takes the values of all axes together, and they are not equally many",
            )
            .found(told.join(", "))
        })
    }

    fn check_size(&self) -> Option<Problem> {
        let points = self.size();
        (points > MOST_POINTS).then(|| {
            Problem::error("sweep", "these are more points than can be run")
                .found(if points == u64::MAX { "more than can be counted".to_owned() } else { points.to_string() })
                .expected(format!("at most {MOST_POINTS}: fewer values, a `latin_hypercube` or `sobol` design"))
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

/// More points than this are a mistake.
pub const MOST_POINTS: u64 = 100_000;

impl Axis {
    /// How many values it has.
    pub fn len(&self) -> u64 {
        if self.from.is_some() { self.count } else { self.values.len() as u64 }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it is `share` of the way from its least to its largest value.
    pub fn between(&self, share: f64) -> Option<Raw> {
        let (from, to) = self.from.as_ref().zip(self.to.as_ref())?;
        let (low, high) = (from.at(&[]), to.at(&[]));
        let number = match self.scale {
            Spacing::Linear => low + (high - low) * share,
            Spacing::Log => low * (high / low).powf(share),
        };
        Some(Raw::number(number, from.unit))
    }

    /// All its values in their order.
    pub fn all(&self) -> Vec<Raw> {
        if self.from.is_none() {
            return self.values.clone();
        }
        let steps = (self.count.max(2) - 1) as f64;
        (0..self.count).filter_map(|step| self.between(step as f64 / steps)).collect()
    }
}
