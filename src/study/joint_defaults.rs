//! Joint defaults: which labs and entities fail together, beyond what chance would do (docs/network.md).

use rayon::prelude::*;

use crate::calendar::Month;
use crate::model::{Metric, metric};
use crate::notation::{counted, significant};
use crate::stats::{Estimate, FEW, Hits, Lift, Pair, holm, lift};

use super::estimates::{Answer, Results, by_month, more_left_out, probability_alone, with_caveat};

/// A number about two defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// Probability that both default.
    Both,
    /// Probability that the first does.
    One,
    /// Probability that the second does.
    Other,
    /// How much oftener both default than if the two were independent over all paths.
    Lift,
    /// The same in a draw: what chance joins once the parameters are known.
    LiftWithin,
    /// What the draws add: in some of them both are likelier.
    LiftBetween,
    /// Probability to find such a lift within draws by chance.
    PValue,
    /// Of the paths with both: the first defaults in an earlier month.
    OneFirst,
    /// Of the paths with both: in the same month.
    SameMonth,
}

impl Together {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::One => "one",
            Self::Other => "other",
            Self::Lift => "lift",
            Self::LiftWithin => "lift_within",
            Self::LiftBetween => "lift_between",
            Self::PValue => "p_value",
            Self::OneFirst => "one_first",
            Self::SameMonth => "same_month",
        }
    }
}

/// Two labs or entities, and their defaults by a date.
#[derive(Clone, Debug)]
pub struct JointDefault {
    /// The first, in the order of the file, labs before entities.
    pub one: String,
    /// The second.
    pub other: String,
    /// By the end of this month.
    pub by: Month,
    /// How many paths have both.
    pub paths: u64,
    /// What is known of them; what is withheld has a method that tells why.
    pub answers: Vec<(Together, Answer)>,
}

impl JointDefault {
    /// The answer to a question; None if it does not apply.
    pub fn answer(&self, of: Together) -> Option<&Answer> {
        self.answers.iter().find(|(known, _)| *known == of).map(|(_, answer)| answer)
    }
}

/// The first month of a default on each path, of everybody who can default.
fn defaults<'a>(results: &'a Results<'_>) -> Vec<(&'a str, Vec<f32>)> {
    let of = |measure| results.catalogue.iter().filter(move |metric| metric.measure == measure);
    let all = of(metric::DEFAULT).chain(of(metric::ENTITY_DEFAULT));
    let row = |of: &'a Metric| Some((of.subject.as_str(), results.event(of.measure, &of.subject)?.into_owned()));
    all.filter_map(row).collect()
}

/// Every pair of those that can default, by every date of the run.
pub fn joint_defaults(results: &Results<'_>) -> Vec<JointDefault> {
    let all = defaults(results);
    let pairs = (0..all.len()).flat_map(|one| (one + 1..all.len()).map(move |other| (one, other)));
    let pairs: Vec<(usize, usize)> = pairs.collect();
    let by_date = |&by: &usize| {
        let of = |&(one, other): &(usize, usize)| Counts::of(results, [&all[one].1, &all[other].1], by);
        let counts: Vec<Counts> = pairs.par_iter().map(of).collect();
        let lifts: Vec<Option<Lift>> = counts.iter().map(Counts::lift).collect();
        let tests = tested(&lifts);
        let of_pair = |at: usize| JointDefault {
            one: all[pairs[at].0].0.to_owned(),
            other: all[pairs[at].1].0.to_owned(),
            by: results.date(by),
            paths: counts[at].all().both,
            answers: counts[at].answers(lifts[at].as_ref(), tests[at]),
        };
        (0..pairs.len()).map(of_pair).collect::<Vec<_>>()
    };
    results.dates.iter().flat_map(by_date).collect()
}

/// Holm's p-value of each lift within draws, for all pairs that have one, and how many these are.
pub(super) fn tested(lifts: &[Option<Lift>]) -> Vec<Option<(f64, usize)>> {
    let known: Vec<Option<f64>> = lifts.iter().map(|lift| lift.as_ref()?.p_value).collect();
    let tests: Vec<f64> = known.iter().copied().flatten().collect();
    let mut adjusted = holm(&tests).into_iter();
    known.into_iter().map(|known| known.and_then(|_| adjusted.next()).map(|p| (p, tests.len()))).collect()
}

