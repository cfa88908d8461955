//! The scenario with its defaults (section 13), uncertain numbers as their means.

use super::contract::{self, Contract};
use super::credit;
use super::curve::{Anchors, Calendar, Curve};
use super::expansion::{self, Expansion};
use super::rivals::Rivals;
use super::text::{Node, number};
use super::treasury;
use super::volatility;
use super::{Chance, DT};

/// Everything a run needs.
pub(crate) struct Scenario {
    pub(crate) calendar: Calendar,
    pub(crate) horizon: i64,
    pub(crate) discount_rate: f64,
    pub(crate) long_run_growth: f64,
    pub(crate) market: Market,
    pub(crate) families: Vec<Family>,
    /// The reference family.
    pub(crate) reference: usize,
    pub(crate) premium: f64,
    /// None where nothing is sold on demand.
    pub(crate) on_demand_capacity: Option<Anchors>,
    pub(crate) labs: Vec<Lab>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) contracts: Vec<Contract>,
    pub(crate) investments: Vec<Investment>,
    pub(crate) matchings: Vec<Matching>,
    pub(crate) warrants: Vec<Warrant>,
    pub(crate) facilities: Vec<Facility>,
    pub(crate) expansions: Vec<Expansion>,
    pub(crate) rivals: Rivals,
    pub(crate) clearing: Option<super::clearing::Terms>,
    /// Debt of entities that falls due.
    pub(crate) debts: Vec<treasury::Debt>,
    pub(crate) regulation_hazard: f64,
    pub(crate) regulation_duration: i64,
    pub(crate) events: Vec<Event>,
}

/// The funding market (section 6).
pub(crate) struct Market {
    pub(crate) rational: bool,
    pub(crate) mean: f64,
    pub(crate) reversion: f64,
    pub(crate) volatility: f64,
    pub(crate) feedback: f64,
    pub(crate) growth: f64,
    pub(crate) run_up: f64,
    /// `h1`; none without `burst.hazard`.
    pub(crate) hazard: f64,
    pub(crate) run_up_beta: f64,
    /// `l_beta`.
    pub(crate) level_beta: f64,
    pub(crate) hazard_max: f64,
    pub(crate) fall: f64,
    pub(crate) fall_level: f64,
    pub(crate) fall_sd: f64,
    /// `psi`, a year; infinite where beliefs are the truth.
    pub(crate) learning: f64,
    /// In months.
    pub(crate) freeze_mean: f64,
    pub(crate) supply: Option<Curve>,
    pub(crate) supply_beta: f64,
    pub(crate) frozen_supply: f64,
    /// The supply is for all labs together.
    pub(crate) one_purse: bool,
    /// Rise of the log hazard of a burst in the year after a default.
    pub(crate) contagion: f64,
    /// None where credit is open when the market is.
    pub(crate) credit: Option<credit::Terms>,
}

/// Shares of a vendor that a lab earns (5.2); prices in dollars a share.
pub(crate) struct Warrant {
    pub(crate) id: String,
    pub(crate) vendor: String,
    pub(crate) lab: usize,
    pub(crate) shares: f64,
    pub(crate) price: f64,
    pub(crate) strike: f64,
    pub(crate) tranches: Vec<Tranche>,
}

pub(crate) struct Tranche {
    pub(crate) part: f64,
    pub(crate) spend: f64,
    pub(crate) price: f64,
}

/// A family of chips.
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) relative_price: f64,
    /// What prices do on average.
    pub(crate) decline: f64,
    /// What the plan's dollars assumed.
    pub(crate) plan_decline: f64,
    pub(crate) volatility: f64,
    pub(crate) adoption: Option<Adoption>,
    /// Providers on demand and their weights.
    pub(crate) on_demand: Vec<(String, f64)>,
    /// How its hardware ages, if it does.
    pub(crate) plant: Option<Plant>,
}

/// Hardware that ages (8.2); spans in years.
pub(crate) struct Plant {
    pub(crate) life: f64,
    pub(crate) ageing: f64,
    pub(crate) vacancy: f64,
    pub(crate) vacancy_frozen: f64,
}

/// Logistic adoption of a family (3.3).
pub(crate) struct Adoption {
    pub(crate) max: f64,
    pub(crate) midpoint: f64,
    pub(crate) width: f64,
}

/// A process of section 2 that reverts or drifts.
#[derive(Clone, Copy)]
pub(crate) struct Process {
    pub(crate) drift: f64,
    pub(crate) reversion: f64,
    pub(crate) volatility: f64,
    /// The drift acts only before this time in years.
    pub(crate) until: f64,
}

