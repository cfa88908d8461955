//! Random numbers have addresses: nothing of a result depends on threads, on the width of the processor's vectors, or on
//! who else is in the scenario (docs/model.md, section 1).

use std::fs;

use ndarray::{Array2, Axis, concatenate, s};
use ouroborisk::engine::{Chunk, Dynamics, Interrupt, Kernel, Plan, Row, Sampler, Sampling, Tier};
use ouroborisk::model::{Parameters, catalogue};
use ouroborisk::resolve::Worlds;
use ouroborisk::simulate::{simulate, simulate_one};

use super::peers::Mini;
use super::worlds::{scenario, world, worlds};

/// Paths side by side where random numbers are compared.
const LANES: usize = 64;

/// What a small run of the reference scenario comes to.
const GOLDEN: u64 = 0xd463_c3a5_d90d_1ef6;

/// The reference scenario with few draws.
fn reference() -> Worlds {
    let text = fs::read_to_string("tests/fixtures/openai-2026-06.toml").unwrap();
    worlds(&text, &["run.draws=3"])
}

/// Everything that a run hands on, path by path: metrics and monthly states.
fn everything(worlds: &Worlds, seed: u64, (paths, observed): (u64, u64), threads: usize, tier: Tier) -> Vec<Chunk> {
    let plan = Plan { paths, draws: worlds.draws(), threads, tier, observed };
    let mut chunks = Vec::new();
    simulate(worlds, Sampler::PseudoRandom { seed }, &plan, &Interrupt::new(), &|_| (), &mut |chunk| {
        chunks.push(chunk.clone());
        Ok(())
    })
    .unwrap();
    chunks
}

/// All metrics of the paths of one draw, a column a path.
fn metrics_of(chunks: &[Chunk], draw: u32) -> Array2<f64> {
    let of_draw: Vec<_> = chunks.iter().filter(|chunk| chunk.draw == draw).map(|chunk| chunk.metrics.view()).collect();
    concatenate(Axis(1), &of_draw).unwrap()
}

/// FNV-1a over the bits of all numbers, path by path.
fn hash(chunks: &[Chunk]) -> u64 {
    fnv(chunks.iter().flat_map(|chunk| chunk.metrics.t().into_iter().chain(&chunk.states).copied()))
}

fn fnv(numbers: impl Iterator<Item = f64>) -> u64 {
    let bytes = numbers.flat_map(|number| number.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_run_has_the_same_bits_on_any_number_of_threads() {
    // More paths than a thread takes at a time, so that several threads do work on one draw.
    let worlds = worlds(SMALL, &[]);
    let of = |threads| hash(&everything(&worlds, 7, (5000, 100), threads, Tier::detect()));
    let one = of(1);
    for threads in [2, 3, 7] {
        assert_eq!(of(threads), one, "{threads} threads");
    }
}

#[test]
fn a_run_of_the_reference_scenario_has_the_same_bits_on_any_number_of_threads() {
    let worlds = reference();
    let of = |threads| hash(&everything(&worlds, 7, (3 * 100, 6), threads, Tier::detect()));
    assert_eq!(of(3), of(1));
}

#[test]
fn all_tiers_have_the_same_bits() {
    // A tier that the machine or the build lacks runs as the best it has. Without vector instructions paths run one by
    // one, with them in blocks of 64, of which the second of each draw is not full.
    let worlds = reference();
    let of = |tier| hash(&everything(&worlds, 8, (3 * 70, 3 * 66), 0, tier));
    let portable = of(Tier::Portable);
    for tier in [Tier::Avx2, Tier::Avx512] {
        assert_eq!(of(tier), portable, "{tier:?}");
    }
}

/// Paths of a small model from start to end in blocks of `B`.
struct Block<'a, const B: usize> {
    world: &'a Mini,
    first: u32,
}

impl<const B: usize> Kernel for Block<'_, B> {
    type Output = Row<B>;

    #[inline(always)]
    fn run(self) -> Row<B> {
        let mut sampling = Sampling::<B>::new(Sampler::PseudoRandom { seed: 8 }, self.world.slots(), 0, self.first);
        let (mut block, mut work) = self.world.begin(sampling.innovations());
        for t in 0..self.world.months() {
            self.world.step(&mut block, &mut work, t, sampling.month(t));
        }
        let mut row = Row::default();
        self.world.measure(&block, &mut row);
        row
    }
}

