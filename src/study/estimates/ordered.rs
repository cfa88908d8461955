//! Bands of events in their order: what has happened by a date has by every later one, and a default is preceded or
//! accompanied by a liquidity event. No end of the band of a later or wider event lies below that of an earlier or narrower
//! one.

use std::collections::BTreeMap;

use crate::calendar::Month;
use crate::model::{Kind, Measure, metric};

use super::super::estimand::Statistic;
use super::entry::Entry;

/// The narrowest event without which this one cannot happen.
fn wider(measure: Measure) -> Option<Measure> {
    let pairs = [
        (metric::PAYMENT_DEFAULT, metric::DEFAULT),
        (metric::DISTRESSED_EXCHANGE, metric::DEFAULT),
        (metric::DEFAULT, metric::LIQUIDITY_EVENT),
        (metric::BOOM_AND_BUST, metric::BURST),
    ];
    pairs.into_iter().find(|(narrow, _)| *narrow == measure).map(|(_, wide)| wide)
}

/// All events without which this one cannot happen, the narrowest first.
pub(super) fn all_wider(measure: Measure) -> impl Iterator<Item = Measure> {
    std::iter::successors(wider(measure), |&next| wider(next))
}

/// Whether one event is, or cannot happen without, the other.
fn is_within(narrow: Measure, wide: Measure) -> bool {
    narrow == wide || all_wider(narrow).any(|next| next == wide)
}

/// Puts the ends of the bands of events, and of the intervals of these, in order.
///
/// Each number becomes the middle between the largest of its predecessors and the smallest of its successors, itself
/// among both: increasing in any partial order, and where nothing is out of order nothing changes (Robertson, Wright and
/// Dykstra, "Order Restricted Statistical Inference", 1988, section 1.4 has such bounds).
pub(super) fn put_in_order(entries: &mut [Entry]) {
    let is_band = |entry: &Entry| {
        let of = &entry.estimand;
        matches!(of.statistic, Statistic::Band(_))
            && of.measure.kind == Kind::FirstMonth
            && entry.answer.value.is_some()
    };
    // Of the market and of labs alike: events of one subject.
    let mut alike: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for at in (0..entries.len()).filter(|&at| is_band(&entries[at])) {
        let of = &entries[at].estimand;
        alike.entry((of.subject.clone(), of.statistic.name())).or_default().push(at);
    }
    for places in alike.into_values() {
        put_alike_in_order(entries, &places);
    }
}

/// The same for one end of the bands of the events of one subject, which stand at these places.
fn put_alike_in_order(entries: &mut [Entry], places: &[usize]) {
    let keys: Vec<(Measure, Month)> =
        places.iter().map(|&at| (entries[at].estimand.measure, entries[at].estimand.by)).collect();
    let before = |a: usize, b: usize| is_within(keys[a].0, keys[b].0) && keys[a].1 <= keys[b].1;
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
    use super::super::super::estimand::Estimand;
    use super::super::estimator::Answer;
    use super::*;

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
