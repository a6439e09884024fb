//! What one wide layer makes of the variance of a signal, and many layers of one signal.

use std::ops::RangeInclusive;

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::{MeanField, variance_map};

/// What one wide layer makes of the variance of a signal, and where many lead it
///
/// The weights have standard deviation `gain / √fan_in`, and there are no biases. Columns: `part`, which is `map` for points of the map
/// at equal ratios, and `layer` for the layers of one signal, until its variance leaves 1e-12 to 1e12; `number`, of the point or of the
/// layer; `variance` of the pre-activations, `next`, that in the next layer, and `rms`, the root of the variance. The summary has the
/// variance at which the signal is `settled`, sought from 1e-8 to 1e8, which is 0 if it falls without end and `inf` if it grows; `rms`, the
/// root of that; and of the pre-activations there, or of a growing signal's last layer, `activation_rms`, the root mean square behind the
/// activation, and `chi`, the factor of the squared gradient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct VarianceMap {
    /// The activation.
    #[arg(long, value_parser = option::activation, default_value_t = Activation::Tanh)]
    #[serde(serialize_with = "option::shown")]
    pub activation: Activation,
    /// The standard deviation of the weights, times the root of the fan-in.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "1.6667")]
    pub gain: f64,
    /// The variance of the pre-activations in the first layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.1")]
    pub start: f64,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "30")]
    pub depth: usize,
}

/// Where a deep signal goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// It settles at this variance.
    Settles(f64),
    /// It falls without end.
    Falls,
    /// It grows without end.
    Grows,
}

/// A signal is followed while its variance is one of these.
const VARIANCES: RangeInclusive<f64> = 1e-12..=1e12;

/// Beyond these gains a signal may settle outside of 1e-8 to 1e8, where it is sought.
const GAINS: RangeInclusive<f64> = 1e-3..=1e3;

/// The map is drawn at least from `10^−3` to `10`.
const DECADES: (i32, i32) = (-3, 1);

/// Points of the map to a decade.
const POINTS: i32 = 16;

/// What of a step may be rounding, relative to the variance.
const ROUNDING: f64 = 1e-12;

impl Default for VarianceMap {
    fn default() -> Self {
        without_options()
    }
}

impl VarianceMap {
    fn layers(&self) -> MeanField {
        MeanField::with_gain(self.activation, self.gain)
    }

    /// A larger variance has a larger one behind the layer. So what has grown in the first layer grows in each one, up to the next
    /// variance that rests.
    fn end(&self) -> End {
        let layers = self.layers();
        let change = layers.step(self.start) - self.start;
        if change.abs() <= ROUNDING * self.start {
            return End::Settles(self.start);
        }
        let grows = change > 0.0;
        match layers.fixed_point() {
            Some(settled) if (settled > self.start) == grows => End::Settles(settled),
            _ if grows => End::Grows,
            _ => End::Falls,
        }
    }

    /// The variances at which the map is shown, in rising order: whole decades that hold the start and where it settles.
    fn places(&self, settled: f64) -> impl Iterator<Item = f64> {
        let (mut low, mut high) = DECADES;
        for variance in [self.start, settled] {
            if VARIANCES.contains(&variance) {
                let power = libm::log10(variance);
                // A power of ten needs no decade below it, whatever the rounding.
                low = low.min((power + 1e-9).floor() as i32);
                high = high.max((power - 1e-9).ceil() as i32);
            }
        }
        (low * POINTS..=high * POINTS).map(|i| libm::pow(10.0, f64::from(i) / f64::from(POINTS)))
    }

    /// The variance in each layer and in the one behind it.
    fn by_layer(&self) -> Vec<[f64; 2]> {
        let layers = self.layers();
        let mut steps = Vec::new();
        let mut variance = self.start;
        while steps.len() < self.depth && VARIANCES.contains(&variance) {
            let next = layers.step(variance);
            steps.push([variance, next]);
            variance = next;
        }
        steps
    }
}

impl Configuration for VarianceMap {
    const NAME: &'static str = "variance-map";

    fn numbers_in_memory(&self) -> f64 {
        5.0 * self.depth as f64
    }

