"""The volatility of core assets that meets a `pd5` (8.1), by simulation with shocks of its own."""

import math

import numpy as np

from months import Paths
from plan import Plan
from scenario import DT, number

MONTHS = 60
DRAWS, PATHS = 20, 1000
# Worth beside core assets does not depend on the entity's own volatility while it is no investor.
FIRST_GUESS = 0.3


class Recorded(Paths):
    """Paths that keep, of some entities, their shocks, the falls of the market and their worth beside core assets."""

    def record_from(self, rows):
        self.rows = rows
        shape = (len(rows), MONTHS, self.n)
        self.start = np.log(self.core[rows])
        self.shock, self.slump, self.beside = np.zeros(shape), np.zeros(shape), np.zeros(shape)

    def close_entities(self, t):
        super().close_entities(t)
        self.beside[:, t] = self.worth[self.rows] - self.core[self.rows]

    def step(self, t):
        first = self.row["assets." + self.plan.entity_names[0]]
        for i, e in enumerate(self.rows):
            self.shock[i, t] = self.z[first + e]
            if self.fell is not None:
                paths, fall = self.fell
                self.slump[i, t, paths] = self.plan.burst_beta[e] * fall
        super().step(t)


def share_in_default(recorded, i, sigma):
    """Of the recorded paths, how many default with this volatility."""
    e = recorded.rows[i]
    drift = (recorded.plan.asset_growth[e, 0] - sigma**2 / 2.0) * DT
    steps = drift + sigma * math.sqrt(DT) * recorded.shock[i] - recorded.slump[i]
    log = recorded.start[i] + np.vstack([np.zeros(recorded.n), np.cumsum(steps, axis=0)[:-1]])
    return ((np.exp(log) + recorded.beside[i]).min(axis=0) < recorded.plan.barrier[e, 0]).mean()


def calibrate(scenario, rng):
    """Volatilities by entity: those at which the share of defaults by the end of month 59 is `pd5`."""
    tables = scenario.document["entity"]
    wanted = {name: number(table["pd5"]) for name, table in tables.items() if "pd5" in table}
    if not wanted:
        return {}
    chunks = []
    for values in scenario.draws(DRAWS, rng):
        plan = Plan(scenario.at(values), dict.fromkeys(wanted, FIRST_GUESS))
        chunk = Recorded(plan, PATHS, rng)
        chunk.record_from([plan.entity_names.index(name) for name in wanted])
        for t in range(MONTHS):
            chunk.month(t)
        chunks.append(chunk)
    found = {}
    for i, (name, pd5) in enumerate(wanted.items()):
        low, high = 0.01, 3.0
        while high - low > 1e-4:
            sigma = (low + high) / 2.0
            share = np.mean([share_in_default(chunk, i, sigma) for chunk in chunks])
            low, high = (sigma, high) if share < pd5 else (low, sigma)
        found[name] = (low + high) / 2.0
    return found
