//! The pictures of a run.

use ndarray::s;

use crate::model::contract::{ContractTables, Months};
use crate::model::dynamics::State;
use crate::model::parameters::Lab;
use crate::model::{By, Measure, Parameters, metric};
use crate::units::Unit;

use super::monthly::{mean_and_quantiles, observed};
use crate::notation::{chance, significant};
use crate::report::benchmarks::published;
use crate::report::figure::{
    Band, Benchmark, Curve, Exceedance, ExceedanceChart, FanChart, Figure, Format, Labels, LineChart, Scale, Series,
    StackedAreaChart,
};
use crate::study::benchmarks::Comparison;
use crate::study::estimates::{Results, falling, in_order, probability_alone, probability_and_ends};

/// References of the figures, and their subtitle.
#[derive(Clone, Debug)]
pub struct Plans<'a> {
    /// The plan: uncertain numbers at their means, chance switched off.
    pub plan: &'a Parameters,
    /// The monthly states.
    pub states: &'a [State],
    /// Published figures.
    pub benchmarks: &'a [Comparison],
    /// The subtitle: what repeats the run.
    pub origin: &'a str,
}

/// What every picture says below itself.
const NOT_A_FORECAST: &str = "A path is one simulated future of the scenario, not a forecast.";

/// All pictures, by the name of their file without its ending.
pub fn figures(results: &Results<'_>, plans: &Plans<'_>) -> Vec<(String, Figure)> {
    let mut figures = Vec::new();
    for lab in &plans.plan.labs {
        let of_lab = [
            ("cash", cash(results, plans, lab)),
            ("revenue", revenue(results, plans, lab)),
            ("value", value(results, plans, lab)),
            ("events", events(results, plans, lab)),
            ("funding-gap", funding_gap(results, plans, lab)),
            ("spend", spend(results, plans, lab)),
        ];
        let suffix = if plans.plan.labs.len() > 1 { format!("-{}", lab.name) } else { String::new() };
        figures.extend(of_lab.into_iter().filter_map(|(name, figure)| Some((format!("{name}{suffix}"), figure?))));
    }
    figures.extend(losses(results, plans).map(|figure| ("provider-losses".to_owned(), figure)));
    figures
}

fn labels(plans: &Plans<'_>, title: String, x: &str, y: &str, note: &str) -> Labels {
    let note = format!("{note} {NOT_A_FORECAST}");
    Labels { title, subtitle: plans.origin.to_owned(), x: x.to_owned(), y: y.to_owned(), note: note.trim().to_owned() }
}

/// Middles of the months, in years.
fn months(results: &Results<'_>) -> Vec<f64> {
    (0..results.timeline.months).map(|t| results.timeline.mid(t as i32)).collect()
}

/// Mean and quantiles of a state, by month; none if it is not observed or no path was.
fn profile(results: &Results<'_>, plans: &Plans<'_>, name: &str, subject: &str) -> Option<Vec<[f64; 6]>> {
    let state = plans.states.iter().position(|state| state.name == name && state.subject == subject)?;
    let (_, months, paths) = results.outcome.states.dim();
    let of = |t| mean_and_quantiles(results.outcome.states.slice(s![state, t, ..]).to_vec()).0;
    (paths > 0).then(|| (0..months).map(of).collect())
}

fn column(profile: &[[f64; 6]], place: usize) -> Vec<f64> {
    profile.iter().map(|row| row[place]).collect()
}

fn fan(results: &Results<'_>, labels: Labels, profile: &[[f64; 6]], references: Vec<Curve>) -> Figure {
    let [p05, p25, p50, p75, p95] = [1, 2, 3, 4, 5].map(|place| column(profile, place));
    Figure::Fan(FanChart {
        labels,
        y_format: Format::Money,
        months: months(results),
        p05,
        p25,
        p50,
        p75,
        p95,
        references,
    })
}

/// From how many paths a profile is.
fn bands(results: &Results<'_>) -> String {
    format!("Bands hold 50 % and 90 % of {}, all draws together.", observed(results.outcome))
}

fn cash(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let profile = profile(results, plans, "cash", &lab.name)?;
    let note = format!("{} A lab in payment default has no cash.", bands(results));
    let title = format!("Cash of {}", lab.name);
    Some(fan(
        results,
        labels(plans, title, "", "Cash at the end of the month (US dollars)", &note),
        &profile,
        Vec::new(),
    ))
}

