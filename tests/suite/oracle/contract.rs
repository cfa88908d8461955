//! Contracts (section 4): schedules, prices, minimum payments, capital debt.

use std::cell::Cell;

use super::Chance;
use super::DT;
use super::curve::Calendar;
use super::input::{Family, Investment, Reader};
use super::text::number;

/// How a contract is priced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// The expected price of the month.
    Plan,
    /// The price of the month.
    Indexed,
    /// The expected price of the month it began.
    Locked,
    /// The price of the day on which it was signed (an expansion).
    Vintage,
}

/// What a contract may be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    Any,
    Inference,
    Training,
    /// A lease, or another obligation without compute.
    None,
}

/// An investment that closes later than this many months after its date counts as closed then.
const LATEST: i64 = 240;

/// A contract as written, its delay known.
pub(crate) struct Contract {
    pub(crate) id: String,
    pub(crate) lab: usize,
    pub(crate) provider: String,
    pub(crate) family: usize,
    pub(crate) firm: f64,
    /// Is it signed on this path, or was it from the start?
    binding: Cell<bool>,
    /// Tried in month `decided` if it is not yet binding.
    pub(crate) probability: f64,
    pub(crate) decided: i64,
    pub(crate) close_beta: f64,
    pub(crate) close_freeze: f64,
    /// First month, delay included; of one that comes with an investment, known when that closes.
    begin: Cell<i64>,
    /// Dollars of every month of the term.
    pub(crate) amounts: Vec<f64>,
    pub(crate) take_or_pay: f64,
    pub(crate) pricing: Pricing,
    pub(crate) workload: Workload,
    pub(crate) pass_through: Vec<(String, f64)>,
    pub(crate) margin: f64,
    pub(crate) capex: f64,
    pub(crate) lead: i64,
    pub(crate) relet: Option<f64>,
    pub(crate) relet_frozen: f64,
    pub(crate) relet_depth: f64,
    pub(crate) renew: bool,
    /// What other entities lose of each dollar of capital that a cut leaves unspent.
    pub(crate) orders: Vec<(String, f64)>,
    /// How often what is written was signed: once, but of an expansion.
    multiple: Cell<f64>,
    /// The price of an expansion; until it is signed, that of a locked contract.
    vintage: Cell<f64>,
    /// The part that goes on since the provider's default.
    step_in: Cell<f64>,
}

/// Reads one contract.
pub(crate) fn read(
    reader: &Reader<'_>,
    labs: &[&str],
    families: &[Family],
    reference: usize,
    chance: Chance<'_>,
) -> Contract {
    let id = reader.name("id");
    let start = reader.date("start").expect("a start");
    let delay = delay(reader, &id, start, chance);
    let lab = reader.name("lab");
    let probability = reader.or("probability", 1.0);
    let decided = reader.date("decided").unwrap_or(0).max(0);
    Contract {
        lab: labs.iter().position(|name| *name == lab).expect("a lab"),
        provider: reader.name("provider"),
        begin: Cell::new(start + delay),
        binding: Cell::new(probability >= 1.0 && decided == 0),
        probability,
        decided,
        close_beta: reader.or("close_beta", 0.0),
        close_freeze: reader.or("close_freeze", 0.0),
        ..terms(reader, id, amounts(reader, start), families, reference)
    }
}

/// Reads the contract that is signed when the investment closes (4).
pub(crate) fn read_commitment(
    reader: &Reader<'_>,
    investment: &Investment,
    families: &[Family],
    reference: usize,
) -> Contract {
    let multiple = reader.maybe("multiple").expect("a multiple");
    let term = reader.maybe("term").expect("a term") as i64;
    let amounts = ramped(multiple * investment.amount, term, reader.or("ramp", 0.0));
    let terms = terms(reader, format!("{}-commits", investment.id), amounts, families, reference);
    Contract {
        lab: investment.lab,
        provider: reader.node.text("provider").unwrap_or_else(|| investment.investor.clone()),
        begin: Cell::new(investment.date + terms.lead),
        ..terms
    }
}

