//! Tails of losses: their table and figures.

use crate::stats::Estimate;
use crate::study::tails::{Fit, PERIODS, Tail};

use super::format::{Column, Data, Table, TableError};

/// A row of the table.
struct Row<'a> {
    tail: &'a Tail,
    statistic: String,
    estimate: Option<Estimate>,
    unit: &'static str,
    method: String,
}

/// One row a tail and statistic: `var95` to `es99.9`, then threshold, shape, scale and return levels of the tail beyond what
/// was seen, or `refused` with the reason as its method.
///
/// # Errors
/// If a number is not finite.
pub fn tails_table(tails: &[Tail]) -> Result<Table, TableError> {
    let rows: Vec<Row<'_>> = tails.iter().flat_map(rows).collect();
    let text = |of: &dyn Fn(&Row<'_>) -> String| Data::Text(rows.iter().map(of).collect());
    let number = |of: fn(&Estimate) -> f64| {
        let finite = |row: &Row<'_>| row.estimate.as_ref().map(of).filter(|value| value.is_finite());
        Data::Maybe(rows.iter().map(finite).collect())
    };
    let columns = [
        ("measure", "what is lost or missing", text(&|row| row.tail.measure.name.to_owned())),
        ("subject", "whose", text(&|row| row.tail.subject.clone())),
        ("by", "month at whose end", text(&|row| row.tail.by.to_string())),
        (
            "statistic",
            "value at risk, expected shortfall, or what the tail beyond the paths says",
            text(&|row| row.statistic.clone()),
        ),
        ("value", "the estimate", number(Estimate::value)),
        ("low", "lower end of its 95 % interval; absent where the paths cannot bound it", number(Estimate::low)),
        ("high", "upper end", number(Estimate::high)),
        ("unit", "unit of value, low and high", text(&|row| row.unit.to_owned())),
        ("method", "how it was made, or why it was not", text(&|row| row.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("tails", columns.map(column).into())
}

fn rows(tail: &Tail) -> Vec<Row<'_>> {
    let row = |statistic: String, estimate: Option<Estimate>, unit, method: &str| Row {
        tail,
        statistic,
        estimate,
        unit,
        method: method.to_owned(),
    };
    let percent = |level: f64| format!("{}", (1000.0 * level).round() / 10.0);
    let mut rows = Vec::new();
    for level in &tail.levels {
        rows.push(row(format!("var{}", percent(level.level)), Some(level.at_risk), "USD", "order statistics"));
        rows.push(row(format!("es{}", percent(level.level)), level.shortfall, "USD", "mean beyond the value at risk"));
    }
    match &tail.fit {
        Err(refusal) => rows.push(row("refused".to_owned(), None, "", &refusal.to_string())),
        Ok(Fit { threshold, exceedances, shape, scale, returns, .. }) => {
            let method = format!("generalised Pareto, {exceedances} paths above {threshold:.0}");
            rows.push(row("tail_shape".to_owned(), Some(*shape), "1", &method));
            rows.push(row("tail_scale".to_owned(), Some(*scale), "USD", &method));
            for (period, level) in PERIODS.iter().zip(returns) {
                let why = level.as_ref().err().map_or_else(|| method.clone(), ToString::to_string);
                rows.push(row(format!("return_{period:.0}"), level.as_ref().ok().copied(), "USD", &why));
            }
        }
    }
    rows
}

#[cfg(feature = "plots")]
pub use pictures::pictures;

#[cfg(feature = "plots")]
mod pictures {
    use super::super::figure::{
        Band, Exceedance, ExceedanceChart, Figure, Format, Labels, RelationChart, Scale, Series,
    };
    use super::Tail;
    use crate::notation::money;
    use crate::stats::Estimate;

    /// Tails that are drawn: the largest.
    const MOST: usize = 4;

    /// For the largest tails: exceedance with its band and the fitted tail; with `diagnostics` threshold stability and mean
    /// excess, which judge the fit.
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
            note: format!("{note} A path is a modelled future of this scenario, not a forecast."),
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
                    p: fit.curve.iter().map(|point| point.1).collect(),
                    band: None,
                });
                let [value, low, high] =
                    [fit.shape.value(), fit.shape.low(), fit.shape.high()].map(|x| format!("{x:.2}").replace('-', "−"));
                format!(
                    "Beyond the paths: a generalised Pareto tail with shape {value} (95 % interval {low} to {high})."
                )
            }
            Err(refusal) => format!("No tail is fitted beyond the paths: {refusal}."),
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
        let points: Vec<(f64, &Estimate)> =
            tail.stability.iter().map(|(threshold, shape, _)| (*threshold, shape)).collect();
        let note = "The shape of the tail should not depend on the threshold above which it is fitted: where the line is level \
            within its band, the paths carry the fit.";
        let labels = labels(tail, "Threshold stability", ["Threshold (US dollars)", "Shape of the tail"], note, origin);
        relation(&points, labels, Format::Number, "shape")
    }

    fn mean(tail: &Tail, origin: &str) -> Option<Figure> {
        let points: Vec<(f64, &Estimate)> =
            tail.mean_excess.iter().map(|(threshold, mean)| (*threshold, mean)).collect();
        let note = "Of the paths above a threshold: by how much they lie above it on average. Straight and rising for a heavy \
            tail, level for an exponential one, falling for one that ends.";
        let labels = labels(tail, "Mean excess", ["Threshold (US dollars)", "Mean excess (US dollars)"], note, origin);
        relation(&points, labels, Format::Money, "mean excess")
    }

    fn relation(points: &[(f64, &Estimate)], labels: Labels, y_format: Format, name: &str) -> Option<Figure> {
        let bounded = |estimate: &Estimate| estimate.low().is_finite() && estimate.high().is_finite();
        let shown: Vec<_> = points.iter().filter(|(_, estimate)| bounded(estimate)).collect();
        let column = |of: fn(&Estimate) -> f64| shown.iter().map(|(_, estimate)| of(estimate)).collect();
        (shown.len() > 2).then(|| {
            Figure::Relation(RelationChart {
                labels,
                x_format: Format::Money,
                x_scale: Scale::Linear,
                x: shown.iter().map(|(threshold, _)| *threshold).collect(),
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
