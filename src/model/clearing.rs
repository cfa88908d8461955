//! Clearing of debts that firms owe one another, with costs of default (docs/model.md, section 8.1).
//!
//! Eisenberg and Noe (2001), Systemic Risk in Financial Systems; Rogers and Veraart (2013), Failure and Rescue in an
//! Interbank Network, whose greatest clearing vector (their definition 3.6) this is.

/// Firms that owe one another.
#[derive(Clone, Debug)]
pub struct Network {
    /// The firms.
    pub firms: Vec<Firm>,
    /// What each owes each other one, dollars: a row per borrower, a column per lender.
    pub debts: Vec<Vec<f64>>,
}

/// One of them, dollars.
#[derive(Clone, Copy, Debug)]
pub struct Firm {
    /// Its assets besides what the others owe it.
    pub own: f64,
    /// What it owes to outsiders.
    pub outside: f64,
    /// Assets, with what it receives, below which it fails; infinite: it has failed.
    pub least: f64,
}

/// The parts of a failed firm's assets that reach its creditors.
#[derive(Clone, Copy, Debug)]
pub struct Recovery {
    /// `alpha`: of its own assets.
    pub own: f64,
    /// `beta`: of what it receives from other firms.
    pub claims: f64,
}

/// How the debts clear.
#[derive(Clone, Debug)]
pub struct Cleared {
    /// The share of its debts that each firm pays.
    pub pays: Vec<f64>,
    /// Whether it fails.
    pub fails: Vec<bool>,
    /// Sweeps in which a firm came up short; at most one per firm.
    pub sweeps: usize,
}

impl Network {
    /// The greatest solution of `paid = owed` for a firm that stands and `min(owed, alpha own + beta received)` for one that
    /// fails, as shares of what is owed.
    ///
    /// At first all pay in full. Each sweep adds the firms that then fail and fall short, and solves for what all of these
    /// pay. Payments only fall, and never below another solution, so that the last sweep has the greatest.
    pub fn clear(&self, recovery: Recovery) -> Cleared {
        let mut pays = vec![1.0; self.firms.len()];
        let mut short = vec![false; self.firms.len()];
        let mut sweeps = 0;
        loop {
            let news: Vec<usize> =
                (0..pays.len()).filter(|&i| !short[i] && self.falls_short(i, &pays, recovery)).collect();
            if news.is_empty() {
                let fails = (0..pays.len()).map(|i| self.fails(i, &pays)).collect();
                return Cleared { pays, fails, sweeps };
            }
            sweeps += 1;
            for firm in news {
                short[firm] = true;
            }
            self.pay(&mut pays, &short, recovery);
        }
    }

    /// What the firm owes in all, dollars.
    fn owed(&self, firm: usize) -> f64 {
        self.firms[firm].outside + self.debts[firm].iter().sum::<f64>()
    }

    /// What it receives from the others, dollars.
    fn received(&self, firm: usize, pays: &[f64]) -> f64 {
        self.debts.iter().zip(pays).map(|(row, share)| share * row[firm]).sum()
    }

    fn fails(&self, firm: usize, pays: &[f64]) -> bool {
        let Firm { own, least, .. } = self.firms[firm];
        own + self.received(firm, pays) < least
    }

    /// Whether it fails and what it has does not cover what it owes.
    fn falls_short(&self, firm: usize, pays: &[f64], recovery: Recovery) -> bool {
        let left = recovery.own * self.firms[firm].own + recovery.claims * self.received(firm, pays);
        self.fails(firm, pays) && left < self.owed(firm)
    }

    /// Sets what the firms that are `short` pay: the linear system `p = alpha own + beta received(p)`, the others in full.
    fn pay(&self, pays: &mut [f64], short: &[bool], recovery: Recovery) {
        let firms: Vec<usize> = (0..pays.len()).filter(|&i| short[i]).collect();
        let in_full: Vec<f64> = short.iter().map(|&short| if short { 0.0 } else { 1.0 }).collect();
        let mut right: Vec<f64> = firms
            .iter()
            .map(|&i| recovery.own * self.firms[i].own + recovery.claims * self.received(i, &in_full))
            .collect();
        let mut left: Vec<Vec<f64>> = firms
            .iter()
            .map(|&i| firms.iter().map(|&j| -recovery.claims * self.debts[j][i] / self.owed(j)).collect())
            .collect();
        for (at, row) in left.iter_mut().enumerate() {
            row[at] += 1.0;
        }
        eliminate(&mut left, &mut right);
        for (&i, paid) in firms.iter().zip(right) {
            pays[i] = paid / self.owed(i);
        }
    }
}

