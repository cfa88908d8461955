//! Tilts: other distributions of the random numbers, under which an event is not rare, and the weights that undo them.
//!
//! The numbers come in *groups*, such as the monthly normals of one process in one year: those of a group are tilted alike.
//! Normals are shifted. The density of uniforms is constant on a few intervals, finer towards 0, since an event happens if
//! its uniform is below its probability: a hazard is scaled without a change of anything else.

/// Ends of the intervals on which the density of a uniform is constant.
pub const EDGES: [f64; INTERVALS + 1] = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 1.0];
/// Number of these intervals.
pub const INTERVALS: usize = 9;

/// Samples in a block, over which the parts of a mixture are divided in fixed shares: an independent replicate.
pub const BLOCK: usize = 64;
/// Samples of a block that are drawn without a tilt, so that no weight exceeds `BLOCK / PLAIN`.
const PLAIN: usize = 8;

/// Length of an interval: the probability of a uniform to fall into it.
fn length(interval: usize) -> f64 {
    EDGES[interval + 1] - EDGES[interval]
}

/// The interval of a uniform.
fn interval_of(u: f64) -> usize {
    EDGES[1..INTERVALS].iter().filter(|&&edge| u >= edge).count()
}

/// What a sample used of its random numbers up to the event, by group: all that its weight depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Sum of the normals of each group, and how many they are.
    pub normals: Vec<(f64, f64)>,
    /// Uniforms of each group by interval.
    pub uniforms: Vec<[f64; INTERVALS]>,
}

impl Trace {
    /// The trace of nothing, for this many groups of normals and of uniforms.
    pub fn new(normals: usize, uniforms: usize) -> Self {
        Self { normals: vec![(0.0, 0.0); normals], uniforms: vec![[0.0; INTERVALS]; uniforms] }
    }

    /// Adds a normal of a group.
    pub fn normal(&mut self, group: usize, z: f64) {
        self.normals[group].0 += z;
        self.normals[group].1 += 1.0;
    }

    /// Adds a uniform of a group.
    pub fn uniform(&mut self, group: usize, u: f64) {
        self.uniforms[group][interval_of(u)] += 1.0;
    }
}

/// Another distribution of the random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Tilt {
    /// Shift of the normals of each group, standard deviations.
    pub shifts: Vec<f64>,
    /// Probability of each interval for the uniforms of each group.
    pub intervals: Vec<[f64; INTERVALS]>,
}

impl Tilt {
    /// The distribution as it is.
    pub fn none(normals: usize, uniforms: usize) -> Self {
        Self { shifts: vec![0.0; normals], intervals: vec![std::array::from_fn(length); uniforms] }
    }

    /// Whether the uniforms of a group are as they are.
    pub fn is_plain(&self, group: usize) -> bool {
        (0..INTERVALS).all(|k| (self.intervals[group][k] - length(k)).abs() < 1e-12)
    }

    /// By how much it multiplies the probability that a uniform of a group is below 0.03.
    pub fn hazard_factor(&self, group: usize) -> f64 {
        const BELOW: usize = 4;
        self.intervals[group][..BELOW].iter().sum::<f64>() / EDGES[BELOW]
    }

    /// The uniform of a group whose place in its distribution is `v`, in (0, 1).
    pub fn uniform(&self, group: usize, v: f64) -> f64 {
        if self.is_plain(group) {
            return v;
        }
        let mut start = 0.0;
        for (k, &probability) in self.intervals[group].iter().enumerate() {
            if v < start + probability || k + 1 == INTERVALS {
                return EDGES[k] + length(k) * ((v - start) / probability).clamp(0.0, 1.0 - f64::EPSILON);
            }
            start += probability;
        }
        v
    }

    /// Logarithm of the density of a trace under it, relative to that as it is.
    pub fn log_ratio(&self, trace: &Trace) -> f64 {
        let of_normals = self.shifts.iter().zip(&trace.normals);
        let of_uniforms = self.intervals.iter().zip(&trace.uniforms);
        let normals: f64 = of_normals.map(|(shift, (sum, count))| shift * (sum - 0.5 * shift * count)).sum();
        let one = |(probabilities, counts): (&[f64; INTERVALS], &[f64; INTERVALS])| -> f64 {
            let used = (0..INTERVALS).filter(|&k| counts[k] > 0.0);
            used.map(|k| counts[k] * (probabilities[k] / length(k)).ln()).sum()
        };
        normals + of_uniforms.map(one).sum::<f64>()
    }
}

/// A mixture of tilts, of which the first is none: a defensive mixture (Hesterberg, "Weighted average importance sampling
/// and defensive mixture distributions", Technometrics 37, 1995).
///
/// Each part has a fixed number of the samples of a block, and a weight is that of the whole mixture: the balance heuristic
/// (Owen and Zhou, "Safe and effective importance sampling", JASA 95, 2000).
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// Samples of a block, and their tilt.
    parts: Vec<(usize, Tilt)>,
}

impl Mixture {
    /// No tilt at all.
    pub fn none(normals: usize, uniforms: usize) -> Self {
        Self { parts: vec![(BLOCK, Tilt::none(normals, uniforms))] }
    }

    /// These tilts, with shares in proportion to positive numbers, beside none.
    pub fn of(tilts: Vec<(f64, Tilt)>, normals: usize, uniforms: usize) -> Self {
        let total: f64 = tilts.iter().map(|(share, _)| share).sum();
        let mut parts = vec![(PLAIN, Tilt::none(normals, uniforms))];
        let (mut seen, mut given) = (0.0, 0);
        for (share, tilt) in tilts {
            seen += share / total;
            let until = ((BLOCK - PLAIN) as f64 * seen).round() as usize;
            if until > given {
                parts.push((until - given, tilt));
                given = until;
            }
        }
        Self { parts }
    }

    /// The tilts with their shares, the first none.
    pub fn parts(&self) -> impl Iterator<Item = (f64, &Tilt)> {
        self.parts.iter().map(|(count, tilt)| (*count as f64 / BLOCK as f64, tilt))
    }

    /// Whether any part shifts the normals of a group.
    pub fn shifts(&self, group: usize) -> bool {
        self.parts.iter().any(|(_, tilt)| tilt.shifts[group] != 0.0)
    }

    /// Whether any part changes the uniforms of a group.
    pub fn bends(&self, group: usize) -> bool {
        self.parts.iter().any(|(_, tilt)| !tilt.is_plain(group))
    }

    /// Number of the part from which a sample is drawn, by its number.
    fn part_of(&self, sample: u64) -> usize {
        let mut place = (sample % BLOCK as u64) as usize;
        for (number, (count, _)) in self.parts.iter().enumerate() {
            if place < *count {
                return number;
            }
            place -= count;
        }
        0
    }

    /// The tilt of a sample, by its number.
    pub fn tilt_of(&self, sample: u64) -> &Tilt {
        &self.parts[self.part_of(sample)].1
    }

    /// The weight of a trace: its density as it is over that of the mixture; at most 8.
    pub fn weight(&self, trace: &Trace) -> f64 {
        1.0 / self.parts().map(|(share, tilt)| share * tilt.log_ratio(trace).exp()).sum::<f64>()
    }
}