/// A revenue share (3.7).
pub(crate) struct RevenueShare {
    pub(crate) to: String,
    pub(crate) share: Anchors,
    pub(crate) until: i64,
    pub(crate) cap: f64,
}

/// A lab as written.
pub(crate) struct Lab {
    pub(crate) name: String,
    pub(crate) cash: f64,
    pub(crate) valuation: Option<f64>,
    pub(crate) last_round: i64,
    pub(crate) min_cash: f64,
    pub(crate) cash_volatility: f64,
    pub(crate) tax_rate: f64,
    pub(crate) loss_carry_forward: f64,
    pub(crate) market_beta: f64,
    pub(crate) stakes: Vec<(String, f64)>,
    pub(crate) invested: Vec<(String, f64)>,
    pub(crate) target: Curve,
    pub(crate) attainment: Process,
    pub(crate) freeze_drag: f64,
    pub(crate) training_drag: f64,
    pub(crate) shares: Vec<RevenueShare>,
    pub(crate) inference_share: Anchors,
    pub(crate) training: Option<Curve>,
    pub(crate) training_elasticity: f64,
    pub(crate) intensity: Process,
    /// `eta_V` of 3.1.
    pub(crate) valuation_elasticity: f64,
    /// The part of idle cash that is spent on training, a year.
    pub(crate) reinvest: f64,
    /// Months of costs for which cash is kept.
    pub(crate) keep: f64,
    pub(crate) of_revenue: f64,
    pub(crate) fixed: Option<Curve>,
    pub(crate) burn: Option<Anchors>,
    pub(crate) austerity: Option<Austerity>,
    pub(crate) cost_of_capital: f64,
    pub(crate) margin: f64,
    /// In years.
    pub(crate) margin_half_life: f64,
    pub(crate) round: Option<Round>,
    pub(crate) ipo: Option<Ipo>,
    pub(crate) renegotiate: f64,
    pub(crate) renegotiate_cut: f64,
    pub(crate) renegotiate_fee: f64,
    pub(crate) resolution: Resolution,
}

/// When a lab saves, and how much of its training.
pub(crate) struct Austerity {
    pub(crate) runway: f64,
    pub(crate) training_cut: f64,
    /// Runway below which no training is bought on demand (3.3).
    pub(crate) on_demand_runway: f64,
}

/// The rules of a round (5.5).
pub(crate) struct Round {
    pub(crate) trigger: f64,
    pub(crate) target_runway: f64,
    pub(crate) gap: i64,
    pub(crate) max_share: f64,
    pub(crate) down_round: f64,
    pub(crate) participants: Vec<(String, f64)>,
}

/// The rules of the IPO (5.4).
pub(crate) struct Ipo {
    pub(crate) earliest: i64,
    pub(crate) rate: f64,
    pub(crate) float: f64,
    pub(crate) min_revenue_rate: f64,
    pub(crate) min_valuation: f64,
}

/// What happens to a lab that cannot pay (7.2).
pub(crate) struct Resolution {
    pub(crate) grace: f64,
    pub(crate) sponsor: Option<String>,
    pub(crate) capacity: f64,
    pub(crate) rescue: f64,
    pub(crate) rescue_frozen: f64,
    /// Months of burn that a rescue pays for.
    pub(crate) rescue_runway: f64,
    pub(crate) exchange: f64,
    pub(crate) max_exchanges: f64,
    pub(crate) haircut: f64,
    pub(crate) lgd: f64,
}

/// A firm that sells to labs or invests in them (8.1).
pub(crate) struct Entity {
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) balance: Option<Balance>,
    /// Dollars a year that it sells on demand at most (3.3).
    pub(crate) on_demand_limit: Option<Curve>,
    /// The part of its contracts and sales that goes on after its default.
    pub(crate) step_in: f64,
}

/// The balance sheet of an entity.
pub(crate) struct Balance {
    pub(crate) assets: f64,
    pub(crate) growth: f64,
    pub(crate) volatility: f64,
    pub(crate) debt: f64,
    pub(crate) leases: f64,
    pub(crate) barrier: f64,
    pub(crate) burst_beta: f64,
    /// `theta` of 5.1.
    pub(crate) giving_elasticity: f64,
    /// Debt over worth above which nothing is given.
    pub(crate) max_ltv: Option<f64>,
    pub(crate) treasury: Option<treasury::Terms>,
}