/// Reads the contract of an expansion that may be signed in month `t`: a billion dollars a year at full
/// capacity, of which the path signs a multiple, or `never` anything.
pub(crate) fn read_window(
    reader: &Reader<'_>,
    lab: usize,
    t: i64,
    never: bool,
    families: &[Family],
    reference: usize,
) -> Contract {
    let term = reader.or("term", 60.0) as i64;
    let ramp = reader.or("ramp", 12.0);
    let full = if never { 0.0 } else { 1e9 * DT };
    let amounts = (0..term).map(|i| full * weight(i, ramp)).collect();
    let id = format!("{}-{}", reader.name("id"), reader.calendar.name(t));
    let terms = terms(reader, id, amounts, families, reference);
    let contract = Contract {
        lab,
        provider: reader.name("provider"),
        begin: Cell::new(t + terms.lead),
        pricing: Pricing::Vintage,
        ..terms
    };
    contract.vintage.set(families[contract.family].expected(t + contract.lead));
    contract
}

/// What is written alike of every contract; not signed, of the first lab, without a provider and a date.
fn terms(reader: &Reader<'_>, id: String, amounts: Vec<f64>, families: &[Family], reference: usize) -> Contract {
    let framework = reader.node.text("status").is_some_and(|status| status == "framework");
    let workload = workload(reader);
    Contract {
        lab: 0,
        provider: String::new(),
        begin: Cell::new(0),
        binding: Cell::new(false),
        probability: 0.0,
        decided: 0,
        close_beta: 0.0,
        close_freeze: 0.0,
        family: reader
            .node
            .text("family")
            .map_or(reference, |name| families.iter().position(|family| family.name == name).expect("a family")),
        firm: reader.or("firm", if framework { 0.0 } else { 1.0 }),
        amounts,
        take_or_pay: if workload == Workload::None { 1.0 } else { reader.or("take_or_pay", 1.0) },
        pricing: pricing(reader),
        workload,
        pass_through: reader.weights("pass_through"),
        margin: reader.or("margin", 0.0),
        capex: reader.or("capex", 0.0),
        lead: reader.or("lead", 12.0) as i64,
        relet: reader.maybe("relet"),
        relet_frozen: reader.or("relet_frozen", 1.0),
        relet_depth: reader.or("relet_depth", f64::INFINITY),
        renew: workload != Workload::None && reader.node.flag("renew").unwrap_or(true),
        orders: reader.weights("orders"),
        multiple: Cell::new(1.0),
        vintage: Cell::new(1.0),
        step_in: Cell::new(1.0),
        id,
    }
}

/// Contracts begun before month 0 are not delayed, nor is any in plan mode.
fn delay(reader: &Reader<'_>, id: &str, start: i64, chance: Chance<'_>) -> i64 {
    match chance {
        Chance::Scripted(draws) if start >= 0 && reader.get("delay").is_some() => draws.delay(id) as i64,
        _ => 0,
    }
}

fn pricing(reader: &Reader<'_>) -> Pricing {
    match reader.node.text("price").as_deref() {
        None | Some("plan") => Pricing::Plan,
        Some("indexed") => Pricing::Indexed,
        Some("locked") => Pricing::Locked,
        Some(other) => panic!("unknown price {other}"),
    }
}

fn workload(reader: &Reader<'_>) -> Workload {
    match reader.node.text("workload").as_deref() {
        None | Some("any") => Workload::Any,
        Some("inference") => Workload::Inference,
        Some("training") => Workload::Training,
        Some("none") => Workload::None,
        Some(other) => panic!("unknown workload {other}"),
    }
}

/// Dollars by month of the term, without delay: `amount` or `capacity` over a ramp, or `schedule` by year.
fn amounts(reader: &Reader<'_>, start: i64) -> Vec<f64> {
    let term = reader.maybe("term").expect("a term") as i64;
    let ramp = reader.or("ramp", 0.0);
    match (reader.maybe("amount"), reader.maybe("capacity")) {
        (Some(amount), _) => ramped(amount, term, ramp),
        (None, Some(capacity)) => {
            let price = reader.maybe("price_per_gw_year").expect("a price of a gigawatt-year");
            (0..term).map(|i| DT * capacity * price * weight(i, ramp)).collect()
        }
        (None, None) => scheduled(reader, start, term),
    }
}