    fn refusal(&self) -> Option<String> {
        let given = [("gain", self.gain, GAINS), ("start", self.start, VARIANCES)];
        let is_outside =
            |(_, number, range): &(&str, f64, RangeInclusive<f64>)| !range.contains(number);
        let (name, number, range) = given.into_iter().find(is_outside)?;
        let (least, most) = range.into_inner();
        Some(format!(
            "the {name} must be from {least:e} to {most:e}, but is {number:e}"
        ))
    }

    /// # Panics
    ///
    /// If the gain is not from 1e-3 to 1e3, the start not from 1e-12 to 1e12, or there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        if let Some(why) = self.refusal() {
            panic!("{why}");
        }
        assert!(
            self.depth > 0,
            "a signal goes through one layer or more, not {}",
            self.depth
        );
        let layers = self.layers();
        let steps = self.by_layer();
        // Where a signal grows there is no last variance: that of the last layer which was followed stands for it.
        let (settled, at) = match self.end() {
            End::Settles(variance) => (variance, variance),
            End::Falls => (0.0, 0.0),
            End::Grows => (f64::INFINITY, steps[steps.len() - 1][0]),
        };
        let map = self.places(settled).map(|q| [q, layers.step(q)]);
        let map = (1..).zip(map).map(|(point, step)| row("map", point, step));
        let layer = (1..).zip(&steps);
        let layer = layer.map(|(layer, step)| row("layer", layer, *step));
        let rows = map.chain(layer).collect();
        let summary = [
            ("settled", settled),
            ("rms", settled.sqrt()),
            ("activation_rms", variance_map(self.activation, at).sqrt()),
            ("chi", layers.chi(at)),
        ];
        let summary = summary.map(|(name, number)| (name.to_owned(), Cell::from(number)));
        progress(Progress { done: 1, total: 1 });
        let columns = ["part", "number", "variance", "next", "rms"];
        Table::of(self, &columns, rows).with_summary(summary.into())
    }
}

