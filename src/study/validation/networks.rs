//! Networks: cycling of money, clearing of debts, DebtRank.

use super::finding::{Finding, Found};
use super::step::Step;
use crate::lanes::Lanes;
use crate::model::clearing::{Firm, Network, Recovery};
use crate::model::debt_rank::{Claims, Passes};
use crate::model::tracing::{Flows, finn_of};

const TOPIC: &str = "Circularity, clearing and contagion";

pub(super) fn steps() -> Vec<Step> {
    vec![Step::findings("networks", 1, |_| Ok([cycling(), clearing(), debt_rank()].concat()))]
}

/// Flows between nodes, and what enters from outside.
struct Ecosystem {
    id: &'static str,
    what: &'static str,
    source: &'static str,
    nodes: usize,
    inputs: &'static [(usize, f64)],
    flows: &'static [(usize, usize, f64)],
    index: f64,
    error: f64,
}

const ECOSYSTEMS: [Ecosystem; 4] = [
    Ecosystem {
        id: "finn-oyster-reef",
        what: "Finn's cycling index of an oyster reef",
        source: "Dame and Patten, Marine Ecology Progress Series 5, 1981; Finn, Journal of Theoretical Biology 56, 1976",
        // Filter feeders, microbiota, meiofauna, deposit feeders, predators, detritus.
        nodes: 6,
        inputs: &[(0, 41.47)],
        flows: &[
            (0, 5, 15.7910),
            (0, 4, 0.5135),
            (1, 2, 1.2060),
            (1, 3, 1.2060),
            (2, 5, 4.2403),
            (2, 3, 0.6609),
            (3, 5, 1.9076),
            (3, 4, 0.1721),
            (4, 5, 0.3262),
            (5, 1, 8.1721),
            (5, 2, 7.2745),
            (5, 3, 0.6431),
        ],
        index: 0.110_168_6,
        error: 5e-8,
    },
    Ecosystem {
        id: "finn-cone-springs",
        what: "Finn's cycling index of Cone Springs",
        source: "Tilly, Ecological Monographs 38, 1968, in the R package enaR; Finn 1976",
        // Plants, bacteria, detritus feeders, carnivores, detritus.
        nodes: 5,
        inputs: &[(0, 11_184.0), (4, 635.0)],
        flows: &[
            (0, 4, 8881.0),
            (1, 2, 75.0),
            (1, 4, 1600.0),
            (2, 3, 370.0),
            (2, 4, 200.0),
            (3, 4, 167.0),
            (4, 1, 5205.0),
            (4, 2, 2309.0),
        ],
        index: 0.091_939_0,
        error: 5e-8,
    },
    Ecosystem {
        id: "finn-ring-of-three",
        what: "Finn's cycling index: 10 from outside to a lab, 20 on to a cloud, 10 on to chips, 5 back from each",
        source: "By hand: 7/15",
        nodes: 3,
        inputs: &[(0, 10.0)],
        flows: &[(1, 0, 5.0), (2, 0, 5.0), (0, 1, 20.0), (1, 2, 10.0)],
        index: 7.0 / 15.0,
        error: 1e-12,
    },
    Ecosystem {
        id: "finn-ring-of-two",
        what: "Finn's cycling index: 10 from outside to a lab, 15 on to a cloud, 5 back",
        source: "By hand: 1/3",
        nodes: 2,
        inputs: &[(0, 10.0)],
        flows: &[(1, 0, 5.0), (0, 1, 15.0)],
        index: 1.0 / 3.0,
        error: 1e-12,
    },
];

fn cycling() -> Vec<Finding> {
    ECOSYSTEMS
        .iter()
        .map(|of| {
            let flow = |i: usize, j: usize| of.flows.iter().filter(|f| (f.0, f.1) == (i, j)).map(|f| f.2).sum::<f64>();
            let input = |j: usize| of.inputs.iter().filter(|(to, _)| *to == j).map(|(_, flow)| flow).sum::<f64>();
            let matrix: Flows<1> =
                (0..of.nodes).map(|i| (0..of.nodes).map(|j| Lanes([flow(i, j)])).collect()).collect();
            let through = |j: usize| input(j) + (0..of.nodes).map(|i| flow(i, j)).sum::<f64>();
            let through: Vec<Lanes<1>> = (0..of.nodes).map(|j| Lanes([through(j)])).collect();
            Finding::new(TOPIC, of.id, of.what, of.source)
                .known(of.index, of.error)
                .found(Found::exact(finn_of(&matrix, &through)[0]))
        })
        .collect()
}

