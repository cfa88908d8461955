//! The sample that the README shows is of the bundled scenario as it stands.

use std::fs;
use std::path::Path;

use ouroborisk::scenario::load;

#[test]
fn the_sample_is_of_the_reference_scenario_as_it_stands() {
    let scenario =
        load(Path::new("scenarios/openai-2026-06.toml"), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let digest = scenario.digest_text();
    let page = fs::read_to_string("outputs/sample/report.txt").unwrap();
    assert!(
        page.contains(&digest),
        "outputs/sample/report.txt is of another digest than {digest}: `just sample` makes it anew"
    );
    let summary = fs::read_to_string("outputs/sample/summary.csv").unwrap();
    assert!(summary.lines().count() > 500);
    for figure in ["funding-gap", "events"] {
        let svg = fs::read_to_string(format!("outputs/sample/figures/{figure}.svg")).unwrap();
        assert!(
            svg.contains(&digest[..8]),
            "{figure}.svg is of another digest than {digest}: `just sample` makes it anew"
        );
    }
}
