//! What leaves one account arrives in another, in every month and on every path (docs/model.md, section 12).

use std::fs;

use ouroborisk::lanes::Lanes;
use ouroborisk::model::Parameters;
use ouroborisk::model::constants::DT;
use ouroborisk::model::state::{Block, PartyState};
use ouroborisk::model::workspace::{PartyMonth, Workspace};
use ouroborisk::resolve::Worlds;

use super::worlds::{Luck, ran, scenario, watch};

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

fn same(what: &str, t: usize, found: f64, expected: f64, scale: f64) {
    let off = (found - expected).abs() / (1.0 + scale.abs());
    assert!(off <= ROUNDING, "{what} of month {t}: {found} against {expected}");
}

/// Every identity of a month of one path, from the flows alone.
fn balance(p: &Parameters, before: &Block<1>, block: &Block<1>, work: &Workspace<1>, t: usize) {
    let (lab, before, state, m) = (&p.labs[0], &before.labs[0], &block.labs[0], &work.labs[0]);
    let add = |rows: &[Lanes<1>]| rows.iter().map(|row| row[0]).sum::<f64>();
    let parties = |of: fn(&PartyState<1>) -> &Lanes<1>| state.parties.iter().map(move |party| of(party)[0]);
    let change = |of: fn(&PartyState<1>) -> &Lanes<1>| {
        let earlier = before.parties.iter().map(|party| of(party)[0]);
        parties(of).zip(earlier).map(|(now, earlier)| now - earlier).sum::<f64>()
    };
    let flows = |of: fn(&PartyMonth<1>) -> &Lanes<1>| m.parties.iter().map(|party| of(party)[0]).sum::<f64>();
    let repaid = flows(|f| &f.repaid);
    let scale = before.cash[0] + m.invoices[0] + m.revenue[0] + add(&m.draw) + m.rescue[0];

    // Cash, by the ledger's own columns.
    let invested: f64 =
        lab.investments.iter().zip(&m.investment).filter(|(terms, _)| !terms.credits).map(|(_, row)| row[0]).sum();
    let financing = invested + add(&m.matching) + add(&m.warrant) + m.ipo[0] + m.round[0] + add(&m.draw) + m.rescue[0];
    let dues = add(&m.principal) + m.fee[0];
    let settled = m.deferred[0] - repaid;
    let unpaid = (m.exchange_flag[0] + m.default_flag[0]) * m.beyond[0];
    let cash = before.cash[0] + m.ocf[0] + financing - dues + settled + unpaid - m.estate[0];
    same("cash", t, state.cash[0], cash, scale);
    same("sources of cash", t, state.sources().map(|row| row[0]).sum(), state.cash[0], scale);
    assert!(state.sources().all(|row| row[0] >= -ROUNDING * scale), "a source below nothing in month {t}");

    // Debt and arrears.
    let owed = before.debt()[0] + add(&m.draw) - add(&m.principal) + m.exchanged[0];
    same("debt", t, state.debt()[0], owed * (1.0 - m.default_flag[0]), scale);
    let resolved = m.exchange_flag[0] + m.default_flag[0];
    let arrears = (before.total_arrears()[0] + settled) * (1.0 - resolved);
    same("arrears", t, state.total_arrears()[0], arrears, scale);
    let held: f64 = parties(|party| &party.exchanged).sum();
    same("holders of exchanged debt", t, held, state.exchanged_debt[0], scale);

    // Invoices by contract and family are invoices by provider.
    let by_contract: f64 = m.contracts.iter().map(|c| c.invoice[0]).sum();
    let by_family: f64 = m.families.iter().map(|f| f.invoice[0]).sum();
    same("invoices", t, by_contract + by_family, m.invoices[0], scale);
    same("deferred", t, flows(|f| &f.deferred), m.deferred[0], scale);

    // What the lab got from entities, they gave: investments, matching, rounds, rescue, and credits used.
    let given = change(|party| &party.given);
    let sponsored = if lab.resolution.sponsor.is_some() { m.rescue[0] } else { 0.0 };
    let got = invested + add(&m.matching) + add(&m.warrant) + add(&m.round_by) + sponsored + m.credits_used[0];
    same("money from entities", t, given, got, scale);
    same("the rest of rounds", t, m.outside[0], m.ipo[0] + m.round[0] - add(&m.round_by), scale);
    same("credits", t, flows(|f| &f.credits_taken), flows(|f| &f.credits_given), scale);

    // What entities were paid, the lab paid.
    let paid = change(|party| &party.paid);
    let bills = m.invoices[0] - m.deferred[0] + repaid + add(&m.revenue_share);
    let passed: f64 = lab
        .contracts
        .iter()
        .enumerate()
        .map(|(k, contract)| {
            let to = &m.parties[contract.provider];
            let direct = to.invoiced[0] - to.credits_taken[0] - to.deferred[0] + to.repaid[0];
            let part = if to.invoiced[0] > 0.0 { m.contracts[k].invoice[0] / to.invoiced[0] } else { 0.0 };
            contract.pass_through.iter().map(|(_, share)| share * part * direct).sum::<f64>()
        })
        .sum();
    same("money to entities", t, paid, bills + passed, scale);
    for party in &state.parties {
        assert!(party.circular[0] <= party.paid[0] * (1.0 + ROUNDING) + 1.0, "more circular than paid in month {t}");
    }

    // Profit, and shares.
    let profit = m.revenue[0] * DT - add(&m.revenue_share) - m.invoices[0] - m.opex[0] - m.interest[0];
    same("profit", t, m.profit[0], profit, scale);
    same("operating cash flow", t, m.ocf[0], profit - m.tax[0] + m.noise[0] + m.credits_used[0], scale);
    same("shares", t, state.shares[0], before.shares[0] + m.issued[0], 1.0);
    let owned: f64 = parties(|party| &party.stake).sum();
    assert!(owned <= state.shares[0] * (1.0 + ROUNDING), "entities own more than there is in month {t}");
}

#[test]
fn every_identity_holds_in_every_month_from_the_flows_alone() {
    let p = stressed().resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut seen = [0.0; 5];
    watch(&p, &Luck::of(202), 512, |t, before, block, work| {
        balance(&p, before, block, work, t);
        let m = &work.labs[0];
        let flags = [&m.rescued, &m.exchange_flag, &m.default_flag, &m.renegotiated, &m.credits_used];
        for (seen, flag) in seen.iter_mut().zip(flags) {
            *seen += f64::from(u8::from(flag[0] > 0.0));
        }
    });
    assert!(seen.iter().all(|&times| times > 5.0), "rescue, exchange, default, renegotiation, credits: {seen:?}");
}
