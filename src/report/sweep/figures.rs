//! Pictures of a sweep: lines for one axis, heat maps for two, a tornado for one at a time.

use std::collections::BTreeSet;

use crate::scenario::{Axis, Design, SweepFile, in_short};
use crate::study::sweep::{Crossing, Identity, PointResult, PolicyRecord, Row, is_refined};
use crate::study::{Estimand, Statistic};
use crate::units::Unit;

use crate::report::figure::{
    Band, Figure, Format, HeatMap, Labels, RelationChart, Scale, Series, TornadoBar, TornadoChart, origin,
};

/// At most this many figures are drawn; the table has every estimate.
const MOST: usize = 24;

/// Name of the files of its pictures.
fn name(shown: &Estimand) -> String {
    let Estimand { measure, subject, by, .. } = shown;
    let parts = [measure.name, subject, &by.to_string()].map(|part| part.replace(['_', '/'], "-"));
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("-")
}

fn title(shown: &Estimand) -> String {
    let Estimand { measure, subject, by, statistic } = shown;
    let of = if subject.is_empty() { String::new() } else { format!(" of {subject}") };
    let told = if *statistic == Statistic::Probability { "Probability" } else { "Mean" };
    format!("{told}: {}{of}, by {by}", measure.words())
}

/// Every picture of a sweep, by the name of its file without its ending.
pub fn pictures(
    file: &SweepFile,
    identity: &Identity,
    results: &[PointResult],
    crossings: &[Crossing],
) -> Vec<(String, Figure)> {
    let of = |shown: &Estimand| -> Vec<(String, Figure)> {
        let named = |(suffix, figure): (String, Figure)| (format!("{}{suffix}", name(shown)), figure);
        let picture = Picture { file, identity, results, crossings, shown };
        picture.all().into_iter().map(named).collect()
    };
    shown(results).iter().flat_map(of).take(MOST).collect()
}

/// Probabilities and means that are not the same everywhere, by name.
fn shown(results: &[PointResult]) -> Vec<Estimand> {
    let told =
        |row: &&Row| matches!(row.estimand.statistic, Statistic::Probability | Statistic::Mean) && row.value.is_some();
    let rows = results.iter().flat_map(|point| &point.rows).filter(told);
    let mut all: Vec<Estimand> = rows.map(|row| row.estimand.clone()).collect();
    let order = |of: &Estimand| (of.measure.name, of.subject.clone(), of.by, of.statistic.name());
    all.sort_by_cached_key(order);
    all.dedup();
    let moves = |shown: &Estimand| {
        let values: BTreeSet<u64> =
            results.iter().filter_map(|point| Some(point.find(shown)?.value?.to_bits())).collect();
        values.len() > 1
    };
    all.retain(moves);
    all
}

struct Picture<'a> {
    file: &'a SweepFile,
    identity: &'a Identity,
    results: &'a [PointResult],
    crossings: &'a [Crossing],
    shown: &'a Estimand,
}

