//! Numbers in words: "$118 bn", "1 in 40".
//!
//! For sentences, tables on the terminal and labels. Files keep all digits.
//! A probability has at most two significant digits and is never "0 %": what
//! was never observed is reported by [`never_seen`].

/// An amount of US dollars: "$38 bn", "$1.2 tn", "−$500 m", "$0".
///
/// Below ten of its unit it has one decimal, above none, so there are always
/// two significant digits and never a meaningless third decimal.
pub fn money(dollars: f64) -> String {
    if !dollars.is_finite() {
        return "unknown".to_owned();
    }
    let (amount, unit) = with_unit(dollars.abs());
    if amount == "0" { "$0".to_owned() } else { format!("{}${amount}{unit}", sign(dollars)) }
}

/// An amount that was published: "$213.5 bn", with all of its digits up to seven.
pub fn money_in_full(dollars: f64) -> String {
    let (scale, unit) = unit_of(dollars.abs());
    let amount = significant(dollars.abs() / scale, 7);
    let whole = thousands(amount.trunc());
    let text = amount.to_string();
    let decimals = text.find('.').map_or("", |point| &text[point..]);
    format!("{}${whole}{decimals}{unit}", sign(dollars))
}

/// The unit in which an amount is said. Rounding comes first: $999.6 m is $1.0 bn.
fn unit_of(dollars: f64) -> (f64, &'static str) {
    const UNITS: [(f64, &str); 5] = [(1.0, ""), (1e3, " k"), (1e6, " m"), (1e9, " bn"), (1e12, " tn")];
    let fits = |scale: f64| (dollars / scale).round() < 1000.0;
    *UNITS.iter().find(|(scale, _)| fits(*scale)).unwrap_or(&UNITS[4])
}

/// The rounded amount and its unit.
fn with_unit(dollars: f64) -> (String, &'static str) {
    let (scale, unit) = unit_of(dollars);
    let amount = dollars / scale;
    if scale > 1.0 && amount < 9.95 { (format!("{amount:.1}"), unit) } else { (thousands(amount.round()), unit) }
}

/// A probability as a frequency: "1 in 40", "3 in 10", "62 in 100",
/// "all but 1 in 400".
///
/// At most two significant digits. Zero and one are what was counted, not what
/// is true: "none seen", "all seen".
pub fn chance(p: f64) -> String {
    match p {
        _ if !(0.0..=1.0).contains(&p) => "unknown".to_owned(),
        _ if p <= 0.0 => "none seen".to_owned(),
        _ if p >= 1.0 => "all seen".to_owned(),
        _ if p < 0.095 => one_in(p),
        _ if p > 0.985 => format!("all but {}", one_in(1.0 - p)),
        _ => in_hundred((p * 100.0).round()),
    }
}

fn one_in(p: f64) -> String {
    format!("1 in {}", thousands(significant(1.0 / p, 2)))
}

/// The simplest of 1 in n, n in 10, n in 100 that means the same whole percent.
fn in_hundred(percent: f64) -> String {
    let same = |share: f64| ((share * 100.0).round() - percent).abs() < 0.5;
    let n = (100.0 / percent).round();
    if percent <= 50.0 && same(1.0 / n) {
        format!("1 in {n}")
    } else if percent % 10.0 == 0.0 {
        format!("{} in 10", percent / 10.0)
    } else {
        format!("{percent} in 100")
    }
}

/// The bound for an event observed in none of `n` independent paths: at 95 %
/// confidence its probability is below 3/n (the rule of three).
pub fn never_seen(n: u64) -> String {
    format!("fewer than 3 in {} (95 %)", thousands(n as f64))
}

/// A share or probability in percent, two significant digits: "18 %", "0.25 %".
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "unknown".to_owned();
    }
    let value = significant(share.abs() * 100.0, 2);
    let decimals = if value == 0.0 || value >= 10.0 { 0 } else { decimals_of(value) };
    format!("{}{value:.decimals$} %", if value == 0.0 { "" } else { sign(share) })
}

/// Decimals that show two significant digits of `value`, without a last zero.
fn decimals_of(value: f64) -> usize {
    let two = (1.0 - value.log10().floor()).max(0.0) as usize;
    let text = format!("{value:.two$}");
    if text.ends_with('0') { two - 1 } else { two }
}

/// `value` rounded to that many significant digits.
pub fn significant(value: f64, digits: u32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let decimals = f64::from(digits) - 1.0 - value.abs().log10().floor();
    if decimals >= 0.0 {
        let scale = 10_f64.powf(decimals);
        (value * scale).round() / scale
    } else {
        let scale = 10_f64.powf(-decimals);
        (value / scale).round() * scale
    }
}