fn revenue(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let profile = profile(results, plans, "revenue", &lab.name)?;
    let target = Curve { name: "the plan's target".into(), y: lab.target[..results.timeline.months].to_vec() };
    let note = format!("{} A lab in payment default has no revenue.", bands(results));
    let title = format!("Revenue of {} against its target", lab.name);
    Some(fan(results, labels(plans, title, "", "Revenue (US dollars a year)", &note), &profile, vec![target]))
}

fn value(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let series = |name: &str, state: &str| {
        let profile = profile(results, plans, state, &lab.name)?;
        let band = Band { low: column(&profile, 2), high: column(&profile, 4) };
        Some(Series { name: name.to_owned(), y: column(&profile, 3), band: Some(band) })
    };
    let series =
        vec![series("at the market's price", "operations_value")?, series("fundamental value", "fundamental_value")?];
    let note = format!(
        "Medians of {}. Operations: without cash and debt. Fundamental value: the discounted plan at the path's own \
        attainment; at the market's price: times its overvaluation. A lab in payment default has none.",
        observed(results.outcome)
    );
    let title = format!("What the operations of {} are worth", lab.name);
    Some(Figure::Lines(LineChart {
        first_color: 0,
        labels: labels(plans, title, "", "Value of the operations (US dollars)", &note),
        y_format: Format::Money,
        months: months(results),
        series,
        band_meaning: "half of the paths".to_owned(),
    }))
}

/// Share of paths with an event by the end of each month.
struct ByMonth {
    name: String,
    share: Vec<f64>,
    interval: Vec<[f64; 2]>,
    /// The band over the draws; none in a month in which it is withheld.
    band: Vec<Option<[f64; 2]>>,
}

impl ByMonth {
    fn of(results: &Results<'_>, name: String, first: &[f32]) -> Option<Self> {
        let mut all = Self { name, share: Vec::new(), interval: Vec::new(), band: Vec::new() };
        for t in 0..results.timeline.months {
            let (point, band) = probability_and_ends(&results.count_by(first, t))?;
            let value = point.value?;
            let seen = |end: Option<f64>| end.filter(|_| value > 0.0).unwrap_or(value);
            all.share.push(value);
            all.interval.push([seen(point.low), seen(point.high)]);
            all.band.push(band);
        }
        Some(all)
    }

    /// Half of the widest interval.
    fn error(&self) -> f64 {
        self.interval.iter().map(|[low, high]| 0.5 * (high - low)).fold(0.0, f64::max)
    }

    /// The line with its shade: the band over the draws (none where it is withheld), or the interval of a single draw.
    fn series(self, has_draws: bool) -> Series {
        let interval = self.interval.into_iter().map(Some).collect();
        let shade: Vec<Option<[f64; 2]>> = if has_draws { self.band } else { interval };
        Series { band: Band::of_ends(&shade), name: self.name, y: self.share }
    }
}

/// What these shades over the draws are.
fn over_draws<'a>(results: &Results<'_>, shades: impl IntoIterator<Item = Option<&'a Band>>) -> String {
    if results.draws.len() == 1 {
        return "95 % Monte Carlo interval".to_owned();
    }
    let is_whole = |shade: Option<&Band>| shade.is_some_and(|band| band.low.iter().all(|low| !low.is_nan()));
    let withheld =
        if shades.into_iter().all(is_whole) { "" } else { "; none where the paths per draw are too few for it" };
    format!("9 in 10 parameter draws, Monte Carlo noise removed{withheld}")
}

fn events(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let of = |measure: Measure| ByMonth::of(results, measure.words(), &results.event(measure, &lab.name)?);
    let (mut wide, mut narrow) = (of(metric::LIQUIDITY_EVENT)?, of(metric::DEFAULT)?);
    in_order(&mut narrow.band, Some(&mut wide.band));
    let errors = [wide.error(), narrow.error()];
    let has_draws = results.draws.len() > 1;
    let series = vec![wide.series(has_draws), narrow.series(has_draws)];
    let error = significant(100.0 * errors.iter().fold(0.0, |most, error| error.max(most)), 2);
    let band_meaning = over_draws(results, series.iter().map(|s| s.band.as_ref()));
    let note = format!(
        "The Monte Carlo error of a line (half of its 95 % interval) is at most {error} percentage points; where a line is at zero no path has \
         seen the event. Liquidity event: a month that ends with cash below zero after all funding. Default: a distressed \
         exchange or a payment default; a scale-back of commitments is neither."
    );
    let title = format!("Probability of a liquidity event and of default, {}", lab.name);
    Some(Figure::Lines(LineChart {
        first_color: 0,
        labels: labels(plans, title, "by the end of the month", "Probability (% of paths)", &note),
        y_format: Format::Share,
        months: months(results),
        series,
        band_meaning,
    }))
}

