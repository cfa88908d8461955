//! The scenario as written: the file itself and the tables of its world (docs/model.md, sections 1, 2, 3, 6, 13).

use super::correlation::Correlation;
use super::deals::{Contract, Deal, Facility, Investment, Matching, REFERENCE_FAMILY};
use super::entity::{Benchmark, Clearing, Debt, Entity, Expectation, Outcome, Source};
use super::expansion::Expansion;
use super::lab::Lab;
use super::reference::Reference;
use super::warrant::Warrant;
use crate::calendar::{Month, Span, Timeline};
use crate::language::assembly::Above;
use crate::language::distribution::Uncertain;
use crate::language::effective::Effective;
use crate::language::kinds_plain::Choice;
use crate::language::problem::{Problem, Problems};
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;
use crate::language::table::Table;

/// A scenario: everything that a file sets, with defaults for the rest.
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
    /// `[rivals]`
    pub rivals: Rivals,
    /// `[clearing]`
    pub clearing: Option<Clearing>,
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
    /// `[[expansion]]`, in file order.
    pub expansions: Vec<Expansion>,
    /// `[[investment]]`, in file order.
    pub investments: Vec<Investment>,
    /// `[[matching]]`, in file order.
    pub matchings: Vec<Matching>,
    /// `[[warrant]]`, in file order.
    pub warrants: Vec<Warrant>,
    /// `[[facility]]`, in file order.
    pub facilities: Vec<Facility>,
    /// `[[debt]]`, in file order.
    pub debts: Vec<Debt>,
    /// `[[event]]`, in file order.
    pub events: Vec<Event>,
    /// `[correlation]`, in file order.
    pub correlations: Vec<Correlation>,
    /// `[[benchmark]]`, in file order.
    pub benchmarks: Vec<Benchmark>,
    /// `[[expectation]]`, in file order.
    pub expectations: Vec<Expectation>,
    /// `[[outcome]]`, in file order.
    pub outcomes: Vec<Outcome>,
    /// `[[reference]]`, in file order.
    pub references: Vec<Reference>,
    /// `[sources]`, in file order.
    pub sources: Vec<Source>,
    /// The uncertain numbers; [`Value::Uncertain`](crate::language::Value::Uncertain) is an index of this list.
    pub uncertain: Vec<Uncertain>,
    /// A hash of the effective values, independent of comments, spaces, sources and descriptions.
    pub digest: u64,
    pub(crate) effective: Vec<Effective>,
    /// Whether it was read from a file, which can be read again.
    pub(crate) from_file: bool,
    /// The file at the end of `extends`; none where it extends nothing.
    pub(crate) root: Option<std::path::PathBuf>,
    /// What its overrides changed, computed on first use.
    pub(crate) overridden: std::sync::OnceLock<Vec<String>>,
    /// Warnings, and where every key is written.
    pub(crate) problems: Problems,
}

impl Scenario {
    /// Reads the tables of a file in the order of the language.
    pub(crate) fn read(root: &Table<'_>) -> Self {
        // Applied when the files were assembled; read here so that the keys are declared.
        Above::read(root);
        let about = root.table("scenario", "", About::read);
        let run = root.table("run", "", Run::read);
        let economy = root.table("economy", "", Economy::read);
        let market = root.table("market", "", Market::read);
        let regulation = root.table("regulation", "", Regulation::read);
        let rivals = root.table("rivals", "", Rivals::read);
        let clearing = root.table_if_written("clearing", "", Clearing::read);
        let families = read_families(root);
        Self {
            about,
            run,
            economy,
            market,
            regulation,
            rivals,
            clearing,
            families,
            on_demand: root.table("on_demand", "", OnDemand::read),
            labs: root.named_tables("lab", Lab::read),
            entities: root.named_tables("entity", Entity::read),
            contracts: root.list("contract", "", "id", Contract::read),
            expansions: root.list("expansion", "", "id", Expansion::read),
            investments: root.list("investment", "", "id", Investment::read),
            matchings: root.list("matching", "", "id", Matching::read),
            warrants: root.list("warrant", "", "id", Warrant::read),
            facilities: root.list("facility", "", "id", Facility::read),
            debts: root.list("debt", "", "id", Debt::read),
            events: root.list("event", "", "id", Event::read),
            correlations: root.correlations("correlation", "process = { parent = correlation }"),
            benchmarks: root.list("benchmark", "", "name", Benchmark::read),
            expectations: root.list("expectation", "", "id", Expectation::read),
            outcomes: root.list("outcome", "", "id", Outcome::read),
            references: root.list("reference", "", "id", Reference::read),
            sources: root.named_tables("sources", Source::read),
            uncertain: Vec::new(),
            digest: 0,
            effective: Vec::new(),
            from_file: false,
            root: None,
            overridden: std::sync::OnceLock::new(),
            problems: Problems::default(),
        }
    }