/// A dated investment (5.1).
pub(crate) struct Investment {
    pub(crate) id: String,
    pub(crate) investor: String,
    pub(crate) lab: usize,
    pub(crate) amount: f64,
    pub(crate) date: i64,
    pub(crate) deadline: i64,
    pub(crate) probability: f64,
    pub(crate) close_beta: f64,
    pub(crate) close_freeze: f64,
    pub(crate) credits: bool,
    /// At the opening price of a share.
    pub(crate) contracted: bool,
    /// All of these must hold.
    pub(crate) conditions: Conditions,
    /// One of these must hold, if there are any.
    pub(crate) any: Vec<Conditions>,
    /// None of these may hold.
    pub(crate) not: Vec<Conditions>,
    /// The contract that is signed when it closes (4).
    pub(crate) commits: Option<usize>,
}

impl Investment {
    /// In cash, certain and without a condition (5.1).
    pub(crate) fn is_firm(&self) -> bool {
        let free = self.conditions.none() && self.any.is_empty() && self.not.is_empty();
        !self.credits && self.probability >= 1.0 && free
    }
}

/// Conditions of an investment that hold together (5.1).
pub(crate) struct Conditions {
    pub(crate) market_open: bool,
    pub(crate) after_ipo: bool,
    pub(crate) min_revenue_rate: f64,
    pub(crate) min_valuation: f64,
    /// Families and the least share of last month's spend.
    pub(crate) min_family_share: Vec<(usize, f64)>,
    pub(crate) min_group_spend: f64,
}

impl Conditions {
    /// Nothing is asked.
    fn none(&self) -> bool {
        !self.market_open
            && !self.after_ipo
            && self.min_revenue_rate <= 0.0
            && self.min_valuation <= 0.0
            && self.min_family_share.is_empty()
            && self.min_group_spend <= 0.0
    }
}

/// A dated event (6).
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: EventKind,
    pub(crate) date: i64,
    pub(crate) probability: f64,
    pub(crate) size: Option<f64>,
    /// The lab or entity that defaults.
    pub(crate) subject: Option<String>,
}

/// What a dated event does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    Burst,
    Fall,
    Freeze,
    Regulation,
    Default,
    CreditFreeze,
    Win,
}

/// Vendor financing (5.2).
pub(crate) struct Matching {
    pub(crate) id: String,
    pub(crate) investor: String,
    pub(crate) lab: usize,
    /// Index of the contract.
    pub(crate) contract: usize,
    pub(crate) ratio: f64,
    pub(crate) cap: f64,
}

/// A credit line (5.6).
pub(crate) struct Facility {
    pub(crate) id: String,
    pub(crate) lab: usize,
    pub(crate) lender: String,
    pub(crate) limit: f64,
    pub(crate) rate: f64,
    pub(crate) ltv: Option<f64>,
    /// Balance at the start.
    pub(crate) drawn: f64,
    pub(crate) committed: bool,
    pub(crate) maturity: i64,
}

/// A date so far away that it never comes.
pub(crate) const NEVER: i64 = 1_000_000;

/// A table of the file with the document for `same_as`.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) node: &'a Node,
    pub(crate) root: &'a Node,
    pub(crate) calendar: Calendar,
    pub(crate) long_run_growth: f64,
    /// In plan mode: no volatilities, no hazards, no delays (section 12).
    pub(crate) off: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn at(&self, node: &'a Node) -> Reader<'a> {
        Reader { node, ..*self }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&'a Node> {
        self.node.get(path)
    }

    pub(crate) fn maybe(&self, path: &str) -> Option<f64> {
        self.get(path).map(|node| number(node, self.root))
    }

    pub(crate) fn or(&self, path: &str, default: f64) -> f64 {
        self.maybe(path).unwrap_or(default)
    }

    /// A volatility or a hazard: zero in plan mode.
    pub(crate) fn chance(&self, path: &str) -> f64 {
        if self.off { 0.0 } else { self.or(path, 0.0) }
    }

    pub(crate) fn name(&self, path: &str) -> String {
        self.node.text(path).unwrap_or_else(|| panic!("{path} is missing"))
    }

    pub(crate) fn date(&self, path: &str) -> Option<i64> {
        self.node.text(path).map(|date| self.calendar.month(&date))
    }

    pub(crate) fn anchors(&self, path: &str) -> Option<Anchors> {
        self.get(path).map(|node| Anchors::read(node, self.root))
    }

    pub(crate) fn curve(&self, path: &str) -> Option<Curve> {
        let anchors = self.anchors(path)?;
        Some(Curve::new(anchors, self.calendar, self.long_run_growth))
    }

    /// Names with numbers, in file order.
    pub(crate) fn weights(&self, path: &str) -> Vec<(String, f64)> {
        let Some(table) = self.get(path) else {
            return Vec::new();
        };
        table.entries().iter().map(|(name, node)| (name.clone(), number(node, self.root))).collect()
    }

    /// The entries of a table of tables, in file order.
    fn tables(&self, path: &str) -> Vec<(String, Reader<'a>)> {
        let Some(table) = self.get(path) else {
            return Vec::new();
        };
        table.entries().iter().map(|(name, node)| (name.clone(), self.at(node))).collect()
    }

    /// The items of an array of tables, in file order.
    pub(crate) fn list(&self, path: &str) -> Vec<Reader<'a>> {
        let Some(list) = self.get(path) else {
            return Vec::new();
        };
        list.items().iter().map(|node| self.at(node)).collect()
    }
}

