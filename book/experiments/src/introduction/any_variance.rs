//! The introduction's networks, with weights of any variance.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use ndarray::{Array1, Array2, array};
use serde::Serialize;

use crate::shared::deep_signal::{Data, DeepSignal, POINTS};
use crate::shared::parallel;
use crate::shared::scaled_signal::ScaledSignal;
use crate::shared::weights::over_fan_in;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The rms of the signal, layer by layer, in ReLU networks whose weights have variance `scale / n`, for matrices of `n` inputs.
///
/// The networks and their thousand inputs are those of `ensemble` from seed 0 on. A ReLU network without biases answers `x` with `|x|`
/// times its answer to the sign of `x`: so two inputs, one of each sign, stand for the thousand. Another variance multiplies its signal by
/// one factor a layer, and so the networks are drawn once. But for rounding the sizes are those that `ensemble` prints.
///
/// Columns: `layer`, 0 for the input; `expected`, `(scale / 2)^(layer / 2)`, the root of the expected mean square behind an input of one;
/// and a column a network, named after its seed. Summary: of the sizes behind the last layer, that of the `first` network, the `least`
/// and the `most`, how many are `below` the expected one, and, if all are positive and finite, how many times the least the most is (`apart`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct AnyVariance {
    /// How many networks are drawn, from seed 0 on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "12")]
    pub networks: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The variance of the weights, times the number of a matrix's inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = scale, default_value = "1.5")]
    pub scale: f64,
}

/// A variance over the fan-in that weights of any width can have.
fn scale(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(scale) if (1e-100..=1e100).contains(&scale) => Ok(scale),
        _ => Err("a number from 1e-100 to 1e100"),
    }
}

impl Default for AnyVariance {
    fn default() -> Self {
        without_options()
    }
}

/// The variance, times the fan-in, with which the networks are drawn: what another one makes of them is a factor.
const DRAWN: f64 = 2.0;

/// `log2` of the rms of the signal in every layer of each network, the input first.
type Sizes = Arc<Vec<Vec<f64>>>;

/// Networks that were drawn: their number, depth and width.
struct Drawn {
    shape: (u32, usize, usize),
    sizes: Sizes,
}

/// Those that were drawn last: who moves the variance need not wait until they are drawn again.
static KEPT: Mutex<Option<Drawn>> = Mutex::new(None);

impl AnyVariance {
    /// The networks with weights of variance `DRAWN / n`.
    fn networks(&self) -> Sizes {
        let shape = (self.networks, self.depth, self.width);
        // Not locked while the networks are drawn, by several threads.
        let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = kept().as_ref().filter(|drawn| drawn.shape == shape) {
            return Arc::clone(&drawn.sizes);
        }
        let sizes = Arc::new(parallel::map(0..self.networks, |seed| self.signal(seed)));
        *kept() = Some(Drawn {
            shape,
            sizes: Arc::clone(&sizes),
        });
        sizes
    }

    /// Of the network of this seed.
    fn signal(&self, seed: u32) -> Vec<f64> {
        let network = DeepSignal {
            seed,
            depth: self.depth,
            width: self.width,
            weights: over_fan_in(DRAWN),
            data: Data::Fresh,
        };
        let (hidden, inputs) = network.draw();
        let mut signal = ScaledSignal::new(one_of_each_sign(&inputs));
        let mut sizes = vec![signal.log2_rms()];
        for layer in &hidden.layers {
            signal = signal.through(layer);
            sizes.push(signal.log2_rms());
        }
        sizes
    }

    /// The rms behind so many layers of a network, of which this is `log2` as it was drawn: `inf` above the range of `f64`, and 0 below it.
    fn rms(&self, layer: usize, drawn: f64) -> f64 {
        libm::exp2(drawn + layer as f64 / 2.0 * libm::log2(self.scale / DRAWN))
    }

    /// The root of the expected mean square behind so many layers.
    fn expected(&self, layer: usize) -> f64 {
        libm::pow(self.scale / 2.0, layer as f64 / 2.0)
    }
}

/// Two inputs with the mean square of these, in which each sign has the share that it has among these.
fn one_of_each_sign(inputs: &Array1<f64>) -> Array2<f64> {
    let size = |is_of_sign: fn(f64) -> bool| {
        let of_sign = inputs.iter().filter(|x| is_of_sign(**x));
        let squares: f64 = of_sign.map(|x| x * x).sum();
        (2.0 * squares / inputs.len() as f64).sqrt()
    };
    array![[size(|x| x > 0.0)], [-size(|x| x < 0.0)]]
}

impl Configuration for AnyVariance {
    const NAME: &'static str = "any-variance";

