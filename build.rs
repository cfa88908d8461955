//! Tells the program which commit and which compiler made it.
//!
//! Where there is no git, or the sources lie in somebody else's repository, the
//! commit is empty. Runs again only when the sources or the commit change.

use std::env;
use std::path::Path;
use std::process::Command;

/// What the binary is made from; a change elsewhere does not make it dirty.
const SOURCES: [&str; 4] = ["src", "build.rs", "Cargo.toml", "Cargo.lock"];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&root);
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let rustc = answer(Command::new(rustc).arg("--version")).unwrap_or_default();
    println!("cargo::rustc-env=OUROBORISK_COMMIT={}", commit(root).unwrap_or_default());
    println!("cargo::rustc-env=OUROBORISK_RUSTC={rustc}");
    println!("cargo::rustc-env=OUROBORISK_TARGET={}", env::var("TARGET").unwrap_or_default());
    for source in SOURCES {
        watch(&root.join(source));
    }
}

/// The commit's hash, with `-dirty` if the sources differ from it.
fn commit(root: &Path) -> Option<String> {
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    // The log of HEAD grows with every commit and checkout, and with nothing else.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(file) = git(root, &["rev-parse", "--git-path", name]) {
            watch(&root.join(file));
        }
    }
    let hash = git(root, &["rev-parse", "HEAD"])?;
    let status = ["status", "--porcelain", "--"];
    let changes = git(root, &[&status[..], &SOURCES[..]].concat())?;
    Some(if changes.is_empty() { hash } else { format!("{hash}-dirty") })
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    // Without optional locks, git leaves its index alone.
    answer(Command::new("git").current_dir(root).arg("--no-optional-locks").args(arguments))
}

fn answer(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}

/// Only of files that exist: cargo would run the script every time for others.
fn watch(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}
