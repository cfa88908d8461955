"""The whole page in numpy beside `ouro` on one scenario: do they agree, and how fast is each? README.md.

python3 benches/peers/page_run.py plan           chance switched off: every account of every month, to two dollars
python3 benches/peers/page_run.py agree          with chance: a table of measures with scores
python3 benches/peers/page_run.py time           in turn, on one thread: millions of path-months a CPU second
"""

import argparse
import csv
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCENARIO = ROOT / "tests" / "fixtures" / "openai-2026-06.toml"
MONTHS = 93
# Volatilities that about meet the two `pd5` of the scenario, for the agreement: a calibration has an error of its own.
VOLATILITIES = {"10%": 0.46, "42%": 0.58}
HEADLINES = [
    "funding_gap[openai]", "liquidity_event", "scale_back", "renegotiation", "rescue", "distressed_exchange",
    "payment_default", "insolvent_default", "default[", "claims_over_capital", "burst", "run_up", "boom_and_bust",
    "overvalued", "overpaid", "freeze_endurance", "raised", "spend", "provider_loss", "basis_lost", "entity_default",
    "circular_share", "circular_returned", "cloud_growth", "finn_index", "operating_cash_flow", "revenue", "cash",
    "value",
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["plan", "agree", "time"])
    parser.add_argument("--ouro", help="the program; without it a release build of this checkout")
    parser.add_argument("--paths", type=int, default=300_000, help="of the agreement and of the whole run")
    parser.add_argument("--draws", action="store_true", help="agreement over parameter draws, not at their means")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ouro = options.ouro or build()
    with tempfile.TemporaryDirectory() as folder:
        if options.task == "plan":
            plan(ouro, pathlib.Path(folder))
        elif options.task == "agree":
            agree(ouro, pathlib.Path(folder), options.paths, options.draws)
        else:
            clock(ouro, pathlib.Path(folder), options.paths, options.rounds)


def build():
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    return str(pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "ouro")


