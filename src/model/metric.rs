//! The measures: what each is, and how it is taken on a path (docs/model.md, sections 8 and 11).
//!
//! A new measure is a row of the table below and a line of the walk; every table, page and study finds it there.

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, min};

use super::constants::DT;
use super::debt_rank::{Claims, Passes};
use super::measure::{Asked, By, Derived, Kind, Measure, Metric};
use super::nodes::{dates, defaulters, links, name};
use super::parameters::{Lab, Parameters};
use super::state::{Block, LabState};
use super::tracing::{circular_bounds, finn_index, flows};
use super::valuation::fundamental_value;

/// Declares the measures, and [`MEASURES`], the list of all.
macro_rules! measures {
    ($($name:ident = $measure:expr;)+) => {
        $(#[doc = concat!("The measure `", stringify!($name), "`; its `meaning` defines it.")] pub const $name: Measure = $measure;)+

        /// All measures, in the order of reports (docs/model.md, section 11); then the details.
        pub const MEASURES: &[Measure] = &[$($name),+];
    };
}

measures! {
    FUNDING_GAP = Measure::new(
        "funding_gap",
        Kind::Money,
        "largest value so far of cumulative operating outflow beyond opening cash and the investments, \
         matching and warrants received in cash; never below 0",
    ).loss().main();
    FREEZE_ENDURANCE = Measure::new(
        "freeze_endurance",
        Kind::Months,
        "months, at most 120, that end with cash not below zero were the market closed from then on; by the month \
         before the start, by the last, and by those that a published figure or an expectation of it names",
    ).needs(Asked::ENDURANCE);
    LIQUIDITY_EVENT = event("liquidity_event", "first month in which cash after all funding is below zero").main();
    SCALE_BACK = event(
        "scale_back",
        "first month in which the lab drops commitments that are not firm; not a default",
    ).main();
    RESCUE = event("rescue", "first month in which the sponsor pays what is owed").main();
    DISTRESSED_EXCHANGE = event(
        "distressed_exchange",
        "first month in which creditors take less than they are owed; a default",
    ).main();
    RENEGOTIATION = event(
        "renegotiation",
        "first month in which firm commitments are cut against a fee; not a default",
    );
    PAYMENT_DEFAULT = event("payment_default", "first month in which the lab stops paying and is gone; a default").main();
    INSOLVENT_DEFAULT = event(
        "insolvent_default",
        "payment default of a lab whose operations, with its commitments at today's attainment, and cash are worth less \
         than its debt and arrears; else it is illiquid",
    );
    DEFAULT = event("default", "first distressed exchange or payment default").main();
    BURST = event(
        "burst",
        "first month with a burst of the funding market, of itself or by a lab's payment default",
    ).main();
    DEFAULT_GIVEN_BURST = Measure::derived(
        "default_given_burst",
        Derived::GivenBurst(&DEFAULT),
        "share in default among the paths whose market burst by then and before the default",
    );
    DEFAULT_GIVEN_NO_BURST = Measure::derived(
        "default_given_no_burst",
        Derived::GivenNoBurst(&DEFAULT),
        "share in default among the other paths",
    );
    OVERPAID = Measure::new(
        "overpaid",
        Kind::Flag,
        "the path's discounted cash flows and final fundamental value are worth less than was paid for the \
         operations at the start",
    ).main();
    OVERVALUED = event(
        "overvalued",
        "first month after which price over fundamental value stood above the threshold for long enough; by the \
         month before the start: share of the draws above it",
    );
    RUN_UP = event(
        "run_up",
        "first month with a log rise of the market of ln 2 in 24 months, net of the broad market",
    );
    BOOM_AND_BUST = event("boom_and_bust", "first burst within 24 months of a run-up").main();
    IMPLIED_REQUIREMENT = ratio(
        "implied_requirement",
        "attainment of the revenue target at the start at which the fundamental value is what was paid; over the \
         draws",
    ).per_draw();
    OVERVALUATION = ratio("overvaluation", "price over fundamental value of the operations");
    OPERATING_CASH_FLOW = money(
        "operating_cash_flow",
        "operating cash flow from the start to the end of that month; negative: outflow",
    );
    REVENUE = Measure::new("revenue", Kind::MoneyRate, "revenue rate").main();
    CASH = money("cash", "cash at the end of the month");
    VALUE = money("value", "value of the equity");
    DRAWDOWN = ratio("drawdown", "largest fall of the price of a share from its peak; 1 after a payment default");
    RAISED = money("raised", "cumulative money raised, by source");
    SPEND = money("spend", "cumulative invoices, by contract, and by provider and family");
    SIGNED = money("signed", "cumulative compute signed in expansions, over the terms of the contracts");
    CIRCULAR_SHARE = share(
        "circular_share",
        "share of the money from the labs that had come from the entity's own group, traced pro rata: a convention, \
         see _lower and _upper; over the paths on which the labs paid it anything",
    ).needs(Asked::CIRCULARITY).main();
    CIRCULAR_RETURNED = share(
        "circular_returned",
        "share of the money given to labs that has come back, traced pro rata: a convention, see _lower and _upper; \
         over the paths on which it gave anything",
    ).needs(Asked::CIRCULARITY);
    CLOUD_GROWTH = share(
        "cloud_growth",
        "growth of cloud revenue a year, from the first to the last twelve months; also without the labs, and \
         without the circular part",
    ).needs(Asked::CIRCULARITY);
    CLOUD_SHARE = share(
        "cloud_share",
        "share of the cloud revenue of all entities that have any, in the last twelve months; also without the \
         labs, and without the circular part",
    ).needs(Asked::CIRCULARITY);
    PROVIDER_LOSS = money("provider_loss", "cumulative loss on contracts, arrears and debt").loss().main();
    ENTITY_DEFAULT = event(
        "entity_default",
        "first month-end with worth below the barrier, or without the cash for what is due",
    ).main();
    ENTITY_ILLIQUID = event(
        "entity_illiquid",
        "first month-end without the cash for what is due, after borrowing and sales; a default",
    );
    ENTITY_DEFAULT_INCREMENT = Measure::derived(
        "entity_default_increment",
        Derived::Less(&ENTITY_DEFAULT, &ENTITY_DEFAULT_ALONE),
        "share of paths in default less the share in default alone, on the same paths: what the exposures add",
    );
    ENTITY_DEFAULT_CARRIED = event(
        "entity_default_carried",
        "first month-end with worth below the barrier only for what other entities in default do not pay",
    );
    CLAIMS_OVER_CAPITAL = share(
        "claims_over_capital",
        "largest ratio of what a lab owes an entity at its payment default to the worth of that entity less its barrier \
         the month before; over the paths with a payment default",
    );
    FINN_INDEX = ratio("finn_index", "Finn's cycling index of the mean yearly flows of money").needs(Asked::CIRCULARITY);
    IMPACT_SHARE = share(
        "impact_share",
        "share of all capital that a payment default then would cost the others directly; over the paths without one",
    ).needs(Asked::NETWORK);
    DEBTRANK = share(
        "debtrank",
        "the same with what those who lose pass on, each once: DebtRank (Battiston et al. 2012)",
    ).needs(Asked::NETWORK);

    BURST_BEFORE_DEFAULT = Measure::derived(
        "burst_before_default",
        Derived::BurstBefore(&DEFAULT),
        "share of paths whose market burst by then and before a default: the weight of default_given_burst",
    ).detail();
    LIQUIDITY_EVENT_GIVEN_BURST = Measure::derived(
        "liquidity_event_given_burst",
        Derived::GivenBurst(&LIQUIDITY_EVENT),
        "share with a liquidity event among the paths whose market burst by then and before it",
    ).detail();
    LIQUIDITY_EVENT_GIVEN_NO_BURST = Measure::derived(
        "liquidity_event_given_no_burst",
        Derived::GivenNoBurst(&LIQUIDITY_EVENT),
        "share with a liquidity event among the other paths",
    ).detail();
    BURST_BEFORE_LIQUIDITY_EVENT = Measure::derived(
        "burst_before_liquidity_event",
        Derived::BurstBefore(&LIQUIDITY_EVENT),
        "share of paths whose market burst by then and before a liquidity event",
    ).detail();
    DEFAULT_GIVEN_LIQUIDITY_EVENT = Measure::derived(
        "default_given_liquidity_event",
        Derived::Given(&DEFAULT, &LIQUIDITY_EVENT),
        "share in default among the paths with a liquidity event by then",
    ).detail();
    BOOM_AND_BUST_GIVEN_RUN_UP = Measure::derived(
        "boom_and_bust_given_run_up",
        Derived::Given(&BOOM_AND_BUST, &RUN_UP),
        "share with a burst within 24 months of a run-up among the paths with a run-up by then",
    ).detail();
    INSOLVENT_GIVEN_DEFAULT = Measure::derived(
        "insolvent_given_default",
        Derived::Given(&INSOLVENT_DEFAULT, &PAYMENT_DEFAULT),
        "share insolvent among the paths with a payment default by then",
    ).detail();
    CLAIMS_EXCEED_CAPITAL = event(
        "claims_exceed_capital",
        "payment default of a lab that owes an entity more than the worth of that entity less its barrier",
    ).detail();
    CLAIMS_EXCEED_CAPITAL_GIVEN_DEFAULT = Measure::derived(
        "claims_exceed_capital_given_default",
        Derived::Given(&CLAIMS_EXCEED_CAPITAL, &PAYMENT_DEFAULT),
        "share with claims above the capital of an entity among the paths with a payment default by then",
    ).detail();
    CIRCULAR_SHARE_LOWER = share("circular_share_lower", LEAST).needs(Asked::CIRCULARITY).detail();
    CIRCULAR_SHARE_UPPER = share("circular_share_upper", LARGEST).needs(Asked::CIRCULARITY).detail();
    CIRCULAR_RETURNED_LOWER = share("circular_returned_lower", LEAST).needs(Asked::CIRCULARITY).detail();
    CIRCULAR_RETURNED_UPPER = share("circular_returned_upper", LARGEST).needs(Asked::CIRCULARITY).detail();
    CLOUD_GROWTH_WITHOUT_LABS =
        share("cloud_growth_without_labs", "cloud_growth without the labs").needs(Asked::CIRCULARITY).detail();
    CLOUD_GROWTH_WITHOUT_CIRCULAR = share(
        "cloud_growth_without_circular",
        "cloud_growth without the circular part of what the labs pay",
    ).needs(Asked::CIRCULARITY).detail();
    CLOUD_SHARE_WITHOUT_LABS =
        share("cloud_share_without_labs", "cloud_share without the labs").needs(Asked::CIRCULARITY).detail();
    CLOUD_SHARE_WITHOUT_CIRCULAR = share(
        "cloud_share_without_circular",
        "cloud_share without the circular part of what the labs pay",
    ).needs(Asked::CIRCULARITY).detail();
    BASIS_LOST = money("basis_lost", "cumulative cost of stakes that were lost").loss().detail();
    ENTITY_DEFAULT_ALONE = event(
        "entity_default_alone",
        "the same on the same shocks, had its exposures to labs been exchanged for more of its core assets",
    ).detail();
    DEBTRANK_LINEAR = share(
        "debtrank_linear",
        "the same with what those who lose pass on, whenever they lose more: linear DebtRank (Bardoscia et al. 2015)",
    ).needs(Asked::NETWORK).detail();
    PAYS = money("pays", "what the first pays the second in the calendar year that ends then").needs(Asked::NETWORK).cell();
    PAID = money("paid", "what the first has paid the second by the end of the run").needs(Asked::NETWORK).cell();
    OWES = money("owes", "what the first owes the second: arrears and debt").needs(Asked::NETWORK).cell();
    OWNS = money("owns", "value of the stake of the first in the second").needs(Asked::NETWORK).cell();
    EXPOSURE = money(
        "exposure",
        "what the first would lose were the second to default then; of a lab what it was promised",
    ).needs(Asked::NETWORK).cell();
    CAPITAL = money(
        "capital",
        "what can be lost before a default: value of a lab, worth of an entity above its barrier; 0 after one",
    ).needs(Asked::NETWORK).cell();
}

const LEAST: &str = "the same, least share that any tracing rule allows";
const LARGEST: &str = "the same, largest share that any tracing rule allows";

const fn event(name: &'static str, meaning: &'static str) -> Measure {
    Measure::new(name, Kind::FirstMonth, meaning)
}

const fn money(name: &'static str, meaning: &'static str) -> Measure {
    Measure::new(name, Kind::Money, meaning)
}

const fn ratio(name: &'static str, meaning: &'static str) -> Measure {
    Measure::new(name, Kind::Ratio, meaning)
}

/// A ratio that is not defined on paths where its denominator is zero.
const fn share(name: &'static str, meaning: &'static str) -> Measure {
    ratio(name, meaning).undefined_at_times()
}

/// The measure of this name.
pub fn measure_named(name: &str) -> Option<Measure> {
    MEASURES.iter().copied().find(|measure| measure.name == name)
}

/// Place in the order of reports; all others share the last.
pub fn rank(measure: Measure) -> usize {
    MEASURES.iter().filter(|measure| measure.is_listed()).position(|known| *known == measure).unwrap_or(MEASURES.len())
}

/// The subject of a metric, in parts.
#[derive(Clone, Copy, Debug)]
struct Subject<'a> {
    lab: Option<&'a str>,
    name: &'a str,
    part: Option<&'a str>,
}

