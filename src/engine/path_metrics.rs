//! The metrics of all paths: in memory if they are few, otherwise spooled to an unnamed temporary file and read back
//! metric by metric.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use ndarray::{Array2, ArrayView2, Axis, s};

/// Largest sample that stays in memory, bytes.
const IN_MEMORY: usize = 64 << 20;

/// Paths that are written to the file together.
const GROUP: usize = 16_384;

/// Size of a number, bytes.
const SIZE: usize = size_of::<f32>();

/// The metrics of all paths of a run, in single precision: a relative error of 6e-8 is far below any Monte Carlo error.
/// Files that are written during the run get the doubles.
#[derive(Debug)]
pub struct PathMetrics {
    paths: usize,
    /// One row per metric: all paths, or those not yet in the file.
    rows: Array2<f32>,
    spool: Option<Spool>,
    /// Where the paths that were spooled belong: first column and number, in the order in which they came.
    pieces: Vec<(usize, usize)>,
}

impl PathMetrics {
    /// Room for the metrics of that many paths.
    ///
    /// # Errors
    /// If they do not fit into memory and no temporary file can be made.
    pub(super) fn new(metrics: usize, paths: usize) -> io::Result<Self> {
        let fits = metrics.saturating_mul(paths) <= IN_MEMORY / SIZE;
        let spool = if fits { None } else { Some(Spool { file: Mutex::new(tempfile::tempfile()?), groups: 0 }) };
        let columns = if fits { paths } else { GROUP };
        Ok(Self { paths: 0, rows: Array2::zeros((metrics, columns)), spool, pieces: Vec::new() })
    }

    /// Metrics in memory: one row per metric, one column per path.
    pub fn of_rows(rows: Array2<f32>) -> Self {
        Self { paths: rows.ncols(), rows, spool: None, pieces: Vec::new() }
    }

    /// Appends finished paths: one row per metric, one column per path.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub(super) fn add(&mut self, paths: &ArrayView2<'_, f64>) -> io::Result<()> {
        let mut rest = *paths;
        while rest.ncols() > 0 {
            let filled = self.filled();
            let (now, later) = rest.split_at(Axis(1), rest.ncols().min(self.rows.ncols() - filled));
            let end = filled + now.ncols();
            self.rows.slice_mut(s![.., filled..end]).zip_mut_with(&now, |to, &from| *to = from as f32);
            self.paths += now.ncols();
            if let Some(spool) = self.spool.as_mut().filter(|_| end == GROUP) {
                spool.write(&self.rows)?;
            }
            rest = later;
        }
        Ok(())
    }

    /// Puts all paths in order once they are there: `pieces` are the first column and the number of the paths that came
    /// together, in the order in which they came.
    pub(super) fn put_in_order(&mut self, pieces: Vec<(usize, usize)>) {
        if pieces.is_sorted() {
            return;
        }
        if self.spool.is_some() {
            // The file stays as it is; its rows are put in order as they are read.
            self.pieces = pieces;
            return;
        }
        for mut row in self.rows.rows_mut() {
            let ordered = in_order(&row.iter().copied().take(self.paths).collect::<Vec<f32>>(), &pieces);
            row.iter_mut().zip(ordered).for_each(|(to, from)| *to = from);
        }
    }

    /// Paths that are in `rows` but not in the file.
    fn filled(&self) -> usize {
        self.paths - self.spool.as_ref().map_or(0, |spool| spool.groups * GROUP)
    }

    /// Number of metrics.
    pub fn metrics(&self) -> usize {
        self.rows.nrows()
    }

    /// Number of paths.
    pub fn paths(&self) -> usize {
        self.paths
    }

    /// The values of a metric, one per path, in the order of parameter draw and path.
    ///
    /// # Panics
    /// If there is no such metric, or the temporary file cannot be read.
    pub fn row(&self, metric: usize) -> Cow<'_, [f32]> {
        let here = self.rows.slice(s![metric, ..self.filled()]).to_slice().unwrap_or_default();
        match &self.spool {
            None => Cow::Borrowed(here),
            Some(spool) => {
                let mut row = Vec::with_capacity(self.paths);
                spool.read(metric, self.metrics(), &mut row).expect("a temporary file can be read back");
                row.extend_from_slice(here);
                Cow::Owned(if self.pieces.is_empty() { row } else { in_order(&row, &self.pieces) })
            }
        }
    }
}

