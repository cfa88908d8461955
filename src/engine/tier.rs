//! The widest vector instructions of the machine, chosen once at run time.
//!
//! The same source is compiled three times; `+ - * / sqrt` and fused multiply-add are exactly rounded in all of them, so
//! the bits do not depend on the tier.

/// A level of vector instructions. One that the machine lacks runs as the best it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// What every machine of the target has.
    Portable,
    /// AVX2 with fused multiply-add.
    Avx2,
    /// AVX-512 (F, DQ, VL, BW).
    Avx512,
}

/// Something to be run on a tier. `run` must be `#[inline(always)]`, and all that it calls.
pub trait Kernel {
    /// What it gives.
    type Output;
    /// Runs it.
    fn run(self) -> Self::Output;
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
        let avx512 = is_x86_feature_detected!("avx512f")
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

    /// Runs a kernel on this tier, or on the best below it that the machine has.
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "calling a function with target features that `best` has detected")]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.min(Self::best()) {
            Self::Portable => kernel.run(),
            // SAFETY: `best` returns these only where the processor has the features.
            Self::Avx2 => unsafe { on_avx2(kernel) },
            // SAFETY: as above.
            Self::Avx512 => unsafe { on_avx512(kernel) },
        }
    }

    /// Runs a kernel on this tier.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run()
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi2")]
fn on_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")]
fn on_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