fn funding_gap(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let is_ours = |benchmark: &&Comparison| {
        benchmark.measure == metric::FUNDING_GAP.name && benchmark.subject == lab.name && benchmark.unit == Unit::Money
    };
    let ours: Vec<&Comparison> = plans.benchmarks.iter().filter(is_ours).collect();
    let by = ours.first().map_or(results.date(results.horizon()), |benchmark| benchmark.by);
    let t = usize::try_from(results.timeline.index(by)).ok()?;
    let row = results.find(metric::FUNDING_GAP, &lab.name, By::Month(t))?;
    let flag = |benchmark: &Comparison| {
        let above = 1.0 - benchmark.ours.as_ref()?.value?;
        let label =
            format!("{}: {}, exceeded by {}", benchmark.name, published(benchmark.value, Unit::Money), chance(above));
        Some(Benchmark { label, x: benchmark.value })
    };
    let benchmarks = ours.into_iter().filter(|benchmark| benchmark.by == by).filter_map(flag).collect();
    let note = "Funding gap: the largest value so far of operating outflow beyond opening cash and the investments received. \
        The curve ends where fewer than 1 in 1,000 paths are beyond.";
    let curve = exceedance(results, "funding gap", row, Shown { least: 0.0, rarest: 0.001, over_draws: true })?;
    Some(Figure::Exceedance(ExceedanceChart {
        labels: labels(
            plans,
            format!("Funding gap of {} by the end of {by}", lab.name),
            "Funding gap (US dollars)",
            "Chance of a larger gap (% of paths)",
            note,
        ),
        x_format: Format::Money,
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        band_meaning: over_draws(results, [curve.band.as_ref()]),
        curves: vec![curve],
        benchmarks,
    }))
}

/// Which part of a distribution a curve shows.
#[derive(Clone, Copy)]
struct Shown {
    /// Amounts from here on.
    least: f32,
    /// Chances down to here.
    rarest: f64,
    /// Whether the shade is the band over the draws, where there are several, and not the Monte Carlo interval.
    over_draws: bool,
}

/// Points of the body of a curve, and again of its tail.
const POINTS: usize = 80;

/// Numbers of paths beyond the points of a curve: evenly spaced down to a twentieth, then by equal ratios down to one.
fn beyond(count: usize) -> Vec<usize> {
    let body = (0..POINTS).map(|k| count - count * k / POINTS * 19 / 20);
    let ratio = (count as f64 / 20.0).max(1.0).powf(1.0 / POINTS as f64);
    let tail = (0..=POINTS).rev().map(|k| ratio.powi(k as i32).round() as usize);
    let mut beyond: Vec<usize> = body.chain(tail).filter(|&paths| paths >= 1).collect();
    beyond.dedup();
    beyond
}

/// The chance to exceed amounts of a metric; none where nothing is to be shown.
fn exceedance(results: &Results<'_>, name: &str, row: usize, shown: Shown) -> Option<Exceedance> {
    let mut sorted = results.clusters(row).sorted();
    sorted.retain(|value| value.is_finite() && *value >= shown.least);
    let values = results.row(row);
    let (mut x, mut p, mut shades) = (Vec::new(), Vec::new(), Vec::new());
    for paths in beyond(sorted.len()) {
        let amount = sorted[sorted.len() - paths];
        let counts = results.count(|column| values[column] > amount);
        let (answer, shade) = if shown.over_draws && counts.len() > 1 {
            probability_and_ends(&counts)?
        } else {
            let answer = probability_alone(&counts)?;
            let shade = Some([answer.low.unwrap_or(0.0), answer.high.unwrap_or(1.0)]);
            (answer, shade)
        };
        let value = answer.value.filter(|value| *value > 0.0 && *value >= shown.rarest);
        if let Some(value) = value.filter(|_| x.last() != Some(&f64::from(amount))) {
            x.push(f64::from(amount));
            p.push(value);
            shades.push(shade);
        }
    }
    falling(&mut shades);
    (!x.is_empty()).then(|| Exceedance { name: name.to_owned(), x, p, band: Band::of_ends(&shades) })
}