/// The bits of all metrics of 64 paths, path by path.
fn in_blocks<const B: usize>(world: &Mini, tier: Tier) -> Vec<u64> {
    let blocks = (0..64 / B).map(|k| tier.run(Block::<B> { world, first: (k * B) as u32 }));
    let of_block = |row: Row<B>| (0..B).flat_map(move |i| row.values.clone().into_iter().map(move |v| v[i].to_bits()));
    blocks.flat_map(of_block).collect()
}

#[test]
fn blocks_of_one_eight_and_sixty_four_paths_have_the_same_bits_on_all_tiers() {
    let world = Mini::default();
    let expected = in_blocks::<64>(&world, Tier::Portable);
    assert_eq!(expected.len(), 64 * world.metrics());
    for tier in [Tier::Portable, Tier::Avx2, Tier::Avx512] {
        assert_eq!(in_blocks::<1>(&world, tier), expected, "one by one, {tier:?}");
        assert_eq!(in_blocks::<8>(&world, tier), expected, "eight, {tier:?}");
        assert_eq!(in_blocks::<64>(&world, tier), expected, "sixty-four, {tier:?}");
    }
}

/// What the golden run holds fast, by name: others may join without a change of values.
const PINNED: [&str; 19] = [
    "burst",
    "run_up",
    "boom_and_bust",
    "liquidity_event",
    "scale_back",
    "rescue",
    "distressed_exchange",
    "renegotiation",
    "payment_default",
    "overvalued",
    "overpaid",
    "funding_gap",
    "freeze_endurance",
    "raised",
    "provider_loss",
    "basis_lost",
    "entity_default",
    "entity_default_alone",
    "finn_index",
];

#[test]
fn a_run_of_the_reference_scenario_keeps_its_numbers() {
    // At the means of what is uncertain: quantiles of beta numbers come from a library, and its last digits from the
    // platform. A change of this hash is a change of values: say so in the changelog, under its own heading.
    let text = fs::read_to_string("tests/fixtures/openai-2026-06.toml").unwrap() + &asked_at_year_ends();
    let worlds = Worlds::at_means(scenario(&text, &[]), 1).unwrap_or_else(|problems| panic!("{problems:?}"));
    let metrics = catalogue(&worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}")));
    let found = metrics_of(&everything(&worlds, 20_260_401, (128, 0), 0, Tier::detect()), 0);
    let mut numbers = Vec::new();
    for name in PINNED {
        let columns = metrics.iter().enumerate().filter(|(_, metric)| metric.measure.name == name);
        let before = numbers.len();
        for (column, _) in columns {
            numbers.extend(found.row(column));
        }
        assert!(numbers.len() > before, "no metric {name}");
    }
    let hash = fnv(numbers.into_iter());
    assert_eq!(hash, GOLDEN, "{hash:#018x}");
}

/// Expectations that have freeze endurance taken at every year-end.
fn asked_at_year_ends() -> String {
    let one = |year| {
        format!(
            "\n[[expectation]]\nid = \"{year}\"\nmeasure = \"freeze_endurance\"\nsubject = \"openai\"\n\
             by = \"{year}-12\"\nstatistic = \"p50\"\nlow = {{ value = \"0mo\", assumed = \"none\" }}\n"
        )
    };
    (2026..2034).map(one).collect()
}

#[test]
fn a_path_replayed_alone_has_the_bits_it_has_in_a_block() {
    let worlds = reference();
    let sampler = Sampler::PseudoRandom { seed: 9 };
    let chunks = everything(&worlds, 9, (3 * 70, 0), 0, Tier::detect());
    let mut compared = 0;
    for draw in 0..3 {
        let world = worlds.resolve(draw).unwrap();
        let metrics = metrics_of(&chunks, draw);
        for path in [0, 1, 63, 64, 69] {
            let alone = simulate_one(&world, sampler, draw, path as u32, &mut |_, _, _, _| ());
            let alone: Vec<u64> = alone.iter().map(|value| value.to_bits()).collect();
            let within: Vec<u64> = metrics.column(path).iter().map(|value| value.to_bits()).collect();
            assert_eq!(alone, within, "draw {draw}, path {path}");
            compared += 1;
        }
    }
    assert_eq!(compared, 15);
}

