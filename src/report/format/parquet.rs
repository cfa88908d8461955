//! Parquet: typed columns, compressed, one row group after the other.
//!
//! Readable by pandas, polars, pyarrow and `DuckDB`. The file's key-value metadata
//! carries `unit.<column>` and `meaning.<column>` for every column, and
//! whatever the caller adds: scenario digest, seed, version.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::record::Field;
use ::parquet::schema::types::{ColumnPath, Type};

use super::{About, Column, Data, Format, Table};
use crate::report::output::WriteError;

/// The format.
pub const FORMAT: Format = Format { ending: "parquet", save };

/// A file that grows by one row group for each table written to it.
///
/// Nothing but the current table is held in memory, so the memory does not
/// grow with the rows. Tables of 10,000 to 1,000,000 rows compress and read
/// well; tiny ones waste space.
///
/// ```no_run
/// # use std::{collections::BTreeMap, path::Path};
/// # use ouroborisk::report::format::{Column, Data, Table, parquet::ParquetSink};
/// # use ouroborisk::report::output::WriteError;
/// # fn main() -> Result<(), WriteError> {
/// let column = |cash| Column::new("cash", "USD", "cash at the end", Data::Number(cash));
/// let about = BTreeMap::from([("seed".to_string(), "1".to_string())]);
/// let mut sink = ParquetSink::create(Path::new("paths.parquet"), &[column(vec![])], &about)?;
/// sink.write(&Table::new("paths", vec![column(vec![1.0, 2.0])]).expect("lengths agree"))?;
/// sink.finish()
/// # }
/// ```
pub struct ParquetSink {
    path: PathBuf,
    kinds: Vec<(String, &'static str)>,
    writer: SerializedFileWriter<File>,
}

impl ParquetSink {
    /// Opens the new file `path` for tables with these columns (their values
    /// are not looked at) and these metadata.
    ///
    /// # Errors
    ///
    /// If the file cannot be created or written.
    pub fn create(path: &Path, columns: &[Column], metadata: &About) -> Result<Self, WriteError> {
        let file = File::create(path).map_err(WriteError::at(path, "creating"))?;
        let writer = schema(columns)
            .and_then(|schema| {
                let properties = Arc::new(properties(columns, metadata));
                SerializedFileWriter::new(file, Arc::new(schema), properties)
            })
            .map_err(failure(path))?;
        Ok(Self { path: path.to_owned(), kinds: kinds(columns), writer })
    }

    /// Appends the rows of `table` as one row group; no rows, no group.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    ///
    /// # Panics
    ///
    /// If the columns of `table` differ in name, order or kind from those the
    /// file was opened with.
    pub fn write(&mut self, table: &Table) -> Result<(), WriteError> {
        let columns = table.columns();
        assert_eq!(kinds(columns), self.kinds, "every table of a file has the file's columns");
        if table.rows() == 0 {
            return Ok(());
        }
        append(&mut self.writer, columns.iter().map(|column| Cow::Borrowed(&column.data))).map_err(failure(&self.path))
    }

    /// Appends rows of which the columns are made one by one as one row group; no rows, no group.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write_columns(&mut self, columns: impl Iterator<Item = Data>) -> Result<(), WriteError> {
        let mut columns = columns.peekable();
        if columns.peek().is_none_or(Data::is_empty) {
            return Ok(());
        }
        append(&mut self.writer, columns.map(Cow::Owned)).map_err(failure(&self.path))
    }

    /// Writes the file's footer; without it the file cannot be read.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn finish(self) -> Result<(), WriteError> {
        self.writer.close().map(drop).map_err(failure(&self.path))
    }
}

/// Writes `table` as a whole to the new file `path`.
///
/// # Errors
///
/// If the file cannot be created or written.
pub fn save(table: &Table, path: &Path, metadata: &About) -> Result<(), WriteError> {
    let mut sink = ParquetSink::create(path, table.columns(), metadata)?;
    sink.write(table)?;
    sink.finish()
}

fn kinds(columns: &[Column]) -> Vec<(String, &'static str)> {
    columns.iter().map(|c| (c.name.clone(), c.data.kind())).collect()
}

