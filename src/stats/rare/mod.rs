//! Probabilities of rare events, by independent routes.
//!
//! - `tilt`: other distributions of the random numbers, and weights; `cross_entropy` finds those under which an event is not
//!   rare; `importance`: the estimate and whether its weights can be trusted.
//! - `subset`: subset simulation, which has neither tilts nor weights.
//! - `splitting`: adaptive multilevel splitting of paths, likewise without weights.
//! - `function`: both for an event that is a function of independent normals and uniforms; `problems`: published ones.

mod cross_entropy;
mod function;
mod importance;
#[cfg(test)]
mod problems;
mod splitting;
mod subset;
mod tilt;

pub use cross_entropy::{Found, Round, Stuck, search};
pub use function::Function;
pub use importance::Weights;
pub use splitting::{Branch, Split, split};
pub use tilt::{BLOCK, EDGES, INTERVALS, Mixture, Tilt, Trace};
