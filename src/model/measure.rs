//! What a measure is: its name, unit and meaning, whether large values are bad, and what it needs.
//!
//! The measures themselves, and how each is taken, are in [`metric`](super::metric).

use std::fmt;

/// A number of a path, or of all paths together. Two measures are equal if they have the same name.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Stable name in files and tables.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// Its definition in one sentence, for the manifest.
    pub meaning: &'static str,
    /// Large values are bad: its upper tail is reported.
    pub is_loss: bool,
    /// Every path of a parameter draw has the same value, so that draws, not paths, are the observations.
    pub is_per_draw: bool,
    /// It is undefined on some paths, such as a share whose denominator is 0; these paths hold NaN and are left out.
    pub may_be_undefined: bool,
    /// How prominent it is in reports.
    pub prominence: Prominence,
    /// The optional part of the model without which it cannot be taken.
    pub needs: Asked,
    /// How it follows from events; none if it is taken on the path itself.
    pub derived: Option<Derived>,
    /// The events without which this one cannot happen, of the same subject or of the market, by the same month.
    pub within: &'static [&'static Measure],
}

/// What kind of number a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first month of an event; infinite where it never happens.
    FirstMonth,
    /// Whether something holds: 1 or 0.
    Flag,
    /// Dollars.
    Money,
    /// Dollars a year.
    MoneyRate,
    /// Months.
    Months,
    /// A share, ratio or rate.
    Ratio,
    /// A probability that follows from several events; a single path has none.
    Probability,
}

/// How prominent a measure is in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prominence {
    /// It also stands on the page that a comparison of runs prints.
    Main,
    /// It has its place in the order of reports.
    Listed,
    /// It follows all others, in the order in which it was taken; if it is derived, runs are not compared by it.
    Detail,
    /// It is a cell of a matrix that has a table of its own: it is in no summary and no comparison.
    Cell,
}

/// How a probability follows from events of the same path, by any month.
///
/// "After a burst" means that the market had burst by that month and before the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// Share of paths with the event among those after a burst.
    GivenBurst(&'static Measure),
    /// Share of paths with the event among the others.
    GivenNoBurst(&'static Measure),
    /// Share of paths after a burst.
    BurstBefore(&'static Measure),
    /// Share of paths with the first event among those with the second.
    Given(&'static Measure, &'static Measure),
    /// Share of paths with the first event less the share with the second.
    Less(&'static Measure, &'static Measure),
}

/// Which optional, costly measures a run takes. No other number depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Asked {
    /// Money tracing: circular shares, cloud revenue, the cycling index (sections 8.3 and 8.4).
    pub circularity: bool,
    /// Freeze endurance (section 7.5).
    pub endurance: bool,
    /// Who pays, owes and owns whom, and DebtRank (section 8.5).
    pub network: bool,
    /// In place of the monthly states: how near each lab and entity is to an event.
    pub distress: bool,
    /// In place of the monthly states: the books of entities whose volatility is calibrated (section 8.1).
    pub books: bool,
}

/// A measure of one subject at one time: a number of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// What is measured.
    pub measure: Measure,
    /// A lab, entity, contract, or a part of one (`amazon/trainium`); empty for the market.
    pub subject: String,
    /// The month at whose end it is taken.
    pub by: By,
}

/// When a metric is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Before month 0.
    Start,
    /// At the end of a month.
    Month(usize),
    /// Over the whole path.
    Path,
}

