//! What larger weights do to the gradient of wide sigmoid layers: by the scale, through one layer and through many.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::MeanField;

/// What larger weights do to the gradient of wide sigmoid layers
///
/// The weights have variance `scale / fan_in`, and there are no biases. Columns: `scale`; `variance` of the pre-activations where a signal
/// has settled; `chi`, the factor of the squared gradient in a layer there; `bound`, what that would be with the steepest slope in every
/// unit, `scale / 16`; and `left`, which is `chi` to the power of the number of layers. The summary has the same numbers for the scale
/// that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct SigmoidScales {
    /// The scale of the summary: the variance of the weights, times the fan-in.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "16.0")]
    pub scale: f64,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
}

/// The scales of the rows.
const SCALES: [f64; 25] = [
    0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0,
    70.0, 100.0, 150.0, 200.0, 300.0, 500.0, 700.0, 1000.0,
];

/// A change in a layer at which a signal has settled, relative to its variance. A layer leaves at most a seventh of a deviation, so
/// that what is missing is less than this.
const SETTLED: f64 = 1e-12;

/// More layers than a signal takes to settle, from any start of the size that it settles at.
const LAYERS: usize = 60;

impl Default for SigmoidScales {
    fn default() -> Self {
        without_options()
    }
}

/// Where a signal has settled, the variance and the factor of the squared gradient; and the bound of this factor.
struct AtRest {
    variance: f64,
    chi: f64,
    bound: f64,
}

impl AtRest {
    /// The mean square of a sigmoid is between a quarter and one half, so that the signal settles between these shares of the scale: it
    /// takes fewer layers to follow it from there than to look for it everywhere.
    fn of(scale: f64) -> Self {
        let layers = MeanField {
            activation: Activation::Sigmoid,
            weight: scale,
            bias: 0.0,
        };
        let mut variance = scale / 3.0;
        for _ in 0..LAYERS {
            let before = variance;
            variance = layers.step(before);
            if (variance - before).abs() <= SETTLED * variance {
                break;
            }
        }
        Self {
            variance,
            chi: layers.chi(variance),
            bound: layers.chi(0.0),
        }
    }

    /// These numbers, and what a number of layers leaves of the squared gradient.
    fn numbers(&self, depth: usize) -> [f64; 4] {
        let left = libm::pow(self.chi, depth as f64);
        [self.variance, self.chi, self.bound, left]
    }
}

const NUMBERS: [&str; 4] = ["variance", "chi", "bound", "left"];

impl Configuration for SigmoidScales {
    const NAME: &'static str = "sigmoid-scales";

    /// # Panics
    ///
    /// If the scale is not a positive finite number, or there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.scale > 0.0 && self.scale.is_finite(),
            "the scale must be positive and finite, but is {}",
            self.scale
        );
        assert!(
            self.depth > 0,
            "a gradient passes one layer or more, not {}",
            self.depth
        );
        let of = |scale: f64| AtRest::of(scale).numbers(self.depth);
        let rows = SCALES.iter().map(|scale| {
            let cells = of(*scale).map(Cell::from);
            std::iter::once(Cell::from(*scale)).chain(cells).collect()
        });
        let rows = rows.collect();
        let summary = NUMBERS.into_iter().zip(of(self.scale));
        let summary = summary.map(|(name, number)| (name.to_owned(), Cell::from(number)));
        let summary = summary.collect();
        progress(Progress { done: 1, total: 1 });
        let columns = ["scale"].into_iter().chain(NUMBERS);
        let columns: Vec<&str> = columns.collect();
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::super::LAB;
    use super::super::figures::sigmoid_scales::LEFT;
    use super::*;
    use crate::lab::drawn;
    use approx::assert_relative_eq;

    fn run(scale: f64, depth: usize) -> Table {
        SigmoidScales { scale, depth }.run(&mut |_| {})
    }

    #[test]
    fn a_signal_settles_at_the_fixed_point() {
        for scale in [0.1_f64, 1.0, 10.0, 103.0, 1000.0] {
            let layers = MeanField::with_gain(Activation::Sigmoid, scale.sqrt());
            let variance = layers.fixed_point().expect("a sigmoid saturates");
            let found = AtRest::of(scale);
            assert_relative_eq!(found.variance, variance, max_relative = 1e-11);
            assert_relative_eq!(found.chi, layers.chi(variance), max_relative = 1e-11);
            // So fast that what is missing in the end is less than the last change.
            assert!(layers.stability(variance) < 1.0 / 7.0);
        }
    }

    #[test]
    fn signals_of_any_scale_have_settled_before_the_last_layer() {
        for scale in [1e-300, 1e-6, 1e6, 1e300] {
            let AtRest { variance, .. } = AtRest::of(scale);
            let layers = MeanField {
                activation: Activation::Sigmoid,
                weight: scale,
                bias: 0.0,
            };
            assert_relative_eq!(layers.step(variance), variance, max_relative = 1e-11);
        }
    }

    #[test]
    fn the_factor_is_below_its_bound_and_crosses_one_near_103() {
        let table = run(16.0, 20);
        let [scale, chi, bound] = ["scale", "chi", "bound"].map(|column| table.numbers(column));
        for i in 0..scale.len() {
            assert!(chi[i] < bound[i]);
            assert_relative_eq!(bound[i], scale[i] / 16.0, max_relative = 1e-14);
            assert_eq!(chi[i] < 1.0, scale[i] <= 100.0);
        }
        assert!(AtRest::of(103.0).chi < 1.0 && AtRest::of(103.1).chi > 1.0);
        // LeCun's, as the claim has it; and where the bound is one.
        assert_relative_eq!(chi[6], 0.0557, epsilon = 5e-5);
        assert_relative_eq!(table.total("chi"), 0.3989, epsilon = 5e-5);
        assert_relative_eq!(table.total("bound"), 1.0);
    }

    #[test]
    fn layers_multiply() {
        for depth in [1, 2, 7_u8] {
            let table = run(50.0, depth.into());
            let [chi, left] = ["chi", "left"].map(|column| table.numbers(column));
            for (chi, left) in chi.iter().zip(left) {
                assert_relative_eq!(left, chi.powi(depth.into()), max_relative = 1e-13);
            }
            // It is one of the rows, too.
            assert_eq!(table.total("left"), table.numbers("left")[16]);
        }
    }

    #[test]
    fn every_setting_of_the_lab_is_drawn() {
        let [scales, depths] = LAB.controls else {
            panic!("two controls are moved");
        };
        for scale in scales.values {
            for depth in depths.values {
                for table in drawn(&LAB, &[*scale, *depth]) {
                    let [low, high] = LEFT;
                    let mut left = table.numbers("left").into_iter();
                    assert!(left.all(|left| (low..high).contains(&left)), "{depth}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "the scale must be positive and finite, but is inf")]
    fn an_infinite_scale_is_refused() {
        let _ = run(f64::INFINITY, 1);
    }

    #[test]
    #[should_panic(expected = "a gradient passes one layer or more, not 0")]
    fn no_layers_are_refused() {
        let _ = run(1.0, 0);
    }
}
