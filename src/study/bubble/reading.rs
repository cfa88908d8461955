//! A series that the user brings: a file of comma-separated values with a date and a value in each line.

use std::ops::Range;
use std::sync::Arc;

use super::date::{Date, Spacing};
use super::settings::BubbleTest;
use crate::language::{Place, Problem, Problems, Text};
use crate::notation::{counted, thousands};
use crate::stats::fewest_observations;

/// Most observations: the regressions take time with the square of their number.
const MOST_OBSERVATIONS: usize = 3_000;

/// What a column of dates may be called; else it is the first.
const DATE_HEADS: [&str; 4] = ["date", "month", "period", "time"];

/// Values at equally spaced dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The head of the column of values.
    pub column: String,
    /// The dates, rising.
    pub dates: Vec<Date>,
    /// The values as written.
    pub values: Vec<f64>,
    /// The distance between dates.
    pub spacing: Spacing,
}

impl Series {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// Every problem with its line: a missing column, what is no date or no number, dates that repeat, go back or leave
    /// a gap, too few or too many observations, a constant series, with logarithms values that are not positive.
    pub fn read(file: &str, text: &str, test: &BubbleTest) -> Result<Self, Problems> {
        let mut reader = Reader { text, found: Vec::new() };
        let series = reader.columns(test).map(|columns| reader.rows(columns));
        let series = series.map(|(columns, rows)| reader.series(file, &columns, &rows, test));
        let is_refused = !reader.found.is_empty();
        match series {
            Some(series) if !is_refused => Ok(series),
            _ => {
                let text = Text { name: file.to_owned(), text: text.to_owned(), has_lines: true };
                let mut problems = Problems::new(vec![text], Arc::default());
                problems.add(reader.found);
                Err(problems)
            }
        }
    }

    /// What is tested: the values or their logarithms.
    pub fn tested(&self, log: bool) -> Vec<f64> {
        if log { self.values.iter().map(|value| value.ln()).collect() } else { self.values.clone() }
    }
}

/// Places and head of the columns that are read.
struct Columns {
    date: usize,
    value: usize,
    head: String,
}

