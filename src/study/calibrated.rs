//! The volatilities that meet the default probabilities of a scenario, as a result of their own (docs/model.md, 8.1).

use super::calibration::{Calibrator, standard_error};
use super::conduct::Conduct;
use super::error::StudyError;
use super::kept_calibration::text;
use super::prepared::worlds;
use crate::resolve::{Calibration, target};
use crate::scenario::{Entity, Scenario};

/// A volatility solved from a default probability.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The entity.
    pub entity: String,
    /// Physical five-year default probability, on average over the draws.
    pub target: f64,
    /// Annual volatility of its core assets, on average over the draws.
    pub volatility: f64,
    /// Lower end of its 95 % interval, from the error of the paths of the calibration.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The volatilities of the base of a scenario, solved anew.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// The base.
    pub base: Scenario,
    /// Those of its entities.
    pub solved: Vec<Solved>,
    /// The content of the file that keeps them.
    pub text: String,
}

/// Solves the volatilities of the base of a scenario.
///
/// # Errors
/// [`StudyError::Refused`] where nothing is calibrated, problems where no volatility meets a target, and those of a run.
pub fn calibrated(scenario: &Scenario, conduct: Conduct<'_>) -> Result<Calibrated, StudyError> {
    let base = scenario.base()?;
    let calibration = Calibrator::new(true).of(&base, conduct)?;
    let solved = solved(&base, &calibration)?;
    if solved.is_empty() {
        let text = "no volatility is calibrated: no entity with `assets` has `pd5` in place of `asset_volatility`";
        return Err(StudyError::Refused(text.to_owned()));
    }
    let text = text(&base, calibration).map_err(|error| StudyError::Store(error.into()))?;
    Ok(Calibrated { base, solved, text })
}

fn solved(base: &Scenario, calibration: &Calibration) -> Result<Vec<Solved>, StudyError> {
    let worlds = worlds(base, false, calibration.clone())?;
    let draws = 0..worlds.draws();
    let one = |entity: &Entity| {
        let targets: Option<Vec<f64>> = draws.clone().map(|draw| target(entity, &worlds.values(draw))).collect();
        let targets = targets?;
        let mean = |of: &dyn Fn(f64) -> Option<f64>| {
            let sum: Option<f64> = targets.iter().map(|&target| of(target)).sum();
            Some(sum? / targets.len() as f64)
        };
        let target = mean(&Some)?;
        let off = 1.96 * standard_error(target);
        let at = |shift: f64| mean(&|target| calibration.volatility(&entity.name, (target + shift).clamp(0.0, 1.0)));
        let (volatility, low, high) = (at(0.0)?, at(-off)?, at(off)?);
        Some(Solved { entity: entity.name.clone(), target, volatility, low, high })
    };
    Ok(base.entities.iter().filter_map(one).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::kept_calibration::{kept, place, unused};
    use super::*;
    use crate::engine::Interrupt;
    use crate::scenario::load;

    fn solved_anew(scenario: &Scenario) -> Calibrated {
        let interrupt = Interrupt::new();
        calibrated(scenario, Conduct { threads: 0, interrupt: &interrupt, progress: &|_| () }).unwrap()
    }

    /// A scenario whose calibration takes a moment.
    const SMALL: &str = "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[run]\npaths = 100\n[lab.a]\ncash = \"1B USD\"\n\
                         revenue.target = { 2026 = \"1B USD\", 2031 = \"2B USD\" }\n[entity.cloud]\n\
                         assets = \"100B USD\"\nbarrier = \"50B USD\"\npd5 = \"10%\"\n";

    #[test]
    fn a_kept_calibration_is_read_only_for_its_values_and_where_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("small.toml");
        fs::write(&file, SMALL).unwrap();
        let scenario = load(&file, &[]).unwrap();
        let (found, beside) = (solved_anew(&scenario), place(&scenario).unwrap());
        assert!(kept(&scenario).is_none() && unused(&scenario).is_none());
        fs::write(&beside, &found.text).unwrap();
        let known = kept(&scenario).unwrap();
        assert_eq!(known.volatility("cloud", 0.1).map(f64::to_bits), Some(found.solved[0].volatility.to_bits()));
        let Solved { volatility, low, high, .. } = found.solved[0];
        assert!(low < volatility && volatility < high);
        // A variant has no file of its own; the base of its own values does not change.
        assert_eq!(place(&scenario.set(["entity.cloud.pd5=20%"]).unwrap()), None);
        for (text, of) in [
            (SMALL.replace("10%", "11%"), found.text.clone()),
            (SMALL.to_owned(), found.text.replace(env!("CARGO_PKG_VERSION"), "0.0.0")),
            (SMALL.to_owned(), found.text.replace("\"part\": 1.0", "\"part\": 0.0")),
            (SMALL.to_owned(), found.text[..100].to_owned()),
        ] {
            fs::write(&file, text).unwrap();
            fs::write(&beside, of).unwrap();
            let scenario = load(&file, &[]).unwrap();
            assert!(kept(&scenario).is_none());
            assert!(unused(&scenario).unwrap().help.unwrap().contains("ouro calibrate"));
        }
    }

    #[test]
    fn the_kept_calibrations_of_the_bundled_scenarios_are_those_that_are_found() {
        for name in ["teaching", "openai-2025-12", "openai-2026-06"] {
            let scenario = load(Path::new(&format!("scenarios/{name}.toml")), &[]).unwrap();
            let (beside, found) = (place(&scenario).unwrap(), solved_anew(&scenario));
            if std::env::var_os("OURO_BLESS").is_some() {
                fs::write(&beside, &found.text).unwrap();
            }
            assert!(
                fs::read_to_string(&beside).is_ok_and(|text| text == found.text),
                "{name}: `ouro calibrate` it again"
            );
        }
    }
}
