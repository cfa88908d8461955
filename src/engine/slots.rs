//! Slots: every random number that a model asks for, by name, and the numbers of a block of paths.

use crate::lanes::{Lanes, rows};
use crate::random::StreamId;

/// One standard normal per month: a process of docs/model.md, section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NormalSlot(usize);

/// One uniform per month: whether an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UniformSlot(usize);

/// One uniform per path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnceSlot(usize);

/// One gamma-distributed number of whole months per path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelaySlot(usize);

/// A named process and the process it is correlated with.
#[derive(Clone, Debug)]
pub struct NormalStream {
    /// Its name.
    pub name: String,
    /// Its stream.
    pub stream: StreamId,
    /// Slot of the process it is correlated with, and their correlation in [-1, 1].
    pub parent: Option<(usize, f64)>,
}

/// A named delay.
#[derive(Clone, Debug)]
pub struct DelayStream {
    /// Its name.
    pub name: String,
    /// Its stream.
    pub stream: StreamId,
    /// Mean, months.
    pub mean: f64,
    /// Coefficient of variation: standard deviation over mean.
    pub cv: f64,
}

/// Every random number that a model asks for. A stream is keyed by its name, so a new slot leaves the numbers of all
/// others as they are.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Monthly normals.
    pub normals: Vec<NormalStream>,
    /// Monthly uniforms: name and stream.
    pub uniforms: Vec<(String, StreamId)>,
    /// Uniforms drawn once per path: name and stream.
    pub once: Vec<(String, StreamId)>,
    /// Delays, drawn once per path.
    pub delays: Vec<DelayStream>,
    /// Normals, parents before children.
    order: Vec<usize>,
}

impl Slots {
    /// Adds a monthly normal.
    pub fn normal(&mut self, name: impl Into<String>) -> NormalSlot {
        let name = name.into();
        self.order.push(self.normals.len());
        self.normals.push(NormalStream { stream: StreamId::of(&name), name, parent: None });
        NormalSlot(self.normals.len() - 1)
    }

    /// Adds a monthly uniform.
    pub fn uniform(&mut self, name: impl Into<String>) -> UniformSlot {
        let name = name.into();
        self.uniforms.push((name.clone(), StreamId::of(&name)));
        UniformSlot(self.uniforms.len() - 1)
    }

    /// Adds a uniform that is drawn once per path.
    pub fn once(&mut self, name: impl Into<String>) -> OnceSlot {
        let name = name.into();
        self.once.push((name.clone(), StreamId::of(&name)));
        OnceSlot(self.once.len() - 1)
    }

    /// Adds a delay: gamma distributed with this mean (months) and coefficient of variation, drawn once per path.
    pub fn delay(&mut self, name: impl Into<String>, mean: f64, cv: f64) -> DelaySlot {
        let name = name.into();
        self.delays.push(DelayStream { stream: StreamId::of(&name), name, mean, cv });
        DelaySlot(self.delays.len() - 1)
    }

    /// Correlates the normal named `child` with the one named `parent`.
    ///
    /// # Panics
    /// If there is no normal of that name, or if the parents form a cycle; the checks of a scenario refuse both.
    pub fn correlate(&mut self, child: &str, parent: &str, correlation: f64) {
        let find = |name: &str| {
            let slot = self.normals.iter().position(|normal| normal.name == name);
            slot.unwrap_or_else(|| panic!("there is no process `{name}`"))
        };
        let (child, parent) = (find(child), find(parent));
        self.normals[child].parent = Some((parent, correlation));
        let depth = |mut slot: usize| {
            let mut depth = 0;
            while let Some((parent, _)) = self.normals[slot].parent {
                depth += 1;
                assert!(depth <= self.normals.len(), "correlation parents form a cycle");
                slot = parent;
            }
            depth
        };
        let mut order: Vec<usize> = (0..self.normals.len()).collect();
        order.sort_by_key(|&slot| depth(slot));
        self.order = order;
    }

    /// Normals with a parent, parents first: child, parent, correlation `rho`, and `sqrt(1 - rho^2)`.
    pub fn correlated(&self) -> impl Iterator<Item = (usize, usize, f64, f64)> + '_ {
        self.order.iter().filter_map(|&child| {
            let (parent, rho) = self.normals[child].parent?;
            Some((child, parent, rho, (1.0 - rho * rho).sqrt()))
        })
    }

    /// Two names whose stream ids collide, if there are any: their random numbers would be the same.
    pub fn collision(&self) -> Option<(&str, &str)> {
        let mut streams: Vec<(StreamId, &str)> = self
            .normals
            .iter()
            .map(|normal| (normal.stream, normal.name.as_str()))
            .chain(self.uniforms.iter().map(|(name, stream)| (*stream, name.as_str())))
            .chain(self.once.iter().map(|(name, stream)| (*stream, name.as_str())))
            .chain(self.delays.iter().map(|delay| (delay.stream, delay.name.as_str())))
            .collect();
        streams.sort();
        streams.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1))
    }
}

/// The random numbers of `B` paths: those drawn once per path, and those of the current month.
#[derive(Clone, Debug)]
pub struct Innovations<const B: usize> {
    /// Correlated standard normals of the month, by slot.
    pub normals: Vec<Lanes<B>>,
    /// Uniforms of the month, by slot.
    pub uniforms: Vec<Lanes<B>>,
    /// Uniforms of the path, by slot.
    pub once: Vec<Lanes<B>>,
    /// Delays of the path, by slot, whole months.
    pub delays: Vec<Lanes<B>>,
}

impl<const B: usize> Innovations<B> {
    /// Room for the numbers of these slots.
    pub fn new(slots: &Slots) -> Self {
        Self {
            normals: rows(slots.normals.len()),
            uniforms: rows(slots.uniforms.len()),
            once: rows(slots.once.len()),
            delays: rows(slots.delays.len()),
        }
    }

    /// This month's standard normal of a process.
    #[inline(always)]
    pub fn normal(&self, slot: NormalSlot) -> &Lanes<B> {
        &self.normals[slot.0]
    }

    /// This month's uniform of an event, which happens if the uniform is below its probability.
    #[inline(always)]
    pub fn uniform(&self, slot: UniformSlot) -> &Lanes<B> {
        &self.uniforms[slot.0]
    }

    /// The path's uniform of an event.
    #[inline(always)]
    pub fn once(&self, slot: OnceSlot) -> &Lanes<B> {
        &self.once[slot.0]
    }

    /// The path's delay, whole months.
    #[inline(always)]
    pub fn delay(&self, slot: DelaySlot) -> &Lanes<B> {
        &self.delays[slot.0]
    }

    /// Turns independent normals into correlated ones, parents first.
    #[inline(always)]
    pub fn correlate(&mut self, slots: &Slots) {
        for (child, parent, rho, own) in slots.correlated() {
            let common = self.normals[parent];
            self.normals[child].update(|i, z| rho.mul_add(common[i], own * z));
        }
    }
}
