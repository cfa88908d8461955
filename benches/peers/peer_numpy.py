"""Mini-model, numpy, vectorised over paths in chunks: `peer_numpy.py PATHS SEED`.

The size of a chunk is the one knob: 8192 was the best of 512 to 100,000. One BLAS thread (set by run.py): with more,
OpenBLAS spins on the product of 10x10 and costs up to six times as much.
"""

from protocol import arguments, report
from model import *


def simulate(n, rng):
    a = np.zeros(n)
    s = np.zeros(n)
    lp = np.zeros(n)
    lv = np.full(n, LV0)
    R = np.full(n, R0)
    C = np.full(n, C0)
    shut = np.zeros(n, bool)
    e = np.zeros((NC, n))
    h = np.repeat(H0[:, None], n, 1)
    alive = np.ones((NC, n), bool)
    D = np.zeros((NS, n))
    live = np.ones(n, bool)
    month = np.full(n, -1, np.int32)
    loss = np.zeros(n)
    for t in range(T):
        z = L @ rng.standard_normal((NF, n))
        u1, u2, u3 = rng.random((3, n))
        a = a * (1 - KA * DT) + SA * SDT * z[0]
        s = s * (1 - KS * DT) + SS * SDT * z[3]
        pso = np.minimum(1.0, DT * 0.35 * np.exp(-1.2 * s))
        pos = np.minimum(1.0, DT * 1.5 * np.exp(0.6 * s))
        shut = np.where(shut, u1 >= pos, u1 < pso)
        J = np.where(u2 < np.where(shut, 0.9 * DT, 0.3 * DT), -0.12 * np.log(1.0 - u3), 0.0)
        lp = lp + (MUP - 0.5 * SP * SP) * DT + SP * SDT * z[1]
        lv = lv + (MUV - 0.5 * SV * SV) * DT - np.where(shut, 0.5 * DT, 0.0) + SV * SDT * z[2] - J
        a = a - 0.25 * J
        price = np.exp(lp)
        M = np.exp(lv)
        R = R * np.exp(G[t] * np.exp(a) * DT)
        demand = 0.45 * R / 12.0 / (0.5 + 0.5 * price)
        bill = np.zeros(n)
        served = np.zeros(n)
        for k in range(NC):
            e[k] = RHO * e[k] + SE * z[4 + k]
            c = (FIX[k] + FLO[k] * price) * np.exp(e[k])
            want = W[k] * demand
            com = COM[t, k]
            use = np.where(alive[k], np.minimum(np.maximum(want, TOP[k] * com), CAP[k] * com), 0.0)
            b = use * c
            bill += b
            served += np.minimum(want, use)
            h[k] += b - OPC[k] * com * (0.6 + 0.4 * price) + np.where(shut, -0.01, 0.02) * com
            alive[k] &= ~(h[k] < 0.0)
        na = alive.sum(0)
        rev = R / 12.0 * (0.6 + 0.4 * np.minimum(1.0, served / demand))
        addr = np.where(shut, 0.03, 0.0)
        interest = np.zeros(n)
        am = np.zeros(n)
        for j in (0, 1, 2, 4):
            interest += D[j] * (RJ[j] + addr) / 12.0
            x = D[j] * AM[j]
            am += x
            D[j] -= x
        C = C + 0.68 * rev - FX[t] - bill - interest - am
        EV = M * R
        need = 0.5 * bill - C
        exc = np.maximum(0.0, -need) * 0.25
        need = np.maximum(0.0, need)
        for j in range(NS):
            if j == 0:
                av = 0.75 * bill - D[0]
            elif j == 1:
                av = np.where(shut, 2.0, 4.0) - D[1]
            elif j == 2:
                av = 2.5 * bill * np.minimum(1.0, price) - D[2]
            elif j == 3:
                av = np.where(M > 6.0, 0.06 * bill * na, 0.0)
            elif j == 4:
                av = np.where(shut, 0.0, np.minimum(0.004 * EV, 0.10 * EV - D[4]))
            else:
                av = np.where(shut, 0.0003 * EV, 0.005 * EV * np.minimum(1.0, M / 12.0))
            d = np.minimum(np.maximum(av, 0.0), need)
            need = need - d
            C = C + d
            D[j] += d
        for j in range(3):
            p = np.minimum(D[j], exc)
            D[j] -= p
            exc = exc - p
            C = C - p
        debt = D[0] + D[1] + D[2] + D[4]
        dead = live & ((C < 0.0) | (debt > 0.6 * EV))
        month[dead] = t
        loss[dead] = 0.6 * debt[dead] + 0.05 * REM[t] * na[dead] / 6.0
        live &= ~dead
        if not live.any():
            break
    return month, loss


def run(paths, seed, chunk=8192):
    seeds = np.random.SeedSequence(seed).spawn(-(-paths // chunk))
    defaults = months = loss = 0
    for i, seed in enumerate(seeds):
        month, lost = simulate(min(chunk, paths - i * chunk), np.random.Generator(np.random.SFC64(seed)))
        defaults += int((month >= 0).sum())
        months += int(month[month >= 0].sum())
        loss += float(lost.sum())
    return defaults, months, loss


if __name__ == "__main__":
    _, paths, seed = arguments("")
    report(paths, lambda: run(paths, seed))
