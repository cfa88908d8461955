//! Limits with known answers: docs/model.md, section 12. What the page leaves to chance is compared within four standard
//! errors (two-sided false alarm 6.3e-5 a comparison) at fixed seeds; what it does not is compared to rounding.

use std::f64::consts::PI;
use std::fmt::Write;

use ouroborisk::calendar::{Month, Timeline};
use ouroborisk::engine::{Sampler, Sampling, Slots};
use ouroborisk::lanes::Lanes;
use ouroborisk::model::By;
use ouroborisk::model::constants::DT;
use ouroborisk::model::curve::totals;
use ouroborisk::model::first_passage::{Assets, implied_volatility, probability};
use ouroborisk::model::market::burst_hazard;
use ouroborisk::model::parameters::Burst;
use ouroborisk::model::tracing::{self, Flows};
use ouroborisk::random::{normal_cdf, normal_quantile};
use ouroborisk::resolve::Worlds;
use ouroborisk::simulate::simulate_one;
use proptest::prelude::*;

use super::worlds::{
    Luck, assert_deviation, assert_mean, assert_probability, moments, ran, scenario, watch, world, worlds,
};

/// A lab that does nothing: constant revenue, no costs, no growth.
fn quiet(months: usize, more: &str) -> String {
    format!(
        r#"
        [scenario]
        name = "Quiet"
        start = "2026-01"
        horizon = "{months}mo"

        [economy]
        long_run_growth = 0.0

        [lab.a]
        cash = "100B USD"
        revenue.target = {{ 2026 = "10B USD" }}
        {more}
        "#
    )
}

fn assert_close(what: &str, found: f64, reference: f64, relative: f64) {
    assert!(
        (found - reference).abs() <= relative * reference.abs(),
        "{what}: {found:.10} against {reference:.10}, off by {:.1e} of it",
        found / reference - 1.0
    );
}

// The market.

#[test]
fn bursts_at_a_constant_hazard_come_at_geometric_times() {
    // 1 - exp(-0.12 years).
    let text = quiet(
        96,
        r#"
        [market]
        freeze_mean = "9000y"
        burst = { hazard = 0.12, run_up_beta = 0.0, hazard_max = 10.0 }
        "#,
    );
    let paths = 30_000;
    let ran = ran(&worlds(&text, &[]), &Luck::of(101), paths as u64, false);
    for (months, reference) in [(1, 1.0 - (-0.01f64).exp()), (12, 0.113_080), (96, 0.617_107)] {
        let what = format!("burst within {months} months");
        assert_probability(&what, ran.hits("burst", "", months - 1), paths, reference);
    }
}

#[test]
fn two_years_at_a_run_up_burst_as_often_as_the_page_says() {
    let burst = Burst {
        hazard: 0.112,
        run_up_beta: 3.9,
        hazard_max: 10.0,
        fall: 0.8,
        fall_sd: 0.0,
        level_beta: 0.0,
        fall_level: 0.0,
        contagion: 0.0,
    };
    for (rise, reference) in [(1.5f64, 0.20), (2.0, 0.50), (2.5, 0.81)] {
        let within = 1.0 - (-2.0 * burst_hazard(&burst, rise.ln(), 0.0)).exp();
        assert!((within - reference).abs() < 0.005, "{rise}: {within}");
    }
    let capped = Burst { hazard_max: 0.9, ..burst };
    assert!((burst_hazard(&capped, 3.0, 0.0) - 0.9).abs() < 1e-15);
}

/// A panel of industries: the levels two years ago and today under a stationary law of deviation 1 that reverts at
/// `reversion` a year, and a uniform number.
fn industries(reversion: f64, seed: u64) -> Vec<[f64; 3]> {
    const LANES: usize = 64;
    let mut slots = Slots::default();
    let (first, second, verdict) = (slots.normal("past"), slots.normal("news"), slots.uniform("crash"));
    let kept = (-2.0 * reversion).exp();
    let mut panel = Vec::new();
    for block in (0..1_000_000).step_by(LANES) {
        let mut sampling = Sampling::<LANES>::new(Sampler::PseudoRandom { seed }, &slots, 0, block);
        let draws = sampling.month(0);
        panel.extend((0..LANES).map(|i| {
            let past = draws.normal(first)[i];
            [past, kept * past + (1.0 - kept * kept).sqrt() * draws.normal(second)[i], draws.uniform(verdict)[i]]
        }));
    }
    panel
}

#[test]
fn a_fitted_hazard_gives_the_crash_rates_of_a_panel_of_industries() {
    // Greenwood, Shleifer and You (2019) sort industries by their rise in two years, net of the market, and count crashes
    // in the two years after it: 20, 53 and 80 % after 50, 100 and 150 %. The panel has 10^6 industries of the stationary
    // law of `y`; those within 2 % of the run-up count, at the hazard of that month. 20 and 80 % are fitted; between them
    // the quadrature of section 6 gives 49 to 51 %, where the paper's 53 % are 21 of 40 industries (a standard error of 8
    // points). The width of the classes moves no rate by more than a sixth of its standard error.
    let (reversion, volatility, growth) = (0.25f64, 0.25, 0.07);
    let deviation = volatility / (2.0 * reversion).sqrt();
    let panel = industries(reversion, 121);
    for (level_beta, mean, middle) in
        [(0.0, 0.0, 0.492_849), (1.0, 0.0, 0.498_109), (2.0, 0.0, 0.509_750), (2.0, 0.3, 0.509_750)]
    {
        let more = format!(
            "[market]\nmean = {mean:?}\nreversion = {reversion:?}\nvolatility = {volatility:?}\ngrowth = {growth:?}\n\
             burst = {{ fit_base_rates = true, level_beta = {level_beta:?}, hazard_max = 10.0 }}"
        );
        let burst = world(&quiet(12, &more), &[]).market.burst;
        for (rise, reference) in [(1.5f64, 0.2), (2.0, middle), (2.5, 0.8)] {
            let run_up = |[past, now, _]: [f64; 3]| deviation * (now - past) + 2.0 * growth;
            let near = panel.iter().filter(|&&industry| (run_up(industry) - rise.ln()).abs() < 0.02);
            let crashed: Vec<bool> = near
                .map(|&industry| {
                    let [_, now, verdict] = industry;
                    let hazard = burst_hazard(&burst, run_up(industry), mean + deviation * now);
                    verdict < 1.0 - (-2.0 * hazard).exp()
                })
                .collect();
            let crashes = crashed.iter().filter(|&&crashed| crashed).count();
            let what = format!("crashes after {rise} at a level beta of {level_beta} and a mean of {mean}");
            assert_probability(&what, crashes, crashed.len(), reference);
        }
    }
}

#[test]
fn a_market_that_bursts_and_reopens_is_frozen_as_often_as_its_two_states_say() {
    // Monthly 1 - exp(-0.06/12) and 1 - exp(-(1/12)/1.25), from an open market.
    let text = quiet(
        96,
        r#"
        [market]
        freeze_mean = "15mo"
        burst = { hazard = 0.06, run_up_beta = 0.0, hazard_max = 10.0 }
        "#,
    );
    let paths = 20_000;
    let ran = ran(&worlds(&text, &[]), &Luck::of(102), paths as u64, true);
    assert_probability("ever burst", ran.hits("burst", "", 95), paths, 0.381_216_6);
    let last = ran.state("open", 95);
    let frozen = last.iter().filter(|&&open| open < 0.5).count();
    assert_probability("frozen at the end", frozen, paths, 0.071_711_6);
    let mut bursts = vec![0.0; paths];
    let mut before = vec![1.0; paths];
    for t in 0..96 {
        let now = ran.state("open", t);
        for (burst, (before, now)) in bursts.iter_mut().zip(before.iter().zip(&now)) {
            *burst += f64::from(*before > *now);
        }
        before = now;
    }
    assert_mean("bursts", &bursts, 0.449_579_8, 0.0);
}

