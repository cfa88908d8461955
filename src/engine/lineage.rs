//! Lineages: paths that follow others up to a month, of which nothing is kept but the addresses of their random numbers.

/// A path in pieces: from each month on it has the random numbers of the path of that number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage(Vec<(u32, u32)>);

impl Lineage {
    /// The path of this number.
    pub fn of(path: u32) -> Self {
        Self(vec![(0, path)])
    }

    /// A path that follows this one up to month `from`, and then has the numbers of `path`.
    #[must_use]
    pub fn branch(&self, from: u32, path: u32) -> Self {
        let mut pieces: Vec<(u32, u32)> = self.0.iter().copied().filter(|&(begin, _)| begin < from).collect();
        pieces.push((from, path));
        Self(pieces)
    }

    /// The number of the path whose numbers it has in month `t`; of what is drawn once per path, those of month 0.
    pub(super) fn path(&self, t: usize) -> u32 {
        self.0[self.0.partition_point(|&(begin, _)| begin as usize <= t) - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_follows_its_path_up_to_its_month() {
        let branch = Lineage::of(5).branch(10, 7).branch(12, 8);
        assert_eq!([0, 9, 10, 11, 12, 90].map(|t| branch.path(t)), [5, 5, 7, 7, 8, 8]);
        assert_eq!(branch.branch(10, 9), Lineage::of(5).branch(10, 9));
    }
}
