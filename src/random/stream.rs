//! Addresses to random words: Philox4x32-10, the only place that mixes bits.
//!
//! Philox (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11) turns a 128-bit counter
//! under a 64-bit key into 128 random bits by ten rounds of multiply and exclusive-or. For one key it is a bijection: two
//! addresses that differ anywhere never share a block of words.
//!
//! | word | bits | holds |
//! |---|---|---|
//! | key 0, 1 | 64 | seed, low and high half |
//! | counter 0 | 2 + 30 | [`Purpose`], block |
//! | counter 1 | 32 | path |
//! | counter 2 | 1 + 31 | [`Layer`], draw |
//! | counter 3 | 32 | [`StreamId`], the hash of the process name |
//!
//! The layout and the hash are an interface: changing them would change every number ever published, so tests pin them.

use std::convert::Infallible;

use rand::TryRng;
use rand::rand_core::utils::{fill_bytes_via_next_word, next_u64_via_u32};

use crate::hash::Fnv;

const WORD: u64 = 0xffff_ffff;
const BLOCK_BITS: u32 = 30;
const DRAW_BITS: u32 = 31;

/// The kind of uncertainty that a number represents (docs/model.md, section 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Inherent chance: the processes of a path.
    Aleatory,
    /// Lack of knowledge: the parameters of a draw.
    Epistemic,
}

/// What the words of a block are used for. Part of the address, so that the normal and the uniform of one name and month
/// are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Standard normals, four months per block: [`normals4`](super::normals4), [`normal_at`](super::normal_at).
    Normals,
    /// Uniforms, four months per block: [`uniforms4`](super::uniforms4), [`uniform_at`](super::uniform_at).
    Uniforms,
    /// A sequence of unknown length, as rejection samplers need: [`PhiloxRng`].
    Sequence,
}

/// A process, by the hash of its name.
///
/// It depends on the name alone, so a new process leaves all others as they are. Two names collide with probability 2^-32
/// (some two of a hundred names: one in a million); whoever collects the names must refuse a collision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(u32);

impl StreamId {
    /// The stream of the process called `name`, such as `price.gpu`.
    ///
    /// FNV-1a with 64 bits, then the `SplitMix64` finaliser, of which the upper half is kept.
    pub const fn of(name: &str) -> Self {
        let mut hash = Fnv::new().with(name.as_bytes()).value();
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(((hash ^ (hash >> 31)) >> 32) as u32)
    }
}

/// What a random number is for, except for the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Seed of the run.
    pub seed: u64,
    /// Kind of uncertainty.
    pub layer: Layer,
    /// Draw of the parameters, below 2^31.
    pub draw: u32,
    /// Path within the draw; 0 in the epistemic layer.
    pub path: u32,
    /// Process or parameter.
    pub stream: StreamId,
}

/// Four random words below 2^32: block `block` (below 2^30) of an address, for one purpose.
///
/// The engine's inner loop: only the path changes from lane to lane, so the loop over lanes is vectorised and what the
/// lanes share is computed once.
#[inline(always)]
pub fn words(address: Address, purpose: Purpose, block: u32) -> [u64; 4] {
    debug_assert!(block >> BLOCK_BITS == 0, "block {block} does not fit into {BLOCK_BITS} bits");
    debug_assert!(address.draw >> DRAW_BITS == 0, "draw {} does not fit into {DRAW_BITS} bits", address.draw);
    let counter = [
        u64::from(block) | ((purpose as u64) << BLOCK_BITS),
        u64::from(address.path),
        u64::from(address.draw) | ((address.layer as u64) << DRAW_BITS),
        u64::from(address.stream.0),
    ];
    philox4x32_10(counter, [address.seed as u32, (address.seed >> 32) as u32])
}