#[test]
fn a_rational_bubble_earns_its_required_return_by_growing_until_it_bursts() {
    // r 8 %, h 12 %, B(0) = 1: alive after eight years with probability exp(-0.96), then worth exp(1.6); mean exp(0.64).
    let text = quiet(
        96,
        r#"
        fundamental.cost_of_capital = 0.08

        [market]
        process = "rational"
        mean = 0.6931471805599453
        burst = { hazard = 0.12, run_up_beta = 3.9 }
        "#,
    );
    let paths = 30_000;
    let ran = ran(&worlds(&text, &[]), &Luck::of(103), paths as u64, true);
    let bubble: Vec<f64> = ran.state("log_overvaluation", 95).iter().map(|y| y.exp() - 1.0).collect();
    let alive: Vec<f64> = bubble.iter().copied().filter(|&b| b > 0.0).collect();
    assert_probability("alive", alive.len(), paths, 0.382_893);
    // The states are kept in single precision.
    for &b in &alive {
        assert_close("B alive", b, 1.6f64.exp(), 1e-5);
    }
    assert_mean("B", &bubble, 0.64f64.exp(), 0.0);
}

#[test]
fn a_rational_bubble_is_not_negative() {
    let text = |mean: f64| quiet(12, &format!("[market]\nprocess = \"rational\"\nmean = {mean:?}\nburst.hazard = 0.1"));
    let problems = Worlds::new(scenario(&text(-0.1), &[]), 1).unwrap_err();
    assert_eq!(problems[0].message, "a rational bubble cannot be negative");
    let still = ran(&worlds(&text(0.0), &[]), &Luck::of(120), 64, true);
    assert!(still.state("log_overvaluation", 11).iter().all(|y| y.abs() < 1e-12), "what is nothing stays nothing");
}

// The processes.

/// Mean and deviation of attainment in some months, against references.
fn attainment(revenue: &str, seed: u64, references: &[(usize, f64, f64)]) {
    let months = references.iter().map(|(t, ..)| t + 1).max().unwrap();
    let paths = 4_000;
    let ran = ran(&worlds(&quiet(months, revenue), &[]), &Luck::of(seed), paths, true);
    for &(t, mean, deviation) in references {
        let x: Vec<f64> = ran.state("revenue", t).iter().map(|revenue| (revenue / 10e9).ln()).collect();
        assert_mean(&format!("mean in month {t}"), &x, mean, 1e-7);
        assert_deviation(&format!("deviation in month {t}"), &x, deviation);
    }
}

#[test]
fn attainment_without_drift_has_the_deviation_of_its_process() {
    let references = [(12, 0.0, 0.216_792), (36, 0.0, 0.294_870), (60, 0.0, 0.314_612)];
    attainment("revenue.reversion = 0.3\nrevenue.volatility = 0.25", 104, &references);
}

#[test]
fn attainment_with_drift_has_the_moments_of_its_process() {
    let references = [(12, -0.046_431, 0.204_486), (48, -0.150_396, 0.335_769), (96, -0.232_935, 0.383_011)];
    attainment("revenue.reversion = 0.15\nrevenue.volatility = 0.22\nrevenue.drift = -0.05", 105, &references);
}

#[test]
fn attainment_without_reversion_is_a_random_walk() {
    let references = [(1, 0.1 / 12.0, 0.2 * DT.sqrt()), (60, 0.5, 0.2 * 5f64.sqrt())];
    attainment("revenue.volatility = 0.2\nrevenue.drift = 0.1", 106, &references);
}

#[test]
fn attainment_by_belief_has_the_quantiles_that_are_believed() {
    for (reversion, seed) in [(0.0, 107), (0.4, 108)] {
        let more = format!(
            "revenue.reversion = {reversion:?}\nrevenue.attainment = {{ after = \"3y\", median = 0.7, p90 = 1.25 }}"
        );
        let paths = 4_000;
        let ran = ran(&worlds(&quiet(61, &more), &[]), &Luck::of(seed), paths as u64, true);
        let below =
            |t: usize, level: f64| ran.state("revenue", t).iter().filter(|&&revenue| revenue < level * 10e9).count();
        assert_probability("below the median", below(36, 0.7), paths, 0.5);
        assert_probability("below p90", below(36, 1.25), paths, 0.9);
        if reversion == 0.0 {
            assert_probability("below the median two years later", below(60, 0.7), paths, 0.5);
        }
    }
}

#[test]
fn prices_keep_their_mean_and_fall_below_it_as_often_as_a_lognormal() {
    // Decline 18 %, volatility 15 %, five years: E[P] = exp(-0.9), P(P < 0.8 mean) = 0.309390.
    let text = quiet(60, "[family.gpu]\nprice_decline = 0.18\nvolatility = 0.15");
    let paths = 16_384;
    let mut prices = Vec::new();
    watch(&world(&text, &[]), &Luck::of(109), paths, |t, _, block, _| {
        if t == 59 {
            prices.push(block.spot[0][0]);
        }
    });
    let mean = (-0.9f64).exp();
    assert_mean("price", &prices, mean, 0.0);
    let below = prices.iter().filter(|&&price| price < 0.8 * mean).count();
    assert_probability("price below 0.8 of its mean", below, prices.len(), 0.309_390);
}

#[test]
fn correlations_of_a_star_multiply_along_the_way_and_a_new_leaf_moves_nobody() {
    const LANES: usize = 64;
    let star = |leaves: &[(&str, f64)]| {
        let mut slots = Slots::default();
        slots.normal("market");
        for (name, _) in leaves {
            slots.normal(*name);
        }
        for &(name, rho) in leaves {
            slots.correlate(name, "market", rho);
        }
        slots
    };
    let small = star(&[("a", 0.6), ("b", -0.5)]);
    let large = star(&[("new", 0.9), ("a", 0.6), ("b", -0.5)]);
    let sampler = Sampler::PseudoRandom { seed: 110 };
    let mut pairs: Vec<[f64; 4]> = Vec::new();
    for first in (0..64_000).step_by(LANES) {
        let mut few = Sampling::<LANES>::new(sampler, &small, 0, first);
        let mut many = Sampling::<LANES>::new(sampler, &large, 0, first);
        let (some, all) = (few.month(0), many.month(0));
        assert_eq!(some.normals[0], all.normals[0], "market");
        assert_eq!(some.normals[1..], all.normals[2..], "leaves");
        pairs.extend((0..LANES).map(|i| [0, 1, 2, 3].map(|slot| all.normals[slot].0[i])));
    }
    for (i, j, rho) in [(0, 1, 0.9), (0, 2, 0.6), (0, 3, -0.5), (1, 2, 0.54), (1, 3, -0.45), (2, 3, -0.3)] {
        let products: Vec<f64> = pairs.iter().map(|z| z[i] * z[j]).collect();
        assert_mean(&format!("{i} with {j}"), &products, rho, 0.0);
    }
}

