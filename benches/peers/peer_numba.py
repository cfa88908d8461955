"""Mini-model, numba, path at a time: `peer_numba.py path|own PATHS SEED`.

path: np.random, a Mersenne twister for each thread; own: xoshiro256++ seeded from (seed, path) and Box-Muller by hand.
Compiling is not timed.
"""

import math

import numba as nb

from protocol import arguments, report
from model import *

FM = dict(fastmath=True, cache=True, error_model="numpy")
U = np.uint64


@nb.njit(nb.uint64(nb.uint64), inline="always", **FM)
def mix(z):
    z = (z ^ (z >> U(30))) * U(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U(27))) * U(0x94D049BB133111EB)
    return z ^ (z >> U(31))


@nb.njit(inline="always", **FM)
def rotl(x, k):
    return (x << U(k)) | (x >> U(64 - k))


@nb.njit(inline="always", **FM)
def nxt(S):
    r = rotl(S[0] + S[3], 23) + S[0]
    t = S[1] << U(17)
    S[2] ^= S[0]
    S[3] ^= S[1]
    S[1] ^= S[2]
    S[0] ^= S[3]
    S[2] ^= t
    S[3] = rotl(S[3], 45)
    return (r >> U(11)) * EPSU


@nb.njit(inline="always", **FM)
def advance(t, st, eps, z, u1, u2, u3, e, h, alive, D, FIX, FLO, W, TOP, CAP, OPC, RJ, AM, G, FX, COM, REM, L):
    # st: a, s, lp, lv, R, C, shut ; returns -1 or the loss at default
    for i in range(10):
        v = 0.0
        for j in range(i + 1):
            v += L[i, j] * eps[j]
        z[i] = v
    a = st[0] * (1 - KA * DT) + SA * SDT * z[0]
    s = st[1] * (1 - KS * DT) + SS * SDT * z[3]
    shut = st[6] != 0.0
    if shut:
        shut = u1 >= min(1.0, DT * 1.5 * math.exp(0.6 * s))
    else:
        shut = u1 < min(1.0, DT * 0.35 * math.exp(-1.2 * s))
    J = 0.0
    if u2 < (0.9 * DT if shut else 0.3 * DT):
        J = -0.12 * math.log(1.0 - u3)
    st[2] += (MUP - 0.5 * SP * SP) * DT + SP * SDT * z[1]
    st[3] += (MUV - 0.5 * SV * SV) * DT - (0.5 * DT if shut else 0.0) + SV * SDT * z[2] - J
    a -= 0.25 * J
    price = math.exp(st[2])
    M = math.exp(st[3])
    st[4] *= math.exp(G[t] * math.exp(a) * DT)
    R = st[4]
    demand = 0.45 * R / 12.0 / (0.5 + 0.5 * price)
    bill = 0.0
    served = 0.0
    na = 0.0
    for k in range(6):
        e[k] = RHO * e[k] + SE * z[4 + k]
        if alive[k] == 0.0:
            continue
        c = (FIX[k] + FLO[k] * price) * math.exp(e[k])
        want = W[k] * demand
        com = COM[t, k]
        use = min(max(want, TOP[k] * com), CAP[k] * com)
        b = use * c
        bill += b
        served += min(want, use)
        h[k] += b - OPC[k] * com * (0.6 + 0.4 * price) + (-0.01 if shut else 0.02) * com
        if h[k] < 0.0:
            alive[k] = 0.0
        else:
            na += 1.0
    rev = R / 12.0 * (0.6 + 0.4 * min(1.0, served / demand))
    addr = 0.03 if shut else 0.0
    interest = 0.0
    am = 0.0
    for j in (0, 1, 2, 4):
        interest += D[j] * (RJ[j] + addr) / 12.0
        x = D[j] * AM[j]
        am += x
        D[j] -= x
    C = st[5] + 0.68 * rev - FX[t] - bill - interest - am
    EV = M * R
    need = 0.5 * bill - C
    if need > 0.0:
        for j in range(6):
            if j == 0:
                av = 0.75 * bill - D[0]
            elif j == 1:
                av = (2.0 if shut else 4.0) - D[1]
            elif j == 2:
                av = 2.5 * bill * min(1.0, price) - D[2]
            elif j == 3:
                av = 0.06 * bill * na if M > 6.0 else 0.0
            elif j == 4:
                av = 0.0 if shut else min(0.004 * EV, 0.10 * EV - D[4])
            else:
                av = 0.0003 * EV if shut else 0.005 * EV * min(1.0, M / 12.0)
            d = min(max(av, 0.0), need)
            need -= d
            C += d
            D[j] += d
            if need <= 0.0:
                break
    else:
        exc = -need * 0.25
        for j in range(3):
            p = min(D[j], exc)
            D[j] -= p
            exc -= p
            C -= p
            if exc <= 0.0:
                break
    st[0] = a
    st[1] = s
    st[5] = C
    st[6] = 1.0 if shut else 0.0
    debt = D[0] + D[1] + D[2] + D[4]
    if C < 0.0 or debt > 0.6 * EV:
        return 0.6 * debt + 0.05 * REM[t] * na / 6.0
    return -1.0


