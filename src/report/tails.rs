//! Tails of losses: their table and figures.

use crate::stats::Estimate;
use crate::study::estimates::{Answer, Banded, more_left_out, with_caveat};
use crate::study::regimes::{InRegime, Regime, WITHIN};
use crate::study::tails::{Fit, OverDraws, PERIODS, Tail};

use super::format::{Column, Data, Table, TableError};

/// A row of the table.
struct Row<'a> {
    tail: &'a Tail,
    regime: &'static str,
    statistic: String,
    /// Value and ends of the interval.
    ends: [Option<f64>; 3],
    unit: &'static str,
    method: String,
}

/// One row per tail and statistic: `probability` of each regime and the quantiles of the loss within it; `var95` to
/// `es99.9`; then shape, scale and return levels of a fitted tail, or `refused` with the reason as its method.
///
/// # Errors
/// If a number is not finite.
pub fn tails_table(tails: &[Tail]) -> Result<Table, TableError> {
    let rows: Vec<Row<'_>> = tails.iter().flat_map(rows).collect();
    let text = |of: &dyn Fn(&Row<'_>) -> String| Data::Text(rows.iter().map(of).collect());
    let number = |end: usize| Data::Maybe(rows.iter().map(|row| row.ends[end]).collect());
    let columns = [
        ("measure", "what is lost or missing", text(&|row| row.tail.measure.name.to_owned())),
        ("subject", "whose", text(&|row| row.tail.subject.clone())),
        ("by", "month at whose end", text(&|row| row.tail.by.to_string())),
        (
            "regime",
            "what the row is restricted to: nothing lost, or the worst that befell the labs behind the loss; empty for \
             all paths",
            text(&|row| row.regime.to_owned()),
        ),
        (
            "statistic",
            "probability of the regime, quantile within it, value at risk, expected shortfall, mean and its quantiles \
             over the draws, share of the variance that is the draws', or a number of the fitted tail",
            text(&|row| row.statistic.clone()),
        ),
        ("value", "the estimate", number(0)),
        ("low", "lower end of its 95 % interval; absent where the paths cannot bound it", number(1)),
        ("high", "upper end", number(2)),
        ("unit", "unit of value, low and high", text(&|row| row.unit.to_owned())),
        ("method", "how it was made and its caveats, or why it was not", text(&|row| row.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("tails", columns.map(column).into())
}

fn rows(tail: &Tail) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = tail.regimes.iter().flat_map(|regime| of_regime(tail, regime)).collect();
    for level in &tail.levels {
        let percent = percent(level.level);
        rows.push(given(tail, format!("var{percent}"), &level.at_risk, "USD", "order statistics"));
        let statistic = format!("es{percent}");
        rows.push(match &level.shortfall {
            Ok(mean) => given(tail, statistic, mean, "USD", "mean beyond the value at risk"),
            Err(refusal) => withheld(tail, statistic, "USD", refusal.to_string()),
        });
    }
    rows.extend(tail.over_draws.iter().flat_map(|over| of_draws(tail, over)));
    match &tail.fit {
        Err(refusal) => rows.push(withheld(tail, "refused".to_owned(), "", refusal.to_string())),
        Ok(fit) => rows.extend(of_fit(tail, fit)),
    }
    rows
}

/// A row with an estimate.
fn given<'a>(tail: &'a Tail, statistic: String, estimate: &Estimate, unit: &'static str, method: &str) -> Row<'a> {
    let method = with_caveat(method, estimate) + &more_left_out(tail.left_out as u64);
    let ends = [estimate.value(), estimate.low(), estimate.high()].map(|end| Some(end).filter(|end| end.is_finite()));
    Row { tail, regime: "", statistic, ends, unit, method }
}

/// A row without one, for a reason.
fn withheld<'a>(tail: &'a Tail, statistic: String, unit: &'static str, reason: String) -> Row<'a> {
    Row { tail, regime: "", statistic, ends: [None; 3], unit, method: reason + &more_left_out(tail.left_out as u64) }
}

/// Rows of what is not known: the mean, the share of the variance and the probability beyond each value at risk, over
/// the draws.
fn of_draws<'a>(tail: &'a Tail, over: &OverDraws) -> Vec<Row<'a>> {
    let row = |statistic: String, unit, answer: &Answer| {
        let Answer { value, low, high, method } = answer.clone();
        Row { tail, regime: "", statistic, ends: [value, low, high], unit, method }
    };
    let band = |of: &str, unit, banded: &Banded| {
        let levels = banded.band.iter().flatten().zip(["p05", "p50", "p95"]);
        levels.map(|(answer, level)| row(format!("{of}_draws_{level}"), unit, answer)).collect::<Vec<_>>()
    };
    let mut rows = vec![row("mean".to_owned(), "USD", &over.mean.point)];
    rows.extend(band("mean", "USD", &over.mean));
    let share = "share_between_draws".to_owned();
    rows.push(match &over.share {
        Some(estimate) => given(tail, share, estimate, "1", "epistemic over all variance, delta method over the draws"),
        None => withheld(tail, share, "1", "a draw has a single path".to_owned()),
    });
    for (level, banded) in tail.levels.iter().zip(&over.beyond) {
        rows.extend(band(&format!("beyond_var{}", percent(level.level)), "1", banded));
    }
    rows
}

/// A level in percent, to one decimal.
fn percent(level: f64) -> f64 {
    (1000.0 * level).round() / 10.0
}

fn of_regime<'a>(tail: &'a Tail, of: &InRegime) -> Vec<Row<'a>> {
    let regime = of.regime.name();
    let mut rows = vec![given(tail, "probability".to_owned(), &of.probability, "1", "Wilson")];
    let levels = WITHIN.iter().enumerate().filter(|_| of.regime != Regime::Nothing && of.paths > 0);
    rows.extend(levels.map(|(at, level)| {
        let statistic = format!("p{:02}", 100.0 * level);
        match &of.quantiles {
            Some(quantiles) => given(tail, statistic, &quantiles[at], "USD", "order statistics within the regime"),
            None => withheld(tail, statistic, "USD", format!("only {} paths are in this regime", of.paths)),
        }
    }));
    rows.into_iter().map(|row| Row { regime, ..row }).collect()
}