fn losses(results: &Results<'_>, plans: &Plans<'_>) -> Option<Figure> {
    let rows = results.catalogue.iter().enumerate().filter(|(_, of)| of.measure == metric::PROVIDER_LOSS);
    let of = |(row, metric): (usize, &crate::model::Metric)| {
        let any = results.row(row).iter().any(|&loss| loss > LEAST_LOSS);
        any.then(|| {
            exceedance(results, &metric.subject, row, Shown { least: LEAST_LOSS, rarest: 0.0, over_draws: false })
        })
        .flatten()
    };
    let curves: Vec<Exceedance> = rows.filter_map(of).take(MOST_CURVES).collect();
    let by = results.date(results.horizon());
    (!curves.is_empty()).then(|| {
        Figure::Exceedance(ExceedanceChart {
            labels: labels(
                plans,
                format!("Losses of providers by the end of {by}"),
                "Loss (US dollars)",
                "Chance of a larger loss (% of paths)",
                "Loss on contracts (capacity that cannot be re-let), arrears and debt; stakes are not counted.",
            ),
            x_format: Format::Money,
            x_scale: Scale::Log,
            y_scale: Scale::Log,
            curves,
            benchmarks: Vec::new(),
            band_meaning: "95 % Monte Carlo interval".to_owned(),
        })
    })
}

/// Losses below this are not shown, dollars.
const LEAST_LOSS: f32 = 1e7;
/// More curves cannot be told apart.
const MOST_CURVES: usize = 12;
/// More parts of a sum cannot be told apart.
const MOST_LAYERS: usize = 12;

fn spend(results: &Results<'_>, plans: &Plans<'_>, lab: &Lab) -> Option<Figure> {
    let several = plans.plan.labs.len() > 1;
    let prefix = format!("{}/", lab.name);
    let of_lab = |state: &&State| state.name == "spend" && (!several || state.subject.starts_with(&prefix));
    let layer = |state: &State| {
        let name = state.subject.strip_prefix(&prefix).filter(|_| several).unwrap_or(&state.subject);
        let profile = profile(results, plans, state.name, &state.subject)?;
        Some(Curve { name: name.replace('/', ", "), y: column(&profile, 0) })
    };
    let mut layers: Vec<Curve> = plans.states.iter().filter(of_lab).filter_map(layer).collect();
    layers.retain(|layer| layer.y.iter().any(|&money| money > 0.0));
    if layers.is_empty() || layers.len() > MOST_LAYERS {
        return None;
    }
    let note = format!(
        "Mean over {}; nothing is spent after a payment default. Commitments are those of the file before \
        any delay, letters of intent included.",
        observed(results.outcome)
    );
    Some(Figure::StackedArea(StackedAreaChart {
        labels: labels(
            plans,
            format!("Compute spend of {} by provider and family, against its commitments", lab.name),
            "",
            "Invoices (US dollars a year)",
            &note,
        ),
        y_format: Format::Money,
        months: months(results),
        layers,
        references: commitments(results, lab),
    }))
}

/// Contracts as written, and the part that is paid in any case, dollars a year by month.
fn commitments(results: &Results<'_>, lab: &Lab) -> Vec<Curve> {
    let monthly = |of: &dyn Fn(&ContractTables, i32) -> f64| {
        let sum = |t: usize| lab.contracts.iter().map(|contract| of(&contract.tables, t as i32)).sum();
        (0..results.timeline.months).map(sum).collect()
    };
    let at = |tables: &ContractTables, table: &Months, t| tables.at::<1>(table, t, None)[0];
    vec![
        Curve {
            name: "committed".into(),
            y: monthly(&|tables, t| at(tables, &tables.rate, t) * (1.0 - at(tables, &tables.ended, t))),
        },
        Curve { name: "of it take-or-pay".into(), y: monthly(&|tables, t| 12.0 * at(tables, &tables.minimum, t)) },
    ]
}
