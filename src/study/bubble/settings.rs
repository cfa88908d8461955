//! How a series or the market of simulated paths is tested.

use super::dating::Shape;
use crate::notation::{counted, thousands};
use crate::stats::{MOST_LAGS, fewest_observations};
use crate::study::StudyError;

/// Random walks that are simulated where nothing else is asked for.
const WALKS: u64 = 10_000;

/// With fewer random walks the critical value at 99 % has no interval.
const FEWEST_WALKS: u64 = 500;

/// More would say no more.
const MOST_WALKS: u64 = 10_000_000;

/// How to test for explosive growth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BubbleTest {
    /// The head of the column of values in a file; none: the only one beside the dates.
    pub column: Option<String>,
    /// Whether the logarithms of the values are tested.
    pub log: bool,
    /// Lagged differences in each regression, at most 6.
    pub lags: usize,
    /// Random walks behind the critical values, 500 to 10 million.
    pub walks: u64,
}

impl Default for BubbleTest {
    fn default() -> Self {
        Self { column: None, log: false, lags: 0, walks: WALKS }
    }
}

impl BubbleTest {
    /// Whether there is such a test.
    ///
    /// # Errors
    /// Where lags or walks are out of their range.
    pub fn check(&self) -> Result<(), StudyError> {
        if self.lags > MOST_LAGS {
            return Err(StudyError::Refused(format!("at most {MOST_LAGS} lags, not {}", self.lags)));
        }
        if !(FEWEST_WALKS..=MOST_WALKS).contains(&self.walks) {
            let [fewest, most, walks] = [FEWEST_WALKS, MOST_WALKS, self.walks].map(|count| thousands(count as f64));
            return Err(StudyError::Refused(format!("between {fewest} and {most} random walks, not {walks}")));
        }
        Ok(())
    }

    /// The shape of the paths of a run of so many months.
    ///
    /// # Errors
    /// Where these are too few.
    pub fn shape(&self, months: usize) -> Result<Shape, StudyError> {
        let fewest = fewest_observations(self.lags);
        if months < fewest {
            let with_lags = if self.lags > 0 { format!(" with {}", counted(self.lags, "lag")) } else { String::new() };
            let text =
                format!("the run has {}, and the test needs at least {fewest}{with_lags}", counted(months, "month"));
            return Err(StudyError::Refused(text));
        }
        Ok(Shape::of(months, self.lags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_test_is_refused_with_the_range() {
        let told = |test: BubbleTest| test.check().unwrap_err().to_string();
        assert_eq!(told(BubbleTest { lags: 7, ..BubbleTest::default() }), "at most 6 lags, not 7");
        let few = BubbleTest { walks: 10, ..BubbleTest::default() };
        assert_eq!(told(few), "between 500 and 10,000,000 random walks, not 10");
        let short = BubbleTest { lags: 1, ..BubbleTest::default() }.shape(12).unwrap_err().to_string();
        assert_eq!(short, "the run has 12 months, and the test needs at least 20 with 1 lag");
        assert!(BubbleTest::default().check().is_ok());
    }
}
