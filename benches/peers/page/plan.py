"""The plan of one parameter draw: what does not depend on the path, by month. Sections are those of the page."""

import math

import numpy as np

from scenario import DT, months, number, refuse, totals

# The months that a formula asks for beyond the horizon (1), and the longest delay (2).
BEYOND = 260
DELAY = 240


class Calendar:
    """Month 0 is the scenario's start."""

    def __init__(self, start):
        self.start = self.absolute(start)

    @staticmethod
    def absolute(date):
        year, month = date.split("-")
        return 12 * int(year) + int(month) - 1

    def month(self, date):
        return self.absolute(date) - self.start

    def year(self, t):
        return (self.start + t) // 12

    def january(self, year):
        return 12 * year - self.start

    def mid(self, t):
        return (self.start + t + 0.5) / 12.0

    def name(self, t):
        return f"{(self.start + t) // 12:04d}-{(self.start + t) % 12 + 1:02d}"


def share_curve(table, x):
    """A curve of shares (1): linear between mid-years, constant outside."""
    if not isinstance(table, dict):
        return np.full(np.shape(x), number(table))
    years = totals(table)
    return np.interp(x, [year + 0.5 for year in years], list(years.values()))


def raw_rate(years, x, long_run_growth):
    """Step one of a curve of totals (1)."""
    at, value = np.array([year + 0.5 for year in years]), np.array(list(years.values()))
    positive = (value[:-1] > 0) & (value[1:] > 0)
    growth = np.zeros(len(at) - 1)
    growth[positive] = np.log(value[1:][positive] / value[:-1][positive]) / np.diff(at)[positive]
    i = np.clip(np.searchsorted(at, x, side="right") - 1, 0, max(len(at) - 2, 0))
    if len(at) == 1:
        first = np.full(len(x), value[0])
    else:
        inside = np.where(positive[i], value[i] * np.exp(growth[i] * (x - at[i])), np.interp(x, at, value))
        first = np.where(x < at[0], value[0] * np.exp(growth[0] * (x - at[0])), inside)
    last = growth[-1] if len(at) > 1 and positive[-1] else long_run_growth
    s = np.maximum(x - at[-1], 0.0)
    beyond = value[-1] * np.exp(long_run_growth * s + (last - long_run_growth) * (1.0 - 2.0**-s) / math.log(2.0))
    return np.where(x >= at[-1], beyond, first)


def total_curve(table, calendar, t, long_run_growth):
    """A curve of totals (1) as an annual rate in the months `t`."""
    years = totals(table)
    scales = {}
    for year, total in years.items():
        january = calendar.january(year)
        raw = raw_rate(years, calendar.mid(np.arange(january, january + 12)), long_run_growth).sum() * DT
        scales[year] = total / raw if raw else 1.0
    scale = np.interp(calendar.year(t), list(scales), list(scales.values()))
    return raw_rate(years, calendar.mid(t), long_run_growth) * scale


