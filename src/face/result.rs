//! Methods common to all results: their tables, page and folder.

use crate::report::page::Block;

/// A page of text: blocks of lines within the requested width, as far as its tables allow.
pub type Page = Vec<Block>;

/// Gives a result, which has a `deliverable`, its tables and its folder; with a sentence for its documentation, also its
/// `table` as JSON; with a method, its own way to write.
macro_rules! result {
    ($name:ident, $json:literal $(, $put:ident)?) => {
        $crate::face::result::result!($name $(, $put)?);

        impl $name {
            #[doc = $json]
            ///
            /// # Errors
            /// If a number does not fit the table.
            pub fn json(&self) -> Result<String, $crate::face::Error> {
                $crate::report::format::json::text(&self.table()?)
                    .map_err($crate::face::Error::io("making the JSON"))
            }
        }
    };
    ($name:ident) => {
        $crate::face::result::result!($name, put);

        impl $name {
            fn put(
                &self,
                deliverable: $crate::report::output::Deliverable,
                folder: $crate::report::output::OutputDir,
            ) -> Result<$crate::report::output::Written, $crate::face::Error> {
                Ok(deliverable.write(folder)?)
            }
        }
    };
    ($name:ident, $put:ident) => {
        impl $name {
            /// The tables, in the order of their files.
            ///
            /// # Errors
            /// If a number does not fit its table, which is a fault of the program.
            pub fn tables(&self) -> Result<Vec<$crate::report::format::Table>, $crate::face::Error> {
                Ok(self.deliverable()?.tables.into_iter().map(|filed| filed.table).collect())
            }

            /// Writes tables, figures and record into a folder, which appears whole or not at all. An older result in it
            /// is replaced; anything else in it is left alone, with an error.
            ///
            /// # Errors
            /// If the folder holds anything that no run wrote, or a file cannot be written.
            pub fn write(
                &self,
                folder: impl AsRef<std::path::Path>,
            ) -> Result<$crate::report::output::Written, $crate::face::Error> {
                self.write_into($crate::report::output::OutputDir::create(folder.as_ref())?)
            }

            /// As `write`, into a folder that has been opened.
            ///
            /// # Errors
            /// If a file cannot be written.
            pub fn write_into(
                &self,
                folder: $crate::report::output::OutputDir,
            ) -> Result<$crate::report::output::Written, $crate::face::Error> {
                self.$put(self.deliverable()?, folder)
            }
        }
    };
}

/// The file of the page, at the width at which it is written.
pub(super) const REPORT: &str = "report.txt";

/// The file of the answers to questions with a precision, beside the report.
pub(super) const PRECISION: &str = "precision.txt";

pub(super) use result;
