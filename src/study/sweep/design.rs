//! The points of a sweep.

use crate::language::Raw;
use crate::random::{grid, latin_hypercube, sobol, zip};
use crate::scenario::{Axis, Design, Policy, SweepFile};

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
    let lengths: Vec<usize> = file.axes.iter().map(|axis| axis.len() as usize).collect();
    let rows = match file.sweep.design {
        Design::Zip => chosen(&file.axes, zip(&lengths)),
        Design::OneAtATime => one_at_a_time(&file.axes),
        Design::LatinHypercube | Design::Sobol => sampled(file, seed),
        Design::Grid | Design::List => chosen(&file.axes, grid(&lengths)),
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

/// Each axis at its first value, each policy and each listed point alone: what is set at all, for a file with problems of
/// which there may be no points.
pub(super) fn alone(file: &SweepFile) -> Vec<SweepPoint> {
    let axes = file.axes.iter().filter_map(|axis| Some(vec![format!("{}={}", axis.key, axis.first()?.toml)]));
    let listed = file.policies.iter().map(|policy| &policy.set).chain(file.points.iter().map(|point| &point.set));
    let sets = axes.chain(listed.map(|set| set.iter().map(Raw::text).collect()));
    sets.map(|overrides| SweepPoint { policy: String::new(), values: Vec::new(), overrides }).collect()
}

/// Rows of indices of values as rows of values.
fn chosen(axes: &[Axis], rows: Option<Vec<Vec<usize>>>) -> Vec<Values> {
    let values: Vec<Vec<Raw>> = axes.iter().map(Axis::all).collect();
    let row = |row: Vec<usize>| row.iter().zip(&values).map(|(&at, values)| values.get(at).cloned()).collect();
    rows.unwrap_or_default().into_iter().map(row).collect()
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
    let (points, axes) = (file.sweep.points as usize, file.axes.len());
    let places = match file.sweep.design {
        Design::Sobol => sobol(points, axes, seed).unwrap_or_default(),
        _ => latin_hypercube(points, axes, seed),
    };
    let row = |row: &Vec<f64>| file.axes.iter().zip(row).map(|(axis, &place)| axis.between(place)).collect();
    places.iter().map(row).collect()
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
}
