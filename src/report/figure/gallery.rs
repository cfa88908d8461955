//! Sample pictures of every kind, and what a machine can say of them.
//!
//! To look at them: `OURO_GALLERY=<folder> cargo test --lib gallery`.

use tiny_skia::Rect;

use super::chart::{
    Band, Benchmark, Curve, Exceedance, ExceedanceChart, FanChart, Figure, Format, HeatMap, Labels, LineChart,
    RelationChart, Scale, Series, StackedAreaChart, TornadoBar, TornadoChart, origin,
};
use super::check::FigureError;
use super::layout::WIDTH;
use super::outline::outline;
use super::picture::{Anchor, Picture, Shape, Word};
use super::png::png;
use super::render::picture;
use super::svg::svg;

const PROVIDERS: [&str; 12] = [
    "AWS, GPU",
    "AWS, Trainium",
    "Azure",
    "Oracle",
    "CoreWeave",
    "Google, TPU",
    "Stargate, Abilene",
    "Cerebras",
    "AMD, Instinct",
    "Broadcom, Titan",
    "On demand",
    "SoftBank",
];

fn labels(title: &str, x: &str, y: &str) -> Labels {
    Labels {
        title: title.into(),
        subtitle: origin("openai-2026-06 (7c1f09ab)", 42, 100_000),
        x: x.into(),
        y: y.into(),
        note: String::new(),
    }
}

/// Mid-months from July 2026.
fn months(n: u32) -> Vec<f64> {
    (0..n).map(|m| 2026.0 + (6.5 + f64::from(m)) / 12.0).collect()
}

fn over(n: u32, f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..n).map(|m| f(f64::from(m))).collect()
}

fn fan(n: u32, median: impl Fn(f64) -> f64, spread: impl Fn(f64) -> f64) -> FanChart {
    let at = |z: f64| over(n, |m| (median(m) + z * spread(m)).max(0.0));
    FanChart {
        labels: labels("Cash of OpenAI", "end of month", "Cash (US dollars, end of month)"),
        y_format: Format::Money,
        months: months(n),
        p05: at(-1.6),
        p25: at(-0.6),
        p50: at(0.0),
        p75: at(0.8),
        p95: at(2.3),
        references: vec![],
    }
}

fn cash() -> Figure {
    let mut chart = fan(66, |m| 40e9 + 12e9 * (m / 9.0).sin() - 0.2e9 * m, |m| 1.3e9 * m.powf(0.8));
    chart.references = vec![Curve { name: "minimum cash".into(), y: over(66, |_| 15e9) }];
    chart.labels.note = "A path is one simulated future, not a forecast. Bands hold 50 % and 90 % of \
        100,000 paths; a path whose lab is in default has no cash."
        .into();
    Figure::Fan(chart)
}

fn revenue() -> Figure {
    let mut chart = fan(66, |m| 25e9 * (m / 26.0).exp(), |m| 25e9 * (m / 26.0).exp() * 0.012 * m);
    chart.labels = labels("Revenue against its target", "", "Revenue (US dollars a year)");
    chart.references = vec![
        Curve { name: "target of June 2026".into(), y: over(66, |m| 28e9 * (m / 25.0).exp()) },
        Curve { name: "target of 2025".into(), y: over(66, |m| 24e9 * (m / 28.0).exp()) },
    ];
    Figure::Fan(chart)
}

fn lines(names: &[&str], banded: bool) -> Figure {
    let series = names.iter().enumerate().map(|(i, name)| {
        let rate = 0.002 + 0.0013 * i as f64;
        let y = over(66, |m| 1.0 - (-rate * (m - 6.0).max(0.0)).exp());
        let around = |d: f64| y.iter().map(|p| (p + d * (0.002 + p / 6.0)).max(0.0)).collect();
        let band = banded.then(|| Band { low: around(-1.0), high: around(1.0) });
        Series { name: (*name).into(), y: y.clone(), band }
    });
    let mut labels = labels(
        "Chance of a liquidity event and of default, by date",
        "by the end of the month",
        "Chance by that month (% of paths)",
    );
    labels.note = "Liquidity event: a month whose invoices cannot be paid in full. A scale-back \
        is not a default."
        .into();
    Figure::Lines(LineChart {
        first_color: 0,
        labels,
        y_format: Format::Share,
        months: months(66),
        series: series.collect(),
        band_meaning: "95 % Monte Carlo interval".into(),
    })
}

