//! No value and no text makes the reader panic.

use proptest::prelude::*;

use super::*;

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    for text in [format!("x = {}", "[".repeat(100_000)), format!("{} = 1", vec!["a"; 100_000].join("."))] {
        assert!(parse(&text).is_err());
    }
}

/// Values that fit few keys.
const STRAY: [&str; 32] = [
    "0",
    "-1",
    "1",
    "1e308",
    "-1e308",
    "1e-320",
    "9223372036854775807",
    "-9223372036854775808",
    "inf",
    "nan",
    "true",
    "\"\"",
    "\"é\"",
    "38B USD",
    "1e400 USD",
    "18%",
    "0mo",
    "12000mo",
    "99999999999y",
    "1900-01",
    "2300-12",
    "2026-01-01",
    "[]",
    "[1, \"a\"]",
    "{}",
    "{ 2026 = 1 }",
    "{ 1900 = 1, 2300 = 0 }",
    "{ value = { value = 1 } }",
    "{ same_as = \"lab\" }",
    "{ dist = \"normal\", mean = 0.5, sd = 1e-300 }",
    "{ quantiles = { p1 = 0.1, p99 = 0.9 }, min = 0, max = 1 }",
    "{ dist = \"beta\", mean = 1e-9, sd = 1e-9 }",
];

#[test]
fn no_value_of_any_key_makes_the_reader_panic() {
    for declared in keys() {
        let list = declared.key.split('.').next().unwrap_or_default();
        let name = match list {
            "family" => "gpu",
            "lab" => "acme",
            "entity" => "nimbus",
            "contract" => "cloud",
            "investment" => "series-b",
            _ => "filing",
        };
        let key = declared.key.replacen("<name>", name, 1).replacen("<id>", name, 1).replace("<to>", "nimbus");
        for value in STRAY {
            let overrides = [format!("{key}={value}")];
            let Ok(scenario) = Scenario::parse("ring.toml", RING, &overrides) else {
                continue;
            };
            assert!(scenario.means().iter().all(|mean| mean.is_finite()), "{overrides:?}");
            for number in &scenario.uncertain {
                let ends = [1e-12, 0.5, 1.0 - 1e-12].map(|u| number.quantile(u));
                assert!(ends.iter().all(|value| value.is_finite()), "{overrides:?}: {ends:?}");
            }
        }
    }
}

/// Bits of the language, for texts that come close to it.
fn fragment() -> impl Strategy<Value = String> {
    let bits = [
        "[lab.acme]",
        "[[contract]]",
        "cash = ",
        "same_as",
        "\"lab.acme.cash\"",
        "{ dist = \"beta\", mean = 0.5, sd = ",
        "}",
        "\n",
        "\"10B USD\"",
        "1e309",
        "-",
        "nan",
        "\"2y\"",
        "= ",
        "\u{00e9}",
        "2026",
        ".",
        "\"",
        "[",
        "]",
        "'",
        "horizon = ",
        "\"999999999999y\"",
        "start = ",
        "\"2300-12\"",
        "id = ",
        "term = ",
        "quantiles = { p0.5 = 1, p50 = 2 }",
    ];
    prop_oneof![Just(bits.to_vec()).prop_flat_map(proptest::sample::select).prop_map(str::to_owned), ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", given in ".{0,40}") {
        let _ = Scenario::parse("ring.toml", &text, &[given]).map_err(|problems| problems.to_string());
    }

    #[test]
    fn no_mutation_of_a_scenario_makes_the_reader_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..12, fragment()), 1..6),
        given in prop_oneof![Just("contract.cloud.term".to_owned()), fragment()],
        value in fragment(),
    ) {
        let mut text: Vec<char> = RING.chars().collect();
        for (at, length, fragment) in edits {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, fragment.chars());
        }
        let text: String = text.into_iter().collect();
        let _ = Scenario::parse("ring.toml", &text, &[format!("{given}={value}")]).map_err(|problems| problems.to_string());
    }
}