/// Philox4x32 with ten rounds, each 32-bit word in its own 64-bit lane, so that the widening product is one vector
/// instruction. Upper halves are ignored in between and cleared at the end.
#[inline(always)]
fn philox4x32_10(counter: [u64; 4], key: [u32; 2]) -> [u64; 4] {
    const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let [mut x0, mut x1, mut x2, mut x3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = (x0 & WORD) * MULTIPLIERS[0];
        let p1 = (x2 & WORD) * MULTIPLIERS[1];
        (x0, x1, x2, x3) = ((p1 >> 32) ^ x1 ^ u64::from(k0), p1, (p0 >> 32) ^ x3 ^ u64::from(k1), p0);
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [x0 & WORD, x1 & WORD, x2 & WORD, x3 & WORD]
}

/// A generator over one address, for samplers that take as many words as they need (`rand_distr`).
///
/// However many words it takes, no other address is affected. Not for the processes of a path, where the number of random
/// numbers must not depend on the state.
#[derive(Clone, Debug)]
pub struct PhiloxRng {
    address: Address,
    next_block: u32,
    words: [u64; 4],
    used: usize,
}

impl PhiloxRng {
    /// The generator of `address`, at the first of its 2^32 words.
    pub fn new(address: Address) -> Self {
        Self { address, next_block: 0, words: [0; 4], used: 4 }
    }
}

impl TryRng for PhiloxRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == self.words.len() {
            assert!(self.next_block >> BLOCK_BITS == 0, "an address holds no more than 2^32 words");
            self.words = words(self.address, Purpose::Sequence, self.next_block);
            self.next_block += 1;
            self.used = 0;
        }
        let word = self.words[self.used] as u32;
        self.used += 1;
        Ok(word)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(bytes, || self.try_next_u32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use rand_distr::{Distribution, Gamma};
    use std::collections::BTreeSet;

    const HOME: Address =
        Address { seed: 1, layer: Layer::Aleatory, draw: 0, path: 0, stream: StreamId::of("revenue.openai") };

    #[test]
    fn philox_gives_the_known_answers_of_random123() {
        // kat_vectors of Random123 1.14, philox4x32 10.
        let ones = u64::from(u32::MAX);
        for (counter, key, answer) in [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([ones; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ] {
            assert_eq!(philox4x32_10(counter, key), answer);
        }
    }

    #[test]
    fn an_address_is_laid_out_as_documented() {
        for i in 0..1000u32 {
            let seed = u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let (draw, path, block) =
                (i.wrapping_mul(77_777) >> 1, i.wrapping_mul(0x0101_0101), i * 1_000_003 % (1 << 30));
            let address = Address { seed, layer: Layer::Epistemic, draw, path, stream: StreamId(!i) };
            let counter = u128::from(block | 1 << 30)
                | u128::from(path) << 32
                | u128::from(draw | 1 << 31) << 64
                | u128::from(!i) << 96;
            let mut second = rand_philox::Philox::new([seed as u32, (seed >> 32) as u32], counter);
            assert_eq!(words(address, Purpose::Uniforms, block), [(); 4].map(|()| u64::from(second.next_u32())));
        }
    }

    #[test]
    fn names_keep_their_streams_for_ever() {
        for (name, id) in [
            ("", 0xf52a_15e9),
            ("market", 0x19d2_8504),
            ("market.burst", 0x6970_5460),
            ("revenue.openai", 0xa55a_f13c),
            ("price.gpu", 0x9c8c_081e),
        ] {
            assert_eq!(StreamId::of(name), StreamId(id), "{name}: {:#x}", StreamId::of(name).0);
        }
    }

    #[test]
    fn words_keep_their_values_for_ever() {
        assert_eq!(words(HOME, Purpose::Normals, 0), [0xa1b8_96b5, 0xb6a5_3ad1, 0x1b8a_d638, 0x8d34_6516]);
        let elsewhere =
            Address { seed: 0x0123_4567_89ab_cdef, layer: Layer::Epistemic, draw: 199, path: 9_999, ..HOME };
        assert_eq!(words(elsewhere, Purpose::Uniforms, 23), [0x31e0_0962, 0xbb5a_5c42, 0x8c4a_7785, 0x73ed_cb18]);
    }

    #[test]
    fn every_part_of_an_address_matters() {
        let neighbours = [
            HOME,
            Address { seed: 2, ..HOME },
            Address { seed: 1 << 32 | 1, ..HOME },
            Address { layer: Layer::Epistemic, ..HOME },
            Address { draw: 1, ..HOME },
            Address { path: 1, ..HOME },
            Address { stream: StreamId::of("revenue.anthropic"), ..HOME },
        ];
        let mut seen = BTreeSet::new();
        for address in neighbours {
            for purpose in [Purpose::Normals, Purpose::Uniforms, Purpose::Sequence] {
                for block in 0..4 {
                    assert!(seen.insert(words(address, purpose, block)), "{address:?} {purpose:?} {block}");
                }
            }
        }
    }

    #[test]
    fn ten_thousand_plausible_names_have_no_collision() {
        // 10^8 / 2 pairs, 2^-32 each: a good hash would fail here for one list of names in 86; this list is fixed.
        let kinds = ["revenue", "price", "assets", "cash"];
        let ids: BTreeSet<_> =
            (0..10_000).map(|i| StreamId::of(&format!("{}.company{}", kinds[i % 4], i / 4))).collect();
        assert_eq!(ids.len(), 10_000);
    }

    #[test]
    fn the_generator_reads_the_words_of_its_address_in_order() {
        let mut rng = PhiloxRng::new(HOME);
        for block in 0..3 {
            for word in words(HOME, Purpose::Sequence, block) {
                assert_eq!(u64::from(rng.next_u32()), word);
            }
        }
    }

    #[test]
    fn a_delay_has_the_moments_of_its_gamma_distribution() {
        // Mean 6 months, coefficient of variation 0.5; 20,000 paths. |z| < 4.4: false alarm 1e-5.
        let delay = Gamma::new(4.0, 1.5).unwrap();
        let mean =
            (0..20_000).map(|path| delay.sample(&mut PhiloxRng::new(Address { path, ..HOME }))).sum::<f64>() / 20_000.0;
        assert!((mean - 6.0).abs() < 4.4 * 3.0 / 20_000f64.sqrt(), "{mean}");
    }
}
