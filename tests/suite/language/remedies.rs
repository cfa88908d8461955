//! Whatever a problem advises word for word is taken at its word: applied, it makes that problem go away.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;

use ouroborisk::language::{Problem, Problems};
use ouroborisk::report::language::template;
use ouroborisk::{Error, Sweep};

use super::refused::{Case, TABLE};
use super::*;

/// A change of one text: these bytes become that text.
type Edit = (Range<usize>, String);

/// What a problem advises word for word, each remedy as the edits of the text in which the problem is.
pub(crate) fn remedies(text: &str, problem: &Problem) -> Vec<Vec<Edit>> {
    let Some(span) = problem.place.as_ref().map(|place| place.span.clone()) else { return Vec::new() };
    let (help, expected) = (problem.help.clone().unwrap_or_default(), problem.expected.clone().unwrap_or_default());
    let mut found: Vec<Vec<Edit>> = Vec::new();
    found.extend(meant(text, &span, problem, &help));
    for said in [&problem.message, &help] {
        let written = said.split_once("write ").and_then(|(_, rest)| example(rest));
        let otherwise = said.split_once(", else ").and_then(|(_, rest)| example(rest));
        found.extend(written.into_iter().chain(otherwise).map(|value| vec![(span.clone(), value)]));
    }
    found.extend(clipped(text, &span, &help));
    found.extend(added(text, &help).map(|edit| vec![edit]));
    found.extend(dropped(text, &span, problem, &help).map(|edit| vec![edit]));
    found.extend(quoted(text, &span, &help).map(|edit| vec![edit]));
    if found.is_empty() {
        found.extend(expected_values(&expected).into_iter().map(|value| vec![(span.clone(), value)]));
    }
    if let Some(key) = help.strip_prefix("use `").and_then(|rest| rest.strip_suffix('`')) {
        found.push(vec![(0..text.find('=').unwrap_or(0), key.to_owned())]);
    }
    found
}

/// "did you mean `x`?": the misspelt word, in the value or before it in its line, becomes `x`.
fn meant(text: &str, span: &Range<usize>, problem: &Problem, help: &str) -> Option<Vec<Edit>> {
    let right = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    let said = format!("{} {}", problem.message, problem.found.clone().unwrap_or_default());
    let words = said.split(['`', '"']).skip(1).step_by(2);
    let is_near = |word: &&str| {
        let alike = word.chars().zip(right.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
        *word != right && word.len().abs_diff(right.len()) <= 2 && alike >= right.len().min(3) - 1
    };
    let wrong = words.filter(is_near).find(|word| text.contains(word))?;
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let within = text[span.clone()].find(wrong).map(|at| span.start + at);
    let at = within.or_else(|| text[line..span.start].rfind(wrong).map(|at| line + at))?;
    Some(vec![(at..at + wrong.len(), right.to_owned())])
}

/// A value as it is written, at the beginning of a text.
fn example(text: &str) -> Option<String> {
    let end = match text.chars().next()? {
        '"' => text[1..].find('"')? + 2,
        '{' => text.find('}')? + 1,
        digit if digit.is_ascii_digit() => text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()),
        _ => return None,
    };
    Some(text[..end].to_owned())
}

/// "clip it with `min = 0` and `max = 1`": put into the table of the distribution, in the place of bounds that are there.
fn clipped(text: &str, span: &Range<usize>, help: &str) -> Option<Vec<Edit>> {
    let bounds = help.strip_prefix("clip it with ")?;
    let table = &text[span.clone()];
    let end = span.start + table.rfind('}')?;
    let bounds: Vec<&str> = bounds.split(" and ").map(|bound| bound.trim_matches('`')).collect();
    Some(bounds.iter().map(|bound| (end..end, format!(", {bound}"))).collect())
}

/// "add [entity.x]; it may be empty": put at the end of the file.
fn added(text: &str, help: &str) -> Option<Edit> {
    let table = help.strip_prefix("add ").filter(|rest| rest.starts_with('['))?;
    let (header, rest) = table.split_at(table.find(']')? + 1);
    let needs_title = rest.contains("`title`");
    let is_whole = needs_title || rest.contains("may be empty");
    let title = if needs_title { "title = \"t\"\n" } else { "" };
    is_whole.then(|| (text.len()..text.len(), format!("\n{header}\n{title}")))
}