// Rivals.

/// Labs of so many billions of planned revenue a year, flat, and more.
fn rivals(months: usize, labs: &[(&str, u32)], more: &str) -> String {
    let mut text = format!(
        "[scenario]\nname = \"Rivals\"\nstart = \"2026-01\"\nhorizon = \"{months}mo\"\n[economy]\nlong_run_growth = 0.0\n"
    );
    for (name, revenue) in labs {
        writeln!(text, "[lab.{name}]\ncash = \"100B USD\"\nrevenue.target = {{ 2026 = \"{revenue}B USD\" }}").unwrap();
    }
    text + more
}

const TWO: [(&str, u32); 2] = [("a", 10), ("b", 30)];

#[test]
fn what_labs_win_they_win_from_one_another() {
    // Share shocks only: weighted by planned revenue the steps add up to nothing, half their variance aside.
    let (a, b, c) = (0.2, 0.3, 0.5);
    let labs = [("a", 20), ("b", 30), ("c", 50)];
    let world = world(&rivals(24, &labs, "[rivals]\nshare_volatility = 0.3\n"), &[]);
    let squares = a * a + b * b + c * c;
    let mut most: f64 = 0.0;
    watch(&world, &Luck::of(131), 20, |_, before, after, _| {
        let won = |l: usize, w: f64| {
            let step = after.labs[l].attainment[0] - before.labs[l].attainment[0];
            step + 0.5 * 0.09 * DT * (1.0 - 2.0 * w + squares)
        };
        let all = a * won(0, a) + b * won(1, b) + c * won(2, c);
        assert!(all.abs() < 1e-12, "{all}");
        most = most.max(won(0, a).abs());
    });
    assert!(most > 0.1, "shares move");
}

#[test]
fn demand_alone_moves_all_labs_together() {
    let world = world(&rivals(24, &TWO, "[rivals]\ndemand_volatility = 0.3\n"), &[]);
    let mut most: f64 = 0.0;
    watch(&world, &Luck::of(132), 20, |_, _, after, _| {
        let [first, second] = [0, 1].map(|l| after.labs[l].attainment[0]);
        assert!((first - second).abs() < 1e-12, "{first} and {second}");
        most = most.max(first.abs());
    });
    assert!(most > 0.1, "demand moves");
}

#[test]
fn rivals_keep_means_and_add_their_variance() {
    // Four years, weights 1/4 and 3/4, a sum of squares of 5/8. Var X = 4 (0.15^2 + 0.2^2 (1 - 2 w + 5/8)); that of the
    // difference, in which demand cancels, 4 * 0.2^2 * 2.
    let text = rivals(49, &TWO, "[rivals]\ndemand_volatility = 0.15\nshare_volatility = 0.2\n");
    let mut reached: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    watch(&world(&text, &[]), &Luck::of(133), 4_000, |t, before, _, _| {
        if t == 48 {
            (0..2).for_each(|l| reached[l].push(before.labs[l].attainment[0]));
        }
    });
    for (l, deviation) in [(0, 0.27_f64.sqrt()), (1, 0.11_f64.sqrt())] {
        let attained: Vec<f64> = reached[l].iter().map(|x| x.exp()).collect();
        assert_mean(&format!("attainment of lab {l}"), &attained, 1.0, 0.0);
        assert_deviation(&format!("log attainment of lab {l}"), &reached[l], deviation);
    }
    let apart: Vec<f64> = reached[0].iter().zip(&reached[1]).map(|(a, b)| a - b).collect();
    assert_deviation("the difference", &apart, 0.32_f64.sqrt());
}

/// A payment default of a lab in a month.
fn ends(lab: &str, month: &str) -> String {
    format!("[[event]]\nid = \"end-of-{lab}\"\nkind = \"default\"\nsubject = \"{lab}\"\ndate = \"{month}\"\n")
}

#[test]
fn customers_that_are_inherited_in_full_keep_the_revenue_of_all_labs() {
    // Of 20, 30 and 50 the first goes in month 6; a year later the others have its 20, in proportion, or a quarter of it.
    let labs = [("a", 20), ("b", 30), ("c", 50)];
    for (part, second, third) in [(1.0, 37.5, 62.5), (0.25, 31.875, 53.125)] {
        let text = rivals(24, &labs, &format!("[rivals]\ninherit = {part}\n")) + &ends("a", "2026-07");
        let world = world(&text, &[]);
        let mut rates = Vec::new();
        simulate_one(&world, Sampler::Still, 0, 0, &mut |_, _, _, work| {
            rates.push([1, 2].map(|l| work.labs[l].revenue_rate[0] / 1e9));
        });
        for (t, expected) in [(6, [30.0, 50.0]), (18, [second, third]), (23, [second, third])] {
            let [b, c] = rates[t];
            assert_close(&format!("second in month {t}"), b, expected[0], 1e-12);
            assert_close(&format!("third in month {t}"), c, expected[1], 1e-12);
        }
        let halfway = (30.0 * second).sqrt();
        assert_close("second halfway", rates[12][0], halfway, 1e-12);
    }
}

#[test]
fn two_defaults_of_a_month_leave_their_customers_together() {
    let labs = [("a", 20), ("b", 30), ("c", 50)];
    let text = rivals(24, &labs, "[rivals]\ninherit = 1.0\n") + &ends("a", "2026-07") + &ends("b", "2026-07");
    let mut last = 0.0;
    simulate_one(&world(&text, &[]), Sampler::Still, 0, 0, &mut |_, _, _, work| {
        last = work.labs[2].revenue_rate[0] / 1e9;
    });
    assert_close("the one that is left", last, 100.0, 1e-12);
}

#[test]
fn one_purse_holds_no_more_than_its_supply() {
    // Two labs that always want money: rounds and an IPO of both within twelve months are at most the 12 of the market, a
    // quarter of it in a freeze, and all of it in some; by themselves they raise more.
    let needy = |purse: bool| {
        let market = format!(
            "[market]\nsupply = {{ 2026 = \"12B USD\" }}\nfrozen_supply = 0.25\none_purse = {purse}\nburst.hazard = 0.2\n"
        );
        let mut text = rivals(60, &TWO, &market).replace("100B", "3B");
        for (name, fixed) in [("a", 20), ("b", 45)] {
            writeln!(
                text,
                "[lab.{name}.opex]\nfixed = {{ 2026 = \"{fixed}B USD\" }}\n[lab.{name}.round]\nmax_share = 1.0\n\
                 [lab.{name}.ipo]\nearliest = \"2026-06\"\nrate = 0.5\nfloat = 0.1\n[lab.{name}.resolution]\n\
                 grace = \"900mo\"\n"
            )
            .unwrap();
        }
        let world = world(&text, &[]);
        let (mut most, mut full, mut months) = (0.0_f64, 0, 0);
        for path in 0..50 {
            let mut raised = Vec::new();
            simulate_one(&world, Luck::of(134).sampler(), 0, path, &mut |_, _, _, work| {
                raised.push(work.labs.iter().map(|m| m.ipo[0] + m.round[0]).sum::<f64>() / 1e9);
                let year: f64 = raised.iter().rev().take(12).sum();
                most = most.max(year);
                full += usize::from((year - 12.0).abs() < 1e-6);
                months += 1;
            });
        }
        (most, full as f64 / f64::from(months))
    };
    let (most, full) = needy(true);
    assert!(most < 12.0 + 1e-6 && full > 0.02, "{most} at most, all of it in {full} of the months");
    assert!(needy(false).0 > 13.0, "each by itself");
}

