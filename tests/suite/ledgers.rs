//! Ledgers of worlds written as text, column by column.

use ouroborisk::engine::Sampler;
use ouroborisk::model::{Parameters, ledger};
use ouroborisk::resolve::Worlds;
use ouroborisk::simulate::simulate_one;

use super::worlds::{Luck, scenario, world};

/// The ledger of a path: columns by name, a row a month.
pub(crate) struct Ledger(Vec<Vec<(String, f64)>>);

impl Ledger {
    pub(crate) fn of(world: &Parameters, luck: &Luck, path: u32) -> Self {
        Self::sampled(world, luck.sampler(), path)
    }

    pub(crate) fn sampled(world: &Parameters, sampler: Sampler<'_>, path: u32) -> Self {
        let mut rows = Vec::new();
        simulate_one(world, sampler, 0, path, &mut |t, before, after, work| {
            let cells = ledger::row(world, before, after, work, t);
            rows.push(cells.into_iter().map(|cell| (cell.column, cell.value)).collect());
        });
        Self(rows)
    }

    /// A column, month by month.
    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let of = |row: &Vec<(String, f64)>| row.iter().find(|(column, _)| column == name).map(|(_, value)| *value);
        self.0.iter().map(|row| of(row).unwrap_or_else(|| panic!("no column {name}"))).collect()
    }

    /// The names of its columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0[0].iter().map(|(name, _)| name.as_str())
    }

    /// Columns that differ in any bit; those of one ledger alone do not count.
    pub(crate) fn differing(&self, other: &Self) -> Vec<String> {
        let bits = |column: Vec<f64>| column.into_iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<_>>();
        let common = self.0[0].iter().filter(|(name, _)| other.0[0].iter().any(|(known, _)| known == name));
        let differs = |name: &&str| bits(self.column(name)) != bits(other.column(name));
        common.map(|(name, _)| name.as_str()).filter(differs).map(str::to_owned).collect()
    }
}

/// The ledger of a world that holds no chance.
pub(crate) fn still(text: &str, overrides: &[&str]) -> Ledger {
    Ledger::of(&world(text, overrides), &Luck::of(1), 0)
}

/// The ledger of plan mode.
pub(crate) fn planned(text: &str, overrides: &[&str]) -> Ledger {
    let plan = Worlds::plan(&scenario(text, overrides)).unwrap_or_else(|problems| panic!("{problems:?}"));
    Ledger::sampled(&plan, Sampler::Still, 0)
}

pub(crate) fn assert_close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (t, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (found - expected).abs();
        assert!(off <= 1e-9 * expected.abs().max(1.0), "{what}, month {t}: {found} against {expected}");
    }
}
