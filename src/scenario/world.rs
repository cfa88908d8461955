//! The scenario as written: the file itself and the tables of its world (docs/model.md, sections 1, 2, 3, 6, 13).

use super::correlation::Correlation;
use super::deals::{Contract, Deal, Facility, Investment, Matching, REFERENCE_FAMILY};
use super::entity::{Benchmark, Entity, Outcome, Source};
use super::lab::Lab;
use crate::calendar::{Month, Span, Timeline};
use crate::language::assembly::Above;
use crate::language::distribution::Uncertain;
use crate::language::effective::Effective;
use crate::language::kinds_plain::Choice;
use crate::language::problem::{Problem, Problems};
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;
use crate::language::table::Table;

/// A scenario: everything a file says, with the defaults for what it does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// `[scenario]`
    pub about: About,
    /// `[run]`
    pub run: Run,
    /// `[economy]`
    pub economy: Economy,
    /// `[market]`
    pub market: Market,
    /// `[regulation]`
    pub regulation: Regulation,
    /// `[on_demand]`
    pub on_demand: OnDemand,
    /// `[family.*]`, in file order; at least one.
    pub families: Vec<Family>,
    /// `[lab.*]`, in file order; at least one.
    pub labs: Vec<Lab>,
    /// `[entity.*]`, in file order.
    pub entities: Vec<Entity>,
    /// `[[contract]]`, in file order.
    pub contracts: Vec<Contract>,
    /// `[[investment]]`, in file order.
    pub investments: Vec<Investment>,
    /// `[[matching]]`, in file order.
    pub matchings: Vec<Matching>,
    /// `[[facility]]`, in file order.
    pub facilities: Vec<Facility>,
    /// `[correlation]`, in file order.
    pub correlations: Vec<Correlation>,
    /// `[[benchmark]]`, in file order.
    pub benchmarks: Vec<Benchmark>,
    /// `[[outcome]]`, in file order.
    pub outcomes: Vec<Outcome>,
    /// `[sources]`, in file order.
    pub sources: Vec<Source>,
    /// Every number that is not known; [`Value::Uncertain`](crate::language::Value::Uncertain) points here.
    pub uncertain: Vec<Uncertain>,
    /// A hash of the effective values: comments, spaces, provenance and descriptions leave it as it is.
    pub digest: u64,
    pub(crate) effective: Vec<Effective>,
    /// What is not wrong enough to refuse the scenario, and where everything is written.
    pub(crate) problems: Problems,
}

impl Scenario {
    /// Reads the tables of a file, in the order of the language.
    pub(crate) fn read(root: &Table<'_>) -> Self {
        // Applied when the files were assembled; read here so that the keys are declared.
        Above::read(root);
        let about = root.table("scenario", "", About::read);
        let run = root.table("run", "", Run::read);
        let economy = root.table("economy", "", Economy::read);
        let market = root.table("market", "", Market::read);
        let regulation = root.table("regulation", "", Regulation::read);
        let families = read_families(root);
        Self {
            about,
            run,
            economy,
            market,
            regulation,
            families,
            on_demand: root.table("on_demand", "", OnDemand::read),
            labs: root.named_tables("lab", Lab::read),
            entities: root.named_tables("entity", Entity::read),
            contracts: root.list("contract", "", "id", Contract::read),
            investments: root.list("investment", "", "id", Investment::read),
            matchings: root.list("matching", "", "id", Matching::read),
            facilities: root.list("facility", "", "id", Facility::read),
            correlations: root.correlations("correlation", "process = { parent = correlation }"),
            benchmarks: root.list("benchmark", "", "name", Benchmark::read),
            outcomes: root.list("outcome", "", "id", Outcome::read),
            sources: root.named_tables("sources", Source::read),
            uncertain: Vec::new(),
            digest: 0,
            effective: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Every deal with its lab and its other party.
    pub(crate) fn deals(&self) -> impl Iterator<Item = Deal<'_>> {
        let contracts = self.contracts.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.provider);
            Deal { list: "contract", id, lab, role: "provider", party }
        });
        let investments = self.investments.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.investor);
            Deal { list: "investment", id, lab, role: "investor", party }
        });
        let matchings = self.matchings.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.investor);
            Deal { list: "matching", id, lab, role: "investor", party }
        });
        let facilities = self.facilities.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.lender);
            Deal { list: "facility", id, lab, role: "lender", party }
        });
        contracts.chain(investments).chain(matchings).chain(facilities)
    }

    /// The months of the run.
    pub fn timeline(&self) -> Timeline {
        Timeline { start: self.about.start, months: self.about.horizon.months() as usize }
    }

    /// The values of the uncertain numbers in plan mode, by index.
    pub fn means(&self) -> Vec<f64> {
        self.uncertain.iter().map(Uncertain::mean).collect()
    }

    /// Every effective value, table by table in the order of the language.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// What is not wrong enough to refuse the scenario.
    pub fn warnings(&self) -> &Problems {
        &self.problems
    }

    /// What a later stage found, each put where its key is written, among the warnings.
    pub fn problems(&self, found: impl IntoIterator<Item = Problem>) -> Problems {
        let mut problems = self.problems.clone();
        problems.add(found);
        problems
    }
}

