//! Bands of events in their order: what has happened by a date has by every later one, and a default is preceded or
//! accompanied by a liquidity event. No end of the band of a later or wider event lies below that of an earlier or narrower
//! one. Which event is wider, the table of measures says (`within`).

use std::collections::BTreeMap;

use crate::model::{Kind, Measure};

use super::super::estimand::{Estimand, Statistic};
use super::entry::Entry;

/// Puts the ends of the bands of events, and of the intervals of these, in order.
///
/// Each number becomes the middle between the largest of its predecessors and the smallest of its successors, itself
/// among both: increasing in any partial order, and where nothing is out of order nothing changes (Robertson, Wright and
/// Dykstra, "Order Restricted Statistical Inference", 1988, section 1.4 has such bounds).
pub(super) fn put_in_order(entries: &mut [Entry]) {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let of = &entry.estimand;
        if is_nested(of.measure) && matches!(of.statistic, Statistic::Band(_)) && entry.answer.value.is_some() {
            alike.entry(of.statistic.name()).or_default().push(at);
        }
    }
    for places in alike.into_values() {
        put_alike_in_order(entries, &places);
    }
}

/// An event, or a probability that is part of one.
fn is_nested(measure: Measure) -> bool {
    measure.kind == Kind::FirstMonth || !measure.within.is_empty()
}

/// Whether what the first says cannot happen without the second: an event of the same subject or of the market that is the
/// same or wider, by the same month or a later one.
fn is_part(narrow: &Estimand, wide: &Estimand) -> bool {
    (narrow.subject == wide.subject || wide.subject.is_empty())
        && narrow.by <= wide.by
        && narrow.measure.is_within(&wide.measure)
}

/// The same for one end of the bands, which stand at these places.
fn put_alike_in_order(entries: &mut [Entry], places: &[usize]) {
    let before = |a: usize, b: usize| is_part(&entries[places[a]].estimand, &entries[places[b]].estimand);
    let count = places.len();
    let below: Vec<Vec<usize>> = (0..count).map(|at| (0..count).filter(|&other| before(other, at)).collect()).collect();
    let above: Vec<Vec<usize>> = (0..count).map(|at| (0..count).filter(|&other| before(at, other)).collect()).collect();
    let numbers = |of: fn(&Entry) -> Option<f64>| {
        let all: Vec<Option<f64>> = places.iter().map(|&place| of(&entries[place])).collect();
        ordered(&all, &below, &above)
    };
    let (value, low, high) = (numbers(|e| e.answer.value), numbers(|e| e.answer.low), numbers(|e| e.answer.high));
    for (at, &place) in places.iter().enumerate() {
        let answer = &mut entries[place].answer;
        (answer.value, answer.low, answer.high) = (value[at], low[at], high[at]);
    }
}

/// The middle between the largest below and the smallest above, for each number.
fn ordered(all: &[Option<f64>], below: &[Vec<usize>], above: &[Vec<usize>]) -> Vec<Option<f64>> {
    let of = |at: usize| {
        let own = all[at]?;
        let largest = below[at].iter().filter_map(|&other| all[other]).fold(own, f64::max);
        let smallest = above[at].iter().filter_map(|&other| all[other]).fold(own, f64::min);
        Some(0.5 * (largest + smallest))
    };
    (0..all.len()).map(of).collect()
}

/// The ends of bands by month, in order in time and each not above that of the wider event, if there is one; a month without
/// a band has none.
pub fn in_order(narrow: &mut [Option<[f64; 2]>], wide: Option<&mut [Option<[f64; 2]>]>) {
    let months = narrow.len();
    let mut all: Vec<Option<[f64; 2]>> = narrow.to_vec();
    all.extend(wide.iter().flat_map(|wide| wide.iter()));
    let place = |at: usize| (at / months, at % months);
    let before = |a: usize, b: usize| place(a).0 <= place(b).0 && place(a).1 <= place(b).1;
    let related = |holds: &dyn Fn(usize, usize) -> bool| -> Vec<Vec<usize>> {
        (0..all.len()).map(|at| (0..all.len()).filter(|&other| holds(at, other)).collect()).collect()
    };
    let (below, above) = (related(&|at, other| before(other, at)), related(&|at, other| before(at, other)));
    let end = |side: usize| {
        let numbers: Vec<Option<f64>> = all.iter().map(|ends| ends.map(|ends| ends[side])).collect();
        ordered(&numbers, &below, &above)
    };
    let (low, high) = (end(0), end(1));
    let both = |at: usize| low[at].zip(high[at]).map(|(low, high)| [low, high]);
    for (at, ends) in narrow.iter_mut().enumerate() {
        *ends = both(at);
    }
    for (at, ends) in wide.into_iter().flat_map(|wide| wide.iter_mut()).enumerate() {
        *ends = both(months + at);
    }
}

