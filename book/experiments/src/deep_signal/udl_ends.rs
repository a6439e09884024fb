//! The two ends of the notebook's network, between which all rules agree: four sizes by the variances of its first matrix and its readout.

use clap::Args;
use ndarray::array;
use serde::Serialize;
use unit_variance::initializer::Fan;
use unit_variance::probability::NumpyLegacy;

use super::udl_rules::sizes;
use crate::shared::deep_signal::draw_layers;
use crate::shared::weights::he;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// Four sizes of the notebook's network under any variances of its two end matrices, over what they are under 2 / `fan_in`.
///
/// The first matrix is multiplied by `s` and the readout by `t`, so that their weights have variance `first` and `readout` in place of 2
/// and `2 / width`; the matrices between them have variance `2 / width`. The inputs are 1 and −1, and the loss is `Σ y²`.
///
/// Columns: `part`, which is `sweep` for first matrices of variance `2 / width`, that of 2 / `fan_out`, to 2 in equal ratios, and `network`
/// for the one that was asked for; `first`, the variance of the first matrix; `s`; `st`, the product of the two factors; and of the rms
/// over that under 2 / `fan_in`, `signal`, `output`, `gradient` and `weight_gradient` as in `udl-rules`, zero if a layer is dead. Summary:
/// `t`, and `balanced`, the variance of the first matrix at which `st` is one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct UdlEnds {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The variance of the first matrix: 2 under 2 / `fan_in`, 2 over the width under 2 / `fan_out`.
    #[arg(long, allow_hyphen_values = true, value_parser = variance, default_value = "0.2")]
    pub first: f64,
    /// The variance of the readout: 2 over the width under 2 / `fan_in`, 2 under 2 / `fan_out`.
    #[arg(long, allow_hyphen_values = true, value_parser = variance, default_value = "0.25")]
    pub readout: f64,
}

/// A variance whose networks stay in the range of `f64`.
fn variance(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(variance) if (1e-30..=1e30).contains(&variance) => Ok(variance),
        _ => Err("a variance from 1e-30 to 1e30"),
    }
}

/// How many first matrices are tried from one rule to the other.
const STEPS: u32 = 8;

impl Default for UdlEnds {
    fn default() -> Self {
        without_options()
    }
}

impl UdlEnds {
    /// The variances of the first matrix from that of one rule to that of the other.
    fn sweep(&self) -> impl Iterator<Item = f64> {
        let width = self.width as f64;
        let rest = (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS) - 1.0);
        rest.map(move |power| 2.0 * libm::pow(width, power))
    }
}

impl Configuration for UdlEnds {
    const NAME: &'static str = "udl-ends";

