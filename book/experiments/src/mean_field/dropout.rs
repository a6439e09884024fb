//! What dropout does to the depth scale.

use clap::Args;
use serde::Serialize;

use super::limits::{not_followed, resting};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::{Dropout, MeanField, depth_scale};

/// Two passes of one input under dropout: the correlation to which they tend, and how fast
///
/// in wide layers whose weights are smaller by the probability of keeping a unit, so that dropout leaves the variance as it is. Columns:
/// `keep`, `variance` (at which the layers rest, 1 if each is kept), `correlation`, `chi_c` and `xi_c`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct DropoutScales {
    /// The activation.
    #[arg(long, value_parser = option::activation, default_value_t = Activation::Relu)]
    #[serde(serialize_with = "option::shown")]
    pub activation: Activation,
    /// The probability with which a unit is kept, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::probability, default_value = "0.99,0.9,0.8,0.5")]
    #[serde(serialize_with = "option::joined")]
    pub keep: Vec<f64>,
    /// The variance of the weights without dropout, over the fan-in.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "2.0")]
    pub weight_variance: f64,
    /// The variance of the biases.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "0.0")]
    pub bias_variance: f64,
}

impl Default for DropoutScales {
    fn default() -> Self {
        without_options()
    }
}

impl DropoutScales {
    /// The layers without dropout.
    const fn without(&self) -> MeanField {
        MeanField {
            activation: self.activation,
            weight: self.weight_variance,
            bias: self.bias_variance,
        }
    }
}

impl Configuration for DropoutScales {
    const NAME: &'static str = "dropout-scales";

    fn refusal(&self) -> Option<String> {
        not_followed([self.weight_variance, self.bias_variance].iter())
            .or_else(|| resting(self.without()).err())
    }

    /// # Panics
    ///
    /// If the layers rest nowhere without dropout.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let without = self.without();
        let variance = resting(without).unwrap_or_else(|why| panic!("{why}"));
        let rows = self.keep.iter().map(|keep| {
            let layers = MeanField {
                weight: keep * self.weight_variance,
                ..without
            };
            let dropout = Dropout {
                layers,
                keep: *keep,
            };
            let correlation = dropout.correlation_fixed_point(variance);
            let chi = layers.chi_of_pair(variance, correlation);
            [*keep, variance, correlation, chi, depth_scale(chi)]
                .map(Cell::from)
                .into()
        });
        let rows = rows.collect();
        progress(Progress { done: 1, total: 1 });
        let columns = ["keep", "variance", "correlation", "chi_c", "xi_c"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_scales_are_those_of_the_reference() {
        let scales = DropoutScales::default().run(&mut |_| {}).numbers("xi_c");
        for (ours, theirs) in scales.iter().zip([
            6.153_327_327_46,
            2.274_034_321_88,
            1.553_794_935_26,
            0.796_313_591_556,
        ]) {
            assert_relative_eq!(*ours, theirs, max_relative = 1e-9);
        }
    }
}