def next_year(values):
    """Sums over the months t+1..t+12."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return sums[13:] - sums[1:-12]



class Contract:
    """A contract (4) and what it is to its provider (8.1): tables by month less delay, month -240 first."""

    def __init__(self, table, calendar, horizon, rate, entities):
        self.id = table["id"]
        self.provider = entities.index(table["provider"])
        self.family = table["family"]
        self.workload = table.get("workload", "any")
        if self.workload == "none":
            refuse(f"contract.{self.id}.workload", "none is not implemented")
        self.price = table.get("price", "plan")
        self.firm = number(table.get("firm", 0.0 if table.get("status") == "framework" else 1.0))
        self.take_or_pay = number(table.get("take_or_pay", 1.0))
        self.pass_through = {entities.index(to): number(share) for to, share in table.get("pass_through", {}).items()}
        self.margin = number(table.get("margin", 0.0))
        self.relet = number(table.get("relet", 0.7))
        self.relet_frozen = number(table.get("relet_frozen", 1.0))
        self.relet_depth = number(table.get("relet_depth", math.inf))
        self.begin, self.term = calendar.month(table["start"]), months(table["term"])
        self.delay = table.get("delay") if self.begin >= 0 else None
        if self.delay and self.price != "plan":
            refuse(f"contract.{self.id}.price", "of a contract with a delay is not implemented")
        t = np.arange(-DELAY, horizon + BEYOND)
        amounts = self.amounts(table, calendar)
        last = amounts[-12:].mean()
        i = t - self.begin
        in_term = (i >= 0) & (i < self.term)
        written = np.where(in_term, amounts[np.clip(i, 0, self.term - 1)], 0.0)
        self.rate = np.where(i >= self.term, last, written) / DT
        self.minimum = self.take_or_pay * written
        self.next_minimum = np.concatenate([next_year(self.minimum), np.zeros(12)])
        # W at the end of month t: later minimum payments, at month-ends.
        discount = math.exp(-rate * DT)
        self.value = np.zeros(len(t))
        for u in range(len(t) - 2, -1, -1):
            self.value[u] = discount * (self.value[u + 1] + self.margin * self.minimum[u + 1])
        self.capital(table, t, amounts.sum(), rate)

    def amounts(self, table, calendar):
        """Dollars of every month of the term."""
        if "amount" in table:
            i, ramp = np.arange(self.term), months(table["ramp"]) if "ramp" in table else 0
            weights = np.minimum(1.0, (i + 0.5) / ramp) if ramp else np.ones(self.term)
            return number(table["amount"]) * weights / weights.sum()
        by_year = totals(table["schedule"])
        years = calendar.year(self.begin + np.arange(self.term))
        return np.array([by_year[year] / (years == year).sum() for year in years])

    def capital(self, table, t, amount, rate):
        """D of an uncut contract, what is repaid of it, and the part of all spending (by value) up to month t."""
        lead = months(table["lead"]) if "lead" in table else 12
        monthly = self.take_or_pay * number(table.get("capex", 0.0)) * amount / lead
        spent = np.arange(self.begin - lead, self.begin)
        at = np.minimum(t, self.begin - 1)
        self.debt = np.exp(rate * (at[:, None] - spent) * DT).sum(axis=1) * monthly
        run = np.clip(t + 1 - self.begin, 0, self.term)
        self.debt *= (self.term - run) / self.term
        before = np.concatenate([[self.debt[0]], self.debt[:-1]])
        self.repaid = np.where(t >= self.begin, before * math.exp(rate * DT) - self.debt, 0.0)
        weights = np.exp(-rate * spent * DT)
        part = np.zeros(len(t))
        inside = (t >= self.begin - lead) & (t < self.begin)
        part[inside] = (weights / weights.sum())[t[inside] - (self.begin - lead)]
        self.spent, self.spent_so_far = part, np.cumsum(part)
        if self.begin - lead < -DELAY:
            self.spent_so_far = np.ones(len(t))

    def price_at(self, t, plan):
        """A number, or None where it is the spot price of the family."""
        family = plan.families[self.family]
        if t >= self.begin + self.term or self.price == "plan":
            return family.expected[t]
        if self.price == "locked":
            return family.relative_price * math.exp(-family.decline * self.begin * DT)
        return None


class Family:
    """A kind of compute (2, 3.3)."""

    def __init__(self, name, table, calendar, t, entities):
        self.name = name
        self.relative_price = number(table.get("relative_price", 1.0))
        self.decline, self.volatility = number(table["price_decline"]), number(table["volatility"])
        self.expected = self.relative_price * np.exp(-self.decline * t * DT)
        sellers = {entities.index(seller): number(share) for seller, share in table["on_demand"].items()}
        self.sellers = {seller: share / sum(sellers.values()) for seller, share in sellers.items()}
        self.adoption = None
        if "adoption" in table:
            most, width = number(table["adoption"]["max"]), number(table["adoption"]["width"])
            midpoint = calendar.mid(calendar.month(table["adoption"]["midpoint"]))
            self.adoption = most / (1.0 + np.exp(-(calendar.mid(t) - midpoint) / width))


class Plan:
    """The numbers of one draw."""

    def __init__(self, document, volatilities=None, chance=True):
        d = self.document = document
        self.chance = chance
        self.calendar = calendar = Calendar(d["scenario"]["start"])
        self.horizon = months(d["scenario"]["horizon"])
        self.rate = number(d["economy"]["discount_rate"])
        self.growth = number(d["economy"]["long_run_growth"])
        self.entity_names = list(d["entity"])
        (self.lab_name, self.lab) = next(iter(d["lab"].items()))
        self.t = np.arange(self.horizon + BEYOND)
        self.families = {
            name: Family(name, table, calendar, self.t, self.entity_names) for name, table in d["family"].items()
        }
        self.reference = next(name for name, table in d["family"].items() if table.get("reference"))
        self.other = next((name for name in self.families if name != self.reference), None)
        if self.families[self.reference].adoption is not None or self.families[self.other].adoption is None:
            refuse("family", "needs an adoption limit on the other family and none on the reference")
        self.contracts = [
            Contract(table, calendar, self.horizon, self.rate, self.entity_names) for table in d["contract"]
        ]
        self.processes()
        self.planned()
        self.value()
        self.outlook()
        self.entities(volatilities or {})

    def processes(self):
        """Drifts and volatilities of section 2; without chance the volatilities are 0 (12)."""
        revenue, intensity = self.lab["revenue"], self.lab["compute"]["intensity"]
        if number(revenue["reversion"]) != 0.0:
            refuse("lab.*.revenue.reversion", "other than 0 is not implemented")
        belief = revenue["attainment"]
        self.after = number(belief["after"])
        median, p90 = number(belief["median"]), number(belief["p90"])
        self.mu = math.log(median) / self.after
        self.sigma = math.log(p90 / median) / (1.2816 * math.sqrt(self.after)) * self.chance
        k = number(intensity["reversion"])
        self.intensity_decay = math.exp(-k * DT)
        self.intensity_pull = number(intensity["drift"]) / k * (1.0 - self.intensity_decay)
        spread = number(intensity["volatility"]) * self.chance
        self.intensity_sd = spread * math.sqrt((1.0 - self.intensity_decay**2) / (2.0 * k))
        self.eta = number(self.lab["compute"]["training_elasticity"])

    def acting(self, start, span):
        """The part of a span of years in which the drift of attainment acts (2)."""
        return np.maximum(np.minimum(self.after, start + span) - start, 0.0)

    def planned(self):
        """Target, inference share, training, fixed cost from `burn` (3.7), margins (6), from the first January on."""
        calendar, lab, gl = self.calendar, self.lab, self.growth
        burn = totals(lab["opex"]["burn"])
        target_years = totals(lab["revenue"]["target"])
        first = calendar.january(min(calendar.year(0), min(burn), max(target_years)))
        t = np.arange(first, self.horizon + BEYOND)
        target = total_curve(lab["revenue"]["target"], calendar, t, gl)
        inference = share_curve(lab["compute"]["inference_share"], calendar.mid(t))
        training = total_curve(lab["compute"]["training"], calendar, t, gl)
        of_revenue = number(lab["opex"]["of_revenue"])
        if len(lab["revenue_share"]) != 1:
            refuse("lab.*.revenue_share", "other than one is not implemented")
        share = lab["revenue_share"][0]
        self.share_to = self.entity_names.index(share["to"])
        self.share_cap, self.share_until = number(share["cap"]), calendar.month(share["until"])
        rates = np.where(t <= self.share_until, share_curve(share["share"], calendar.mid(t)), 0.0)
        shares, paid = rates * target * DT, 0.0
        for i in np.flatnonzero(t >= 0):
            shares[i] = min(shares[i], self.share_cap - paid)
            paid += shares[i]
        earned = (target * (1.0 - of_revenue - inference) - training) * DT - shares
        years = calendar.year(t)
        fixed_of = {year: total + earned[years == year].sum() for year, total in burn.items()}
        last = max(fixed_of)
        fixed = np.interp(years, list(fixed_of), list(fixed_of.values()))
        fixed *= np.exp(gl * np.maximum(years - last, 0))
        self.margins(t, target, inference, training, fixed, shares, of_revenue, max(target_years))
        now = t >= 0
        self.target, self.inference, self.training = target[now], inference[now], training[now]
        self.fixed, self.share, self.of_revenue = fixed[now], rates[now], of_revenue

    def margins(self, t, target, inference, training, fixed, shares, of_revenue, last):
        """`m(u)` of section 6."""
        calendar, terms = self.calendar, self.lab["fundamental"]
        q = np.exp(self.mu * self.acting(0.0, np.maximum(t, 0) * DT))
        cash = (q * target * (1.0 - of_revenue - inference) - q**self.eta * training - fixed) * DT - q * shares
        revenue = q * target * DT
        years = calendar.year(t)
        self.m_inf = number(terms["margin"])
        half_life = number(terms["margin_half_life"])
        by_year = {year: cash[years == year].sum() / revenue[years == year].sum() for year in set(years[years <= last])}
        fading = self.m_inf + (by_year[last] - self.m_inf) * 2.0 ** (-(calendar.mid(t) - last - 0.5) / half_life)
        margin = np.where(years <= last, [by_year.get(year, 0.0) for year in years], fading)
        self.margin = margin[t >= 0]

    def value(self):
        """`F / exp(X)` by month, floor included, and `y(0)` (6)."""
        self.r = number(self.lab["fundamental"]["cost_of_capital"])
        i = np.arange(241)
        s = i * DT
        discount = np.exp(-self.r * (i[:240] + 0.5) * DT)
        self.worth = np.zeros(self.horizon + 1)
        for t in range(self.horizon + 1):
            factor = np.exp(self.mu * self.acting(t * DT, s) + self.sigma**2 * s / 2.0)
            revenue = self.target[t : t + 241] * factor
            years = DT * (discount * self.margin[t : t + 240] * revenue[:240]).sum()
            end = math.exp(-20.0 * self.r) * self.m_inf * revenue[240] / (self.r - self.growth)
            self.worth[t] = max(years + end, 0.1 * self.target[t])
        self.cash = number(self.lab["cash"])
        self.valuation = number(self.lab["valuation"])
        self.y0 = math.log((self.valuation - self.cash) / self.worth[0])
        self.requirement = (self.valuation - self.cash) / self.worth[0]

    def outlook(self):
        """The month's dollars of 5.3 and 7.5, and their sums over the next twelve."""
        self.sales = DT * self.target * (1.0 - self.of_revenue)
        self.shared = DT * self.target * self.share
        self.needed_inference = DT * self.inference * self.target
        self.needed_training = DT * self.training
        self.fixed_month = DT * self.fixed
        self.sales12, self.shared12 = next_year(self.sales), next_year(self.shared)
        self.inference12, self.training12 = next_year(self.needed_inference), next_year(self.needed_training)
        self.fixed12 = next_year(self.fixed_month)
        mid = self.calendar.mid(self.t)
        self.on_demand = share_curve(self.document["on_demand"]["capacity"], mid)
        self.supply = total_curve(self.document["market"]["supply"], self.calendar, self.t, self.growth)

    def entities(self, volatilities):
        """Balance sheets (8.1), one row an entity."""
        tables = self.document["entity"]

        def column(key, default=0.0):
            return np.array([number(table.get(key, default)) for table in tables.values()])[:, None]

        self.assets, self.asset_growth, self.burst_beta = column("assets"), column("asset_growth"), column("burst_beta")
        self.barrier = np.array(
            [[number(table.get("barrier", 0.66 * number(table.get("debt", 0.0))))] for table in tables.values()]
        )
        given = [volatilities.get(name, number(table.get("asset_volatility", 0.0))) for name, table in tables.items()]
        self.asset_volatility = np.array(given)[:, None] * self.chance
        self.stakes = {self.entity_names.index(name): number(s) for name, s in self.lab["stakes"].items()}
        self.invested = {self.entity_names.index(name): number(s) for name, s in self.lab["invested"].items()}
        self.cloud = {
            self.entity_names.index(name): total_curve(table["cloud_revenue"], self.calendar, self.t, self.growth)
            for name, table in tables.items()
            if "cloud_revenue" in table
        }
        sellers = {contract.provider for contract in self.contracts}
        sellers |= {to for contract in self.contracts for to in contract.pass_through}
        sellers |= {seller for family in self.families.values() for seller in family.sellers}
        self.strategic = sellers