fn of_fit<'a>(tail: &'a Tail, fit: &Fit) -> Vec<Row<'a>> {
    let method = format!("generalised Pareto, {} paths above {:.0}", fit.exceedances, fit.threshold);
    let mut rows = vec![
        given(tail, "tail_shape".to_owned(), &fit.shape, "1", &method),
        given(tail, "tail_scale".to_owned(), &fit.scale, "USD", &method),
    ];
    rows.extend(PERIODS.iter().zip(&fit.returns).map(|(period, level)| {
        let statistic = format!("return_{period:.0}");
        match level {
            Ok(level) => given(tail, statistic, level, "USD", &method),
            Err(refusal) => withheld(tail, statistic, "USD", refusal.to_string()),
        }
    }));
    rows
}

#[cfg(feature = "plots")]
pub use pictures::pictures;

#[cfg(feature = "plots")]
mod pictures {
    use super::super::figure::{
        Band, Exceedance, ExceedanceChart, Figure, Format, GAP, Labels, RelationChart, Scale, Series,
    };
    use super::Tail;
    use crate::notation::money;
    use crate::stats::Estimate;

    /// Tails that are drawn: the largest.
    const MOST: usize = 4;

    /// For the largest tails: exceedance with its band and the fitted tail; with `diagnostics` threshold stability and
    /// mean excess, which judge the fit.
    pub fn pictures(tails: &[Tail], origin: &str, diagnostics: bool) -> Vec<(String, Figure)> {
        let mut largest: Vec<&Tail> = tails.iter().collect();
        let worst = |tail: &Tail| tail.levels.last().map_or(0.0, |level| level.at_risk.value());
        largest.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
        largest.truncate(MOST);
        largest.into_iter().flat_map(|tail| of_tail(tail, origin, diagnostics)).collect()
    }

    fn of_tail(tail: &Tail, origin: &str, diagnostics: bool) -> Vec<(String, Figure)> {
        let name = format!("tail-{}-{}", tail.measure.name.replace('_', "-"), tail.subject.replace('/', "-"));
        let mut figures = vec![("", exceedance(tail, origin))];
        if diagnostics {
            figures.extend([("-shape", shape(tail, origin)), ("-mean-excess", mean(tail, origin))]);
        }
        figures.into_iter().filter_map(|(suffix, figure)| Some((format!("{name}{suffix}"), figure?))).collect()
    }

    fn labels(tail: &Tail, what: &str, axes: [&str; 2], note: &str, origin: &str) -> Labels {
        let of = tail.measure.words();
        Labels {
            title: format!("{what}: {of} of {} by {}", tail.subject, tail.by),
            subtitle: origin.to_owned(),
            x: axes[0].to_owned(),
            y: axes[1].to_owned(),
            note: format!("{note} A path is one simulated future of the scenario, not a forecast."),
        }
    }

