//! Draws that do not come from chance: none at all (plan mode), or as a test says.

use crate::lanes::Lanes;

use super::draws::{Innovations, Sampler, Slots};

/// Chance switched off (docs/model.md, section 12): normals 0, delays 0, and what has a probability of a half or more
/// happens.
#[derive(Clone, Copy, Debug)]
pub struct Still;

/// The largest number below one half: an event of probability one half happens.
const BELOW_HALF: f64 = 0.499_999_999_999_999_94;

impl Sampler for Still {
    type Ahead<const B: usize> = ();

    fn open<const B: usize>(&self, _: &Slots, _: u32, _: u32, out: &mut Innovations<B>) {
        out.once.fill(Lanes::splat(BELOW_HALF));
        out.delays.fill(Lanes::splat(0.0));
        out.normals.fill(Lanes::splat(0.0));
        out.uniforms.fill(Lanes::splat(BELOW_HALF));
    }

    fn month<const B: usize>(&self, _: &Slots, (): &mut (), _: usize, _: &mut Innovations<B>) {}
}

/// Draws by name, for tests and for what-if stories.
pub trait Scripted: Sync {
    /// The correlated normal of a process in a month.
    fn normal(&self, name: &str, month: usize) -> f64;
    /// The uniform of an event in a month; month 0 for what is drawn once a path.
    fn uniform(&self, name: &str, month: usize) -> f64;
    /// The delay of a contract, months; the name is `delay.<contract>`.
    fn delay(&self, name: &str) -> f64;
}

impl<S: Scripted> Sampler for S {
    type Ahead<const B: usize> = ();

    fn open<const B: usize>(&self, slots: &Slots, _: u32, _: u32, out: &mut Innovations<B>) {
        for ((name, _), row) in slots.once.iter().zip(&mut out.once) {
            *row = Lanes::splat(self.uniform(name, 0));
        }
        for (delay, row) in slots.delays.iter().zip(&mut out.delays) {
            *row = Lanes::splat(self.delay(&delay.name));
        }
    }

    fn month<const B: usize>(&self, slots: &Slots, (): &mut (), t: usize, out: &mut Innovations<B>) {
        for (normal, row) in slots.normals.iter().zip(&mut out.normals) {
            *row = Lanes::splat(self.normal(&normal.name, t));
        }
        for ((name, _), row) in slots.uniforms.iter().zip(&mut out.uniforms) {
            *row = Lanes::splat(self.uniform(name, t));
        }
    }
}