fn survival(name: &str, n: u32, scale: f64, reach: f64) -> Exceedance {
    let x = over(n, |i| scale * ((i / f64::from(n)) * reach).exp_m1());
    let p: Vec<f64> = x.iter().map(|x| 0.6 * (1.0 + x / scale).powf(-1.7)).collect();
    let error = |p: f64| 1.96 * (p * (1.0 - p) / 20_000.0).sqrt();
    let band = Band {
        low: p.iter().map(|p| (p - error(*p)).max(0.0)).collect(),
        high: p.iter().map(|p| p + error(*p)).collect(),
    };
    Exceedance { name: name.into(), x, p, band: Some(band) }
}

fn exceedance(y_scale: Scale, benchmarks: &[(&str, f64)]) -> Figure {
    Figure::Exceedance(ExceedanceChart {
        labels: labels(
            "Funding gap by 2031",
            "Funding gap, cumulative (US dollars)",
            "Chance of a larger gap (% of paths)",
        ),
        x_format: Format::Money,
        x_scale: Scale::Linear,
        y_scale,
        curves: vec![survival("funding gap", 300, 60e9, 3.0)],
        benchmarks: benchmarks.iter().map(|(label, x)| Benchmark { label: (*label).into(), x: *x }).collect(),
        band_meaning: "95 % Monte Carlo interval".into(),
    })
}

fn tail(names: &[&str]) -> Figure {
    let curves = names.iter().enumerate();
    let curve = |(i, name): (usize, &&str)| survival(name, 200, 2e9 * (1.0 + i as f64), 5.0);
    Figure::Exceedance(ExceedanceChart {
        labels: labels("Losses of providers", "Loss by 2031 (US dollars)", "Chance of a larger loss (% of paths)"),
        x_format: Format::Money,
        x_scale: Scale::Log,
        y_scale: Scale::Log,
        curves: curves.map(curve).collect(),
        benchmarks: vec![],
        band_meaning: "95 % Monte Carlo interval".into(),
    })
}

fn stacked(names: &[&str], n: u32) -> Figure {
    let layer = |(i, name): (usize, &&str)| Curve {
        name: (*name).into(),
        y: over(n, |m| {
            let start = 5.0 * i as f64;
            (3.0 + i as f64) * 1e9 * (0.2 + (m - start).max(0.0) / 30.0) / (1.0 + i as f64 / 4.0)
        }),
    };
    Figure::StackedArea(StackedAreaChart {
        labels: labels("Spend by provider and family, against commitments", "", "Mean spend (US dollars a year)"),
        y_format: Format::Money,
        months: months(n),
        layers: names.iter().enumerate().map(layer).collect(),
        references: vec![Curve {
            name: "commitments as signed".into(),
            y: over(n, |m| names.len() as f64 * 1e9 * (1.0 + m / 14.0)),
        }],
    })
}

/// The pictures a run makes.
fn usual() -> Vec<(&'static str, Figure)> {
    let published = [
        ("HSBC: $207 bn, exceeded in 1 of 11 paths", 207e9),
        ("Bain: $130 bn, exceeded in 1 of 7 paths", 130e9),
        ("Company: $115 bn", 115e9),
    ];
    vec![
        ("fan-cash", cash()),
        ("fan-revenue", revenue()),
        ("lines-two", lines(&["default", "liquidity event"], true)),
        ("lines-five", lines(&["payment default", "exchange", "rescue", "scale-back", "liquidity event"], true)),
        ("exceedance", exceedance(Scale::Linear, &published[..1])),
        ("exceedance-log", exceedance(Scale::Log, &published)),
        ("stacked-five", stacked(&PROVIDERS[..5], 66)),
        ("tail-five", tail(&PROVIDERS[..5])),
        ("relation", relation()),
        ("heat", heat()),
        ("tornado", tornado()),
    ]
}

fn relation() -> Figure {
    let Figure::Lines(lines) = lines(&["as written", "nothing is renegotiated"], true) else { unreachable!() };
    let cut = |series: &Series| Series {
        name: series.name.clone(),
        y: series.y[..6].to_vec(),
        band: series.band.as_ref().map(|band| Band { low: band.low[..6].to_vec(), high: band.high[..6].to_vec() }),
    };
    Figure::Relation(RelationChart {
        labels: labels("Probability of a default by price", "family.trainium.relative_price", ""),
        x_format: Format::Number,
        x_scale: Scale::Linear,
        x: vec![0.45, 0.55, 0.65, 0.75, 0.85, 0.95],
        y_format: Format::Share,
        series: lines.series.iter().map(cut).collect(),
        band_meaning: "95 % Monte Carlo interval of the level".into(),
    })
}

