//! What the default of one node of a network costs all: impact shares and DebtRank (docs/model.md, section 8.5).
//!
//! Battiston, Puliga, Kaushik, Tasca and Caldarelli, "DebtRank: too central to fail?", Scientific Reports 2, 541 (2012);
//! Bardoscia, Battiston, Caccioli and Caldarelli, "DebtRank: a microscopic foundation for shock propagation", PLoS ONE 10,
//! e0130406 (2015).

/// How often a node passes on its distress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// What the first default costs directly.
    Direct,
    /// Once, when it is first hit: what reaches it later round a cycle goes no further (2012).
    Once,
    /// Whenever it grows, so that cycles count in full (2015).
    Always,
}

/// A network of nodes with claims on one another.
#[derive(Clone, Debug)]
pub struct Claims {
    /// `exposures[i][j]`: what node i loses if node j defaults, dollars, not below 0.
    pub exposures: Vec<Vec<f64>>,
    /// What node i can lose before it defaults, dollars; 0 or less: it has defaulted, and neither loses nor passes on.
    pub capital: Vec<f64>,
}

/// Rounds after which the rest is left out, and growth of distress that counts as none.
const ROUNDS: usize = 10_000;
const SMALLEST: f64 = 1e-12;

impl Claims {
    /// The part of all capital that the default of a node costs the *others*, from 0 to 1; NaN if it has defaulted already.
    pub fn lost(&self, defaulter: usize, passes: Passes) -> f64 {
        let standing: f64 = self.capital.iter().map(|capital| capital.max(0.0)).sum();
        let mut distress = vec![0.0; self.capital.len()];
        distress[defaulter] = 1.0;
        let after = self.spread(&distress, passes);
        let own = self.capital[defaulter];
        let lost: f64 = after.iter().zip(&self.capital).map(|(part, capital)| part * capital.max(0.0)).sum();
        if own > 0.0 { (lost - own) / standing } else { f64::NAN }
    }

    /// The part of its capital that each node has lost in the end, from what each has lost at first.
    pub fn spread(&self, first: &[f64], passes: Passes) -> Vec<f64> {
        let mut distress = first.to_vec();
        let mut passing = first.to_vec();
        let rounds = if passes == Passes::Direct { 1 } else { ROUNDS };
        for _ in 0..rounds {
            let hit = |(node, &distress): (usize, &f64)| self.hit(node, distress, &passing, passes);
            let next: Vec<f64> = distress.iter().enumerate().map(hit).collect();
            let passed = |(next, before): (&f64, &f64)| match passes {
                Passes::Once if *before > 0.0 => 0.0,
                _ => next - before,
            };
            passing = next.iter().zip(&distress).map(passed).collect();
            distress = next;
            if passing.iter().all(|part| *part < SMALLEST) {
                break;
            }
        }
        distress
    }

    /// The distress of a node after a round. Where distress is passed on once an impact is at most the whole capital (2012);
    /// in 2015 a part of a larger one is a part of that.
    fn hit(&self, node: usize, distress: f64, passing: &[f64], passes: Passes) -> f64 {
        let capital = self.capital[node];
        if capital <= 0.0 {
            return distress;
        }
        let most = if passes == Passes::Always { f64::INFINITY } else { 1.0 };
        let impact = |(exposure, part): (&f64, &f64)| (exposure / capital).min(most) * part;
        let hit: f64 = self.exposures[node].iter().zip(passing).map(impact).sum();
        (distress + hit).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exposures: &[&[f64]], capital: &[f64]) -> Claims {
        Claims { exposures: exposures.iter().map(|row| row.to_vec()).collect(), capital: capital.to_vec() }
    }

    fn close(value: f64, reference: f64) {
        assert!((value - reference).abs() < 1e-7, "{value} should be {reference}");
    }

    /// The weighted mean of what is lost beyond the first losses.
    fn additional(of: &Claims, weights: &[f64], first: &[f64], passes: Passes) -> f64 {
        let after = of.spread(first, passes);
        let lost: f64 =
            after.iter().zip(first).zip(weights).map(|((after, first), weight)| (after - first) * weight).sum();
        lost / weights.iter().sum::<f64>()
    }

    #[test]
    fn a_published_example_has_its_published_values() {
        // Three banks, their buffers and weights, and the additional stress of each default and of a tenth lost by all, from
        // the documentation of `debt_rank` and `debt_rank_shock` in the R package NetworkRiskMeasures (Cinelli and Silva).
        let of = claims(&[&[0.0, 1.0, 0.0], &[10.0, 0.0, 3.0], &[3.0, 2.0, 0.0]], &[2.0, 5.0, 2.0]);
        let weights = [10.0, 100.0, 30.0];
        for (first, expected) in
            [([1.0, 0.0, 0.0], 0.928_571_4), ([0.0, 1.0, 0.0], 0.25), ([0.0, 0.0, 1.0], 0.664_285_7)]
        {
            close(additional(&of, &weights, &first, Passes::Once), expected);
        }
        assert!((additional(&of, &weights, &[0.1; 3], Passes::Once) - 0.1607).abs() < 5e-5);
    }