    /// The family of this name; the names of families are checked at the door.
    pub(crate) fn family(&self, name: &str) -> &Family {
        self.families.iter().find(|family| family.name == name).unwrap_or(&self.families[0])
    }

    /// Every deal with its lab and its other party.
    pub(crate) fn deals(&self) -> impl Iterator<Item = Deal<'_>> {
        let contracts = self.contracts.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.provider);
            Deal { list: "contract", id, lab, role: "provider", party }
        });
        let expansions = self.expansions.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.provider);
            Deal { list: "expansion", id, lab, role: "provider", party }
        });
        let investments = self.investments.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.investor);
            Deal { list: "investment", id, lab, role: "investor", party }
        });
        let matchings = self.matchings.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.investor);
            Deal { list: "matching", id, lab, role: "investor", party }
        });
        let warrants = self.warrants.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.vendor);
            Deal { list: "warrant", id, lab, role: "vendor", party }
        });
        let facilities = self.facilities.iter().map(|deal| {
            let (id, lab, party) = (&deal.id, &deal.lab, &deal.lender);
            Deal { list: "facility", id, lab, role: "lender", party }
        });
        contracts.chain(expansions).chain(investments).chain(matchings).chain(warrants).chain(facilities)
    }

    /// The months of the run.
    pub fn timeline(&self) -> Timeline {
        Timeline { start: self.about.start, months: self.about.horizon.months() as usize }
    }

    /// The means of the uncertain numbers, by index.
    pub fn means(&self) -> Vec<f64> {
        self.uncertain.iter().map(Uncertain::mean).collect()
    }

    /// Every effective value, in the order of the language.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Warnings: problems that do not refuse the scenario.
    pub fn warnings(&self) -> &Problems {
        &self.problems
    }

    /// The warnings and what a later stage found, each at the place of its key.
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
    /// `[scenario]`: title, state of knowledge and horizon.
    pub struct About {
        /// title of the scenario
        pub name: String = text().required(),
        /// description of the scenario in a sentence or two
        pub description: Option<String> = text().optional(),
        /// state of knowledge: last day or month whose publications are used
        pub as_of: Option<String> = as_of().optional(),
        /// first month of the run
        pub start: Month = month().start(),
        /// length of the run
        pub horizon: Span = span().or(Span::of_months(96)),
    }

    /// `[run]`: number of paths and parameter draws.
    pub struct Run {
        /// total number of paths
        pub paths: u64 = count().at_least(1).or(10_000_u64),
        /// parameter draws among which the paths are divided; 1 where nothing is uncertain
        pub draws: u64 = count().at_least(1).or(200_u64),
        /// seed of the random numbers
        pub seed: u64 = count().or(1_u64),
    }

    /// `[economy]`: discounting and long-run growth.
    pub struct Economy {
        /// rate at which contracts, debts and payments are discounted
        pub discount_rate: Quantity = rate().at_least(-0.5).at_most(1.0).or(0.08),
        /// long-run growth of plans and of the economy
        pub long_run_growth: Quantity = rate().at_least(-0.5).at_most(1.0).or(0.04),
    }

    /// `[market]`: the equity market that funds the labs.
    pub struct Market {
        /// process of overvaluation: `mispricing`, or `rational` for comparison
        pub process: MarketProcess = choice().or(MarketProcess::Mispricing),
        /// long-run mean of the log overvaluation
        pub mean: Quantity = number().or(0.0),
        /// speed of mean reversion
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// volatility of the log overvaluation
        pub volatility: Quantity = volatility().or(0.0),
        /// annual rise of the log overvaluation per unit of strategic money relative to the value of the labs
        pub feedback: Quantity = number().at_least(0.0).at_most(100.0).or(0.0),
        /// growth of the sector's fundamentals, net of the broad market
        pub growth: Quantity = rate().or(0.0),
        /// log rise of the sector over the 24 months before the start, net of the broad market; default: twice the growth
        pub run_up: Quantity = number().follows(growth.value.times(2.0)),
        /// bursts of the market
        pub burst: Burst = table(Burst::read),
        /// mean length of a freeze
        pub freeze_mean: Quantity = months().above(0.0).or(24.0),
        /// speed at which beliefs about attainment follow the truth; default: at once
        pub learning: Option<Quantity> = rate().above(0.0).optional(),
        /// annual supply of money in rounds and IPOs: to each lab, or with `one_purse` to all together; default: unlimited
        pub supply: Option<Curve> = money_by_year().optional(),
        /// whether the supply is for all labs together
        pub one_purse: bool = flag().or(false),
        /// elasticity of the supply with respect to overvaluation
        pub supply_beta: Quantity = number().or(0.0),
        /// share of the supply left in a freeze
        pub frozen_supply: Quantity = share().or(0.0),
        /// market for loans; default: it is open when the market is
        pub credit: Option<Credit> = table_if_written(Credit::read),
        /// definition of an overvalued market
        pub overvalued: Overvalued = table(Overvalued::read),
    }

    /// `[market.burst]`: hazard and size of a burst.
    pub struct Burst {
        /// hazard at a run-up of 50 %; at 0 only the default of a lab bursts the market
        pub hazard: Quantity = rate().at_least(0.0).or(0.0),
        /// rise of the log hazard per unit of the run-up
        pub run_up_beta: Quantity = number().or(3.9),
        /// rise of the log hazard per unit of perceived overvaluation
        pub level_beta: Quantity = number().at_least(0.0).or(0.0),
        /// whether `hazard` and `run_up_beta` are fitted, given `level_beta`, to crash rates of 20 % and 80 % within two years of run-ups of 50 % and 150 %
        pub fit_base_rates: bool = flag().or(false),
        /// largest hazard
        pub hazard_max: Quantity = rate().at_least(0.0).or(0.9),
        /// mean fall of the log overvaluation at a burst
        pub fall: Quantity = number().at_least(0.0).or(0.8),
        /// standard deviation of the fall; a deeper fall comes with worse news of the month
        pub fall_sd: Quantity = number().at_least(0.0).or(0.0),
        /// part of the perceived overvaluation beyond its mean that a burst takes too
        pub fall_level: Quantity = share().or(0.0),
        /// rise of the log hazard in the twelve months after the default of a lab or an entity
        pub contagion: Quantity = number().at_least(0.0).or(0.0),
    }

    /// `[market.credit]`: the market for loans, open or frozen.
    pub struct Credit {
        /// probability that it freezes with the market
        pub joint: Quantity = probability().or(1.0),
        /// hazard of a freeze of credit alone
        pub hazard: Quantity = rate().at_least(0.0).or(0.0),
        /// mean length of a freeze; default: that of the market
        pub freeze_mean: Option<Quantity> = months().above(0.0).optional(),
        /// part of maturing debt that entities can still refinance while it is frozen
        pub rolled: Quantity = share().or(0.0),
    }

    /// `[market.overvalued]`: definition of a bubble.
    pub struct Overvalued {
        /// price over fundamental value above which a month counts as overvalued
        pub threshold: Quantity = number().above(0.0).or(2.0),
        /// consecutive months above the threshold
        pub months: u64 = count().at_least(1).or(6_u64),
    }

    /// `[family.<name>]`: a family of chips and its price.
    pub struct Family {
        /// name of the family
        pub name: String = own_name(),
        /// whether this is the reference family, in which needs are measured; default: the first family
        pub reference: bool = flag().or(false),
        /// price in month 0 of the work that one dollar buys on the reference family
        pub relative_price: Quantity = number().above(0.0).or(1.0),
        /// mean annual decline of the price
        pub price_decline: Quantity = rate().or(0.0),
        /// annual decline that the plan expects; default: the mean decline
        pub plan_decline: Quantity = rate().follows(price_decline.value),
        /// volatility of the price
        pub volatility: Quantity = volatility().or(0.0),
        /// share of the need that can run on the family
        pub adoption: Option<Adoption> = table_if_written(Adoption::read),
        /// how its hardware ages and is let again; default: it does not age
        pub plant: Option<Plant> = table_if_written(Plant::read),
        /// entities that sell it on demand, with their weights
        pub on_demand: ByName = weights().or(()),
    }

    /// `[family.<name>.adoption]`: logistic curve of the share of the need that can run on the family.
    pub struct Adoption {
        /// long-run share
        pub max: Quantity = share().above(0.0).or(1.0),
        /// month in which half of that share is reached
        pub midpoint: Month = month().required(),
        /// time scale of the logistic curve
        pub width: Quantity = months().above(0.0).required(),
    }

    /// `[family.<name>.plant]`: hardware that ages, and stands empty after a contract is released.
    pub struct Plant {
        /// time for which it earns rent
        pub life: Quantity = months().above(0.0).required(),
        /// annual decline of its rent with age, beyond that of the price
        pub ageing: Quantity = rate().at_least(0.0).or(0.0),
        /// mean time for which released capacity stands empty
        pub vacancy: Quantity = months().or(0.0),
        /// mean time for which capacity stands empty that is released in a freeze
        pub vacancy_frozen: Quantity = months().follows(vacancy.value),
    }

    /// `[on_demand]`: compute without a contract.
    pub struct OnDemand {
        /// premium over the price of the family
        pub premium: Quantity = share().at_most(f64::INFINITY).or(0.0),
        /// capacity available to each lab, as a share of its planned need
        pub capacity: Option<Curve> = shares_by_year().at_most(f64::INFINITY).optional(),
    }

    /// `[regulation]`: events that block strategic money.
    pub struct Regulation {
        /// hazard of an event
        pub hazard: Quantity = rate().at_least(0.0).or(0.0),
        /// months for which strategic money is blocked
        pub duration: Span = span().at_least(1).or(Span::of_months(12)),
    }

    /// `[rivals]`: what joins the labs of a scenario.
    pub struct Rivals {
        /// volatility of the demand that all labs share
        pub demand_volatility: Quantity = volatility().or(0.0),
        /// volatility of what labs win from one another
        pub share_volatility: Quantity = volatility().or(0.0),
        /// part of the revenue of a lab in payment default that the others gain within twelve months
        pub inherit: Quantity = share().or(0.0),
        /// part of `relet` that is left where no other lab is
        pub relet_alone: Quantity = share().or(1.0),
    }
}

