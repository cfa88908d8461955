//! The page of a rare event: its probability by two routes, and how far to trust it.

use super::block::{Block, Tone, fitted};
use super::text::{Sheet, block, cells};
use crate::notation::{chance, percent, significant, thousands};
use crate::scenario::Scenario;
use crate::stats::{Band, Caveat, Estimate};
use crate::study::rare::{Driver, Importance, Rare, Splitting, Tilted, Verdict, relative};

/// Processes that are named.
const DRIVERS: usize = 8;

/// The page.
pub fn rare(scenario: &Scenario, rare: &Rare, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut blocks = vec![
        block(String::new(), sheet.overridden(scenario), Vec::new(), Vec::new()),
        probability(sheet, rare),
        routes(sheet, rare),
        drivers(sheet, &rare.importance.drivers),
    ];
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

/// A probability in scientific notation, three significant digits.
fn scientific(p: f64) -> String {
    format!("{p:.2e}")
}

fn interval(estimate: &Estimate) -> String {
    format!("{} to {}", scientific(estimate.low().max(0.0)), scientific(estimate.high()))
}

fn probability(sheet: Sheet, rare: &Rare) -> Block {
    let one = &rare.importance;
    let p = &one.probability;
    let value = format!("{} ({}), 95 % interval {}", scientific(p.value()), chance(p.value()), interval(p));
    let mut lines = sheet.plain(&value);
    if rare.draws > 1 {
        let band = match &one.band {
            Some(Band::Told([low, middle, high])) => format!(
                "Over the {} parameter draws: 5 % below {}, half below {}, 5 % above {}. The draw with the highest \
                 probability makes up {} of it.",
                thousands(f64::from(rare.draws)),
                scientific(low.value()),
                scientific(middle.value()),
                scientific(high.value()),
                percent(one.largest_draw)
            ),
            _ => format!(
                "No band over the draws: the noise of their paths is more than half of how they differ. The draw with the \
                 highest probability makes up {} of it.",
                percent(one.largest_draw)
            ),
        };
        lines.extend(sheet.plain(&band));
        if one.largest_draw > 0.2 || matches!(p.caveat(), Some(Caveat::OneDominates { .. })) {
            let text = "Few draws dominate: other draws could give another number. More --draws show it.";
            lines.extend(sheet.paragraph(Tone::Warning, text));
        }
    }
    lines.extend(warning(rare).into_iter().flat_map(|text| sheet.paragraph(Tone::Warning, &text)));
    block(format!("Probability of {}", rare.event.text()), lines, Vec::new(), Vec::new())
}

/// What must be said first.
fn warning(rare: &Rare) -> Option<String> {
    let text = match rare.verdict() {
        Verdict::Agree => return None,
        Verdict::Disagree => format!(
            "The two routes differ by {} standard errors: at least one is wrong, most likely importance sampling with a way \
             to the event that its search missed. Do not use the number.",
            significant(rare.distance().unwrap_or(f64::NAN).abs(), 2)
        ),
        Verdict::Weights => {
            "A few paths dominate the weights, so the interval may be far too narrow. More --paths show \
            whether it holds."
                .to_owned()
        }
        Verdict::Imprecise => {
            "The error of a route is over half of its number, so that their agreement says little. Use \
            more --paths."
                .to_owned()
        }
        Verdict::OneRoute => "Only one route was finished: nothing confirms the number.".to_owned(),
    };
    Some(text)
}

fn routes(sheet: Sheet, rare: &Rare) -> Block {
    let one = row("importance sampling", &rare.importance.of_paths, rare.importance.paths + rare.importance.searched);
    let two = rare.splitting.iter().map(|other| row("splitting", &other.probability, other.paths));
    let rows: Vec<Vec<String>> = [one].into_iter().chain(two).collect();
    let heads = cells(["", "probability", "95 % interval", "relative error", "paths"]);
    let told = [Some(of_weights(&rare.importance)), rare.splitting.as_ref().map(of_replicates), agreement(rare)];
    let after = told.into_iter().flatten().flat_map(|text| sheet.aside(&text)).collect();
    block("Two routes, on the same parameter draws".to_owned(), sheet.table(&[heads], &rows), Vec::new(), after)
}

fn row(name: &str, estimate: &Estimate, paths: u64) -> Vec<String> {
    let error = relative(estimate);
    let error = if error.is_finite() { percent(error) } else { "-".to_owned() };
    let value = scientific(estimate.value());
    vec![name.to_owned(), value, interval(estimate), error, thousands(paths as f64)]
}

fn of_weights(one: &Importance) -> String {
    let shape = match one.shape {
        Some(shape) if shape.is_finite() => format!("{shape:.2}"),
        Some(_) => "bounded".to_owned(),
        None => "unknown".to_owned(),
    };
    format!(
        "Weights: {} of {} paths with the event, worth {} with equal weights; the largest is {} of the sum; tail shape {shape} \
         (to be trusted below 0.7). {} rounds of the search.",
        thousands(one.hits as f64),
        thousands(one.paths as f64),
        thousands(one.effective.round()),
        percent(one.largest),
        one.rounds
    )
}

fn of_replicates(other: &Splitting) -> String {
    let missed = if other.missed == 0 { "all" } else { "not all" };
    format!(
        "Splitting: {} independent replicates in at most {} rounds; {missed} reached the event{}.",
        other.replicates,
        other.rounds,
        if other.missed == 0 { String::new() } else { format!(" ({} did not)", other.missed) }
    )
}

fn agreement(rare: &Rare) -> Option<String> {
    let distance = rare.distance()?;
    Some(format!("They differ by {:.1} standard errors; beyond 3 is an alarm.", distance.abs()))
}

/// How the event happens: what was tilted most.
fn drivers(sheet: Sheet, drivers: &[Driver]) -> Block {
    let told = |driver: &Driver| {
        let year = driver.year.map_or_else(|| "once".to_owned(), |year| year.to_string());
        let how = match driver.tilt {
            Tilted::Shift(shift) => format!("{shift:+.2} sd a month"),
            Tilted::Hazard(factor) => format!("hazard times {}", significant(factor, 2)),
        };
        vec![driver.process.clone(), year, how]
    };
    let rows: Vec<Vec<String>> = drivers.iter().take(DRIVERS).map(told).collect();
    let heads = cells(["process", "twelve months from", "tilt"]);
    let text = format!(
        "The {} strongest of {} tilts; rare-drivers.csv has all. They say how the event happens when it does, not what \
         causes it.",
        rows.len(),
        drivers.len()
    );
    if rows.is_empty() {
        return Block::default();
    }
    block("What differs where it happens".to_owned(), sheet.table(&[heads], &rows), Vec::new(), sheet.aside(&text))
}