impl Scenario {
    /// Reads the text; `chance` says whether volatilities, hazards and delays are there.
    pub(crate) fn read(text: &str, chance: Chance<'_>) -> Self {
        let root = Node::parse(text);
        let calendar = Calendar::starting(&root.text("scenario.start").expect("a start"));
        let plain = Reader { node: &root, root: &root, calendar, long_run_growth: 0.0, off: chance.is_off() };
        let reader = Reader { long_run_growth: plain.or("economy.long_run_growth", 0.04), ..plain };
        let market = market(&reader);
        let families = families(&reader);
        let reference = reference(&reader);
        let labs: Vec<Lab> =
            reader.tables("lab").into_iter().map(|(name, lab_reader)| lab(name, &lab_reader)).collect();
        let names: Vec<&str> = labs.iter().map(|lab| lab.name.as_str()).collect();
        let mut contracts: Vec<Contract> = reader
            .list("contract")
            .iter()
            .map(|item| contract::read(item, &names, &families, reference, chance))
            .collect();
        let mut investments: Vec<Investment> =
            reader.list("investment").iter().map(|item| investment(item, &names, &families)).collect();
        for (item, investment) in reader.list("investment").iter().zip(&mut investments) {
            if let Some(terms) = item.get("commits") {
                investment.commits = Some(contracts.len());
                contracts.push(contract::read_commitment(&item.at(terms), investment, &families, reference));
            }
        }
        let horizon = reader.or("scenario.horizon", 96.0) as i64;
        let expansions = reader
            .list("expansion")
            .iter()
            .map(|item| expansion::read(item, &names, &families, reference, horizon, &mut contracts))
            .collect();
        let mut scenario = Scenario {
            calendar,
            horizon,
            expansions,
            rivals: Rivals::read(&reader),
            clearing: super::clearing::Terms::read(&reader),
            debts: reader.list("debt").iter().map(treasury::Debt::read).collect(),
            discount_rate: reader.or("economy.discount_rate", 0.08),
            long_run_growth: reader.long_run_growth,
            premium: reader.or("on_demand.premium", 0.0),
            on_demand_capacity: reader.anchors("on_demand.capacity"),
            investments,
            matchings: reader.list("matching").iter().map(|item| matching(item, &names, &contracts)).collect(),
            warrants: reader.list("warrant").iter().map(|item| warrant(item, &names)).collect(),
            facilities: reader.list("facility").iter().map(|item| facility(item, &names)).collect(),
            regulation_hazard: reader.chance("regulation.hazard"),
            regulation_duration: reader.or("regulation.duration", 12.0) as i64,
            events: reader.list("event").iter().map(event).collect(),
            entities: entities(&reader, &market),
            market,
            families,
            reference,
            contracts,
            labs,
        };
        scenario.add_names_without_a_table();
        scenario
    }

