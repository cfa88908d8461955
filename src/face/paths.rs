//! The paths of a run, in a temporary file until the result has a folder.

#[cfg(feature = "parquet")]
pub(super) use kept::KeptPaths;
#[cfg(not(feature = "parquet"))]
pub(super) use none::KeptPaths;

#[cfg(feature = "parquet")]
mod kept {
    use std::fs;
    use std::path::Path;

    use tempfile::{NamedTempFile, TempPath};

    use crate::engine::Chunk;
    use crate::face::Error;
    use crate::report::output::{OutputDir, WriteError};
    use crate::report::summary::{PathFile, about};
    use crate::study::Prepared;

    /// A file with one row per path; gone with it unless it has been linked into a folder.
    #[derive(Debug)]
    pub(in crate::face) struct KeptPaths {
        place: TempPath,
        file: Option<PathFile>,
    }

    impl KeptPaths {
        /// An empty file in the folder `scratch`.
        pub(in crate::face) fn begin(prepared: &Prepared, scratch: Option<&Path>) -> Result<Self, Error> {
            let folder = scratch.map_or_else(std::env::temp_dir, Path::to_owned);
            let made = NamedTempFile::new_in(&folder)
                .map_err(|error| WriteError::new(&folder, "creating a file in", error))?;
            let place = made.into_temp_path();
            let timeline = prepared.world().timeline;
            let file =
                PathFile::create(place.to_path_buf(), prepared.catalogue(), timeline, &about(prepared.scenario()))?;
            Ok(Self { place, file: Some(file) })
        }

        /// Takes in finished paths.
        pub(in crate::face) fn add(&mut self, chunk: &Chunk) -> Result<(), WriteError> {
            self.file.as_mut().map_or(Ok(()), |file| file.add(chunk))
        }

        /// Ends the file.
        pub(in crate::face) fn finish(mut self) -> Result<Self, Error> {
            if let Some(file) = self.file.take() {
                file.finish()?;
            }
            Ok(self)
        }

        /// Puts it into a folder: as a link where the file system has links, else as a copy.
        pub(in crate::face) fn link(&self, folder: &OutputDir) -> Result<(), Error> {
            let to = folder.file(PathFile::NAME)?;
            if fs::hard_link(&self.place, &to).is_err() {
                fs::copy(&self.place, &to).map_err(|error| WriteError::new(&to, "writing", error))?;
            }
            Ok(())
        }
    }
}

#[cfg(not(feature = "parquet"))]
#[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same functions as with the feature")]
mod none {
    use std::path::Path;

    use crate::engine::Chunk;
    use crate::face::Error;
    use crate::report::output::OutputDir;
    use crate::study::Prepared;

    /// Without Parquet there is no table of paths.
    #[derive(Debug)]
    pub(in crate::face) struct KeptPaths;

    impl KeptPaths {
        pub(in crate::face) fn begin(_: &Prepared, _: Option<&Path>) -> Result<Self, Error> {
            Ok(Self)
        }

        pub(in crate::face) fn add(&mut self, _: &Chunk) -> Result<(), Error> {
            Ok(())
        }

        pub(in crate::face) fn finish(self) -> Result<Self, Error> {
            Ok(self)
        }

        pub(in crate::face) fn link(&self, _: &OutputDir) -> Result<(), Error> {
            Ok(())
        }
    }
}