impl Picture<'_> {
    fn all(&self) -> Vec<(String, Figure)> {
        match (self.file.sweep.design, self.file.axes.as_slice()) {
            (Design::OneAtATime, _) => self.tornado().map(|figure| (String::new(), figure)).into_iter().collect(),
            (Design::List, _) => Vec::new(),
            (_, [_]) => self.relation().map(|figure| (String::new(), figure)).into_iter().collect(),
            (Design::Grid, [_, _]) => self.heat(),
            _ => Vec::new(),
        }
    }

    fn labels(&self, x: &str, y: &str, note: &str) -> Labels {
        let Identity { name, seed, paths, .. } = self.identity;
        Labels {
            title: title(self.shown),
            subtitle: origin(name, *seed, *paths),
            x: x.to_owned(),
            y: y.to_owned(),
            note: format!(
                "{note}{} A path is one simulated future of the scenario, not a forecast.",
                self.policies_told()
            ),
        }
    }

    /// What the policies change, for the foot of a figure.
    fn policies_told(&self) -> String {
        let told = |policy: &PolicyRecord| Some(format!(" {}: {}.", policy.name, in_short(&policy.changes)?));
        self.identity.policies.iter().filter_map(told).collect()
    }

    fn format(&self) -> Format {
        let unit = self.results.iter().find_map(|point| point.find(self.shown)).map(|row| row.unit.as_str());
        match unit {
            Some("USD" | "USD/year") => Format::Money,
            Some("1") => Format::Share,
            _ => Format::Number,
        }
    }

    fn policies(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for point in self.results {
            if !names.contains(&point.policy) {
                names.push(point.policy.clone());
            }
        }
        names
    }

    /// Points of a policy with a number on the first axis, in its order.
    fn line(&self, policy: &str) -> Vec<(f64, &Row)> {
        let own = self.results.iter().filter(|point| point.policy == policy);
        let mut line: Vec<(f64, &Row)> =
            own.filter_map(|point| Some((point.coordinates.first()?.number?, point.find(self.shown)?))).collect();
        line.sort_by(|a, b| a.0.total_cmp(&b.0));
        line.dedup_by(|a, b| a.0.to_bits() == b.0.to_bits());
        line
    }

    fn relation(&self) -> Option<Figure> {
        let axis = &self.file.axes[0];
        let lines: Vec<(String, Vec<(f64, &Row)>)> =
            self.policies().into_iter().map(|policy| (policy.clone(), self.line(&policy))).collect();
        let x: Vec<f64> = lines.first()?.1.iter().map(|(x, _)| *x).collect();
        let whole =
            lines.iter().filter(|(_, line)| line.len() == x.len() && line.iter().all(|(_, row)| row.value.is_some()));
        let series = whole.map(|(policy, line)| {
            let column = |of: fn(&Row) -> Option<f64>| {
                line.iter().map(|(_, row)| of(row).or(row.value).unwrap_or(0.0)).collect()
            };
            Series {
                name: if policy.is_empty() { self.shown.measure.words() } else { policy.clone() },
                y: column(|row| row.value),
                band: Some(Band { low: column(|row| row.low), high: column(|row| row.high) }),
            }
        });
        let note = "All points share common random numbers, so differences between points are far more precise than the levels: \
            see the `difference` columns of sweep.csv.";
        Some(Figure::Relation(RelationChart {
            labels: self.labels(&axis.key, "", note),
            x_format: format_of(axis),
            x_scale: if axis.scale == crate::scenario::Spacing::Log { Scale::Log } else { Scale::Linear },
            series: series.collect(),
            y_format: self.format(),
            x,
            band_meaning: "95 % Monte Carlo interval of the level".to_owned(),
        }))
    }

    fn heat(&self) -> Vec<(String, Figure)> {
        let policies = self.policies();
        let several = policies.len() > 1;
        let of = |policy: &String| {
            let suffix = if several { format!("-{}", policy.replace(' ', "-")) } else { String::new() };
            Some((suffix, self.map(policy)?))
        };
        policies.iter().filter_map(of).collect()
    }

    /// The first axis from left to right, the second upwards.
    fn map(&self, policy: &str) -> Option<Figure> {
        let (across, upwards) = (&self.file.axes[0], &self.file.axes[1]);
        let numbers =
            |axis: &Axis| axis.all().iter().map(|raw| raw.number.map(|number| number.0)).collect::<Option<Vec<f64>>>();
        let (x, y) = (numbers(across)?, numbers(upwards)?);
        let own: Vec<&PointResult> = self.results.iter().filter(|point| point.policy == policy).collect();
        let at = |x: f64, y: f64| {
            let is_it = |point: &&&PointResult| {
                point.coordinates[0].number == Some(x) && point.coordinates[1].number == Some(y)
            };
            own.iter().find(is_it).and_then(|point| point.find(self.shown)).and_then(|row| row.value)
        };
        let row = |&y: &f64| x.iter().map(|&x| at(x, y)).collect::<Option<Vec<f64>>>();
        let z = y.iter().map(row).collect::<Option<Vec<Vec<f64>>>>()?;
        let error = own.iter().filter_map(|point| {
            let row = point.find(self.shown)?;
            Some((row.high? - row.low?) / 2.0)
        });
        let error = error.fold(0.0, f64::max);
        let note = format!(
            "The Monte Carlo error of a cell (half of its 95 % interval) is at most {}; differences between cells are more \
             precise, since all share common random numbers.{}",
            told(error, self.format()),
            if policy.is_empty() { String::new() } else { format!(" Policy: {policy}.") }
        );
        let (contour, edges, contour_meaning) = self.contour(policy);
        Some(Figure::Heat(HeatMap {
            labels: self.labels(&across.key, &upwards.key, &note),
            x_format: format_of(across),
            x,
            y_format: format_of(upwards),
            y,
            z_format: self.format(),
            z,
            contour,
            edges,
            contour_meaning,
        }))
    }

    /// Where the level is crossed, if this is the measure that was refined: lines, edges of their bands, and words.
    fn contour(&self, policy: &str) -> (Vec<Line>, Vec<Line>, String) {
        let none = (Vec::new(), Vec::new(), String::new());
        let Some(refine) = &self.file.refine else { return none };
        if !is_refined(refine, self.shown) {
            return none;
        }
        let branches = branches(self.crossings.iter().filter(|crossing| crossing.policy == policy));
        let lines = |of: fn(&Crossing) -> Option<f64>| -> Vec<Line> {
            let line = |branch: &Vec<(f64, &Crossing)>| -> Line {
                branch.iter().filter_map(|(y, crossing)| Some((of(crossing)?, *y))).collect()
            };
            branches.iter().map(line).filter(|line| line.len() > 1).collect()
        };
        let edges = [lines(|c| c.band.map(|band| band[0])), lines(|c| c.band.map(|band| band[1]))].concat();
        let level = told(refine.level.at(&[]), self.format());
        (lines(|c| Some(c.at)), edges, format!("{level}; dotted: the ends of its 95 % interval"))
    }

    /// The first point is the scenario as it is.
    fn tornado(&self) -> Option<Figure> {
        let base = self.results.first()?.find(self.shown)?.value?;
        let mut bars: Vec<TornadoBar> = Vec::new();
        for (at, axis) in self.file.axes.iter().enumerate() {
            let own = self.results.iter().filter(|point| !point.coordinates[at].text.is_empty());
            let values: Vec<(&str, f64)> = own
                .filter_map(|point| Some((point.coordinates[at].text.as_str(), point.find(self.shown)?.value?)))
                .collect();
            if let Some((first, last)) = values.first().zip(values.last()) {
                let name = format!("{}: {} to {}", axis.key, first.0.trim_matches('"'), last.0.trim_matches('"'));
                bars.push(TornadoBar { name, at_least: first.1, at_most: last.1 });
            }
        }
        let width = |bar: &TornadoBar| (bar.at_least - base).abs().max((bar.at_most - base).abs());
        bars.sort_by(|a, b| width(b).total_cmp(&width(a)));
        bars.truncate(20);
        let note = "One change at a time, on common random numbers; the line is the scenario without changes. The paired interval \
            of each change is in sweep.csv.";
        let labels = self.labels("", "", note);
        Some(Figure::Tornado(TornadoChart { labels, x_format: self.format(), base, bars }))
    }
}