/// The families; a single one called `compute` where none is written.
fn read_families(root: &Table<'_>) -> Vec<Family> {
    let mut families = root.named_tables("family", Family::read);
    if families.is_empty() {
        families.push(root.unwritten("family.compute", "compute", Family::read));
    }
    let reference = families.iter().find(|family| family.reference).unwrap_or(&families[0]);
    root.reader.remember(REFERENCE_FAMILY, &reference.name);
    families
}

section! {
    /// `[scenario]`: what the file is about, and when.
    pub struct About {
        /// title of the scenario
        pub name: String = text().required(),
        /// what the scenario is about, in a sentence or two
        pub description: Option<String> = text().optional(),
        /// state of knowledge: the last day, or month, whose publications are used
        pub as_of: Option<String> = as_of().optional(),
        /// first month of the run
        pub start: Month = month().start(),
        /// length of the run
        pub horizon: Span = span().or(Span::of_months(96)),
    }

    /// `[run]`: how much to simulate.
    pub struct Run {
        /// paths in total
        pub paths: u64 = count().at_least(1).or(10_000_u64),
        /// draws of the uncertain numbers, among which the paths are divided; 1 where nothing is uncertain
        pub draws: u64 = count().at_least(1).or(200_u64),
        /// seed of the random numbers
        pub seed: u64 = count().or(1_u64),
    }

    /// `[economy]`: what time costs.
    pub struct Economy {
        /// rate at which contracts, debts and money paid and received are discounted
        pub discount_rate: Quantity = rate().at_least(-0.5).at_most(1.0).or(0.08),
        /// growth in the long run, of plans and of the economy
        pub long_run_growth: Quantity = rate().at_least(-0.5).at_most(1.0).or(0.04),
    }

    /// `[market]`: the market that funds the labs.
    pub struct Market {
        /// how overvaluation moves: `mispricing`, or `rational` for comparison
        pub process: MarketProcess = choice().or(MarketProcess::Mispricing),
        /// log overvaluation to which the market returns
        pub mean: Quantity = number().or(0.0),
        /// speed of that return, a year
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// volatility of the log overvaluation
        pub volatility: Quantity = volatility().or(0.0),
        /// rise of the log overvaluation for strategic money as a share of a lab's value
        pub feedback: Quantity = number().at_least(0.0).at_most(100.0).or(0.0),
        /// growth of the sector's fundamentals, net of the broad market
        pub growth: Quantity = rate().or(0.0),
        /// log rise of the sector over the 24 months before the start, net of the broad market; twice the growth if none is given
        pub run_up: Quantity = number().follows(growth.value.times(2.0)),
        /// how bubbles burst
        pub burst: Burst = table(Burst::read),
        /// mean length of a freeze
        pub freeze_mean: Quantity = months().above(0.0).or(24.0),
        /// money a year that the market has for one lab; without it as much as is asked
        pub supply: Option<Curve> = money_by_year().optional(),
        /// elasticity of the supply to overvaluation
        pub supply_beta: Quantity = number().or(0.0),
        /// part of the supply that is left in a freeze
        pub frozen_supply: Quantity = share().or(0.0),
        /// when a market counts as overvalued
        pub overvalued: Overvalued = table(Overvalued::read),
    }

    /// `[market.burst]`: hazard and size of a burst.
    pub struct Burst {
        /// hazard at a run-up of 50 %; without it nothing bursts but by a lab's default
        pub hazard: Quantity = rate().at_least(0.0).or(0.0),
        /// rise of the log hazard for each unit of the run-up
        pub run_up_beta: Quantity = number().or(3.9),
        /// largest hazard
        pub hazard_max: Quantity = rate().at_least(0.0).or(0.9),
        /// mean fall of the log overvaluation at a burst
        pub fall: Quantity = number().at_least(0.0).or(0.8),
        /// standard deviation of the fall
        pub fall_sd: Quantity = number().at_least(0.0).or(0.0),
    }

    /// `[market.overvalued]`: a definition of a bubble.
    pub struct Overvalued {
        /// price over fundamental value
        pub threshold: Quantity = number().above(0.0).or(2.0),
        /// months on end above the threshold
        pub months: u64 = count().at_least(1).or(6_u64),
    }

    /// `[family.<name>]`: a family of chips, with its price.
    pub struct Family {
        /// name of the family
        pub name: String = own_name(),
        /// whether needs are measured in it; else the first family is the reference
        pub reference: bool = flag().or(false),
        /// price in month 0 of the work that one dollar buys of the reference family
        pub relative_price: Quantity = number().above(0.0).or(1.0),
        /// expected decline of the price
        pub price_decline: Quantity = rate().or(0.0),
        /// volatility of the price
        pub volatility: Quantity = volatility().or(0.0),
        /// how far the family can be used
        pub adoption: Option<Adoption> = table_if_written(Adoption::read),
        /// entities that sell it on demand, and their parts
        pub on_demand: ByName = weights().or(()),
    }

    /// `[family.<name>.adoption]`: a logistic curve of the part of the need that can run on the family.
    pub struct Adoption {
        /// part in the end
        pub max: Quantity = share().above(0.0).or(1.0),
        /// month in which half of that is reached
        pub midpoint: Month = month().required(),
        /// time scale of the rise
        pub width: Quantity = months().above(0.0).required(),
    }

    /// `[on_demand]`: compute without a contract.
    pub struct OnDemand {
        /// premium over the price of the family
        pub premium: Quantity = share().at_most(f64::INFINITY).or(0.0),
        /// most that can be had, as a share of the plan's need, for each lab by itself
        pub capacity: Option<Curve> = shares_by_year().at_most(f64::INFINITY).optional(),
    }

    /// `[regulation]`: events that stop strategic money.
    pub struct Regulation {
        /// hazard of an event
        pub hazard: Quantity = rate().at_least(0.0).or(0.0),
        /// months for which strategic money is blocked
        pub duration: Span = span().at_least(1).or(Span::of_months(12)),
    }
}

impl Choice for MarketProcess {
    const WORDS: &'static [(&'static str, Self)] = &[("mispricing", Self::Mispricing), ("rational", Self::Rational)];
}

/// How overvaluation moves (docs/model.md, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketProcess {
    /// A mispricing that returns to its mean.
    Mispricing,
    /// A rational bubble, which grows at the required return while it lives.
    Rational,
}