    #[test]
    fn cycles_add_up_to_the_inverse_where_nobody_is_wiped_out() {
        // Each has lent the other half of its capital: h = (I - L)^-1 h0, with 1/(1 - 1/4) round the cycle (Bardoscia et al.
        // 2015). Passed on once: 0.2, then 0.1, which comes back as 0.05 and goes no further.
        let of = claims(&[&[0.0, 50.0], &[20.0, 0.0]], &[100.0, 40.0]);
        let always = of.spread(&[0.2, 0.0], Passes::Always);
        close(always[0], 0.2 / 0.75);
        close(always[1], 0.1 / 0.75);
        let once = of.spread(&[0.2, 0.0], Passes::Once);
        close(once[0], 0.25);
        close(once[1], 0.1);
        let direct = of.spread(&[0.2, 0.0], Passes::Direct);
        close(direct[0], 0.2);
        close(direct[1], 0.1);
    }

    #[test]
    fn without_exposures_nothing_is_lost_and_a_chain_is_lost_link_by_link() {
        let none = claims(&[&[0.0; 3], &[0.0; 3], &[0.0; 3]], &[1.0, 2.0, 3.0]);
        // The second loses half of 2 by the first, the third a third of 3 by the whole second: a sixth of 3.
        let chain = claims(&[&[0.0; 3], &[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]], &[1.0, 2.0, 3.0]);
        for (passes, expected) in [(Passes::Direct, 1.0), (Passes::Once, 1.5), (Passes::Always, 1.5)] {
            close(none.lost(0, passes), 0.0);
            close(chain.lost(0, passes), expected / 6.0);
            close(chain.lost(2, passes), 0.0);
        }
    }

    #[test]
    fn who_has_defaulted_neither_loses_nor_passes_on() {
        let of = claims(&[&[0.0; 3], &[5.0, 0.0, 0.0], &[0.0, 5.0, 0.0]], &[1.0, 0.0, 4.0]);
        close(of.lost(0, Passes::Always), 0.0);
        assert!(of.lost(1, Passes::Once).is_nan());
    }

    /// Claims made of a hash, some of them of nobody.
    fn scattered(seed: u64, nodes: usize) -> Claims {
        let number = |i: usize, j: usize| {
            let mixed = (seed + 31 * i as u64 + 7 * j as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed >> 40) as f64 / 16_777_216.0
        };
        let exposure = |i, j| if i == j { 0.0 } else { 3.0 * (number(i, j) - 0.5).max(0.0) };
        let exposures = (0..nodes).map(|i| (0..nodes).map(|j| exposure(i, j)).collect()).collect();
        Claims { exposures, capital: (0..nodes).map(|i| 0.5 + number(i, i)).collect() }
    }

    #[test]
    fn losses_lie_between_none_and_all_and_grow_with_every_exposure() {
        for seed in 0..200 {
            let of = scattered(seed, 5);
            for passes in [Passes::Direct, Passes::Once, Passes::Always] {
                let lost = of.lost(0, passes);
                assert!((0.0..=1.0).contains(&lost), "{seed} {passes:?} {lost}");
                let mut more = of.clone();
                more.exposures[(seed % 4 + 1) as usize][(seed % 3) as usize] += 0.3;
                // A node that is hit sooner passes on what it has lost by then, so once is not monotone beyond the direct.
                let grown = more.lost(0, passes);
                assert!(passes == Passes::Once || grown >= lost - 1e-9, "{seed} {passes:?} {lost} {grown}");
            }
            assert!(of.lost(0, Passes::Once) >= of.lost(0, Passes::Direct) - 1e-12, "{seed}");
            assert!(of.lost(0, Passes::Always) >= of.lost(0, Passes::Once) - 1e-9, "{seed}");
        }
    }

    #[test]
    fn a_node_loses_the_part_of_its_capital_that_is_exposed_to_what_is_passed_on() {
        // Of 5 of capital 10 are exposed to a tenth and 3 to a fifth: 0.2 + 0.12, or 0.1 + 0.12 where no impact is above 1, on
        // top of the 0.1 that is lost already; never more than all.
        let of = |capital| claims(&[&[0.0; 3], &[10.0, 0.0, 3.0], &[0.0; 3]], &[2.0, capital, 2.0]);
        for (capital, passing, passes, lost) in [
            (5.0, [0.1, 0.0, 0.2], Passes::Always, 0.42),
            (5.0, [0.1, 0.0, 0.2], Passes::Once, 0.32),
            (5.0, [1.0, 0.0, 0.2], Passes::Once, 1.0),
            (0.0, [1.0, 0.0, 0.2], Passes::Once, 0.1),
        ] {
            close(of(capital).hit(1, 0.1, &passing, passes), lost);
        }
    }
}