impl Measure {
    /// A measure that is taken on the path, with its place in the order of reports.
    pub(super) const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            kind,
            meaning,
            is_loss: false,
            is_per_draw: false,
            may_be_undefined: false,
            prominence: Prominence::Listed,
            needs: Asked::NOTHING,
            derived: None,
            within: &[],
        }
    }

    /// A probability that follows from events.
    pub(super) const fn derived(name: &'static str, from: Derived, meaning: &'static str) -> Self {
        Self { derived: Some(from), ..Self::new(name, Kind::Probability, meaning) }
    }

    /// Large values are bad.
    pub(super) const fn loss(self) -> Self {
        Self { is_loss: true, ..self }
    }

    /// One value per parameter draw.
    pub(super) const fn per_draw(self) -> Self {
        Self { is_per_draw: true, ..self }
    }

    /// Not defined on every path.
    pub(super) const fn undefined_at_times(self) -> Self {
        Self { may_be_undefined: true, ..self }
    }

    /// On the page of a comparison.
    pub(super) const fn main(self) -> Self {
        Self { prominence: Prominence::Main, ..self }
    }

    /// After all others.
    pub(super) const fn detail(self) -> Self {
        Self { prominence: Prominence::Detail, ..self }
    }

    /// A cell of a matrix.
    pub(super) const fn cell(self) -> Self {
        Self { prominence: Prominence::Cell, ..self }
    }

    /// Part of each of these events.
    pub(super) const fn within(self, wider: &'static [&'static Measure]) -> Self {
        Self { within: wider, ..self }
    }

    /// Only where this is asked.
    pub(super) const fn needs(self, asked: Asked) -> Self {
        Self { needs: asked, ..self }
    }

    /// Whether it has a place of its own in the order of reports.
    pub fn is_listed(&self) -> bool {
        matches!(self.prominence, Prominence::Main | Prominence::Listed)
    }

    /// Whether it is a cell of a matrix, which the summary leaves out.
    pub fn is_cell(&self) -> bool {
        self.prominence == Prominence::Cell
    }

    /// Whether it is an amount: neither an event nor a flag nor derived from them.
    pub fn is_amount(&self) -> bool {
        !matches!(self.kind, Kind::FirstMonth | Kind::Flag | Kind::Probability)
    }

    /// Whether this event is, or cannot happen without, the other.
    pub fn is_within(&self, wide: &Self) -> bool {
        self == wide || self.within.iter().any(|next| next.is_within(wide))
    }

    /// Its name with blanks, for text.
    pub fn words(&self) -> String {
        self.name.replace('_', " ")
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Measure {}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Kind {
    /// Unit of the number of a path, in files.
    pub fn unit(self) -> &'static str {
        match self {
            Self::FirstMonth => "month",
            Self::Flag => "0 or 1",
            Self::Money => "USD",
            Self::MoneyRate => "USD/year",
            Self::Months => "months",
            Self::Ratio | Self::Probability => "1",
        }
    }

    /// Unit of its estimates: those of events and flags are probabilities.
    pub fn estimate_unit(self) -> &'static str {
        match self {
            Self::FirstMonth | Self::Flag => "1",
            kind => kind.unit(),
        }
    }
}

impl Derived {
    /// The event whose subjects it has.
    pub fn event(self) -> Measure {
        match self {
            Self::GivenBurst(event)
            | Self::GivenNoBurst(event)
            | Self::BurstBefore(event)
            | Self::Given(event, _)
            | Self::Less(event, _) => *event,
        }
    }
}

impl Asked {
    /// All measures but those of the network, which a run takes only where it is told to.
    pub const EVERYTHING: Self =
        Self { circularity: true, endurance: true, network: false, distress: false, books: false };
    /// Only what costs nothing.
    pub const NOTHING: Self =
        Self { circularity: false, endurance: false, network: false, distress: false, books: false };
    /// Only the books that a calibration needs.
    pub const BOOKS: Self = Self { books: true, ..Self::NOTHING };
    /// How near labs and entities are to their events.
    pub const DISTRESS: Self = Self { distress: true, ..Self::NOTHING };
    /// The measures of circularity.
    pub(super) const CIRCULARITY: Self = Self { circularity: true, ..Self::NOTHING };
    /// The measures of endurance.
    pub(super) const ENDURANCE: Self = Self { endurance: true, ..Self::NOTHING };

    /// The measures of the network; they rest on money tracing.
    pub(super) const NETWORK: Self = Self { network: true, ..Self::CIRCULARITY };

    /// What these measures need. Measures without extra cost are always taken.
    pub fn of(measures: impl IntoIterator<Item = Measure>) -> Self {
        measures.into_iter().fold(Self::NOTHING, |asked, measure| asked.and(measure.needs))
    }

    fn and(self, other: Self) -> Self {
        Self {
            circularity: self.circularity || other.circularity,
            endurance: self.endurance || other.endurance,
            network: self.network || other.network,
            distress: self.distress || other.distress,
            books: self.books || other.books,
        }
    }
}
