//! Errors of writing files.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why a file or a folder could not be written: where, during what.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// No room, or the quota is used up.
    #[error("the disk is full: {doing} `{}` did not fit", path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
        /// What was being done, as "writing".
        doing: &'static str,
    },
    /// The file system is read-only, or the folder may not be written to.
    #[error("{doing} `{}` is not allowed: the folder is read-only or belongs to another user", path.display())]
    NotWritable {
        /// What was being written.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
    },
    /// A part of the path that should be a folder is a file.
    #[error("{doing} `{}` failed: a part of this path is a file, not a folder", path.display())]
    NotADirectory {
        /// What was being written.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
    },
    /// The place of the output folder is taken by a file.
    #[error("`{}` is a file, so it cannot become the output folder; move it or choose another folder", path.display())]
    ExistsAsFile {
        /// The file.
        path: PathBuf,
    },
    /// Another run put its result into the same place at the same time.
    #[error("another run writes its result to `{}` at the same time; give each run its own folder with --out", path.display())]
    Shared {
        /// The output folder.
        path: PathBuf,
    },
    /// The output folder holds things that no run wrote.
    #[error("`{}` holds `{stranger}`, which no run wrote; it stays untouched: move it or choose another folder", path.display())]
    Foreign {
        /// The output folder.
        path: PathBuf,
        /// The first thing in it that is not ours.
        stranger: String,
    },
    /// A name that would lead out of the output folder.
    #[error("`{name}` is no name inside the output folder")]
    Outside {
        /// The name.
        name: String,
    },
    /// Anything else the system reports.
    #[error("{doing} `{}` failed: {source}", path.display())]
    Other {
        /// What was being written.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
}

impl WriteError {
    /// The error for `source`, which came up while `doing` (as "writing")
    /// something to `path`.
    pub fn new(path: impl Into<PathBuf>, doing: &'static str, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path, doing },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::NotWritable { path, doing },
            ErrorKind::NotADirectory => Self::NotADirectory { path, doing },
            _ => Self::Other { path, doing, source },
        }
    }

    /// For `map_err`: an input or output error becomes a `WriteError`.
    pub(crate) fn at<E: Into<io::Error>>(path: &Path, doing: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::new(path, doing, source.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: ErrorKind) -> String {
        WriteError::new("out/paths.parquet", "writing", kind.into()).to_string()
    }

    #[test]
    fn a_full_disk_is_called_a_full_disk() {
        let expected = "the disk is full: writing `out/paths.parquet` did not fit";
        assert_eq!(text(ErrorKind::StorageFull), expected);
        assert_eq!(text(ErrorKind::QuotaExceeded), expected);
    }

    #[test]
    fn every_other_cause_names_path_and_deed() {
        for kind in [
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::PermissionDenied,
            ErrorKind::NotADirectory,
            ErrorKind::Interrupted,
        ] {
            let text = text(kind);
            assert!(text.contains("writing `out/paths.parquet`"), "{text}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_full_device_is_recognised() {
        use std::io::Write;
        let path = Path::new("/dev/full");
        let Ok(mut file) = std::fs::OpenOptions::new().write(true).open(path) else {
            return;
        };
        let error = file.write_all(b"x").map_err(WriteError::at(path, "writing")).unwrap_err();
        assert!(matches!(error, WriteError::DiskFull { .. }), "{error}");
    }
}
