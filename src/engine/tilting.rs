//! Importance sampling of the paths: their random numbers under a mixture of tilts, and what a weight needs of them.
//!
//! A group is a process in one year: its normals or uniforms are tilted alike. Uniforms drawn once per path are groups of
//! their own; delays are not tilted. The weight is that of the numbers up to the event (the likelihood ratio at a stopping
//! time), so what comes later adds no noise; it is computed from the addresses after the path is known.

use super::address::{MONTHS, address};
use super::slots::{Innovations, Slots};
use crate::random::{Purpose, normals4, uniforms4, words};
use crate::stats::rare::{Mixture, Tilt, Trace};

/// Months of a group.
const YEAR: usize = 12;

/// A mixture of tilts for the random numbers of paths.
#[derive(Clone, Copy, Debug)]
pub struct Tilting<'a> {
    slots: &'a Slots,
    mixture: &'a Mixture,
    years: usize,
}

/// Where the random numbers of a path are: seed, draw and path.
pub type Of = (u64, u32, u32);

impl<'a> Tilting<'a> {
    /// The groups of normals and of uniforms of paths of this many months.
    pub fn groups(slots: &Slots, months: usize) -> (usize, usize) {
        let years = months.div_ceil(YEAR);
        (slots.normals.len() * years, slots.uniforms.len() * years + slots.once.len())
    }

    /// The name of a group of normals, and its year from 0.
    pub fn normal_group(slots: &Slots, months: usize, group: usize) -> (&str, usize) {
        let years = months.div_ceil(YEAR);
        (&slots.normals[group / years].name, group % years)
    }

    /// The name of a group of uniforms, and its year from 0; none if they are drawn once per path.
    pub fn uniform_group(slots: &Slots, months: usize, group: usize) -> (&str, Option<usize>) {
        let years = months.div_ceil(YEAR);
        let monthly = slots.uniforms.len() * years;
        if group < monthly {
            (&slots.uniforms[group / years].0, Some(group % years))
        } else {
            (&slots.once[group - monthly].0, None)
        }
    }

    /// A mixture over the groups of paths of this many months.
    pub fn new(slots: &'a Slots, mixture: &'a Mixture, months: usize) -> Self {
        Self { slots, mixture, years: months.div_ceil(YEAR) }
    }

    /// Group of a monthly number; numbers after the last year are as they are.
    fn group(&self, slot: usize, t: usize) -> Option<usize> {
        (t / YEAR < self.years).then_some(slot * self.years + t / YEAR)
    }

    fn once_group(&self, slot: usize) -> usize {
        self.slots.uniforms.len() * self.years + slot
    }

    fn tilts<const B: usize>(&self, first: u32) -> [&'a Tilt; B] {
        std::array::from_fn(|lane| self.mixture.tilt_of(u64::from(first) + lane as u64))
    }

    /// Tilts what is drawn once per path, of the paths from `first` on.
    pub(super) fn tilt_path<const B: usize>(&self, now: &mut Innovations<B>, first: u32) {
        let tilts = self.tilts::<B>(first);
        for (slot, row) in now.once.iter_mut().enumerate() {
            let group = self.once_group(slot);
            if self.mixture.bends(group) {
                row.update(|i, v| tilts[i].uniform(group, v));
            }
        }
    }

    /// Tilts the independent numbers of month `t`. Not inlined: beside the month it costs next to nothing.
    #[inline(never)]
    pub(super) fn tilt_month<const B: usize>(&self, now: &mut Innovations<B>, first: u32, t: usize) {
        let tilts = self.tilts::<B>(first);
        for (slot, row) in now.normals.iter_mut().enumerate() {
            if let Some(group) = self.group(slot, t).filter(|&group| self.mixture.shifts(group)) {
                row.update(|i, z| z + tilts[i].shifts[group]);
            }
        }
        for (slot, row) in now.uniforms.iter_mut().enumerate() {
            if let Some(group) = self.group(slot, t).filter(|&group| self.mixture.bends(group)) {
                row.update(|i, v| tilts[i].uniform(group, v));
            }
        }
    }

    /// What a path used of its random numbers in its first `months`: of all groups, or of those alone that have a tilt.
    pub fn trace(&self, (seed, draw, path): Of, months: usize, all: bool) -> Trace {
        let (slots, tilt) = (self.slots, self.mixture.tilt_of(u64::from(path)));
        let uniforms = slots.uniforms.len() * self.years + slots.once.len();
        let mut trace = Trace::new(slots.normals.len() * self.years, uniforms);
        for (slot, normal) in slots.normals.iter().enumerate() {
            self.each(
                slot,
                months,
                |group| all || self.mixture.shifts(group),
                |block, place, group| {
                    let address = address(seed, draw, path, normal.stream);
                    let numbers = normals4(words(address, Purpose::Normals, block));
                    place.for_each(|at| trace.normal(group, numbers[at] + tilt.shifts[group]));
                },
            );
        }
        for (slot, (_, stream)) in slots.uniforms.iter().enumerate() {
            self.each(
                slot,
                months,
                |group| all || self.mixture.bends(group),
                |block, place, group| {
                    let numbers = uniforms4(words(address(seed, draw, path, *stream), Purpose::Uniforms, block));
                    place.for_each(|at| trace.uniform(group, tilt.uniform(group, numbers[at])));
                },
            );
        }
        for (slot, (_, stream)) in slots.once.iter().enumerate() {
            let group = self.once_group(slot);
            let drawn = uniforms4(words(address(seed, draw, path, *stream), Purpose::Uniforms, 0))[0];
            trace.uniform(group, tilt.uniform(group, drawn));
        }
        trace
    }