/// "drop this key": its line, where it has one of its own.
fn dropped(text: &str, span: &Range<usize>, problem: &Problem, help: &str) -> Option<Edit> {
    let name = problem.key.rsplit('.').next()?;
    let advised =
        ["drop this key", "drop one of them", &format!("drop `{name}`")].iter().any(|said| help.contains(said));
    let start = text[..span.start].rfind('\n')? + 1;
    let end = start + text[start..].find('\n')? + 1;
    let line = &text[start..end];
    (advised && line.split('=').next()?.trim().ends_with(name)).then(|| (start..end, String::new()))
}

/// "put the month in quotes": the value of the line.
fn quoted(text: &str, span: &Range<usize>, help: &str) -> Option<Edit> {
    let advised = help.starts_with("put the ") && help.contains(" in quotes");
    let start = text[..span.start].rfind('\n')? + 1;
    let end = start + text[start..].find('\n')?;
    let value = start + text[start..end].find('=')? + 1;
    let written = text[value..end].trim();
    (advised && !written.is_empty()).then(|| (value..end, format!(" {written:?}")))
}

/// The examples of what is expected: `such as "15mo" or "7y"`.
fn expected_values(expected: &str) -> Vec<String> {
    let mut values = Vec::new();
    if let Some((_, mut rest)) = expected.split_once("such as ").or_else(|| expected.split_once("one of ")) {
        while let Some(value) = example(rest) {
            rest = rest[value.len()..].trim_start_matches(", ").trim_start_matches(" or ");
            values.push(value);
        }
    }
    let whole = expected.strip_prefix("a whole number, at least ").and_then(example);
    let most = expected.strip_prefix("at most ").and_then(example);
    let span =
        expected.split_once(" to ").filter(|(from, _)| from.ends_with("mo")).map(|(from, _)| format!("{from:?}"));
    let flag = (expected == "true or false").then(|| "true".to_owned());
    values.extend([whole, most, span, flag].into_iter().flatten());
    values
}

/// A text with the edits, none of which overlap.
pub(crate) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    edits.iter().fold(text.to_owned(), |mut text, (span, new)| {
        text.replace_range(span.clone(), new);
        text
    })
}

/// Whether a problem is still among others, or another has come at its key.
pub(crate) fn persists(problem: &Problem, among: &Problems) -> bool {
    let said = |of: &Problem| (of.key.clone(), of.message.clone(), of.found.clone());
    let same = |other: &Problem| said(other) == said(problem);
    let at_key = |other: &Problem| !problem.key.is_empty() && other.key == problem.key;
    among.list.iter().any(|other| same(other) || at_key(other) && other.severity >= problem.severity)
}