#[test]
fn the_first_paths_of_a_longer_run_are_those_of_a_shorter() {
    let worlds = worlds(SMALL, &[]);
    let of = |paths| metrics_of(&everything(&worlds, 10, (paths, 0), 0, Tier::detect()), 0);
    // By bits: a share of nothing is no number, and equals itself.
    assert_eq!(of(100).mapv(f64::to_bits), of(1300).slice(s![.., ..100]).mapv(f64::to_bits));
}

#[test]
fn another_seed_gives_other_numbers() {
    let worlds = worlds(SMALL, &[]);
    let of = |seed| hash(&everything(&worlds, seed, (64, 0), 0, Tier::detect()));
    assert_ne!(of(1), of(2));
}

/// A scenario to which others are added.
const SMALL: &str = r#"
    [scenario]
    name = "Small"
    start = "2026-01"
    horizon = "3y"

    [market]
    volatility = 0.25
    reversion = 0.25
    burst = { hazard = 0.2, fall_sd = 0.3 }

    [family.gpu]
    price_decline = 0.2
    volatility = 0.2
    on_demand = { nimbus = 1.0 }

    [on_demand]
    capacity = { 2026 = 1.0 }

    [lab.acme]
    cash = "10B USD"
    cash_volatility = "1B USD"
    revenue = { target = { 2026 = "8B USD", 2028 = "20B USD" }, volatility = 0.3 }
    compute = { inference_share = { 2026 = 0.5 }, intensity = { volatility = 0.1 } }
    opex.fixed = { 2026 = "6B USD" }
    round = { max_share = 0.1 }
    resolution = { exchange = 0.5 }

    [entity.nimbus]
    assets = "300B USD"
    asset_volatility = 0.3
    barrier = "100B USD"

    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    amount = "9B USD"
    start = "2026-06"
    term = "2y"
    delay = { mean = "3mo", cv = 0.8 }
    take_or_pay = 0.8
    margin = 0.5

    [[investment]]
    id = "seed"
    lab = "acme"
    investor = "angel"
    amount = "2B USD"
    date = "2026-09"
    probability = 0.5

    [correlation]
    "revenue.acme" = { market = 0.5 }
    "#;

/// Others that have nothing to do with the first lab: a lab with a contract, an investment and a facility, an entity, a
/// family, regulation.
const OTHERS: &str = r#"
    [regulation]
    hazard = 0.0

    [lab.other]
    cash = "100B USD"
    cash_volatility = "1B USD"
    revenue = { target = { 2026 = "1B USD" }, volatility = 0.1 }

    [entity.stratus]
    assets = "200B USD"
    asset_volatility = 0.2
    barrier = "50B USD"

    [[contract]]
    id = "another"
    lab = "other"
    provider = "stratus"
    amount = "1B USD"
    start = "2026-03"
    term = "1y"
    delay = { mean = "2mo", cv = 0.5 }

    [[investment]]
    id = "more"
    lab = "other"
    investor = "stratus"
    amount = "1B USD"
    date = "2026-03"
    probability = 0.4

    [[facility]]
    id = "line"
    lab = "other"
    lender = "bank"
    limit = "1B USD"
    "#;

/// `OTHERS` in front of what `SMALL` says of its own, and the labs in the other order.
fn with_others(first: bool) -> String {
    let at = SMALL.find("[lab.acme]").unwrap();
    let (head, tail) = SMALL.split_at(at);
    let correlated = "\"assets.stratus\" = { \"revenue.acme\" = 0.4 }\n";
    if first { format!("{head}{OTHERS}{tail}{correlated}") } else { format!("{SMALL}{correlated}{OTHERS}") }
}

/// Every random number of some months of a block, by name.
fn numbers(world: &Parameters, seed: u64) -> Vec<(String, usize, [u64; LANES])> {
    let slots = &world.slots;
    let mut sampling = Sampling::<LANES>::new(Sampler::PseudoRandom { seed }, slots, 2, 640);
    let draws = sampling.innovations();
    let mut all = Vec::new();
    let bits = |row: &ouroborisk::lanes::Lanes<LANES>| row.0.map(f64::to_bits);
    for (slot, (name, _)) in slots.once.iter().enumerate() {
        all.push((format!("once {name}"), 0, bits(&draws.once[slot])));
    }
    for (slot, delay) in slots.delays.iter().enumerate() {
        all.push((format!("delay {}", delay.name), 0, bits(&draws.delays[slot])));
    }
    for t in 0..9 {
        let draws = sampling.month(t);
        for (slot, normal) in slots.normals.iter().enumerate() {
            all.push((format!("normal {}", normal.name), t, bits(&draws.normals[slot])));
        }
        for (slot, (name, _)) in slots.uniforms.iter().enumerate() {
            all.push((format!("uniform {name}"), t, bits(&draws.uniforms[slot])));
        }
    }
    all.sort();
    all
}