/// How many paths of each draw have one default, the other and both, and the order of the two on those with both.
pub(super) struct Counts {
    pairs: Vec<Pair>,
    one_first: Vec<Hits>,
    same_month: Vec<Hits>,
    left_out: u64,
}

impl Counts {
    /// Of two events that have no order.
    pub(super) fn without_order(pairs: Vec<Pair>, left_out: u64) -> Self {
        Self { pairs, one_first: Vec::new(), same_month: Vec::new(), left_out }
    }

    fn of(results: &Results<'_>, [one, other]: [&[f32]; 2], by: usize) -> Self {
        let mut counts = Self { pairs: Vec::new(), one_first: Vec::new(), same_month: Vec::new(), left_out: 0 };
        for columns in results.ranges() {
            let (mut pair, mut first, mut same) = (Pair::default(), 0, 0);
            for (&one, &other) in one[columns.clone()].iter().zip(&other[columns.clone()]) {
                if one.is_nan() || other.is_nan() {
                    counts.left_out += 1;
                    continue;
                }
                let [has_one, has_other] = [one, other].map(|first| by_month(first, by));
                let both = has_one && has_other;
                pair.paths += 1;
                pair.one += u64::from(has_one);
                pair.other += u64::from(has_other);
                pair.both += u64::from(both);
                first += u64::from(both && one < other);
                same += u64::from(both && one.to_bits() == other.to_bits());
            }
            if pair.paths > 0 {
                counts.pairs.push(pair);
                counts.one_first.push(Hits { hits: first, trials: pair.both });
                counts.same_month.push(Hits { hits: same, trials: pair.both });
            }
        }
        counts
    }

    /// All draws together.
    pub(super) fn all(&self) -> Pair {
        let sum = |of: fn(&Pair) -> u64| self.pairs.iter().map(of).sum();
        Pair {
            paths: sum(|draw| draw.paths),
            one: sum(|draw| draw.one),
            other: sum(|draw| draw.other),
            both: sum(|draw| draw.both),
        }
    }

    /// The lifts; None where fewer than ten paths have both.
    pub(super) fn lift(&self) -> Option<Lift> {
        (self.all().both >= FEW).then(|| lift(&self.pairs))
    }

    /// What is known of the two events.
    pub(super) fn answers(&self, lift: Option<&Lift>, p_value: Option<(f64, usize)>) -> Vec<(Together, Answer)> {
        let share = |of: fn(&Pair) -> u64| {
            let counts = self.pairs.iter().map(|pair| Hits { hits: of(pair), trials: pair.paths });
            probability_alone(&counts.collect::<Vec<_>>())
        };
        let order = |counts: &[Hits]| {
            let seen: Vec<Hits> = counts.iter().copied().filter(|count| count.trials > 0).collect();
            probability_alone(&seen)
        };
        let shares = [
            (Together::Both, share(|pair| pair.both)),
            (Together::One, share(|pair| pair.one)),
            (Together::Other, share(|pair| pair.other)),
            (Together::OneFirst, order(&self.one_first)),
            (Together::SameMonth, order(&self.same_month)),
        ];
        let mut answers: Vec<(Together, Answer)> =
            shares.into_iter().filter_map(|(of, answer)| Some((of, answer?))).collect();
        answers.splice(3..3, self.lifts(lift, p_value));
        for (_, answer) in &mut answers {
            answer.method += &more_left_out(self.left_out);
        }
        answers
    }

    fn lifts(&self, lift: Option<&Lift>, p_value: Option<(f64, usize)>) -> Vec<(Together, Answer)> {
        let Some(lift) = lift else {
            return vec![(Together::Lift, none(self.too_few())), (Together::LiftWithin, none(self.too_few()))];
        };
        let told = |estimate: &Estimate| Answer::with_method(estimate, &with_caveat(&self.method(), estimate));
        let unknown = || none("no draw has enough paths with either to tell what chance joins in it".to_owned());
        let mut answers = vec![
            (Together::Lift, lift.overall.as_ref().map_or_else(unknown, told)),
            (Together::LiftWithin, lift.within.as_ref().map_or_else(unknown, told)),
        ];
        answers.extend(lift.between.as_ref().map(|between| (Together::LiftBetween, told(between))));
        answers.extend(p_value.map(|(p, tests)| {
            let method = format!("Student's test of lift_within against 1, Holm over {}", counted(tests, "pair"));
            (Together::PValue, Answer { value: Some(p), method, ..Answer::default() })
        }));
        answers
    }