/// Solves a linear system in place. Its columns have a positive diagonal that outweighs the rest, so that no pivot has to be
/// looked for.
fn eliminate(left: &mut [Vec<f64>], right: &mut [f64]) {
    for pivot in 0..right.len() {
        let (row, value) = (left[pivot].clone(), right[pivot]);
        for other in (0..right.len()).filter(|&other| other != pivot) {
            let factor = left[other][pivot] / row[pivot];
            left[other].iter_mut().zip(&row).for_each(|(cell, of_pivot)| *cell -= factor * of_pivot);
            right[other] -= factor * value;
        }
    }
    right.iter_mut().enumerate().for_each(|(at, value)| *value /= left[at][at]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::by_hand::assert_close;
    use super::*;

    const IN_FULL: Recovery = Recovery { own: 1.0, claims: 1.0 };
    const HALF: Recovery = Recovery { own: 0.5, claims: 0.5 };

    /// Firms that fail once they have less than they owe, as in the papers.
    fn of(own: &[f64], outside: &[f64], debts: &[&[f64]]) -> Network {
        let firms = own.iter().zip(outside).zip(debts).map(|((&own, &outside), row)| {
            let least = outside + row.iter().sum::<f64>();
            Firm { own, outside, least }
        });
        Network { firms: firms.collect(), debts: debts.iter().map(|row| row.to_vec()).collect() }
    }

    fn paid(network: &Network, recovery: Recovery) -> Vec<f64> {
        let Cleared { pays, .. } = network.clear(recovery);
        pays.iter().enumerate().map(|(firm, share)| share * network.owed(firm)).collect()
    }

    fn assert_pay(network: &Network, recovery: Recovery, expected: &[f64]) {
        for (found, &expected) in paid(network, recovery).into_iter().zip(expected) {
            assert_close(found, expected);
        }
    }

    #[test]
    fn of_two_solutions_the_greater_is_taken() {
        // Rogers and Veraart (2013), example 3.3: (2, 2.2); and with 2.2 owed by both either all is paid or each pays 1.
        for owed in [2.0, 2.2] {
            let network = of(&[1.0, 1.0], &[0.0, 0.0], &[&[0.0, owed], &[2.2, 0.0]]);
            assert_pay(&network, HALF, &[owed, 2.2]);
            assert_eq!(network.clear(HALF).sweeps, 0);
        }
        let mut forced = of(&[1.0, 1.0], &[0.0, 0.0], &[&[0.0, 2.2], &[2.2, 0.0]]);
        forced.firms[0].least = f64::INFINITY;
        assert_pay(&forced, HALF, &[1.6, 2.2]);
        forced.firms[1].least = f64::INFINITY;
        assert_pay(&forced, HALF, &[1.0, 1.0]);
    }

    #[test]
    fn a_ring_fails_from_firm_to_firm() {
        // Rogers and Veraart (2013), section 5.1, with gamma = 0.4, epsilon = 1, a = 2 and six banks: the even ones fail
        // first, then all, and pay alpha gamma/(1 - beta^2) times 1 and 2.
        let rows: Vec<Vec<f64>> = (0..6)
            .map(|i| (0..6).map(|j| if j == (i + 1) % 6 { 2.0 + f64::from(i % 2) } else { 0.0 }).collect())
            .collect();
        let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let network = of(&[0.0, 0.8, 0.0, 0.8, 0.0, 0.8], &[0.0; 6], &rows);
        assert_pay(&network, HALF, &[4.0 / 15.0, 8.0 / 15.0, 4.0 / 15.0, 8.0 / 15.0, 4.0 / 15.0, 8.0 / 15.0]);
        assert_eq!(network.clear(HALF).sweeps, 2);
    }

    #[test]
    fn the_example_of_the_package_systemicrisk_clears_with_costs_and_without() {
        // Gandy and Veraart, `default_clearing` of the R package systemicrisk: three banks that owe one another 1/2 each.
        // Its solution by all sets of failures in exact fractions: two banks fail without costs, all with them.
        let network =
            of(&[0.5, 0.625, 0.75], &[1.5, 0.5, 0.5], &[&[0.0, 0.5, 0.5], &[0.5, 0.0, 0.5], &[0.5, 0.5, 0.0]]);
        assert_pay(&network, IN_FULL, &[1.473_214_3, 1.419_642_9, 1.5]);
        assert_eq!(network.clear(IN_FULL).fails, [true, true, false]);
        let recovery = Recovery { own: 0.5, claims: 0.7 };
        assert_pay(&network, recovery, &[0.502_020_0, 0.514_704_9, 0.565_380_6]);
        assert_eq!(network.clear(recovery).fails, [true, true, true]);
    }

    #[test]
    fn a_firm_that_has_failed_pays_in_full_if_it_can() {
        let mut network = of(&[10.0, 1.0], &[0.0, 3.0], &[&[0.0, 4.0], &[0.0, 0.0]]);
        network.firms[0].least = f64::INFINITY;
        assert_pay(&network, HALF, &[4.0, 3.0]);
        assert_pay(&network, Recovery { own: 0.3, ..HALF }, &[3.0, 3.0]);
        assert_eq!(network.clear(Recovery { own: 0.1, ..HALF }).fails, [true, true]);
    }

    /// Firms, up to five, that owe outsiders something.
    fn networks() -> impl Strategy<Value = Network> {
        (1_usize..=5).prop_flat_map(|n| {
            let firm = (0.0..12.0, 0.5..8.0);
            let firms = prop::collection::vec(firm, n);
            let debts = prop::collection::vec(prop::collection::vec(0.0..5.0, n), n);
            (firms, debts).prop_map(|(firms, mut debts)| {
                debts.iter_mut().enumerate().for_each(|(i, row)| row[i] = 0.0);
                let (own, outside): (Vec<f64>, Vec<f64>) = firms.into_iter().unzip();
                let rows: Vec<&[f64]> = debts.iter().map(Vec::as_slice).collect();
                of(&own, &outside, &rows)
            })
        })
    }

    /// Shares paid where each firm pays what it can on what it receives, from a first guess, many times over.
    fn iterated(network: &Network, recovery: Recovery, first: f64) -> Vec<f64> {
        let mut pays = vec![first; network.firms.len()];
        for _ in 0..2_000 {
            pays = (0..pays.len())
                .map(|i| {
                    let left = recovery.own * network.firms[i].own + recovery.claims * network.received(i, &pays);
                    if network.fails(i, &pays) { (left / network.owed(i)).min(1.0) } else { 1.0 }
                })
                .collect();
        }
        pays
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn clearing_is_the_greatest_solution(network in networks(), own in 0.0..=1.0, claims in 0.0..=1.0) {
            let recovery = Recovery { own, claims };
            let Cleared { pays, fails, sweeps } = network.clear(recovery);
            prop_assert!(sweeps <= pays.len());
            let (greatest, least) = (iterated(&network, recovery, 1.0), iterated(&network, recovery, 0.0));
            for (i, &share) in pays.iter().enumerate() {
                // Limited liability; who stands pays in full, who fails all that is left to creditors.
                prop_assert!((0.0..=1.0).contains(&share));
                let left = own * network.firms[i].own + claims * network.received(i, &pays);
                let expected = if fails[i] { left.min(network.owed(i)) } else { network.owed(i) };
                prop_assert!((share * network.owed(i) - expected).abs() < 1e-9, "{network:?}");
                prop_assert!((share - greatest[i]).abs() < 1e-9 && share > least[i] - 1e-9, "{network:?}");
            }
        }

        #[test]
        fn without_costs_nothing_is_lost(network in networks()) {
            // Eisenberg and Noe (2001): what firms own goes to outsiders and to the owners of those that stand.
            let Cleared { pays, fails, .. } = network.clear(IN_FULL);
            let mut reaches = 0.0;
            for (i, firm) in network.firms.iter().enumerate() {
                let kept = firm.own + network.received(i, &pays) - pays[i] * network.owed(i);
                prop_assert!(kept > -1e-9 && (!fails[i] || kept < 1e-9));
                reaches += kept + pays[i] * firm.outside;
            }
            let owned: f64 = network.firms.iter().map(|firm| firm.own).sum();
            prop_assert!((reaches - owned).abs() < 1e-9);
        }

        #[test]
        fn more_assets_or_lower_costs_never_lower_a_payment(network in networks(), more in 0.0..5.0, who in 0_usize..5) {
            let before = network.clear(HALF).pays;
            let mut richer = network.clone();
            let firms = richer.firms.len();
            richer.firms[who % firms].own += more;
            let cheaper = network.clear(Recovery { own: 0.7, claims: 0.6 }).pays;
            for (after, before) in richer.clear(HALF).pays.iter().zip(&before).chain(cheaper.iter().zip(&before)) {
                prop_assert!(after >= &(before - 1e-9));
            }
        }
    }

    #[test]
    fn a_firm_falls_short_if_it_fails_and_cannot_pay() {
        // It owes 2 outside and 2 to the other, and fails below 6. With 5 it fails and can pay the 4; half of 5 is too little;
        // 3 are too few; with 6 it stands.
        for (own, recovery, short) in
            [(5.0, IN_FULL, false), (5.0, HALF, true), (3.0, IN_FULL, true), (6.0, HALF, false)]
        {
            let mut network = of(&[own, 9.0], &[2.0, 0.0], &[&[0.0, 2.0], &[0.0, 0.0]]);
            network.firms[0].least = 6.0;
            assert_eq!(network.falls_short(0, &[1.0, 1.0], recovery), short, "{own}");
        }
    }
}