    /// Names used without an `[entity]` table, after those with one (8.1).
    fn add_names_without_a_table(&mut self) {
        let mut used: Vec<String> = Vec::new();
        for lab in &self.labs {
            used.extend(lab.stakes.iter().chain(&lab.invested).map(|(name, _)| name.clone()));
            used.extend(lab.shares.iter().map(|share| share.to.clone()));
            used.extend(lab.round.iter().flat_map(|round| round.participants.iter().map(|(name, _)| name.clone())));
            used.extend(lab.resolution.sponsor.clone());
        }
        for family in &self.families {
            used.extend(family.on_demand.iter().map(|(name, _)| name.clone()));
        }
        for contract in &self.contracts {
            used.push(contract.provider.clone());
            used.extend(contract.pass_through.iter().chain(&contract.orders).map(|(name, _)| name.clone()));
        }
        used.extend(self.investments.iter().map(|item| item.investor.clone()));
        used.extend(self.matchings.iter().map(|item| item.investor.clone()));
        used.extend(self.warrants.iter().map(|item| item.vendor.clone()));
        for name in used {
            if !self.entities.iter().any(|entity| entity.name == name) {
                self.entities.push(Entity {
                    group: name.clone(),
                    name,
                    balance: None,
                    on_demand_limit: None,
                    step_in: 1.0,
                });
            }
        }
    }

    /// A rational bubble a month later if it has not burst (6).
    pub(crate) fn bubble(&self, y: f64) -> f64 {
        let required = self.labs.first().map_or(0.0, |lab| lab.cost_of_capital);
        (y.exp_m1() * ((required + self.market.hazard) * DT).exp()).ln_1p()
    }

    /// `b`: one for the first lab (6).
    pub(crate) fn beta(&self, lab: usize) -> f64 {
        if lab == 0 { 1.0 } else { self.labs[lab].market_beta }
    }

    /// The group of a name: its own name unless the entity says otherwise.
    pub(crate) fn group<'a>(&'a self, name: &'a str) -> &'a str {
        self.entities.iter().find(|entity| entity.name == name).map_or(name, |entity| &entity.group)
    }

    /// The place of a name among the entities; a lender without a table and another role is none.
    pub(crate) fn entity(&self, name: &str) -> Option<usize> {
        self.entities.iter().position(|entity| entity.name == name)
    }

    /// Is the entity strategic for the lab (5.2): does its group sell to it or receive pass-through, be
    /// the contract signed or not?
    pub(crate) fn is_strategic(&self, name: &str, lab: usize) -> bool {
        let group = self.group(name);
        let mut sellers = self.families.iter().flat_map(|family| &family.on_demand);
        let sells_on_demand =
            self.on_demand_capacity.is_some() && sellers.any(|(seller, _)| self.group(seller) == group);
        // Money that commits to nothing makes nobody strategic (4).
        let sells = |contract: &&Contract| contract.probability > 0.0 || contract.written() > 0.0;
        let mine = self.contracts.iter().filter(|contract| contract.lab == lab).filter(sells);
        let mut paid = mine.flat_map(|contract| {
            contract.pass_through.iter().map(|(name, _)| name).chain(std::iter::once(&contract.provider))
        });
        sells_on_demand || paid.any(|name| self.group(name) == group)
    }
}

fn market(reader: &Reader<'_>) -> Market {
    let growth = reader.or("market.growth", 0.0);
    let freeze_mean = reader.or("market.freeze_mean", 24.0);
    Market {
        rational: reader.node.text("market.process").is_some_and(|process| process == "rational"),
        mean: reader.or("market.mean", 0.0),
        reversion: reader.or("market.reversion", 0.0),
        volatility: reader.chance("market.volatility"),
        feedback: reader.or("market.feedback", 0.0),
        growth,
        run_up: reader.or("market.run_up", 2.0 * growth),
        hazard: reader.chance("market.burst.hazard"),
        run_up_beta: reader.or("market.burst.run_up_beta", 3.9),
        level_beta: reader.or("market.burst.level_beta", 0.0),
        hazard_max: reader.or("market.burst.hazard_max", 0.9),
        fall: reader.or("market.burst.fall", 0.8),
        fall_level: reader.or("market.burst.fall_level", 0.0),
        learning: reader.or("market.learning", f64::INFINITY),
        fall_sd: reader.chance("market.burst.fall_sd"),
        freeze_mean,
        supply: reader.curve("market.supply"),
        supply_beta: reader.or("market.supply_beta", 0.0),
        frozen_supply: reader.or("market.frozen_supply", 0.0),
        one_purse: reader.node.flag("market.one_purse").unwrap_or(false),
        contagion: reader.or("market.burst.contagion", 0.0),
        credit: credit::Terms::read(reader, freeze_mean),
    }
}