impl<'a> Subject<'a> {
    const MARKET: Self = Self { lab: None, name: "", part: None };

    fn of(name: &'a str) -> Self {
        Self { lab: None, name, part: None }
    }

    /// What there is between two nodes of the network.
    fn link(from: &'a str, to: &'a str) -> Self {
        Self { lab: Some(from), name: to, part: None }
    }

    fn text(self) -> String {
        [self.lab, Some(self.name), self.part].into_iter().flatten().collect::<Vec<_>>().join("/")
    }
}

/// Receives the metrics in the order in which they are measured.
trait Put<const B: usize> {
    fn put(&mut self, measure: Measure, subject: Subject<'_>, by: By, value: Lanes<B>);
}

/// The list of metrics, in the order in which they are measured.
pub fn catalogue(p: &Parameters) -> Vec<Metric> {
    struct Names(Vec<Metric>);
    impl Put<1> for Names {
        fn put(&mut self, measure: Measure, subject: Subject<'_>, by: By, _: Lanes<1>) {
            self.0.push(Metric { measure, subject: subject.text(), by });
        }
    }
    let mut names = Names(Vec::new());
    walk(p, &Block::new(p), &mut names);
    names.0
}

impl Parameters {
    /// The same world with only these optional measures.
    #[must_use]
    pub fn asking(self, asked: Asked) -> Self {
        if asked == self.asked { self } else { Self { asked, ..self }.counted() }
    }