/// A whole number with commas: "1,000,000".
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if digits == "0" { text } else { format!("{}{text}", sign(value)) }
}

/// A length of time in two significant digits: "45 s", "12 min", "3.2 h", "14 days".
pub fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(60.0, "s"), (60.0, "min"), (24.0, "h"), (f64::INFINITY, "days")];
    let mut amount = seconds;
    for (of_next, unit) in UNITS {
        let rounded = significant(amount, 2);
        if rounded < of_next {
            return format!("{} {unit}", if rounded < 100.0 { rounded.to_string() } else { thousands(rounded) });
        }
        amount /= of_next;
    }
    "for ever".to_owned()
}

/// The true minus sign, which is as wide as a digit.
pub(crate) fn sign(value: f64) -> &'static str {
    if value < 0.0 { "−" } else { "" }
}

/// A count with its noun: "1 lab", "6 contracts", "2 entities".
pub fn counted(count: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{} {}", thousands(count as f64), if count == 1 { noun } else { &plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_said_in_the_unit_that_fits() {
        for (dollars, text) in [
            (0.0, "$0"),
            (-0.0, "$0"),
            (0.2, "$0"),
            (7.0, "$7"),
            (950.0, "$950"),
            (1500.0, "$1.5 k"),
            (3.84e6, "$3.8 m"),
            (118e9, "$118 bn"),
            (1.23e12, "$1.2 tn"),
            (-42.4e9, "−$42 bn"),
            (2.5e15, "$2,500 tn"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(money(dollars), text);
        }
    }

    #[test]
    fn money_that_rounds_up_changes_its_unit() {
        assert_eq!(money(999.6e6), "$1.0 bn");
        assert_eq!(money(9.96e9), "$10 bn");
        assert_eq!(money(999.4), "$999");
    }

    #[test]
    fn published_money_keeps_its_digits() {
        for (dollars, text) in
            [(213.5e9, "$213.5 bn"), (207e9, "$207 bn"), (-1.25e12, "−$1.25 tn"), (8.852e6, "$8.852 m")]
        {
            assert_eq!(money_in_full(dollars), text);
        }
    }

    #[test]
    fn chances_are_frequencies_with_two_digits() {
        for (p, text) in [
            (0.025, "1 in 40"),
            (0.000_432_1, "1 in 2,300"),
            (1e-9, "1 in 1,000,000,000"),
            (0.07, "1 in 14"),
            (0.094, "1 in 11"),
            (0.1, "1 in 10"),
            (0.33, "1 in 3"),
            (0.3, "3 in 10"),
            (0.5, "1 in 2"),
            (0.47, "47 in 100"),
            (0.62, "62 in 100"),
            (0.9, "9 in 10"),
            (0.9975, "all but 1 in 400"),
            (0.0, "none seen"),
            (1.0, "all seen"),
            (-0.1, "unknown"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(chance(p), text, "{p}");
        }
    }

    #[test]
    fn nothing_is_ever_zero_percent() {
        assert_eq!(never_seen(100_000), "fewer than 3 in 100,000 (95 %)");
    }

    #[test]
    fn percents_have_two_significant_digits() {
        for (share, text) in [
            (0.18, "18 %"),
            (0.1849, "18 %"),
            (0.055, "5.5 %"),
            (0.05, "5 %"),
            (0.002_51, "0.25 %"),
            (1.347, "130 %"),
            (-0.2, "−20 %"),
            (0.0, "0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn significant_digits_work_at_both_ends() {
        assert!((significant(123_456.0, 2) - 120_000.0).abs() < 1e-9);
        assert!((significant(-0.001_234, 3) + 0.001_23).abs() < 1e-15);
        assert!(significant(0.0, 2).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn nouns_have_their_plurals() {
        let shown = [(1, "lab"), (6, "contract"), (2, "entity"), (1, "entity")].map(|(n, noun)| counted(n, noun));
        assert_eq!(shown, ["1 lab", "6 contracts", "2 entities", "1 entity"]);
    }

    #[test]
    fn durations_have_the_unit_that_people_would_use() {
        let said = [0.123, 45.0, 59.9, 719.0, 11_500.0, 86_400.0 * 14.0, 86_400.0 * 1234.0].map(duration);
        assert_eq!(said, ["0.12 s", "45 s", "1 min", "12 min", "3.2 h", "14 days", "1,200 days"]);
    }
}
