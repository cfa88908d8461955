//! The month is compiled few times: most of the program's code is copies of it, one for each tier.

#![cfg(target_arch = "x86_64")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use ouroborisk::model::dynamics::MARK;

/// Copies of the month in a program: AVX-512, AVX2, and one path at a time. A debug build has no AVX-512
/// (`tier.rs`).
pub(crate) const COPIES: usize = if cfg!(debug_assertions) { 2 } else { 3 };

/// Counts the instructions that load [`MARK`] (`mov r64, imm64`).
pub(crate) fn copies(program: &Path) -> usize {
    // Kept from the compiler, so that this code holds no mark of its own.
    let mark = (!black_box(!MARK)).to_le_bytes();
    let code = fs::read(program).expect("the program can be read");
    let loads = |window: &&[u8]| matches!(window[..2], [0x48 | 0x49, 0xb8..=0xbf]) && window[2..] == mark;
    code.windows(2 + mark.len()).filter(loads).count()
}

#[test]
fn the_month_is_compiled_once_for_each_tier() {
    let tests = std::env::current_exe().expect("these tests are a file");
    for program in [&tests, Path::new(env!("CARGO_BIN_EXE_ouro"))] {
        assert_eq!(copies(program), COPIES, "{}", program.display());
    }
}
