"""Mini-model, JAX on CPU: `peer_jax.py f64|f32 PATHS SEED`.

jit, a scan over months, vmap over the paths of a chunk, lax.map over chunks; threefry. Chunks of 1024 (f64) and 4096
(f32) were best. Compiling is not timed. Paths are rounded up to whole chunks. One core: JAX has no other switch for it.
"""

import os

from protocol import arguments, report

dtype, paths, seed = arguments("f64")
CHUNK = 1024 if dtype == "f64" else 4096
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import jax
import jax.numpy as jnp
from jax import lax

jax.config.update("jax_enable_x64", dtype == "f64")
from model import *

F = jnp.float64 if dtype == "f64" else jnp.float32
cv = lambda x: jnp.asarray(x, F)
cFIX, cFLO, cW, cTOP, cCAP, cOPC, cL = map(cv, (FIX, FLO, W, TOP, CAP, OPC, L))
XS = (cv(G), cv(FX), cv(COM), cv(REM), jnp.arange(T))


def step(st, eps, u, x):
    """one path, one month"""
    g, fx, com, rem, t = x
    aa, s, lp, lv, R, C, shut, e, h, alive, D, live, month, loss = st
    z = cL @ eps
    aa = aa * (1 - KA * DT) + SA * SDT * z[0]
    s = s * (1 - KS * DT) + SS * SDT * z[3]
    pr = jnp.minimum(1.0, jnp.where(shut, DT * 1.5, DT * 0.35) * jnp.exp(s * jnp.where(shut, 0.6, -1.2)))
    shut = shut ^ (u[0] < pr)
    J = jnp.where(u[1] < jnp.where(shut, 0.9 * DT, 0.3 * DT), -0.12 * jnp.log(1.0 - u[2]), 0.0)
    lp = lp + (MUP - 0.5 * SP * SP) * DT + SP * SDT * z[1]
    lv = lv + (MUV - 0.5 * SV * SV) * DT - jnp.where(shut, 0.5 * DT, 0.0) + SV * SDT * z[2] - J
    aa = aa - 0.25 * J
    price = jnp.exp(lp)
    M = jnp.exp(lv)
    R = R * jnp.exp(g * jnp.exp(aa) * DT)
    demand = 0.45 * R / 12.0 / (0.5 + 0.5 * price)
    e = RHO * e + SE * z[4:10]
    c = (cFIX + cFLO * price) * jnp.exp(e)
    want = cW * demand
    use = jnp.where(alive, jnp.minimum(jnp.maximum(want, cTOP * com), cCAP * com), 0.0)
    b = use * c
    bill = b.sum()
    served = jnp.minimum(want, use).sum()
    h = h + b - cOPC * com * (0.6 + 0.4 * price) + jnp.where(shut, -0.01, 0.02) * com
    alive = alive & ~(h < 0.0)
    na = alive.sum().astype(F)
    rev = R / 12.0 * (0.6 + 0.4 * jnp.minimum(1.0, served / demand))
    addr = jnp.where(shut, 0.03, 0.0)
    D = list(D)
    interest = 0.0
    am = 0.0
    for j in (0, 1, 2, 4):
        interest = interest + D[j] * (float(RJ[j]) + addr) / 12.0
        y = D[j] * float(AM[j])
        am = am + y
        D[j] = D[j] - y
    C = C + 0.68 * rev - fx - bill - interest - am
    EV = M * R
    need = 0.5 * bill - C
    exc = jnp.maximum(0.0, -need) * 0.25
    need = jnp.maximum(0.0, need)
    for j in range(NS):
        if j == 0:
            av = 0.75 * bill - D[0]
        elif j == 1:
            av = jnp.where(shut, 2.0, 4.0) - D[1]
        elif j == 2:
            av = 2.5 * bill * jnp.minimum(1.0, price) - D[2]
        elif j == 3:
            av = jnp.where(M > 6.0, 0.06 * bill * na, 0.0)
        elif j == 4:
            av = jnp.where(shut, 0.0, jnp.minimum(0.004 * EV, 0.10 * EV - D[4]))
        else:
            av = jnp.where(shut, 0.0003 * EV, 0.005 * EV * jnp.minimum(1.0, M / 12.0))
        d = jnp.minimum(jnp.maximum(av, 0.0), need)
        need = need - d
        C = C + d
        D[j] = D[j] + d
    for j in range(3):
        p = jnp.minimum(D[j], exc)
        D[j] = D[j] - p
        exc = exc - p
        C = C - p
    debt = D[0] + D[1] + D[2] + D[4]
    dead = live & ((C < 0.0) | (debt > 0.6 * EV))
    month = jnp.where(dead, t, month)
    loss = jnp.where(dead, 0.6 * debt + 0.05 * rem * na / 6.0, loss)
    live = live & ~dead
    return (aa, s, lp, lv, R, C, shut, e, h, alive, tuple(D), live, month, loss)


def chunk(key, n):
    z = jnp.zeros(n, F)
    st = (
        z,
        z,
        z,
        z + LV0,
        z + R0,
        z + C0,
        jnp.zeros(n, bool),
        jnp.zeros((n, NC), F),
        jnp.tile(cv(H0), (n, 1)),
        jnp.ones((n, NC), bool),
        (z,) * NS,
        jnp.ones(n, bool),
        jnp.full(n, -1),
        z,
    )
    vstep = jax.vmap(step, in_axes=(0, 0, 0, None))

    def body(st, x):
        k1, k2 = jax.random.split(jax.random.fold_in(key, x[4]))
        return vstep(st, jax.random.normal(k1, (n, NF), F), jax.random.uniform(k2, (n, 3), F), x), None

    st, _ = lax.scan(body, st, XS)
    d = st[12] >= 0
    return jnp.stack([d.sum().astype(F), jnp.where(d, st[12], 0).sum().astype(F), st[13].sum()])


chunks = -(-paths // CHUNK)
run = jax.jit(lambda key: lax.map(lambda k: chunk(k, CHUNK), jax.random.split(key, chunks)).sum(0))
run = run.lower(jax.random.key(seed)).compile()
report(chunks * CHUNK, lambda: map(float, run(jax.random.key(seed)).block_until_ready()))
