//! The page of a run: its blocks in the order of docs/model.md, section 11.

use super::block::{Block, fitted};
use super::context::Page;
use super::{amounts, circular, ends, events, frame, joint, network};

/// All blocks of the page of a run.
pub fn headline(page: &Page<'_>) -> Vec<Block> {
    let mut blocks = vec![frame::given(page), frame::how_to_read(page)];
    for lab in &page.results.labs {
        blocks.push(amounts::funding_gap(page, lab));
        blocks.push(amounts::endurance(page, lab));
        blocks.push(events::ladder(page, lab));
        blocks.push(events::burst(page, lab));
        blocks.push(events::bubble(page, lab));
    }
    blocks.push(circular::money(page));
    blocks.push(circular::growth(page));
    blocks.push(amounts::losses(page));
    blocks.push(events::entities(page));
    blocks.push(ends::ends(page));
    blocks.push(joint::defaults(page));
    blocks.push(network::defaults(page));
    blocks.push(network::payments(page));
    blocks.push(frame::published(page));
    blocks.push(frame::limits(page));
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, page.width())
}