    fn exceedance(tail: &Tail, origin: &str) -> Option<Figure> {
        let shown: Vec<_> =
            tail.curve.iter().filter(|point| point.value > 0.0 && point.probability.value() > 0.0).collect();
        let column = |of: &dyn Fn(&&crate::stats::Exceedance) -> f64| shown.iter().map(of).collect::<Vec<f64>>();
        let mut curves = vec![Exceedance {
            name: "paths".to_owned(),
            x: column(&|point| point.value),
            p: column(&|point| point.probability.value()),
            band: Some(Band {
                low: column(&|point| point.probability.low()),
                high: column(&|point| point.probability.high()),
            }),
        }];
        let note = match &tail.fit {
            Ok(fit) => {
                curves.push(Exceedance {
                    name: format!("Pareto tail above {}", money(fit.threshold)),
                    x: fit.curve.iter().map(|point| point.0).collect(),
                    p: fit.curve.iter().map(|point| point.1.value()).collect(),
                    band: Some(Band {
                        low: fit.curve.iter().map(|point| point.1.low()).collect(),
                        high: fit.curve.iter().map(|point| point.1.high()).collect(),
                    }),
                });
                let [value, low, high] =
                    [fit.shape.value(), fit.shape.low(), fit.shape.high()].map(|x| format!("{x:.2}").replace('-', "−"));
                format!(
                    "A generalised Pareto tail with shape {value} (95 % interval {low} to {high}), drawn as far as 30 \
                        paths reach."
                )
            }
            Err(refusal) => format!("No tail is fitted: {refusal}."),
        };
        (!shown.is_empty()).then(|| {
            Figure::Exceedance(ExceedanceChart {
                labels: labels(tail, "Tail", ["Amount (US dollars)", "Chance of more (% of paths)"], &note, origin),
                x_format: Format::Money,
                x_scale: Scale::Log,
                y_scale: Scale::Log,
                curves,
                benchmarks: Vec::new(),
                band_meaning: "95 % interval of each point, draws as replicates".to_owned(),
            })
        })
    }

    fn shape(tail: &Tail, origin: &str) -> Option<Figure> {
        let points: Vec<(f64, Option<&Estimate>)> =
            tail.stability.iter().map(|(threshold, shape)| (*threshold, shape.as_ref())).collect();
        let note = "The shape of the tail should not depend on the threshold above which it is fitted: where the line \
            is level within its band, the paths carry the fit; it is broken where the fit fails.";
        let labels = labels(tail, "Threshold stability", ["Threshold (US dollars)", "Shape of the tail"], note, origin);
        relation(&points, labels, Format::Number, "shape")
    }

    fn mean(tail: &Tail, origin: &str) -> Option<Figure> {
        let points: Vec<(f64, Option<&Estimate>)> =
            tail.mean_excess.iter().map(|(threshold, mean)| (*threshold, Some(mean))).collect();
        let note = "Of the paths above a threshold: by how much they lie above it on average. Straight and rising for \
            a heavy tail, level for an exponential one, falling for one that ends.";
        let labels = labels(tail, "Mean excess", ["Threshold (US dollars)", "Mean excess (US dollars)"], note, origin);
        relation(&points, labels, Format::Money, "mean excess")
    }

    fn relation(points: &[(f64, Option<&Estimate>)], labels: Labels, y_format: Format, name: &str) -> Option<Figure> {
        let bounded = |estimate: &&&Estimate| estimate.low().is_finite() && estimate.high().is_finite();
        let known = points.iter().filter_map(|(_, estimate)| estimate.as_ref()).filter(bounded).count();
        let column = |of: fn(&Estimate) -> f64| {
            let value =
                |(_, estimate): &(f64, Option<&Estimate>)| estimate.as_ref().filter(bounded).map_or(GAP, |e| of(e));
            points.iter().map(value).collect()
        };
        (known > 2).then(|| {
            Figure::Relation(RelationChart {
                labels,
                x_format: Format::Money,
                x_scale: Scale::Linear,
                x: points.iter().map(|(threshold, _)| *threshold).collect(),
                y_format,
                series: vec![Series {
                    name: name.to_owned(),
                    y: column(Estimate::value),
                    band: Some(Band { low: column(Estimate::low), high: column(Estimate::high) }),
                }],
                band_meaning: "95 % interval".to_owned(),
            })
        })
    }
}
