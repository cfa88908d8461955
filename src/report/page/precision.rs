//! The page of a run that was made as large as its questions need, and that of what questions need.

use super::block::{Block, Line, Tone, fitted};
use super::text::{Sheet, cells};
use crate::notation::{counted, duration, thousands};
use crate::report::precision::{Precision, Stopped};
use crate::stats::{Estimate, Method};
use crate::study::Statistic;
use crate::study::precision::{Between, Need, NeedRow, Reading, RunSize, Standing, Target};

/// The answers to the questions of a run, and how large it was made for them.
pub fn precision(of: &Precision, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let block = |title: &str, lines| Block { title: title.to_owned(), lines };
    let looks = of.sizes.len();
    let held = if looks > 1 { format!("holds over {}", counted(looks, "look")) } else { "95 % interval".to_owned() };
    let heads = [cells(["", "estimate", &held, "for one look", "answer"])];
    let rows: Vec<Vec<String>> = of.last().map(row).collect();
    let notes = of.last().filter_map(note).flat_map(|text| sheet.paragraph(Tone::Warning, &text)).collect();
    let mut lines = sheet.plain(&ended(of));
    lines.extend(sheet.aside(&method(of)));
    let answers = if rows.is_empty() { Vec::new() } else { sheet.table(&heads, &rows) };
    let title = if of.is_asked() { "What was asked" } else { "How large the run was made" };
    let mut blocks = if answers.is_empty() {
        vec![block(title, lines)]
    } else {
        vec![block(title, answers), block("", notes), block("", lines)]
    };
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

fn row(reading: &Reading) -> Vec<String> {
    let question = &reading.question;
    let interval = |of: &Estimate| match certain(of) {
        Some(_) if of.value() > 0.0 => format!("above {}", question.show(of.low())),
        Some(_) => format!("below {}", question.show(of.high())),
        None => format!("{} to {}", question.show(of.low()), question.show(of.high())),
    };
    let (fixed, over) = (&reading.fixed, &reading.over_looks);
    let estimate = certain(fixed).map_or_else(|| question.show(fixed.value()), str::to_owned);
    let answer = match (reading.standing, question.target) {
        (Standing::Reached, _) => format!("±{}", question.show_half(over.half_width())),
        (Standing::Above, Target::Above(threshold)) => format!("above {}", question.show(threshold)),
        (Standing::Below, Target::Above(threshold)) => format!("below {}", question.show(threshold)),
        (Standing::Above, Target::Ranking) => "higher".to_owned(),
        (Standing::Below, Target::Ranking) => "lower".to_owned(),
        (Standing::Open, Target::Above(_) | Target::Ranking) => "undecided".to_owned(),
        _ => format!("not reached: ±{}", question.show_half(over.half_width())),
    };
    vec![question.text.clone(), estimate, interval(over), interval(fixed), answer]
}

/// How an event is told that was never seen, or always: there is no error of its probability.
fn certain(estimate: &Estimate) -> Option<&'static str> {
    let is_probability = matches!(estimate.method(), Method::Wilson | Method::NestedWilson);
    let told = if estimate.value() > 0.0 { "always seen" } else { "never seen" };
    (is_probability && estimate.standard_error().is_none()).then_some(told)
}