#[test]
fn what_a_problem_advises_makes_it_go_away() {
    let table = fs::read_to_string(TABLE).unwrap();
    let (mut tried, mut failed) = (0, String::new());
    for part in table.split("\n## ").skip(1) {
        let case = Case::read(part.find("\n# ").map_or(part, |at| &part[..at]));
        let (text, overrides) = (case.text(), &case.overrides);
        let Err(problems) = Scenario::parse("ring.toml", &text, overrides) else { continue };
        for problem in &problems.list {
            let number = problem.place.as_ref().map_or(0, |place| place.text);
            for remedy in remedies(&problems.texts[number].text, problem) {
                let mut texts: Vec<String> = std::iter::once(&text).chain(overrides).cloned().collect();
                texts[number] = edited(&texts[number], &remedy);
                let left = match Scenario::parse("ring.toml", &texts[0], &texts[1..]) {
                    Ok(scenario) => scenario.warnings().clone(),
                    Err(problems) => problems,
                };
                tried += 1;
                if persists(problem, &left) {
                    let _ = writeln!(
                        failed,
                        "{}: {}\n  {:?} {:?}\n  {remedy:?}\n{left}",
                        case.name, problem.message, problem.help, problem.expected
                    );
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(tried >= 60, "only {tried} remedies are tried");
}

/// A file with a distribution at a key that excludes its ends, and what the help makes of it.
#[test]
fn a_distribution_is_clipped_where_an_end_is_excluded() {
    for (key, value) in [
        ("market.freeze_mean", "{ dist = \"normal\", mean = \"12mo\", sd = \"3mo\" }"),
        ("family.gpu.relative_price", "{ dist = \"normal\", mean = 1.0, sd = 0.3 }"),
        ("lab.acme.valuation", "{ dist = \"normal\", mean = \"50B USD\", sd = \"9B USD\" }"),
        ("contract.cloud.take_or_pay", "{ dist = \"normal\", mean = 0.6, sd = 0.1 }"),
        ("entity.nimbus.pd5", "{ dist = \"normal\", mean = 0.1, sd = 0.05 }"),
    ] {
        let set = format!("{key}={value}");
        let problems = Scenario::parse("ring.toml", RING, std::slice::from_ref(&set)).unwrap_err();
        let problem = problems.list.iter().find(|problem| problem.help.is_some()).unwrap();
        let remedy = remedies(&set, problem);
        assert_eq!(remedy.len(), 1, "{set}");
        let left = Scenario::parse("ring.toml", RING, &[edited(&set, &remedy[0])]).err().unwrap_or_default();
        let still =
            left.list.iter().any(|other| other.message == problem.message || other.message.contains("not a length"));
        assert!(!still, "{set}: {left}");
    }
}

/// Sweep files that are refused, each with one remedy.
#[test]
fn what_a_problem_of_a_sweep_advises_makes_it_go_away() {
    let dir = std::env::temp_dir().join(format!("ouroborisk-{}-sweep-remedies", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("ring.toml"), RING).unwrap();
    let sweep = "[sweep]\nname = \"s\"\nscenario = \"ring.toml\"\npaths = 10\nmeasures = [\"default\"]\n\
        [[axis]]\nkey = \"lab.acme.cash\"\nvalues = [\"1B USD\", \"9B USD\"]\n";
    let refine = "[refine]\nmeasure = \"default\"\nlevel = 0.1\n";
    let load = |text: &str| {
        fs::write(dir.join("sweep.toml"), text).unwrap();
        Sweep::load(dir.join("sweep.toml")).map_err(|error| match error {
            Error::Problems(problems) => problems,
            error => panic!("{error}"),
        })
    };
    let whole = format!("{sweep}{refine}");
    assert!(load(&whole).is_ok());
    let mut tried = 0;
    for (from, to) in [
        ("measures = [\"default\"]", "measures = [\"defualt\"]"),
        ("measure = \"default\"", "measure = \"defualt\""),
        ("level = 0.1", "level = \"0,1\""),
        ("key =", "kye ="),
        ("paths = 10", "paths = 0"),
        ("name = \"s\"", "name = \"s\"\ndesign = \"gird\""),
    ] {
        let text = whole.replacen(from, to, 1);
        let problems = load(&text).unwrap_err();
        for problem in &problems.list {
            for remedy in remedies(&text, problem) {
                tried += 1;
                let left = load(&edited(&text, &remedy)).err().unwrap_or_default();
                assert!(!persists(problem, &left), "{to}: {remedy:?}\n{left}");
            }
        }
    }
    assert!(tried >= 6, "only {tried} remedies are tried");
    // A quoted level is a number, and what is wrong with it hides nothing else.
    let text =
        whole.replace("level = 0.1", "level = \"5\"").replace("measures = [\"default\"]", "measures = [\"defualt\"]");
    let keys: Vec<String> = load(&text).unwrap_err().list.into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["sweep.measures", "refine.measure", "refine.level"]);
    let text =
        whole.replace("level = 0.1", "level = \"5q\"").replace("measures = [\"default\"]", "measures = [\"defualt\"]");
    let keys: Vec<String> = load(&text).unwrap_err().list.into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["sweep.measures", "refine.measure", "refine.level"]);
    // A key that the scenario does not have is told where it is written.
    let text = whole.replace("lab.acme.cash", "lab.acme.chas");
    let problems = load(&text).unwrap_err();
    let line = text.lines().position(|line| line.contains("chas")).unwrap() + 1;
    assert!(problems.to_string().contains(&format!("sweep.toml:{line}:")), "{problems}");
    // Whatever else is wrong.
    let text = text.replace("level = 0.1", "level = \"5q\"");
    let keys: Vec<String> = load(&text).unwrap_err().list.into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["axis.\"lab.acme.chas\".key", "refine.level"]);
    // A policy that sets the key of an axis would give its rows a wrong label.
    let text = format!("{whole}[[policy]]\nname = \"p\"\nset = [\"lab.acme.cash=5B\"]\n");
    assert!(load(&text).unwrap_err().to_string().contains("set one value"));
    let text = whole.replace("measure = \"default\"", "measure = \"funding_gap\"");
    let text = text.replace("[\"default\"]", "[\"funding_gap\"]");
    assert!(load(&text).unwrap_err().to_string().contains("statistic = \"mean\""));
    fs::remove_dir_all(&dir).unwrap();
}

/// Every default of the template is in the form in which it is written.
#[test]
fn each_line_of_the_template_may_be_uncommented() {
    let template = template();
    let mut tried = 0;
    let mut header: Option<usize> = None;
    let lines: Vec<&str> = template.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start_matches("# ");
        if bare.starts_with('[') && !bare.contains("] is") {
            header = line.starts_with('#').then_some(at);
        }
        let Some((name, value)) = bare.split_once(" = ") else { continue };
        let is_key =
            line.starts_with('#') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
        if !is_key || value.starts_with('(') {
            continue;
        }
        let uncommented: Vec<&str> = lines
            .iter()
            .enumerate()
            .map(
                |(other, line)| if other == at || Some(other) == header { line.trim_start_matches("# ") } else { line },
            )
            .collect();
        let problems = match Scenario::parse("first.toml", &uncommented.join("\n"), &[]) {
            Ok(scenario) => scenario.warnings().clone(),
            Err(problems) => problems,
        };
        tried += 1;
        let wrong = problems.list.iter().find(|problem| problem.key.rsplit('.').next() == Some(name));
        assert!(wrong.is_none(), "{line}: {problems}");
        let syntax = problems.list.iter().find(|problem| problem.message.starts_with("this is not TOML"));
        assert!(syntax.is_none(), "{line}: {problems}");
    }
    assert!(tried > 60, "only {tried} lines are tried");
}

/// The warnings about a text, by key.
fn doubts(text: &str) -> Vec<String> {
    let scenario = Scenario::parse("ring.toml", text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    scenario.warnings().list.iter().map(|problem| problem.key.clone()).collect()
}

#[test]
fn a_slip_of_the_unit_is_doubted_and_the_remedy_ends_the_doubt() {
    for (from, to, key) in [
        ("cash = \"10B USD\"", "cash = 6", "lab.acme.cash"),
        ("cash = \"10B USD\"", "cash = { dist = \"uniform\", low = 5, high = 7 }", "lab.acme.cash"),
        ("price_decline = \"20%\"", "price_decline = 20", "family.gpu.price_decline"),
        ("price_decline = \"20%\"", "price_decline = \"20\"", "family.gpu.price_decline"),
        ("2026 = \"8B USD\"", "2026 = \"8M USD\"", "lab.acme.revenue.target.2026"),
        ("2030 = \"40B USD\"", "2300 = \"40B USD\"", "lab.acme.revenue.target.2300"),
        ("amount = \"5B USD\"", "amount = \"5M USD\"", "investment.series-b.amount"),
        ("cash = \"10B USD\"", "cash = \"10B USD\"\nvaluation = \"60M USD\"", "lab.acme.valuation"),
        ("cash = \"10B USD\"", "cash = \"4M USD\"", "lab.acme.cash"),
        ("date = \"2026-06\"", "date = \"2206-06\"", "investment.series-b.date"),
    ] {
        let text = changed(&[(from, to)]);
        let scenario = Scenario::parse("ring.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let problem = scenario.warnings().list.iter().find(|problem| problem.key == key);
        let problem = problem.unwrap_or_else(|| panic!("{to}: {}", scenario.warnings()));
        for remedy in remedies(&text, problem) {
            assert!(!doubts(&edited(&text, &remedy)).contains(&key.to_owned()), "{to}");
        }
    }
    let over = changed(&[
        ("start = \"2026-01\"\nterm = \"2y\"", "start = \"2016-01\"\nterm = \"2y\""),
        ("2026 = \"2B USD\", 2027", "2016 = \"2B USD\", 2017"),
    ]);
    assert!(doubts(&over).contains(&"contract.cloud.start".to_owned()), "{:?}", doubts(&over));
    assert!(doubts(RING).is_empty());
}

#[test]
fn an_amount_a_hundredfold_off_all_others_of_its_kind_is_doubted() {
    let more = |amount: &str| {
        let one = |id: &str, amount: &str| {
            format!(
                "[[investment]]\nid = \"{id}\"\ninvestor = \"nimbus\"\nlab = \"acme\"\namount = \"{amount}\"\ndate = \"2026-09\"\n"
            )
        };
        format!("{RING}{}{}", one("c", "8B USD"), one("d", amount))
    };
    assert_eq!(doubts(&more("900B USD")), ["investment.d.amount"]);
    assert!(doubts(&more("90B USD")).is_empty());
    assert_eq!(doubts(&more("2B USD")), Vec::<String>::new());
}

#[test]
fn a_contract_may_have_begun_and_a_loan_be_due_long_before_and_after_the_run() {
    let loan = |maturity: &str| {
        format!(
            "{RING}[[facility]]\nid = \"l\"\nlab = \"acme\"\nlender = \"bank\"\nlimit = \"1B USD\"\nmaturity = \"{maturity}\"\n"
        )
    };
    assert!(doubts(&loan("2056-01")).is_empty());
    assert_eq!(doubts(&loan("2300-01")), ["facility.l.maturity"]);
    let old = changed(&[
        ("start = \"2026-01\"\nterm = \"2y\"", "start = \"2016-01\"\nterm = \"12y\""),
        ("schedule = { 2026 = \"2B USD\", 2027 = \"3B USD\" }", "amount = \"20B USD\""),
    ]);
    assert!(doubts(&old).is_empty());
}

#[test]
fn a_strict_reading_refuses_what_is_doubted() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("doubted.toml");
    for (from, to, key) in [
        ("cash = \"10B USD\"", "cash = 6", "lab.acme.cash"),
        ("price_decline = \"20%\"", "price_decline = 20", "family.gpu.price_decline"),
        ("2026 = \"8B USD\"", "2026 = \"8M USD\"", "lab.acme.revenue.target.2026"),
        ("2030 = \"40B USD\"", "2300 = \"40B USD\"", "lab.acme.revenue.target.2300"),
        ("amount = \"5B USD\"", "amount = \"5M USD\"", "investment.series-b.amount"),
        ("date = \"2026-06\"", "date = \"2206-06\"", "investment.series-b.date"),
    ] {
        let text = changed(&[(from, to)]);
        fs::write(&file, &text).unwrap();
        let doubt = load(&file, &[]).unwrap().warnings().list.iter().find(|problem| problem.key == key).cloned();
        let doubt = doubt.unwrap_or_else(|| panic!("{to} is not doubted"));
        let refused = ouroborisk::scenario::load_strict(&file, &[]).unwrap_err();
        let found = refused.list.iter().filter(|problem| problem.key == key && problem.message == doubt.message);
        let severities: Vec<_> = found.map(|problem| problem.severity).collect();
        assert_eq!(severities, [ouroborisk::language::Severity::Error], "{to}: {refused}");
    }
}

#[test]
fn no_scenario_of_the_project_is_doubted() {
    let mut seen = 0;
    for folder in ["scenarios", "scenarios/counterfactuals"] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_scenario = path.extension().is_some_and(|ending| ending == "toml");
            if !is_scenario || path.ends_with("sources.toml") {
                continue;
            }
            let scenario = load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
            seen += 1;
            let doubts: Vec<&Problem> = scenario.warnings().list.iter().filter(|problem| is_doubt(problem)).collect();
            assert!(doubts.is_empty(), "{}: {doubts:?}", path.display());
        }
    }
    assert!(seen > 8, "only {seen} scenarios");
}

/// Whether a problem is about the size of a number.
fn is_doubt(problem: &Problem) -> bool {
    ["less than a million", "stands beside", "years from the run", "far outside the run", "ended before the start"]
        .iter()
        .any(|said| problem.message.contains(said))
        || problem.message.starts_with("this is ") && problem.message.contains('%')
}
