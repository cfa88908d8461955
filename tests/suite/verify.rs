//! `ouro verify`: a result held against its manifest and a second run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MINIMAL: &str = "tests/fixtures/minimal.toml";

fn ouro(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.args(words).env("COLUMNS", "100").output().expect("the program starts")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// A small result in a folder of its own.
fn result(name: &str, more: &[&str]) -> PathBuf {
    let out = folder(name).join("result");
    let place = out.display().to_string();
    let words = [&["run", MINIMAL, "--paths", "2000", "--quiet", "--out", &place], more].concat();
    let output = ouro(&words);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    out
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The exit code and what was said.
fn verified(out: &Path, more: &[&str]) -> (i32, String) {
    let place = out.display().to_string();
    let output = ouro(&[&["verify", &place, "--quiet"], more].concat());
    let told = text(&output.stdout) + &text(&output.stderr);
    (output.status.code().expect("it ends by itself"), told.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn is_verified(out: &Path) {
    let (code, told) = verified(out, &[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("Verified: ") && !told.contains("differs"), "{told}");
}

/// Replaces a part of the manifest.
fn edited(out: &Path, from: &str, to: &str) {
    let file = out.join("manifest.json");
    let manifest = fs::read_to_string(&file).unwrap();
    assert!(manifest.contains(from), "{from}");
    fs::write(&file, manifest.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_result_is_made_again_byte_for_byte() {
    is_verified(&result("whole", &["--diagnostics", "--network"]));
    is_verified(&result("bare", &["--no-figures", "--no-paths", "--set", "lab.acme.cash=9B"]));
}

#[test]
fn a_reader_needs_nothing_but_the_folder() {
    // A variant of a file in another folder, with shared sources in a third; all are gone before the result is verified.
    let room = folder("sent");
    let (cases, shared) = (room.join("cases"), room.join("shared"));
    fs::create_dir_all(&cases).unwrap();
    fs::create_dir_all(&shared).unwrap();
    let base = fs::read_to_string(MINIMAL).unwrap();
    fs::write(room.join("base.toml"), format!("sources_from = \"shared/sources.toml\"\n{base}")).unwrap();
    fs::write(shared.join("sources.toml"), "[sources.a]\ntitle = \"A\"\n").unwrap();
    let variant = "extends = \"../base.toml\"\n[lab.acme]\ncash = { dist = \"uniform\", low = \"9B USD\", high = \"11B USD\", source = \"a\" }\n";
    fs::write(cases.join("variant.toml"), variant).unwrap();
    let (file, out) = (cases.join("variant.toml").display().to_string(), room.join("result"));
    let place = out.display().to_string();
    let words =
        ["run", &file, "--paths", "2000", "--draws", "20", "--set", "run.seed=5", "--out", &place, "--no-figures"];
    let output = ouro(&words);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    fs::remove_dir_all(&cases).unwrap();
    fs::remove_dir_all(&shared).unwrap();
    fs::remove_file(room.join("base.toml")).unwrap();
    is_verified(&out);
    edited(&out, "\"sources.toml\":", "\"other.toml\":");
    let (code, told) = verified(&out, &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("lacks the text of `shared/sources.toml`"), "{told}");
}

#[test]
fn options_that_change_numbers_are_in_the_manifest() {
    let out = folder("means").join("result");
    let place = out.display().to_string();
    let words =
        ["run", "scenarios/teaching.toml", "--means", "--paths", "2000", "--no-figures", "--quiet", "--out", &place];
    assert_eq!(ouro(&words).status.code(), Some(0));
    is_verified(&out);
    let words =
        ["run", MINIMAL, "--precision", "burst by 2030-12: 2pp", "--paths", "8000", "--no-figures", "--out", &place];
    assert_eq!(ouro(&words).status.code(), Some(0));
    let (code, told) = verified(&out, &[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("precision.txt: tells how the size was chosen"), "{told}");
}

#[test]
fn what_other_commands_leave_is_made_again_too() {
    let out = folder("twins").join("result");
    let place = out.display().to_string();
    let output = ouro(&["twins", MINIMAL, "--paths", "1000", "--figures", "svg", "--quiet", "--out", &place]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    is_verified(&out);
}

#[test]
fn a_plan_is_verified_and_a_comparison_held_against_its_checksums() {
    let out = folder("plan").join("result");
    let place = out.display().to_string();
    assert_eq!(ouro(&["plan", MINIMAL, "--out", &place]).status.code(), Some(0));
    is_verified(&out);
    let words =
        ["compare", MINIMAL, "--set", "lab.acme.cash=9B", "--with", "run.paths=1000", "--no-figures", "--out", &place];
    let output = ouro(&words);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (code, told) = verified(&out, &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("Not run again: the manifest of `ouro compare`"), "{told}");
    assert_eq!(verified(&out, &["--checksums"]).0, 0);
}

#[test]
fn every_file_that_is_wrong_is_named() {
    let out = result("altered", &["--no-figures"]);
    let summary = out.join("summary.csv");
    let lines = fs::read_to_string(&summary).unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines[4] = "default,acme,2030-12,probability,0.0,0.0,0.0,1,none";
    fs::write(&summary, lines.join("\n") + "\n").unwrap();
    fs::remove_file(out.join("tails.csv")).unwrap();
    fs::write(out.join("notes.md"), "mine").unwrap();
    for more in [&[][..], &["--checksums"]] {
        let (code, told) = verified(&out, more);
        assert_eq!(code, 4, "{told}");
        for phrase in [
            "summary.csv: changed after it was written",
            "tails.csv: listed in the manifest, but not there",
            "notes.md",
        ] {
            assert!(told.contains(phrase), "{phrase}: {told}");
        }
        assert!(told.contains("NOT VERIFIED: 1 altered, 1 missing"), "{told}");
    }
    assert!(verified(&out, &[]).1.contains("differs from line 5 on"));
    let output = ouro(&["verify", &out.display().to_string(), "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let states: Vec<&str> =
        told["records"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"altered") && states.contains(&"same") && states.contains(&"unlisted"), "{states:?}");
}

#[test]
fn numbers_that_the_scenario_does_not_give_are_found() {
    // Numbers and their checksum are changed together: only the second run can tell.
    let out = result("forged", &["--no-figures", "--no-paths"]);
    let other = result("forged-other", &["--no-figures", "--no-paths", "--seed", "9"]);
    for file in ["summary.csv", "summary.json"] {
        let listed = |out: &Path| {
            let manifest: serde_json::Value =
                serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
            let files = manifest["files"].as_array().unwrap().clone();
            files.into_iter().find(|row| row["name"] == file).unwrap()["sha256"].as_str().unwrap().to_owned()
        };
        let (from, to) = (listed(&out), listed(&other));
        fs::copy(other.join(file), out.join(file)).unwrap();
        edited(&out, &from, &to);
    }
    assert_eq!(verified(&out, &["--checksums"]).0, 0);
    let (code, told) = verified(&out, &[]);
    assert_eq!(code, 4, "{told}");
    assert!(told.contains("NOT VERIFIED: 2 differs") && told.contains("summary.csv: it differs from line"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_verified_is_told_why() {
    let room = folder("broken");
    let place = room.display().to_string();
    for (path, phrase) in [("/nowhere/at/all", "is not a folder"), (place.as_str(), "has no `manifest.json`")] {
        let (code, told) = verified(Path::new(path), &[]);
        assert!(code == 1 && told.contains(phrase), "{code} {told}");
    }
    let out = result("damaged", &["--no-figures", "--no-paths"]);
    let whole = fs::read_to_string(out.join("manifest.json")).unwrap();
    let cases = [
        ("\"seed\":", "\"sead\":", 1, "is damaged, or no manifest of ouro"),
        ("\"program\": \"ouroborisk\"", "\"program\": \"other\"", 1, "was written by `other`"),
        ("\"name\": \"summary.csv\"", "\"name\": \"../summary.csv\"", 1, "outside of its folder"),
        ("cash = \\\"10B USD\\\"", "cash = \\\"11B USD\\\"", 1, "the manifest was altered"),
        ("round.max_share", "round.max_shaer", 1, "does not accept its scenario"),
        ("\"stop\": \"paths\"", "\"stop\": \"interrupted\"", 1, "it was interrupted"),
        ("\"version\": \"", "\"version\": \"0.0.", 0, "Another program: it was made by version 0.0."),
    ];
    for (from, to, expected, phrase) in cases {
        fs::write(out.join("manifest.json"), &whole).unwrap();
        edited(&out, from, to);
        let (code, told) = verified(&out, &[]);
        assert_eq!(code, expected, "{from}: {told}");
        assert!(told.contains(phrase), "{phrase}: {told}");
    }
}
