"""The whole page in numpy beside `ouro` on one scenario: do they agree, and how fast is each? README.md.

python3 benches/peers/page_run.py agree          both on the same scenario: a table with scores
python3 benches/peers/page_run.py time           in turn, on one thread: millions of path-months a CPU second
"""

import argparse
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
    parser.add_argument("task", choices=["agree", "time"])
    parser.add_argument("--ouro", help="the program; without it a release build of this checkout")
    parser.add_argument("--paths", type=int, default=300_000, help="of the agreement and of the whole run")
    parser.add_argument("--draws", action="store_true", help="agreement over parameter draws, not at their means")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ouro = options.ouro or build()
    with tempfile.TemporaryDirectory() as folder:
        if options.task == "agree":
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


def agree(ouro, folder, paths, with_draws):
    import numpy as np
    import pyarrow.parquet

    sys.path.insert(0, str(HERE / "page"))
    from agreement import rows

    scenario = folder / "scenario.toml"
    text = SCENARIO.read_text()
    for pd5, volatility in VOLATILITIES.items():
        text = re.sub(rf'^pd5 = "{pd5}".*$', f"asset_volatility = {volatility}", text, flags=re.M)
    scenario.write_text(text)
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


def clock(ouro, folder, paths, rounds):
    """The programs take turns; medians over the rounds."""
    found = {}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for name, measure in {
            "engine, a sweep's slope": lambda: slope(lambda n: sweep(ouro, folder, n)),
            "engine and estimates, a run's slope": lambda: slope(lambda n: run(ouro, folder, n, *SHORT)),
            "numpy, engine": lambda: simulation(number),
            "ouro run, whole": lambda: run(ouro, folder, paths) / paths / MONTHS,
            "numpy, whole": lambda: cpu(numpy_command(SCENARIO, paths, "--seed", number))[0] / paths / MONTHS,
        }.items():
            found.setdefault(name, []).append(measure() * 1e6)
            print(f"  {name}: {found[name][-1]:.3f} us a path-month", file=sys.stderr)
    print("| on one thread | M path-months a CPU second | min-max |\n|---|---|---|")
    for name, times in found.items():
        rates = sorted(1.0 / time for time in times)
        print(f"| {name} | {statistics.median(rates):.3f} | {rates[0]:.3f}-{rates[-1]:.3f} |")
    by_round = lambda a, b: [x / y for x, y in zip(found[a], found[b])]
    for a, b in [
        ("numpy, engine", "engine, a sweep's slope"),
        ("numpy, engine", "engine and estimates, a run's slope"),
        ("numpy, whole", "ouro run, whole"),
    ]:
        ratios = by_round(a, b)
        print(f"- {b} against {a}: {statistics.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f})")


SHORT = ["--means", "--no-paths", "--no-figures"]
FEW, MANY = 50_000, 250_000


def slope(seconds):
    """CPU seconds a path-month beyond fixed costs."""
    return (seconds(MANY) - seconds(FEW)) / (MANY - FEW) / MONTHS


def run(ouro, folder, paths, *more):
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    return cpu([ouro, "run", SCENARIO, "--paths", paths, "--threads", "1", "-q", "--out", out, *more])[0]


def sweep(ouro, folder, paths):
    """One point with measures for which all of the model must run, and few estimates."""
    shutil.rmtree(folder / "sweep", ignore_errors=True)
    (folder / "scenario.toml").write_text(SCENARIO.read_text())
    measures = '["funding_gap", "circular_share", "freeze_endurance"]'
    (folder / "sweep.toml").write_text(
        f'[sweep]\nname = "speed"\nscenario = "scenario.toml"\npaths = {paths}\ndraws = 1\nmeasures = {measures}\n'
        'by = ["2033-12"]\n[[axis]]\nkey = "lab.openai.cash"\nvalues = ["73B USD"]\n'
    )
    command = [ouro, "sweep", folder / "sweep.toml", "--threads", "1", "--no-figures", "-q", "--out", folder / "sweep"]
    return cpu(command)[0]


def simulation(seed):
    """Its months alone: without calibration, imports and quantiles."""
    result = json.loads(cpu(numpy_command(SCENARIO, 60_000, "--means", "--seed", seed))[1])
    return result["cpu_s"]["simulation"] / result["paths"] / MONTHS


if __name__ == "__main__":
    main()