#[test]
fn adding_or_reordering_labs_entities_and_deals_moves_nobody_elses_numbers() {
    let alone = numbers(&world(SMALL, &[]), 11);
    for first in [false, true] {
        let joined = numbers(&world(&with_others(first), &[]), 11);
        assert!(joined.len() > alone.len());
        for number in &alone {
            assert!(joined.binary_search(number).is_ok(), "{} of month {} moved", number.0, number.1);
        }
    }
    assert_eq!(numbers(&world(&with_others(true), &[]), 11), numbers(&world(&with_others(false), &[]), 11));
}

#[test]
fn no_two_numbers_of_a_month_are_the_same() {
    let mut words: Vec<[u64; LANES]> = numbers(&world(&with_others(true), &[]), 12)
        .into_iter()
        .filter(|(name, ..)| !name.starts_with("delay"))
        .map(|(.., bits)| bits)
        .collect();
    let all = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), all);
}

/// Columns of `alone` that a scenario with others has too, and whether their bits agree.
fn compare(alone: &str, joined: &str, unaffected: impl Fn(&str, &str) -> bool) -> usize {
    let of = |text: &str| {
        let worlds = worlds(text, &[]);
        let chunks = everything(&worlds, 13, (640, 0), 0, Tier::detect());
        (catalogue(&worlds.resolve(0).unwrap()), chunks)
    };
    let ((names, alone), (all_names, joined)) = (of(alone), of(joined));
    let mut compared = 0;
    for (column, metric) in
        names.iter().enumerate().filter(|(_, metric)| unaffected(metric.measure.name, &metric.subject))
    {
        let same = |other: &&ouroborisk::model::Metric| *other == metric;
        let Some(other) = all_names.iter().position(|other| same(&other)) else { continue };
        for (alone, joined) in alone.iter().zip(&joined) {
            let bits = |row: ndarray::ArrayView1<'_, f64>| row.mapv(f64::to_bits);
            assert_eq!(bits(alone.metrics.row(column)), bits(joined.metrics.row(other)), "{metric:?}");
        }
        compared += 1;
    }
    compared
}

#[test]
fn a_lab_without_ties_to_the_others_leaves_their_outcomes_as_they_were() {
    // The new lab has cash enough never to default, which would burst the market; its ring is closed by `feedback` 0.
    for first in [false, true] {
        let compared = compare(SMALL, &with_others(first), |measure, _| measure != "finn_index");
        assert!(compared > 30, "{compared}");
    }
}

#[test]
fn an_unused_contract_leaves_every_outcome_of_the_others_as_it_was() {
    // No minimum payment, and a price at which nobody needs it: it begins after the last month.
    let contract = r#"
        [[contract]]
        id = "later"
        lab = "acme"
        provider = "nimbus"
        amount = "9B USD"
        start = "2035-01"
        term = "2y"
        take_or_pay = 0.0
        delay = { mean = "3mo", cv = 0.8 }
        "#;
    let compared = compare(SMALL, &format!("{SMALL}{contract}"), |_, _| true);
    assert!(compared > 30, "{compared}");
}

#[test]
fn nothing_on_the_way_to_a_path_calls_the_platforms_exponential_or_logarithm() {
    // Theirs differ from one C library to the next; ours, in `random::math`, do not.
    let mut wrong = Vec::new();
    let mut folders = vec!["src/model".to_owned(), "src/engine".to_owned(), "src/resolve".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(name);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let calls = [".exp()", ".ln()", ".powf(", ".powi(", ".exp_m1(", ".ln_1p(", "f64::exp", "f64::ln"];
                let lines = code.lines().enumerate().filter(|(_, line)| calls.iter().any(|call| line.contains(call)));
                wrong.extend(lines.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
