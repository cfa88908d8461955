//! `ouro check`: problems of scenario files, and their summaries.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::CheckArgs;
use super::contents::Contents;
use super::exit::{Ended, WRONG};
use super::explain;
use super::terminal::{self, BAD, BOLD, DIM, GOOD, WARN};
use crate::face::{Problem, Problems, Scenario, Severity, Sheet, Study, Tone, counted, load_sources, load_strict};

/// A file after it was read: the scenario if it could be, and what is wrong with it.
struct Checked<'a> {
    file: &'a Path,
    scenario: Option<Scenario>,
    /// How many sources a file holds that holds nothing else.
    sources: Option<usize>,
    problems: Problems,
}

/// Checks every file; 1 if any is refused.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn run(args: &CheckArgs) -> Ended {
    let overrides = &args.overrides.set;
    let read = |file: &Path| {
        if args.strict { load_strict(file, overrides) } else { Scenario::load_with(file, overrides) }
    };
    let files: Vec<Checked> = args.files.iter().map(|file| checked(file, read(file))).collect();
    if args.json {
        let files: Vec<Value> = files.iter().map(|file| as_json(file, args.explain)).collect();
        terminal::print(&format!("{:#}\n", json!({ "files": files })))?;
    } else {
        terminal::print(&as_text(&files, args.explain))?;
    }
    let refused = files.iter().any(|file| file.problems.refuse());
    Ok(if refused { ExitCode::from(WRONG) } else { ExitCode::SUCCESS })
}

fn checked(file: &Path, read: Result<Scenario, Problems>) -> Checked<'_> {
    let checked = |problems| Checked { file, problems, scenario: None, sources: None };
    match load_sources(file) {
        Some(Ok(sources)) => return Checked { sources: Some(sources.len()), ..checked(Problems::default()) },
        Some(Err(problems)) => return checked(problems),
        None => {}
    }
    match read {
        Ok(scenario) => Checked { scenario: Some(scenario.clone()), ..checked(Study::of(scenario).check()) },
        Err(problems) => checked(problems),
    }
}

fn as_text(files: &[Checked], explained: bool) -> String {
    let mut text = String::new();
    for file in files {
        if !file.problems.list.is_empty() {
            text += &terminal::problems(&file.problems);
            text += "\n\n";
        }
        match (&file.scenario, file.sources) {
            (_, Some(sources)) => {
                let held = counted(sources, "source");
                let _ = writeln!(text, "{GOOD}ok{GOOD:#}  {BOLD}{}{BOLD:#}  {held}", file.file.display());
            }
            (Some(scenario), _) if !file.problems.refuse() => {
                text += &accepted(file, scenario);
                if explained {
                    text += &explain::table(scenario.effective(), terminal::width());
                }
            }
            _ => text += &refused(file),
        }
    }
    if files.len() > 1 {
        text += &in_all(files);
    }
    text
}

fn accepted(file: &Checked, scenario: &Scenario) -> String {
    let contents = Contents::of(scenario);
    let warnings = match file.problems.list.len() {
        0 => String::new(),
        count => format!("  {WARN}{}{WARN:#}", counted(count, "warning")),
    };
    let mut text = format!("{GOOD}ok{GOOD:#}  {BOLD}{}{BOLD:#}  {}{warnings}\n", file.file.display(), contents.name());
    let sheet = Sheet { width: terminal::width() };
    for line in contents.lines().iter().flat_map(|line| sheet.hanging(Tone::Aside, "    ", line)) {
        let _ = writeln!(text, "{DIM}{}{DIM:#}", line.text);
    }
    text
}

fn refused(file: &Checked) -> String {
    let errors = counted(errors(file), "error");
    format!("{BAD}refused{BAD:#}  {BOLD}{}{BOLD:#}  {errors}\n", file.file.display())
}

fn errors(file: &Checked) -> usize {
    file.problems.list.iter().filter(|problem| problem.severity == Severity::Error).count()
}

fn in_all(files: &[Checked]) -> String {
    let bad = files.iter().filter(|file| file.problems.refuse()).count();
    let good = files.len() - bad;
    format!("{}: {good} ok, {bad} refused\n", counted(files.len(), "file"))
}

fn as_json(file: &Checked, explained: bool) -> Value {
    let problems: Vec<Value> = file.problems.list.iter().map(|problem| problem_json(&file.problems, problem)).collect();
    let contents = file.scenario.as_ref().map(Contents::of);
    let mut value = json!({
        "file": file.file.display().to_string(),
        "ok": !file.problems.refuse(),
        "holds": contents,
        "sources": file.sources,
        "problems": problems,
    });
    if let (true, Some(scenario)) = (explained, &file.scenario) {
        value["effective"] = scenario.effective().iter().map(explain::json).collect();
    }
    value
}

fn problem_json(problems: &Problems, problem: &Problem) -> Value {
    let text = problem.place.as_ref().and_then(|place| Some((problems.texts.get(place.text)?, place.span.start)));
    let place = text.filter(|(text, _)| text.has_lines).map(|(text, byte)| text.line_and_column(byte));
    json!({
        "severity": problem.severity.name(),
        "key": problem.key,
        "message": problem.message,
        "found": problem.found,
        "expected": problem.expected,
        "help": problem.help,
        "in": text.map(|(text, _)| text.name.clone()),
        "line": place.map(|(line, _)| line),
        "column": place.map(|(_, column)| column),
    })
}