    /// The same world with its metrics counted, after a change of its labs, entities or dates.
    #[must_use]
    pub(crate) fn counted(mut self) -> Self {
        self.metrics = catalogue(&self).len();
        self
    }
}

/// The metrics of finished paths, in the order of the [`catalogue`].
#[inline(always)]
pub fn measure<const B: usize>(p: &Parameters, block: &Block<B>, values: &mut Vec<Lanes<B>>) {
    struct Values<'a, const B: usize>(&'a mut Vec<Lanes<B>>);
    impl<const B: usize> Put<B> for Values<'_, B> {
        fn put(&mut self, _: Measure, _: Subject<'_>, _: By, value: Lanes<B>) {
            self.0.push(value);
        }
    }
    walk(p, block, &mut Values(values));
}

#[inline(always)]
fn walk<const B: usize>(p: &Parameters, block: &Block<B>, out: &mut impl Put<B>) {
    market(block, out);
    for (lab, state) in p.labs.iter().zip(&block.labs) {
        events(lab, state, out);
        amounts(p, lab, state, out);
        bubble(p, lab, state, out);
        raised(p, lab, state, out);
        spend(p, lab, state, out);
    }
    for e in 0..p.entities.len() {
        entity(p, block, e, out);
        if p.asked.circularity {
            circularity(p, block, e, out);
            cloud(p, block, e, out);
        }
    }
    if p.asked.circularity {
        out.put(FINN_INDEX, Subject::MARKET, By::Path, finn_index(&flows(p, block)));
    }
    if p.asked.network {
        network(p, block, out);
    }
}

