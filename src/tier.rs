//! The widest vector instructions of the processor, chosen at run time.
//!
//! The same source is compiled for each tier; `+ - * / sqrt` and fused multiply-add are correctly rounded on all of them,
//! so the bits do not depend on the tier. Every tier costs a copy of the model. A build with debug assertions, in which
//! the compiler vectorises next to nothing, therefore has no AVX-512.

use crate::random::math::exp;

/// A level of vector instructions. A level that the processor or the build lacks is replaced by the best available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// What every machine of the target has.
    Portable,
    /// AVX2 with fused multiply-add.
    Avx2,
    /// AVX-512 (F, DQ, VL, BW).
    Avx512,
}

/// A computation that is compiled for each tier. `run` must be `#[inline(always)]`, with all that it calls.
pub trait Kernel: Sized {
    /// What it returns.
    type Output;
    /// Runs it, with the vector instructions of the caller.
    fn run(self) -> Self::Output;
    /// Runs it on the portable tier; for kernels that are arranged differently without vector instructions.
    fn run_portable(self) -> Self::Output {
        self.run()
    }
}

impl Tier {
    /// The best of this machine; `OURO_TIER=portable|avx2|avx512` forces a lower one.
    pub fn detect() -> Self {
        let best = Self::best();
        match std::env::var("OURO_TIER").as_deref() {
            Ok("portable") => Self::Portable,
            Ok("avx2") if best != Self::Portable => Self::Avx2,
            _ => best,
        }
    }

    /// Its name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    #[cfg(target_arch = "x86_64")]
    fn best() -> Self {
        let avx2 =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("bmi2");
        let avx512 = cfg!(not(debug_assertions))
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512bw");
        match (avx2, avx512) {
            (true, true) => Self::Avx512,
            (true, false) => Self::Avx2,
            _ => Self::Portable,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn best() -> Self {
        Self::Portable
    }

    /// Runs a kernel on this tier, or on the best below it that there is.
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "calling a function with target features that `best` has detected")]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.min(Self::best()) {
            Self::Portable => kernel.run_portable(),
            // SAFETY: `best` returns this only if the processor has the features.
            #[cfg(not(debug_assertions))]
            Self::Avx512 => unsafe { on_avx512(kernel) },
            // SAFETY: as above; a processor with AVX-512 has them too.
            _ => unsafe { on_avx2(kernel) },
        }
    }

    /// Runs a kernel on this tier.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run_portable()
    }
}

/// `e^x` of each number, with the vector instructions of this machine.
pub fn exps(x: &mut [f64]) {
    Tier::detect().run(Exps(x));
}

/// What [`exps`] runs.
struct Exps<'a>(&'a mut [f64]);

impl Kernel for Exps<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for x in self.0 {
            *x = exp(*x);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi2")]
fn on_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")]
fn on_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
