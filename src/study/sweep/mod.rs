//! Sweeps: a scenario at many points, each run on the same shocks.
//!
//! - `design`: which points there are.
//! - [`SweepPlan`]: a sweep made ready, and the run of one of its points.
//! - [`PointResult`]: the result of a point; small, so that it can be kept in a file of its own.
//! - `run`: all points, those of the design and those of the refinement.
//! - `refine`: more points where a measure crosses a level, and the contour with its band.

mod design;
mod plan;
mod point;
mod refine;
mod run;

pub use design::SweepPoint;
pub use plan::{Base, SweepPlan};
pub use point::{AxisRecord, Coordinate, Identity, PointResult, PolicyRecord, Row, Shard};
pub use refine::{Crossing, contour, is_refined, midpoints, unmet};
pub use run::{PointStore, run};
