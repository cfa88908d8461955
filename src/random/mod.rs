//! Random numbers with addresses, and the elementary functions they need.
//!
//! A random number here is a pure function of its *address*: seed, kind of uncertainty, parameter draw, path, name of
//! the process and month. No generator carries state, so adding a contract, changing the number of threads or replaying
//! one path leaves all other random numbers as they are.
//!
//! Everything is built from `+ - * / sqrt`, fused multiply-add, comparisons and integer operations. These are exact or
//! correctly rounded on every machine, so the bits depend on neither the processor, nor the vector width, nor the C library.
//!
//! - `stream`: addresses to 32-bit words (Philox4x32-10); the only place that mixes bits.
//! - `normal`: words to uniforms and normals; the normal distribution function and its inverse.
//! - `design`: points of a sweep (Latin hypercube, Sobol, grid).
//! - [`math`]: `exp`, `ln` and selects.

mod design;
pub mod math;
mod normal;
mod stream;

pub use design::{SOBOL_DIMENSIONS, SOBOL_POINTS, grid, latin_hypercube, sobol, zip};
pub use normal::{normal_at, normal_cdf, normal_quantile, normals4, uniform_at, uniforms4};
pub use stream::{Address, Layer, PhiloxRng, Purpose, StreamId, words};
