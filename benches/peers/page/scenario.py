"""Reads a scenario file: numbers with units, dates, uncertain numbers. Refuses keys that are not implemented here."""

import copy
import re
import sys
import tomllib

import numpy as np

DT = 1.0 / 12.0

# Every key that the equations of this package know. `*` is a name.
KEYS = {
    "scenario": "name description start horizon",
    "run": "paths draws seed",
    "economy": "discount_rate long_run_growth",
    "market": "mean reversion volatility feedback growth run_up freeze_mean supply supply_beta frozen_supply",
    "market.burst": "hazard run_up_beta hazard_max fall fall_sd",
    "market.overvalued": "threshold months",
    "family.*": "reference relative_price price_decline volatility on_demand",
    "family.*.adoption": "max midpoint width",
    "on_demand": "premium capacity",
    "lab.*": "cash valuation last_round min_cash cash_volatility tax_rate loss_carry_forward stakes invested",
    "lab.*.revenue": "target attainment reversion freeze_drag training_drag",
    "lab.*.revenue_share": "to share until cap",
    "lab.*.compute": "inference_share training training_elasticity",
    "lab.*.compute.intensity": "drift reversion volatility",
    "lab.*.opex": "of_revenue burn",
    "lab.*.austerity": "runway training_cut",
    "lab.*.fundamental": "cost_of_capital margin margin_half_life",
    "lab.*.round": "trigger target_runway gap max_share down_round participants",
    "lab.*.ipo": "earliest rate float min_revenue_rate min_valuation",
    "lab.*.scale_back": "renegotiate renegotiate_cut renegotiate_fee",
    "lab.*.resolution": "grace sponsor capacity rescue rescue_frozen exchange max_exchanges haircut lgd",
    "entity.*": "assets asset_growth asset_volatility pd5 debt barrier burst_beta cloud_revenue",
    "contract": "id lab provider family status firm schedule amount start term ramp take_or_pay price pass_through"
    " margin capex lead relet relet_frozen relet_depth workload",
    "contract.delay": "mean cv",
    "investment": "id investor lab amount date probability after_ipo close_beta close_freeze deadline form"
    " min_family_share",
    "matching": "id investor lab contract ratio cap",
    "facility": "id lab lender limit rate ltv committed maturity",
    "regulation": "hazard duration",
    "correlation.*": "*",
}
IGNORED = {"benchmark", "sources", "sources_from"}
UNITS = {"": 1.0, "%": 0.01, "mo": 1.0 / 12.0, "y": 1.0, "B USD": 1e9, "M USD": 1e6, "USD": 1.0}


def refuse(key, why="is not implemented"):
    """Ends with the key that this package does not know."""
    sys.exit(f"page_numpy: {key} {why}; it implements what tests/fixtures/openai-2026-06.toml switches on")


def number(value):
    """A number, or a text with a unit. Durations are years."""
    if isinstance(value, dict) and "value" in value:
        return number(value["value"])
    if isinstance(value, (int, float)):
        return float(value)
    found = re.fullmatch(r"(-?[\d._]+(?:e-?\d+)?)\s*(.*)", value)
    if not found or found[2] not in UNITS:
        refuse(f"the number {value!r}")
    return float(found[1]) * UNITS[found[2]]


def months(value):
    """A duration in whole months."""
    return round(number(value) * 12.0)


def totals(table):
    """A table by calendar year."""
    return {int(year): number(value) for year, value in table.items()}


def pattern_of(path):
    """The path with `*` in the place of names."""
    parts = path.split(".")
    if parts[0] in ("family", "lab", "entity", "correlation") and len(parts) > 1:
        parts[1:] = ["*"] if parts[0] == "correlation" else ["*", *parts[2:]]
    return ".".join(parts)


def check(table, path=""):
    """Refuses keys that are not in KEYS."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if here in IGNORED:
            continue
        known = KEYS.get(pattern_of(path), "").split() if path else []
        if key in known or "*" in known:
            continue
        is_section = any(name == pattern_of(here) or name.startswith(pattern_of(here) + ".") for name in KEYS)
        if not is_section or not isinstance(value, (dict, list)):
            refuse(here)
        for part in value if isinstance(value, list) else [value]:
            check(part, here)


def places(table, path=()):
    """Every table of the document with its address; members of lists have their id."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield table, key, (*path, key)
            yield from places(value, (*path, key))
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from places(item, (*path, key, item.get("id", "")))


def mean_of(dist):
    """The mean of an uncertain number (12)."""
    g = {key: number(value) for key, value in dist.items() if key not in ("dist", "prior", "same_as")}
    return {
        "triangular": lambda: (g["low"] + g["mode"] + g["high"]) / 3.0,
        "pert": lambda: (g["low"] + 4.0 * g["mode"] + g["high"]) / 6.0,
        "uniform": lambda: (g["low"] + g["high"]) / 2.0,
    }.get(dist["dist"], lambda: g["mean"])()


def sample(dist, count, rng):
    """So many draws of an uncertain number (10)."""
    g = {key: number(value) for key, value in dist.items() if key not in ("dist", "prior", "same_as")}

    def pert():
        width = g["high"] - g["low"]
        a, b = 1.0 + 4.0 * (g["mode"] - g["low"]) / width, 1.0 + 4.0 * (g["high"] - g["mode"]) / width
        return g["low"] + width * rng.beta(a, b, count)

    def beta():
        size = g["mean"] * (1.0 - g["mean"]) / g["sd"] ** 2 - 1.0
        return rng.beta(g["mean"] * size, (1.0 - g["mean"]) * size, count)

    def lognormal():
        variance = np.log1p((g["sd"] / g["mean"]) ** 2)
        return rng.lognormal(np.log(g["mean"]) - variance / 2.0, np.sqrt(variance), count)

    kinds = {
        "triangular": lambda: rng.triangular(g["low"], g["mode"], g["high"], count),
        "normal": lambda: rng.normal(g["mean"], g["sd"], count),
        "uniform": lambda: rng.uniform(g["low"], g["high"], count),
        "pert": pert,
        "beta": beta,
        "lognormal": lognormal,
    }
    if dist["dist"] not in kinds:
        refuse(f"the distribution {dist['dist']}")
    return kinds[dist["dist"]]()


class Scenario:
    """A scenario file and its uncertain numbers, addressed as `contract.azure.take_or_pay`."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.document = tomllib.load(file)
        check(self.document)
        for key in ("lab", "family"):
            most = {"lab": 1, "family": 2}[key]
            if len(self.document[key]) > most:
                refuse(f"more than {most} [{key}] tables")
        found = [(".".join(address), table[key]) for table, key, address in places(self.document)]
        self.uncertain = {address: value for address, value in found if "dist" in value}
        for address, dist in self.uncertain.items():
            for bound in {"min", "max"} & set(dist):
                refuse(f"{address}.{bound}")
        self.tied = {address: value["same_as"] for address, value in found if "same_as" in value}

    def means(self):
        """Every uncertain number at its mean."""
        return {address: mean_of(dist) for address, dist in self.uncertain.items()}

    def draws(self, count, rng):
        """Parameter draws (10), independent."""
        columns = {address: sample(dist, count, rng) for address, dist in self.uncertain.items()}
        return [{address: float(values[i]) for address, values in columns.items()} for i in range(count)]

    def at(self, values):
        """The document with these values in the place of its uncertain numbers."""
        document = copy.deepcopy(self.document)
        for table, key, address in list(places(document)):
            name = ".".join(address)
            name = self.tied.get(name, name)
            if name in values:
                table[key] = values[name]
        return document
