"""What the Python peers share: arguments, clocks and the line of JSON they print."""

import json
import sys
import time


def arguments(default):
    """Variant, paths and seed: `peer.py [VARIANT] PATHS SEED`."""
    *variant, paths, seed = sys.argv[1:]
    return (variant or [default])[0], int(paths), int(seed)


def report(paths, simulate):
    """Times `simulate`, which gives the number of defaults and the sums of their months and losses."""
    wall, cpu = time.perf_counter(), time.process_time()
    defaults, months, loss = simulate()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    mean_month = months / max(defaults, 1)
    print(
        json.dumps(
            {
                "paths": paths,
                "pd": defaults / paths,
                "mean_month": mean_month,
                "loss": loss / paths,
                "s": wall,
                "cpu_s": cpu,
            }
        )
    )