/// An observation and the bytes of its line.
struct Row {
    line: Range<usize>,
    date: Date,
    value: f64,
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, problem: Problem, span: Range<usize>) {
        self.found.push(problem.at(&Place { text: 0, span }));
    }

    /// The columns by the first line.
    fn columns(&mut self, test: &BubbleTest) -> Option<Columns> {
        let heads: Vec<String> = match csv_reader(self.text).headers() {
            Ok(heads) => heads.iter().map(str::to_owned).collect(),
            Err(error) => {
                self.found.push(Problem::error("", format!("this is not comma-separated text: {error}")));
                return None;
            }
        };
        let first_line = 0..self.text.lines().next().map_or(0, str::len);
        if heads.len() < 2 {
            let problem = Problem::error("", "the first line names fewer than two columns")
                .expected("a head such as `date,price`, then a line such as `2024-01,101.5` for each observation")
                .help("columns are separated by commas");
            self.wrong(problem, first_line);
            return None;
        }
        let is_date = |head: &String| DATE_HEADS.contains(&head.to_lowercase().as_str());
        let date = heads.iter().position(is_date).unwrap_or(0);
        let others: Vec<usize> = (0..heads.len()).filter(|&at| at != date).collect();
        let value = match &test.column {
            Some(name) => others.iter().copied().find(|&at| heads[at] == *name),
            None => Some(others[0]).filter(|_| others.len() == 1),
        };
        let Some(value) = value else {
            let names = others.iter().map(|&at| heads[at].as_str());
            let problem = match &test.column {
                Some(name) => Problem::error("", format!("there is no column `{name}`")).among(name, names),
                None => Problem::error("", "several columns could be the values")
                    .among("", names)
                    .help("--column NAME chooses"),
            };
            self.wrong(problem, first_line);
            return None;
        };
        Some(Columns { date, value, head: heads[value].clone() })
    }

    /// The observations, in the order of the file.
    fn rows(&mut self, columns: Columns) -> (Columns, Vec<Row>) {
        let text = self.text;
        let mut rows = Vec::new();
        for record in csv_reader(text).into_records() {
            match record {
                Ok(record) => rows.extend(self.row(&record, &columns)),
                Err(error) => self.found.push(Problem::error("", format!("this is not comma-separated text: {error}"))),
            }
        }
        (columns, rows)
    }

    fn row(&mut self, record: &csv::StringRecord, columns: &Columns) -> Option<Row> {
        let line = line_from(self.text, record.position().map_or(0, |position| position.byte() as usize));
        let [date, value] = [columns.date, columns.value].map(|at| record.get(at).unwrap_or(""));
        let known = Date::parse(date);
        if known.is_none() {
            let problem = Problem::error("", "this is no date").found(format!("`{date}`"));
            self.wrong(problem.expected("2024-03, 2024-03-29, 2024-Q1 or 2024"), line.clone());
        }
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            let problem = Problem::error("", format!("column `{}` has no number here", columns.head))
                .found(format!("`{value}`"))
                .expected("a finite number such as 101.5")
                .help("a test over all windows needs every observation; use the longest stretch without gaps");
            self.wrong(problem, line.clone());
        }
        Some(Row { line, date: known?, value: number? })
    }

    /// The series, with the problems of its rows together.
    fn series(&mut self, file: &str, columns: &Columns, rows: &[Row], test: &BubbleTest) -> Series {
        self.check_order(rows);
        let spacing = Spacing::of(&rows.iter().map(|row| row.date).collect::<Vec<_>>());
        self.check_gaps(rows, spacing);
        self.check_values(rows, test);
        Series {
            file: file.to_owned(),
            text: self.text.to_owned(),
            column: columns.head.clone(),
            dates: rows.iter().map(|row| row.date).collect(),
            values: rows.iter().map(|row| row.value).collect(),
            spacing,
        }
    }

    fn check_order(&mut self, rows: &[Row]) {
        for pair in rows.windows(2) {
            let (before, after) = (pair[0].date, pair[1].date);
            let problem = match after.cmp(&before) {
                std::cmp::Ordering::Greater => continue,
                std::cmp::Ordering::Equal => Problem::error("", format!("{after} has two values")),
                std::cmp::Ordering::Less => Problem::error("", format!("{after} comes after {before}"))
                    .help("sort the lines by date, the oldest first"),
            };
            self.wrong(problem, pair[1].line.clone());
        }
    }

    fn check_gaps(&mut self, rows: &[Row], spacing: Spacing) {
        for pair in rows.windows(2) {
            let (before, after) = (pair[0].date, pair[1].date);
            if before < after && !spacing.allows(before, after) {
                let problem = Problem::error("", format!("no observation between {before} and {after}"))
                    .found(format!("a gap, where observations are {spacing}"))
                    .help("a test over all windows needs every observation; use the longest stretch without gaps");
                self.wrong(problem, pair[1].line.clone());
            }
        }
    }

    fn check_values(&mut self, rows: &[Row], test: &BubbleTest) {
        let (count, fewest) = (rows.len(), fewest_observations(test.lags));
        if count < fewest {
            let with_lags = if test.lags > 0 { format!(" with {}", counted(test.lags, "lag")) } else { String::new() };
            let problem = Problem::error("", "the series is too short for windows of it to be compared")
                .found(counted(count, "observation"))
                .expected(format!("at least {fewest}{with_lags}; a hundred or more to find anything"));
            self.found.push(problem.help("use a longer history, or observations that are closer together"));
        }
        if count > MOST_OBSERVATIONS {
            let problem = Problem::error("", "the series is too long: its windows grow with the square of its length")
                .found(format!("{} observations", thousands(count as f64)))
                .expected(format!("at most {}", thousands(MOST_OBSERVATIONS as f64)));
            self.found.push(problem.help("use weekly or monthly observations, or a part of the series"));
        }
        let is_constant = rows.windows(2).all(|pair| pair[0].value.total_cmp(&pair[1].value).is_eq());
        if count > 1 && is_constant {
            self.found.push(Problem::error("", "all values are the same: there is nothing to test"));
        }
        for row in rows.iter().filter(|row| test.log && row.value <= 0.0) {
            let problem = Problem::error("", "this value has no logarithm").found(format!("`{}`", row.value));
            let help = "without --log the values themselves are tested";
            self.wrong(problem.expected("a positive number").help(help), row.line.clone());
        }
    }
}

