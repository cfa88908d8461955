//! A hash that is the same on every machine: 64-bit FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>).

/// The state of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fnv(u64);

impl Fnv {
    /// The hash of no bytes.
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The hash with these bytes appended.
    #[must_use]
    pub const fn with(self, bytes: &[u8]) -> Self {
        let (mut hash, mut i) = (self.0, 0);
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            i += 1;
        }
        Self(hash)
    }

    /// The hash.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Fnv {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_are_met() {
        // Test vectors of the authors, for "", "a" and "foobar".
        let known = [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, hash) in known {
            assert_eq!(Fnv::new().with(text.as_bytes()).value(), hash, "{text}");
        }
        assert_eq!(Fnv::new().with(b"foo").with(b"bar"), Fnv::new().with(b"foobar"));
    }
}
