//! The ring as a network: its matrices as a table.

use crate::stats::Estimate;
use crate::study::network::{Cell, LEVELS};

use super::format::{Column, Data, Table, TableError};

/// One row per pair of nodes, kind and date.
///
/// # Errors
/// If a number is not finite.
pub fn flows_table(cells: &[Cell]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Cell) -> String| Data::Text(cells.iter().map(of).collect());
    let number = |of: &dyn Fn(&Cell) -> Option<f64>| {
        Data::Maybe(cells.iter().map(|cell| of(cell).filter(|value| value.is_finite())).collect())
    };
    let mean = |of: fn(&Estimate) -> f64| number(&move |cell| cell.mean.as_ref().map(of));
    let words = |name, meaning, data| Column::new(name, "", meaning, data);
    let mut columns = vec![
        words(
            "from",
            "who pays, owes, owns or could lose: a lab, an entity, or an outsider",
            text(&|c| c.from.clone()),
        ),
        words("to", "to or of whom; empty for capital", text(&|c| c.to.clone())),
        words("kind", "pays, paid, owes, owns, exposure or capital", text(&|c| c.measure.name.to_owned())),
        words("by", "month at whose end, or with which the year or the run ends", text(&|c| c.by.to_string())),
        Column::new("mean", "USD", "mean over all paths", mean(Estimate::value)),
        Column::new("low", "USD", "lower end of its 95 % Monte Carlo interval", mean(Estimate::low)),
        Column::new("high", "USD", "upper end of that interval", mean(Estimate::high)),
    ];
    for (at, level) in LEVELS.iter().enumerate() {
        let quantile = number(&|cell| Some(cell.quantiles[at].value()));
        columns.push(Column::new(format!("p{:02.0}", 100.0 * level), "USD", "quantile over all paths", quantile));
    }
    columns.push(words("unit", "unit of the numbers", text(&|cell| cell.measure.kind.unit().to_owned())));
    columns.push(words("method", "how the interval of the mean was made, and caveats", text(&|c| c.method.clone())));
    Table::new("flows", columns)
}
