//! What one wide layer makes of the correlation of two inputs, and many layers of one pair.

use clap::Args;
use serde::Serialize;

use super::limits::{not_followed, resting};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::MeanField;

/// What one wide layer makes of the correlation of two inputs, and where many lead a pair
///
/// The variance of the signal is the one at which the layers rest, or one if every variance is kept. Columns: `part`, which is `map` for points of the map at equal distances,
/// and `pair` for the layers of one pair of inputs; `number`, of the point or of the layer; `correlation`, and `next`, that in the next
/// layer. The summary has the `variance` at which the layers rest; `chi_1`, the slope of the map at correlation one; `fixed_point`, the
/// correlation to which pairs tend that begin with one from 0 to below 1, unless the activation is a straight line; and `chi_c`, the slope there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct CorrelationMap {
    /// The activation.
    #[arg(long, value_parser = option::activation, default_value_t = Activation::Erf)]
    #[serde(serialize_with = "option::shown")]
    pub activation: Activation,
    /// The variance of the weights, over the fan-in.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "10.0")]
    pub weight_variance: f64,
    /// The variance of the biases.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "0.3")]
    pub bias_variance: f64,
    /// The correlation of the pair in the first layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::correlation, default_value = "0.95")]
    pub start: f64,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
}

/// Points of the map, from −1 to 1.
const POINTS: usize = 33;

impl Default for CorrelationMap {
    fn default() -> Self {
        without_options()
    }
}

impl CorrelationMap {
    const fn layers(&self) -> MeanField {
        MeanField {
            activation: self.activation,
            weight: self.weight_variance,
            bias: self.bias_variance,
        }
    }
}

impl Configuration for CorrelationMap {
    const NAME: &'static str = "correlation-map";

    fn numbers_in_memory(&self) -> f64 {
        5.0 * (POINTS as f64 + self.depth as f64)
    }

    fn refusal(&self) -> Option<String> {
        not_followed([self.weight_variance, self.bias_variance].iter())
            .or_else(|| resting(self.layers()).err())
    }

    /// # Panics
    ///
    /// If the layers rest nowhere.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let layers = self.layers();
        let variance = resting(layers).unwrap_or_else(|why| panic!("{why}"));
        let map = (0..POINTS).map(|i| {
            let correlation = 2.0 * i as f64 / (POINTS - 1) as f64 - 1.0;
            let (_, next) = layers.step_of_pair((variance, correlation));
            row("map", i + 1, [correlation, next])
        });
        let pair = layers.iterate_pair((variance, self.start)).map(|(_, c)| c);
        let by_layer: Vec<f64> = pair.take(self.depth + 1).collect();
        let pair = (1..).zip(by_layer.windows(2));
        let pair = pair.map(|(layer, step)| row("pair", layer, [step[0], step[1]]));
        let rows = map.chain(pair).collect();
        let fixed_point = layers.correlation_fixed_point(variance);
        let summary = [
            ("variance", variance),
            ("chi_1", layers.chi(variance)),
            ("fixed_point", fixed_point),
            ("chi_c", layers.chi_of_pair(variance, fixed_point)),
        ];
        let summary = summary.map(|(name, number)| (name.to_owned(), Cell::from(number)));
        progress(Progress { done: 1, total: 1 });
        let columns = ["part", "number", "correlation", "next"];
        Table::of(self, &columns, rows).with_summary(summary.into())
    }
}

fn row(part: &str, number: usize, [correlation, next]: [f64; 2]) -> Vec<Cell> {
    vec![part.into(), number.into(), correlation.into(), next.into()]
}

#[cfg(test)]
mod tests {
    use super::super::LAB;
    use super::*;
    use crate::experiment::of_options;
    use approx::assert_relative_eq;

    fn of(weight_variance: f64) -> Table {
        let values = CorrelationMap {
            weight_variance,
            bias_variance: 0.05,
            ..CorrelationMap::default()
        };
        values.run(&mut |_| {})
    }

