// Mini-model (README.md) in C++17: `peer_cpp mt|pcg|soa PATHS SEED`.
//
// mt:  path after path, std::mt19937_64 and std::normal_distribution, one generator for each 1024 paths.
// pcg: path after path, PCG64 (XSL-RR 128/64), one stream a path, std::normal_distribution.
// soa: 64 paths side by side, xoshiro256++ lanes, Box-Muller, loops left to the compiler (-ffast-math: libmvec).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "model_constants.h"
using u64 = uint64_t;
struct Acc {
  double n = 0, nd = 0, sm = 0, loss = 0;
  void add(const Acc& o) {
    n += o.n;
    nd += o.nd;
    sm += o.sm;
    loss += o.loss;
  }
};
static inline u64 mix(u64 z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
struct Pcg64 {
  using result_type = u64;
  unsigned __int128 s, inc;
  Pcg64(u64 seed, u64 stream) {
    inc = ((unsigned __int128)mix(stream) << 64 | (stream << 1)) | 1;
    s = ((unsigned __int128)mix(seed) << 64 | mix(seed ^ stream)) + inc;
    (*this)();
  }
  static constexpr u64 min() { return 0; }
  static constexpr u64 max() { return ~0ULL; }
  u64 operator()() {
    s = s * (((unsigned __int128)2549297995355413924ULL << 64) | 4865540595714422341ULL) + inc;
    u64 x = (u64)(s >> 64) ^ (u64)s;
    unsigned r = (unsigned)(s >> 122);
    return x >> r | x << ((64 - r) & 63);
  }
};
template <class R>
void path(R& rng, Acc& acc) {
  std::normal_distribution<double> nd;
  std::uniform_real_distribution<double> ud;
  double a = 0, s = 0, lp = 0, lv = LV0, rr = R0, c = C0, e[NC] = {}, h[NC], d[NS] = {};
  bool alive[NC], shut = false;
  for (int k = 0; k < NC; k++) {
    h[k] = H0_[k];
    alive[k] = true;
  }
  acc.n++;
  for (int t = 0; t < T; t++) {
    double eps[NF], z[NF];
    for (double& x : eps) x = nd(rng);
    for (int i = 0; i < NF; i++) {
      double v = 0;
      for (int j = 0; j <= i; j++) v += L_[i][j] * eps[j];
      z[i] = v;
    }
    double u1 = ud(rng), u2 = ud(rng), u3 = ud(rng);
    a = a * (1 - KA * DT) + SA * SDT * z[0];
    s = s * (1 - KS * DT) + SS * SDT * z[3];
    shut =
        shut ? u1 >= std::min(1.0, DT * 1.5 * std::exp(0.6 * s)) : u1 < std::min(1.0, DT * 0.35 * std::exp(-1.2 * s));
    double J = u2 < (shut ? 0.9 * DT : 0.3 * DT) ? -0.12 * std::log(1 - u3) : 0.0;
    lp += (MUP - 0.5 * SP * SP) * DT + SP * SDT * z[1];
    lv += (MUV - 0.5 * SV * SV) * DT - (shut ? 0.5 * DT : 0) + SV * SDT * z[2] - J;
    a -= 0.25 * J;
    double price = std::exp(lp), m = std::exp(lv);
    rr *= std::exp(G_[t] * std::exp(a) * DT);
    double demand = 0.45 * rr / 12 / (0.5 + 0.5 * price), bill = 0, served = 0, na = 0;
    for (int k = 0; k < NC; k++) {
      e[k] = RHO * e[k] + SE * z[4 + k];
      if (!alive[k]) continue;
      double cost = (FIX_[k] + FLO_[k] * price) * std::exp(e[k]), want = W_[k] * demand, com = COM_[t][k];
      double use = std::min(std::max(want, TOP_[k] * com), CAP_[k] * com), b = use * cost;
      bill += b;
      served += std::min(want, use);
      h[k] += b - OPC_[k] * com * (0.6 + 0.4 * price) + (shut ? -0.01 : 0.02) * com;
      if (h[k] < 0)
        alive[k] = false;
      else
        na += 1;
    }
    double rev = rr / 12 * (0.6 + 0.4 * std::min(1.0, served / demand)), addr = shut ? 0.03 : 0, in = 0, am = 0;
    for (int q : {0, 1, 2, 4}) {
      in += d[q] * (RJ_[q] + addr) / 12;
      double x = d[q] * AM_[q];
      am += x;
      d[q] -= x;
    }
    c += 0.68 * rev - FX_[t] - bill - in - am;
    double ev = m * rr, need = 0.5 * bill - c;
    if (need > 0) {
      for (int q = 0; q < NS; q++) {
        double av;
        switch (q) {
          case 0:
            av = 0.75 * bill - d[0];
            break;
          case 1:
            av = (shut ? 2.0 : 4.0) - d[1];
            break;
          case 2:
            av = 2.5 * bill * std::min(1.0, price) - d[2];
            break;
          case 3:
            av = m > 6 ? 0.06 * bill * na : 0;
            break;
          case 4:
            av = shut ? 0 : std::min(0.004 * ev, 0.10 * ev - d[4]);
            break;
          default:
            av = shut ? 0.0003 * ev : 0.005 * ev * std::min(1.0, m / 12);
        }
        double x = std::min(std::max(av, 0.0), need);
        need -= x;
        c += x;
        d[q] += x;
        if (need <= 0) break;
      }
    } else {
      double exc = -need * 0.25;
      for (int q = 0; q < 3; q++) {
        double p = std::min(d[q], exc);
        d[q] -= p;
        exc -= p;
        c -= p;
        if (exc <= 0) break;
      }
    }
    double debt = d[0] + d[1] + d[2] + d[4];
    if (c < 0 || debt > 0.6 * ev) {
      acc.nd++;
      acc.sm += t;
      acc.loss += 0.6 * debt + 0.05 * REM_[t] * na / 6;
      return;
    }
  }
}
constexpr int B = 64;
struct alignas(64) Soa {
  double z[NF][B], u[3][B], a[B], s[B], lp[B], lv[B], rr[B], c[B], shut[B], e[NC][B], h[NC][B], alive[NC][B], d[NS][B],
      price[B], m[B], demand[B], bill[B], served[B], na[B], live[B], month[B], loss[B];
  u64 x[4][B];
};
static inline double sel(bool m, double a, double b) { return m ? a : b; }
__attribute__((noinline)) void soa(Soa& w, u64 seed, u64 base, int count, Acc& acc) {
  for (int i = 0; i < B; i++) {
    u64 y = mix((base + i) ^ mix(seed));
    for (int k = 0; k < 4; k++) w.x[k][i] = mix(y += 0x9E3779B97F4A7C15ULL);
    w.a[i] = w.s[i] = w.lp[i] = 0;
    w.lv[i] = LV0;
    w.rr[i] = R0;
    w.c[i] = C0;
    w.shut[i] = 0;
    w.live[i] = i < count;
    w.month[i] = -1;
    w.loss[i] = 0;
    for (int k = 0; k < NC; k++) {
      w.e[k][i] = 0;
      w.h[k][i] = H0_[k];
      w.alive[k][i] = 1;
      w.d[k][i] = 0;
    }
  }
  acc.n += count;
  double nl = count;
  auto uni = [&](double* o) {
    for (int i = 0; i < B; i++) {
      u64 A = w.x[0][i], Bb = w.x[1][i], C = w.x[2][i], D = w.x[3][i], r = A + D;
      r = (r << 23 | r >> 41) + A;
      u64 t = Bb << 17;
      C ^= A;
      D ^= Bb;
      Bb ^= C;
      A ^= D;
      C ^= t;
      D = D << 45 | D >> 19;
      w.x[0][i] = A;
      w.x[1][i] = Bb;
      w.x[2][i] = C;
      w.x[3][i] = D;
      u64 bits = 0x3ff0000000000000ULL | (r >> 12);
      double f;
      std::memcpy(&f, &bits, 8);
      o[i] = 2.0 - f;
    }
  };
  for (int t = 0; t < T; t++) {
    for (int q = 0; q < NF; q++) uni(w.z[q]);
    for (int q = 0; q < 3; q++) uni(w.u[q]);
    alignas(64) double r[B], th[B];  // separate loops: gcc fuses sin and cos of one argument into a scalar sincos call
    for (int q = 0; q < NF; q += 2) {
      for (int i = 0; i < B; i++) {
        r[i] = std::sqrt(-2.0 * std::log(w.z[q][i]));
        th[i] = 6.283185307179586 * w.z[q + 1][i];
      }
      for (int i = 0; i < B; i++) w.z[q][i] = r[i] * std::cos(th[i]);
      for (int i = 0; i < B; i++) w.z[q + 1][i] = r[i] * std::sin(th[i]);
    }
    for (int i = 0; i < B; i++) {
      double x[NF];
#pragma GCC unroll 10
      for (int r = 0; r < NF; r++) x[r] = w.z[r][i];
#pragma GCC unroll 10
      for (int r = 0; r < NF; r++) {
        double v = 0;
#pragma GCC unroll 10
        for (int j = 0; j <= r; j++) v += L_[r][j] * x[j];
        w.z[r][i] = v;
      }
    }
    for (int i = 0; i < B; i++) {
      double a = w.a[i] * (1 - KA * DT) + SA * SDT * w.z[0][i], s = w.s[i] * (1 - KS * DT) + SS * SDT * w.z[3][i];
      w.s[i] = s;
      bool was = w.shut[i] != 0;
      double pr = std::min(1.0, sel(was, DT * 1.5, DT * 0.35) * std::exp(s * sel(was, 0.6, -1.2)));
      bool shut = was != (w.u[0][i] < pr);
      w.shut[i] = sel(shut, 1, 0);
      double j = -0.12 * std::log(w.u[2][i]);
      j = sel(w.u[1][i] < sel(shut, 0.9 * DT, 0.3 * DT), j, 0);
      w.lp[i] += (MUP - 0.5 * SP * SP) * DT + SP * SDT * w.z[1][i];
      w.lv[i] += (MUV - 0.5 * SV * SV) * DT - sel(shut, 0.5 * DT, 0) + SV * SDT * w.z[2][i] - j;
      w.a[i] = a - 0.25 * j;
    }
    for (int i = 0; i < B; i++) {
      double price = std::exp(w.lp[i]);
      w.price[i] = price;
      w.m[i] = std::exp(w.lv[i]);
      w.rr[i] *= std::exp(G_[t] * DT * std::exp(w.a[i]));
      w.demand[i] = 0.45 / 12 * w.rr[i] / (0.5 + 0.5 * price);
      w.bill[i] = w.served[i] = w.na[i] = 0;
    }
    for (int k = 0; k < NC; k++) {
      double com = COM_[t][k], tp = TOP_[k] * com, cp = CAP_[k] * com, oc = OPC_[k] * com;
      for (int i = 0; i < B; i++) {
        double e = RHO * w.e[k][i] + SE * w.z[4 + k][i];
        w.e[k][i] = e;
        double price = w.price[i], cost = (FIX_[k] + FLO_[k] * price) * std::exp(e), want = W_[k] * w.demand[i];
        double use = std::min(std::max(want, tp), cp) * w.alive[k][i], b = use * cost;
        w.bill[i] += b;
        w.served[i] += std::min(want, use);
        double h = w.h[k][i] + b - oc * (0.6 + 0.4 * price) + sel(w.shut[i] != 0, -0.01 * com, 0.02 * com);
        w.h[k][i] = h;
        double al = sel(h < 0, 0, w.alive[k][i]);
        w.alive[k][i] = al;
        w.na[i] += al;
      }
    }
    for (int i = 0; i < B; i++) {
      double rr = w.rr[i], bill = w.bill[i], price = w.price[i], m = w.m[i], na = w.na[i];
      double sh = w.shut[i], op = 1 - sh;
      double rev = rr / 12 * (0.6 + 0.4 * std::min(1.0, w.served[i] / w.demand[i])), addr = 0.03 * sh;
      double x0 = w.d[0][i], x1 = w.d[1][i], x2 = w.d[2][i], x4 = w.d[4][i];
      double in = (x0 * (RJ_[0] + addr) + x1 * (RJ_[1] + addr) + x2 * (RJ_[2] + addr) + x4 * (RJ_[4] + addr)) / 12;
      double y0 = x0 * AM_[0], y1 = x1 * AM_[1], y2 = x2 * AM_[2];
      x0 -= y0;
      x1 -= y1;
      x2 -= y2;
      double c = w.c[i] + 0.68 * rev - FX_[t] - bill - in - y0 - y1 - y2, ev = m * rr, nd = 0.5 * bill - c,
             exc = std::max(-nd, 0.0) * 0.25, need = std::max(nd, 0.0);
      auto draw = [&](double av, double& x) {
        double v = std::min(std::max(av, 0.0), need);
        need -= v;
        c += v;
        x += v;
      };
      draw(0.75 * bill - x0, x0);
      draw(4 - 2 * sh - x1, x1);
      draw(2.5 * bill * std::min(price, 1.0) - x2, x2);
      draw((m > 6 ? 0.06 : 0.0) * bill * na, w.d[3][i]);
      draw(op * std::min(0.004 * ev, 0.10 * ev - x4), x4);
      draw(ev * (sh * 0.0003 + op * 0.005 * std::min(m / 12, 1.0)), w.d[5][i]);
      auto pay = [&](double& x) {
        double p = std::min(x, exc);
        x -= p;
        exc -= p;
        c -= p;
      };
      pay(x0);
      pay(x1);
      pay(x2);
      double debt = x0 + x1 + x2 + x4;
      w.d[0][i] = x0;
      w.d[1][i] = x1;
      w.d[2][i] = x2;
      w.d[4][i] = x4;
      w.c[i] = c;
      double dead = w.live[i] * std::max(c < 0 ? 1.0 : 0.0, debt > 0.6 * ev ? 1.0 : 0.0);
      w.month[i] += dead * (t + 1.0);
      w.loss[i] += dead * (0.6 * debt + 0.05 / 6 * REM_[t] * na);
      w.live[i] -= dead;
    }
    nl = 0;
    for (int i = 0; i < B; i++) nl += w.live[i];
    if (nl == 0) break;
  }
  for (int i = 0; i < count; i++)
    if (w.month[i] >= 0) {
      acc.nd++;
      acc.sm += w.month[i];
      acc.loss += w.loss[i];
    }
}
int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: peer_cpp mt|pcg|soa PATHS SEED\n");
    return 2;
  }
  const std::string engine = argv[1];
  const long n = atol(argv[2]);
  const u64 seed = atol(argv[3]);
  const auto begun = std::chrono::steady_clock::now();
  auto block = std::make_unique<Soa>();
  Acc all;
  for (long lo = 0; lo < n; lo += 1024) {
    const long hi = std::min(n, lo + 1024);
    Acc unit;
    if (engine == "mt") {
      std::mt19937_64 g(mix(lo / 1024 + 977 * seed));
      for (long p = lo; p < hi; p++) path(g, unit);
    } else if (engine == "pcg")
      for (long p = lo; p < hi; p++) {
        Pcg64 g(seed, p);
        path(g, unit);
      }
    else
      for (long p = lo; p < hi; p += B) soa(*block, seed, p, (int)std::min<long>(B, hi - p), unit);
    all.add(unit);
  }
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  printf("{\"paths\": %.0f, \"pd\": %.5f, \"mean_month\": %.3f, \"loss\": %.4f, \"s\": %.4f}\n", all.n, all.nd / all.n,
         all.sm / all.nd, all.loss / all.n, s);
}