def cpu(command):
    """CPU seconds of a command, user and system, and what it printed."""
    threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(list(map(str, command)), env=os.environ | threads, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr[-1000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def numpy_command(scenario, paths, *more):
    return [sys.executable, HERE / "page_numpy.py", scenario, "--paths", paths, *more]


# Agreement.


def fixed(folder):
    """The scenario with volatilities in the place of default probabilities."""
    text = SCENARIO.read_text()
    for pd5, volatility in VOLATILITIES.items():
        text = re.sub(rf'^pd5 = "{pd5}".*$', f"asset_volatility = {volatility}", text, flags=re.M)
    (folder / "scenario.toml").write_text(text)
    return folder / "scenario.toml"


def plan(ouro, folder):
    """Chance switched off (12). Contracts whose prices tie on every month of the plan but in file order would need one
    more comparison in numpy, so the last contract is priced as the plan."""
    import numpy as np

    sys.path.insert(0, str(HERE / "page"))
    from months import Paths
    from plan import Plan
    from scenario import Scenario

    file = fixed(folder)
    before, last = file.read_text().split('id = "nvidia-loi"')
    file.write_text(before + 'id = "nvidia-loi"' + last.replace('"indexed"', '"plan"', 1))
    cpu([ouro, "plan", file, "--out", folder / "plan"])
    with (folder / "plan" / "plan.csv").open() as ledger:
        ledger = list(csv.DictReader(ledger))
    scenario = Scenario(file)
    planned = Plan(scenario.at(scenario.means()), chance=False)
    paths = Paths(planned, 1, np.random.default_rng(1))
    cells, apart = 0, []
    for t, row in enumerate(ledger):
        paths.month(t)
        for name, value in accounts(paths).items():
            cells += 1
            if abs(float(row[name]) * 1e9 - value) > 2.0:
                apart.append(f"{row['month']} {name}: {float(row[name]) * 1e9:.0f} and {value:.0f}")
    print(f"{cells} cells, {len(apart)} apart by more than two dollars", *apart[:20], sep="\n")
    if apart:
        sys.exit(1)


def accounts(paths):
    """Columns of the ledger on the first path."""
    plan, lab = paths.plan, paths.plan.lab_name
    found = {
        "cash": paths.cash,
        "ocf": paths.ocf,
        "equity_value": paths.equity,
        "debt": paths.debt,
        "funding_gap": paths.gap,
        "loss_carry_forward": paths.losses,
        "outlook_burn": paths.burn,
        "revenue": paths.revenue,
        "interest": paths.interest,
    }
    found |= {f"invoice.{c.id}": paths.invoice.get(k, [0.0]) for k, c in enumerate(plan.contracts)}
    found |= {f"cash_from.{plan.entity_names[e]}": paths.pool[e] for e in paths.givers}
    found = {f"{lab}.{name}": values[0] for name, values in found.items()}
    for e, name in enumerate(plan.entity_names):
        for column, values in ("worth", paths.worth), ("loss", paths.lost), ("invested", paths.given):
            found[f"entity.{name}.{column}"] = values[e, 0]
    return found


def agree(ouro, folder, paths, with_draws):
    import numpy as np
    import pyarrow.parquet

    sys.path.insert(0, str(HERE / "page"))
    from agreement import rows

    scenario = fixed(folder)
    means = [] if with_draws else ["--means"]
    cpu([ouro, "run", scenario, "--paths", paths, "--no-figures", "-q", "--out", folder / "ouro", *means])
    draws = ["--draws-of", folder / "ouro" / "draws.parquet"] if with_draws else means
    cpu(numpy_command(scenario, paths, "--save", folder / "numpy.npz", *draws))
    table = pyarrow.parquet.read_table(folder / "ouro" / "paths.parquet")
    ours = {name: table[name].to_numpy().astype(float) for name in table.column_names}
    theirs = dict(np.load(folder / "numpy.npz"))
    draw = (ours.pop("draw").astype(int), theirs.pop("draw").astype(int)) if with_draws else (None, None)
    found = list(rows(ours, theirs, *draw))
    print("| measure | what | ouro | numpy | z |\n|---|---|---|---|---|")
    for name, what, a, b, z in found:
        events = what == "share of paths" and a < 1.0
        if "@2033-12" in name and any(name.startswith(head) for head in HEADLINES) and (events or what == "mean"):
            print(f"| {name} | {what} | {a:.6g} | {b:.6g} | {'same' if np.isnan(z) else f'{z:+.2f}'} |")
    scores = sorted((abs(row[4]), *row) for row in found if not np.isnan(row[4]))
    squares = np.array([row[0] for row in scores]) ** 2
    print(f"\n{len(found)} comparisons of {len(set(ours) & set(theirs))} measures, {len(scores)} with chance in them: ")
    print(f"root mean square of z {np.sqrt(squares.mean()):.2f}, {(squares > 9).sum()} beyond 3. The largest:")
    for _, name, what, a, b, z in scores[-5:]:
        print(f"- {name}, {what}: {a:.6g} and {b:.6g}, z {z:+.2f}")


# Time.

NUMPY = "numpy, engine"


def clock(ouro, folder, paths, rounds):
    """The programs take turns; medians over the rounds."""
    found = {}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for name, measure in {
            "engine": lambda: engine(ouro, folder),
            "engine and estimates": lambda: slope(lambda n: run(ouro, folder, n, *SHORT)),
            NUMPY: lambda: simulation(number),
            "ouro run, whole": lambda: run(ouro, folder, paths) / paths / MONTHS,
            "numpy, whole": lambda: cpu(numpy_command(SCENARIO, paths, "--seed", number))[0] / paths / MONTHS,
        }.items():
            found.setdefault(name, []).append(measure() * 1e6)
            print(f"  {name}: {found[name][-1]:.3f} us a path-month", file=sys.stderr)
    print("| on one thread | M path-months a CPU second | min-max |\n|---|---|---|")
    for name, times in found.items():
        rates = sorted(1.0 / time for time in times)
        print(f"| {name} | {statistics.median(rates):.3f} | {rates[0]:.3f}-{rates[-1]:.3f} |")
    pairs = [(NUMPY, "engine"), (NUMPY, "engine and estimates"), ("numpy, whole", "ouro run, whole")]
    for a, b in pairs:
        ratios = [x / y for x, y in zip(found[a], found[b])]
        print(f"- {b} against {a}: {statistics.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f})")


SHORT = ["--means", "--no-paths", "--no-figures"]
FEW, MANY = 50_000, 250_000
PROFILED, SIMULATED = 100_000, 60_000
# Paths of a calibration (8.1), of 60 months, as paths of all months.
CALIBRATION = round(25_000 * 60 / MONTHS)


def slope(seconds):
    """CPU seconds a path-month beyond fixed costs."""
    return (seconds(MANY) - seconds(FEW)) / (MANY - FEW) / MONTHS


def run(ouro, folder, paths, *more):
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    return cpu([ouro, "run", SCENARIO, "--paths", paths, "--threads", "1", "-q", "--out", out, *more])[0]


def engine(ouro, folder):
    """The engine alone: its part of the samples of a profiler (perf), times the CPU time of the run."""
    if not shutil.which("perf"):
        print("  perf is not installed: no time of the engine alone", file=sys.stderr)
        return float("nan")
    shutil.rmtree(folder / "run", ignore_errors=True)
    record = ["perf", "record", "-q", "-e", "cpu-clock:u", "-F", "499", "-o", folder / "samples"]
    command = [ouro, "run", SCENARIO, "--paths", PROFILED, "--threads", "1", "-q", "--out", folder / "run", *SHORT]
    with_calibration = cpu([*record, *command])[0]
    report = ["perf", "report", "-i", folder / "samples", "--stdio", "--no-children", "-F", "overhead,symbol"]
    rows = re.findall(r"^ *([\d.]+)% .*engine::tier::on_\w+", cpu(report)[1], re.M)
    # The calibration runs the same kernels on paths of its own.
    return with_calibration * sum(map(float, rows)) / 100.0 / (PROFILED + CALIBRATION) / MONTHS


def simulation(seed):
    """Its months alone: without calibration, imports and quantiles."""
    result = json.loads(cpu(numpy_command(SCENARIO, SIMULATED, "--means", "--seed", seed))[1])
    return result["cpu_s"]["simulation"] / result["paths"] / MONTHS


if __name__ == "__main__":
    main()