/// The families; without any, one called `compute` (section 13).
fn families(reader: &Reader<'_>) -> Vec<Family> {
    let written: Vec<Family> = reader.tables("family").into_iter().map(|(name, item)| family(name, &item)).collect();
    if !written.is_empty() {
        return written;
    }
    let compute = Family {
        name: "compute".to_string(),
        relative_price: 1.0,
        decline: 0.0,
        plan_decline: 0.0,
        volatility: 0.0,
        adoption: None,
        on_demand: Vec::new(),
        plant: None,
    };
    vec![compute]
}

fn family(name: String, reader: &Reader<'_>) -> Family {
    Family {
        name,
        relative_price: reader.or("relative_price", 1.0),
        decline: reader.or("price_decline", 0.0),
        plan_decline: reader.or("plan_decline", reader.or("price_decline", 0.0)),
        volatility: reader.chance("volatility"),
        adoption: reader.get("adoption").map(|_| adoption(reader)),
        on_demand: reader.weights("on_demand"),
        plant: reader.get("plant").map(|_| plant(reader)),
    }
}

fn plant(reader: &Reader<'_>) -> Plant {
    let vacancy = reader.or("plant.vacancy", 0.0);
    Plant {
        life: reader.maybe("plant.life").expect("a life") / 12.0,
        ageing: reader.or("plant.ageing", 0.0),
        vacancy: vacancy / 12.0,
        vacancy_frozen: reader.or("plant.vacancy_frozen", vacancy) / 12.0,
    }
}

fn adoption(reader: &Reader<'_>) -> Adoption {
    Adoption {
        max: reader.or("adoption.max", 1.0),
        midpoint: reader.calendar.mid(reader.date("adoption.midpoint").expect("a midpoint")),
        width: reader.maybe("adoption.width").expect("a width") / 12.0,
    }
}

/// The flagged family, else the first.
fn reference(reader: &Reader<'_>) -> usize {
    reader.tables("family").iter().position(|(_, item)| item.node.flag("reference") == Some(true)).unwrap_or(0)
}

fn lab(name: String, reader: &Reader<'_>) -> Lab {
    let round = reader.get("round").map(|_| round(reader));
    let target_runway = round.as_ref().map_or(12.0, |round| round.target_runway);
    Lab {
        name,
        cash: reader.or("cash", 0.0),
        valuation: reader.maybe("valuation"),
        last_round: reader.date("last_round").unwrap_or(-12),
        min_cash: reader.or("min_cash", 0.0),
        cash_volatility: reader.chance("cash_volatility"),
        tax_rate: reader.or("tax_rate", 0.0),
        loss_carry_forward: reader.or("loss_carry_forward", 0.0),
        market_beta: reader.or("market_beta", 1.0),
        stakes: reader.weights("stakes"),
        invested: reader.weights("invested"),
        target: reader.curve("revenue.target").expect("a revenue target"),
        attainment: attainment(reader),
        freeze_drag: reader.or("revenue.freeze_drag", 0.0),
        training_drag: reader.or("revenue.training_drag", 0.0),
        shares: reader.list("revenue_share").iter().map(revenue_share).collect(),
        inference_share: reader.anchors("compute.inference_share").unwrap_or(Anchors::Constant(0.0)),
        training: reader.curve("compute.training"),
        training_elasticity: reader.or("compute.training_elasticity", 0.0),
        intensity: process(reader, "compute.intensity"),
        valuation_elasticity: reader.or("compute.valuation_elasticity", 0.0),
        reinvest: reader.or("compute.reinvest", 0.0),
        keep: reader.or("compute.keep", 24.0),
        of_revenue: reader.or("opex.of_revenue", 0.0),
        fixed: reader.curve("opex.fixed"),
        burn: reader.anchors("opex.burn"),
        austerity: reader.get("austerity").map(|_| Austerity {
            runway: reader.or("austerity.runway", 0.0),
            training_cut: reader.or("austerity.training_cut", 0.0),
            on_demand_runway: reader.or("austerity.on_demand_runway", 0.0),
        }),
        cost_of_capital: reader.or("fundamental.cost_of_capital", 0.12),
        margin: reader.or("fundamental.margin", 0.25),
        margin_half_life: reader.or("fundamental.margin_half_life", 36.0) / 12.0,
        round,
        ipo: reader.get("ipo").map(|_| ipo(reader)),
        renegotiate: reader.chance("scale_back.renegotiate"),
        renegotiate_cut: reader.or("scale_back.renegotiate_cut", 0.3),
        renegotiate_fee: reader.or("scale_back.renegotiate_fee", 0.0),
        resolution: resolution(reader, target_runway),
    }
}

