//! What batch normalization multiplies a squared gradient by, in each layer of a wide network.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Activation;
use unit_variance::theory::{BatchNormOfBatch, batch_norm_factor};

/// The factor of a squared gradient in a wide layer with batch normalization before the activation.
///
/// Columns: `activation`, `batch` (0 for a large one) and `factor`: `E φ'² / Var φ` for a large batch, and its closed form for a batch of
/// finite size, which the identity, the ReLU and leaky `ReLU`s have.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct BatchNormFactor {
    /// Activations, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::activation, default_value = "relu")]
    #[serde(serialize_with = "option::joined")]
    pub activation: Vec<Activation>,
    /// Sizes of the batch, with commas; 0 for a large one.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = batch, default_value = "0")]
    #[serde(serialize_with = "option::joined")]
    pub batch: Vec<u64>,
}

/// Three inputs or less have an infinite mean: `E 1/χ²` of two degrees of freedom, or less.
fn batch(text: &str) -> Result<u64, &'static str> {
    match text.parse() {
        Ok(batch) if batch == 0 || batch > 3 => Ok(batch),
        Ok(_) => {
            Err("0 for a large batch, or 4 inputs or more (below that the factor is infinite)")
        }
        Err(_) => Err("a whole number: 0 for a large batch, or 4 or more"),
    }
}

impl Default for BatchNormFactor {
    fn default() -> Self {
        without_options()
    }
}

impl BatchNormFactor {
    /// The factor, or why there is none.
    fn factor(activation: Activation, batch: u64) -> Result<f64, String> {
        if let Activation::LeakyRelu { slope } = activation
            && !(slope * slope).is_finite()
        {
            return Err(format!("the slope of {activation} has no finite square"));
        }
        let factor = if batch == 0 {
            match activation {
                // Its own closed form, since a slope of any size leaves the factor within 1 and π/(π − 1).
                Activation::LeakyRelu { .. } => BatchNormOfBatch::new(activation, LARGE)
                    .map(BatchNormOfBatch::factor)
                    .map_err(|error| error.to_string())?,
                other => batch_norm_factor(other),
            }
        } else {
            let of_batch = BatchNormOfBatch::new(activation, batch);
            of_batch.map_err(|error| error.to_string())?.factor()
        };
        Ok(factor)
    }

    fn cases(&self) -> impl Iterator<Item = (Activation, u64)> {
        let activations = self.activation.iter();
        activations.flat_map(|phi| self.batch.iter().map(|batch| (*phi, *batch)))
    }
}

/// A batch beside which what a finite one adds, about 2 over its size, is below the rounding.
const LARGE: u64 = 1 << 60;

impl Configuration for BatchNormFactor {
    const NAME: &'static str = "batch-norm-factor";

    fn refusal(&self) -> Option<String> {
        self.cases()
            .find_map(|(phi, batch)| Self::factor(phi, batch).err())
    }

    /// # Panics
    ///
    /// If a finite batch has no closed form.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = |(phi, batch): (Activation, u64)| -> Vec<Cell> {
            let factor = Self::factor(phi, batch).unwrap_or_else(|refusal| panic!("{refusal}"));
            vec![phi.name().as_str().into(), batch.into(), factor.into()]
        };
        let rows = self.cases().map(row).collect();
        Table::of(self, &["activation", "batch", "factor"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn factors(activation: Vec<Activation>, batch: Vec<u64>) -> Vec<f64> {
        let table = BatchNormFactor { activation, batch }.run(&mut |_| {});
        table.numbers("factor")
    }

    #[test]
    fn factors_are_those_by_hand() {
        let pi = std::f64::consts::PI;
        let large = factors(vec![Activation::Relu, Activation::ReluSquared], vec![0]);
        assert_relative_eq!(large[0], pi / (pi - 1.0), max_relative = 1e-13);
        assert_relative_eq!(large[1], 1.6, max_relative = 1e-12);
        let identity = factors(vec![Activation::Identity], vec![4, 5, 103]);
        for (found, exact) in identity.into_iter().zip([2.0, 1.5, 1.01]) {
            assert_relative_eq!(found, exact, max_relative = 1e-14);
        }
    }

    #[test]
    fn a_leaky_relu_has_the_closed_form_and_the_integral() {
        for slope in [-3.0, 0.2, 1e-12, 1e9] {
            let leaky = Activation::LeakyRelu { slope };
            let [found] = factors(vec![leaky], vec![0])[..] else {
                panic!("one row")
            };
            assert_relative_eq!(found, batch_norm_factor(leaky), max_relative = 1e-11);
        }
    }

    #[test]
    fn what_has_no_factor_is_refused_in_one_line() {
        assert!(batch("3").is_err_and(|error| error.contains("infinite")));
        assert!(batch("-1").is_err() && batch("many").is_err());
        let of = |activation, batch| {
            let configuration = BatchNormFactor {
                activation: vec![activation],
                batch: vec![batch],
            };
            configuration.refusal()
        };
        let tanh = of(Activation::Tanh, 8).expect("no closed form");
        assert!(tanh.contains("not for tanh") && !tanh.contains('\n'));
        let steep = of(Activation::LeakyRelu { slope: 1e200 }, 8).expect("too steep");
        assert!(steep.contains("no finite square"));
        assert_eq!(of(Activation::Tanh, 0), None);
    }
}