fn heat() -> Figure {
    Figure::Heat(HeatMap {
        labels: labels("Probability of a default", "lab.openai.revenue.attainment.median", "market.freeze_mean"),
        x_format: Format::Number,
        x: vec![0.5, 0.6, 0.7, 0.8],
        y_format: Format::Money,
        y: vec![0.0, 25e9, 50e9],
        z_format: Format::Share,
        z: (0..3).map(|row| (0..4).map(|column| 0.3 / (1.0 + f64::from(row + 2 * column))).collect()).collect(),
        contour: vec![vec![(0.55, 0.0), (0.6, 25e9), (0.62, 50e9)]],
        edges: vec![vec![(0.52, 0.0), (0.57, 25e9), (0.6, 50e9)]],
        contour_meaning: "10 %".into(),
    })
}

fn tornado() -> Figure {
    let bar = |(place, name): (usize, &&str)| TornadoBar {
        name: (*name).to_owned(),
        at_least: 0.1 - 0.05 / (1.0 + place as f64),
        at_most: 0.1 + 0.08 / (1.0 + place as f64),
    };
    Figure::Tornado(TornadoChart {
        labels: labels("Probability of a default, one change at a time", "", ""),
        x_format: Format::Share,
        base: 0.1,
        bars: PROVIDERS.iter().take(6).enumerate().map(bar).collect(),
    })
}

/// Where there is little or nothing to see.
fn zeros() -> Vec<(&'static str, Figure)> {
    let none = |x: f64, p: f64| Exceedance { name: "nobody".into(), x: vec![x], p: vec![p], band: None };
    let with = |mut figure: Figure, curves: Vec<Exceedance>| {
        if let Figure::Exceedance(chart) = &mut figure {
            chart.curves = curves;
        }
        figure
    };
    let some = vec![survival("AWS", 200, 2e9, 5.0), none(0.0, 0.0), none(4e9, 1e-4)];
    let dot = with(exceedance(Scale::Linear, &[]), vec![none(0.0, 0.0)]);
    vec![
        ("zero-fan", Figure::Fan(fan(66, |_| 0.0, |_| 0.0))),
        ("zero-lines", lines_of(Format::Share, 66, |_| 0.0)),
        ("zero-exceedance", dot),
        ("zero-tail", with(tail(&[]), vec![none(0.0, 0.0); 3])),
        ("zero-tail-of-some", with(tail(&[]), some)),
    ]
}

/// Short, long, flat and steep.
fn extremes() -> Vec<(&'static str, Figure)> {
    let steep = fan(66, |m| 10_f64.powf(m / 4.0), |m| m);
    let long = fan(600, |m| 1e9 * (m / 60.0).exp(), |m| 1e7 * m);
    let sinking = lines_of(Format::Money, 66, |m| 30e9 - 2e9 * m);
    vec![
        ("one-month-fan", Figure::Fan(fan(1, |_| 40e9, |_| 5e9))),
        ("one-month-lines", lines_of(Format::Share, 1, |_| 0.3)),
        ("one-month-stack", stacked(&PROVIDERS[..3], 1)),
        ("one-year-fan", Figure::Fan(fan(12, |_| 40e9, |m| 1e9 * m))),
        ("fifty-years-fan", Figure::Fan(long)),
        ("constant-fan", Figure::Fan(fan(66, |_| 40e9, |_| 0.0))),
        ("steep-fan", Figure::Fan(steep)),
        ("negative-lines", sinking),
        ("one-line", lines(&["default"], true)),
    ]
}

/// Many series, many words.
fn crowds() -> Vec<(&'static str, Figure)> {
    let name = "a series with a long name that nobody would type but a contract may have, and more";
    let mut wordy = lines(&[name, "b"], true);
    if let Figure::Lines(chart) = &mut wordy {
        chart.labels.title = "A title that goes on and on ".repeat(9);
        chart.labels.subtitle = "scenario ".repeat(40);
        chart.labels.note = "<what> & \"why\" 漢字 \u{1} ".repeat(20);
        chart.labels.x = "end of month, in the calendar of the lab's home ".repeat(4);
    }
    let benchmarks = [
        ("one", 100e9),
        ("two, close by", 101e9),
        ("three, at the same place", 101e9),
        ("the farthest of them all, with a long label", 1145e9),
    ];
    vec![
        ("twelve-lines", lines(&PROVIDERS, true)),
        ("twelve-tails", tail(&PROVIDERS)),
        ("twelve-stack", stacked(&PROVIDERS, 66)),
        ("wordy-lines", wordy),
        ("crowded-benchmarks", exceedance(Scale::Linear, &benchmarks)),
    ]
}

fn lines_of(y_format: Format, n: u32, f: impl Fn(f64) -> f64) -> Figure {
    let Figure::Lines(mut chart) = lines(&["alone"], false) else { unreachable!() };
    chart.y_format = y_format;
    chart.months = months(n);
    chart.series[0].y = over(n, f);
    Figure::Lines(chart)
}

