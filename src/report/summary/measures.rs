//! What each measure means: the dictionary of the manifest.

use std::collections::BTreeMap;

use crate::report::output::Measure;

/// Name, unit and meaning of every measure.
const MEASURES: [(&str, &str, &str); 43] = [
    (
        "funding_gap",
        "USD",
        "largest value so far of cumulative operating outflow beyond opening cash and the investments and \
         matching received in cash; never below 0",
    ),
    (
        "freeze_endurance",
        "months",
        "months, at most 120, that end with cash not below zero were the market closed from then on; by the \
         month before the start: at the start",
    ),
    ("liquidity_event", "month", "first month in which cash after all funding is below zero"),
    ("scale_back", "month", "first month in which the lab drops commitments that are not firm; not a default"),
    ("rescue", "month", "first month in which the sponsor pays what is owed"),
    ("distressed_exchange", "month", "first month in which creditors take less than they are owed; a default"),
    ("renegotiation", "month", "first month in which firm commitments are cut against a fee; not a default"),
    ("payment_default", "month", "first month in which the lab stops paying and is gone; a default"),
    ("default", "month", "first distressed exchange or payment default"),
    ("burst", "month", "first month with a burst of the funding market, of itself or by a lab's payment default"),
    ("default_given_burst", "1", "share in default among the paths whose market burst by then and before the default"),
    ("default_given_no_burst", "1", "share in default among the other paths"),
    (
        "burst_before_default",
        "1",
        "share of paths whose market burst by then and before a default: the weight of default_given_burst",
    ),
    (
        "liquidity_event_given_burst",
        "1",
        "share with a liquidity event among the paths whose market burst by then and before it",
    ),
    ("liquidity_event_given_no_burst", "1", "share with a liquidity event among the other paths"),
    ("burst_before_liquidity_event", "1", "share of paths whose market burst by then and before a liquidity event"),
    ("default_given_liquidity_event", "1", "share in default among the paths with a liquidity event by then"),
    (
        "overpaid",
        "0 or 1",
        "the path's discounted cash flows and final fundamental value are worth less than was paid for the \
         operations at the start",
    ),
    (
        "overvalued",
        "month",
        "first month after which price over fundamental value stood above the threshold for long enough; by \
         the month before the start: share of the draws above it",
    ),
    ("run_up", "month", "first month with a log rise of the market of ln 2 in 24 months, net of the broad market"),
    ("boom_and_bust", "month", "first burst within 24 months of a run-up"),
    (
        "implied_requirement",
        "1",
        "attainment of the revenue target at the start at which the fundamental value is what was paid; \
         over the draws",
    ),
    ("overvaluation", "1", "price over fundamental value of the operations"),
    ("operating_cash_flow", "USD", "operating cash flow from the start to the end of that month; negative: outflow"),
    ("revenue", "USD/year", "revenue rate"),
    ("cash", "USD", "cash at the end of the month"),
    ("value", "USD", "value of the equity"),
    ("raised", "USD", "cumulative money raised, by source"),
    ("spend", "USD", "cumulative invoices, by contract, and by provider and family"),
    (
        "circular_share",
        "1",
        "share of the money from the labs that had come from the entity's own group, traced pro rata: a \
         convention, see _lower and _upper",
    ),
    ("circular_share_lower", "1", "the same, least share that any tracing rule allows"),
    ("circular_share_upper", "1", "the same, largest share that any tracing rule allows"),
    (
        "circular_returned",
        "1",
        "share of the money given to labs that has come back, traced pro rata: a convention, see _lower and \
         _upper",
    ),
    ("circular_returned_lower", "1", "the same, least share that any tracing rule allows"),
    ("circular_returned_upper", "1", "the same, largest share that any tracing rule allows"),
    (
        "cloud_growth",
        "1",
        "growth of cloud revenue a year, from the first to the last twelve months; also without the labs, \
         and without the circular part",
    ),
    (
        "cloud_share",
        "1",
        "share of the cloud revenue of all entities that have any, in the last twelve months; also without \
         the labs, and without the circular part",
    ),
    ("provider_loss", "USD", "cumulative loss on contracts, arrears and debt"),
    ("basis_lost", "USD", "cumulative cost of stakes that were lost"),
    ("entity_default", "month", "first month-end with worth below the barrier"),
    (
        "entity_default_alone",
        "month",
        "the same on the same shocks, had its exposures to labs been exchanged for more of its core assets",
    ),
    (
        "entity_default_increment",
        "1",
        "share of paths in default less the share in default alone, on the same paths: what the exposures \
         add",
    ),
    ("finn_index", "1", "Finn's cycling index of the mean yearly flows of money"),
];

/// What each measure means, by its name in the tables.
pub fn dictionary() -> BTreeMap<String, Measure> {
    let entry = |(name, unit, meaning): (&str, &str, &str)| {
        (name.to_owned(), Measure { unit: unit.to_owned(), meaning: meaning.to_owned() })
    };
    MEASURES.into_iter().map(entry).collect()
}
