//! Importance sampling of the paths: their random numbers under a mixture of tilts, and what a weight needs of them.
//!
//! A group is a process in one year: its normals or uniforms are tilted alike. Uniforms drawn once per path are groups of
//! their own; delays are not tilted. The weight is that of the numbers up to the event (the likelihood ratio at a stopping
//! time), so what comes later adds no noise; it is computed from the addresses after the path is known.

use super::sampler::{MONTHS, address};
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