/// Firms that fail once they have less than they owe.
fn network(own: &[f64], outside: &[f64], debts: &[&[f64]]) -> Network {
    let firms = own.iter().zip(outside).zip(debts).map(|((&own, &outside), row)| {
        let least = outside + row.iter().sum::<f64>();
        Firm { own, outside, least }
    });
    Network { firms: firms.collect(), debts: debts.iter().map(|row| row.to_vec()).collect() }
}

/// What each firm pays, dollars.
fn paid(network: &Network, recovery: Recovery) -> Vec<f64> {
    let owed = |firm: usize| network.firms[firm].outside + network.debts[firm].iter().sum::<f64>();
    network.clear(recovery).pays.iter().enumerate().map(|(firm, share)| share * owed(firm)).collect()
}

fn clearing() -> Vec<Finding> {
    let banks = network(&[0.5, 0.625, 0.75], &[1.5, 0.5, 0.5], &[&[0.0, 0.5, 0.5], &[0.5, 0.0, 0.5], &[0.5, 0.5, 0.0]]);
    let in_full = paid(&banks, Recovery { own: 1.0, claims: 1.0 });
    let with_costs = paid(&banks, Recovery { own: 0.5, claims: 0.7 });
    let rows: Vec<Vec<f64>> =
        (0..6).map(|i| (0..6).map(|j| if j == (i + 1) % 6 { 2.0 + f64::from(i % 2) } else { 0.0 }).collect()).collect();
    let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    let ring = paid(&network(&[0.0, 0.8, 0.0, 0.8, 0.0, 0.8], &[0.0; 6], &rows), Recovery { own: 0.5, claims: 0.5 });
    let package =
        "Eisenberg and Noe, Management Science 47, 2001; example of Gandy and Veraart's R package systemicrisk";
    let costs = "Rogers and Veraart, Management Science 59, 2013; example of the R package systemicrisk";
    let ringed = "Rogers and Veraart, Management Science 59, 2013, section 5.1";
    let of = |(id, what, source, value, error, found): (&str, &str, &str, f64, f64, f64)| {
        Finding::new(TOPIC, id, what, source).known(value, error).found(Found::exact(found))
    };
    [
        (
            "clearing-1",
            "payment of the first of three banks, no costs of default",
            package,
            1.473_214_3,
            5e-8,
            in_full[0],
        ),
        ("clearing-2", "of the second", package, 1.419_642_9, 5e-8, in_full[1]),
        ("clearing-3", "of the third", package, 1.5, 1e-12, in_full[2]),
        ("clearing-costs-1", "payment of the first, recovery 0.5 and 0.7", costs, 0.502_020_0, 5e-8, with_costs[0]),
        ("clearing-costs-2", "of the second", costs, 0.514_704_9, 5e-8, with_costs[1]),
        ("clearing-costs-3", "of the third", costs, 0.565_380_6, 5e-8, with_costs[2]),
        (
            "clearing-ring-1",
            "payment in a ring of six that fails from bank to bank",
            ringed,
            4.0 / 15.0,
            1e-12,
            ring[0],
        ),
        ("clearing-ring-2", "of the next bank in that ring", ringed, 8.0 / 15.0, 1e-12, ring[1]),
    ]
    .map(of)
    .into()
}

fn debt_rank() -> Vec<Finding> {
    let banks = Claims {
        exposures: vec![vec![0.0, 1.0, 0.0], vec![10.0, 0.0, 3.0], vec![3.0, 2.0, 0.0]],
        capital: vec![2.0, 5.0, 2.0],
    };
    let weights = [10.0, 100.0, 30.0];
    let additional = |first: [f64; 3]| {
        let after = banks.spread(&first, Passes::Once);
        let lost = after.iter().zip(first).zip(weights).map(|((after, first), weight)| (after - first) * weight);
        lost.sum::<f64>() / weights.iter().sum::<f64>()
    };
    let source = "Battiston et al., Scientific Reports 2, 2012; example of the R package NetworkRiskMeasures";
    let of = |(id, what, first, value, error): (&str, &str, [f64; 3], f64, f64)| {
        Finding::new(TOPIC, id, what, source).known(value, error).found(Found::exact(additional(first)))
    };
    [
        ("debtrank-1", "DebtRank of the first of three banks", [1.0, 0.0, 0.0], 0.928_571_4, 5e-8),
        ("debtrank-2", "of the second", [0.0, 1.0, 0.0], 0.25, 1e-12),
        ("debtrank-3", "of the third", [0.0, 0.0, 1.0], 0.664_285_7, 5e-8),
        ("debtrank-shock", "additional stress when all lose a tenth", [0.1; 3], 0.1607, 5e-5),
    ]
    .map(of)
    .into()
}
