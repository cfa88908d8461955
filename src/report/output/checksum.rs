//! SHA-256, so that `sha256sum` can check what a run has written.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The digest of `bytes` as 64 hexadecimal digits.
#[cfg(test)]
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// The length in bytes and the digest of a file, read in pieces.
///
/// # Errors
///
/// If the file cannot be read.
pub fn sha256_of_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut state, mut length) = (Sha256::new(), 0);
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((length, hex(state))),
            n => {
                state.update(&piece[..n]);
                length += n as u64;
            }
        }
    }
}

fn hex(state: Sha256) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(u32::from(half), 16).unwrap_or('?'));
    state.finalize().iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scratch;
    use super::*;

    /// The examples of FIPS 180-4 and NIST's one million letters.
    #[test]
    fn the_standards_examples_agree() {
        for (text, digest) in [
            (String::new(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc".into(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".into(),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            ("a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ] {
            assert_eq!(sha256(text.as_bytes()), digest);
        }
    }

    #[test]
    fn a_file_read_in_pieces_has_the_digest_of_its_bytes() {
        let dir = scratch("checksum");
        let path = dir.join("f");
        let bytes: Vec<u8> = (0..200_001_u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(sha256_of_file(&path).unwrap(), (200_001, sha256(&bytes)));
    }
}
