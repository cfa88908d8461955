//! The ring as a network: what the default of one costs all, and who pays whom.

use super::amounts::subjects;
use super::block::Block;
use super::context::Page;
use super::text::{block, cells, dollars, dollars_error, number, plus_minus};
use crate::calendar::Month;
use crate::model::metric::{DEBTRANK, DEBTRANK_LINEAR, IMPACT_SHARE, PAID};
use crate::model::{By, Measure};
use crate::study::Statistic;
use crate::study::network::Cell;

/// Payments on the page.
const MOST: usize = 10;

/// Impact share and DebtRank of each lab and promising investor, at the start and at the dates shown.
pub(super) fn defaults(page: &Page<'_>) -> Block {
    let start = page.results.by(By::Month(0));
    let dates: Vec<Month> = std::iter::once(start).chain(page.dates.iter().copied()).collect();
    let subjects = subjects(page, IMPACT_SHARE);
    let kinds = subjects.iter().flat_map(|subject| WAYS.iter().map(move |way| (subject, way)));
    let rows: Vec<Vec<String>> = kinds.filter_map(|(subject, way)| cost(page, &dates, subject, *way)).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let mut heads = cells(["% of all capital, mean ±error"]);
    heads.extend(dates.iter().map(Month::to_string));
    let words = "What the others would lose were it to default then, as a part of the capital of all labs and entities with a \
        balance sheet: directly (impact share), and with what those who lose pass on, each once (DebtRank) or whenever \
        they lose more (linear DebtRank). The three are the same for the only lab of a scenario: those who lose on it could \
        pass on nothing but promises to labs. Paths on which it has defaulted already are left out; its own capital is \
        not counted.";
    let title = "10  What a default costs the others".to_owned();
    block(title, page.table(&[heads], &rows), page.aside(words), Vec::new())
}

/// How a default is counted.
const WAYS: [(&str, Measure); 3] =
    [("directly", IMPACT_SHARE), ("passed on once", DEBTRANK), ("passed on always", DEBTRANK_LINEAR)];

/// A row: what a default costs, counted in one way, at each of the dates.
fn cost(page: &Page<'_>, dates: &[Month], subject: &str, (way, measure): (&str, Measure)) -> Option<Vec<String>> {
    let at = |&by: &Month| {
        let mean = page.summary.find(measure, subject, by, Statistic::Mean)?;
        let (value, low, high) = (mean.value?, mean.low?, mean.high?);
        let error = plus_minus(100.0 * value, 50.0 * (high - low), number);
        Some(format!("{} {error}", number(100.0 * value, 2)))
    };
    let shown: Vec<Option<String>> = dates.iter().map(at).collect();
    let any = shown.iter().any(Option::is_some);
    let shown = shown.into_iter().map(|cell| cell.unwrap_or_else(|| "-".to_owned()));
    any.then(|| std::iter::once(format!("{subject}, {way}")).chain(shown).collect())
}

/// The largest payments over the whole run.
pub(super) fn payments(page: &Page<'_>) -> Block {
    let mean = |cell: &Cell| cell.mean.map_or(f64::NAN, |mean| mean.value());
    let mut largest: Vec<&Cell> = page.network.iter().filter(|cell| cell.measure == PAID).collect();
    largest.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
    let row = |cell: &&Cell| {
        let error = cell.mean.map(|mean| dollars_error(mean.value(), 0.5 * (mean.high() - mean.low())));
        let error = error.unwrap_or_else(|| "?".to_owned());
        let [low, _, high] = [0, 1, 2].map(|at| dollars(cell.quantiles[at].value()));
        vec![format!("{} to {}", cell.from, cell.to), dollars(mean(cell)), error, format!("{low} to {high}")]
    };
    let rows: Vec<Vec<String>> = largest.iter().take(MOST).map(row).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let heads = cells(["", "mean", "error", "9 in 10 paths"]);
    let words = "Not in the ring: customers, lenders (debt) and all others (outside), who buy shares and receive costs, taxes and \
        interest. All payments by year, and who owes, owns and could lose what, are in flows.csv.";
    let title = format!("   Who has paid whom by {}", page.horizon());
    block(title, page.table(&[heads], &rows), page.aside(words), Vec::new())
}