fn ramped(amount: f64, term: i64, ramp: f64) -> Vec<f64> {
    let sum: f64 = (0..term).map(|i| weight(i, ramp)).sum();
    (0..term).map(|i| amount * weight(i, ramp) / sum).collect()
}

/// The weight of month `i` of a ramp.
fn weight(i: i64, ramp: f64) -> f64 {
    if ramp > 0.0 { ((i as f64 + 0.5) / ramp).min(1.0) } else { 1.0 }
}

fn scheduled(reader: &Reader<'_>, start: i64, term: i64) -> Vec<f64> {
    let calendar: Calendar = reader.calendar;
    let total = |year: i64| {
        let node = reader.get(&format!("schedule.{year}"));
        number(node.unwrap_or_else(|| panic!("no schedule for {year}")), reader.root)
    };
    let months_in = |year: i64| (start..start + term).filter(|t| calendar.year(*t) == year).count() as f64;
    (start..start + term).map(|t| total(calendar.year(t)) / months_in(calendar.year(t))).collect()
}

impl Contract {
    /// First month.
    pub(crate) fn begin(&self) -> i64 {
        self.begin.get()
    }

    /// Is it signed?
    pub(crate) fn is_binding(&self) -> bool {
        self.binding.get()
    }

    /// It is signed as written.
    pub(crate) fn bind(&self) {
        self.binding.set(true);
    }

    /// It is signed in month `t`, with the investment that was to close from `date` on.
    pub(crate) fn bind_with(&self, date: i64, t: i64) {
        self.begin.set(t.min(date + LATEST) + self.lead);
        self.bind();
    }

    /// An expansion is signed: so many times what is written, at that price.
    pub(crate) fn sign(&self, multiple: f64, price: f64) {
        self.multiple.set(multiple);
        self.vintage.set(price);
        self.bind();
    }

    /// The provider defaults: so much goes on from the next month on, if it is signed.
    pub(crate) fn step_in(&self, part: f64) {
        if self.is_binding() {
            self.step_in.set(part);
        }
    }

    /// Length of the term in months.
    pub(crate) fn term(&self) -> i64 {
        self.amounts.len() as i64
    }

    /// Is month `t` in the term?
    pub(crate) fn in_term(&self, t: i64) -> bool {
        (self.begin()..self.begin() + self.term()).contains(&t)
    }

    /// The whole amount as written.
    pub(crate) fn written(&self) -> f64 {
        self.amounts.iter().sum()
    }

    /// The whole amount that was signed.
    pub(crate) fn amount(&self) -> f64 {
        self.multiple.get() * self.written()
    }

    /// What stands where a lab keeps `n` of what is not firm and `r` of all: nothing that is not binding.
    pub(crate) fn kept(&self, n: f64, r: f64) -> f64 {
        if self.is_binding() { r * (self.firm + (1.0 - self.firm) * n) * self.step_in.get() } else { 0.0 }
    }

    /// The written rate of month `t`, dollars a year: of the term, or of its renewal.
    pub(crate) fn schedule(&self, t: i64) -> f64 {
        self.multiple.get() * self.written_rate(t)
    }

    fn written_rate(&self, t: i64) -> f64 {
        let i = t - self.begin();
        if i < 0 {
            0.0
        } else if i < self.term() {
            self.amounts[i as usize] / DT
        } else if self.renew {
            let last = self.amounts.len().min(12);
            let tail = &self.amounts[self.amounts.len() - last..];
            tail.iter().sum::<f64>() / last as f64 / DT
        } else {
            0.0
        }
    }

    /// The share paid in any case in month `t`: none after the term.
    pub(crate) fn paid_share(&self, t: i64) -> f64 {
        if self.in_term(t) { self.take_or_pay } else { 0.0 }
    }