fn all() -> Vec<(&'static str, Figure)> {
    [usual(), zeros(), extremes(), crowds()].concat()
}

/// Of a letter that rises above and of one that hangs below its line, as shares of the size of the font.
const ABOVE: f64 = 0.93;
const BELOW: f64 = 0.24;

/// The words of a picture and the boxes they fill, as wide as they are drawn.
fn words(picture: &Picture) -> Vec<(&str, Rect)> {
    fn word(shape: &Shape) -> Option<(&str, Rect)> {
        let Shape::Word(word) = shape else { return None };
        Some((&word.text, place(word)))
    }
    picture.shapes.iter().filter_map(word).collect()
}

fn place(word: &Word) -> Rect {
    let outline = outline(&word.text).unwrap();
    let wide = f64::from(outline.width / outline.per_size) * word.size;
    let left = match word.anchor {
        Anchor::Start => word.x,
        Anchor::Middle => word.x - wide / 2.0,
        Anchor::End => word.x - wide,
    };
    let ends = [left, word.baseline - ABOVE * word.size, left + wide, word.baseline + BELOW * word.size];
    let [left, top, right, bottom] = ends.map(|end| end as f32);
    Rect::from_ltrb(left, top, right, bottom).unwrap()
}

#[test]
fn pictures_can_be_looked_at() {
    let Some(folder) = std::env::var_os("OURO_GALLERY") else {
        return;
    };
    for (name, figure) in all() {
        let path = std::path::Path::new(&folder).join(name);
        let picture = picture(&figure).unwrap();
        std::fs::write(path.with_extension("png"), png(&picture).unwrap()).unwrap();
        std::fs::write(path.with_extension("svg"), svg(&picture).unwrap()).unwrap();
    }
}

#[test]
fn no_word_leaves_the_page() {
    for (name, figure) in all() {
        let picture = picture(&figure).unwrap();
        let (words, height) = (words(&picture), picture.size.1 as f32);
        assert!(words.len() > 5, "{name}");
        for (word, place) in words {
            let inside = place.left() >= 2.0
                && place.right() <= WIDTH as f32 - 2.0
                && place.top() >= 2.0
                && place.bottom() <= height - 2.0;
            assert!(inside, "{name}: {word} at {place:?}, page {height} high");
        }
    }
}

#[test]
fn no_word_lies_on_another() {
    for (name, figure) in all() {
        let picture = picture(&figure).unwrap();
        let words = words(&picture);
        for (i, (word, a)) in words.iter().enumerate() {
            for (other, b) in &words[i + 1..] {
                let apart = a.right() <= b.left()
                    || b.right() <= a.left()
                    || a.bottom() <= b.top() + 1.0
                    || b.bottom() <= a.top() + 1.0;
                assert!(apart, "{name}: `{word}` {a:?} and `{other}` {b:?}");
            }
        }
    }
}

#[test]
fn every_picture_becomes_pixels_twice_as_many() {
    let (_, figure) = all().swap_remove(0);
    let picture = picture(&figure).unwrap();
    let png = png(&picture).unwrap();
    assert_eq!(&png[1..4], b"PNG");
    let number = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    assert_eq!(number(16), 2 * WIDTH as u32);
}

#[test]
fn what_is_wrong_with_a_chart_is_said() {
    let refused = |change: fn(&mut FanChart)| {
        let mut chart = fan(3, |_| 1e9, |_| 1e8);
        change(&mut chart);
        picture(&Figure::Fan(chart)).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|c| c.p25[1] = f64::NAN),
        "`25th percentile` is NaN at place 1 (counted from 0), which no axis can show"
    );
    assert_eq!(refused(|c| c.months.clear()), "there is nothing to draw: no months");
    assert_eq!(refused(|c| c.p95.push(0.0)), "`95th percentile` has 4 values where 3 belong");
    assert_eq!(refused(|c| c.months.swap(0, 1)), "`months` is out of order at place 1 (counted from 0)");
}

#[test]
fn too_many_series_and_negative_parts_are_refused() {
    let names: Vec<String> = (0..22).map(|i| format!("s{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(picture(&lines(&names, false)).unwrap_err(), FigureError::TooManySeries { found: 22 });
    assert_eq!(picture(&lines(&[], false)).unwrap_err(), FigureError::Empty { what: "series" });
    let Figure::StackedArea(mut chart) = stacked(&PROVIDERS[..2], 3) else { unreachable!() };
    chart.layers[1].y[2] = -1.0;
    let error = picture(&Figure::StackedArea(chart)).unwrap_err().to_string();
    assert!(error.starts_with("`AWS, Trainium` is -1 at place 2"), "{error}");
}