fn process(reader: &Reader<'_>, path: &str) -> Process {
    Process {
        drift: reader.or(&format!("{path}.drift"), 0.0),
        reversion: reader.or(&format!("{path}.reversion"), 0.0),
        volatility: reader.chance(&format!("{path}.volatility")),
        until: f64::INFINITY,
    }
}

/// The attainment, given by its parameters or by what is believed about it (section 2).
fn attainment(reader: &Reader<'_>) -> Process {
    let given = process(reader, "revenue");
    let Some(after) = reader.maybe("revenue.attainment.after").map(|months| months / 12.0) else {
        return given;
    };
    let median = reader.maybe("revenue.attainment.median").expect("a median");
    let p90 = reader.maybe("revenue.attainment.p90").expect("a p90");
    let spread = if reader.off { 0.0 } else { (p90 / median).ln() / 1.2816 };
    let k = given.reversion;
    if k == 0.0 {
        return Process { drift: median.ln() / after, volatility: spread / after.sqrt(), reversion: 0.0, until: after };
    }
    Process {
        drift: k * median.ln() / (1.0 - (-k * after).exp()),
        volatility: spread * (2.0 * k / (1.0 - (-2.0 * k * after).exp())).sqrt(),
        reversion: k,
        until: f64::INFINITY,
    }
}

fn revenue_share(reader: &Reader<'_>) -> RevenueShare {
    RevenueShare {
        to: reader.name("to"),
        share: reader.anchors("share").expect("a share"),
        until: reader.date("until").unwrap_or(NEVER),
        cap: reader.or("cap", f64::INFINITY),
    }
}

fn round(reader: &Reader<'_>) -> Round {
    Round {
        trigger: reader.or("round.trigger", 12.0),
        target_runway: reader.or("round.target_runway", 24.0),
        gap: reader.or("round.gap", 6.0) as i64,
        max_share: reader.or("round.max_share", 0.15),
        down_round: reader.or("round.down_round", 2.0),
        participants: reader.weights("round.participants"),
    }
}

fn ipo(reader: &Reader<'_>) -> Ipo {
    Ipo {
        earliest: reader.date("ipo.earliest").unwrap_or(0),
        rate: reader.or("ipo.rate", 0.0),
        float: reader.or("ipo.float", 0.0),
        min_revenue_rate: reader.or("ipo.min_revenue_rate", 0.0),
        min_valuation: reader.or("ipo.min_valuation", 0.0),
    }
}

fn resolution(reader: &Reader<'_>, target_runway: f64) -> Resolution {
    Resolution {
        grace: reader.or("resolution.grace", 3.0),
        sponsor: reader.node.text("resolution.sponsor"),
        capacity: reader.or("resolution.capacity", f64::INFINITY),
        rescue: reader.or("resolution.rescue", 0.0),
        rescue_frozen: reader.or("resolution.rescue_frozen", 1.0),
        rescue_runway: reader.or("resolution.rescue_runway", target_runway),
        exchange: reader.or("resolution.exchange", 0.0),
        max_exchanges: reader.or("resolution.max_exchanges", 1.0),
        haircut: reader.or("resolution.haircut", 0.4),
        lgd: reader.or("resolution.lgd", 0.75),
    }
}

fn entities(reader: &Reader<'_>, market: &Market) -> Vec<Entity> {
    let tables = reader.tables("entity");
    tables
        .into_iter()
        .map(|(name, item)| Entity {
            group: item.node.text("group").unwrap_or_else(|| name.clone()),
            balance: item.maybe("assets").map(|assets| balance(assets, &item, market)),
            on_demand_limit: item.curve("on_demand_limit"),
            step_in: item.or("step_in", 1.0),
            name,
        })
        .collect()
}

fn balance(assets: f64, reader: &Reader<'_>, market: &Market) -> Balance {
    let debt = reader.or("debt", 0.0);
    let mut balance = Balance {
        assets,
        growth: reader.or("asset_growth", 0.0),
        volatility: reader.chance("asset_volatility"),
        debt,
        leases: reader.or("leases", 0.0),
        barrier: reader.or("barrier", 0.66 * debt) + 0.66 * reader.or("leases", 0.0),
        burst_beta: reader.or("burst_beta", 0.0),
        giving_elasticity: reader.or("giving_elasticity", 0.0),
        max_ltv: reader.maybe("max_ltv"),
        treasury: treasury::Terms::read(reader),
    };
    if let (Some(pd5), false) = (reader.maybe("pd5"), reader.off) {
        balance.volatility = volatility::from_pd5(pd5, &balance, balance.burst_beta * market.fall, market.hazard);
    }
    balance
}

