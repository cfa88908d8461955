//! What leaves one account arrives in another, in every month and on every path (docs/model.md, section 12).

use std::fs;

use ouroborisk::lanes::Lanes;
use ouroborisk::model::Parameters;
use ouroborisk::model::parameters::DT;
use ouroborisk::model::state::{Block, PartyState};
use ouroborisk::model::workspace::{PartyMonth, Workspace};
use ouroborisk::resolve::Worlds;

use super::worlds::{LANES, Luck, ran, scenario, watch};

/// Relative to the turnover of the month.
const ROUNDING: f64 = 1e-9;

/// The reference scenario, short of money in a market that bursts.
fn stressed() -> Worlds {
    let text = fs::read_to_string("tests/fixtures/openai-2026-06.toml").unwrap();
    let overrides = [
        "lab.openai.cash=20B USD",
        "lab.openai.round.max_share=4%",
        "market.run_up=1.0",
        "lab.openai.resolution.rescue=0.5",
        "lab.openai.resolution.rescue_frozen=1.0",
        "investment.trainium-credits.date=2026-05",
        "investment.trainium-credits.min_family_share={}",
    ];
    Worlds::at_means(scenario(&text, &overrides), 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn no_account_loses_a_cent_through_rescue_exchange_and_default() {
    let ran = ran(&stressed(), &Luck::of(201), 2048, false);
    let events = ["liquidity_event", "scale_back", "renegotiation", "rescue", "distressed_exchange", "payment_default"];
    for event in events {
        assert!(ran.hits(event, "openai", 93) > 20, "{event} must happen for this test to say anything");
    }
    assert!(ran.outcome.residual <= ROUNDING, "{:e}", ran.outcome.residual);
    assert!(ran.outcome.residual > 0.0, "a residual of nothing at all was not computed");
}

/// What a lab had and owed, lane by lane, before a month.
struct Before {
    cash: Vec<f64>,
    debt: Vec<f64>,
    arrears: Vec<f64>,
    given: Vec<Vec<f64>>,
    paid: Vec<Vec<f64>>,
    issued: Vec<f64>,
}

impl Before {
    fn of(block: &Block<LANES>) -> Self {
        let lab = &block.labs[0];
        let rows = |of: fn(&PartyState<LANES>) -> &Lanes<LANES>| {
            lab.parties.iter().map(|party| of(party).0.to_vec()).collect()
        };
        Self {
            cash: lab.cash.0.to_vec(),
            debt: lab.debt().0.to_vec(),
            arrears: lab.total_arrears().0.to_vec(),
            given: rows(|party| &party.given),
            paid: rows(|party| &party.paid),
            issued: lab.shares.0.to_vec(),
        }
    }
}

fn same(what: &str, t: usize, found: f64, expected: f64, scale: f64) {
    let off = (found - expected).abs() / (1.0 + scale.abs());
    assert!(off <= ROUNDING, "{what} of month {t}: {found} against {expected}");
}

/// Every identity of one lane of a month, from the flows alone.
fn balance(p: &Parameters, before: &Before, block: &Block<LANES>, work: &Workspace<LANES>, (t, i): (usize, usize)) {
    let (lab, state, m) = (&p.labs[0], &block.labs[0], &work.labs[0]);
    let add = |rows: &[Lanes<LANES>]| rows.iter().map(|row| row[i]).sum::<f64>();
    let parties = |of: fn(&PartyState<LANES>) -> &Lanes<LANES>| state.parties.iter().map(move |party| of(party)[i]);
    let flows = |of: fn(&PartyMonth<LANES>) -> &Lanes<LANES>| m.parties.iter().map(|party| of(party)[i]).sum::<f64>();
    let repaid = flows(|f| &f.repaid);
    let scale = before.cash[i] + m.invoices[i] + m.revenue[i] + add(&m.draw) + m.rescue[i];

    // Cash, by the ledger's own columns.
    let invested: f64 =
        lab.investments.iter().zip(&m.investment).filter(|(terms, _)| !terms.credits).map(|(_, row)| row[i]).sum();
    let financing = invested + add(&m.matching) + m.ipo[i] + m.round[i] + add(&m.draw) + m.rescue[i];
    let dues = add(&m.principal) + m.fee[i];
    let settled = m.deferred[i] - repaid;
    let unpaid = (m.exchange_flag[i] + m.default_flag[i]) * m.beyond[i];
    let cash = before.cash[i] + m.ocf[i] + financing - dues + settled + unpaid - m.estate[i];
    same("cash", t, state.cash[i], cash, scale);
    same("sources of cash", t, state.sources().map(|row| row[i]).sum(), state.cash[i], scale);
    assert!(state.sources().all(|row| row[i] >= -ROUNDING * scale), "a source below nothing in month {t}");

    // Debt and arrears.
    let owed = before.debt[i] + add(&m.draw) - add(&m.principal) + m.exchanged[i];
    same("debt", t, state.debt()[i], owed * (1.0 - m.default_flag[i]), scale);
    let resolved = m.exchange_flag[i] + m.default_flag[i];
    let arrears = (before.arrears[i] + settled) * (1.0 - resolved);
    same("arrears", t, state.total_arrears()[i], arrears, scale);
    let held: f64 = parties(|party| &party.exchanged).sum();
    same("holders of exchanged debt", t, held, state.exchanged_debt[i], scale);

    // Invoices by contract and family are invoices by provider.
    let by_contract: f64 = m.contracts.iter().map(|c| c.invoice[i]).sum();
    let by_family: f64 = m.families.iter().map(|f| f.invoice[i]).sum();
    same("invoices", t, by_contract + by_family, m.invoices[i], scale);
    same("deferred", t, flows(|f| &f.deferred), m.deferred[i], scale);

    // What the lab got from entities, they gave: investments, matching, rounds, rescue, and credits used.
    let given: f64 = parties(|party| &party.given).zip(&before.given).map(|(now, old)| now - old[i]).sum();
    let sponsored = if lab.resolution.sponsor.is_some() { m.rescue[i] } else { 0.0 };
    let got = invested + add(&m.matching) + add(&m.round_by) + sponsored + m.credits_used[i];
    same("money from entities", t, given, got, scale);
    same("the rest of rounds", t, m.outside[i], m.ipo[i] + m.round[i] - add(&m.round_by), scale);
    same("credits", t, flows(|f| &f.credits_taken), flows(|f| &f.credits_given), scale);

    // What entities were paid, the lab paid.
    let paid: f64 = parties(|party| &party.paid).zip(&before.paid).map(|(now, old)| now - old[i]).sum();
    let bills = m.invoices[i] - m.deferred[i] + repaid + add(&m.revenue_share);
    let passed: f64 = lab
        .contracts
        .iter()
        .enumerate()
        .map(|(k, contract)| {
            let to = &m.parties[contract.provider];
            let direct = to.invoiced[i] - to.credits_taken[i] - to.deferred[i] + to.repaid[i];
            let part = if to.invoiced[i] > 0.0 { m.contracts[k].invoice[i] / to.invoiced[i] } else { 0.0 };
            contract.pass_through.iter().map(|(_, share)| share * part * direct).sum::<f64>()
        })
        .sum();
    same("money to entities", t, paid, bills + passed, scale);
    for party in &state.parties {
        assert!(party.circular[i] <= party.paid[i] * (1.0 + ROUNDING) + 1.0, "more circular than paid in month {t}");
    }

    // Profit, and shares.
    let profit = m.revenue[i] * DT - add(&m.revenue_share) - m.invoices[i] - m.opex[i] - m.interest[i];
    same("profit", t, m.profit[i], profit, scale);
    same("operating cash flow", t, m.ocf[i], profit - m.tax[i] + m.noise[i] + m.credits_used[i], scale);
    same("shares", t, state.shares[i], before.issued[i] + m.issued[i], 1.0);
    let owned: f64 = parties(|party| &party.stake).sum();
    assert!(owned <= state.shares[i] * (1.0 + ROUNDING), "entities own more than there is in month {t}");
}

#[test]
fn every_identity_holds_in_every_month_from_the_flows_alone() {
    let p = stressed().resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut before: Option<Before> = None;
    let mut seen = [0.0; 5];
    watch(&p, &Luck::of(202), 512, |t, block, work| {
        if t == 0 {
            let lab = &p.labs[0];
            let none = vec![vec![0.0; LANES]; p.entities.len()];
            before = Some(Before {
                cash: vec![lab.cash; LANES],
                debt: vec![0.0; LANES],
                arrears: vec![0.0; LANES],
                given: none.clone(),
                paid: none,
                issued: vec![1.0; LANES],
            });
        }
        let start = before.take().unwrap();
        for i in 0..LANES {
            balance(&p, &start, block, work, (t, i));
        }
        let m = &work.labs[0];
        let flags = [&m.rescued, &m.exchange_flag, &m.default_flag, &m.renegotiated, &m.credits_used];
        for (seen, flag) in seen.iter_mut().zip(flags) {
            *seen += flag.0.iter().map(|&flag| f64::from(u8::from(flag > 0.0))).sum::<f64>();
        }
        before = Some(Before::of(block));
    });
    assert!(seen.iter().all(|&times| times > 5.0), "rescue, exchange, default, renegotiation, credits: {seen:?}");
}