#[test]
fn capacity_is_relet_in_proportion_to_the_rivals_that_are_left() {
    // The margin on what is left of a contract at the end of month 6, of which 0.6 is relet beside both rivals, and half of
    // that with nobody left: of the rivals' compute of 12 and 4, 4 is left if b goes too, whoever settles first.
    let labs = [("b", 30), ("a", 20), ("c", 10)];
    let more = "[lab.a.compute]\ninference_share = { 2026 = 0.5 }\n[lab.b.compute]\ninference_share = { 2026 = 0.4 }\n\
         [lab.c.compute]\ninference_share = { 2026 = 0.4 }\n\
         [[contract]]\nid = \"cloud\"\nlab = \"a\"\nprovider = \"nimbus\"\namount = \"50B USD\"\nstart = \"2026-01\"\n\
         term = \"5y\"\nmargin = 0.5\nrelet = 0.6\n[rivals]\nrelet_alone = 0.5\n";
    let loss = |gone: &[&str]| {
        let events: String = gone.iter().map(|lab| ends(lab, "2026-07")).collect();
        let mut loss = 0.0;
        let world = world(&(rivals(12, &labs, more) + &events), &["economy.discount_rate=0"]);
        simulate_one(&world, Sampler::Still, 0, 0, &mut |_, _, after, _| loss = after.entities[0].loss[0] / 1e9);
        loss
    };
    // 53 of 60 months are left: 25 * 53/60 of margin.
    let margin = 25.0 * 53.0 / 60.0;
    for (gone, relet) in [
        (&["a"][..], 0.6),
        (&["a", "b"], 0.6 * (0.5 + 0.5 * 0.25)),
        (&["a", "c"], 0.6 * (0.5 + 0.5 * 0.75)),
        (&["a", "b", "c"], 0.3),
    ] {
        assert_close(&format!("loss with {gone:?} gone"), loss(gone), margin * (1.0 - relet), 1e-12);
    }
}

/// The loss (billions) of a provider whose contract of 50 over five years ends with its lab in its seventh month; prices
/// fall by 20 % a year.
fn loss_of_plant(family: &str, contract: &str) -> f64 {
    let text = format!(
        "[[contract]]\nid = \"cloud\"\nlab = \"a\"\nprovider = \"nimbus\"\namount = \"50B USD\"\nstart = \"2026-01\"\n\
         term = \"5y\"\nmargin = 0.5\n{contract}[family.gpu]\nprice_decline = \"20%\"\n{family}"
    );
    let text = rivals(12, &TWO, &text) + &ends("a", "2026-07");
    let mut loss = 0.0;
    let world = world(&text, &["economy.discount_rate=0"]);
    simulate_one(&world, Sampler::Still, 0, 0, &mut |_, _, after, _| loss = after.entities[0].loss[0] / 1e9);
    loss
}

#[test]
fn released_hardware_brings_the_market_s_rent_for_its_age_after_a_vacancy() {
    // 25 of margin, of which 53 of 60 months are left. Units are seven months old, at the market's price.
    let margin = 25.0 * 53.0 / 60.0;
    let annuity = |rate: f64, years: f64| (1.0 - (-rate * years).exp()) / rate;
    let (age, left) = (7.0 / 12.0, 53.0 / 12.0);
    for (plant, contract, relet) in [
        // Nothing but the price: all of it.
        ("life = \"50y\"", "", 1.0),
        // Half of it where half finds a tenant at all.
        ("life = \"50y\"", "relet = 0.5\n", 0.5),
        // Units that age by 10 % a year earn less from the start, and ever less.
        ("life = \"50y\"\nageing = \"10%\"", "", (-0.1_f64 * age).exp() * annuity(0.3, left) / annuity(0.2, left)),
        // Two years of life from the start of the contract, of which 17 months are left.
        ("life = \"2y\"", "", annuity(0.2, 17.0 / 12.0) / annuity(0.2, left)),
        // No life left.
        ("life = \"7mo\"", "", 0.0),
        // Empty for half a year on average.
        ("life = \"50y\"\nvacancy = \"6mo\"", "", 1.0 - annuity(2.2, left) / annuity(0.2, left)),
        // A price locked before the market fell for seven months (six steps), and which falls no further.
        ("life = \"50y\"", "price = \"locked\"\n", (-0.2_f64 * 0.5).exp() * annuity(0.2, left) / left),
    ] {
        let family = format!("[family.gpu.plant]\n{plant}\n");
        let loss = loss_of_plant(&family, contract);
        assert_close(&format!("{plant} {contract}"), loss, margin * (1.0 - relet), 1e-9);
    }
    assert_close("without a plant", loss_of_plant("", ""), margin * 0.3, 1e-12);
}

#[test]
fn rivals_that_do_nothing_draw_nothing() {
    let base = world(&rivals(12, &TWO, ""), &[]);
    let off = "[rivals]\ndemand_volatility = 0.0\nshare_volatility = 0.0\ninherit = 0.0\nrelet_alone = 1.0\n";
    let same = world(&rivals(12, &TWO, off), &[]);
    assert!(same.rivals.is_none());
    assert_eq!(same.slots.normals.len(), base.slots.normals.len());
    // One whose shock another process follows is drawn, and still moves nothing.
    let followed = off.to_owned() + "[correlation]\n\"revenue.a\" = { demand = 0.5 }\n";
    let followed = world(&rivals(12, &TWO, &followed), &[]);
    assert!(followed.rivals.is_none());
    assert_eq!(followed.slots.normals.len(), base.slots.normals.len() + 1);
}

// Warrants.

/// A quiet lab with a warrant of `nimbus` (100 million shares at 100 dollars), which sells it 100 million a month; nothing
/// is discounted.
fn warrant(months: usize, entity: &str, warrant: &str) -> String {
    quiet(
        months,
        &format!(
            "[economy2]\n[entity.nimbus]\nassets = \"100B USD\"\nbarrier = \"1B USD\"\n{entity}\n\
             [[contract]]\nid = \"chips\"\nlab = \"a\"\nprovider = \"nimbus\"\namount = \"12B USD\"\nstart = \"2026-01\"\n\
             term = \"10y\"\n[[warrant]]\nid = \"shares\"\nvendor = \"nimbus\"\nlab = \"a\"\nshares = 100e6\nprice = 100\n\
             {warrant}\n"
        ),
    )
    .replace("[economy2]\n", "")
}

