//! No floor looks up (ARCHITECTURE.md): who may import whom, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms and their floors, lowest first.
const FLOORS: [(&str, u8); 14] = [
    ("calendar", 0),
    ("human", 0),
    ("lanes", 0),
    ("random", 0),
    ("stats", 0),
    ("units", 0),
    ("engine", 1),
    ("language", 1),
    ("model", 2),
    ("scenario", 3),
    ("resolve", 4),
    ("study", 5),
    ("report", 6),
    ("cli", 7),
];

/// What the model may know of the engine: what it is asked for, and the numbers it is given.
const MODEL_MAY_SEE: [&str; 8] =
    ["DelaySlot", "Dynamics", "Innovations", "NormalSlot", "OnceSlot", "Row", "Slots", "UniformSlot"];

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Every source file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The room of a file: the first folder below `src`, or the file itself.
fn room(path: &Path) -> String {
    let below = path.strip_prefix("src").expect("below src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms a file imports, with what follows.
fn imports(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("crate::").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        Some((&rest[..end], &rest[end..]))
    })
}

#[test]
fn nobody_looks_up_and_nobody_looks_sideways() {
    let mut seen = 0;
    for path in sources(Path::new("src")) {
        let own = room(&path);
        let Some(own_floor) = floor(&own) else { continue };
        let text = fs::read_to_string(&path).expect("a source file");
        for (other, _) in imports(&text) {
            let Some(other_floor) = floor(other) else { continue };
            seen += 1;
            let below = other_floor < own_floor || other == own;
            // `scenario::quantity` writes units, `random::normal` feeds intervals: the ground floor is one floor.
            let ground = own_floor == 0 && other_floor == 0;
            assert!(below || ground, "{} (floor {own_floor}) imports {other} (floor {other_floor})", path.display());
        }
    }
    assert!(seen > 100, "the test reads the imports: {seen}");
}

#[test]
fn the_model_knows_no_threads_seeds_estimators_or_files() {
    for path in sources(Path::new("src/model")) {
        let text = fs::read_to_string(&path).expect("a source file");
        for (_, rest) in imports(&text).filter(|(room, _)| *room == "engine") {
            let names = rest.trim_start_matches("::");
            let end = names.find([';', '\n']).unwrap_or(names.len());
            for name in names[..end].split(|c: char| !c.is_ascii_alphanumeric()).filter(|name| !name.is_empty()) {
                assert!(MODEL_MAY_SEE.contains(&name), "{} imports engine::{name}", path.display());
            }
        }
        for banned in ["std::fs", "std::thread", "rayon", "Instant", "println"] {
            assert!(!text.contains(banned), "{} knows {banned}", path.display());
        }
    }
}

#[test]
fn door_plates_hold_no_logic() {
    for path in sources(Path::new("src")).iter().filter(|path| path.ends_with("mod.rs")) {
        let text = fs::read_to_string(path).expect("a source file");
        assert!(!text.contains("fn "), "{} is a door plate", path.display());
    }
}
