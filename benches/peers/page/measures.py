"""What is measured of a chunk of paths at the end of the horizon (8.3, 8.4, 11), under the names of `paths.parquet`."""

import math

import numpy as np

from months import NEVER
from scenario import DT


def first_month(month):
    """The month of an event, NaN where there was none."""
    return np.where(month == NEVER, np.nan, month)


def over(part, whole):
    """A part of a whole, NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0.0)


def measures(paths):
    """Every measure by name, one number a path."""
    plan, out = paths.plan, dict(paths.out)
    lab, end = plan.lab_name, plan.calendar.name(plan.horizon - 1)
    for name, month in paths.first.items():
        subject = "" if name in ("burst", "run_up", "boom_and_bust") else f"[{lab}]"
        out[f"{name}{subject}@{end}"] = first_month(month)
    exchange, payment = (out[f"{name}[{lab}]@{end}"] for name in ("distressed_exchange", "payment_default"))
    out[f"default[{lab}]@{end}"] = np.fmin(exchange, payment)
    out[f"claims_over_capital[{lab}]@{end}"] = paths.claims
    final = math.exp(-plan.r * plan.horizon * DT) * paths.alive * plan.worth[plan.horizon] * np.exp(paths.x)
    out[f"overpaid[{lab}]@{end}"] = (paths.discounted + final < plan.valuation - plan.cash).astype(float)
    out[f"implied_requirement[{lab}]@{plan.calendar.name(-1)}"] = np.full(paths.n, plan.requirement)
    out[f"raised[outside]@{end}"], out[f"raised[debt]@{end}"] = paths.outside, paths.lent
    for e in paths.givers:
        out[f"raised[{plan.entity_names[e]}]@{end}"] = paths.given[e]
    spend(paths, end, out)
    for e, name in enumerate(plan.entity_names):
        out[f"provider_loss[{name}]@{end}"] = paths.lost[e]
        out[f"basis_lost[{name}]@{end}"] = paths.basis_lost[e]
        out[f"entity_default[{name}]@{end}"] = first_month(paths.default_month[e])
        out[f"entity_default_alone[{name}]@{end}"] = first_month(paths.alone_month[e])
        circularity(paths, e, name, end, out)
    cloud(paths, end, out)
    out[f"finn_index@{end}"] = finn_index(paths)
    return out


def spend(paths, end, out):
    """Invoices by contract, and by provider and family."""
    plan = paths.plan
    by_seller = {}
    for k, contract in enumerate(plan.contracts):
        out[f"spend[{contract.id}]@{end}"] = paths.spend[k]
        key = contract.provider, contract.family
        by_seller[key] = by_seller.get(key, 0.0) + paths.spend[k]
    for name, family in plan.families.items():
        for seller, weight in family.sellers.items():
            key = seller, name
            by_seller[key] = by_seller.get(key, 0.0) + weight * paths.on_demand_spend[name]
    for (seller, name), money in by_seller.items():
        out[f"spend[{plan.entity_names[seller]}/{name}]@{end}"] = money


def circularity(paths, e, name, end, out):
    """8.3: circular money as a share of what was paid and of what was given; lower, pro rata, upper."""
    given, paid, credits = paths.given[e], paths.paid[e], paths.credits_used[e]
    elsewhere = paths.inflows - (given - credits) + paths.plan.cash
    lower = np.minimum(credits + np.maximum(paid - credits - elsewhere, 0.0), given)
    for suffix, part in ("", paths.circular[e]), ("_lower", lower), ("_upper", np.minimum(given, paid)):
        out[f"circular_share{suffix}[{name}]@{end}"] = np.minimum(over(part, paid), 1.0)
        if e in paths.givers:
            out[f"circular_returned{suffix}[{name}]@{end}"] = np.minimum(over(part, given), 1.0)


def cloud(paths, end, out):
    """8.3: growth and market shares of cloud revenue with the labs, without, and without the circular part."""
    plan = paths.plan
    years = (plan.horizon - 12) * DT
    for suffix, labs, circular in ("", 1.0, 0.0), ("_without_labs", 0.0, 0.0), ("_without_circular", 1.0, -1.0):
        first, last = {}, {}
        for e, curve in plan.cloud.items():
            (paid1, round1), (paid2, round2) = paths.first_year, paths.before_last
            first[e] = curve[:12].sum() * DT + labs * paid1[e] + circular * round1[e]
            last[e] = curve[plan.horizon - 12 : plan.horizon].sum() * DT + labs * (paths.paid[e] - paid2[e])
            last[e] += circular * (paths.circular[e] - round2[e])
        everybody = sum(last.values())
        for e in plan.cloud:
            name = plan.entity_names[e]
            out[f"cloud_growth{suffix}[{name}]@{end}"] = (last[e] / first[e]) ** (1.0 / years) - 1.0
            out[f"cloud_share{suffix}[{name}]@{end}"] = last[e] / everybody


def finn_index(paths):
    """Finn's cycling index (8.3): with G the flows over the payer's throughflow, a node's money returns to it with
    probability 1 - 1/N_ii, N = (I - G)^-1."""
    plan = paths.plan
    size = 1 + len(plan.entity_names)
    flows = np.zeros((paths.n, size, size))
    flows[:, 1:, 0] = paths.given.T
    flows[:, 0, 1:] = paths.paid.T
    for k, contract in enumerate(plan.contracts):
        for to in contract.pass_through:
            flows[:, 0, 1 + to] -= paths.passed[k]
            flows[:, 1 + contract.provider, 1 + to] += paths.passed[k]
    through = np.maximum(flows.sum(axis=1), flows.sum(axis=2))
    share = flows / np.maximum(through, 1e-300)[:, :, None]
    returns = np.einsum("nii->ni", np.linalg.inv(np.eye(size) - share))
    return (through * (1.0 - 1.0 / returns)).sum(axis=1) / through.sum(axis=1)
