//! The numbers of `B` paths side by side, to which the equations of one path are applied.

use std::ops::{Index, IndexMut};

/// One number per path, of `B` paths; flags are 0 or 1. Aligned to a cache line, so that a block is whole vectors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Lanes<const B: usize>(pub [f64; B]);

/// Whether an expression is nonzero in any lane. Bits are combined by "or", whose order does not matter, so whole vectors
/// are tested at once.
macro_rules! any {
    ($lane:ident => $value:expr) => {{
        let mut bits = 0;
        for $lane in 0..B {
            bits |= f64::to_bits($value) << 1;
        }
        bits != 0
    }};
}
pub(crate) use any;

impl<const B: usize> Lanes<B> {
    /// The same number in every lane.
    #[inline(always)]
    pub const fn splat(value: f64) -> Self {
        Self([value; B])
    }

    /// Whether any lane is nonzero.
    #[inline(always)]
    pub fn any(&self) -> bool {
        any!(i => self[i])
    }

    /// Adds `f(lane)` to every lane.
    #[inline(always)]
    pub fn add(&mut self, f: impl Fn(usize) -> f64) {
        for i in 0..B {
            self.0[i] += f(i);
        }
    }

    /// Sets every lane to `f(lane)`.
    #[inline(always)]
    pub fn set(&mut self, f: impl Fn(usize) -> f64) {
        for i in 0..B {
            self.0[i] = f(i);
        }
    }

    /// Replaces every lane by `f(lane, value)`.
    #[inline(always)]
    pub fn update(&mut self, f: impl Fn(usize, f64) -> f64) {
        for i in 0..B {
            self.0[i] = f(i, self.0[i]);
        }
    }
}

impl<const B: usize> Default for Lanes<B> {
    fn default() -> Self {
        Self::splat(0.0)
    }
}

impl<const B: usize> Index<usize> for Lanes<B> {
    type Output = f64;
    #[inline(always)]
    fn index(&self, lane: usize) -> &f64 {
        &self.0[lane]
    }
}

impl<const B: usize> IndexMut<usize> for Lanes<B> {
    #[inline(always)]
    fn index_mut(&mut self, lane: usize) -> &mut f64 {
        &mut self.0[lane]
    }
}

/// An expression for every lane, as in `lanes!(i => cash[i] + draw[i])`; needs the number of lanes `B` in scope.
///
/// A macro and not a function: the expression becomes part of its caller and is vectorised with the caller's target
/// features, whereas a closure is only if the compiler happens to inline it.
macro_rules! lanes {
    ($lane:ident => $value:expr) => {{
        let mut out = $crate::lanes::Lanes([0.0; B]);
        for $lane in 0..B {
            out.0[$lane] = $value;
        }
        out
    }};
}
pub(crate) use lanes;

/// `a` if `condition` holds, otherwise `b`: a select, never a jump.
#[inline(always)]
pub fn select(condition: bool, a: f64, b: f64) -> f64 {
    if condition { a } else { b }
}

/// 1 if `condition` holds, otherwise 0.
#[inline(always)]
pub fn flag(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

/// `count` rows of zeros.
pub fn rows<const B: usize>(count: usize) -> Vec<Lanes<B>> {
    vec![Lanes::default(); count]
}