/// What must be said of an answer that is none, or of an event that was never or always seen.
fn note(reading: &Reading) -> Option<String> {
    let Reading { question, size, needed, .. } = reading;
    let paths = thousands(size.paths as f64);
    let certain = reading.is_certain().then(|| {
        let (seen, bound) = if reading.fixed.value() > 0.0 {
            ("on all", format!("above {}", question.show(reading.over_looks.low())))
        } else {
            ("on none", format!("below {}", question.show(reading.over_looks.high())))
        };
        format!(
            "`{}`: it happened {seen} of {paths} paths. That is no probability of exactly 0 or 1, only one {bound}; whether it \
             is possible at all a simulation cannot say.",
            question.text
        )
    });
    let open = (!reading.is_answered()).then(|| match (question.target, needed.value.is_finite()) {
        (_, true) => format!(
            "`{}`: open. At this estimate it takes about {}.",
            question.text,
            ranged(*needed, |paths| thousands(crate::notation::significant(paths, 2)) + " paths")
        ),
        (Target::Relative(_), false) if reading.is_certain() => {
            format!("`{}`: open. A share of what was never seen is no precision: ask for a half-width.", question.text)
        }
        (_, false) => format!("`{}`: open. At this estimate no number of paths answers it.", question.text),
    });
    let told: Vec<String> = certain.into_iter().chain(open).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// A number with its interval in the same words.
fn ranged(of: Between, told: impl Fn(f64) -> String) -> String {
    let high = if of.high.is_finite() { told(of.high) } else { "without limit".to_owned() };
    format!("{} ({} to {high})", told(of.value), told(of.low))
}

fn said(size: RunSize) -> String {
    let paths = counted_paths(size.paths as f64);
    if size.draws > 1 { format!("{paths} in {} draws", thousands(size.draws as f64)) } else { paths }
}

fn counted_paths(paths: f64) -> String {
    format!("{} paths", thousands(paths))
}

fn ended(of: &Precision) -> String {
    let size = said(of.size());
    let (look, looks) = (of.at + 1, of.sizes.len());
    let why = match of.stopped {
        Stopped::Answered => "every question is answered".to_owned(),
        Stopped::Largest => "this is the largest size that was allowed; --paths allows more".to_owned(),
        Stopped::OutOfReach => format!(
            "what is open cannot be answered within the {} that were allowed; --paths allows more",
            counted_paths(of.sizes[looks - 1].paths as f64)
        ),
        Stopped::Time => format!(
            "the next size would not have fitted into the {} that were given",
            duration(of.limit.unwrap_or_default())
        ),
        Stopped::Interrupted if of.reported == of.size().paths => {
            "it was interrupted; this is the last look that was finished".to_owned()
        }
        Stopped::Interrupted => format!(
            "it was interrupted; the answers are those of the last look that was finished, the report is that of the {} that were \
             finished of a larger one",
            counted_paths(of.reported as f64)
        ),
    };
    let draws = if of.size().draws > 1 { format!(" --draws {}", of.size().draws) } else { String::new() };
    let whose = if of.reported == of.size().paths { "The same numbers" } else { "The numbers of the look" };
    format!(
        "Look {look} of {looks}, {size}: {why}. The looks took {} and {}. {whose}, bit for bit, are those of `{} --paths \
         {}{draws}` with the same --set.",
        duration(of.seconds),
        counted_paths(of.simulated as f64),
        of.command,
        of.size().paths,
    )
}

fn method(of: &Precision) -> String {
    let looks = of.sizes.len();
    let sizes = match (of.sizes.first(), of.sizes.last()) {
        (Some(first), Some(last)) if looks > 1 => {
            format!("{} to {}, each about twice the one before", said(*first), said(*last))
        }
        (Some(only), _) => said(*only),
        _ => String::new(),
    };
    if !of.is_asked() {
        return format!(
            "The size was chosen by the time alone, among {sizes}, and not by what was seen; so the intervals of the report \
             hold as they are. The size depends on the machine, the numbers at that size do not."
        );
    }
    if looks == 1 {
        return "There is one look, so the interval is that of a run of a fixed size.".to_owned();
    }
    format!(
        "The {looks} sizes were stated beforehand: {sizes}. The 5 % probability of an error is divided evenly among them \
         (Bonferroni), so that all {looks} intervals hold together with at least 95 %, whichever is reported, and looks can be \
         skipped. An interval for one look holds as often as it says only if nobody had looked. The precision is the longer \
         arm of the interval that holds over all looks. Replicates are {}.",
        if of.size().draws > 1 { "the parameter draws" } else { "the paths" }
    )
}

/// What questions need, from a pilot.
pub fn needs(needs: &[Need], (file, seconds): (&str, f64), width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut blocks: Vec<Block> = needs.iter().map(|need| of_need(need, sheet)).collect();
    if let Some(need) = needs.first() {
        let text = format!(
            "From a pilot of {}, {}. Intervals in brackets are 90 % intervals, from a bootstrap over the pilot's {}. Paths per \
             draw are those at which a variance costs least, given the time that a draw and a path take here; the time is \
             that of simulating alone, on this machine.",
            said(need.size),
            duration(seconds),
            if need.size.draws > 1 { "draws" } else { "paths" }
        );
        blocks.push(Block { title: String::new(), lines: sheet.aside(&text) });
    }
    let advised = needs.iter().filter_map(|need| Some((need, need.rows.first()?.sizes.as_ref().ok()?)));
    if let Some((need, size)) = advised.max_by(|(_, a), (_, b)| a.paths.value.total_cmp(&b.paths.value)) {
        let (draws, paths) = (size.draws.value, size.paths.value);
        let draws = if need.floor.is_some() { format!(" --draws {draws}") } else { String::new() };
        let text = format!("ouro run {file} --paths {paths}{draws}");
        blocks.push(Block { title: String::new(), lines: vec![Line::new(Tone::Plain, format!(" {text}"))] });
    }
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

fn of_need(need: &Need, sheet: Sheet) -> Block {
    let question = &need.question;
    let nested = need.floor.is_some();
    let heads = ["", "pilot", "draws", "paths per draw", "paths", "time"].map(str::to_owned).to_vec();
    let told = |cells: Vec<String>| if nested { cells } else { [&cells[..2], &cells[4..]].concat() };
    let (heads, rows) = ([told(heads)], need.rows.iter().map(|row| told(cells_of(need, row))).collect::<Vec<_>>());
    let mut lines = sheet.table(&heads, &rows);
    for row in &need.rows {
        if let Err(why) = &row.sizes {
            lines.extend(sheet.paragraph(Tone::Warning, &format!("{}: {why}.", name(row.statistic))));
        }
    }
    if let Some((draws, half)) = need.floor {
        lines.extend(sheet.aside(&floor(need, draws, half)));
    }
    Block { title: question.text.clone(), lines }
}

/// Why more paths alone do not help.
fn floor(need: &Need, draws: u64, half: f64) -> String {
    let question = &need.question;
    let deviation = |variance: f64| question.show_half(variance.max(0.0).sqrt());
    format!(
        "Standard deviation between draws {}, between the paths of a draw {}. With the {} draws of the scenario no number of \
         paths brings the half-width below {}.",
        deviation(need.components.between),
        deviation(need.components.within),
        thousands(draws as f64),
        question.show_half(half),
    )
}

fn name(statistic: Statistic) -> String {
    match statistic {
        Statistic::Band(level) => format!("{:.0} % end of the band", 100.0 * level),
        other => other.name(),
    }
}

fn cells_of(need: &Need, row: &NeedRow) -> Vec<String> {
    let question = &need.question;
    let rounded = |value: f64| thousands(crate::notation::significant(value, 2));
    let dash = || "-".to_owned();
    let pilot =
        row.pilot.map_or_else(dash, |(value, half)| format!("{} ±{}", question.show(value), question.show_half(half)));
    let of =
        |tell: &dyn Fn(&crate::study::precision::NeedSize) -> String| row.sizes.as_ref().map_or_else(|_| dash(), tell);
    vec![
        name(row.statistic),
        pilot,
        of(&|size| if size.draws.high > 1.0 { ranged(size.draws, rounded) } else { "1".to_owned() }),
        of(&|size| thousands(size.paths_per_draw as f64)),
        of(&|size| ranged(size.paths, rounded)),
        of(&|size| duration(size.seconds.value)),
    ]
}
