//! DeepNorm's two factors, as they are derived and as they are found in programs.

use clap::Args;
use serde::Serialize;

use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::theory::DeepNorm;

/// DeepNorm's factors of skip and weights by depth, and what becomes of them where one of them is mistaken.
///
/// Columns: `stack`, that is `single`, `encoder` or `decoder`, and `single-scale`, whose `β` is taken for a variance, `single-branch`, whose `α` multiplies the
/// branch, and `encoder-1.15`, whose weights are multiplied by 1.15 where the derivation says 0.87; `layers`, of encoder and decoder alike; `skip`, the factor
/// `α` of the skip over that of the branch, and `gain`, the factor `β` of weights; their `product`; and `branch_energy`, the mean square of a branch over that of
/// the skip, at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct DeepnormFactors {
    /// The numbers of layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "6,12,24,100,1000")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<usize>,
}

impl Default for DeepnormFactors {
    fn default() -> Self {
        without_options()
    }
}

/// The stacks, each with its factors.
fn stacks(layers: u64) -> [(&'static str, DeepNorm); 6] {
    let single = DeepNorm::single(layers);
    let encoder = DeepNorm::encoder(layers, layers);
    [
        ("single", single),
        (
            "single-scale",
            DeepNorm {
                gain: single.gain.sqrt(),
                ..single
            },
        ),
        (
            "single-branch",
            DeepNorm {
                skip: single.skip.recip(),
                ..single
            },
        ),
        ("encoder", encoder),
        (
            "encoder-1.15",
            DeepNorm {
                gain: encoder.gain * (1.15 / 0.87),
                ..encoder
            },
        ),
        ("decoder", DeepNorm::decoder(layers)),
    ]
}

impl Configuration for DeepnormFactors {
    const NAME: &'static str = "deepnorm-factors";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let rows = self.layers.iter().flat_map(|layers| {
            stacks(*layers as u64).map(|(stack, factors)| {
                let DeepNorm { skip, gain } = factors;
                vec![
                    stack.into(),
                    (*layers).into(),
                    skip.into(),
                    gain.into(),
                    (skip * gain).into(),
                    factors.branch_energy().into(),
                ]
            })
        });
        let rows = rows.collect();
        let columns = [
            "stack",
            "layers",
            "skip",
            "gain",
            "product",
            "branch_energy",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_make_the_branch_too_large() {
        let one = DeepnormFactors { layers: vec![2] };
        let table = one.run(&mut |_| {});
        let energies = table.numbers("branch_energy");
        // α² = 2 and β⁴ = 1/16
        assert!((energies[0] - 1.0 / 32.0).abs() < 1e-15);
        assert!((energies[1] - 1.0 / 8.0).abs() < 1e-15);
        assert!((energies[2] - 1.0 / 8.0).abs() < 1e-15);
        assert!((energies[4] / energies[3] - (1.15_f64 / 0.87).powi(4)).abs() < 1e-12);
    }
}