    fn numbers_in_memory(&self) -> f64 {
        2.0 * option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If there are fewer than two hidden layers, no units, or a variance is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        for (name, variance) in [("first", self.first), ("readout", self.readout)] {
            assert!(
                variance > 0.0 && variance.is_finite(),
                "the variance {name} must be positive and finite, but is {variance}"
            );
        }
        let mut numpy = NumpyLegacy::new(self.seed);
        let (mut network, readout) = draw_layers(self.depth, self.width, he(Fan::In), &mut numpy);
        let t = (self.readout * self.width as f64 / 2.0).sqrt();
        network.layers.push(readout);
        let x = array![[1.0], [-1.0]];
        let by_fan_in = sizes(&network, &x);
        let first_by_fan_in = network.layers[0].weight.clone();
        network.layers[self.depth].weight *= t;
        let asked_for = self.sweep().map(|first| ("sweep", first));
        let asked_for = asked_for.chain([("network", self.first)]);
        let rows = asked_for
            .zip(1..)
            .map(|((part, first), done)| {
                let s = (first / 2.0).sqrt();
                network.layers[0].weight = &first_by_fan_in * s;
                let sizes = sizes(&network, &x);
                progress(Progress {
                    done,
                    total: u64::from(STEPS) + 2,
                });
                let over_fan_in = sizes.into_iter().zip(by_fan_in).map(|(size, by_fan_in)| {
                    // Of a network with a dead layer both are zero.
                    if by_fan_in == 0.0 {
                        0.0
                    } else {
                        size / by_fan_in
                    }
                });
                std::iter::once(Cell::from(part))
                    .chain(
                        [first, s, s * t]
                            .into_iter()
                            .chain(over_fan_in)
                            .map(Cell::from),
                    )
                    .collect()
            })
            .collect();
        let balanced = 4.0 / (self.width as f64 * self.readout);
        let summary = [("t", t), ("balanced", balanced)];
        Table::of(
            self,
            &[
                "part",
                "first",
                "s",
                "st",
                "signal",
                "output",
                "gradient",
                "weight_gradient",
            ],
            rows,
        )
        .with_summary(
            summary
                .map(|(name, number)| (name.to_owned(), number.into()))
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ENDS, LAB, UdlRules};
    use super::*;
    use crate::lab::drawn;
    use approx::assert_relative_eq;

    fn run(values: UdlEnds) -> Table {
        values.run(&mut |_| {})
    }

    /// The four sizes of every row.
    fn by_row(table: &Table) -> Vec<[f64; 4]> {
        let sizes = |row: &Vec<Cell>| [4, 5, 6, 7].map(|i| row[i].number().expect("a size"));
        table.rows.iter().map(sizes).collect()
    }

    /// Every row is what the chapter derives of the two factors.
    #[test]
    fn the_sizes_are_powers_of_the_factors() {
        for (first, readout) in [(0.2, 0.25), (2.0, 2.0), (7.0, 1e-9)] {
            let table = run(UdlEnds {
                depth: 6,
                width: 10,
                first,
                readout,
                ..UdlEnds::default()
            });
            let t = table.total("t");
            assert_relative_eq!(t * t, readout / 0.2, max_relative = 1e-12);
            for (row, s) in by_row(&table).into_iter().zip(table.numbers("s")) {
                let expected = [s, s * t, s * t * t, s * s * t * t];
                for (size, expected) in row.into_iter().zip(expected) {
                    assert_relative_eq!(size, expected, max_relative = 1e-12);
                }
            }
        }
    }

    #[test]
    fn the_three_rules_are_three_settings() {
        let values = UdlEnds {
            depth: 4,
            width: 8,
            ..UdlEnds::default()
        };
        let rules = UdlRules {
            depth: 4,
            width: 8,
            ..UdlRules::default()
        };
        let table = rules.run(&mut |_| {});
        let of_rule = |row: usize, column: &str| table.numbers(column)[row];
        for row in 0..3 {
            let ends = run(UdlEnds {
                first: of_rule(row, "first"),
                readout: of_rule(row, "readout"),
                ..values
            });
            for column in ["signal", "output", "gradient", "weight_gradient"] {
                let sizes = ends.numbers(column);
                let expected = of_rule(row, column) / of_rule(1, column);
                assert_relative_eq!(sizes[sizes.len() - 1], expected, max_relative = 1e-12);
            }
        }
    }

    #[test]
    fn the_sweep_leads_from_rule_to_rule_and_what_is_balanced_is_as_by_fan_in() {
        let table = run(UdlEnds {
            depth: 2,
            width: 16,
            readout: 0.5,
            ..UdlEnds::default()
        });
        let first = table.numbers("first");
        assert_eq!(first.len(), STEPS as usize + 2);
        assert_relative_eq!(first[0], 0.125);
        assert_relative_eq!(first[STEPS as usize], 2.0);
        let balanced = table.total("balanced");
        let at_balance = run(UdlEnds {
            depth: 2,
            width: 16,
            first: balanced,
            readout: 0.5,
            ..UdlEnds::default()
        });
        let last = by_row(&at_balance)[STEPS as usize + 1];
        assert_relative_eq!(
            at_balance.numbers("st")[STEPS as usize + 1],
            1.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(last[1], 1.0, max_relative = 1e-12);
        assert_relative_eq!(last[3], 1.0, max_relative = 1e-12);
    }

    #[test]
    fn a_dead_network_has_no_sizes() {
        let table = run(UdlEnds {
            depth: 60,
            width: 1,
            ..UdlEnds::default()
        });
        assert!(by_row(&table).iter().flatten().all(|size| *size == 0.0));
    }

    #[test]
    fn every_setting_of_the_lab_is_drawn_and_each_can_be_made_up_for() {
        for first in ENDS {
            for readout in ENDS {
                drawn(&LAB, &[*first, *readout]);
            }
            let is_made_up_for = |other: &f64| (first * other * 20.0 - 1.0).abs() < 1e-12;
            assert!(ENDS.iter().any(is_made_up_for), "{first}");
        }
    }

    #[test]
    #[should_panic(expected = "a network of 1 hidden layers has no layer 1")]
    fn a_shallow_network_is_refused() {
        let _ = run(UdlEnds {
            depth: 1,
            ..UdlEnds::default()
        });
    }

    #[test]
    #[should_panic(expected = "the variance readout must be positive and finite, but is -1")]
    fn a_negative_variance_is_refused() {
        let _ = run(UdlEnds {
            readout: -1.0,
            ..UdlEnds::default()
        });
    }

    #[test]
    fn a_variance_out_of_range_is_no_option() {
        for text in ["0", "-1", "9e-31", "2e30", "inf", "NaN", "two"] {
            assert_eq!(
                variance(text),
                Err("a variance from 1e-30 to 1e30"),
                "{text}"
            );
        }
        assert_eq!(["1e-30", "1e30"].map(variance), [Ok(1e-30), Ok(1e30)]);
    }
}