pub(crate) fn lab_index(reader: &Reader<'_>, labs: &[&str]) -> usize {
    let name = reader.name("lab");
    labs.iter().position(|lab| *lab == name).unwrap_or_else(|| panic!("no lab {name}"))
}

fn investment(reader: &Reader<'_>, labs: &[&str], families: &[Family]) -> Investment {
    let form = reader.node.text("form");
    let pricing = reader.node.text("pricing");
    let all = |path: &str| reader.list(path).iter().map(|item| conditions(item, families)).collect();
    Investment {
        id: reader.name("id"),
        investor: reader.name("investor"),
        lab: lab_index(reader, labs),
        amount: reader.maybe("amount").expect("an amount"),
        date: reader.date("date").expect("a date"),
        deadline: reader.date("deadline").unwrap_or(NEVER),
        probability: reader.or("probability", 1.0),
        close_beta: reader.or("close_beta", 0.0),
        close_freeze: reader.or("close_freeze", 0.0),
        credits: form.is_some_and(|form| form == "credits"),
        contracted: pricing.is_some_and(|pricing| pricing == "contracted"),
        conditions: conditions(reader, families),
        any: all("any"),
        not: all("not"),
        commits: None,
    }
}

fn conditions(reader: &Reader<'_>, families: &[Family]) -> Conditions {
    let family = |name: &str| families.iter().position(|family| family.name == name).expect("a family");
    let shares = reader.weights("min_family_share");
    Conditions {
        market_open: reader.node.flag("market_open").unwrap_or(false),
        after_ipo: reader.node.flag("after_ipo").unwrap_or(false),
        min_revenue_rate: reader.or("min_revenue_rate", 0.0),
        min_valuation: reader.or("min_valuation", 0.0),
        min_family_share: shares.iter().map(|(name, least)| (family(name), *least)).collect(),
        min_group_spend: reader.or("min_group_spend", 0.0),
    }
}

fn event(reader: &Reader<'_>) -> Event {
    let kind = match reader.name("kind").as_str() {
        "burst" => EventKind::Burst,
        "fall" => EventKind::Fall,
        "freeze" => EventKind::Freeze,
        "regulation" => EventKind::Regulation,
        "default" => EventKind::Default,
        "credit_freeze" => EventKind::CreditFreeze,
        "win" => EventKind::Win,
        other => panic!("unknown event {other}"),
    };
    Event {
        id: reader.name("id"),
        kind,
        date: reader.date("date").expect("a date"),
        probability: reader.or("probability", 1.0),
        size: reader.maybe("size"),
        subject: reader.node.text("subject"),
    }
}

fn warrant(reader: &Reader<'_>, labs: &[&str]) -> Warrant {
    let tranche = |item: &Reader<'_>| Tranche {
        part: item.maybe("part").expect("a part"),
        spend: item.or("spend", 0.0),
        price: item.or("price", 0.0),
    };
    Warrant {
        id: reader.name("id"),
        vendor: reader.name("vendor"),
        lab: lab_index(reader, labs),
        shares: reader.maybe("shares").expect("shares"),
        price: reader.maybe("price").expect("a price"),
        strike: reader.or("strike", 0.0),
        tranches: reader.list("tranches").iter().map(tranche).collect(),
    }
}

fn matching(reader: &Reader<'_>, labs: &[&str], contracts: &[Contract]) -> Matching {
    let id = reader.name("contract");
    Matching {
        id: reader.name("id"),
        investor: reader.name("investor"),
        lab: lab_index(reader, labs),
        contract: contracts.iter().position(|contract| contract.id == id).expect("a contract"),
        ratio: reader.maybe("ratio").expect("a ratio"),
        cap: reader.or("cap", f64::INFINITY),
    }
}

fn facility(reader: &Reader<'_>, labs: &[&str]) -> Facility {
    Facility {
        id: reader.name("id"),
        lab: lab_index(reader, labs),
        lender: reader.node.text("lender").unwrap_or_default(),
        limit: reader.maybe("limit").expect("a limit"),
        rate: reader.or("rate", 0.0),
        ltv: reader.maybe("ltv"),
        drawn: reader.or("drawn", 0.0),
        committed: reader.node.flag("committed").unwrap_or(false),
        maturity: reader.date("maturity").unwrap_or(NEVER),
    }
}