/// The ends of bands of the chance of more, by amount: no end lies above that of a smaller amount. An amount without a band
/// has none.
pub fn falling(by_amount: &mut [Option<[f64; 2]>]) {
    by_amount.reverse();
    in_order(by_amount, None);
    by_amount.reverse();
}

#[cfg(test)]
mod tests {
    use super::super::estimator::Answer;
    use super::*;
    use crate::calendar::Month;
    use crate::model::metric;

    fn entry(measure: Measure, year: i32, value: f64) -> Entry {
        let estimand = Estimand {
            measure,
            subject: "acme".to_owned(),
            by: Month::january(year),
            statistic: Statistic::Band(0.95),
        };
        Entry { estimand, answer: Answer { value: Some(value), ..Answer::default() } }
    }

    #[test]
    fn a_default_is_not_above_the_liquidity_event_nor_above_a_later_one() {
        let mut entries = [
            entry(metric::DEFAULT, 2028, 0.4),
            entry(metric::DEFAULT, 2030, 0.3),
            entry(metric::LIQUIDITY_EVENT, 2028, 0.2),
            entry(metric::LIQUIDITY_EVENT, 2030, 0.5),
            entry(metric::BURST, 2028, 0.9),
        ];
        put_in_order(&mut entries);
        let value = |at: usize| entries[at].answer.value.unwrap();
        assert!(value(0) <= value(1) && value(1) <= value(3), "{entries:?}");
        assert!(value(0) <= value(2) && value(2) <= value(3), "{entries:?}");
        assert!((value(4) - 0.9).abs() < 1e-12, "the burst has no part in it");
    }

    #[test]
    fn an_event_of_a_lab_is_not_above_that_of_the_market_of_which_it_is_part() {
        let of_market = |measure, value| {
            let mut entry = entry(measure, 2030, value);
            entry.estimand.subject = String::new();
            entry
        };
        let mut entries = [
            entry(metric::BURST_BEFORE_LIQUIDITY_EVENT, 2030, 0.6),
            entry(metric::BURST_BEFORE_DEFAULT, 2030, 0.5),
            of_market(metric::BURST, 0.4),
            of_market(metric::BOOM_AND_BUST, 0.3),
            of_market(metric::RUN_UP, 0.2),
        ];
        put_in_order(&mut entries);
        let value = |at: usize| entries[at].answer.value.unwrap();
        assert!(value(0) <= value(1) && value(1) <= value(2), "{entries:?}");
        assert!(value(3) <= value(2) && value(3) <= value(4), "{entries:?}");
    }

    #[test]
    fn what_is_in_order_stays_as_it_is() {
        let mut months = [Some([0.0, 0.1]), None, Some([0.1, 0.3])];
        let mut wider = [Some([0.1, 0.2]), Some([0.1, 0.2]), Some([0.2, 0.4])];
        let (before, wide) = (months, wider);
        in_order(&mut months, Some(&mut wider));
        assert_eq!((months, wider), (before, wide));
        let mut falls = [Some([0.2, 0.4]), Some([0.1, 0.5])];
        in_order(&mut falls, None);
        assert!(falls[0].unwrap()[0] <= falls[1].unwrap()[0], "{falls:?}");
    }

    #[test]
    fn the_chance_of_more_does_not_rise_with_the_amount() {
        let mut bands = [Some([0.5, 0.9]), Some([0.3, 0.7]), None, Some([0.4, 0.6]), Some([0.1, 0.65])];
        falling(&mut bands);
        let told: Vec<[f64; 2]> = bands.iter().flatten().copied().collect();
        assert!(told.windows(2).all(|two| two[0][0] >= two[1][0] && two[0][1] >= two[1][1]), "{told:?}");
        assert_eq!((told[0], bands[2]), ([0.5, 0.9], None));
    }
}