#[inline(always)]
fn market<const B: usize>(block: &Block<B>, out: &mut impl Put<B>) {
    let market = &block.market;
    for (measure, month) in [(BURST, market.burst), (RUN_UP, market.ran_up), (BOOM_AND_BUST, market.boom_and_bust)] {
        out.put(measure, Subject::MARKET, By::Path, month);
    }
}

#[inline(always)]
fn events<const B: usize>(lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let first = &state.tally.first;
    let default = lanes!(i => min(first.exchange[i], first.payment_default[i]));
    for (measure, month) in [
        (LIQUIDITY_EVENT, first.liquidity),
        (SCALE_BACK, first.scale_back),
        (RESCUE, first.rescue),
        (DISTRESSED_EXCHANGE, first.exchange),
        (RENEGOTIATION, first.renegotiation),
        (PAYMENT_DEFAULT, first.payment_default),
        (INSOLVENT_DEFAULT, first.insolvent),
        (CLAIMS_EXCEED_CAPITAL, first.claims_exceed),
        (DEFAULT, default),
        (OVERVALUED, first.overvalued),
    ] {
        out.put(measure, Subject::of(&lab.name), By::Path, month);
    }
}

#[inline(always)]
fn amounts<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let subject = Subject::of(&lab.name);
    for (&date, dated) in p.dates.iter().zip(&state.tally.dated) {
        let by = By::Month(date);
        out.put(FUNDING_GAP, subject, by, dated.funding_gap);
        out.put(OPERATING_CASH_FLOW, subject, by, dated.operating);
        out.put(REVENUE, subject, by, dated.revenue);
        out.put(CASH, subject, by, dated.cash);
        out.put(VALUE, subject, by, dated.value);
        out.put(DRAWDOWN, subject, by, dated.drawdown);
        out.put(OVERVALUATION, subject, by, dated.overvaluation);
        if !lab.expansions.is_empty() {
            out.put(SIGNED, subject, by, dated.signed);
        }
    }
    out.put(CLAIMS_OVER_CAPITAL, subject, By::Path, state.tally.claims_over_capital);
    let ends = [By::Start].into_iter().chain(p.endurance_ends.iter().map(|&end| By::Month(end)));
    for (by, months) in ends.zip(&state.tally.endurance).filter(|_| p.asked.endurance) {
        out.put(FREEZE_ENDURANCE, subject, by, *months);
    }
}