    fn method(&self) -> String {
        let draws = self.pairs.len();
        let of_draws = if draws > 1 { format!(" of {draws} draws") } else { String::new() };
        format!("linearised in the logarithm, {}{of_draws}", counted(self.all().paths as usize, "path"))
    }

    /// Why there is no lift.
    fn too_few(&self) -> String {
        let Pair { paths, both, .. } = self.all();
        let independent: f64 = self.pairs.iter().map(Pair::independent).sum();
        let told = if independent.is_finite() {
            format!("; if chance joined them in no draw, {} would", significant(independent.max(0.0), 2))
        } else {
            String::new()
        };
        format!("withheld: only {both} of {} have both{told}", counted(paths as usize, "path"))
    }
}

/// An answer that the paths do not give.
fn none(method: String) -> Answer {
    Answer { method, ..Answer::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::estimates::tests::with_results;

    #[test]
    fn two_who_can_default_are_a_pair_by_every_date() {
        // By June the lab and the bank are in default on paths 1 and 0; by December the lab on 1, 2 and 6, the bank on 0, 1
        // and 4: both on path 1, the bank three months before the lab.
        with_results(|results, _| {
            let all = joint_defaults(results);
            assert_eq!(all.iter().map(|pair| pair.by.to_string()).collect::<Vec<_>>(), ["2027-06", "2027-12"]);
            let pair = &all[1];
            assert_eq!((pair.one.as_str(), pair.other.as_str(), pair.paths), ("acme", "bank", 1));
            let value = |of| pair.answer(of).unwrap().value.unwrap();
            for (of, expected) in [
                (Together::Both, 1.0 / 8.0),
                (Together::One, 3.0 / 8.0),
                (Together::Other, 3.0 / 8.0),
                (Together::OneFirst, 0.0),
                (Together::SameMonth, 0.0),
            ] {
                assert!((value(of) - expected).abs() < 1e-12, "{of:?}");
            }
        });
    }

    #[test]
    fn lifts_of_few_paths_are_withheld_with_the_reason() {
        // Independent pairs of different paths: (2 * 2 - 1)/3 = 1 in the first draw, (1 * 1 - 0)/3 in the second.
        with_results(|results, _| {
            let all = joint_defaults(results);
            let answer = all[1].answer(Together::LiftWithin).unwrap();
            let told = "withheld: only 1 of 8 paths have both; if chance joined them in no draw, 1.3 would";
            assert_eq!((answer.value, answer.method.as_str()), (None, told));
            assert!(all.iter().all(|pair| pair.answer(Together::PValue).is_none()));
        });
    }

    #[test]
    fn p_values_are_those_of_all_pairs_together() {
        let of = |p_value| Some(Lift { overall: None, within: None, between: None, p_value });
        let told = tested(&[of(Some(0.01)), None, of(Some(0.03)), of(None)]);
        assert_eq!(told, [Some((0.02, 2)), None, Some((0.03, 2)), None]);
    }

    #[test]
    fn with_enough_paths_the_lift_has_an_interval_and_a_test() {
        let pair = |paths, one, other, both| Pair { paths, one, other, both };
        let pairs = vec![pair(100, 20, 20, 12), pair(100, 30, 10, 8), pair(100, 10, 20, 7)];
        let counts = Counts { pairs, one_first: Vec::new(), same_month: Vec::new(), left_out: 3 };
        let answers = counts.answers(counts.lift().as_ref(), Some((0.01, 4)));
        let of = |wanted| &answers.iter().find(|(known, _)| *known == wanted).unwrap().1;
        for wanted in [Together::Lift, Together::LiftWithin, Together::LiftBetween] {
            let answer = of(wanted);
            assert!(answer.low < answer.value && answer.value < answer.high, "{answer:?}");
            assert!(
                answer.method.ends_with("300 paths of 3 draws; only 3 draws, 3 more without a value"),
                "{answer:?}"
            );
        }
        assert_eq!(of(Together::PValue).value, Some(0.01));
    }
}
