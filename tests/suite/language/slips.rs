//! Slips of the pen: names, brackets, invisible characters.

use std::fs;
use std::path::Path;

use super::{RING, changed, parse};
use ouroborisk::scenario::load;

/// The problem at a key, as it is told.
fn told(text: &str, key: &str) -> (String, String) {
    let problems = parse(text).expect_err("it is refused");
    let problem = problems.list.iter().find(|problem| problem.key == key);
    let problem = problem.unwrap_or_else(|| panic!("{key}: {problems}"));
    (problem.message.clone(), problem.help.clone().unwrap_or_default())
}

#[test]
fn labs_whose_names_differ_only_by_case_are_refused() {
    let (message, help) = told(&format!("{RING}[lab.Acme]\ncash = \"1B USD\"\n"), "lab.Acme");
    assert!(message.contains("differs from it only by case"), "{message}");
    assert_eq!(help, "did you mean `acme`?");
    let (message, help) = told(&format!("{RING}[lab.ACME.ipo]\nrate = \"10%\"\n"), "lab.ACME");
    assert!(message.contains("`acme`") && help == "did you mean `acme`?", "{message}: {help}");
}

#[test]
fn a_misspelt_lab_is_told_the_name_that_was_meant() {
    let (message, help) = told(&format!("{RING}[lab.acm.ipo]\nrate = \"10%\"\n"), "lab.acm.cash");
    assert!(message.starts_with("`lab.acm` needs `cash`"), "{message}");
    assert_eq!(help, "did you mean `acme`?");
    let (_, help) = told(&format!("{RING}[lab.zeta.ipo]\nrate = \"10%\"\n"), "lab.zeta.cash");
    assert_eq!(help, "");
}

#[test]
fn one_bracket_where_two_belong_is_told_what_to_write() {
    let (_, help) = told(&changed(&[("[[contract]]", "[contract]")]), "contract");
    assert_eq!(help, "write [[contract]], with two brackets, above each of them");
    let (_, help) = told(&changed(&[("[[contract]]\nid = \"cloud\"", "[contract.cloud]")]), "contract");
    assert_eq!(help, "write [[contract]] with `id = \"cloud\"`");
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("marked.toml");
    fs::write(&file, format!("\u{feff}market = 3\n{RING}")).unwrap();
    let problems = load(&file, &[]).unwrap_err().to_string();
    assert!(problems.contains("marked.toml:1:10: error[market]"), "{problems}");
    fs::write(&file, format!("market = 3\n{RING}")).unwrap();
    assert_eq!(load(&file, &[]).unwrap_err().to_string(), problems);
}
