"""Builds the mini-model on this engine and on its peers, runs them in turn and prints who is how fast: README.md.

python3 benches/peers/run.py [--rounds 7] [--paths 100000]
"""

import argparse
import csv
import json
import math
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "peers"
PYTHON = WORK / "venv" / "bin" / "python"
MONTHS = 96
OURS, TWO, AVX2, LONE = "ours", "ours, two threads", "ours, AVX2", "ours, path at a time"
SCALAR = "plain Rust"


@dataclass
class Peer:
    """A program that takes a seed and prints one line of JSON, and what its rounds gave."""

    name: str
    command: list
    paths: int
    must: float | None = None
    environment: dict = field(default_factory=dict)
    rounds: list = field(default_factory=list)

    def median(self):
        """Million path-months a CPU-second."""
        return statistics.median(self.rates())

    def rates(self):
        return [r["paths"] * MONTHS / r["cpu_s"] / 1e6 for r in self.rounds]

    def probability(self):
        """P(default) over all rounds and its standard error."""
        paths = sum(r["paths"] for r in self.rounds)
        p = sum(r["paths"] * r["pd"] for r in self.rounds) / paths
        return p, math.sqrt(p * (1 - p) / paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--paths", type=int, default=100_000, help="of the slower peers; ours runs four times as many")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    peers = ours(options.paths) + cpp(options.paths) + python(options.paths)
    print(f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds\n")
    try:
        for number in range(1, options.rounds + 1):
            print(f"round {number}", file=sys.stderr)
            for peer in peers:
                measure(peer, number)
    except KeyboardInterrupt:
        print("interrupted: the table has what is done", file=sys.stderr)
    peers = [peer for peer in peers if peer.rounds]
    table(peers)
    write(peers)


def build(command, what):
    """Runs a build; without success says so and gives False."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True) if shutil.which(command[0]) else None
    if done is None or done.returncode != 0:
        print(f"skipped: {what}: {done.stderr[-500:] if done else command[0] + ' is not installed'}", file=sys.stderr)
    return done is not None and done.returncode == 0


def ours(paths):
    cargo = ["cargo", "build", "--release", "--no-default-features", "--example", "mini"]
    if not build([*cargo, "--target-dir", str(WORK.parent)], "our engine"):
        sys.exit(1)
    mini = WORK.parent / "release" / "examples" / "mini"

    def peer(name, what, paths, must=None, threads=1, **environment):
        return Peer(name, [str(mini), what, str(paths), str(threads)], paths, must, environment)

    avx2 = {"OURO_TIER": "avx2"}
    return [
        peer(OURS, "run", 4 * paths),
        peer(TWO, "run", 4 * paths, threads=2),
        peer(AVX2, "run", 2 * paths, **avx2),
        peer(LONE, "lone", paths // 10),
        peer("drivers alone", "drivers", 4 * paths),
        peer("functions alone", "functions", 4 * paths),
        peer("drivers alone, AVX2", "drivers", 4 * paths, **avx2),
        peer("functions alone, AVX2", "functions", 4 * paths, **avx2),
        peer(SCALAR, "scalar", paths, 4.5),
    ]


def cpp(paths):
    """Both builds of the C++ peer; the constants come from model.py, which needs numpy."""
    if not installed("numpy") or not build([str(PYTHON), str(HERE / "model.py"), str(WORK)], "C++, its constants"):
        return []

    def compiled(name, *flags):
        standard = ["-std=c++17", "-O3", "-march=native", *flags, f"-I{WORK}"]
        return build(["g++", *standard, str(HERE / "peer_cpp.cpp"), "-o", str(WORK / name)], f"C++ {name}")

    def peer(name, binary, engine, paths, must):
        return Peer(name, [str(WORK / binary), engine, str(paths)], paths, must)

    fast, plain = compiled("cpp_fast", "-ffast-math"), compiled("cpp_plain")
    peers = []
    if fast:
        peers.append(peer("C++ block, -ffast-math", "cpp_fast", "soa", 2 * paths, 1.1))
        peers.append(peer("C++ pcg64, -ffast-math", "cpp_fast", "pcg", paths, 5.5))
    if plain:
        peers.append(peer("C++ pcg64", "cpp_plain", "pcg", paths, 6.5))
        peers.append(peer("C++ mt19937_64", "cpp_plain", "mt", paths, 6.5))
    return peers


def python(paths):
    """Those Python peers whose package can be had."""

    def peer(name, script, must, *what):
        command = [str(PYTHON), str(HERE / script), *what, str(paths)]
        caches = {"NUMBA_CACHE_DIR": str(WORK / "numba"), "JAX_COMPILATION_CACHE_DIR": str(WORK / "jax")}
        threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")}
        return Peer(name, command, paths, must, {**caches, **threads, "JAX_PLATFORMS": "cpu"})

    known = {
        "numpy": [peer("numpy", "peer_numpy.py", 8.5)],
        "numba": [
            peer("numba, np.random", "peer_numba.py", 12, "path"),
            peer("numba, own xoshiro", "peer_numba.py", 7.5, "own"),
        ],
        "jax": [peer("JAX f64", "peer_jax.py", 15, "f64"), peer("JAX f32", "peer_jax.py", 9.5, "f32")],
    }
    return [peer for package, peers in known.items() if installed(package) for peer in peers]


def installed(package):
    """Whether the package, as requirements.txt pins it, is in our environment or can be put there."""
    if not PYTHON.exists() and not build([sys.executable, "-m", "venv", str(WORK / "venv")], "Python environment"):
        return False
    pins = [line for line in (HERE / "requirements.txt").read_text().split() if line.startswith(package)]
    return build([str(PYTHON), "-m", "pip", "install", "--quiet", *pins], package)


def measure(peer, seed):
    """One round. The CPU time of a native program is that of its process, start included."""
    # Somebody's choice of another processor for OpenBLAS would slow numpy down.
    foreign = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OURO_TIER")
    environment = {key: value for key, value in os.environ.items() if key not in foreign} | peer.environment
    before = cpu_of_children()
    done = subprocess.run([*peer.command, str(seed)], env=environment, capture_output=True, text=True)
    spent = cpu_of_children() - before
    if done.returncode != 0:
        print(f"failed: {peer.name}: {done.stderr[-500:]}", file=sys.stderr)
        return
    peer.rounds.append({"cpu_s": spent} | json.loads(done.stdout.splitlines()[-1]))


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def table(peers):
    """One row a program that simulates; then what the floor and the other variants say of ours."""
    by_name = {peer.name: peer for peer in peers}
    if OURS not in by_name:
        sys.exit("our engine did not run")
    base = by_name[OURS]
    print(
        "| engine | M path-months a CPU-second | min-max | wall, best | ours is faster by | must reach | P(default) |"
    )
    print("|---|---|---|---|---|---|---|")
    for peer in filter(simulates, peers):
        (p, error), rates = peer.probability(), peer.rates()
        ratio = base.median() / peer.median()
        must = f"{peer.must}: {verdict(ratio, peer.must)}" if peer.must else ""
        spread = f"{min(rates):.2f}-{max(rates):.2f}"
        print(
            f"| {peer.name} | {peer.median():.2f} | {spread} | {wall(peer):.2f} | {ratio:.2f} | {must} "
            f"| {p:.4f} +- {error:.4f} |"
        )
    print()
    for line in floors(by_name) + variants(by_name):
        print(f"- {line}")
    print(f"- {agreement(base, [peer for peer in peers if simulates(peer) and not peer.name.startswith('ours')])}")


def simulates(peer):
    return "alone" not in peer.name


def verdict(reached, must):
    return "yes" if reached >= must else "no"


def wall(peer):
    return max(r["paths"] * MONTHS / r["s"] / 1e6 for r in peer.rounds)


def floors(by_name):
    """The fraction of the roofline: the time of the drivers and the functions alone, over ours."""
    lines = []
    for name, suffix in ((OURS, ""), (AVX2, ", AVX2")):
        ours, drivers, functions = (
            by_name.get(n + s) for n, s in ((name, ""), ("drivers alone", suffix), ("functions alone", suffix))
        )
        if not (ours and drivers and functions):
            continue
        tier = ours.rounds[0]["tier"]
        must = 0.55 if tier == "avx512" else 0.45
        parts = [1e3 / peer.median() for peer in (drivers, functions, ours)]
        reached = (parts[0] + parts[1]) / parts[2]
        lines.append(
            f"{tier}: drivers {parts[0]:.1f} ns, 11 exp and 1 ln {parts[1]:.1f} ns, engine {parts[2]:.1f} ns a "
            f"path-month: {reached:.0%} of the roofline (must reach {must:.0%}: {verdict(reached, must)})"
        )
    return lines


def variants(by_name):
    """AVX2 against plain Rust, blocks against single paths, two threads against one."""
    lines = []
    if AVX2 in by_name and SCALAR in by_name:
        ratio = by_name[AVX2].median() / by_name[SCALAR].median()
        lines.append(f"AVX2 is {ratio:.2f} times plain Rust (must reach 1.8: {verdict(ratio, 1.8)})")
    if LONE in by_name:
        lines.append(
            f"64 paths side by side are {by_name[OURS].median() / by_name[LONE].median():.1f} times path by path"
        )
    if TWO in by_name:
        ratio = wall(by_name[TWO]) / wall(by_name[OURS])
        lines.append(f"two threads are {ratio:.2f} times one by the clock on the wall (1.7 if both cores are free)")
    return lines


def agreement(base, others):
    """How far the estimates of P(default) lie apart, in standard errors of the difference."""
    p, error = base.probability()
    away = {peer.name: (peer.probability()[0] - p) / math.hypot(peer.probability()[1], error) for peer in others}
    name = max(away, key=lambda name: abs(away[name]), default=None)
    farthest = f"; farthest from it is {name}: {away[name]:+.1f} standard errors" if name else ""
    return f"P(default) of ours, all rounds: {p:.5f} +- {error:.5f}{farthest}, of {len(away)}"


def write(peers):
    """Every round of every program."""
    path = ROOT / "outputs" / "peers.csv"
    path.parent.mkdir(exist_ok=True)
    columns = ["engine", "round", "paths", "cpu_s", "s", "pd", "mean_month", "loss"]
    with path.open("w", newline="") as file:
        rows = csv.DictWriter(file, columns, extrasaction="ignore")
        rows.writeheader()
        for peer in peers:
            rows.writerows({"engine": peer.name, "round": i} | result for i, result in enumerate(peer.rounds, 1))
    print(f"\nevery round: {path.relative_to(ROOT)}")


def processor():
    for line in (
        pathlib.Path("/proc/cpuinfo").read_text().splitlines() if pathlib.Path("/proc/cpuinfo").exists() else []
    ):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
