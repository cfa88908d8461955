//! What is measured on a path, by name (docs/model.md, sections 8 and 11).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, min};

use super::parameters::{DT, Lab, Parameters};
use super::state::{Block, LabState};
use super::tracing::{circular_bounds, finn_index, flows};

/// One number of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Stable name of the measure.
    pub measure: &'static str,
    /// A lab, entity, contract, or a part of one (`amazon/trainium`); empty for the market.
    pub subject: String,
    /// Which month of the path it is taken at the end of.
    pub by: By,
    /// What kind of number it is.
    pub kind: Kind,
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

/// What kind of number a metric is.
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
}

impl Kind {
    /// Its unit in files.
    pub fn unit(self) -> &'static str {
        match self {
            Self::FirstMonth => "month",
            Self::Flag => "0 or 1",
            Self::Money => "USD",
            Self::MoneyRate => "USD/year",
            Self::Months => "months",
            Self::Ratio => "1",
        }
    }
}

/// What a run is asked for, of what costs time and feeds nothing else: the rest of the model is always at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whose money it was: circular shares, cloud revenue, the cycling index (sections 8.3 and 8.4).
    pub circularity: bool,
    /// Freeze endurance (section 7.5).
    pub endurance: bool,
}

impl Asked {
    /// All measures.
    pub const EVERYTHING: Self = Self { circularity: true, endurance: true };

    /// The measures with these names; others come along where they cost nothing.
    pub fn of<'a>(measures: impl IntoIterator<Item = &'a str>) -> Self {
        let mut asked = Self { circularity: false, endurance: false };
        for measure in measures {
            asked.circularity |= ["circular_", "cloud_", "finn_index"].iter().any(|start| measure.starts_with(start));
            asked.endurance |= measure == "freeze_endurance";
        }
        asked
    }
}

/// Of what a metric speaks.
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

    fn text(self) -> String {
        [self.lab, Some(self.name), self.part].into_iter().flatten().collect::<Vec<_>>().join("/")
    }
}

/// Where the walk puts what it meets.
trait Put<const B: usize> {
    fn put(&mut self, measure: &'static str, subject: Subject<'_>, by: By, kind: Kind, value: Lanes<B>);
}

/// The list of metrics, in the order in which they are measured.
pub fn catalogue(p: &Parameters) -> Vec<Metric> {
    struct Names(Vec<Metric>);
    impl Put<1> for Names {
        fn put(&mut self, measure: &'static str, subject: Subject<'_>, by: By, kind: Kind, _: Lanes<1>) {
            self.0.push(Metric { measure, subject: subject.text(), by, kind });
        }
    }
    let mut names = Names(Vec::new());
    walk(p, &Block::new(p), &mut names);
    names.0
}

/// The metrics of finished paths, in the order of the [`catalogue`].
#[inline(always)]
pub fn measure<const B: usize>(p: &Parameters, block: &Block<B>, values: &mut Vec<Lanes<B>>) {
    struct Values<'a, const B: usize>(&'a mut Vec<Lanes<B>>);
    impl<const B: usize> Put<B> for Values<'_, B> {
        fn put(&mut self, _: &'static str, _: Subject<'_>, _: By, _: Kind, value: Lanes<B>) {
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
        out.put("finn_index", Subject::MARKET, By::Path, Kind::Ratio, finn_index(&flows(p, block)));
    }
}

#[inline(always)]
fn market<const B: usize>(block: &Block<B>, out: &mut impl Put<B>) {
    let market = &block.market;
    for (measure, month) in
        [("burst", market.burst), ("run_up", market.ran_up), ("boom_and_bust", market.boom_and_bust)]
    {
        out.put(measure, Subject::MARKET, By::Path, Kind::FirstMonth, month);
    }
}

#[inline(always)]
fn events<const B: usize>(lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let first = &state.tally.first;
    let default = lanes!(i => min(first.exchange[i], first.payment_default[i]));
    for (measure, month) in [
        ("liquidity_event", first.liquidity),
        ("scale_back", first.scale_back),
        ("rescue", first.rescue),
        ("distressed_exchange", first.exchange),
        ("renegotiation", first.renegotiation),
        ("payment_default", first.payment_default),
        ("default", default),
        ("overvalued", first.overvalued),
    ] {
        out.put(measure, Subject::of(&lab.name), By::Path, Kind::FirstMonth, month);
    }
}

#[inline(always)]
fn amounts<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let subject = Subject::of(&lab.name);
    for (&date, dated) in p.dates.iter().zip(&state.tally.dated) {
        let by = By::Month(date);
        out.put("funding_gap", subject, by, Kind::Money, dated.funding_gap);
        out.put("operating_cash_flow", subject, by, Kind::Money, dated.operating);
        out.put("revenue", subject, by, Kind::MoneyRate, dated.revenue);
        out.put("cash", subject, by, Kind::Money, dated.cash);
        out.put("value", subject, by, Kind::Money, dated.value);
        out.put("overvaluation", subject, by, Kind::Ratio, dated.overvaluation);
    }
    let ends = [By::Start].into_iter().chain(p.year_ends.iter().map(|&end| By::Month(end)));
    for (by, months) in ends.zip(&state.tally.endurance).filter(|_| p.asked.endurance) {
        out.put("freeze_endurance", subject, by, Kind::Months, *months);
    }
}

