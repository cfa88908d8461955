//! The sizes at which a run may be looked at.

/// Most looks at a question: each makes the interval that holds over all of them wider.
pub const MOST_LOOKS: usize = 10;
/// Least draws at the first look: fewer say little of their own spread.
const LEAST_DRAWS: u64 = 50;
/// Least paths at the first look of a run with a single draw.
const LEAST_PATHS: u64 = 1_000;

/// The size of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Paths, over all draws.
    pub paths: u64,
    /// Parameter draws.
    pub draws: u64,
}

impl RunSize {
    /// Paths of each draw, rounded up.
    pub fn paths_per_draw(self) -> u64 {
        self.paths.div_ceil(self.draws.max(1))
    }
}

/// The sizes of the looks, the smallest first: each has about twice the draws of the one before, all as many paths per draw;
/// with a single draw, twice the paths. The draws and paths of a size are among those of every larger one. The last is the
/// largest size that is allowed; where that is small it is the only one. There are at most `looks`.
pub fn ladder(most: RunSize, single: bool, looks: usize) -> Vec<RunSize> {
    let per_draw = most.paths_per_draw();
    let (largest, least) = if single { (most.paths, LEAST_PATHS) } else { (most.draws, LEAST_DRAWS) };
    let counts = (0..looks.min(64)).map(|halved| largest.div_ceil(1 << halved));
    let kept = counts.enumerate().take_while(|&(place, count)| place == 0 || count >= least);
    let size = |count: u64| {
        let (paths, draws) = if single { (count, 1) } else { (count * per_draw, count) };
        RunSize { paths, draws }
    };
    let mut sizes: Vec<RunSize> = kept.map(|(_, count)| size(count)).collect();
    sizes.reverse();
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_doubled_up_to_the_largest() {
        let sizes = ladder(RunSize { paths: 1_600_000, draws: 3200 }, false, MOST_LOOKS);
        assert_eq!(sizes.iter().map(|size| size.draws).collect::<Vec<_>>(), [50, 100, 200, 400, 800, 1600, 3200]);
        assert!(sizes.iter().all(|size| size.paths == 500 * size.draws));
        let single = ladder(RunSize { paths: 10_000, draws: 1 }, true, MOST_LOOKS);
        assert_eq!(single.iter().map(|size| size.paths).collect::<Vec<_>>(), [1250, 2500, 5000, 10_000]);
        assert_eq!(ladder(RunSize { paths: 30, draws: 3 }, false, MOST_LOOKS), [RunSize { paths: 30, draws: 3 }]);
        let large = RunSize { paths: 1 << 40, draws: 1 << 30 };
        assert_eq!([MOST_LOOKS, usize::MAX].map(|looks| ladder(large, false, looks).len()), [MOST_LOOKS, 25]);
    }
}
