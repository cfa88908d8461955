//! The language as files: the schema takes what the program takes, the glossary is as the program would write it, and the
//! first scenario can be defended.

use std::fs;
use std::path::{Path, PathBuf};

use ouroborisk::report::language::{glossary, schema, template, variant};
use ouroborisk::scenario::{Scenario, load};

use crate::judge::accepts_of;

fn accepts(text: &str) -> bool {
    let document: toml::Table = toml::from_str(text).expect("TOML");
    let schema = schema();
    accepts_of(&schema, &serde_json::to_value(document).unwrap())
}

#[test]
fn every_bundled_file_is_of_the_schema() {
    for folder in ["scenarios", "tests/fixtures"] {
        let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
            assert!(accepts(&fs::read_to_string(file).unwrap()), "{}", file.display());
        }
    }
}

#[test]
fn a_variant_and_a_file_of_sources_are_of_the_schema() {
    assert!(accepts("extends = \"base.toml\"\nremove = [\"contract.a\"]\nlab.acme.cash = \"1B USD\"\n"));
    assert!(accepts("extends = \"base.toml\"\n[[contract]]\nid = \"cloud\"\ntake_or_pay = 0.5\n"));
    assert!(accepts("[sources.press]\ntitle = \"An article\"\ndate = \"2026-03\"\n"));
}

#[test]
fn what_is_wrong_is_not_of_the_schema() {
    let text = fs::read_to_string("scenarios/minimal.toml").unwrap();
    let wrong = [
        ("\"10B USD\"", "\"10B EUR\""),
        ("\"10B USD\"", "true"),
        ("horizon = \"5y\"", "horizon = 5"),
        ("take_or_pay =", "take_or_pya ="),
        ("lab = \"acme\"\n", ""),
        ("id = \"cloud\"\n", ""),
        ("start = \"2026-01\"\nhorizon", "horizon"),
        ("{ value = 0.75, assumed", "{ value = 0.75, assmued"),
        ("take_or_pay = { value = 0.75, assumed = \"invented\" }", "take_or_pay = 1.5"),
        ("take_or_pay = { value = 0.75", "take_or_pay = { dist = \"beta\", mean = 0.75"),
        ("2026 = \"3B USD\"", "26 = \"3B USD\""),
        ("start = \"2026-01\"\nterm", "start = \"2026-13\"\nterm"),
    ];
    for (from, to) in wrong {
        assert!(text.contains(from), "{from}");
        assert!(!accepts(&text.replacen(from, to, 1)), "{from} -> {to}");
    }
    assert!(!accepts("extends = \"base.toml\"\n[[contract]]\ntake_or_pay = 0.5\n"), "a list is merged by its ids");
}

#[test]
fn the_glossary_is_as_the_program_writes_it() {
    let place = Path::new("docs/glossary.md");
    if std::env::var_os("OURO_BLESS").is_some() {
        fs::write(place, glossary()).unwrap();
    }
    let committed = fs::read_to_string(place).unwrap();
    assert!(committed == glossary(), "docs/glossary.md is not that of this program: OURO_BLESS=1 writes it anew");
}

#[test]
fn the_first_scenario_can_be_defended_and_names_every_key() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first.toml");
    fs::write(&place, template()).unwrap();
    let scenario = ouroborisk::scenario::load_strict(&place, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(scenario.warnings().to_string(), "");
    for key in ouroborisk::scenario::keys().iter().filter(|key| key.key.contains('.')) {
        let name = key.key.rsplit('.').next().unwrap();
        assert!(
            template().lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = "))),
            "{name}"
        );
    }
    assert!(accepts(&template()));
}

#[test]
fn defaults_that_are_written_out_change_nothing() {
    let plain = Scenario::parse("first.toml", &template(), &[]).unwrap();
    let always = ouroborisk::scenario::sections().into_iter().filter(|section| section.always);
    let always: Vec<String> =
        always.map(|section| format!("[{}]", section.key.replace("lab.<name>", "lab.acme"))).collect();
    let (mut text, mut inside) = (String::new(), false);
    for line in template().lines() {
        let bare = line.trim_start_matches("# ");
        if bare.starts_with('[') {
            inside = always.iter().any(|header| header == bare) || !line.starts_with('#');
        }
        let written = line.starts_with('#')
            && inside
            && (bare.starts_with('[') || bare.contains(" = ") && !bare.contains(" = ("));
        // Counts of draws follow from what is uncertain.
        text += if written && !bare.starts_with("draws") { bare } else { line };
        text += "\n";
    }
    assert!(text.contains("\nhazard_max = \"90 % a year\""), "{text}");
    let written = Scenario::parse("first.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(written.digest, plain.digest);
}

#[test]
fn a_new_variant_is_what_it_extends() {
    let base = Path::new("scenarios/openai-2026-06.toml");
    let scenario = load(base, &[]).unwrap();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-variant.toml");
    fs::write(&place, variant(&scenario, &fs::canonicalize(base).unwrap())).unwrap();
    let variant = load(&place, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(variant.digest, scenario.digest);
    assert_eq!(variant.about.name, "OpenAI, mid-2026, changed");
}