/// *Overpaid*: the discounted cash flows of the path and its final `F` are worth less than the opening price of its operations.
#[inline(always)]
fn bubble<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let months = p.timeline.months;
    let discount = exp(-lab.fundamentals.cost_of_capital * months as f64 * DT);
    let debt = lab.opening_debt();
    let believed = if p.market.learns_at_once() { &state.attainment } else { &state.believed };
    let operations = lab.fundamentals.at(months, believed, &lanes!(i => exp(believed[i])));
    let overpaid = lanes!(i => {
        let revenue_rate = lab.target[months] * exp(state.attainment[i]);
        let last = state.alive[i] * fundamental_value(operations[i], revenue_rate);
        let paid = state.tally.opening_value[i] - lab.cash + debt;
        flag(state.tally.discounted[i] + discount * last < paid)
    });
    out.put(OVERPAID, Subject::of(&lab.name), By::Path, overpaid);
    let requirement = Lanes::splat(lab.implied_requirement);
    out.put(IMPLIED_REQUIREMENT, Subject::of(&lab.name), By::Start, requirement);
}

fn lab_prefix<'a>(p: &Parameters, lab: &'a Lab) -> Option<&'a str> {
    (p.labs.len() > 1).then_some(lab.name.as_str())
}

#[inline(always)]
fn raised<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let prefix = lab_prefix(p, lab);
    let mut put = |name: &str, money: Lanes<B>| {
        out.put(RAISED, Subject { lab: prefix, name, part: None }, By::Path, money);
    };
    put("outside", state.tally.outside);
    put("debt", state.tally.lent);
    for (e, entity) in p.entities.iter().enumerate().filter(|(e, _)| lab.gives[*e]) {
        put(&entity.name, state.parties[e].given);
    }
}

/// Invoices by contract, and by provider and family.
#[inline(always)]
fn spend<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    for (contract, standing) in lab.contracts.iter().zip(&state.contracts) {
        out.put(SPEND, Subject::of(&contract.id), By::Path, standing.spend);
    }
    for (e, provider) in p.entities.iter().enumerate() {
        for (j, family) in p.families.iter().enumerate() {
            let sold = family.on_demand.iter().zip(&state.tally.on_demand_spend[j]);
            let mut on_demand = sold.filter(|((seller, share), _)| *seller == e && *share > 0.0).map(|(_, sold)| *sold);
            let all = lab.contracts.iter().zip(&state.contracts);
            let contracts = || all.clone().filter(|(c, _)| c.provider == e && c.family == j);
            let sold = on_demand.next();
            if sold.is_some() || contracts().next().is_some() {
                let mut money = sold.unwrap_or_default();
                for (_, standing) in contracts() {
                    money.add(|i| standing.spend[i]);
                }
                let subject = Subject { lab: lab_prefix(p, lab), name: &provider.name, part: Some(&family.name) };
                out.put(SPEND, subject, By::Path, money);
            }
        }
    }
}

#[inline(always)]
fn entity<const B: usize>(p: &Parameters, block: &Block<B>, e: usize, out: &mut impl Put<B>) {
    let subject = Subject::of(&p.entities[e].name);
    let state = &block.entities[e];
    out.put(PROVIDER_LOSS, subject, By::Path, state.loss);
    out.put(BASIS_LOST, subject, By::Path, state.basis_lost);
    if p.entities[e].balance.is_some() {
        out.put(ENTITY_DEFAULT, subject, By::Path, state.default);
        out.put(ENTITY_DEFAULT_ALONE, subject, By::Path, state.default_alone);
        if p.entities[e].treasury.is_some() {
            out.put(ENTITY_ILLIQUID, subject, By::Path, state.illiquid);
        }
        if p.clearing.is_some() {
            out.put(ENTITY_DEFAULT_CARRIED, subject, By::Path, state.carried);
        }
    }
}

