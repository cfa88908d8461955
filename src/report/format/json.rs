//! JSON: what overrides changed, if they did; the columns with their units and meanings; then one record per row.
//!
//! ```json
//! {"table": "summary",
//!  "columns": [{"name": "value", "unit": "USD bn", "meaning": "…", "kind": "number"}],
//!  "records": [{"value": 118.2}]}
//! ```
//!
//! There is one record per line, so two files can be compared by line.
//! What is absent is `null`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use super::{About, Column, Data, Format, OVERRIDDEN, Table};
use crate::report::output::WriteError;

/// The format.
pub const FORMAT: Format = Format { ending: "json", save };

/// Writes `table` to the new file `path`; `about` may say what overrides changed.
///
/// # Errors
///
/// If the file cannot be created or written.
pub fn save(table: &Table, path: &Path, about: &About) -> Result<(), WriteError> {
    let file = File::create(path).map_err(WriteError::at(path, "creating"))?;
    let overridden = about.get(OVERRIDDEN).map(String::as_str);
    write_headed(table, overridden, BufWriter::new(file)).map_err(WriteError::at(path, "writing"))
}

/// Writes `table` to `out` and flushes it.
///
/// # Errors
///
/// If `out` fails.
pub fn write<W: Write>(table: &Table, out: W) -> io::Result<()> {
    write_headed(table, None, out)
}

fn write_headed<W: Write>(table: &Table, overridden: Option<&str>, mut out: W) -> io::Result<()> {
    writeln!(out, "{{\n\"table\": {},", json!(table.name()))?;
    if let Some(overridden) = overridden {
        writeln!(out, "\"overridden\": {},", json!(overridden))?;
    }
    write!(out, "\"columns\": [")?;
    lines(&mut out, table.columns().iter().map(Heading))?;
    write!(out, "],\n\"records\": [")?;
    lines(&mut out, (0..table.rows()).map(|row| Record { columns: table.columns(), row }))?;
    writeln!(out, "]\n}}")?;
    out.flush()
}

/// What [`write()`] writes, as a text.
///
/// # Errors
///
/// As [`write()`]; memory gives none of its own.
pub fn text(table: &Table) -> io::Result<String> {
    let mut out = Vec::new();
    write(table, &mut out)?;
    String::from_utf8(out).map_err(io::Error::other)
}

/// An object with one list, one item per line: `{"figures": [...]}`.
///
/// # Errors
///
/// If an item cannot be JSON.
pub fn list<T: Serialize>(name: &str, items: &[T]) -> io::Result<String> {
    let mut out = Vec::new();
    write!(out, "{{\"{name}\": [")?;
    lines(&mut out, items.iter())?;
    writeln!(out, "]}}")?;
    String::from_utf8(out).map_err(io::Error::other)
}

fn lines<W: Write, T: Serialize>(out: &mut W, items: impl Iterator<Item = T>) -> io::Result<()> {
    let mut before = "\n";
    for item in items {
        out.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut *out, &item)?;
        before = ",\n";
    }
    out.write_all(b"\n")
}

struct Heading<'a>(&'a Column);

impl Serialize for Heading<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("name", &self.0.name)?;
        map.serialize_entry("unit", &self.0.unit)?;
        map.serialize_entry("meaning", &self.0.meaning)?;
        map.serialize_entry("kind", self.0.data.kind())?;
        map.end()
    }
}

struct Record<'a> {
    columns: &'a [Column],
    row: usize,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for Column { name, data, .. } in self.columns {
            match data {
                Data::Number(v) => map.serialize_entry(name, &v[self.row])?,
                Data::Maybe(v) => map.serialize_entry(name, &v[self.row])?,
                Data::Integer(v) => map.serialize_entry(name, &v[self.row])?,
                Data::MaybeInteger(v) => map.serialize_entry(name, &v[self.row])?,
                Data::Text(v) => map.serialize_entry(name, &v[self.row])?,
                Data::Flag(v) => map.serialize_entry(name, &v[self.row])?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::sample;
    use super::*;

    #[test]
    fn every_kind_of_column_has_its_form() {
        insta::assert_snapshot!(text(&sample()).unwrap(), @r#"
        {
        "table": "sample",
        "columns": [
        {"name":"path","unit":"","meaning":"number of the path","kind":"integer"},
        {"name":"burst","unit":"month","meaning":"month of the burst; absent if there was none","kind":"integer or absent"},
        {"name":"cash","unit":"USD bn","meaning":"cash at the end","kind":"number"},
        {"name":"endurance","unit":"months","meaning":"months survived; absent if never tested","kind":"number or absent"},
        {"name":"lab","unit":"","meaning":"who","kind":"text"},
        {"name":"default","unit":"","meaning":"whether it failed","kind":"flag"}
        ],
        "records": [
        {"path":0,"burst":3,"cash":0.1,"endurance":null,"lab":"acme","default":true},
        {"path":1,"burst":null,"cash":-2.5e-8,"endurance":7.0,"lab":"a \"b\", c","default":false},
        {"path":-2,"burst":0,"cash":1e+21,"endurance":0.3333333333333333,"lab":"Ä\n<&>","default":false}
        ]
        }
        "#);
    }

    #[test]
    fn what_was_written_is_json_with_all_rows() {
        let value: serde_json::Value = serde_json::from_str(&text(&sample()).unwrap()).unwrap();
        assert_eq!(value["records"].as_array().unwrap().len(), 3);
        assert_eq!(value["records"][2]["lab"], "Ä\n<&>");
        assert_eq!(value["records"][0]["endurance"], serde_json::Value::Null);
    }

    #[test]
    fn a_table_without_rows_is_still_json() {
        let table = Table::new("none", vec![]).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text(&table).unwrap()).unwrap();
        assert_eq!(value["records"], json!([]));
    }
}
