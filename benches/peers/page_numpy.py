"""docs/model.md in numpy, vectorised over paths, one thread: `page_numpy.py SCENARIO --paths 100000 --means`.

Prints one line of JSON: paths, months, CPU seconds by part, means of all measures. README.md says what it covers.
"""

import argparse
import json
import pathlib
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "page"))

from calibration import calibrate  # noqa: E402
from measures import measures  # noqa: E402
from months import Paths  # noqa: E402
from plan import Plan  # noqa: E402
from scenario import Scenario, refuse  # noqa: E402

# The best of 500 to 32,000 (README.md).
CHUNK = 4000


def generator(seed, *address):
    """SFC64 of an address."""
    return np.random.Generator(np.random.SFC64([seed, *address]))


def simulate(scenario, paths, seed, values, volatilities, chunk=CHUNK):
    """All measures of the paths, and of each path its draw; `paths` are divided among the draws, rounded up."""
    each = -(-paths // len(values))
    parts, draws = [], []
    for draw, of_draw in enumerate(values):
        plan = Plan(scenario.at(of_draw), volatilities)
        for number_of, first in enumerate(range(0, each, chunk)):
            n = min(chunk, each - first)
            parts.append(measures(Paths(plan, n, generator(seed, 1, draw, number_of)).run()))
            draws.append(np.full(n, draw))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return columns, np.concatenate(draws)


def read_draws(scenario, file):
    """Parameter draws of a run of `ouro`, from its draws.parquet; its durations are months."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(file, columns=list(scenario.uncertain))

    def scale(dist):
        text = str(next(value for key, value in dist.items() if key not in ("dist", "prior")))
        return 1.0 / 12.0 if text.endswith(("mo", "y")) else 1.0

    units = {address: scale(dist) for address, dist in scenario.uncertain.items()}
    return [{address: row[address] * units[address] for address in units} for row in table.to_pylist()]


def summary(columns):
    """Of every measure its mean, deviation and quantiles; of events the share of paths: what a first table needs."""
    rows = {}
    for name, values in columns.items():
        known = values[~np.isnan(values)]
        quantiles = np.quantile(known, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]) if known.size else []
        mean, sd = (known.mean(), known.std()) if known.size else (np.nan, np.nan)
        rows[name] = {"known": known.size / values.size, "mean": mean, "sd": sd, "quantiles": list(quantiles)}
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--draws-of", help="draws.parquet of a run of ouro, in place of draws of our own")
    parser.add_argument("--means", action="store_true", help="uncertain numbers at their means: one draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=CHUNK)
    parser.add_argument("--save", help="write every measure of every path to this .npz")
    options = parser.parse_args()
    clock = [time.process_time()]
    scenario = Scenario(options.scenario)
    volatilities = calibrate(scenario, generator(options.seed, 0))
    clock.append(time.process_time())
    if options.means:
        values = [scenario.means()]
    elif options.draws_of:
        values = read_draws(scenario, options.draws_of)
    else:
        values = scenario.draws(options.draws, generator(options.seed, 2))
    columns, draw = simulate(scenario, options.paths, options.seed, values, volatilities, options.chunk)
    clock.append(time.process_time())
    rows = summary(columns)
    clock.append(time.process_time())
    if options.save:
        np.savez(options.save, draw=draw, **columns)
    parts = dict(zip(("calibration", "simulation", "summary"), np.diff(clock)))
    months = Plan(scenario.at(scenario.means()), volatilities).horizon
    result = {"paths": len(draw), "months": months, "cpu_s": parts, "volatilities": volatilities}
    print(json.dumps(result | {"means": {name: [row["known"], row["mean"]] for name, row in rows.items()}}))


if __name__ == "__main__":
    try:
        main()
    except KeyError as missing:
        refuse(missing.args[0], "is missing, and its default is not implemented")