section! {
    /// `[[event]]`: something that happens in a given month.
    pub struct Event {
        /// name of the event
        pub id: String = id().required(),
        /// what happens: `burst`, `fall`, `freeze`, `credit_freeze`, `regulation`, `win` or `default`
        pub kind: EventKind = choice().required(),
        /// month in which it happens
        pub date: Month = month().required(),
        /// probability that it happens
        pub probability: Quantity = probability().or(1.0),
        /// fall of the log overvaluation, of a `burst` or `fall`, or log that a lab wins; default for a burst: as of any other
        pub size: Option<Quantity> = number().at_least(0.0).optional(),
        /// lab that wins, or lab or entity that defaults
        pub subject: Option<String> = name().optional(),
    }
}

/// What a dated event does (docs/model.md, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The market bursts.
    Burst,
    /// Overvaluation falls, and nothing freezes.
    Fall,
    /// The market freezes, without a fall.
    Freeze,
    /// Credit freezes.
    CreditFreeze,
    /// Strategic money is blocked.
    Regulation,
    /// A lab wins customers of its rivals.
    Win,
    /// A lab or an entity defaults.
    Default,
}

impl Choice for EventKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("burst", Self::Burst),
        ("fall", Self::Fall),
        ("freeze", Self::Freeze),
        ("credit_freeze", Self::CreditFreeze),
        ("regulation", Self::Regulation),
        ("win", Self::Win),
        ("default", Self::Default),
    ];
}

impl Choice for MarketProcess {
    const WORDS: &'static [(&'static str, Self)] = &[("mispricing", Self::Mispricing), ("rational", Self::Rational)];
}

/// The process of overvaluation (docs/model.md, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketProcess {
    /// A mean-reverting mispricing.
    Mispricing,
    /// A rational bubble, which grows at the required return while it lives.
    Rational,
}