/// The bytes of the first line from here on that is neither empty nor a remark.
fn line_from(text: &str, start: usize) -> Range<usize> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let written = line.trim_end();
        if !written.is_empty() && !written.starts_with('#') {
            return at..at + written.len();
        }
        at += line.len();
    }
    at..at
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monthly(count: usize) -> String {
        let line = |t: usize| format!("{}-{:02},{}\n", 2000 + t / 12, t % 12 + 1, 100 + (t * 7) % 11);
        "date,price\n".to_owned() + &(0..count).map(line).collect::<String>()
    }

    fn problems(text: &str, test: &BubbleTest) -> String {
        Series::read("s.csv", text, test).unwrap_err().to_string()
    }

    #[test]
    fn a_date_and_a_value_a_line_are_a_series() {
        let series = Series::read("s.csv", &monthly(40), &BubbleTest::default()).unwrap();
        assert_eq!((series.column.as_str(), series.values.len(), series.values[2] as u64), ("price", 40, 103));
        assert_eq!((series.dates[13].to_string(), series.spacing), ("2001-02".to_owned(), Spacing::Months(1)));
    }

    #[test]
    fn all_problems_of_a_file_are_told_at_once_with_their_lines() {
        let mut lines: Vec<String> = monthly(40).lines().map(str::to_owned).collect();
        lines[3] = "2000-03,n/a".to_owned();
        lines[5] = "2000-04,1".to_owned();
        lines[9] = "yesterday,4".to_owned();
        lines[20] = "2001-06,4".to_owned();
        let told = problems(&lines.join("\n"), &BubbleTest::default());
        for expected in [
            "s.csv:4:1: error: column `price` has no number here\n  found: `n/a`",
            "s.csv:6:1: error: 2000-04 has two values",
            "s.csv:10:1: error: this is no date\n  found: `yesterday`",
            "s.csv:21:1: error: 2001-06 comes after 2001-07",
            "no observation between 2000-02 and 2000-04",
        ] {
            assert!(told.contains(expected), "{expected}\n\n{told}");
        }
    }

    #[test]
    fn remarks_and_empty_lines_shift_no_line_number() {
        let text = monthly(40).replace("2000-03,", "# a remark\r\n\r\n2000-03,x");
        let told = problems(&text, &BubbleTest::default());
        assert!(told.starts_with("s.csv:6:1: error: column `price` has no number here"), "{told}");
    }

    #[test]
    fn a_column_is_chosen_by_its_head() {
        let text = monthly(40).replace("date,price", "Date,open,close").replace(",10", ",7,10").replace(",11", ",7,11");
        let of = |column: &str| BubbleTest { column: Some(column.to_owned()), ..BubbleTest::default() };
        assert_eq!(Series::read("s.csv", &text, &of("close")).unwrap().values[2] as u64, 103);
        let told = problems(&text, &of("clsoe"));
        assert!(told.contains("there is no column `clsoe`") && told.contains("did you mean `close`?"), "{told}");
        assert!(problems(&text, &BubbleTest::default()).contains("--column NAME"));
        assert!(problems("2000-01;7\n2000-02;8\n", &BubbleTest::default()).contains("separated by commas"));
        assert!(problems("", &BubbleTest::default()).contains("fewer than two columns"));
    }

    #[test]
    fn short_long_and_constant_series_are_refused() {
        assert!(problems(&monthly(17), &BubbleTest::default()).contains("17 observations\n  expected: at least 18"));
        let lagged = BubbleTest { lags: 2, ..BubbleTest::default() };
        assert!(problems(&monthly(18), &lagged).contains("with 2 lags"));
        let text = monthly(40);
        let constant = text.lines().map(|line| line.split(',').next().unwrap().to_owned() + ",5\n");
        let told = problems(&constant.collect::<String>().replace("date,5", "date,price"), &BubbleTest::default());
        assert!(told.contains("all values are the same"), "{told}");
        assert!(problems(&monthly(3_001), &BubbleTest::default()).contains("at most 3,000"));
    }

    #[test]
    fn a_logarithm_needs_positive_values() {
        let text = monthly(40).replace("2001-01,", "2001-01,-");
        let log = BubbleTest { log: true, ..BubbleTest::default() };
        assert!(problems(&text, &log).contains("s.csv:14:1: error: this value has no logarithm"));
        assert!(Series::read("s.csv", &text, &BubbleTest::default()).is_ok());
    }
}
