//! The page of a calibration: volatilities beside the default probabilities that they meet.

use super::block::{Block, fitted};
use super::text::{Sheet, cells, number};
use crate::notation::percent;
use crate::study::Solved;

/// The page of the entities of a scenario whose volatilities were solved.
pub fn calibrated(solved: &[Solved], width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let cells_of = |row: &Solved| {
        let told = |volatility: f64| format!("{} %", number(100.0 * volatility, 3));
        let interval = format!("{} ({} to {})", told(row.volatility), told(row.low), told(row.high));
        vec![row.entity.clone(), percent(row.target), interval]
    };
    let heads = cells(["", "default within five years", "annual volatility of its assets"]);
    let rows: Vec<Vec<String>> = solved.iter().map(cells_of).collect();
    let legend = "Solved by simulation so that each entity, with its exposures and under the simulated market, defaults with \
        the probability that the scenario asks for. Both are means over the parameter draws; 95 % Monte Carlo intervals.";
    let title = "Volatilities that meet the default probabilities".to_owned();
    let blocks = vec![
        Block { title, lines: sheet.table(&[heads], &rows) },
        Block { title: String::new(), lines: sheet.aside(legend) },
    ];
    fitted(blocks, width)
}