    /// Calls `take` with every block of four months of a slot whose group is wanted, and the months of it that count.
    fn each(
        &self,
        slot: usize,
        months: usize,
        is_wanted: impl Fn(usize) -> bool,
        mut take: impl FnMut(u32, std::ops::Range<usize>, usize),
    ) {
        for begin in (0..months).step_by(MONTHS) {
            if let Some(group) = self.group(slot, begin).filter(|&group| is_wanted(group)) {
                take((begin / MONTHS) as u32, 0..MONTHS.min(months - begin), group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lineage::Lineage;
    use super::super::sampler::{Sampler, Sampling};
    use super::*;
    use crate::stats::Moments;

    const MONTHS_OF_TEST: usize = 30;

    fn slots() -> Slots {
        let mut slots = Slots::default();
        slots.normal("a");
        slots.normal("b");
        slots.uniform("event");
        slots.once("verdict");
        slots
    }

    /// A tilt of `a` in the second year, of the event in the first, and of the verdict.
    fn mixture(slots: &Slots) -> Mixture {
        let (normals, uniforms) = Tilting::groups(slots, MONTHS_OF_TEST);
        assert_eq!((normals, uniforms), (6, 4));
        let mut tilt = Tilt::none(normals, uniforms);
        tilt.shifts[1] = -0.5;
        tilt.intervals[0] = [0.02, 0.02, 0.04, 0.02, 0.1, 0.2, 0.2, 0.3, 0.1];
        tilt.intervals[3] = [0.2, 0.0, 0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.1];
        Mixture::of(vec![(1.0, tilt)], normals, uniforms)
    }

    /// The independent numbers of 64 paths from `first` on: by month, normals and then uniforms; the verdicts last.
    fn drawn(sampler: Sampler<'_>, slots: &Slots, first: u32) -> Vec<Vec<[f64; 64]>> {
        let mut sampling = Sampling::<64>::new(sampler, slots, 3, first);
        let once = vec![sampling.innovations().once[0].0];
        let mut month = |t| {
            let now = sampling.month(t);
            now.normals.iter().chain(&now.uniforms).map(|row| row.0).collect()
        };
        (0..MONTHS_OF_TEST).map(&mut month).chain([once]).collect()
    }

    #[test]
    fn a_trace_is_that_of_the_numbers_of_its_path() {
        let slots = slots();
        let mixture = mixture(&slots);
        let tilting = Tilting::new(&slots, &mixture, MONTHS_OF_TEST);
        let numbers = drawn(Sampler::Tilted { tilting, seed: 9 }, &slots, 64);
        for lane in [0, 7, 8, 63] {
            let mut trace = Trace::new(6, 4);
            for (t, month) in numbers[..25].iter().enumerate() {
                trace.normal(t / 12, month[0][lane]);
                trace.normal(3 + t / 12, month[1][lane]);
                trace.uniform(t / 12, month[2][lane]);
            }
            trace.uniform(3, numbers[MONTHS_OF_TEST][0][lane]);
            assert_eq!(tilting.trace((9, 3, 64 + lane as u32), 25, true), trace, "{lane}");
            let tilted = tilting.trace((9, 3, 64 + lane as u32), 25, false);
            assert!((mixture.weight(&tilted) / mixture.weight(&trace) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn weights_are_one_on_average_and_bounded() {
        // 6,400 paths, weights of all months: |z| < 4.4, false alarm 1e-5, seed fixed.
        let slots = slots();
        let mixture = mixture(&slots);
        let tilting = Tilting::new(&slots, &mixture, MONTHS_OF_TEST);
        let weight = |path| mixture.weight(&tilting.trace((1, 0, path), MONTHS_OF_TEST, true));
        assert!((0..6400).all(|path| weight(path) <= 8.0));
        let blocks: Moments =
            (0..100).map(|block| (0..64).map(|lane| weight(64 * block + lane)).sum::<f64>() / 64.0).collect();
        let (mean, error) = (blocks.mean().unwrap(), blocks.standard_error().unwrap());
        assert!((mean - 1.0).abs() < 4.4 * error && error < 0.05, "{mean} {error}");
    }

    #[test]
    fn without_a_tilt_the_numbers_are_those_of_a_run() {
        let slots = slots();
        let none = Mixture::none(6, 4);
        let tilting = Tilting::new(&slots, &none, MONTHS_OF_TEST);
        let tilted = drawn(Sampler::Tilted { tilting, seed: 5 }, &slots, 128);
        assert_eq!(tilted, drawn(Sampler::PseudoRandom { seed: 5 }, &slots, 128));
    }

    #[test]
    fn a_spliced_path_has_the_numbers_of_the_paths_that_it_follows() {
        let slots = slots();
        let run = drawn(Sampler::PseudoRandom { seed: 5 }, &slots, 0);
        let lineages = [Lineage::of(11), Lineage::of(11).branch(10, 40).branch(13, 2)];
        let spliced = drawn(Sampler::Spliced { lineages: &lineages, seed: 5 }, &slots, 0);
        for (t, month) in spliced.iter().enumerate() {
            let follows = match t {
                0..10 | MONTHS_OF_TEST => 11,
                10..13 => 40,
                _ => 2,
            };
            for (row, of_run) in month.iter().zip(&run[t]) {
                assert_eq!([row[0], row[1]].map(f64::to_bits), [of_run[11], of_run[follows]].map(f64::to_bits), "{t}");
            }
        }
    }
}
