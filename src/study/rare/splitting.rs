//! The second route: splitting.

use super::found::Splitting;
use super::paths::{Paths, Task};
use crate::engine::{Lineage, Sampler};
use crate::simulate::simulate_some;
use crate::stats::rare::{Branch, split};
use crate::stats::{Moments, on_log_scale};

/// Independent replicates, and paths of each, at least; each has as many paths of every draw.
const REPLICATES: usize = 32;
const PATHS: usize = 256;
/// Paths of a task.
const TASK: usize = 256;

/// The path at a place of a replicate: its parameter draw and where its random numbers are.
#[derive(Clone)]
struct Place {
    draw: u32,
    lineage: Lineage,
}

impl Paths<'_> {
    /// The estimate, of an event whose probability is expected to be `about`; none if interrupted.
    pub(super) fn splitting(&self, about: f64) -> Option<Splitting> {
        let paths = PATHS.next_multiple_of(self.worlds.len());
        let rounds = (-about.log2()).max(0.0);
        let expected = self.done() + ((REPLICATES * paths) as f64 * (1.0 + 0.5 * rounds)) as u64;
        let mut places: Vec<Vec<Option<Place>>> = vec![vec![None; paths]; REPLICATES];
        let mut born = 0;
        let seed = self.seed("splitting", 0);
        let found = split((REPLICATES, paths), seed, |branches| {
            let next: Vec<Place> = branches
                .iter()
                .map(|branch| {
                    born += 1;
                    self.begin(branch, &places, born)
                })
                .collect();
            let levels = self.levels(&next, seed, expected);
            for (branch, place) in branches.iter().zip(next) {
                places[branch.replicate][branch.place] = Some(place);
            }
            levels
        })?;
        let estimates: Moments = found.estimates.iter().copied().collect();
        let missed = found.estimates.iter().filter(|estimate| **estimate == 0.0).count();
        let plain = estimates.estimate()?;
        let probability = if missed < REPLICATES { on_log_scale(plain, 0.0) } else { plain };
        let (paths, rounds) = (found.paths, found.rounds);
        Some(Splitting { probability, replicates: REPLICATES, missed, paths, rounds })
    }

    /// The path of a branch, whose own random numbers are those of the path `number`.
    fn begin(&self, branch: &Branch, places: &[Vec<Option<Place>>], number: u32) -> Place {
        let parent = branch.from.and_then(|(parent, from)| Some((places[branch.replicate][parent].as_ref()?, from)));
        match parent {
            Some((place, from)) => Place { draw: place.draw, lineage: place.lineage.branch(from as u32, number) },
            None => Place { draw: (branch.place % self.worlds.len()) as u32, lineage: Lineage::of(number) },
        }
    }

    /// The largest levels so far of some paths, by month, simulated together by draw.
    fn levels(&self, places: &[Place], seed: u64, expected: u64) -> Option<Vec<Vec<f64>>> {
        let mut of_draws: Vec<Vec<usize>> = vec![Vec::new(); self.worlds.len()];
        places.iter().enumerate().for_each(|(at, place)| of_draws[place.draw as usize].push(at));
        let groups: Vec<(u32, &[usize])> =
            (0..).zip(&of_draws).flat_map(|(draw, all)| all.chunks(TASK).map(move |some| (draw, some))).collect();
        // A task is a group, by its number, of as many paths.
        let tasks: Vec<Task> = (0..).zip(&groups).map(|(group, (_, some))| (group, 0..some.len() as u64)).collect();
        let taken = self.take(tasks, expected, |group, range| {
            let (draw, some) = groups[group as usize];
            let lineages: Vec<Lineage> = some.iter().map(|&at| places[at].lineage.clone()).collect();
            let sampler = Sampler::Spliced { lineages: &lineages, seed };
            let chunk = simulate_some(&self.worlds[draw as usize], sampler, draw, range);
            (0..some.len()).map(|at| self.event.levels(&chunk, at)).collect::<Vec<_>>()
        })?;
        let mut levels = vec![Vec::new(); places.len()];
        for ((_, some), of_group) in groups.iter().zip(taken) {
            some.iter().zip(of_group).for_each(|(&at, of_path)| levels[at] = of_path);
        }
        Some(levels)
    }
}
