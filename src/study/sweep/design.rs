//! Which points a sweep has.

use crate::random::{Address, Layer, StreamId, uniform_at};
use crate::scenario::{Axis, Design, Policy, Raw, SweepFile};

use super::sobol;

/// A point: what it is called, the values of the axes, and all that is set there.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    /// The policy, or its name in a list; empty where there is none.
    pub policy: String,
    /// The values of the axes.
    pub values: Vec<Raw>,
    /// Overrides: the axes, then the policy.
    pub overrides: Vec<String>,
}

/// The points in their order, each crossed with all policies.
pub(super) fn points(file: &SweepFile, seed: u64) -> Vec<SweepPoint> {
    if file.sweep.design == Design::List {
        let named = file.points.iter().map(|point| SweepPoint {
            policy: point.name.clone(),
            values: Vec::new(),
            overrides: point.set.iter().map(Raw::text).collect(),
        });
        return named.flat_map(|point| crossed(&point, &file.policies)).collect();
    }
    let rows = match file.sweep.design {
        Design::Zip => zip(&file.axes),
        Design::OneAtATime => one_at_a_time(&file.axes),
        Design::LatinHypercube | Design::Sobol => sampled(file, seed),
        Design::Grid | Design::List => grid(&file.axes),
    };
    rows.iter().map(|row| at(&file.axes, row)).flat_map(|point| crossed(&point, &file.policies)).collect()
}

/// A value for each axis, or none where the scenario's own stays.
type Values = Vec<Option<Raw>>;

/// The point with these values.
pub(super) fn at(axes: &[Axis], row: &Values) -> SweepPoint {
    let set = axes.iter().zip(row).filter_map(|(axis, value)| Some(format!("{}={}", axis.key, value.as_ref()?.toml)));
    let blank = || Raw { toml: String::new(), ..Raw::number(0.0, crate::units::Unit::Number) };
    let unset = || Raw { number: None, ..blank() };
    SweepPoint {
        policy: String::new(),
        values: row.iter().map(|value| value.clone().unwrap_or_else(unset)).collect(),
        overrides: set.collect(),
    }
}

/// A point under every policy.
pub(super) fn crossed(point: &SweepPoint, policies: &[Policy]) -> Vec<SweepPoint> {
    let under = |policy: &Policy| {
        let name = [point.policy.as_str(), policy.name.as_str()].into_iter().filter(|name| !name.is_empty());
        SweepPoint {
            policy: name.collect::<Vec<_>>().join(", "),
            values: point.values.clone(),
            overrides: point.overrides.iter().cloned().chain(policy.set.iter().map(Raw::text)).collect(),
        }
    };
    if policies.is_empty() { vec![point.clone()] } else { policies.iter().map(under).collect() }
}

/// The last axis runs fastest.
fn grid(axes: &[Axis]) -> Vec<Values> {
    axes.iter().fold(vec![Vec::new()], |rows: Vec<Values>, axis| {
        let values = axis.all();
        rows.iter()
            .flat_map(|row| values.iter().map(|value| [row.clone(), vec![Some(value.clone())]].concat()))
            .collect()
    })
}

fn zip(axes: &[Axis]) -> Vec<Values> {
    let values: Vec<Vec<Raw>> = axes.iter().map(Axis::all).collect();
    let count = values.iter().map(Vec::len).min().unwrap_or(0);
    (0..count).map(|row| values.iter().map(|of| Some(of[row].clone())).collect()).collect()
}

/// First the scenario as it is.
fn one_at_a_time(axes: &[Axis]) -> Vec<Values> {
    let unset: Values = vec![None; axes.len()];
    let moved = axes.iter().enumerate().flat_map(|(place, axis)| {
        let unset = &unset;
        axis.all().into_iter().map(move |value| {
            let mut row = unset.clone();
            row[place] = Some(value);
            row
        })
    });
    std::iter::once(unset.clone()).chain(moved).collect()
}

fn sampled(file: &SweepFile, seed: u64) -> Vec<Values> {
    let count = file.sweep.points;
    let columns: Vec<Vec<f64>> = match file.sweep.design {
        Design::Sobol => {
            (0..file.axes.len()).map(|axis| sobol::column(axis, &file.axes[axis].key, count, seed)).collect()
        }
        _ => file.axes.iter().map(|axis| stratified(&axis.key, count, seed)).collect(),
    };
    let row = |point: usize| file.axes.iter().zip(&columns).map(move |(axis, column)| axis.between(column[point]));
    (0..count as usize).map(|point| row(point).collect()).collect()
}

/// One uniform number in each of `count` equal parts of [0, 1], in random order (McKay, Beckman and Conover, Technometrics
/// 21, 1979). The numbers have addresses, so another axis moves none of them.
fn stratified(key: &str, count: u64, seed: u64) -> Vec<f64> {
    let stream = StreamId::of(&format!("sweep.{key}"));
    let at = |point: u64, purpose: u32| {
        let address = Address { seed, layer: Layer::Epistemic, draw: point as u32, path: 0, stream };
        uniform_at(address, purpose)
    };
    let mut order: Vec<u64> = (0..count).collect();
    order.sort_by(|&a, &b| at(a, 0).total_cmp(&at(b, 0)));
    (0..count).map(|point| (order[point as usize] as f64 + at(point, 1)) / count as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SweepFile {
        let text = format!("[sweep]\nname = \"s\"\nscenario = \"s.toml\"\n{text}");
        SweepFile::parse("sweep.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn overrides(text: &str) -> Vec<String> {
        points(&file(text), 1).iter().map(|point| format!("{}: {}", point.policy, point.overrides.join(" "))).collect()
    }

    const TWO: &str = "[[axis]]\nkey = \"a.x\"\nvalues = [1, 2]\n[[axis]]\nkey = \"b\"\nvalues = [\"3mo\", \"4mo\"]\n";

    #[test]
    fn a_grid_has_every_pair_and_every_policy() {
        assert_eq!(
            overrides(TWO),
            [": a.x=1 b=\"3mo\"", ": a.x=1 b=\"4mo\"", ": a.x=2 b=\"3mo\"", ": a.x=2 b=\"4mo\""]
        );
        let policies = "[[policy]]\nname = \"as is\"\nset = []\n[[policy]]\nname = \"strict\"\nset = [\"c=true\"]\n";
        let crossed = overrides(&format!("{TWO}{policies}"));
        assert_eq!(crossed.len(), 8);
        assert_eq!(crossed[1], "strict: a.x=1 b=\"3mo\" c=true");
    }

    #[test]
    fn other_designs_take_what_they_say() {
        assert_eq!(overrides(&format!("design = \"zip\"\n{TWO}")), [": a.x=1 b=\"3mo\"", ": a.x=2 b=\"4mo\""]);
        let one = overrides(&format!("design = \"one_at_a_time\"\n{TWO}"));
        assert_eq!(one, [": ", ": a.x=1", ": a.x=2", ": b=\"3mo\"", ": b=\"4mo\""]);
        let list = "design = \"list\"\n[[point]]\nname = \"calm\"\nset = [\"a=1\", \"b=2\"]\n";
        assert_eq!(overrides(list), ["calm: a=1 b=2"]);
    }

    #[test]
    fn a_latin_hypercube_meets_every_part_of_every_axis_once() {
        let mut column = stratified("lab.a.cash", 50, 7);
        column.sort_by(f64::total_cmp);
        assert!(column.iter().enumerate().all(|(part, x)| (x * 50.0).floor() as usize == part));
    }
}
