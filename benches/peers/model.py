"""Constants of the mini-model (README.md) for the Python peers; `python3 model.py FOLDER` writes them for C++.

Its numbers are for measuring speed; they describe no company.
"""

import math
import pathlib
import sys

import numpy as np

T, NF, NC, NS = 96, 10, 6, 6
DT = 1.0 / 12.0
SDT = math.sqrt(DT)
KA, SA = 0.5, 0.50  # attainment (OU)
KS, SS = 0.8, 0.60  # sentiment (OU)
MUP, SP = -0.12, 0.25  # compute price (GBM)
MUV, SV = -0.10, 0.35  # valuation multiple (GBM)
RHO = 0.8  # AR(1) provider noise
SE = 0.10 * math.sqrt(1 - RHO * RHO)
R0, C0 = 15.0, 40.0
LV0 = math.log(20.0)
EPSU = 2.0**-53

FIX = np.array([0.9, 0.7, 0.5, 0.8, 0.3, 0.0])
FLO = np.array([0.1, 0.3, 0.5, 0.2, 0.7, 1.0])
W = np.array([0.30, 0.22, 0.18, 0.12, 0.10, 0.08])
TOP = np.array([0.95, 0.90, 0.90, 0.85, 0.70, 0.30])
CAP = np.array([1.1, 1.1, 1.15, 1.2, 1.3, 2.0])
OPC = np.array([0.62, 0.66, 0.70, 0.64, 0.66, 0.55])  # provider running cost + debt service per committed unit
H0 = np.array([4.0, 2.5, 1.2, 1.0, 0.9, 1.5])  # provider liquidity at start
RJ = np.array([0.04, 0.06, 0.08, 0.0, 0.05, 0.0])  # yearly rate of each source
AM = np.array([0.25, 0.02, 0.015, 0.0, 0.0, 0.0])  # monthly amortisation

G = np.array([0.95 * math.exp(-n * DT / 2.6) + 0.05 for n in range(T)])
FX = np.array([6.0 * math.exp(0.15 * n * DT) / 12.0 for n in range(T)])
RAMP = np.array([1.0 / (1.0 + math.exp(-(n * DT - 3.0) / 0.9)) for n in range(T)])
COM = np.array([[(1.275 * W[k]) * (8.0 + 72.0 * RAMP[n]) / 12.0 for k in range(NC)] for n in range(T)])
REM = np.array([COM[n:].sum() for n in range(T)])


def corr():
    c = np.eye(NF)

    def s(i, j, v):
        c[i, j] = c[j, i] = v

    s(0, 1, 0.25)
    s(0, 2, 0.45)
    s(0, 3, 0.30)
    s(1, 2, 0.15)
    s(1, 3, 0.10)
    s(2, 3, 0.60)
    for k in range(4, 10):
        s(k, 1, 0.20)
        s(k, 3, -0.15)
        for m in range(4, k):
            s(k, m, 0.25)
    return c


L = np.linalg.cholesky(corr())

SCALARS = ["DT", "SDT", "KA", "SA", "KS", "SS", "MUP", "SP", "MUV", "SV", "RHO", "SE", "R0", "C0", "LV0"]
VECTORS = ["FIX", "FLO", "W", "TOP", "CAP", "OPC", "H0", "RJ", "AM", "G", "FX", "REM", "COM", "L"]


def header():
    """The constants as a C++ header."""

    def braces(value):
        value = np.asarray(value)
        return repr(float(value)) if value.ndim == 0 else "{" + ",".join(map(braces, value)) + "}"

    known = globals()
    lines = ["// written by model.py", "#pragma once", f"constexpr int T={T}, NF={NF}, NC={NC}, NS={NS};"]
    lines += [f"constexpr double {name}={braces(known[name])};" for name in SCALARS]
    for name in VECTORS:
        shape = "".join(f"[{n}]" for n in known[name].shape)
        lines.append(f"constexpr double {name}_{shape}={braces(known[name])};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (pathlib.Path(sys.argv[1]) / "model_constants.h").write_text(header())