#[test]
fn a_warrant_on_a_share_without_chance_is_a_rebate() {
    // Half for a spend of 0.25, reached with the invoices of three months; half at a price of 105, which a growth of 12 % a
    // year reaches after five months. What the lab gets the vendor's owners give, and it is strategic money; the firm is worth
    // what it is without the warrant.
    let terms = "strike = 20\ntranches = [{ part = 0.5, spend = \"0.25B USD\" }, { part = 0.5, price = 105 }]";
    let (mut brought, mut strategic, mut given, mut worth) = (Vec::new(), 0.0, 0.0, [0.0; 2]);
    for (warrant_is_held, worth) in [true, false].into_iter().zip(&mut worth) {
        let mut text = warrant(12, "asset_growth = 0.12\nasset_volatility = 0.0", terms);
        if !warrant_is_held {
            text = text.split("[[warrant]]").next().unwrap().to_owned();
        }
        simulate_one(&world(&text, &["economy.discount_rate=0"]), Sampler::Still, 0, 0, &mut |_, _, after, work| {
            *worth = after.entities[0].worth[0] / 1e9;
            if warrant_is_held {
                brought.push(work.labs[0].warrant[0][0] / 1e9);
                strategic += work.labs[0].strategic[0] / 1e9;
                given = after.entities[0].invested[0] / 1e9;
            }
        });
    }
    let price = |t: f64| 100.0 * (0.01 * t).exp();
    for (t, brought) in brought.iter().enumerate() {
        let expected = match t {
            3 | 5 => 0.05 * (price(t as f64) - 20.0),
            _ => 0.0,
        };
        assert!((brought - expected).abs() < 1e-9, "{brought} in month {t} and not {expected}");
    }
    let all: f64 = brought.iter().sum();
    assert_close("strategic money", strategic, all, 1e-12);
    assert_close("what the vendor's owners give", given, all, 1e-12);
    assert_close("worth of the vendor", worth[0], worth[1], 1e-12);
}

/// Mean payoff a share of a tranche that vests in the first month, `1..=months`, whose end finds the share of `start`
/// dollars at `least` or above: the density of the log price below it is carried from month to month on a grid, and each
/// month adds the Black-Scholes value of a payoff `S - strike` at or above `least` (Broadie, Glasserman and Kou 1997 for
/// the discretely watched barrier).
fn watched_monthly([start, least, strike]: [f64; 3], (growth, volatility): (f64, f64), months: usize) -> f64 {
    let (mean, sd) = ((growth - volatility * volatility / 2.0) * DT, volatility * DT.sqrt());
    let barrier = (least / start).ln();
    let payoff = |x: f64| {
        let d = (x + mean - barrier) / sd;
        start * (x + growth * DT).exp() * normal_cdf(d + sd) - strike * normal_cdf(d)
    };
    let density = |x: f64| (-0.5 * ((x - mean) / sd).powi(2)).exp() / (sd * (2.0 * PI).sqrt());
    let cells = 900;
    let low = -5.0 * sd * (months as f64).sqrt();
    let h = (barrier - low) / f64::from(cells);
    let at = |k: i32| low + h * f64::from(k);
    let weight = |k: i32| if k == 0 || k == cells { h / 2.0 } else { h };
    let mut left: Vec<f64> = (0..=cells).map(|k| density(at(k))).collect();
    let mut mean_payoff = payoff(0.0);
    for _ in 1..months {
        let each = |value: &dyn Fn(f64) -> f64| (0..=cells).map(|k| weight(k) * left[k as usize] * value(at(k))).sum();
        let paid: f64 = each(&payoff);
        mean_payoff += paid;
        let next = (0..=cells).map(|k| each(&|x| density(at(k) - x))).collect();
        left = next;
    }
    mean_payoff
}

#[test]
fn a_warrant_with_a_price_hurdle_is_worth_a_barrier_watched_monthly() {
    // Four standard errors: a false alarm in one of 16,000 seeds for each of the two.
    for (seed, least, strike, (growth, volatility)) in
        [(141, 140.0, 20.0, (0.05, 0.4)), (142, 120.0, 90.0, (-0.05, 0.25))]
    {
        let entity = format!("asset_growth = {growth:?}\nasset_volatility = {volatility:?}");
        let terms = format!("strike = {strike:?}\ntranches = [{{ part = 1.0, price = {least:?} }}]");
        let months = 25;
        let ran = ran(&worlds(&warrant(months, &entity, &terms), &[]), &Luck::of(seed), 20_000, false);
        let brought: Vec<f64> = ran.column("raised", "nimbus").iter().map(|money| money / 1e8).collect();
        let reference = watched_monthly([100.0, least, strike], (growth, volatility), months - 1);
        assert_mean(&format!("hurdle of {least}"), &brought, reference, 1e-4 * reference);
    }
}

// Contracts and curves.

#[test]
fn a_ramped_contract_pays_its_amount_month_by_month() {
    // 38 billion over 84 months, ramp 12: the flat rate is 38/78 a month.
    let text = quiet(
        84,
        r#"
        [[contract]]
        id = "cloud"
        lab = "a"
        provider = "nimbus"
        amount = "38B USD"
        start = "2026-01"
        term = "7y"
        ramp = "12mo"
        margin = 1.0
        "#,
    );
    let world = world(&text, &["economy.discount_rate=0"]);
    let mut paid = Vec::new();
    simulate_one(&world, Sampler::Still, 0, 0, &mut |_, _, _, work| {
        paid.push(work.labs[0].contracts[0].invoice[0] / 1e9);
    });
    assert_close("month 0", paid[0], 0.020_299_145_3, 1e-8);
    assert_close("first year", paid[..12].iter().sum(), 2.923_076_923_1, 1e-10);
    for &month in &paid[12..] {
        assert_close("flat month", month, 0.487_179_487_2, 1e-9);
    }
    assert_close("sum", paid.iter().sum(), 38.0, 1e-13);
    let tables = &world.labs[0].contracts[0].tables;
    // At no discount and a margin of all of it the present value is what remains to be paid.
    let remaining = tables.at::<1>(&tables.present, 11, None)[0] / 1e9;
    assert_close("remaining after a year", remaining, 35.076_923_076_9, 1e-10);
}

#[test]
fn a_contract_that_stands_earns_its_provider_the_discount_rate() {
    // 8.1: what W and D add up to, with what was received and paid, grows at the discount rate from the end of month 0.
    let text = quiet(
        96,
        r#"
        [entity.nimbus]
        assets = "500B USD"
        asset_volatility = 0.0
        barrier = "1B USD"

        [[contract]]
        id = "cloud"
        lab = "a"
        provider = "nimbus"
        amount = "50B USD"
        start = "2027-04"
        term = "5y"
        ramp = "12mo"
        take_or_pay = 0.8
        margin = 0.6
        capex = 0.4
        lead = "20mo"
        "#,
    );
    let mut worth = Vec::new();
    simulate_one(&world(&text, &[]), Sampler::Still, 0, 0, &mut |_, _, block, _| {
        let entity = &block.entities[0];
        worth.push((entity.account[0] + entity.contracts_net[0], entity.capital_repaid[0], entity.margin_received[0]));
    });
    assert!(worth[0].0 > 1e9);
    for (t, (found, ..)) in worth.iter().enumerate() {
        assert_close("worth of the contract", *found, worth[0].0 * (0.08 * t as f64 * DT).exp(), 1e-12);
    }
    // 60 % of 80 % of the amount; 80 % of 40 % of it and the interest on it.
    assert_close("margins", worth[95].2, 24e9, 1e-12);
    assert!(worth[95].1 > 16e9 * 1.2);
}

