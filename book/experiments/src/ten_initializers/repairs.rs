//! What each repair of the notebook changes.

use clap::Args;
use serde::Serialize;

use super::{Fault, Faults, TEN_INITIALIZERS, TenInitializers};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::probability::Moments;

/// What each repair of the notebook changes.
///
/// One initializer under the notebook's faults, repaired one after the other in the order of
/// [`Fault::ALL`].
///
/// Columns: `repaired` (how many of the five), `version` (what was repaired last), and root mean
/// squares: in the first epoch of the last pre-activation, `signal`, and of the gradient recorded for
/// the input of the second affine layer, `gradient`; in the last epoch of the same pre-activation, `later_signal`, and
/// of the gradient of the input, `later_gradient`; and `active`, the share of outputs then above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TenRepairs {
    /// The seed: of NumPy's legacy stream as written, of the streams once the laws are repaired.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value_t = TenInitializers::default().seed)]
    pub seed: u32,
    /// How many steps are taken, each after the signals were measured.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = TenInitializers::default().epochs)]
    pub epochs: usize,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = TenInitializers::default().width)]
    pub width: usize,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = TenInitializers::default().points)]
    pub points: usize,
    /// The initializer.
    #[arg(long, value_parser = one_of_ten, default_value = "he_normal")]
    pub initializer: &'static str,
}

impl Default for TenRepairs {
    fn default() -> Self {
        without_options()
    }
}

fn one_of_ten(text: &str) -> Result<&'static str, String> {
    let named = TEN_INITIALIZERS.into_iter().find(|name| *name == text);
    named.ok_or_else(|| format!("one of: {}", TEN_INITIALIZERS.join(", ")))
}

const VERSIONS: [&str; Fault::ALL.len() + 1] = [
    "as written",
    "the laws as named",
    "masks in copies",
    "a fresh output gradient",
    "fresh inputs",
    "a mean gradient",
];

impl TenRepairs {
    /// The run after this many repairs.
    fn repaired(&self, repairs: usize) -> TenInitializers {
        TenInitializers {
            faults: Fault::ALL[..repairs]
                .iter()
                .fold(Faults::AS_WRITTEN, |faults, fault| faults.without(*fault)),
            seed: self.seed,
            epochs: self.epochs,
            width: self.width,
            points: self.points,
        }
    }

    /// The five numbers after this many repairs.
    fn with(&self, repairs: usize) -> [f64; 5] {
        let run = self.repaired(repairs);
        let mut numbers = [0.0; 5];
        run.watch(&mut |_| {}, |name, epoch, seen| {
            if name != self.initializer {
                return;
            }
            let rms = |values: &ndarray::Array2<f64>| values.iter().collect::<Moments>().rms();
            let signal = rms(seen.forward[4]);
            if epoch == 0 {
                numbers[0] = signal;
                numbers[1] = rms(seen.backward[2]);
            }
            if epoch + 1 == run.epochs {
                let outputs = seen.forward[5];
                let active = outputs.iter().filter(|h| **h > 0.0).count();
                numbers[2] = signal;
                numbers[3] = rms(seen.backward[0]);
                numbers[4] = active as f64 / outputs.len() as f64;
            }
        });
        numbers
    }
}

impl Configuration for TenRepairs {
    const NAME: &'static str = "ten-repairs";

    fn numbers_in_memory(&self) -> f64 {
        VERSIONS.len() as f64 * self.repaired(0).numbers_in_memory()
    }

    /// # Panics
    ///
    /// As [`TenInitializers`]; if the initializer is none of the ten.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            TEN_INITIALIZERS.contains(&self.initializer),
            "{} is none of {TEN_INITIALIZERS:?}",
            self.initializer
        );
        let numbers: Vec<[f64; 5]> = parallel::map(0..VERSIONS.len(), |repairs| self.with(repairs));
        progress(Progress { done: 1, total: 1 });
        let rows = numbers.into_iter().zip(VERSIONS).enumerate();
        let rows = rows.map(|(repairs, (numbers, version))| {
            let mut row: Vec<Cell> = vec![repairs.into(), version.into()];
            row.extend(numbers.map(Cell::from));
            row
        });
        let columns = [
            "repaired",
            "version",
            "signal",
            "gradient",
            "later_signal",
            "later_gradient",
            "active",
        ];
        Table::of(self, &columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repair_changes_what_it_is_about_and_the_last_one_lets_the_net_learn() {
        let table = TenRepairs {
            epochs: 3,
            ..TenRepairs::default()
        }
        .run(&mut |_| {});
        let numbers = |column| table.numbers(column);
        let (signal, gradient) = (numbers("signal"), numbers("gradient"));
        assert!(signal[1] > 1000.0 * signal[0]);
        assert!(signal[1..].iter().all(|s| *s == signal[1]));
        assert!(gradient[2] > 1.1 * gradient[1] && gradient[2] == gradient[5]);
        let later = numbers("later_signal");
        assert!(later[3] > 10.0 * later[4]);
        assert_eq!(numbers("later_gradient")[..5], [0.0; 5]);
        assert!(numbers("later_gradient")[5] > 0.1 && numbers("active")[5] > 0.1);
        assert_eq!(numbers("active")[..5], [0.0; 5]);
    }

    #[test]
    #[should_panic(expected = "he is none of")]
    fn an_unknown_initializer_is_refused() {
        let _ = TenRepairs {
            initializer: "he",
            ..TenRepairs::default()
        }
        .run(&mut |_| {});
    }
}
