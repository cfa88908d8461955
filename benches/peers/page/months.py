"""The months of docs/model.md on a chunk of paths of one draw, an array a quantity. Methods are named after sections.

Common months run on whole arrays. What is rare (rounds, arrears, cuts, defaults) runs on the paths that it concerns,
found with `flatnonzero`. Dollars and years, as on the page.
"""

import math

import numpy as np

from plan import DELAY
from scenario import DT, months, number, refuse

CENT = 0.01
NEVER = -1
TINY = 1e-300
ROOT_DT = math.sqrt(DT)
LONGEST = 120
# Numbers of a table of months and paths that stays in a cache.
BLOCK = 24_000


def hit(rate):
    """The probability of an event of this hazard in a month (1)."""
    return -math.expm1(-rate * DT)


class Paths:
    """State of `n` paths."""

    def __init__(self, plan, n, rng):
        self.plan, self.n, self.rng = plan, n, rng
        self.terms(plan.document)
        self.draw_once()
        self.open_market()
        self.open_lab()
        self.open_entities()
        self.open_tallies()

    # Numbers of the scenario that the months use.

    def terms(self, d):
        plan, market, lab = self.plan, d["market"], self.plan.lab
        burst = market["burst"]
        self.kappa, self.ybar = number(market["reversion"]), number(market["mean"])
        self.y_sd = number(market["volatility"]) * ROOT_DT * plan.chance
        self.feedback, self.growth = number(market["feedback"]), number(market["growth"])
        self.run_up_start = number(market["run_up"])
        self.h_beta, self.h1, self.h_max = (number(burst[key]) for key in ("run_up_beta", "hazard", "hazard_max"))
        self.fall_mean, self.fall_sd = number(burst["fall"]), number(burst["fall_sd"]) * plan.chance
        self.reopen_dt = DT / number(market["freeze_mean"])
        self.supply_beta, self.frozen_supply = number(market["supply_beta"]), number(market["frozen_supply"])
        self.dear_log = math.log(number(market["overvalued"]["threshold"]))
        self.dear_months = int(market["overvalued"]["months"])
        self.premium = 1.0 + number(d["on_demand"]["premium"])
        self.freeze_drag, self.training_drag = (number(lab["revenue"][k]) for k in ("freeze_drag", "training_drag"))
        self.min_cash, self.tax_rate = number(lab["min_cash"]), number(lab["tax_rate"])
        self.noise_sd = number(lab["cash_volatility"]) * ROOT_DT * plan.chance
        self.thrifty_runway = months(lab["austerity"]["runway"])
        self.training_cut = number(lab["austerity"]["training_cut"])
        self.round_terms = {
            key: number(lab["round"][key]) * (12.0 if key in ("trigger", "target_runway", "gap") else 1.0)
            for key in ("trigger", "target_runway", "gap", "max_share", "down_round")
        }
        names = plan.entity_names
        self.participants = {names.index(name): number(w) for name, w in lab["round"]["participants"].items()}
        ipo = lab["ipo"]
        self.ipo_first, self.ipo_p = plan.calendar.month(ipo["earliest"]), hit(number(ipo["rate"]))
        self.ipo_float, self.ipo_rate, self.ipo_value = (
            number(ipo[key]) for key in ("float", "min_revenue_rate", "min_valuation")
        )
        self.renegotiate_p = hit(number(lab["scale_back"]["renegotiate"])) * plan.chance
        self.renegotiate_cut, self.renegotiate_fee = (
            number(lab["scale_back"][key]) for key in ("renegotiate_cut", "renegotiate_fee")
        )
        resolution = lab["resolution"]
        self.grace, self.most_exchanges = months(resolution["grace"]), int(resolution["max_exchanges"])
        self.sponsor, self.sponsor_capacity = names.index(resolution["sponsor"]), number(resolution["capacity"])
        self.rescue_p, self.rescue_frozen, self.exchange_p, self.haircut, self.lgd = (
            number(resolution[key]) for key in ("rescue", "rescue_frozen", "exchange", "haircut", "lgd")
        )
        self.investments = [self.investment(table) for table in d["investment"]]
        self.matchings = [self.matching(table) for table in d["matching"]]
        self.facilities = [self.facility(table) for table in d["facility"]]
        self.regulation_p = hit(number(d["regulation"]["hazard"])) * plan.chance
        self.regulation_months = months(d["regulation"]["duration"])
        self.correlations(d["correlation"])
        # Who may give, who holds shares, and who is paid by the lab as well.
        givers = {item["entity"] for item in self.investments + self.matchings} | {*self.participants, self.sponsor}
        self.givers, self.holders = sorted(givers), sorted(givers | set(plan.stakes))
        self.both = [e for e in self.givers if e in plan.strategic or e == plan.share_to]

    def investment(self, table):
        plan = self.plan
        p = number(table.get("probability", 1.0))
        credits = table.get("form") == "credits"
        conditions = {key: number(share) for key, share in table.get("min_family_share", {}).items()}
        after_ipo = bool(table.get("after_ipo", False))
        return {
            "entity": plan.entity_names.index(table["investor"]),
            "amount": number(table["amount"]),
            "date": plan.calendar.month(table["date"]),
            "deadline": plan.calendar.month(table["deadline"]) if "deadline" in table else 10**6,
            "p": p if plan.chance else float(p >= 0.5),
            "beta": number(table.get("close_beta", 0.0)),
            "freeze": number(table.get("close_freeze", 0.0)),
            "credits": credits,
            "after_ipo": after_ipo,
            "family_share": conditions,
            "firm": p == 1.0 and not credits and not after_ipo and not conditions,
        }

    def matching(self, table):
        contract = next(k for k, c in enumerate(self.plan.contracts) if c.id == table["contract"])
        entity = self.plan.entity_names.index(table["investor"])
        return {"entity": entity, "contract": contract, "ratio": number(table["ratio"]), "cap": number(table["cap"])}

    def facility(self, table):
        if table["lender"] in self.plan.entity_names:
            refuse(f"facility.{table['id']}.lender", "that is an entity is not implemented")
        maturity = self.plan.calendar.month(table["maturity"]) if "maturity" in table else 10**6
        ltv = number(table.get("ltv", math.inf))
        limit, rate = number(table["limit"]), number(table["rate"])
        return {"limit": limit, "rate": rate, "ltv": ltv, "committed": table["committed"], "maturity": maturity}

    def correlations(self, table):
        """The order of processes, each after its parent, and what it takes of its parent and of its own."""
        names = ["market", "revenue." + self.plan.lab_name, "intensity." + self.plan.lab_name]
        names += ["price." + name for name in self.plan.families] + ["cash." + self.plan.lab_name]
        names += ["assets." + name for name in self.plan.entity_names]
        self.row = {name: i for i, name in enumerate(names)}
        self.joined, left = [], dict(table)
        while left:
            ready = [child for child, parent in left.items() if next(iter(parent)) not in left]
            for child in ready:
                ((parent, rho),) = left.pop(child).items()
                rho = number(rho)
                self.joined.append((self.row[child], self.row[parent], rho, math.sqrt(1.0 - rho * rho)))

    # The state before month 0.

    def draw_once(self):
        """Delays and verdicts (2)."""
        plan, n, rng = self.plan, self.n, self.rng
        self.delay_row = []
        for contract in plan.contracts:
            late = None
            if contract.delay:
                delay = np.zeros(n)
                if plan.chance:
                    mean, cv = number(contract.delay["mean"]) * 12.0, number(contract.delay["cv"])
                    delay = np.rint(rng.gamma(cv**-2, mean * cv**2, n))
                late = DELAY - np.minimum(delay, DELAY).astype(np.intp)
            self.delay_row.append(late)
        self.tables = {}
        for k, (contract, late) in enumerate(zip(plan.contracts, self.delay_row)):
            longest = 0 if late is None else DELAY - late.min()
            for name in ("rate", "minimum", "next_minimum", "value", "debt", "repaid", "spent", "spent_so_far"):
                # From month -1 on: is it 0 whatever the delay?
                table = getattr(contract, name)
                some = np.concatenate([[0], np.cumsum(table != 0.0)])
                last = np.arange(DELAY - 1, len(table))
                active = some[last + 1] > some[np.maximum(last - longest, 0)]
                self.tables[k, name] = table, late, active.tolist()
        self.verdicts = [rng.random(n) for _ in self.investments]
        self.waiting = [np.arange(n) for _ in self.investments]
        self.regulated = [np.empty(0, np.intp)] * plan.horizon
        if self.regulation_p > 0.0:
            # Months with an event, by the gaps between them.
            size, gaps = plan.horizon * n, []
            while sum(g.sum() for g in gaps) <= size:
                gaps.append(rng.geometric(self.regulation_p, int(size * self.regulation_p) + 50))
            month, path = np.divmod(np.cumsum(np.concatenate(gaps)) - 1, n)
            bounds = np.searchsorted(month, np.arange(plan.horizon + 1))
            self.regulated = [path[a:b] for a, b in zip(bounds, bounds[1:])]

    def open_market(self):
        plan, n = self.plan, self.n
        self.z = np.zeros((len(self.row), n))
        self.y = np.full(n, plan.y0)
        self.open = np.ones(n, bool)
        rise = self.run_up_start - 2.0 * self.growth
        self.y_ring = np.repeat(plan.y0 - rise * np.arange(24, 0, -1)[:, None] / 24.0, n, axis=1)
        self.prices = {name: np.full(n, family.relative_price) for name, family in plan.families.items()}
        self.blocked_until = np.full(n, -1)
        self.strategic_ring, self.strategic12 = np.zeros((12, n)), np.zeros(n)

    def open_lab(self):
        plan, n = self.plan, self.n
        entities = len(plan.entity_names)
        zero = lambda *shape: np.zeros((*shape, n))
        self.x, self.intensity = zero(), zero()
        self.alive = np.ones(n)
        self.cash = np.full(n, plan.cash)
        self.drawn, self.exchanged, self.debt = zero(len(self.facilities)), zero(), zero()
        self.interest_rate = zero()  # dollars a year on all debt
        self.arrears, self.arrears_to, self.exchanged_to = zero(), zero(entities), zero(entities)
        self.in_arrears = np.zeros(n, np.int64)
        self.losses = np.full(n, number(plan.lab["loss_carry_forward"]))
        self.shares, self.last_sale = np.ones(n), np.full(n, plan.calendar.month(plan.lab["last_round"]))
        self.last_price = np.full(n, plan.valuation)
        self.holdings = zero(entities)
        for e, stake in plan.stakes.items():
            self.holdings[e] = stake
        self.pool = zero(entities)
        self.credits = {i: zero() for i, item in enumerate(self.investments) if item["credits"]}
        self.ipo_done = np.zeros(n, bool)
        self.matched = zero(len(self.matchings))
        self.share_paid = zero()
        self.kept_n, self.kept_r, self.training_kept = np.ones(n), np.ones(n), np.ones(n)
        self.kept = np.ones((len(plan.contracts), n))
        self.wanted = np.ones(n)  # of planned training, in austerity less
        self.rescued, self.exchanges = np.zeros(n, bool), np.zeros(n, np.int64)
        self.fee_due = None
        self.spend_before = None

    def open_entities(self):
        """Core assets at the start (8.1): worth less contracts as they stand at the end of month 0, and stakes."""
        plan, n = self.plan, self.n
        core = np.repeat(plan.assets, n, axis=1)
        for k, contract in enumerate(plan.contracts):
            for name, sign in ("value", 1.0), ("debt", -1.0):
                held = self.of(k, name, 0)
                if held is not None:
                    core[contract.provider] -= sign * held
        for e, stake in plan.stakes.items():
            core[e] -= stake * plan.valuation
        if (core <= 0.0).any():
            refuse("entity", "without core assets")
        self.core, self.alone_barrier = core, plan.barrier * core / plan.assets
        self.account, self.lost, self.basis_lost = (np.zeros_like(core) for _ in range(3))
        self.worth = np.repeat(plan.assets, n, axis=1)
        self.default_month = np.full(core.shape, NEVER, np.int16)
        self.alone_month = self.default_month.copy()
        self.defaulted = np.zeros(core.shape, bool)
        sigma = plan.asset_volatility
        self.core_drift, self.core_sd = (plan.asset_growth - sigma**2 / 2.0) * DT, sigma * ROOT_DT
        # The part of the spending on a late contract that was built, by value.
        self.built = {}
        for k, contract in enumerate(plan.contracts):
            if self.delay_row[k] is not None and contract.debt.any():
                self.built[k] = np.zeros(n)
                before = self.of(k, "spent_so_far", -1)
                if before is not None:
                    self.built[k] += before

    def open_tallies(self):
        n, entities, plan = self.n, len(self.plan.entity_names), self.plan
        never = lambda: np.full(n, NEVER, np.int16)
        names = "burst run_up boom_and_bust liquidity_event scale_back rescue distressed_exchange renegotiation"
        names += " payment_default insolvent_default claims_exceed_capital overvalued"
        self.first = {name: never() for name in names.split()}
        self.last_run_up = np.full(n, -1000)
        zero = lambda *shape: np.zeros((*shape, n))
        self.operating, self.invested, self.gap, self.discounted = zero(), zero(), zero(), zero()
        self.peak, self.drawdown, self.dear_run = zero(), zero(), np.zeros(n, np.int64)
        self.lent, self.outside, self.inflows = zero(), zero(), zero()
        self.spend, self.on_demand_spend = zero(len(plan.contracts)), {name: zero() for name in plan.families}
        self.given, self.paid, self.circular = zero(entities), zero(entities), zero(entities)
        self.credits_used, self.passed = zero(entities), zero(len(plan.contracts))
        self.claims = np.full(n, np.nan)
        self.out = {}

    def of(self, k, name, t, paths=None):
        """A table of contract `k` in month `t`: a number, one a path if the contract may be late, None if it is 0."""
        table, late, active = self.tables[k, name]
        if not active[t + 1]:
            return None
        if late is None:
            return table[t + DELAY]
        if paths is not None:
            late = late[paths]
        return table[t:].take(late) if t >= 0 else table.take(late + t)

    def note(self, name, t, paths):
        """The first month of an event."""
        first = self.first[name]
        first[paths[first[paths] == NEVER]] = t

    # The month.

    def run(self):
        for t in range(self.plan.horizon):
            self.month(t)
        return self

    def month(self, t):
        if self.plan.chance:
            self.shocks()
        self.blocked_until[self.regulated[t]] = t + self.regulation_months - 1
        self.opening_cash, self.was_alive, self.gone = self.cash, self.alive, None
        self.value(t)
        self.run_up(t)
        if t == 0:
            self.note_endurance(t, 0, self.plan.calendar.name(-1))
        self.operations(t)
        self.funding(t)
        self.settlement(t)
        self.tracing(t)
        self.close_entities(t)
        self.tally(t)
        self.turn_market(t)
        self.step(t)

    def shocks(self):
        """Standard normals, one a process, joined along the tree of correlations (2)."""
        z = self.rng.standard_normal(out=self.z)
        for child, parent, rho, own in self.joined:
            z[child] *= own
            z[child] += rho * z[parent]

    def value(self, t):
        """`V` and the price of a share (6)."""
        self.e_x = np.exp(self.x)
        self.e_x *= self.alive
        self.e_y = np.exp(self.y)
        v = self.e_x * self.plan.worth[t]
        v *= self.e_y
        v += self.cash
        v -= self.debt
        v -= self.arrears
        self.equity = np.maximum(v, 0.0, out=v)
        self.price = v / self.shares

    def run_up(self, t):
        """`U` (6)."""
        ring = self.y_ring[t % 24]
        self.rise = self.y - ring
        self.rise += 2.0 * self.growth
        ring[:] = self.y
        up = np.flatnonzero(self.rise >= math.log(2.0))
        self.note("run_up", t, up)
        self.last_run_up[up] = t

    def operations(self, t):
        """Section 3."""
        plan = self.plan
        reference = plan.families[plan.reference].expected[t]
        self.e_xz = np.exp(self.intensity)
        self.e_xz *= self.e_x
        self.e_eta = np.exp(plan.eta * self.x)
        self.e_eta *= self.training_kept
        self.e_eta *= self.alive
        need_inference = self.e_xz * (plan.inference[t] * plan.target[t] / reference)
        planned = self.e_eta * (plan.training[t] / reference)
        need_training = planned * self.wanted
        unmet_inference, unmet_training = self.use(t, reference, need_inference, need_training)
        # 3.5
        self.revenue = 1.0 - unmet_inference / (need_inference + TINY)
        self.revenue *= self.e_x
        self.revenue *= plan.target[t] * DT
        run = need_training
        run -= unmet_training
        run /= planned + TINY
        self.shortfall = np.maximum(1.0 - run, 0.0)
        self.invoices(t)
        # 3.7
        costs = self.alive * (plan.fixed[t] * DT)
        costs += plan.of_revenue * self.revenue
        costs += self.billed
        self.shared = 0.0
        if plan.share[t] > 0.0:
            self.shared = np.minimum(plan.share[t] * self.revenue, plan.share_cap - self.share_paid)
            self.share_paid += self.shared
            costs += self.shared
        self.interest = self.interest_rate * DT
        costs += self.interest
        # 3.8
        profit = self.revenue - costs
        taxed = profit - self.losses
        self.losses = np.maximum(-taxed, 0.0)
        np.maximum(taxed, 0.0, out=taxed)
        taxed *= self.tax_rate
        profit -= taxed
        # 3.9
        self.noise = self.z[self.row["cash." + plan.lab_name]] * self.alive
        self.noise *= self.noise_sd
        profit += self.noise
        self.ocf = profit
        self.use_credits(t)

    def supply(self, t):
        """3.2: of every contract that supplies, its capacity, what of it is paid for in any case, and its price."""
        plan, offers = self.plan, []
        for k, contract in enumerate(plan.contracts):
            rate = self.of(k, "rate", t)
            if rate is None:
                continue
            cost = contract.price_at(t, plan)
            spot = self.prices[contract.family]
            capacity = self.kept[k] * rate
            capacity /= spot if cost is None else cost
            paid = self.of(k, "minimum", t)
            if paid is None:
                pass
            elif self.delay_row[k] is None:
                paid = capacity * contract.take_or_pay
            else:
                paid *= 1.0 / (DT * cost)
                paid *= self.kept[k]
            offers.append((k, contract, cost, capacity, paid))
        return offers

    def use(self, t, reference, need_inference, need_training):
        """3.3: units used of each contract and on demand, and the need that is not met (3.4)."""
        plan = self.plan
        self.offers = self.supply(t)
        self.used = {offer[0]: np.zeros(self.n) for offer in self.offers}
        self.bought = {name: np.zeros(self.n) for name in plan.families}
        room = (need_inference + need_training) * plan.families[plan.other].adoption[t]
        on_demand = self.training_kept * (plan.training[t] * plan.on_demand[t] / reference)
        on_demand += plan.inference[t] * plan.target[t] * plan.on_demand[t] / reference
        # Numbers in order of price, file order where they tie; spot prices are compared path by path.
        fixed = sorted((offer for offer in self.offers if offer[2] is not None), key=lambda offer: offer[2])
        spot = [offer for offer in self.offers if offer[2] is None]
        if any(offer[1].family != plan.reference for offer in spot):
            refuse("contract.*.price", "indexed on another family than the reference is not implemented")
        market = self.prices[plan.reference]
        cheaper = {cost: market > cost + 1e-12 for cost in {offer[2] for offer in fixed}} if spot else {}
        first = self.prices[plan.other] < market
        unmet = []
        for workload, need in (("inference", need_inference), ("training", need_training)):
            serves = [offer for offer in self.offers if offer[1].workload in ("any", workload)]
            left = need.copy()
            self.take_paid(serves, left, room)
            self.take_rest([o for o in spot if o in serves], [o for o in fixed if o in serves], cheaper, left, room)
            self.take_on_demand(first, left, room, on_demand)
            unmet.append(left)
        return unmet

    def take(self, k, most, left, room):
        """Units of a contract, at most `most`; `room` where its family has a limit."""
        units = np.minimum(most, left, out=most)
        if room is not None:
            np.minimum(units, room, out=units)
            room -= units
        self.used[k] += units
        left -= units

    def take_paid(self, offers, left, room):
        """3.3, 1: capacity that is paid in any case, in file order."""
        for k, contract, _, _, paid in offers:
            if paid is not None:
                most = np.maximum(paid - self.used[k], 0.0)
                self.take(k, most, left, room if contract.family == self.plan.other else None)

    def take_rest(self, spot, fixed, cheaper, left, room):
        """3.3, 2: the rest, lowest price first. What is indexed gets what those that are cheaper leave."""
        other = self.plan.other
        rest = {k: capacity - self.used[k] for k, _, _, capacity, _ in fixed}
        if spot:
            before = np.zeros(self.n)
            for k, contract, cost, _, _ in fixed:
                most = np.minimum(rest[k], room) if contract.family == other else rest[k]
                before += most * cheaper[cost]
            beyond = np.maximum(left - before, 0.0)
            for k, _, _, capacity, _ in spot:
                units = np.minimum(capacity - self.used[k], beyond)
                self.used[k] += units
                beyond -= units
                left -= units
        for k, contract, *_ in fixed:
            self.take(k, rest[k], left, room if contract.family == other else None)

    def take_on_demand(self, first, left, room, on_demand):
        """3.3, 3: on demand; `first` where the limited family is the cheaper one."""
        plan = self.plan
        units = np.minimum(left, on_demand)
        limited = np.minimum(units, room)
        limited *= first
        self.bought[plan.other] += limited
        room -= limited
        left -= units
        on_demand -= units
        units -= limited
        self.bought[plan.reference] += units

    def invoices(self, t):
        """3.6: by contract, by family on demand, and by entity."""
        plan = self.plan
        self.invoice, self.invoiced = {}, np.zeros((len(plan.entity_names), self.n))
        self.by_family = {name: 0.0 for name in plan.families}
        for k, contract, cost, _, paid in self.offers:
            units = self.used[k]
            if paid is not None:
                np.maximum(units, paid, out=units)
            units *= (self.prices[contract.family] if cost is None else cost) * DT
            self.invoice[k] = units
            self.invoiced[contract.provider] += units
            self.spend[k] += units
            self.by_family[contract.family] = self.by_family[contract.family] + units
        for name, units in self.bought.items():
            units *= self.prices[name]
            units *= self.premium * DT
            self.on_demand_spend[name] += units
            self.by_family[name] = self.by_family[name] + units
            for seller, weight in plan.families[name].sellers.items():
                self.invoiced[seller] += units if weight == 1.0 else units * weight
        self.billed = sum(self.by_family.values())

    def use_credits(self, t):
        """3.9: credits pay the invoices of their giver."""
        self.credited = []
        for i, balance in self.credits.items():
            e = self.investments[i]["entity"]
            held = np.flatnonzero(balance > 0.0)
            if held.size:
                used = np.minimum(balance[held], self.invoiced[e, held])
                balance[held] -= used
                self.ocf[held] += used
                self.credited.append((e, held, used))
                self.given[e, held] += used
                self.credits_used[e, held] += used

    # Section 5.

    def barred(self, e, t, paths=slice(None)):
        """In default, or strategic and blocked (5.2)."""
        barred = self.defaulted[e, paths]
        if e in self.plan.strategic:
            barred = barred | (self.blocked_until[paths] >= t)
        return barred

    def issue(self, e, paths, amount):
        """Shares at the month's price (5), for an entity or for outsiders."""
        shares = amount * self.shares[paths] / np.maximum(self.equity[paths], amount)
        self.issued[paths] += shares
        if e is not None:
            self.holdings[e, paths] += shares

    def receive(self, e, paths, amount):
        """An entity's cash comes in."""
        self.give[e, paths] += amount
        if e in self.plan.strategic:
            self.strategic[paths] += amount

    def funding(self, t):
        """Section 5, in its order."""
        plan, n = self.plan, self.n
        self.give, self.issued = np.zeros((len(plan.entity_names), n)), np.zeros(n)
        self.strategic, self.outside_now, self.lent_now = np.zeros(n), np.zeros(n), np.zeros(n)
        self.now = self.cash + self.ocf
        for i in range(len(self.investments)):
            self.invest(i, t)
        for i in range(len(self.matchings)):
            self.match(i, t)
        for e in self.givers:
            self.invested += self.give[e]
            self.now += self.give[e]
        self.principal = None
        self.repay_principal(t)
        if self.fee_due is not None:
            paths, fee = self.fee_due
            self.now[paths] -= fee
            self.fee_due = None
        self.outlook(t)
        sold = self.go_public(t)
        self.raise_round(t, sold)
        self.draw_facilities(t)

    def invest(self, i, t):
        """5.1, on the paths that still wait."""
        item, waiting = self.investments[i], self.waiting[i]
        if t < item["date"] or t > item["deadline"] or not waiting.size:
            return
        e = item["entity"]
        meets = (self.alive[waiting] > 0.0) & ~self.barred(e, t, waiting)
        if item["after_ipo"]:
            meets &= self.ipo_done[waiting]
        for family, least in item["family_share"].items():
            before = self.spend_before
            meets &= before[family][waiting] >= least * before["all"][waiting] if before else False
            if before:
                meets &= before["all"][waiting] > 0.0
        tried = waiting[meets]
        if not tried.size:
            return
        self.waiting[i] = waiting[~meets]
        p = item["p"]
        if 0.0 < p < 1.0:
            odds = math.log(p / (1.0 - p)) + item["beta"] * (self.y[tried] - self.plan.y0)
            odds -= item["freeze"] * ~self.open[tried]
            p = 1.0 / (1.0 + np.exp(-odds))
        closed = tried[self.verdicts[i][tried] < p]
        amount = item["amount"]
        self.issue(e, closed, amount)
        if item["credits"]:
            self.credits[i][closed] += amount
            if e in self.plan.strategic:
                self.strategic[closed] += amount
        else:
            self.receive(e, closed, amount)

    def match(self, i, t):
        """5.2: vendor financing."""
        item = self.matchings[i]
        if item["contract"] not in self.invoice:
            return
        amount = np.minimum(item["ratio"] * self.invoice[item["contract"]], item["cap"] - self.matched[i])
        amount *= ~self.barred(item["entity"], t)
        paths = np.flatnonzero(amount >= CENT)
        amount = amount[paths]
        self.matched[i, paths] += amount
        self.issue(item["entity"], paths, amount)
        self.receive(item["entity"], paths, amount)

    def repay_principal(self, t):
        """Balances in the month of their maturity (5.6)."""
        for f, line in enumerate(self.facilities):
            if line["maturity"] == t and self.drawn[f].any():
                self.principal = self.drawn[f].copy()
                self.due_of = f
                self.now -= self.principal
                self.debt -= self.principal
                self.interest_rate -= line["rate"] * self.principal
                self.drawn[f] = 0.0

    def ratio(self, t):
        family = self.plan.families[self.plan.reference]
        return self.prices[self.plan.reference] / family.expected[t]

    def outlook(self, t):
        """5.3."""
        plan = self.plan
        need = self.e_xz * plan.inference12[t]
        need += self.e_eta * plan.training12[t]
        need *= self.ratio(t)
        self.minimum12 = self.standing("next_minimum", t, self.kept)
        self.sales12 = self.e_x * plan.sales12[t]
        if plan.shared12[t] > 0.0:
            self.sales12 -= self.e_x * (plan.shared12[t] * (plan.share_cap - self.share_paid > CENT))
        costs = np.maximum(self.minimum12, need, out=need)
        costs += plan.fixed12[t]
        costs += self.interest * 12.0
        costs -= self.sales12
        np.maximum(costs, 0.0, out=costs)
        costs *= 1.0 / 12.0
        self.burn = costs

    def go_public(self, t):
        """5.4; says who did."""
        if t < self.ipo_first:
            return None
        able = ~self.ipo_done
        able &= self.open
        able &= self.equity >= self.ipo_value
        paths = np.flatnonzero(able)
        paths = paths[self.e_x[paths] * self.plan.target[t] >= self.ipo_rate]
        if self.plan.chance:
            paths = paths[self.rng.random(paths.size) < self.ipo_p]
        amount = self.ipo_float * self.equity[paths]
        self.sold(t, paths)
        self.ipo_done[paths] = True
        self.raise_outside(paths, amount)
        return paths

    def sold(self, t, paths):
        self.last_sale[paths] = t
        self.last_price[paths] = self.price[paths]

    def raise_outside(self, paths, amount):
        self.issue(None, paths, amount)
        self.outside_now[paths] += amount
        self.now[paths] += amount

    def raise_round(self, t, public):
        """5.5."""
        terms = self.round_terms
        wanted = self.now < terms["trigger"] * self.burn
        wanted &= self.burn > 0.0
        wanted |= (self.price >= 1.25 * self.last_price) & self.open
        wanted &= self.last_sale <= t - terms["gap"]
        if public is not None:
            wanted[public] = False
        paths = np.flatnonzero(wanted)
        value, burn, now = self.equity[paths], self.burn[paths], self.now[paths]
        since = np.minimum(t - self.last_sale[paths], 12) / 12.0
        supply = self.plan.supply[t] * np.exp(self.supply_beta * (self.y[paths] - self.plan.y0)) * since
        supply *= np.where(self.open[paths], 1.0, self.frozen_supply)
        size = np.minimum(terms["target_runway"] * burn - now, terms["max_share"] * value)
        size = np.minimum(size, supply)
        succeeds = size >= CENT
        if self.plan.chance:
            down = self.price[paths] < self.last_price[paths]
            succeeds &= ~down | (self.rng.random(paths.size) < hit(terms["down_round"]))
        paths, size = paths[succeeds], size[succeeds]
        outside = size.copy()
        for e, weight in self.participants.items():
            amount = weight * size
            able = ~self.defaulted[e, paths]
            outside -= amount * able
            amount *= able & ~self.barred(e, t, paths)
            self.issue(e, paths, amount)
            self.receive(e, paths, amount)
            self.now[paths] += amount
        self.sold(t, paths)
        self.raise_outside(paths, outside)

    def undrawn(self, f, paths):
        """What a facility still offers (5.6)."""
        line = self.facilities[f]
        room = np.minimum(line["limit"] - self.drawn[f, paths], line["ltv"] * self.equity[paths] - self.debt[paths])
        return np.maximum(room, 0.0)

    def draw_facilities(self, t):
        """5.6, where cash is short."""
        short = np.flatnonzero(self.now < self.min_cash)
        for f, line in enumerate(self.facilities):
            if t >= line["maturity"]:
                continue
            paths = short if line["committed"] else short[self.open[short]]
            amount = np.minimum(self.undrawn(f, paths), np.maximum(self.min_cash - self.now[paths], 0.0))
            amount *= self.alive[paths]
            self.drawn[f, paths] += amount
            self.debt[paths] += amount
            self.interest_rate[paths] += line["rate"] * amount
            self.lent_now[paths] += amount
            self.now[paths] += amount

    # Section 7.

    def settlement(self, t):
        """7.1, 7.2 and 7.4. Arrears, resolutions and cuts run on the paths that they concern."""
        self.deferred, self.arrears_paid, self.prior, self.cut = [], [], self.kept, []
        self.beyond_of = None
        self.credit_losses = []
        concerned = np.flatnonzero((self.now < 0.0) | (self.arrears > 0.0))
        self.cash = self.now
        if concerned.size:
            self.defer_or_repay(t, concerned)
        self.retrench(t)

    def cash_bills(self, paths):
        """Invoices less credits used, by entity."""
        bills = self.invoiced[:, paths]
        for e, held, used in self.credited:
            at = np.searchsorted(held, paths)
            at[at == held.size] = 0
            bills[e] -= np.where(held[at] == paths, used[at], 0.0)
        return bills

    def repay(self, paths, amount):
        """Repays arrears, pro rata."""
        owed = self.arrears[paths]
        part = np.divide(amount, owed, out=np.zeros_like(owed), where=owed > 0.0)
        self.arrears_paid.append((paths, self.arrears_to[:, paths] * part))
        self.arrears_to[:, paths] *= 1.0 - part
        self.arrears[paths] = self.arrears_to[:, paths].sum(axis=0)

    def defer_or_repay(self, t, paths):
        """7.1, then 7.2 where it applies."""
        short = paths[self.now[paths] < 0.0]
        self.note("liquidity_event", t, short)
        fine = np.setdiff1d(paths, short, assume_unique=True)
        if fine.size:
            repaid = np.minimum(np.maximum(self.cash[fine] - self.min_cash, 0.0), self.arrears[fine])
            self.repay(fine, repaid)
            self.cash[fine] -= repaid
        beyond = np.zeros(self.n)
        if short.size:
            bills = self.cash_bills(short)
            all_bills, missing = bills.sum(axis=0), -self.now[short]
            deferred = np.minimum(missing, all_bills)
            beyond[short] = missing - deferred
            part = bills * np.divide(deferred, all_bills, out=np.zeros_like(deferred), where=all_bills > 0.0)
            self.deferred = [(short, part)]
            self.arrears_to[:, short] += part
            self.arrears[short] = self.arrears_to[:, short].sum(axis=0)
            self.cash[short] = 0.0
        self.in_arrears[paths] = np.where(self.arrears[paths] > CENT, self.in_arrears[paths] + 1, 0)
        due = paths[(self.in_arrears[paths] > self.grace) | (beyond[paths] > 0.0)]
        if due.size:
            self.prior = self.kept.copy()
            self.resolve(t, due, beyond)

    def resolve(self, t, paths, beyond):
        """7.2."""
        p = self.rescue_p * np.where(self.open[paths], 1.0, self.rescue_frozen)
        can = ~self.rescued[paths] & ~self.defaulted[self.sponsor, paths] & (beyond[paths] <= self.sponsor_capacity)
        rescued = can & self.happens(p, paths.size)
        self.rescue(t, paths[rescued], beyond)
        paths = paths[~rescued]
        can = self.exchanges[paths] < self.most_exchanges
        exchanged = can & self.happens(self.exchange_p, paths.size)
        self.exchange(t, paths[exchanged], beyond)
        self.default(t, paths[~exchanged], beyond)

    def happens(self, p, count):
        """Against random numbers, or without chance where it is likelier than not (12)."""
        return self.rng.random(count) < p if self.plan.chance else np.full(count, p) >= 0.5

    def rescue(self, t, paths, beyond):
        self.note("rescue", t, paths)
        owed, beyond = self.arrears[paths], beyond[paths]
        money = owed + beyond + self.round_terms["target_runway"] * self.burn[paths]
        money = np.minimum(money, self.sponsor_capacity)
        repaid = np.minimum(money - beyond, owed)
        self.repay(paths, repaid)
        self.cash[paths] += money - beyond - repaid
        self.rescued[paths] = True
        self.in_arrears[paths] = 0
        self.issue(self.sponsor, paths, money)
        self.receive(self.sponsor, paths, money)

    def exchange(self, t, paths, beyond):
        self.note("distressed_exchange", t, paths)
        owed, beyond = self.arrears[paths], beyond[paths]
        debt = (1.0 - self.haircut) * owed + beyond
        part = np.divide(debt, owed, out=np.zeros_like(owed), where=owed > 0.0)
        self.exchanged_to[:, paths] += self.arrears_to[:, paths] * part
        self.credit_losses.append((paths, self.haircut * self.arrears_to[:, paths]))
        self.arrears_to[:, paths] = 0.0
        self.arrears[paths] = 0.0
        self.exchanged[paths] += debt
        self.debt[paths] += debt
        self.interest_rate[paths] += self.plan.rate * debt
        self.lent_now[paths] += beyond
        self.exchanges[paths] += 1
        self.in_arrears[paths] = 0
        self.kept_r[paths] *= 1.0 - self.haircut
        self.training_kept[paths] *= 1.0 - self.haircut
        self.keep(paths)

    def keep(self, paths):
        """What stands of the contracts after `n` or `r` fell (4)."""
        firm = np.array([[contract.firm] for contract in self.plan.contracts])
        self.kept[:, paths] = self.kept_r[paths] * (firm + (1.0 - firm) * self.kept_n[paths])
        self.cut.append(paths)

    def default(self, t, paths, beyond):
        """Payment default (7.2), whether insolvent (7.3), and claims against capital (8.2)."""
        if not paths.size:
            return
        self.note("payment_default", t, paths)
        due = self.interest[paths] + (self.principal[paths] if self.principal is not None else 0.0)
        unpaid = np.minimum(beyond[paths], due)
        owes = self.debt[paths] + unpaid + self.arrears[paths]
        insolvent = self.earnings(t, paths) + self.cash[paths] < owes
        self.note("insolvent_default", t, paths[insolvent])
        claims = self.arrears_to[:, paths] + self.exchanged_to[:, paths]
        capital = self.worth[:, paths] - self.plan.barrier
        counts = (capital > 0.0) & ~self.defaulted[:, paths]
        self.claims[paths] = np.where(counts, claims / np.where(counts, capital, 1.0), 0.0).max(axis=0)
        self.note("claims_exceed_capital", t, paths[self.claims[paths] > 1.0])
        self.credit_losses.append((paths, self.lgd * claims))
        invested = np.array([[self.plan.invested.get(e, 0.0)] for e in range(len(self.given))])
        self.basis_lost[:, paths] = invested + self.given[:, paths] + self.give[:, paths]
        self.was_alive = self.alive.copy()
        for state in (self.alive, self.cash, self.debt, self.interest_rate, self.arrears, self.exchanged):
            state[paths] = 0.0
        for state in (self.arrears_to, self.exchanged_to, self.drawn, self.kept, self.holdings):
            state[:, paths] = 0.0
        self.in_arrears[paths] = 0
        for balance in self.credits.values():
            balance[paths] = 0.0
        self.cut.append(paths)
        self.gone = paths

    def standing(self, name, t, kept, paths=None):
        """The sum of a table over the contracts as they stand: those that cannot be late in one product."""
        weights = [0.0] * len(kept)
        late = []
        for k in range(len(kept)):
            number = self.of(k, name, t, paths)
            if self.delay_row[k] is None:
                weights[k] = number or 0.0
            elif number is not None:
                number *= kept[k]
                late.append(number)
        total = np.dot(weights, kept)
        for number in late:
            total += number
        return total

    def today(self, t, paths):
        """Factors of sales and need that 7.3 and 7.5 hold."""
        ratio = self.ratio(t)[paths]
        open_share = self.e_x[paths] * (self.plan.share_cap - self.share_paid[paths] > CENT)
        return self.e_x[paths], open_share, ratio * self.e_xz[paths], ratio * self.e_eta[paths]

    def earnings(self, t, paths):
        """`G` of 7.3."""
        plan = self.plan
        sales, shared, inference, training = (a[:, None] for a in self.today(t, paths))
        ahead = slice(t + 1, t + 1 + LONGEST)
        need = inference * plan.needed_inference[ahead] + training * plan.needed_training[ahead]
        minimum = np.zeros(need.shape)
        for k, (contract, late) in enumerate(zip(plan.contracts, self.delay_row)):
            table = np.lib.stride_tricks.sliding_window_view(contract.minimum[t + 1 :], LONGEST)
            minimum += table[np.full(paths.size, DELAY) if late is None else late[paths]] * self.kept[k, paths, None]
        earned = sales * plan.sales[ahead] - shared * plan.shared[ahead]
        earned -= np.maximum(need, minimum) + plan.fixed_month[ahead]
        discount = np.exp(-plan.r * (np.arange(LONGEST) + 0.5) * DT)
        end = math.exp(-10.0 * plan.r) * plan.m_inf * plan.target[t + 1 + LONGEST] / (plan.r - plan.growth)
        return earned @ discount + end * self.e_x[paths]

    def retrench(self, t):
        """7.4."""
        plan = self.plan
        thrifty = self.cash < self.thrifty_runway * self.burn
        thrifty &= self.burn > 0.0
        self.wanted = 1.0 - self.training_cut * thrifty
        means = self.cash + self.sales12
        means -= self.interest * 12.0
        means -= plan.fixed12[t]
        for i, item in enumerate(self.investments):
            if item["firm"] and item["date"] - t <= 12:
                means[self.waiting[i]] += item["amount"]
        for f, line in enumerate(self.facilities):
            if line["committed"] and t < line["maturity"]:
                room = line["ltv"] * self.equity
                room -= self.debt
                np.minimum(room, line["limit"] - self.drawn[f], out=room)
                np.maximum(room, 0.0, out=room)
                means += room
        for paths in self.cut:
            self.minimum12[paths] = self.twelve(t, paths, self.kept_n[paths]) * self.alive[paths]
        short = means < self.minimum12
        short &= self.alive > 0.0
        paths = np.flatnonzero(short)
        if paths.size:
            self.scale_back(t, paths, means[paths])

    def twelve(self, t, paths, n):
        """`M12` with `n`."""
        total = np.zeros(paths.size)
        for k, contract in enumerate(self.plan.contracts):
            minimum = self.of(k, "next_minimum", t, paths)
            if minimum is not None:
                total += minimum * (contract.firm + (1.0 - contract.firm) * n)
        return total * self.kept_r[paths]

    def scale_back(self, t, paths, means):
        """Scale-back, then renegotiation (7.4)."""
        if self.prior is self.kept:
            self.prior = self.kept.copy()
        least, most = self.twelve(t, paths, 0.0), self.twelve(t, paths, 1.0)
        droppable = most - least
        drops = (droppable > 0.0) & (self.kept_n[paths] > 0.0)
        wanted = np.divide(means - least, droppable, out=np.zeros_like(means), where=drops)
        n = np.where(drops, np.clip(wanted, 0.0, self.kept_n[paths]), self.kept_n[paths])
        self.kept_n[paths] = n
        self.note("scale_back", t, paths[drops])
        left = self.twelve(t, paths, n)
        renegotiates = means - left < -CENT
        if self.plan.chance:
            renegotiates &= self.rng.random(paths.size) < self.renegotiate_p
        else:
            renegotiates[:] = False
        cut = paths[renegotiates]
        self.kept_r[cut] *= 1.0 - self.renegotiate_cut
        self.note("renegotiation", t, cut)
        if cut.size:
            self.fee_due = (cut, self.renegotiate_fee * self.renegotiate_cut * left[renegotiates])
        self.keep(paths)

    def note_endurance(self, t, first, name):
        """7.5, some months at a time, on the paths that still last."""
        plan = self.plan
        if first == 0:
            self.e_xz = self.e_x * np.exp(self.intensity)
            self.e_eta = np.exp(plan.eta * self.x)
        state = self.frozen(t, np.flatnonzero(self.alive))
        lasted = np.zeros(self.n)
        size = min(LONGEST, max(1, BLOCK // self.n))
        for u in range(first, first + LONGEST, size):
            ahead = range(u, min(u + size, first + LONGEST))
            earned = self.frozen_months(ahead, first, state)
            cash = np.cumsum(earned, axis=0) + state["cash"]
            for f, line in enumerate(self.facilities):
                if line["maturity"] in ahead:
                    after = np.arange(len(ahead))[:, None] - (line["maturity"] - u)
                    cash -= (after >= 0) * state["drawn"][f]
                    cash += np.maximum(after, 0) * (line["rate"] * DT) * state["drawn"][f]
            short = np.flatnonzero(cash.min(axis=0) < 0.0)
            ends = cash[-1]
            fails = self.draw_frozen(ahead, earned[:, short], short, ends, state)
            for f, line in enumerate(self.facilities):
                if line["maturity"] in ahead:
                    fine = np.setdiff1d(np.arange(ends.size), short, assume_unique=True)
                    state["interest"][fine] -= line["rate"] * DT * state["drawn"][f, fine]
                    state["drawn"][f, fine] = 0.0
            state["cash"] = ends
            over = fails >= 0
            if over.any():
                lasted[state["paths"][short[over]]] = fails[over] - first
                stay = np.ones(ends.size, bool)
                stay[short[over]] = False
                state = {key: value[..., stay] for key, value in state.items()}
        lasted[state["paths"]] = LONGEST
        self.out[f"freeze_endurance[{plan.lab_name}]@{name}"] = lasted

    def frozen(self, t, paths):
        """What 7.5 holds or starts from."""
        factors = dict(zip(("sales", "shared", "inference", "training"), self.today(t, paths)))
        state = {"paths": paths, "kept": self.kept[:, paths], "drawn": self.drawn[:, paths], "cash": self.cash[paths]}
        state |= {"exchanged": self.exchanged[paths], "equity": self.equity[paths]}
        state["interest"] = self.interest_rate[paths] * DT
        late = [late[paths] for late in self.delay_row if late is not None]
        return state | factors | {"late": np.array(late).reshape(-1, paths.size)}

    def frozen_months(self, ahead, first, state):
        """`exp(X) S - max(M, need) - O - interest + firm investments` of these months, one row each (7.5)."""
        plan, rows_of = self.plan, slice(ahead[0], ahead[-1] + 1)
        column = lambda values: values[rows_of, None]
        need = column(plan.needed_inference) * state["inference"]
        need += column(plan.needed_training) * state["training"]
        weights, late = np.zeros((len(ahead), len(state["kept"]))), iter(state["late"])
        minimum = None
        for k, (contract, row) in enumerate(zip(plan.contracts, self.delay_row)):
            if row is None:
                weights[:, k] = contract.minimum[ahead[0] + DELAY : ahead[-1] + 1 + DELAY]
                continue
            rows = next(late)
            active = self.tables[k, "minimum"][2]
            if any(active[ahead[0] + 1 : ahead[-1] + 2]):
                dollars = contract.minimum[ahead[0] :].take(rows + np.arange(len(ahead))[:, None])
                dollars *= state["kept"][k]
                minimum = dollars if minimum is None else np.add(minimum, dollars, out=minimum)
        fixed = weights @ state["kept"]
        if minimum is not None:
            fixed += minimum
        np.maximum(need, fixed, out=need)
        earned = column(plan.sales) * state["sales"]
        if plan.shared[rows_of].any():
            earned -= column(plan.shared) * state["shared"]
        earned -= need
        earned -= column(plan.fixed_month)
        earned -= state["interest"]
        for i, item in enumerate(self.investments):
            due = max(item["date"], first)
            if item["firm"] and due in ahead and self.waiting[i].size:
                earned[due - ahead[0]] += item["amount"] * np.isin(state["paths"], self.waiting[i], True)
        return earned

    def draw_frozen(self, ahead, earned, short, ends, state):
        """Committed facilities, where cash would be negative (7.5), month by month; the month of the end, or -1."""
        cash, drawn = state["cash"][short], state["drawn"][:, short]
        exchanged, equity = state["exchanged"][short], state["equity"][short]
        more, fails = np.zeros(short.size), np.full(short.size, -1)
        for u, row in zip(ahead, earned):
            cash += row
            cash -= more
            for f, line in enumerate(self.facilities):
                if line["maturity"] == u:
                    cash -= drawn[f]
                    more -= line["rate"] * DT * drawn[f]
                    drawn[f] = 0.0
            for f, line in enumerate(self.facilities):
                if line["committed"] and u < line["maturity"]:
                    room = np.minimum(line["limit"] - drawn[f], line["ltv"] * equity - drawn.sum(axis=0) - exchanged)
                    amount = np.minimum(np.maximum(room, 0.0), np.maximum(-cash, 0.0))
                    drawn[f] += amount
                    more += line["rate"] * DT * amount
                    cash += amount
            fails[(fails < 0) & (cash < -CENT)] = u
        ends[short] = cash
        state["drawn"][:, short] = drawn
        state["interest"][short] += more
        return fails

    # Section 8.

    def tracing(self, t):
        """8.3: the pool of cash by source, pro rata."""
        plan = self.plan
        inflow = np.maximum(self.noise, 0.0)
        inflow += self.revenue
        inflow += self.lent_now
        inflow += self.outside_now
        for e in self.givers:
            inflow += self.give[e]
            self.pool[e] += self.give[e]
            self.given[e] += self.give[e]
        self.inflows += inflow
        self.lent += self.lent_now
        self.outside += self.outside_now
        inflow += self.opening_cash
        total = np.maximum(inflow, TINY, out=inflow)
        paid = self.invoiced
        changed = [held for _, held, _ in self.credited]
        changed += [paths for paths, _ in self.deferred + self.arrears_paid]
        paths = np.unique(np.concatenate(changed)) if changed else None
        billed = paid[:, paths] if changed else None
        for e, held, used in self.credited:
            paid[e, held] -= used
        for deferred, part in self.deferred:
            paid[:, deferred] -= part
        for repaid, part in self.arrears_paid:
            paid[:, repaid] += part
        self.pass_on(paid, paths, billed)
        if plan.share[t] > 0.0:
            paid[plan.share_to] += self.shared
        self.paid += paid
        for e in self.both:
            self.circular[e] += paid[e] * self.pool[e] / total
        for e, held, used in self.credited:
            self.circular[e, held] += used
            self.paid[e, held] += used
        left = self.cash / total
        for e in self.givers:
            self.pool[e] *= left

    def pass_on(self, paid, paths, billed):
        """What providers pass on: the share of what they were paid in cash, as far as the contract's part goes.

        On most paths all invoices are paid in cash; on `paths` a part of what was `billed`.
        """
        if paths is not None:
            part = np.divide(paid[:, paths], billed, out=np.zeros_like(billed), where=billed > 0.0)
        passes = []
        for k, contract in enumerate(self.plan.contracts):
            if k not in self.invoice:
                continue
            for to, share in contract.pass_through.items():
                money = share * self.invoice[k]
                if paths is not None:
                    money[paths] *= part[contract.provider]
                self.passed[k] += money
                passes.append((to, money))
        for to, money in passes:
            paid[to] += money

    def close_entities(self, t):
        """8.1 and 8.2: accounts, worth, defaults."""
        plan = self.plan
        self.account *= math.exp(plan.rate * DT)
        for e in self.givers:
            self.account[e] -= self.give[e]
        for e, held, used in self.credited:
            self.account[e, held] -= used
        for paths, part in self.credit_losses:
            self.lost[:, paths] += part
            self.account[:, paths] -= part
        worth = np.add(self.core, self.account, out=self.worth)
        released = self.released(t)
        for k, contract in enumerate(plan.contracts):
            e = contract.provider
            if contract.margin > 0.0:
                minimum = self.of(k, "minimum", t)
                if minimum is not None:
                    margin = self.prior[k] * (contract.margin * minimum)
                    self.account[e] += margin
                    worth[e] += margin
                value = self.of(k, "value", t)
                if value is not None:
                    worth[e] += self.kept[k] * value
                    self.relet(t, k, released, value)
            self.repay_capital(t, k, contract, worth[e])
        for e in self.holders:
            worth[e] += self.holdings[e] * self.price
        under = worth < plan.barrier
        under &= ~self.defaulted
        if under.any():
            self.default_month[under] = t
            self.defaulted |= under
        alone = self.core < self.alone_barrier
        alone &= self.alone_month == NEVER
        if alone.any():
            self.alone_month[alone] = t

    def repay_capital(self, t, k, contract, worth):
        """`D` of a contract: what is paid of it leaves the account, the rest is owed."""
        debt, repaid, spent = (self.of(k, name, t) for name in ("debt", "repaid", "spent"))
        if k in self.built:
            built = self.built[k]
            if spent is not None:
                built += spent * self.prior[k]
            if repaid is not None:
                repaid *= built
            if debt is not None:
                so_far = self.of(k, "spent_so_far", t)
                debt *= built if so_far is None else built + self.kept[k] * (1.0 - so_far)
        if repaid is not None:
            self.account[contract.provider] -= repaid
            worth -= repaid
        if debt is not None:
            worth -= debt

    def released(self, t):
        """What this month's cuts took from all contracts, dollars a year, and where."""
        if not self.cut:
            return None
        paths = np.unique(np.concatenate(self.cut))
        fell = self.prior[:, paths] - self.kept[:, paths]
        total = np.zeros(paths.size)
        for k in range(len(fell)):
            rate = self.of(k, "rate", t, paths)
            if rate is not None:
                total += fell[k] * rate
        return paths, fell, total

    def relet(self, t, k, released, value):
        """8.2: what a provider loses of `W` where a contract was cut."""
        if released is None:
            return
        paths, fell, total = released
        contract = self.plan.contracts[k]
        family = self.plan.families[contract.family]
        again = contract.relet * self.prices[contract.family][paths] / family.expected[t]
        again *= np.exp(-total / contract.relet_depth)
        again *= np.where(self.open[paths], 1.0, contract.relet_frozen)
        np.clip(again, 0.0, 1.0, out=again)
        fall = fell[k] * (value if self.delay_row[k] is None else value[paths])
        e = contract.provider
        self.lost[e, paths] += (1.0 - again) * fall
        self.account[e, paths] += again * fall
        self.worth[e, paths] += again * fall

    # Totals (8.4, 11).

    def tally(self, t):
        plan = self.plan
        self.operating += self.ocf
        self.gap = np.maximum(self.gap, -self.operating - plan.cash - self.invested)
        before_interest = self.ocf + self.interest
        before_interest *= math.exp(-plan.r * (t + 0.5) * DT)
        self.discounted += before_interest
        np.maximum(self.peak, self.price, out=self.peak)
        np.maximum(self.drawdown, 1.0 - self.price / self.peak, out=self.drawdown)
        dear = self.y >= self.dear_log
        dear &= self.was_alive > 0.0
        self.dear_run += 1
        self.dear_run *= dear
        self.note("overvalued", t, np.flatnonzero(self.dear_run >= self.dear_months))
        if (plan.calendar.start + t) % 12 == 11:
            self.record(t)
        if t == 11:
            self.first_year = self.paid.copy(), self.circular.copy()
        if t + 13 == plan.horizon:
            self.before_last = self.paid.copy(), self.circular.copy()
        self.spend_before = {**self.by_family, "all": self.billed}

    def record(self, t):
        """The lab at a year-end."""
        name, lab = self.plan.calendar.name(t), self.plan.lab_name
        now = {
            "funding_gap": self.gap,
            "operating_cash_flow": self.operating,
            "revenue": self.revenue / DT,
            "cash": self.cash,
            "value": self.equity,
            "drawdown": self.drawdown,
            "overvaluation": self.e_y,
        }
        self.out |= {f"{key}[{lab}]@{name}": value.copy() for key, value in now.items()}
        self.note_endurance(t, t + 1, name)

    # The step to the next month.

    def turn_market(self, t):
        """A burst, or else the drift of `y`; reopening (6)."""
        plan = self.plan
        # The market turns where a standard exponential is below hazard times dt.
        hazard = self.rise - math.log(1.5)
        hazard *= self.h_beta
        hazard += math.log(self.h1 * DT)
        np.exp(hazard, out=hazard)
        np.minimum(hazard, self.h_max * DT, out=hazard)
        if plan.chance:
            turns = self.rng.standard_exponential(self.n) < np.where(self.open, hazard, self.reopen_dt)
        else:
            turns = np.zeros(self.n, bool)
        opened = np.flatnonzero(turns & ~self.open)
        if self.gone is not None:
            turns[self.gone] = True
        burst = np.flatnonzero(turns & self.open)
        # Strategic money of twelve months over value.
        ring = self.strategic_ring[t % 12]
        self.strategic12 -= ring
        self.strategic12 += self.strategic
        ring[:] = self.strategic
        circular = self.strategic12 * self.alive
        circular /= self.equity + TINY
        circular *= self.feedback * DT
        circular += self.kappa * self.ybar * DT
        z = self.z[self.row["market"]]
        before = self.y[burst]
        self.y = self.y * (1.0 - self.kappa * DT)
        self.y += circular
        self.y += self.y_sd * z
        self.fell = None
        if burst.size:
            fall = np.maximum(self.fall_mean - self.fall_sd * z[burst], 0.0)
            self.y[burst] = before - fall
            self.fell = burst, fall
            self.note("burst", t, burst)
            self.note("boom_and_bust", t, burst[t - self.last_run_up[burst] <= 24])
        self.open[burst] = False
        self.open[opened] = True

    def step(self, t):
        """`X`, `Z`, `P` and `A` (2)."""
        plan, lab = self.plan, self.plan.lab_name
        revenue = self.z[self.row["revenue." + lab]]
        revenue *= plan.sigma * ROOT_DT
        self.x += revenue
        self.shortfall *= self.training_drag * DT
        self.x -= self.shortfall
        self.x -= (self.freeze_drag * DT) * ~self.open
        self.x += plan.mu * float(plan.acting(t * DT, DT))
        intensity = self.z[self.row["intensity." + lab]]
        intensity *= plan.intensity_sd
        self.intensity *= plan.intensity_decay
        self.intensity += intensity
        self.intensity += plan.intensity_pull
        for name, family in plan.families.items():
            sd = family.volatility * plan.chance
            step = self.z[self.row["price." + name]]
            step *= sd * ROOT_DT
            step -= (family.decline + sd**2 / 2.0) * DT
            self.prices[name] *= np.exp(step, out=step)
        step = self.z[self.row["assets." + plan.entity_names[0]] :]
        step *= self.core_sd
        step += self.core_drift
        if self.fell is not None:
            burst, fall = self.fell
            step[:, burst] -= plan.burst_beta * fall
        self.core *= np.exp(step, out=step)
        self.shares += self.issued
        if not plan.chance:
            self.z[:] = 0.0
