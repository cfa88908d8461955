//! `ouro`: the command line of Ouroborisk.

use std::process::ExitCode;

fn main() -> ExitCode {
    ouroborisk::cli::main()
}