/// Points of a line.
type Line = Vec<(f64, f64)>;

/// The first crossings of all values of the second axis, the second ones, and so on, in its order.
fn branches<'a>(crossings: impl Iterator<Item = &'a Crossing>) -> Vec<Vec<(f64, &'a Crossing)>> {
    let mut placed: Vec<(f64, &Crossing)> =
        crossings.filter_map(|crossing| Some((crossing.numbers.first().copied()??, crossing))).collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.at.total_cmp(&b.1.at)));
    let mut branches: Vec<Vec<(f64, &Crossing)>> = Vec::new();
    for (at, &(y, crossing)) in placed.iter().enumerate() {
        let before = placed[..at].iter().filter(|(other, _)| other.to_bits() == y.to_bits()).count();
        match branches.get_mut(before) {
            Some(branch) => branch.push((y, crossing)),
            None => branches.push(vec![(y, crossing)]),
        }
    }
    branches
}

fn format_of(axis: &Axis) -> Format {
    let unit = axis.from.as_ref().map(|from| from.unit).or_else(|| Some(axis.values.first()?.number?.1));
    match unit {
        Some(Unit::Money) => Format::Money,
        Some(Unit::Share | Unit::Rate) => Format::Share,
        _ => Format::Number,
    }
}

fn told(value: f64, format: Format) -> String {
    match format {
        Format::Money => crate::notation::money(value),
        Format::Share => crate::notation::percent(value),
        Format::Number => crate::notation::significant(value, 2).to_string(),
    }
}