    /// Minimum payment of month `t` before anything is dropped.
    pub(crate) fn minimum(&self, t: i64) -> f64 {
        if self.in_term(t) { DT * self.take_or_pay * self.schedule(t) } else { 0.0 }
    }

    /// Price of a unit in month `t` at spot price `spot`.
    pub(crate) fn price(&self, t: i64, family: &Family, spot: f64) -> f64 {
        if t >= self.begin() + self.term() {
            return family.expected(t);
        }
        match self.pricing {
            Pricing::Plan => family.expected(t),
            Pricing::Indexed => spot,
            Pricing::Locked => family.expected(self.begin()),
            Pricing::Vintage => self.vintage.get(),
        }
    }

    /// May it be used for that workload?
    pub(crate) fn serves(&self, workload: Workload) -> bool {
        workload != Workload::None && (self.workload == Workload::Any || self.workload == workload)
    }

    /// `W` before anything is dropped: value at the end of month `t` of the margins on later
    /// minimum payments, each at the end of its month (8.1).
    pub(crate) fn margin_value(&self, t: i64, rate: f64) -> f64 {
        let months = (t + 1).max(self.begin())..self.begin() + self.term();
        months.map(|u| self.margin * self.minimum(u) * (-rate * (u - t) as f64 * DT).exp()).sum()
    }
}

/// The value of a dollar a year over so many years.
fn dollar_a_year(rate: f64, years: f64) -> f64 {
    if rate == 0.0 { years } else { (1.0 - (-rate * years).exp()) / rate }
}

impl Contract {
    /// The age in years of its hardware at the end of month `t`, month by month from its beginning (8.2).
    pub(crate) fn age(&self, t: i64) -> f64 {
        let mut units: Vec<(f64, i64)> = Vec::new();
        let in_place = |units: &[(f64, i64)]| units.iter().map(|(amount, _)| amount).sum::<f64>();
        for (month, amount) in (self.begin()..=t).zip(&self.amounts) {
            let had = in_place(&units);
            if *amount > had {
                units.push((amount - had, month));
            } else if had > 0.0 {
                for (part, _) in &mut units {
                    *part *= amount / had;
                }
            }
        }
        let all = in_place(&units);
        units.iter().map(|(amount, month)| amount / all * (t + 1 - month) as f64 * DT).sum()
    }

    /// What the market pays for its units over what it pays for them itself, once they are released in month `t` (8.2).
    pub(crate) fn offered(&self, t: i64, family: &Family, spot: f64, frozen: bool, rate: f64) -> f64 {
        let Some(plant) = &family.plant else { return spot / family.expected(t) };
        let left = (self.begin() + self.term() - (t + 1).max(self.begin())) as f64 * DT;
        if left <= 0.0 {
            return 0.0;
        }
        let own_decline = match self.pricing {
            Pricing::Plan => family.plan_decline,
            Pricing::Indexed => family.decline,
            Pricing::Locked | Pricing::Vintage => 0.0,
        };
        let (age, wait) = if t < self.begin() { (0.0, (self.begin() - 1 - t) as f64 * DT) } else { (self.age(t), 0.0) };
        let earns = left.min(plant.life - age).max(0.0);
        let falls = rate + family.decline + plant.ageing;
        let empty = if frozen { plant.vacancy_frozen } else { plant.vacancy };
        let without_tenant = if empty > 0.0 { dollar_a_year(falls + 1.0 / empty, earns) } else { 0.0 };
        let units = (-plant.ageing * age).exp() * (dollar_a_year(falls, earns) - without_tenant);
        let later = (-(family.decline - own_decline) * wait).exp();
        spot / self.price(t, family, spot) * later * units / dollar_a_year(rate + own_decline, left)
    }
}

impl Family {
    /// `Pbar` of month `t`, which may be negative (section 2).
    pub(crate) fn expected(&self, t: i64) -> f64 {
        self.relative_price * (-self.plan_decline * t as f64 * DT).exp()
    }
}
