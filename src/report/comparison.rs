//! Comparisons of runs on the same shocks: tables and figures.

use crate::study::attribution::Part;
use crate::study::comparison::{Compared, Explained};
use crate::study::estimates::Answer;
use crate::study::{Contrast, Flip};

use super::format::{Column, Data, Table, TableError};

/// One row per figure and pair: the fields of the summary, for the difference.
///
/// # Errors
/// If a number is not finite.
pub fn comparison_table(all: &[Compared]) -> Result<Table, TableError> {
    let rows: Vec<(&Compared, &Contrast)> =
        all.iter().flat_map(|c| c.contrasts.iter().map(move |row| (c, row))).collect();
    let text =
        |of: &dyn Fn(&Compared, &Contrast) -> String| Data::Text(rows.iter().map(|(c, row)| of(c, row)).collect());
    let maybe = |of: &dyn Fn(&Contrast) -> Option<f64>| {
        Data::Maybe(rows.iter().map(|(_, row)| of(row).filter(|value| value.is_finite())).collect())
    };
    let count = |side: usize| {
        Data::MaybeInteger(rows.iter().map(|(_, row)| row.flipped.map(|flipped| flipped[side] as i64)).collect())
    };
    let columns = [
        ("variant", "the run that is compared", text(&|c, _| c.variant.clone())),
        ("against", "the run with which it is compared", text(&|c, _| c.against.clone())),
        (
            "measure",
            "what is measured; the manifest defines each",
            text(&|_, row| row.estimand.measure.name.to_owned()),
        ),
        (
            "subject",
            "a lab, entity, contract or part of one; empty: the market",
            text(&|_, row| row.estimand.subject.clone()),
        ),
        ("by", "month at whose end it holds", text(&|_, row| row.estimand.by.to_string())),
        ("statistic", "probability, mean, quantile or shortfall", text(&|_, row| row.estimand.statistic.name())),
        ("value", "in the variant", maybe(&|row| Some(row.variant))),
        ("base", "in the run with which it is compared", maybe(&|row| Some(row.base))),
        ("difference", "value less base, on common random numbers", maybe(&|row| row.difference.value)),
        ("low", "lower end of the paired 95 % interval of the difference", maybe(&|row| row.difference.low)),
        ("high", "upper end of it", maybe(&|row| row.difference.high)),
        ("ratio", "value over base; absent where the base is zero", maybe(&|row| row.ratio.value)),
        ("ratio_low", "lower end of the paired 95 % interval of the ratio", maybe(&|row| row.ratio.low)),
        ("ratio_high", "upper end of it", maybe(&|row| row.ratio.high)),
        ("p_holm", "p-value of the difference, adjusted for all rows of this table (Holm)", maybe(&|row| row.p_holm)),
        ("correlation", "of the two estimates, due to common random numbers", maybe(&|row| row.correlation)),
        ("saved", "times the paths that independent runs would need for this error", maybe(&|row| row.saved)),
        ("only_in_variant", "paths with the event in the variant alone", count(0)),
        ("only_in_base", "paths with the event in the base alone", count(1)),
        ("unit", "unit of value, base, difference, low and high", text(&|_, row| row.estimand.unit().to_owned())),
        ("method", "how the interval of the difference was made", text(&|_, row| row.difference.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("comparison", columns.map(column).into())
}

/// One row per path that flips.
///
/// # Errors
/// Never: all columns have one entry per row.
pub fn flips_table(all: &[Compared]) -> Result<Table, TableError> {
    let rows: Vec<(&Compared, &Flip)> = all.iter().flat_map(|c| c.flips.iter().map(move |flip| (c, flip))).collect();
    let text = |of: &dyn Fn(&Compared, &Flip) -> String| Data::Text(rows.iter().map(|(c, flip)| of(c, flip)).collect());
    let columns = [
        ("variant", "the run that is compared", text(&|c, _| c.variant.clone())),
        ("against", "the run with which it is compared", text(&|c, _| c.against.clone())),
        ("measure", "the event, by the last month", text(&|_, flip| flip.measure.name.to_owned())),
        ("subject", "whose", text(&|_, flip| flip.subject.clone())),
        (
            "happens_in",
            "in which of the two it happens, and not in the other",
            text(&|c, flip| {
                if flip.only_in_variant { c.variant.clone() } else { c.against.clone() }
            }),
        ),
        (
            "draw",
            "parameter draw, for `ouro replay --draw`",
            Data::Integer(rows.iter().map(|(_, flip)| i64::from(flip.draw)).collect()),
        ),
        (
            "path",
            "number of the path within its draw, for `ouro replay --path`",
            Data::Integer(rows.iter().map(|(_, flip)| flip.path as i64).collect()),
        ),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("flips", columns.map(column).into())
}

/// One row per changed value and headline: its part in the difference.
///
/// # Errors
/// Never: all columns have one entry per row.
pub fn attribution_table(all: &[Explained]) -> Result<Table, TableError> {
    let rows: Vec<(&String, &Part)> =
        all.iter().flat_map(|of| of.parts.iter().map(move |part| (&of.variant, part))).collect();
    let text =
        |of: &dyn Fn(&str, &Part) -> String| Data::Text(rows.iter().map(|(name, part)| of(name, part)).collect());
    let number = |of: fn(&Answer) -> Option<f64>| Data::Maybe(rows.iter().map(|(_, part)| of(&part.part)).collect());
    let columns = [
        ("variant", "the run that is compared with the base", text(&|name, _| name.to_owned())),
        (
            "changed",
            "the key that was changed; together: the rest of the difference",
            text(&|_, part| part.key.clone()),
        ),
        (
            "measure",
            "the measure whose difference is attributed",
            text(&|_, part| part.estimand.measure.name.to_owned()),
        ),
        ("subject", "whose", text(&|_, part| part.estimand.subject.clone())),
        ("by", "month at whose end", text(&|_, part| part.estimand.by.to_string())),
        ("statistic", "probability or mean", text(&|_, part| part.estimand.statistic.name())),
        ("value", "its part in the difference", number(|answer| answer.value)),
        ("low", "lower end of its paired 95 % interval", number(|answer| answer.low)),
        ("high", "upper end", number(|answer| answer.high)),
        ("unit", "unit of value, low and high", text(&|_, part| part.estimand.unit().to_owned())),
        ("method", "how it was made", text(&|_, part| part.part.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("attribution", columns.map(column).into())
}

#[cfg(feature = "plots")]
pub use pictures::pictures;

#[cfg(feature = "plots")]
mod pictures {
    use super::super::figure::{Band, Figure, Format, Labels, LineChart, Series};
    use crate::study::Profile;
    use crate::study::comparison::Compared;

    /// More lines cannot be told apart.
    const MOST_LINES: usize = 8;

    /// For every event: its probability in each run, and the paired differences.
    pub fn pictures(all: &[Compared], months: &[f64], origin: &str) -> Vec<(String, Figure)> {
        let Some(first) = all.first() else { return Vec::new() };
        let of_event = |profile: &Profile| {
            let of = |compared: &Compared| {
                let same = |other: &&Profile| other.measure == profile.measure && other.subject == profile.subject;
                let found = compared.profiles.iter().find(same)?.clone();
                Some((compared.variant.clone(), compared.against.clone(), found))
            };
            let arms: Vec<(String, String, Profile)> = all.iter().take(MOST_LINES).filter_map(of).collect();
            let name = format!("{}-{}", profile.measure.name.replace('_', "-"), profile.subject);
            [
                (name.clone(), Figure::Lines(levels(profile, &arms, months, origin))),
                (format!("{name}-difference"), Figure::Lines(differences(profile, &arms, months, origin))),
            ]
        };
        first.profiles.iter().flat_map(of_event).collect()
    }

    fn event(profile: &Profile) -> String {
        format!("{} of {}", profile.measure.words(), profile.subject)
    }

    fn levels(profile: &Profile, arms: &[(String, String, Profile)], months: &[f64], origin: &str) -> LineChart {
        let mut series: Vec<Series> = Vec::new();
        // The run that is compared with several comes first: the others have the colours of these differences.
        let variant_is_common = arms.len() > 1 && arms[0].0 == arms[1].0;
        for (variant, against, profile) in arms {
            let mut both = [(against, &profile.base), (variant, &profile.variant)];
            if variant_is_common {
                both.reverse();
            }
            for (name, y) in both {
                if series.iter().all(|known| known.name != *name) {
                    series.push(Series { name: name.clone(), y: y.clone(), band: None });
                }
            }
        }
        let note = "All runs share common random numbers, path by path, so only the changed values move the lines; the errors of \
            their differences are in the other figure and in compare.csv. A path is one simulated future, not a forecast.";
        chart(
            format!("Probability of a {}", event(profile)),
            "Probability (% of paths)",
            note,
            (series, 0),
            months,
            origin,
        )
    }

    fn differences(profile: &Profile, arms: &[(String, String, Profile)], months: &[f64], origin: &str) -> LineChart {
        let of = |(variant, against, profile): &(String, String, Profile)| {
            let column = |place: usize| profile.difference.iter().map(|row| row[place]).collect();
            Series {
                name: format!("{variant} less {against}"),
                y: column(0),
                band: Some(Band { low: column(1), high: column(2) }),
            }
        };
        let note =
            "Paired: both runs share common random numbers, so this error is far smaller than that of either level.";
        let title = format!("Difference in the probability of a {}", event(profile));
        let series = (arms.iter().map(of).collect(), 1);
        chart(title, "Difference (percentage points of paths)", note, series, months, origin)
    }

    fn chart(
        title: String,
        y: &str,
        note: &str,
        (series, first_color): (Vec<Series>, usize),
        months: &[f64],
        origin: &str,
    ) -> LineChart {
        let count = series.first().map_or(0, |series| series.y.len());
        LineChart {
            first_color,
            labels: Labels {
                title,
                subtitle: origin.to_owned(),
                x: "by the end of the month".to_owned(),
                y: y.to_owned(),
                note: note.to_owned(),
            },
            y_format: Format::Share,
            months: months[..count].to_vec(),
            series,
            band_meaning: "paired 95 % Monte Carlo interval".to_owned(),
        }
    }
}
