//! `Var(w) = variance`, whatever the fans.

use crate::initializer::kernel::Size;
use crate::initializer::{Entrywise, Fan, Fans, ParameterError, VarianceScaling};
use crate::probability::{BlockMut, Law, StreamRng};

/// Independent weights of one variance.
pub(super) struct GivenVariance {
    variance: f64,
    law: Law,
}

impl GivenVariance {
    pub(super) fn try_new(variance: f64, law: Law) -> Result<Self, ParameterError> {
        VarianceScaling::try_new(variance, Fan::In, law)?;
        Ok(Self { variance, law })
    }

    /// By way of the scale, so that the weights are those of the rule that has this variance here.
    fn std_dev(&self, fans: Fans) -> f64 {
        let fan_in = fans.of(Fan::In);
        let variance = self.variance * fan_in / fan_in;
        let variance = if variance.is_normal() {
            variance
        } else {
            self.variance
        };
        variance.sqrt()
    }
}

impl Entrywise for GivenVariance {
    fn needs_fans(&self) -> bool {
        false
    }

    fn size(&self, fans: Fans) -> Size {
        Size::of(self.law, self.std_dev(fans))
    }

    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        self.law.fill_block(self.std_dev(fans), block, rng);
    }
}