/// Some anchored years with totals between nothing and a hundred billion dollars.
fn anchors() -> impl Strategy<Value = Vec<(i32, f64)>> {
    let total = prop_oneof![1 => Just(0.0), 6 => (3.0..11.0f64).prop_map(|power| 10f64.powf(power))];
    proptest::collection::btree_map(2020..2036i32, total, 1..7).prop_map(|anchors| anchors.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_anchored_year_of_a_curve_adds_up_to_its_anchor(anchors in anchors(), start in 1..=12u32, growth in -0.1..0.2) {
        let start = Month::new(2026, start).unwrap();
        let timeline = Timeline { start, months: 96 };
        let (from, to) = (timeline.index(Month::january(2019)), timeline.index(Month::january(2040)));
        let months = totals(&anchors, growth, &timeline, from, to);
        prop_assert!(months.iter().all(|rate| rate.is_finite() && *rate >= 0.0));
        for &(year, total) in &anchors {
            let january = (timeline.index(Month::january(year)) - from) as usize;
            let sum: f64 = months[january..january + 12].iter().sum::<f64>() * DT;
            prop_assert!((sum - total).abs() < 0.01 || total == 0.0, "{year}: {sum} of {total}");
        }
    }
}

#[test]
fn a_curve_fades_from_its_last_growth_to_that_of_the_long_run() {
    // Doubling a year, then ln c = gL s + (ln 2 - gL)(1 - 2^-s)/ln 2.
    let timeline = Timeline { start: Month::new(2026, 1).unwrap(), months: 24 };
    let months = totals(&[(2026, 1e9), (2027, 2e9)], 0.04, &timeline, 0, 260);
    let ln2 = std::f64::consts::LN_2;
    for years in [1i32, 2, 10, 18] {
        let s = f64::from(years);
        // The middle of 2027 lies between two months: December is months[23], so a December s years later.
        let at = |s: f64| 0.04 * s + (ln2 - 0.04) * (1.0 - 0.5f64.powf(s)) / ln2;
        let half = 5.5 / 12.0;
        let ratio = months[23 + 12 * years as usize] / months[23];
        assert_close("fading growth", ratio, (at(s + half) - at(half)).exp(), 1e-12);
    }
}

// First passage.

/// Assets, barrier, growth, volatility, years, and the probability by independent recursive quadrature.
const PASSAGES: [(f64, f64, f64, f64, usize, f64); 4] = [
    (100.0, 80.0, 0.03, 0.25, 5, 0.639_278_775_5),
    (100.0, 60.0, 0.05, 0.30, 10, 0.537_203_100_0),
    (900.0, 150.0, 0.07, 0.28, 8, 0.009_537_808_9),
    (50.0, 24.0, 0.08, 0.70, 5, 0.746_133_779_5),
];

/// Assets 420, barrier 190, growth 6 %, volatility 40 %: by years, and by the continuity correction.
const ENTITY: [(usize, f64, f64); 4] =
    [(1, 0.037_061_79, 0.0350), (3, 0.239_789_90, 0.2380), (5, 0.374_082_09, 0.3730), (8, 0.496_126_01, 0.4955)];

#[test]
fn first_passage_watched_monthly_is_exact() {
    for (assets, barrier, growth, volatility, years, reference) in PASSAGES {
        let assets = Assets { distance: (assets / barrier).ln(), growth, jump: 0.0, hazard: 0.0 };
        assert_close("first passage", probability(&assets, volatility, 12 * years), reference, 1e-8);
    }
    for (years, exact, corrected) in ENTITY {
        let assets = Assets { distance: (420f64 / 190.0).ln(), growth: 0.06, jump: 0.0, hazard: 0.0 };
        let found = probability(&assets, 0.4, 12 * years);
        assert_close("the entity", found, exact, 1e-6);
        // Broadie, Glasserman and Kou's correction is itself off by up to 0.002 here.
        assert!((found - corrected).abs() < 0.003);
    }
}

#[test]
fn first_passage_by_bursts_alone_counts_them() {
    // One burst suffices: 1 - exp(-0.1 * 5); two are needed: a binomial tail over 60 months.
    let assets = |distance: f64| Assets { distance, growth: 0.0, jump: 1.2, hazard: 0.1 };
    assert_close("one burst", probability(&assets(1.0), 0.01, 60), 1.0 - (-0.5f64).exp(), 1e-9);
    let burst = 1.0 - (-0.1f64 / 12.0).exp();
    let none = (1.0 - burst).powi(60);
    let one = 60.0 * burst * (1.0 - burst).powi(59);
    assert_close("two bursts", probability(&assets(2.0), 0.01, 60), 1.0 - none - one, 1e-9);
    assert!(probability(&assets(0.0), 0.2, 60) >= 1.0);
    assert!(probability(&assets(f64::INFINITY), 0.2, 60) <= 0.0);
}

#[test]
fn the_implied_volatility_gives_back_its_probability() {
    for (distance, jump, wanted) in [(1.87, 0.48, 0.10), (1.51, 0.72, 0.42), (3.0, 0.0, 0.001), (0.2, 0.1, 0.95)] {
        let assets = Assets { distance, growth: 0.06, jump, hazard: 0.112 };
        let volatility = implied_volatility(&assets, wanted, 60).unwrap();
        assert_close("probability", probability(&assets, volatility, 60), wanted, 1e-6);
    }
    let doomed = Assets { distance: 0.5, growth: 0.0, jump: 1.0, hazard: 1.0 };
    assert_eq!(implied_volatility(&doomed, 0.5, 60), None, "bursts alone exceed it");
}

#[test]
fn entities_without_exposures_default_as_often_as_their_assets_pass_the_barrier() {
    let mut entities = String::new();
    let all = PASSAGES.iter().map(|&(a, b, g, v, ..)| (a, b, g, v)).chain([(420.0, 190.0, 0.06, 0.4)]);
    for (k, (assets, barrier, growth, volatility)) in all.enumerate() {
        let table = format!(
            "[entity.e{k}]\nassets = \"{assets:?}B USD\"\nbarrier = \"{barrier:?}B USD\"\nasset_growth = {growth:?}\nasset_volatility = {volatility:?}"
        );
        writeln!(entities, "{table}").unwrap();
    }
    let paths = 20_000;
    let ran = ran(&worlds(&quiet(121, &entities), &[]), &Luck::of(111), paths as u64, false);
    // Assets are as at the start in month 0, so that month 12 n is the first after 12 n steps.
    for (k, (.., years, reference)) in PASSAGES.iter().enumerate() {
        let hits = ran.hits("entity_default", &format!("e{k}"), 12 * years);
        assert_probability(&format!("e{k}"), hits, paths, *reference);
    }
    for (years, exact, _) in ENTITY {
        assert_probability(&format!("in {years} years"), ran.hits("entity_default", "e4", 12 * years), paths, exact);
    }
    assert_eq!(
        ran.column("entity_default", "e0"),
        ran.column("entity_default_alone", "e0"),
        "no exposures, no increment"
    );
}

#[test]
fn entities_default_as_often_as_the_probability_from_which_their_volatility_follows() {
    // Bursts at the constant hazard that the calibration assumes; a freeze of next to no time lasts one month all the
    // same, in which nothing bursts: that lowers the probability by less than 0.001.
    let market = r#"
        [market]
        freeze_mean = "0.001mo"
        burst = { hazard = 0.112, run_up_beta = 0.0, hazard_max = 10.0, fall = 0.8 }

        [entity.oracle]
        assets = "558B USD"
        asset_growth = 0.06
        pd5 = 0.10
        debt = "130B USD"
        burst_beta = 0.6

        [entity.coreweave]
        assets = "90B USD"
        asset_growth = 0.08
        pd5 = 0.42
        debt = "30B USD"
        burst_beta = 0.9

        [entity.calm]
        assets = "90B USD"
        pd5 = 0.02
        barrier = "30B USD"
        "#;
    let paths = 24_000;
    let ran = ran(&worlds(&quiet(61, market), &[]), &Luck::of(112), paths as u64, false);
    for (name, reference, slack) in [("oracle", 0.10, 0.001), ("coreweave", 0.42, 0.001), ("calm", 0.02, 0.0)] {
        let defaults = ran.column("entity_default", name);
        let hit: Vec<f64> = defaults.iter().map(|&month| f64::from(u8::from(month <= 60.0))).collect();
        assert_mean(name, &hit, reference, slack);
    }
}

#[test]
fn cash_that_wanders_runs_out_as_often_as_a_walk_watched_monthly() {
    // Cash 40, drift -5 (or none at 5), deviation 12 (4), against recursive quadrature; the continuous answers are
    // 0.412061 and 0.47049, and the continuity correction misses by 0.002.
    for (cash, fixed, deviation, months, reference, seed) in
        [(40.0, 15.0, 12.0, 60, 0.380_718_7, 113), (5.0, 10.0, 4.0, 36, 0.414_515_99, 114)]
    {
        let more = format!("cash_volatility = \"{deviation:?}B USD\"\nopex.fixed = {{ 2026 = \"{fixed:?}B USD\" }}");
        let text = quiet(months, &more);
        let cash = format!("lab.a.cash={cash:?}B USD");
        let paths = 30_000;
        let ran = ran(&worlds(&text, &[&cash]), &Luck::of(seed), paths as u64, false);
        assert_probability("ruin", ran.hits("liquidity_event", "a", months - 1), paths, reference);
    }
}

#[test]
fn two_entities_default_together_as_often_as_their_normals_say() {
    // One date: month 1 of two. References by quadrature of the bivariate normal.
    let cases = [(0.10, 0.10, 0.5, 0.032_401_52), (0.05, 0.20, 0.7, 0.039_280_26), (0.02, 0.02, 0.6, 0.004_644_73)];
    let mut more = String::new();
    let spread = 0.5 * DT.sqrt();
    for (k, (p, q, ..)) in cases.into_iter().enumerate() {
        for (name, pd) in [("x", p), ("y", q)] {
            let barrier = 100.0 * (spread * normal_quantile(pd)).exp();
            let numbers = format!("assets = \"100B USD\"\nbarrier = \"{barrier:.12}B USD\"");
            writeln!(more, "[entity.{name}{k}]\n{numbers}\nasset_growth = 0.125\nasset_volatility = 0.5").unwrap();
        }
    }
    more.push_str("[correlation]\n");
    for (k, (.., rho, _)) in cases.into_iter().enumerate() {
        writeln!(more, "\"assets.y{k}\" = {{ \"assets.x{k}\" = {rho:?} }}").unwrap();
    }
    let paths = 100_000;
    let ran = ran(&worlds(&quiet(2, &more), &[]), &Luck::of(115), paths as u64, false);
    for (k, (p, _, _, joint)) in cases.into_iter().enumerate() {
        let x = ran.column("entity_default", &format!("x{k}"));
        let y = ran.column("entity_default", &format!("y{k}"));
        assert_probability("one", x.iter().filter(|month| month.is_finite()).count(), paths, p);
        let both = x.iter().zip(&y).filter(|(x, y)| x.is_finite() && y.is_finite()).count();
        assert_probability("both", both, paths, joint);
    }
}

// Freezes.

/// Section 7.5 and the order of settlement: cash for 15 months, 3 months of grace.
const FROZEN: &str = r#"
    [scenario]
    name = "Frozen"
    start = "2026-01"
    horizon = "24mo"

    [economy]
    long_run_growth = 0.0

    [market]
    freeze_mean = "15mo"
    supply = { 2026 = "1000T USD" }
    burst = { hazard = 0.1, run_up_beta = 0.0 }

    [lab.a]
    cash = "30B USD"
    last_round = "2025-12"
    revenue.target = { 2026 = "1 USD", 2029 = "1 USD", 2031 = "1000T USD" }
    round = { trigger = "1000mo", target_runway = "200mo", gap = "2mo", max_share = 1.0, down_round = 1e6 }
    resolution.grace = "3mo"

    [[contract]]
    id = "cloud"
    lab = "a"
    provider = "nimbus"
    amount = "96B USD"
    start = "2026-01"
    term = "4y"
    "#;

#[test]
fn a_lab_outlasts_a_freeze_by_its_cash_and_its_grace_and_not_by_a_month_more() {
    let luck = Luck::of(116).with("burst", 0..1, 0.0).with("burst", 1..24, 0.999_999);
    let paths = 20_000;
    let ran = ran(&worlds(FROZEN, &[]), &luck, paths as u64, false);
    let endurance = ran.column_by("freeze_endurance", "a", By::Start);
    assert!(endurance.iter().all(|&months| (14.5..15.5).contains(&months)), "cash lasts for months 0 to 14");
    let liquidity = ran.column("liquidity_event", "a");
    assert!(liquidity.iter().all(|&month| month >= 15.0), "no liquidity event before");
    let defaults = ran.column("payment_default", "a");
    let defaulted = defaults.iter().filter(|month| month.is_finite());
    assert!(defaulted.clone().all(|&month| (17.5..18.5).contains(&month)), "default in month 18 exactly");
    // The market must reopen at the end of one of months 1 to 17.
    assert_probability("payment default", defaulted.count(), paths, (-17.0f64 / 15.0).exp());
}

// Values.

#[test]
fn flat_growth_is_worth_what_the_geometric_series_says() {
    // Growth 4 %, r 12 %, margin 1: dt sum exp(-r (i + 1/2) dt + g i dt), and 1/(r - g) after twenty years.
    let text = r#"
        [scenario]
        name = "Flat"
        start = "2026-01"
        horizon = "1y"

        [economy]
        long_run_growth = 0.04

        [lab.a]
        cash = "1B USD"
        revenue.target = { 2020 = "10B USD" }
        fundamental = { cost_of_capital = 0.12, margin = 1.0 }
        "#;
    simulate_one(&world(text, &[]), Sampler::Still, 0, 0, &mut |t, _, _, work| {
        let lab = &work.labs[0];
        assert_close(&format!("F/R0 in month {t}"), lab.fundamental[0] / lab.revenue_rate[0], 12.483_368_25, 1e-9);
    });
}

/// Discounted margins of the first five years and then `F`, against their mean by the page's formulas.
fn martingale(revenue: &str, (seed, paths): (u64, u32), mean_log: impl Fn(f64) -> f64) {
    const MONTHS: usize = 60;
    let text = format!(
        r#"
        [scenario]
        name = "Martingale"
        start = "2026-01"
        horizon = "61mo"

        [economy]
        long_run_growth = 0.03

        [lab.a]
        cash = "1B USD"
        revenue.target = {{ 2026 = "10B USD", 2027 = "16B USD", 2029 = "25B USD" }}
        opex.of_revenue = 0.6
        fundamental = {{ cost_of_capital = 0.1, margin = 0.4 }}
        {revenue}
        "#
    );
    let world = world(&text, &[]);
    let lab = &world.labs[0];
    let (rate, margin, growth) = (0.1f64, 0.4, 0.03);
    let expected = |u: usize| lab.target[u] * mean_log(u as f64 * DT).exp();
    let flows = |months: usize| {
        (0..months).map(|u| DT * (-rate * (u as f64 + 0.5) * DT).exp() * margin * expected(u)).sum::<f64>()
            + (-rate * months as f64 * DT).exp() * margin * expected(months) / (rate - growth)
    };
    let mut total = Vec::new();
    let mut before = 0.0;
    let mut opening = 0.0;
    let discount = (-rate * MONTHS as f64 * DT).exp();
    watch(&world, &Luck::of(seed), paths, |t, _, block, work| match t {
        0 => opening = work.labs[0].fundamental[0],
        59 => before = block.labs[0].tally.discounted[0],
        MONTHS => total.push(before + discount * work.labs[0].fundamental[0]),
        _ => {}
    });
    assert_close("F(0)", opening, flows(240), 1e-9);
    assert_mean("F and the margins before it", &total, flows(240 + MONTHS), 0.0);
    // What the horizon of F, which moves on, leaves out: none of it is a drift of the simulation.
    assert_close("F(0) against its martingale", opening, flows(240 + MONTHS), 5e-4);
}

#[test]
fn discounted_value_and_margins_are_a_martingale_without_reversion() {
    // The drift takes off the convexity, so that expected revenue grows at gL beyond the horizon.
    martingale("revenue.volatility = 0.25\nrevenue.drift = -0.03125", (117, 12_800), |_| 0.0);
}

#[test]
fn discounted_value_and_margins_are_a_martingale_with_reversion() {
    let (k, mu, sigma) = (0.3f64, -0.05, 0.25f64);
    let mean = move |s: f64| mu / k * (1.0 - (-k * s).exp()) + sigma * sigma * (1.0 - (-2.0 * k * s).exp()) / (4.0 * k);
    martingale("revenue.reversion = 0.3\nrevenue.volatility = 0.25\nrevenue.drift = -0.05", (118, 3_200), mean);
}

// Circularity.

/// Flows of one path.
fn one_path(flows: &[Vec<f64>]) -> Flows<1> {
    flows.iter().map(|row| row.iter().map(|&flow| Lanes([flow])).collect()).collect()
}

fn finn_index(flows: &[Vec<f64>]) -> f64 {
    tracing::finn_index(&one_path(flows))[0]
}

fn finn_of(flows: &[Vec<f64>], through: &[f64]) -> f64 {
    let through: Vec<Lanes<1>> = through.iter().map(|&flow| Lanes([flow])).collect();
    tracing::finn_of(&one_path(flows), &through)[0]
}

/// Flows between `n` nodes and the inputs from outside.
fn network(n: usize, inputs: &[(usize, f64)], flows: &[(usize, usize, f64)]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut matrix = vec![vec![0.0; n]; n];
    for &(from, to, flow) in flows {
        matrix[from][to] += flow;
    }
    let input = |node: usize| inputs.iter().filter(|(to, _)| *to == node).map(|(_, flow)| flow).sum::<f64>();
    let through = (0..n).map(|j| input(j) + matrix.iter().map(|row| row[j]).sum::<f64>()).collect();
    (matrix, through)
}

#[test]
fn the_cycling_index_is_that_of_published_ecosystems() {
    // Oyster reef (Dame and Patten 1981): filter feeders, microbiota, meiofauna, deposit feeders, predators, detritus.
    let (flows, through) = network(
        6,
        &[(0, 41.47)],
        &[
            (0, 5, 15.7910),
            (0, 4, 0.5135),
            (1, 2, 1.2060),
            (1, 3, 1.2060),
            (2, 5, 4.2403),
            (2, 3, 0.6609),
            (3, 5, 1.9076),
            (3, 4, 0.1721),
            (4, 5, 0.3262),
            (5, 1, 8.1721),
            (5, 2, 7.2745),
            (5, 3, 0.6431),
        ],
    );
    assert_close("throughflow", through.iter().sum(), 83.5833, 1e-6);
    assert_close("path length", through.iter().sum::<f64>() / 41.47, 2.015_512, 1e-6);
    assert_close("oyster reef", finn_of(&flows, &through), 0.110_168_6, 1e-6);
    // Cone Springs: plants, bacteria, detritus feeders, carnivores, detritus.
    let (flows, through) = network(
        5,
        &[(0, 11_184.0), (4, 635.0)],
        &[
            (0, 4, 8881.0),
            (1, 2, 75.0),
            (1, 4, 1600.0),
            (2, 3, 370.0),
            (2, 4, 200.0),
            (3, 4, 167.0),
            (4, 1, 5205.0),
            (4, 2, 2309.0),
        ],
    );
    assert_close("throughflow", through.iter().sum(), 30_626.0, 1e-12);
    assert_close("Cone Springs", finn_of(&flows, &through), 0.091_939_0, 1e-6);
}

#[test]
fn the_cycling_index_of_small_rings_is_what_it_is_by_hand() {
    // Lab, cloud, chips: 10 from outside and 5 from each to the lab, 20 on, 10 on, 5 out of each.
    let (flows, through) = network(3, &[(0, 10.0)], &[(1, 0, 5.0), (2, 0, 5.0), (0, 1, 20.0), (1, 2, 10.0)]);
    assert_close("three nodes", finn_of(&flows, &through), 7.0 / 15.0, 1e-12);
    assert_close("three nodes, throughflow by what they pay", finn_index(&flows), 7.0 / 15.0, 1e-12);
    let (flows, through) = network(2, &[(0, 10.0)], &[(1, 0, 5.0), (0, 1, 15.0)]);
    assert_close("two nodes", finn_of(&flows, &through), 1.0 / 3.0, 1e-12);
    assert_close("all of it", finn_index(&[vec![0.0, 1.0], vec![1.0, 0.0]]), 1.0, 1e-6);
    assert!(finn_index(&[vec![0.0, 0.0], vec![3.0, 0.0]]).abs() < 1e-12, "nothing returns");
    assert!(finn_index(&[vec![0.0; 2], vec![0.0; 2]]).abs() < 1e-12, "nothing flows");
}

// Chance itself.

#[test]
fn the_standard_deviation_of_an_estimate_is_what_it_claims() {
    // 400 runs of 256 paths, P = 0.113080: the spread of their estimates against sqrt(p (1-p)/n), which is known to
    // 1/sqrt(800) = 3.5 %: four of those are a false alarm of 6.3e-5.
    let p = 1.0 - (-0.12f64).exp();
    let text = quiet(12, "[market]\nburst = { hazard = 0.12, run_up_beta = 0.0 }");
    let ran = ran(&worlds(&text, &[]), &Luck::of(119), 400 * 256, false);
    let bursts = ran.column("burst", "");
    let estimates: Vec<f64> =
        bursts.chunks(256).map(|run| run.iter().filter(|month| month.is_finite()).count() as f64 / 256.0).collect();
    let error = (p * (1.0 - p) / 256.0).sqrt();
    assert_deviation("estimate", &estimates, error);
    let (mean, _) = moments(&estimates);
    assert!((mean - p).abs() < 4.0 * error / 20.0);
    assert!((normal_cdf(normal_quantile(0.3)) - 0.3).abs() < 1e-12);
}