/// Circular money as a share of what the labs paid the entity, and of what it gave them: pro rata, lower, upper.
#[inline(always)]
fn circularity<const B: usize>(p: &Parameters, block: &Block<B>, e: usize, out: &mut impl Put<B>) {
    let mut paid = Lanes::<B>::default();
    let mut given = Lanes::<B>::default();
    let mut back = [Lanes::splat(0.0); 3];
    for (lab, state) in p.labs.iter().zip(&block.labs) {
        let (lower, upper) = circular_bounds(p, lab, state, e);
        let party = &state.parties[e];
        paid.add(|i| party.paid[i]);
        given.add(|i| party.given[i] + party.lent[i]);
        for (sum, part) in back.iter_mut().zip([&party.circular, &lower, &upper]) {
            sum.add(|i| part[i]);
        }
    }
    let subject = Subject::of(&p.entities[e].name);
    let over = |part: &Lanes<B>, whole: &Lanes<B>| lanes!(i => min(1.0, ratio_of(part[i], whole[i])));
    let shares = [CIRCULAR_SHARE, CIRCULAR_SHARE_LOWER, CIRCULAR_SHARE_UPPER];
    let returned = [CIRCULAR_RETURNED, CIRCULAR_RETURNED_LOWER, CIRCULAR_RETURNED_UPPER];
    for ((share, returned), part) in shares.into_iter().zip(returned).zip(&back) {
        out.put(share, subject, By::Path, over(part, &paid));
        if p.labs.iter().any(|lab| lab.gives[e]) {
            out.put(returned, subject, By::Path, over(part, &given));
        }
    }
}

/// A part of a whole; NaN where the whole is 0.
#[inline(always)]
fn ratio_of(part: f64, whole: f64) -> f64 {
    select(whole > 0.0, part / whole, f64::NAN)
}

/// Growth of cloud revenue from the first to the last twelve months, a year, and market share in the last: with the
/// labs, without them, and without the circular part.
#[inline(always)]
fn cloud<const B: usize>(p: &Parameters, block: &Block<B>, e: usize, out: &mut impl Put<B>) {
    if p.entities[e].cloud_revenue.is_none() || p.timeline.months < 24 {
        return;
    }
    let subject = Subject::of(&p.entities[e].name);
    let years = (p.timeline.months - 12) as f64 * DT;
    let views = [
        (CLOUD_GROWTH, CLOUD_SHARE, 1.0, 0.0),
        (CLOUD_GROWTH_WITHOUT_LABS, CLOUD_SHARE_WITHOUT_LABS, 0.0, 0.0),
        (CLOUD_GROWTH_WITHOUT_CIRCULAR, CLOUD_SHARE_WITHOUT_CIRCULAR, 1.0, -1.0),
    ];
    for (growth, share, labs, circular) in views {
        let last = cloud_year(p, block, e, true, (labs, circular));
        let first = cloud_year(p, block, e, false, (labs, circular));
        let rate = lanes!(i => select(first[i] > 0.0, exp(ln(last[i] / first[i]) / years) - 1.0, f64::NAN));
        out.put(growth, subject, By::Path, rate);
        let mut all = Lanes::<B>::default();
        for other in (0..p.entities.len()).filter(|&other| p.entities[other].cloud_revenue.is_some()) {
            let revenue = cloud_year(p, block, other, true, (labs, circular));
            all.add(|i| revenue[i]);
        }
        out.put(share, subject, By::Path, lanes!(i => ratio_of(last[i], all[i])));
    }
}

/// Cloud revenue of an entity in the first or the last twelve months, with these weights on what the labs paid and on
/// the circular part of it, dollars.
#[inline(always)]
fn cloud_year<const B: usize>(
    p: &Parameters,
    block: &Block<B>,
    e: usize,
    last: bool,
    (labs, circular): (f64, f64),
) -> Lanes<B> {
    let months = if last { p.timeline.months - 12..p.timeline.months } else { 0..12 };
    let others = p.entities[e].cloud_revenue.as_ref().map_or(0.0, |curve| curve[months].iter().sum::<f64>() * DT);
    let mut revenue = Lanes::splat(others);
    for state in &block.labs {
        let party = &state.parties[e];
        if last {
            let before = &party.before_last_year;
            revenue.add(|i| labs * (party.paid[i] - before.paid[i]));
            revenue.add(|i| circular * (party.circular[i] - before.circular[i]));
        } else {
            revenue.add(|i| labs * party.first_year.paid[i] + circular * party.first_year.circular[i]);
        }
    }
    revenue
}

