//! A joint reading of published figures to which nothing was fitted: on which side of ours they lie.

use crate::model::measure_named;

use super::benchmarks::Comparison;

/// Counts of the figures to which nothing was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joint {
    /// How many they are.
    pub figures: usize,
    /// How many are worse than 95 % of ours.
    pub worse: usize,
    /// How many are better than 95 % of ours.
    pub better: usize,
}

impl Joint {
    /// Reads the figures together: those that have a place beside ours and are not an input of the scenario.
    pub fn of(figures: &[Comparison]) -> Self {
        let sides: Vec<Side> = figures.iter().filter(|of| !of.is_input).filter_map(side).collect();
        let count = |side: Side| sides.iter().filter(|of| **of == side).count();
        Self { figures: sides.len(), worse: count(Side::Worse), better: count(Side::Better) }
    }

    /// The warning at the head of a page, if more than half of the figures lie beyond ours on one side.
    pub fn verdict(self) -> Option<&'static str> {
        if 2 * self.worse > self.figures {
            return Some("more benign");
        }
        (2 * self.better > self.figures).then_some("grimmer")
    }
}

/// Where a figure lies beside ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Worse than 95 % of ours.
    Worse,
    /// Neither.
    Among,
    /// Better than 95 % of ours.
    Better,
}

/// Where a figure lies: an amount among the paths, the probability of an event among those of the draws.
fn side(figure: &Comparison) -> Option<Side> {
    let [low, high] = if figure.is_event {
        let [low, _, high] = figure.level.as_ref()?.band.as_ref()?;
        [low.value?, high.value?]
    } else {
        figure.paths?
    };
    let high_is_bad = figure.is_event || measure_named(&figure.measure)?.is_loss;
    Some(match (figure.value > high, figure.value < low) {
        (false, false) => Side::Among,
        (above, _) if above == high_is_bad => Side::Worse,
        _ => Side::Better,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_beyond_ours_on_one_side_must_be_said() {
        let joint = |figures, worse, better| Joint { figures, worse, better }.verdict();
        assert_eq!(joint(4, 3, 0), Some("more benign"));
        assert_eq!(joint(4, 2, 0), None);
        assert_eq!(joint(5, 0, 3), Some("grimmer"));
        assert_eq!(joint(0, 0, 0), None);
    }
}