/// *Overpaid*: the path was worth less at its own cash flows and final `F` than was paid for its operations.
#[inline(always)]
fn bubble<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let months = p.timeline.months;
    let discount = exp(-lab.fundamentals.cost_of_capital * months as f64 * DT);
    let overpaid = lanes!(i => {
        let x = state.attainment[i];
        let last = state.alive[i] * lab.fundamentals.value(months, x, lab.target[months]);
        let paid = state.tally.opening_value[i] - lab.cash;
        flag(state.tally.discounted[i] + discount * last < paid)
    });
    out.put("overpaid", Subject::of(&lab.name), By::Path, Kind::Flag, overpaid);
    let requirement = Lanes::splat(lab.implied_requirement);
    out.put("implied_requirement", Subject::of(&lab.name), By::Start, Kind::Ratio, requirement);
}

fn lab_prefix<'a>(p: &Parameters, lab: &'a Lab) -> Option<&'a str> {
    (p.labs.len() > 1).then_some(lab.name.as_str())
}

#[inline(always)]
fn raised<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, out: &mut impl Put<B>) {
    let prefix = lab_prefix(p, lab);
    let mut put = |name: &str, money: Lanes<B>| {
        out.put("raised", Subject { lab: prefix, name, part: None }, By::Path, Kind::Money, money);
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
        out.put("spend", Subject::of(&contract.id), By::Path, Kind::Money, standing.spend);
    }
    for (e, provider) in p.entities.iter().enumerate() {
        for (j, family) in p.families.iter().enumerate() {
            let on_demand: f64 =
                family.on_demand.iter().filter(|(seller, _)| *seller == e).map(|(_, share)| share).sum();
            let all = lab.contracts.iter().zip(&state.contracts);
            let contracts = || all.clone().filter(|(c, _)| c.provider == e && c.family == j);
            if on_demand > 0.0 || contracts().next().is_some() {
                let sold = &state.tally.on_demand_spend[j];
                let mut money = lanes!(i => on_demand * sold[i]);
                for (_, standing) in contracts() {
                    money.add(|i| standing.spend[i]);
                }
                let subject = Subject { lab: lab_prefix(p, lab), name: &provider.name, part: Some(&family.name) };
                out.put("spend", subject, By::Path, Kind::Money, money);
            }
        }
    }
}

#[inline(always)]
fn entity<const B: usize>(p: &Parameters, block: &Block<B>, e: usize, out: &mut impl Put<B>) {
    let subject = Subject::of(&p.entities[e].name);
    let state = &block.entities[e];
    out.put("provider_loss", subject, By::Path, Kind::Money, state.loss);
    out.put("basis_lost", subject, By::Path, Kind::Money, state.basis_lost);
    if p.entities[e].balance.is_some() {
        out.put("entity_default", subject, By::Path, Kind::FirstMonth, state.default);
        out.put("entity_default_alone", subject, By::Path, Kind::FirstMonth, state.default_alone);
    }
}

/// Circular money over what the entity was paid by the labs and over what it gave them: pro rata, lower, upper.
#[inline(always)]
fn circularity<const B: usize>(p: &Parameters, block: &Block<B>, e: usize, out: &mut impl Put<B>) {
    let mut paid = Lanes::<B>::default();
    let mut given = Lanes::<B>::default();
    let mut back = [Lanes::splat(0.0); 3];
    for (lab, state) in p.labs.iter().zip(&block.labs) {
        let (lower, upper) = circular_bounds(p, lab, state, e);
        let party = &state.parties[e];
        paid.add(|i| party.paid[i]);
        given.add(|i| party.given[i]);
        for (sum, part) in back.iter_mut().zip([&party.circular, &lower, &upper]) {
            sum.add(|i| part[i]);
        }
    }
    let subject = Subject::of(&p.entities[e].name);
    let over =
        |part: &Lanes<B>, whole: &Lanes<B>| lanes!(i => select(whole[i] > 0.0, min(part[i] / whole[i], 1.0), 0.0));
    let shares = ["circular_share", "circular_share_lower", "circular_share_upper"];
    let returned = ["circular_returned", "circular_returned_lower", "circular_returned_upper"];
    for ((share, returned), part) in shares.into_iter().zip(returned).zip(&back) {
        out.put(share, subject, By::Path, Kind::Ratio, over(part, &paid));
        if p.labs.iter().any(|lab| lab.gives[e]) {
            out.put(returned, subject, By::Path, Kind::Ratio, over(part, &given));
        }
    }
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
        ("cloud_growth", "cloud_share", 1.0, 0.0),
        ("cloud_growth_without_labs", "cloud_share_without_labs", 0.0, 0.0),
        ("cloud_growth_without_circular", "cloud_share_without_circular", 1.0, -1.0),
    ];
    for (growth, share, labs, circular) in views {
        let last = cloud_year(p, block, e, true, (labs, circular));
        let first = cloud_year(p, block, e, false, (labs, circular));
        let rate = lanes!(i => exp(ln(last[i] / first[i]) / years) - 1.0);
        out.put(growth, subject, By::Path, Kind::Ratio, rate);
        let mut all = Lanes::<B>::default();
        for other in (0..p.entities.len()).filter(|&other| p.entities[other].cloud_revenue.is_some()) {
            let revenue = cloud_year(p, block, other, true, (labs, circular));
            all.add(|i| revenue[i]);
        }
        out.put(share, subject, By::Path, Kind::Ratio, lanes!(i => last[i] / all[i]));
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