    fn constants() -> Vec<(String, Cell)> {
        vec![("points".into(), POINTS.into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        // As many networks as there are threads are in memory at a time.
        let threads = parallel::threads().min(self.networks as usize);
        threads as f64 * option::weights(self.depth, self.width)
            + f64::from(self.networks) * self.depth as f64
    }

    /// # Panics
    ///
    /// If there are no networks, no layers, no units in one, or the scale is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(self.networks > 0, "there are no networks");
        assert!(
            self.scale > 0.0 && self.scale.is_finite(),
            "the scale must be positive and finite, but is {}",
            self.scale
        );
        let rms = |sizes: &Vec<f64>| {
            let layers = sizes.iter().enumerate();
            layers.map(|(l, drawn)| self.rms(l, *drawn)).collect()
        };
        let networks: Vec<Vec<f64>> = self.networks().iter().map(rms).collect();
        progress(Progress { done: 1, total: 1 });
        let rows = (0..=self.depth).map(|layer| {
            [Cell::from(layer), self.expected(layer).into()]
                .into_iter()
                .chain(networks.iter().map(|signal| signal[layer].into()))
                .collect()
        });
        let columns: Vec<String> = ["layer", "expected"]
            .map(str::to_owned)
            .into_iter()
            .chain((0..self.networks).map(|seed| format!("seed {seed}")))
            .collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();

        let ends: Vec<f64> = networks.iter().map(|signal| signal[self.depth]).collect();
        let least = ends.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ends.iter().copied().fold(0.0, f64::max);
        let expected = self.expected(self.depth);
        let below = ends.iter().filter(|end| **end < expected).count();
        let summary = [
            ("first", Cell::from(ends[0])),
            ("least", least.into()),
            ("most", most.into()),
            ("below", below.into()),
        ];
        let is_comparable = least > 0.0 && most.is_finite();
        let apart = is_comparable.then(|| ("apart", Cell::from(most / least)));
        let summary = summary.into_iter().chain(apart);
        Table::of(self, &columns, rows.collect()).with_summary(
            summary
                .map(|(name, cell)| (name.to_owned(), cell))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::LAB;
    use super::super::figures::any_variance::SIZES;
    use super::*;
    use crate::lab::drawn;
    use crate::shared::Ensemble;
    use approx::assert_relative_eq;

    fn run(values: AnyVariance) -> Table {
        values.run(&mut |_| {})
    }

    #[test]
    fn two_inputs_stand_for_a_thousand() {
        for (scale, width) in [(0.5, 20), (1.5, 20), (2.0, 8), (4.0, 20)] {
            let few = run(AnyVariance {
                networks: 3,
                depth: 12,
                width,
                scale,
            });
            let all = Ensemble {
                networks: 3,
                depth: 12,
                width,
                weights: over_fan_in(scale),
                ..Ensemble::default()
            };
            let all = all.run(&mut |_| {});
            for seed in ["seed 0", "seed 1", "seed 2"] {
                for (few, all) in few.numbers(seed).iter().zip(all.numbers(seed)) {
                    assert_relative_eq!(*few, all, max_relative = 1e-12);
                }
            }
        }
    }

    #[test]
    fn inputs_of_one_sign_leave_nothing_to_the_other() {
        let one = one_of_each_sign(&array![3.0, 4.0]);
        assert_eq!(one, array![[5.0], [0.0]]);
        let both = one_of_each_sign(&array![1.0, -2.0, 0.0, 2.0]);
        let expected = array![[2.5_f64.sqrt()], [-2_f64.sqrt()]];
        assert_eq!(both, expected);
    }

    #[test]
    fn the_expected_size_is_one_for_he_and_halves_in_two_layers_of_half_the_scale() {
        let expected = |scale| {
            let table = run(AnyVariance {
                networks: 1,
                depth: 4,
                width: 3,
                scale,
            });
            table.numbers("expected")
        };
        assert_eq!(expected(2.0), [1.0; 5]);
        let half = expected(1.0);
        assert_eq!([half[0], half[2], half[4]], [1.0, 0.5, 0.25]);
    }

    #[test]
    fn sizes_that_leave_the_range_of_numbers_are_none() {
        for (scale, end) in [(1e-100, 0.0), (1e100, f64::INFINITY)] {
            let table = run(AnyVariance {
                networks: 2,
                depth: 30,
                width: 20,
                scale,
            });
            assert_eq!(table.total("first"), end);
            assert!(table.summary.iter().all(|(name, _)| name != "apart"));
        }
    }

    #[test]
    fn a_scale_out_of_range_is_no_option() {
        for text in ["0", "-1", "1e-101", "1e101", "inf", "NaN", "two"] {
            assert_eq!(scale(text), Err("a number from 1e-100 to 1e100"), "{text}");
        }
        assert_eq!(["1e-100", "1e100"].map(scale), [Ok(1e-100), Ok(1e100)]);
    }

    #[test]
    #[should_panic(expected = "the scale must be positive and finite, but is NaN")]
    fn a_scale_that_is_no_number_is_refused() {
        let _ = run(AnyVariance {
            scale: f64::NAN,
            ..AnyVariance::default()
        });
    }

    #[test]
    fn the_summary_is_of_the_last_layer() {
        let table = run(AnyVariance {
            networks: 5,
            depth: 6,
            width: 10,
            ..AnyVariance::default()
        });
        let ends: Vec<f64> = (0..5)
            .map(|seed| table.numbers(&format!("seed {seed}"))[6])
            .collect();
        assert_relative_eq!(table.total("first"), ends[0]);
        let (least, most) = (table.total("least"), table.total("most"));
        assert!(ends.contains(&least) && ends.contains(&most));
        assert!(ends.iter().all(|end| (least..=most).contains(end)));
        assert_relative_eq!(table.total("apart"), most / least);
    }

    #[test]
    fn dead_networks_are_not_compared() {
        let table = run(AnyVariance {
            networks: 6,
            depth: 60,
            width: 1,
            ..AnyVariance::default()
        });
        assert_relative_eq!(table.total("most"), 0.0);
        assert!(table.summary.iter().all(|(name, _)| name != "apart"));
    }

    #[test]
    fn every_setting_of_the_lab_is_drawn_on_one_axis() {
        let [scales] = LAB.controls else {
            panic!("one variance is moved");
        };
        for scale in scales.values {
            for table in drawn(&LAB, &[*scale]) {
                let [low, high] = SIZES;
                let networks = (0..12).flat_map(|seed| table.numbers(&format!("seed {seed}")));
                let mut all = networks.chain(table.numbers("expected"));
                assert!(all.all(|rms| (low..high).contains(&rms)), "{scale}");
            }
        }
    }
}