    /// The correlations in one layer and in the next, of one part.
    fn steps(table: &Table, part: &str) -> Vec<[f64; 2]> {
        let numbers = |row: &Vec<Cell>| [2, 3].map(|i| row[i].number().expect("a number"));
        let rows = table.rows.iter();
        rows.filter(|row| row[0] == Cell::from(part))
            .map(numbers)
            .collect()
    }

    #[test]
    fn the_same_input_twice_stays_the_same() {
        for weight_variance in [1.0, 10.0] {
            let map = steps(&of(weight_variance), "map");
            assert_eq!(map.len(), POINTS);
            assert_eq!(map[POINTS - 1], [1.0, 1.0]);
        }
    }

    #[test]
    fn the_printed_map_crosses_the_diagonal_once_and_its_stairs_end_there() {
        let table = CorrelationMap::default().run(&mut |_| {});
        let fixed_point = table.total("fixed_point");
        assert!(table.total("chi_1") > 1.2 && table.total("chi_c") < 0.9);
        assert!((0.1..0.8).contains(&fixed_point));
        let map = steps(&table, "map");
        for [c, next] in &map[1..POINTS - 1] {
            assert_eq!(next > c, *c < fixed_point, "at {c}");
        }
        let stairs = steps(&table, "pair");
        assert_eq!(stairs.len(), 20);
        assert_relative_eq!(stairs[0][0], 0.95);
        for pair in stairs.windows(2) {
            assert_relative_eq!(pair[0][1], pair[1][0]);
        }
        assert_relative_eq!(stairs[19][1], fixed_point, epsilon = 0.02);
    }

    #[test]
    fn below_the_edge_all_becomes_one_and_above_it_does_not() {
        // The edge of erf with these biases is at 1.3758.
        for weight_variance in [0.8, 1.0, 1.25, 1.37] {
            let table = of(weight_variance);
            assert!(table.total("chi_1") < 1.0);
            assert_relative_eq!(table.total("fixed_point"), 1.0);
        }
        let mut before = 1.0;
        for weight_variance in [1.38, 1.5, 2.0, 4.0] {
            let table = of(weight_variance);
            let fixed_point = table.total("fixed_point");
            assert!(table.total("chi_1") > 1.0 && fixed_point < before);
            before = fixed_point;
        }
    }

    #[test]
    fn the_stairs_of_a_tanh_end_at_its_fixed_point() {
        let options = "--activation tanh --weight-variance 3 --bias-variance 0.05 --depth 60";
        let options: Vec<&str> = options.split(' ').collect();
        let table = of_options::<CorrelationMap>(&options).run(&mut |_| {});
        assert_relative_eq!(table.total("fixed_point"), 0.2993, epsilon = 1e-4);
        let last = steps(&table, "pair")[59][1];
        assert_relative_eq!(last, 0.2993, epsilon = 0.03);
    }

    #[test]
    fn every_setting_of_the_lab_is_drawn() {
        let [weights, biases, starts] = LAB.controls else {
            panic!("three controls are moved");
        };
        for weight_variance in weights.values {
            for bias_variance in biases.values {
                let values = CorrelationMap {
                    weight_variance: *weight_variance,
                    bias_variance: *bias_variance,
                    ..CorrelationMap::default()
                };
                assert_eq!(values.refusal(), None);
                for start in starts.values {
                    let (_, tables) = LAB.draw(&[*weight_variance, *bias_variance, *start]);
                    let numbers = tables[0].rows.iter().flatten().filter_map(Cell::number);
                    let summary = tables[0].summary.iter();
                    let summary = summary.filter_map(|(_, cell)| cell.number());
                    let mut all = numbers.chain(summary);
                    assert!(all.all(f64::is_finite), "{values:?} from {start}");
                }
            }
        }
    }

    #[test]
    fn layers_in_which_every_signal_dies_are_refused() {
        let options = ["--weight-variance", "0.5", "--bias-variance", "0"];
        let refusal = of_options::<CorrelationMap>(&options).refusal();
        assert!(refusal.is_some_and(|why| why.contains("falls to 0")));
    }
}