def make(own_rng):
    @nb.njit(parallel=True, **FM)
    def run(n, unit, seed, FIX, FLO, W, TOP, CAP, OPC, H0, RJ, AM, G, FX, COM, REM, L):
        units = (n + unit - 1) // unit
        out = np.zeros((units, 3))
        for q in nb.prange(units):
            if not own_rng:
                np.random.seed(seed * 1000003 + q)
            eps = np.empty(10)
            z = np.empty(10)
            st = np.empty(7)
            e = np.empty(6)
            h = np.empty(6)
            alive = np.empty(6)
            D = np.empty(6)
            S = np.empty(4, np.uint64)
            for p in range(q * unit, min((q + 1) * unit, n)):
                if own_rng:
                    x = mix(U(p) ^ mix(U(seed)))
                    for i in range(4):
                        x += U(0x9E3779B97F4A7C15)
                        S[i] = mix(x)
                st[0] = 0.0
                st[1] = 0.0
                st[2] = 0.0
                st[3] = LV0
                st[4] = R0
                st[5] = C0
                st[6] = 0.0
                for k in range(6):
                    e[k] = 0.0
                    h[k] = H0[k]
                    alive[k] = 1.0
                    D[k] = 0.0
                for t in range(96):
                    if own_rng:
                        for i in range(0, 10, 2):
                            r = math.sqrt(-2.0 * math.log(1.0 - nxt(S)))
                            th = 2.0 * math.pi * nxt(S)
                            eps[i] = r * math.cos(th)
                            eps[i + 1] = r * math.sin(th)
                        u1 = nxt(S)
                        u2 = nxt(S)
                        u3 = nxt(S)
                    else:
                        for i in range(10):
                            eps[i] = np.random.standard_normal()
                        u1 = np.random.random()
                        u2 = np.random.random()
                        u3 = np.random.random()
                    l = advance(
                        t,
                        st,
                        eps,
                        z,
                        u1,
                        u2,
                        u3,
                        e,
                        h,
                        alive,
                        D,
                        FIX,
                        FLO,
                        W,
                        TOP,
                        CAP,
                        OPC,
                        RJ,
                        AM,
                        G,
                        FX,
                        COM,
                        REM,
                        L,
                    )
                    if l >= 0.0:
                        out[q, 0] += 1
                        out[q, 1] += t
                        out[q, 2] += l
                        break
        return out

    return run


ARGS = (FIX, FLO, W, TOP, CAP, OPC, H0, RJ, AM, G, FX, COM, REM, L)
if __name__ == "__main__":
    generator, paths, seed = arguments("path")
    nb.set_num_threads(1)
    run = make(generator == "own")
    run(64, 16, seed, *ARGS)
    report(paths, lambda: run(paths, 1024, seed, *ARGS).sum(0))
