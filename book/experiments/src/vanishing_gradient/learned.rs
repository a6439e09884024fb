//! The nets of the spiral after their last step. Two runs of the book ask for the same, which take a tenth of the time of all
//! experiments, so the second takes what the first has left in this process.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::training::Training;
use super::{GradientOver, SpiralNets, VanishingGradient};
use crate::Progress;
use crate::shared::data::Spiral;
use unit_variance::network::Network;

/// The spiral, and the two nets after all steps on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learned {
    pub(super) spiral: Spiral,
    /// With the sigmoid, and with the ReLU.
    pub(super) networks: [Network; 2],
}

impl Learned {
    pub(super) fn of(spiral: &Spiral, nets: &[Training; 2]) -> Self {
        Self {
            spiral: spiral.clone(),
            networks: nets.each_ref().map(|net| net.network().clone()),
        }
    }
}

/// Nets, once they have learned. Who asks for nets that are learning waits for them.
type Slot = Arc<OnceLock<Learned>>;

static SLOTS: Mutex<Vec<(SpiralNets, Slot)>> = Mutex::new(Vec::new());

/// The place of these nets.
pub(super) fn slot(nets: SpiralNets) -> Slot {
    let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, slot)) = slots.iter().find(|(known, _)| *known == nets) {
        return Arc::clone(slot);
    }
    let slot = Slot::default();
    slots.push((nets, Arc::clone(&slot)));
    slot
}

/// These nets after all steps: those that a run has left, or else they learn now.
///
/// # Panics
///
/// As [`VanishingGradient::train`].
pub(super) fn learned(nets: SpiralNets, progress: &mut dyn FnMut(Progress)) -> Learned {
    // Nothing on the way is of interest.
    let learning = VanishingGradient {
        nets,
        every: nets.steps,
        gradient_over: GradientOver::Entries,
    };
    let learn = || {
        let (spiral, nets) = learning.train(progress);
        Learned::of(&spiral, &nets)
    };
    slot(nets).get_or_init(learn).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Configuration;

    const NETS: SpiralNets = SpiralNets {
        seed: 77,
        steps: 30,
        width: 5,
        points: 6,
        weights: unit_variance::initializer::Named::Normal { std_dev: 0.1 },
    };

    #[test]
    fn nets_that_have_learned_do_not_learn_again() {
        let mut reports = 0;
        let mut count = |_| reports += 1;
        let first = learned(NETS, &mut count);
        assert_eq!(learned(NETS, &mut count), first);
        assert_eq!(reports, 1, "the second time nothing learns");
    }

    #[test]
    fn a_run_that_looks_at_its_nets_leaves_what_nets_become_alone() {
        let nets = SpiralNets { seed: 78, ..NETS };
        let looked_at = VanishingGradient {
            nets,
            every: 1,
            gradient_over: GradientOver::RowsPlusColumns,
        };
        let table = looked_at.run(&mut |_| {});
        let left = slot(nets)
            .get()
            .cloned()
            .expect("the run has left its nets");
        let alone = VanishingGradient {
            every: nets.steps,
            ..looked_at
        };
        let (spiral, trained) = alone.train(&mut |_| {});
        assert_eq!(left, Learned::of(&spiral, &trained));
        // A second run has to look at them again.
        assert_eq!(looked_at.run(&mut |_| {}), table);
    }
}
