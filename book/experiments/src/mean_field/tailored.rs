//! The slope with which a deep leaky ReLU network forgets so much and no more.

use clap::Args;
use serde::Serialize;

use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::theory::{leaky_correlation, tailored_slope};

/// The slope of a leaky ReLU with which two inputs at a right angle have a given correlation behind all layers
///
/// Columns: `depth`, `correlation`, `slope`, `share` (`(1 − a)² / (1 + a²)`, how much of a ReLU's step a layer makes), `steps` (`depth`
/// times that) and `relu` (the correlation behind as many ReLU layers).
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct TailoredSlope {
    /// Numbers of layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::small_count, default_value = "50")]
    #[serde(serialize_with = "option::joined")]
    pub depth: Vec<u32>,
    /// The correlation behind the last layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::share, default_value = "0.9")]
    pub correlation: f64,
}

impl Default for TailoredSlope {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for TailoredSlope {
    const NAME: &'static str = "tailored-slope";

    fn refusal(&self) -> Option<String> {
        let correlation = self.correlation;
        self.depth.iter().find_map(|depth| {
            let relu = leaky_correlation(0.0, 0.0, *depth);
            (relu < correlation).then(|| {
                format!("{depth} ReLU layers take a right angle only to a correlation of {relu:.4}, and a slope leaves less: no slope gives {correlation}")
            })
        })
    }

    /// # Panics
    ///
    /// If no slope gives this correlation.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows = self.depth.iter().map(|depth| {
            let slope = tailored_slope(*depth, self.correlation).expect("a slope");
            let share = (1.0 - slope).powi(2) / (1.0 + slope * slope);
            vec![
                u64::from(*depth).into(),
                self.correlation.into(),
                slope.into(),
                share.into(),
                (f64::from(*depth) * share).into(),
                leaky_correlation(0.0, 0.0, *depth).into(),
            ]
        });
        let rows = rows.collect();
        progress(Progress { done: 1, total: 1 });
        let columns = ["depth", "correlation", "slope", "share", "steps", "relu"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn deeper_networks_make_smaller_steps() {
        let depth = vec![20, 50, 100];
        let table = TailoredSlope {
            depth,
            ..TailoredSlope::default()
        }
        .run(&mut |_| {});
        let slope = table.numbers("slope");
        assert_relative_eq!(slope[1], 0.430_522_948_502_402_6, epsilon = 1e-11);
        assert!(slope[0] < slope[1] && slope[1] < slope[2]);
    }

    #[test]
    fn a_network_that_forgets_too_little_is_refused() {
        let shallow = TailoredSlope {
            depth: vec![10],
            ..TailoredSlope::default()
        };
        assert!(shallow.refusal().expect("none").contains("0.8715"));
    }
}