/// Values of pieces in the order in which they came, each moved to its place.
fn in_order(came: &[f32], pieces: &[(usize, usize)]) -> Vec<f32> {
    let mut ordered = vec![0.0; came.len()];
    let mut start = 0;
    for &(first, count) in pieces {
        ordered[first..first + count].copy_from_slice(&came[start..start + count]);
        start += count;
    }
    ordered
}

/// Groups of paths in a file that vanishes when it is closed; each group has one row per metric.
#[derive(Debug)]
struct Spool {
    file: Mutex<File>,
    groups: usize,
}

impl Spool {
    fn write(&mut self, rows: &Array2<f32>) -> io::Result<()> {
        let bytes: Vec<u8> = rows.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(&bytes)?;
        self.groups += 1;
        Ok(())
    }

    fn read(&self, metric: usize, metrics: usize, into: &mut Vec<f32>) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; GROUP * SIZE];
        for group in 0..self.groups {
            file.seek(SeekFrom::Start(((group * metrics + metric) * GROUP * SIZE) as u64))?;
            file.read_exact(&mut bytes)?;
            into.extend(bytes.as_chunks::<SIZE>().0.iter().map(|&value| f32::from_le_bytes(value)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(metric: usize, path: usize) -> f64 {
        (metric * 1_000_000 + path) as f64
    }

    fn filled(mut sample: PathMetrics, paths: usize, chunk: usize) -> PathMetrics {
        for first in (0..paths).step_by(chunk) {
            let count = chunk.min(paths - first);
            let rows = Array2::from_shape_fn((sample.metrics(), count), |(metric, path)| value(metric, first + path));
            sample.add(&rows.view()).unwrap();
        }
        sample
    }

    #[test]
    fn a_sample_in_a_file_reads_as_one_in_memory() {
        let paths = 3 * GROUP + 777;
        let spool = Some(Spool { file: Mutex::new(tempfile::tempfile().unwrap()), groups: 0 });
        let sample =
            filled(PathMetrics { paths: 0, rows: Array2::zeros((3, GROUP)), spool, pieces: Vec::new() }, paths, 1000);
        let memory = filled(PathMetrics::new(3, paths).unwrap(), paths, 1024);
        assert!(memory.spool.is_none());
        for metric in 0..3 {
            assert_eq!(sample.row(metric), memory.row(metric));
            assert!((f64::from(sample.row(metric)[paths - 1]) - value(metric, paths - 1)).abs() < 1.0);
        }
    }

    #[test]
    fn paths_that_came_in_turn_are_put_in_order_in_memory_and_in_a_file() {
        // Two draws of 20,000 paths, 5,000 of each in turn; columns 0, 20,000, 5,000 and so on.
        let pieces: Vec<(usize, usize)> = (0..8).map(|at| (at % 2 * 20_000 + at / 2 * 5_000, 5_000)).collect();
        let came = |mut sample: PathMetrics| {
            for &(first, count) in &pieces {
                let rows = Array2::from_shape_fn((2, count), |(metric, path)| value(metric, first + path));
                sample.add(&rows.view()).unwrap();
            }
            sample.put_in_order(pieces.clone());
            sample
        };
        let spool = Some(Spool { file: Mutex::new(tempfile::tempfile().unwrap()), groups: 0 });
        let empty = PathMetrics { paths: 0, rows: Array2::zeros((2, GROUP)), spool, pieces: Vec::new() };
        let (file, memory) = (came(empty), came(PathMetrics::new(2, 50_000).unwrap()));
        for metric in 0..2 {
            let expected: Vec<f32> = (0..40_000).map(|path| value(metric, path) as f32).collect();
            assert_eq!(file.row(metric), expected);
            assert_eq!(memory.row(metric), expected);
        }
    }

    #[test]
    fn a_run_that_ends_early_has_the_paths_that_were_finished() {
        let sample = filled(PathMetrics::new(2, 5000).unwrap(), 2048, 1024);
        assert_eq!((sample.paths(), sample.row(1).len()), (2048, 2048));
    }
}