fn row(part: &str, number: usize, [variance, next]: [f64; 2]) -> Vec<Cell> {
    vec![
        part.into(),
        number.into(),
        variance.into(),
        next.into(),
        variance.sqrt().into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::LAB;
    use super::*;
    use crate::experiment::of_options;
    use crate::lab::drawn;
    use approx::assert_relative_eq;

    fn of(options: &str) -> Table {
        let options: Vec<&str> = options.split_whitespace().collect();
        of_options::<VarianceMap>(&options).run(&mut |_| {})
    }

    /// The variances in one layer and in the next, of one part.
    fn steps(table: &Table, part: &str) -> Vec<[f64; 2]> {
        let numbers = |row: &Vec<Cell>| [2, 3].map(|i| row[i].number().expect("a number"));
        let rows = table.rows.iter();
        rows.filter(|row| row[0] == Cell::from(part))
            .map(numbers)
            .collect()
    }

    #[test]
    fn the_printed_signal_settles_where_the_claim_says() {
        let table = of("");
        // The claim is on 5/3, of which the gain has four decimals.
        assert_relative_eq!(table.total("activation_rms"), 0.6513, epsilon = 2e-4);
        assert_relative_eq!(table.total("chi"), 1.2098, epsilon = 2e-4);
        let settled = table.total("settled");
        assert_relative_eq!(settled, 1.1785, epsilon = 2e-4);
        assert_relative_eq!(table.total("rms"), settled.sqrt());
        let layers = steps(&table, "layer");
        assert_eq!((layers.len(), layers[0][0]), (30, 0.1));
        for pair in layers.windows(2) {
            assert_eq!(pair[0][1], pair[1][0]);
            assert!(pair[0][1] > pair[0][0]);
        }
        assert_relative_eq!(layers[29][1], settled, max_relative = 1e-6);
    }

    #[test]
    fn the_printed_map_crosses_the_diagonal_once() {
        let table = of("");
        let map = steps(&table, "map");
        assert_eq!(map.len(), 65);
        assert_relative_eq!(map[0][0], 0.001, max_relative = 1e-14);
        assert_relative_eq!(map[64][0], 10.0, max_relative = 1e-14);
        for [q, next] in map {
            assert_eq!(next > q, q < table.total("settled"), "at {q}");
        }
    }

    #[test]
    fn with_its_own_gain_tanh_settles_at_one_from_either_side() {
        for start in ["0.01", "0.5", "2", "40"] {
            let table = of(&format!(
                "--gain 1.592537419722831 --start {start} --depth 60"
            ));
            assert_relative_eq!(table.total("settled"), 1.0, max_relative = 1e-12);
            assert_relative_eq!(
                table.total("chi"),
                Activation::Tanh.chi(),
                max_relative = 1e-12
            );
            assert_relative_eq!(steps(&table, "layer")[59][1], 1.0, max_relative = 1e-9);
        }
    }

    #[test]
    fn a_start_that_rests_stays() {
        let table = of("--activation relu --gain 1.4142135623730951 --start 3");
        assert_relative_eq!(table.total("settled"), 3.0);
        assert_relative_eq!(table.total("chi"), 1.0, max_relative = 1e-12);
        assert_relative_eq!(table.total("activation_rms"), 1.5_f64.sqrt());
    }

    #[test]
    fn up_to_a_gain_of_one_tanh_falls_without_end() {
        for gain in [0.5, 0.8, 1.0] {
            let table = of(&format!("--gain {gain} --start 1"));
            assert_eq!((table.total("settled"), table.total("rms")), (0.0, 0.0));
            // Small signals meet the slope at zero, which is one.
            assert_relative_eq!(table.total("chi"), gain * gain);
            assert!(steps(&table, "layer").iter().all(|[q, next]| next < q));
        }
    }

    #[test]
    fn a_gelu_falls_below_its_tip_and_grows_above() {
        let layers = |start: &str| {
            of(&format!(
                "--activation gelu --gain 1.533530441195535 --depth 400 --start {start}"
            ))
        };
        let below = layers("0.98");
        assert_eq!(below.total("settled"), 0.0);
        let above = layers("1.02");
        assert_eq!(above.total("settled"), f64::INFINITY);
        // It has left what is followed.
        let steps = steps(&above, "layer");
        assert!(steps.len() < 400 && !VARIANCES.contains(&steps[steps.len() - 1][1]));
        assert!(above.total("chi") > 1.0);
    }

    #[test]
    fn every_setting_of_the_lab_is_drawn() {
        let [gains, starts] = LAB.controls else {
            panic!("two controls are moved");
        };
        for gain in gains.values {
            for start in starts.values {
                let tables = drawn(&LAB, &[*gain, *start]);
                let (low, high) = (1e-3, 10.0);
                let settled = tables[0].total("settled");
                assert!(
                    settled == 0.0 || (low..high).contains(&settled),
                    "gain {gain} settles at {settled}, outside of the frame"
                );
                // A step or more of the stairs is in the frame.
                assert!((low..high).contains(&steps(&tables[0], "layer")[1][1]));
            }
        }
    }

    #[test]
    fn gains_and_starts_out_of_range_are_refused() {
        let refusal = |options: [&str; 2]| of_options::<VarianceMap>(&options).refusal();
        let why = |options| refusal(options).expect("it is refused");
        assert_eq!(
            why(["--gain", "1e4"]),
            "the gain must be from 1e-3 to 1e3, but is 1e4"
        );
        assert_eq!(
            why(["--start", "1e-13"]),
            "the start must be from 1e-12 to 1e12, but is 1e-13"
        );
        for options in [["--gain", "1e-3"], ["--gain", "1e3"], ["--start", "1e12"]] {
            assert_eq!(refusal(options), None);
        }
    }

    #[test]
    fn with_the_last_gains_a_signal_that_saturates_settles_still() {
        for (activation, gain) in [("tanh", "1e3"), ("sigmoid", "1e3"), ("sigmoid", "1e-3")] {
            let table = of(&format!("--activation {activation} --gain {gain}"));
            let settled = table.total("settled");
            assert!(settled > 0.0 && settled.is_finite(), "{activation} {gain}");
            let layers = MeanField::with_gain(
                activation.parse::<Activation>().expect("a name"),
                gain.parse().expect("a number"),
            );
            assert_relative_eq!(layers.step(settled), settled, max_relative = 1e-9);
        }
    }

    #[test]
    #[should_panic(expected = "a signal goes through one layer or more, not 0")]
    fn no_layers_are_refused() {
        let _ = VarianceMap {
            depth: 0,
            ..VarianceMap::default()
        }
        .run(&mut |_| {});
    }
}
