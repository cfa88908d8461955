//! Both routes to the probability of a rare event.

use super::event::Event;
use super::found::Rare;
use super::paths::Paths;
use crate::study::conduct::Conduct;
use crate::study::error::StudyError;
use crate::study::prepared::Prepared;

/// The probability of an event in words, such as `default openai by 2028-12`, by both routes. Interrupted after the first,
/// it has that alone.
///
/// # Errors
/// [`StudyError::Refused`] where the question is none, or the event is not rare or is never reached;
/// [`StudyError::Interrupted`] before there is anything to report.
pub fn rare(prepared: &Prepared, question: &str, conduct: Conduct<'_>) -> Result<Rare, StudyError> {
    let event = Event::read(question, prepared.world().clone()).map_err(StudyError::Refused)?;
    let paths = Paths::new(prepared, &event, conduct);
    let wanted = prepared.scenario().run.paths;
    let found = paths.search(wanted)?;
    let importance = paths.importance(&found, wanted)?;
    let splitting = paths.splitting(importance.of_paths.value());
    let interrupted = paths.is_interrupted();
    Ok(Rare { importance, splitting, draws: prepared.draws(), interrupted, event })
}
