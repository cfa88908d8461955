//! TOML text as a tree in file order, and numbers with units and distributions.
//!
//! Uncertain numbers are read as their means (section 12).

use toml::de::{DeTable, DeValue};

/// A value of the scenario file, tables in file order.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A table, in file order.
    Table(Vec<(String, Node)>),
    /// An array.
    List(Vec<Node>),
    /// A string.
    Text(String),
    /// An integer or float.
    Number(f64),
    /// A boolean.
    Flag(bool),
}

impl Node {
    /// Parses a document.
    pub(crate) fn parse(text: &str) -> Node {
        let document = DeTable::parse(text).expect("the scenario is TOML");
        table(document.get_ref())
    }

    /// The entries of a table (none of anything else).
    pub(crate) fn entries(&self) -> &[(String, Node)] {
        match self {
            Node::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list (none of anything else).
    pub(crate) fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// Looks up a dotted path.
    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .try_fold(self, |node, key| node.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value))
    }

    /// A string at a path.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        match self.get(path)? {
            Node::Text(text) => Some(text.clone()),
            Node::Table(_) => self.text(&format!("{path}.value")),
            other => panic!("{path} is not a name: {other:?}"),
        }
    }

    /// A flag at a path.
    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        match self.get(path)? {
            Node::Flag(flag) => Some(*flag),
            other => panic!("{path} is not true or false: {other:?}"),
        }
    }
}

/// Tables come sorted by name; the places of the keys in the text restore file order.
fn table(source: &DeTable<'_>) -> Node {
    let mut entries: Vec<(usize, String, Node)> = source
        .iter()
        .map(|(key, value)| (key.span().start, key.get_ref().to_string(), node(value.get_ref())))
        .collect();
    entries.sort_by_key(|(place, _, _)| *place);
    Node::Table(entries.into_iter().map(|(_, key, value)| (key, value)).collect())
}

fn node(value: &DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => Node::Number(plain(number.as_str())),
        DeValue::Float(number) => Node::Number(plain(number.as_str())),
        DeValue::Boolean(flag) => Node::Flag(*flag),
        DeValue::Datetime(date) => Node::Text(date.to_string()),
        DeValue::Array(items) => Node::List(items.iter().map(|item| node(item.get_ref())).collect()),
        DeValue::Table(entries) => table(entries),
    }
}

/// A number without a unit.
fn plain(text: &str) -> f64 {
    let digits = text.replace('_', "");
    digits.trim().parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

/// A quantity in dollars, as a share of one, in months, or in gigawatts.
pub(crate) fn quantity(text: &str) -> f64 {
    let text = text.trim();
    let (text, money) = match text.strip_suffix("USD") {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-._eE".contains(c))).unwrap_or(text.len());
    let number = plain(&text[..end]);
    match (text[end..].trim(), money) {
        ("", _) | ("mo" | "GW", false) => number,
        ("K" | "k", true) => number * 1e3,
        ("M", true) => number * 1e6,
        ("B", true) => number * 1e9,
        ("T", true) => number * 1e12,
        ("%", false) => number / 100.0,
        ("y", false) => number * 12.0,
        ("MW", false) => number / 1e3,
        (unit, _) => panic!("unknown unit {unit} in {text}"),
    }
}

/// The number a node stands for, an uncertain one as its mean; `root` resolves `same_as`.
pub(crate) fn number(node: &Node, root: &Node) -> f64 {
    match node {
        Node::Number(number) => *number,
        Node::Text(text) => quantity(text),
        Node::Table(_) => described(node, root),
        other => panic!("not a number: {other:?}"),
    }
}

/// A number given as a table: a value with a source, a distribution, or a tie (section 10).
fn described(node: &Node, root: &Node) -> f64 {
    let field = |name: &str| node.get(name).map(|value| number(value, root));
    if let Some(same) = node.text("same_as") {
        let other = root.get(&same).unwrap_or_else(|| panic!("same_as {same} leads nowhere"));
        return field("times").unwrap_or(1.0) * number(other, root);
    }
    if let Some(value) = field("value") {
        return value;
    }
    let mean = match node.get("quantiles") {
        Some(quantiles) => mean_of_quantiles(quantiles, root),
        None => mean(&node.text("dist").expect("a distribution"), &|name| {
            field(name).unwrap_or_else(|| panic!("a distribution without {name}"))
        }),
    };
    let low = field("min").unwrap_or(f64::NEG_INFINITY);
    let high = field("max").unwrap_or(f64::INFINITY);
    mean.max(low).min(high)
}

/// Means of the distributions of section 10.
fn mean(dist: &str, field: &dyn Fn(&str) -> f64) -> f64 {
    match dist {
        "triangular" => (field("low") + field("mode") + field("high")) / 3.0,
        "pert" => (field("low") + 4.0 * field("mode") + field("high")) / 6.0,
        "uniform" => f64::midpoint(field("low"), field("high")),
        "normal" | "lognormal" | "beta" => field("mean"),
        other => panic!("unknown distribution {other}"),
    }
}

/// Mean of the distribution whose quantile is piecewise linear in the normal score.
fn mean_of_quantiles(quantiles: &Node, root: &Node) -> f64 {
    let mut points: Vec<(f64, f64)> = quantiles
        .entries()
        .iter()
        .map(|(name, value)| {
            let percent = plain(name.strip_prefix('p').expect("quantiles are p10, p50, ..."));
            (normal_score(percent / 100.0), number(value, root))
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let last = points.len() - 2;
    (0..=last)
        .map(|i| {
            let ((z0, v0), (z1, v1)) = (points[i], points[i + 1]);
            let slope = (v1 - v0) / (z1 - z0);
            let from = if i == 0 { f64::NEG_INFINITY } else { z0 };
            let to = if i == last { f64::INFINITY } else { z1 };
            (v0 - slope * z0) * (cumulative(to) - cumulative(from)) + slope * (density(from) - density(to))
        })
        .sum()
}

/// Density of the standard normal.
pub(crate) fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Distribution function of the standard normal, by Marsaglia's series.
pub(crate) fn cumulative(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut k) = (z, z, 1.0);
    while term.abs() > 1e-18 {
        k += 2.0;
        term *= z * z / k;
        sum += term;
    }
    0.5 + density(z) * sum
}

/// Inverse of [`cumulative`], by bisection.
fn normal_score(p: f64) -> f64 {
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if cumulative(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}