/// What passes between the nodes of the network, and what the default of one would cost the others.
fn network<const B: usize>(p: &Parameters, block: &Block<B>, out: &mut impl Put<B>) {
    for &(from, to) in &links(p) {
        link(p, block, (from, to), out);
    }
    for (t, at) in dates(p).into_iter().zip(&block.network.dates) {
        let by = By::Month(t);
        for (node, capital) in at.capital.iter().enumerate() {
            out.put(CAPITAL, Subject::of(name(p, node)), by, *capital);
        }
        let claims: Vec<Claims> = (0..B).map(|i| at.claims(i)).collect();
        for defaulter in defaulters(p) {
            let subject = Subject::of(name(p, defaulter));
            let lost = |passes| lanes!(i => claims[i].lost(defaulter, passes));
            out.put(IMPACT_SHARE, subject, by, lost(Passes::Direct));
            out.put(DEBTRANK, subject, by, lost(Passes::Once));
            out.put(DEBTRANK_LINEAR, subject, by, lost(Passes::Always));
        }
    }
}

/// What one node pays, owes and could lose to another, and has of it.
fn link<const B: usize>(p: &Parameters, block: &Block<B>, (from, to): (usize, usize), out: &mut impl Put<B>) {
    let subject = Subject::link(name(p, from), name(p, to));
    let is_end = |t: usize| p.year_ends.contains(&t) || t + 1 == p.timeline.months;
    let (labs, inside) = (p.labs.len(), p.labs.len() + p.entities.len());
    let mut before = Lanes::<B>::default();
    for (t, at) in dates(p).into_iter().zip(&block.network.dates) {
        let by = By::Month(t);
        if is_end(t) {
            let paid = at.paid[from][to];
            out.put(PAYS, subject, by, lanes!(i => paid[i] - before[i]));
            before = paid;
        }
        if from < inside && to >= labs {
            out.put(OWES, subject, by, at.owed[from][to]);
        }
        if from < inside && to < labs {
            out.put(OWNS, subject, by, at.owned[from][to]);
        }
        if from < inside && to < inside {
            out.put(EXPOSURE, subject, by, at.exposures[from][to]);
        }
    }
    out.put(PAID, subject, By::Path, before);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::by_hand::{World, assert_close, by_month, line_of_credit, world};
    use super::super::parameters::Facility;
    use super::super::state::Standing;
    use super::*;

    #[test]
    fn every_measure_has_a_name_of_its_own_and_a_meaning() {
        let names: BTreeSet<&str> = MEASURES.iter().map(|measure| measure.name).collect();
        assert_eq!(names.len(), MEASURES.len());
        for measure in MEASURES {
            assert_eq!(measure_named(measure.name), Some(*measure));
            assert!(!measure.meaning.is_empty(), "{measure}");
            assert_eq!(measure.derived.is_some(), measure.kind == Kind::Probability, "{measure}");
        }
        assert_eq!(measure_named("defautl"), None);
    }

    #[test]
    fn details_come_after_all_that_is_listed() {
        let (listed, details): (Vec<Measure>, Vec<Measure>) = MEASURES.iter().copied().partition(Measure::is_listed);
        assert!(listed.iter().map(|measure| rank(*measure)).eq(0..listed.len()));
        assert!(details.iter().all(|measure| rank(*measure) > listed.len()));
    }

    #[test]
    fn a_share_of_nothing_is_not_a_number() {
        assert_close(ratio_of(2.0, 8.0), 0.25);
        assert_close(ratio_of(0.0, 8.0), 0.0);
        assert!(ratio_of(0.0, 0.0).is_nan() && min(1.0, ratio_of(0.0, 0.0)).is_nan());
    }

    #[test]
    fn a_year_of_cloud_revenue_has_the_labs_payments_and_their_circular_part_by_their_weights() {
        // 12 of others; in the first year 3 of a lab, 1 of it circular; in the last 10 - 4, of which 3 - 1.
        let mut all = world(|p| p.entities[0].cloud_revenue = Some(by_month(12.0)));
        let party = &mut all.block.labs[0].parties[0];
        let standing = |paid, circular| Standing { paid: Lanes([paid]), circular: Lanes([circular]) };
        (party.first_year, party.before_last_year) = (standing(3.0, 1.0), standing(4.0, 1.0));
        (party.paid, party.circular) = (Lanes([10.0]), Lanes([3.0]));
        for (weights, first, last) in [((1.0, 0.0), 15.0, 18.0), ((1.0, -1.0), 14.0, 16.0), ((0.0, 0.0), 12.0, 12.0)] {
            assert_close(cloud_year(&all.p, &all.block, 0, false, weights)[0], first);
            assert_close(cloud_year(&all.p, &all.block, 0, true, weights)[0], last);
        }
    }

    /// The values of a walk of one path, by measure.
    struct Found(Vec<(Measure, f64)>);

    impl Put<1> for Found {
        fn put(&mut self, measure: Measure, _: Subject<'_>, _: By, value: Lanes<1>) {
            self.0.push((measure, value[0]));
        }
    }

    impl Found {
        fn of(&self, measure: Measure) -> f64 {
            self.0.iter().find(|(known, _)| *known == measure).expect("a measure").1
        }
    }

    #[test]
    fn a_path_was_overpaid_if_its_cash_flows_and_what_is_left_are_worth_less_than_was_paid() {
        // After two years at 12 % the plan of 37.499858 is worth 37.499858 e^-0.24 = 29.498434. Paid: the opening value
        // less the cash in it, and the debt.
        for (opening, cash, drawn, discounted, overpaid) in [
            (29.0, 0.0, 0.0, 0.0, 0.0),
            (30.0, 0.0, 0.0, 0.0, 1.0),
            (30.0, 1.0, 0.0, 0.0, 0.0),
            (30.0, 1.0, 2.0, 0.0, 1.0),
            (30.0, 0.0, 0.0, 1.0, 0.0),
        ] {
            let World { p, mut block, .. } = world(|p| {
                p.labs[0].cash = cash;
                p.labs[0].facilities = vec![Facility { drawn, ..line_of_credit(5.0) }];
            });
            let tally = &mut block.labs[0].tally;
            (tally.opening_value, tally.discounted) = (Lanes([opening]), Lanes([discounted]));
            let mut found = Found(Vec::new());
            bubble(&p, &p.labs[0], &block.labs[0], &mut found);
            assert_close(found.of(OVERPAID), overpaid);
        }
    }

    #[test]
    fn cloud_revenue_grows_from_its_first_to_its_last_year_and_is_a_share_of_all() {
        // A year apart: 12 of others and 4 of the labs become 12 and 6 or 12; the bank sells 6.
        for (last_year, growth, share) in [(4.0, 0.0, 16.0 / 22.0), (6.0, 0.125, 0.75), (12.0, 0.5, 0.8)] {
            let mut all = world(|p| {
                p.entities[0].cloud_revenue = Some(by_month(12.0));
                p.entities[1].cloud_revenue = Some(by_month(6.0));
            });
            let party = &mut all.block.labs[0].parties[0];
            party.first_year.paid = Lanes([4.0]);
            party.before_last_year.paid = Lanes([4.0]);
            party.paid = Lanes([4.0 + last_year]);
            let mut found = Found(Vec::new());
            cloud(&all.p, &all.block, 0, &mut found);
            assert_close(found.of(CLOUD_GROWTH), growth);
            assert_close(found.of(CLOUD_SHARE), share);
            assert_close(found.of(CLOUD_GROWTH_WITHOUT_LABS), 0.0);
            assert_close(found.of(CLOUD_SHARE_WITHOUT_LABS), 2.0 / 3.0);
        }
    }

    #[test]
    fn a_circular_share_is_of_payments_and_what_has_returned_of_money_given() {
        // 2 of 8 paid were circular, of 4 given: a quarter of revenue, one half returned. At most 4 can be, since only 4
        // were given; at least the 1 that 7 of other money cannot have paid.
        let mut all = world(|p| p.labs[0].gives = vec![true, true]);
        let state = &mut all.block.labs[0];
        let party = &mut state.parties[0];
        (party.paid, party.given, party.circular) = (Lanes([8.0]), Lanes([4.0]), Lanes([2.0]));
        state.tally.inflows = Lanes([11.0]);
        let mut found = Found(Vec::new());
        circularity(&all.p, &all.block, 0, &mut found);
        for (measure, expected) in [
            (CIRCULAR_SHARE, 0.25),
            (CIRCULAR_SHARE_LOWER, 0.125),
            (CIRCULAR_SHARE_UPPER, 0.5),
            (CIRCULAR_RETURNED, 0.5),
            (CIRCULAR_RETURNED_LOWER, 0.25),
            (CIRCULAR_RETURNED_UPPER, 1.0),
        ] {
            assert_close(found.of(measure), expected);
        }
    }
}