fn schema(columns: &[Column]) -> Result<Type, ParquetError> {
    let fields = columns.iter().map(|c| field(c).map(Arc::new));
    Type::group_type_builder("table").with_fields(fields.collect::<Result<_, _>>()?).build()
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, repetition, logical) = match column.data {
        Data::Number(_) => (Physical::DOUBLE, Repetition::REQUIRED, None),
        Data::Maybe(_) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
        Data::Integer(_) => (Physical::INT64, Repetition::REQUIRED, None),
        Data::MaybeInteger(_) => (Physical::INT64, Repetition::OPTIONAL, None),
        Data::Text(_) => (Physical::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String)),
        Data::Flag(_) => (Physical::BOOLEAN, Repetition::REQUIRED, None),
    };
    Type::primitive_type_builder(&column.name, physical).with_repetition(repetition).with_logical_type(logical).build()
}

/// Dictionaries only for words: doubles rarely repeat, and counters are
/// smallest as differences. Snappy is what every reader knows; zstd, a tenth
/// smaller, is a C library that takes as long to build as parquet itself.
fn properties(columns: &[Column], metadata: &About) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(concat!("ouroborisk ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(key_values(columns, metadata)));
    for column in columns {
        let path = ColumnPath::from(column.name.as_str());
        let words = matches!(column.data, Data::Text(_));
        properties = properties.set_column_dictionary_enabled(path.clone(), words);
        if matches!(column.data, Data::Integer(_) | Data::MaybeInteger(_)) {
            properties = properties.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

fn key_values(columns: &[Column], metadata: &About) -> Vec<KeyValue> {
    let own = metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let described = columns.iter().flat_map(|Column { name, unit, meaning, .. }| {
        [KeyValue::new(format!("unit.{name}"), unit.clone()), KeyValue::new(format!("meaning.{name}"), meaning.clone())]
    });
    own.chain(described).collect()
}

fn append<'a>(
    writer: &mut SerializedFileWriter<File>,
    mut columns: impl Iterator<Item = Cow<'a, Data>>,
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    while let Some(mut chunk) = group.next_column()? {
        if let Some(data) = columns.next() {
            fill(&mut chunk, &data)?;
        }
        chunk.close()?;
    }
    group.close().map(drop)
}

fn fill(chunk: &mut SerializedColumnWriter<'_>, data: &Data) -> Result<(), ParquetError> {
    match data {
        Data::Number(values) => batch::<DoubleType>(chunk, values, None),
        Data::Integer(values) => batch::<Int64Type>(chunk, values, None),
        Data::Flag(values) => batch::<BoolType>(chunk, values, None),
        Data::Text(values) => {
            let bytes: Vec<ByteArray> = values.iter().map(|v| v.as_str().into()).collect();
            batch::<ByteArrayType>(chunk, &bytes, None)
        }
        Data::Maybe(values) => optional::<DoubleType>(chunk, values),
        Data::MaybeInteger(values) => optional::<Int64Type>(chunk, values),
    }
}

fn optional<T: DataType>(chunk: &mut SerializedColumnWriter<'_>, values: &[Option<T::T>]) -> Result<(), ParquetError> {
    let present: Vec<T::T> = values.iter().flatten().cloned().collect();
    let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
    batch::<T>(chunk, &present, Some(&levels))
}

fn batch<T: DataType>(
    chunk: &mut SerializedColumnWriter<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    chunk.typed::<T>().write_batch(values, levels, None).map(drop)
}

fn failure(path: &Path) -> impl Fn(ParquetError) -> WriteError {
    move |error| {
        let source = match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => *source,
                Err(inner) => io::Error::other(inner),
            },
            other => io::Error::other(other),
        };
        WriteError::new(path, "writing", source)
    }
}

/// The columns of numbers of a file, by name; absent numbers are none.
///
/// # Errors
///
/// If the file cannot be read.
pub fn numbers(path: &Path) -> Result<BTreeMap<String, Vec<Option<f64>>>, WriteError> {
    let reading = |error: ParquetError| WriteError::new(path, "reading", io::Error::other(error));
    let file = File::open(path).map_err(WriteError::at(path, "reading"))?;
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in SerializedFileReader::new(file).map_err(reading)?.get_row_iter(None).map_err(reading)? {
        for (name, field) in row.map_err(reading)?.get_column_iter() {
            let number = match field {
                Field::Double(value) => Some(*value),
                Field::Long(value) => Some(*value as f64),
                Field::Null => None,
                _ => continue,
            };
            columns.entry(name.clone()).or_default().push(number);
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use ::parquet::record::{Row, RowAccessor};

    use super::super::sample;
    use super::*;
    use crate::report::output::scratch;

    fn about() -> About {
        About::from([("seed".to_owned(), "42".to_owned())])
    }

    fn rows(path: &Path) -> (SerializedFileReader<File>, Vec<Row>) {
        let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
        let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        (reader, rows)
    }

    #[test]
    fn what_was_written_reads_back_with_the_same_bits() {
        let dir = scratch("parquet-round-trip");
        let path = dir.join("t.parquet");
        let table = sample();
        save(&table, &path, &about()).unwrap();
        let (_, rows) = rows(&path);
        let bursts = Data::MaybeInteger(rows.iter().map(|r| r.get_long(1).ok()).collect());
        let numbers = Data::Number(rows.iter().map(|r| r.get_double(2).unwrap()).collect());
        let maybe = Data::Maybe(rows.iter().map(|r| r.get_double(3).ok()).collect());
        let paths = Data::Integer(rows.iter().map(|r| r.get_long(0).unwrap()).collect());
        let labs = Data::Text(rows.iter().map(|r| r.get_string(4).unwrap().clone()).collect());
        let flags = Data::Flag(rows.iter().map(|r| r.get_bool(5).unwrap()).collect());
        for (column, read) in table.columns().iter().zip([paths, bursts, numbers, maybe, labs, flags]) {
            assert_eq!(column.data, read, "{}", column.name);
        }
    }

    #[test]
    fn the_numbers_of_a_file_are_read_by_column() {
        let dir = scratch("parquet-numbers");
        let path = dir.join("t.parquet");
        save(&sample(), &path, &about()).unwrap();
        let columns = numbers(&path).unwrap();
        assert_eq!(columns.keys().collect::<Vec<_>>(), ["burst", "cash", "endurance", "path"]);
        assert_eq!(columns["burst"], [Some(3.0), None, Some(0.0)]);
        assert_eq!(columns["cash"], [Some(0.1), Some(-2.5e-8), Some(1e21)]);
    }

    #[test]
    fn every_table_is_a_row_group_and_an_empty_one_is_none() {
        let dir = scratch("parquet-groups");
        let path = dir.join("t.parquet");
        let table = sample();
        let mut sink = ParquetSink::create(&path, table.columns(), &about()).unwrap();
        sink.write(&table).unwrap();
        let none = Column::new("path", "", "", Data::Integer(vec![]));
        let mut empty: Vec<Column> = table.columns().to_vec();
        empty[0] = none;
        for column in &mut empty[1..] {
            column.data = match column.data {
                Data::Number(_) => Data::Number(vec![]),
                Data::Maybe(_) => Data::Maybe(vec![]),
                Data::MaybeInteger(_) => Data::MaybeInteger(vec![]),
                Data::Text(_) => Data::Text(vec![]),
                _ => Data::Flag(vec![]),
            };
        }
        sink.write(&Table::new("sample", empty).unwrap()).unwrap();
        sink.write(&table).unwrap();
        sink.finish().unwrap();
        let (reader, rows) = rows(&path);
        assert_eq!((reader.num_row_groups(), rows.len()), (2, 6));
    }

    #[test]
    fn units_meanings_and_the_callers_metadata_are_in_the_file() {
        let dir = scratch("parquet-metadata");
        let path = dir.join("t.parquet");
        save(&sample(), &path, &about()).unwrap();
        let (reader, _) = rows(&path);
        let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
        let value = |key: &str| pairs.iter().find(|p| p.key == key).and_then(|p| p.value.clone());
        assert_eq!(value("seed").as_deref(), Some("42"));
        assert_eq!(value("unit.cash").as_deref(), Some("USD bn"));
        assert_eq!(value("meaning.endurance").as_deref(), Some("months survived; absent if never tested"));
    }

    #[test]
    #[should_panic(expected = "every table of a file has the file's columns")]
    fn a_table_with_other_columns_is_a_mistake_of_ours() {
        let dir = scratch("parquet-columns");
        let path = dir.join("t.parquet");
        let mut sink = ParquetSink::create(&path, &[], &about()).unwrap();
        let _ = sink.write(&sample());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_recognised_through_the_library() {
        let path = Path::new("/dev/full");
        if path.exists() {
            let error = save(&sample(), path, &about()).unwrap_err();
            assert!(matches!(error, WriteError::DiskFull { .. }), "{error}");
        }
    }
}
