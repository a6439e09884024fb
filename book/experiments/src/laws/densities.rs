//! The laws of weights as curves, with their edges.

use clap::Args;
use serde::Serialize;

use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::probability::{Law, gaussian_cdf, gaussian_density};

/// The densities of the laws that weights are drawn from.
///
/// They are standardized: `φ(x)`, `1 / 2√3` between `±√3`, and `s φ(s x) / (2Φ(c) − 1)`
/// between `±c/s` for the normal law cut at `c = 2`, whose standard deviation before it was scaled back is `s`;
/// and, as `uncorrected`, the cut law that was not scaled back, with `s = 1` in the formula.
///
/// The outline of a law with edges begins and ends at density 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct Laws {
    /// Where the normal law is cut, in its standard deviations.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "2.0")]
    pub cut: f64,
    /// The largest weight that is drawn of the normal law, which has no edge.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "3.5")]
    pub reach: f64,
}

impl Default for Laws {
    fn default() -> Self {
        without_options()
    }
}

/// Every outline has so many equal steps.
const STEPS: u32 = 100;

impl Laws {
    /// A density from edge to edge, by the law's name.
    fn outline(name: &str, edge: f64, density: impl Fn(f64) -> f64) -> Vec<(String, f64, f64)> {
        let places = (0..=STEPS).map(|i| edge * (2.0 * f64::from(i) / f64::from(STEPS) - 1.0));
        places.map(|x| (name.to_owned(), x, density(x))).collect()
    }

    /// The same with both of its edges drawn down.
    fn edged(name: &str, edge: f64, density: impl Fn(f64) -> f64) -> Vec<(String, f64, f64)> {
        let mut outline = Self::outline(name, edge, density);
        outline.insert(0, (name.to_owned(), -edge, 0.0));
        outline.push((name.to_owned(), edge, 0.0));
        outline
    }
}

impl Configuration for Laws {
    const NAME: &'static str = "laws";

    /// # Panics
    ///
    /// If the cut is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mass = gaussian_cdf(self.cut) - gaussian_cdf(-self.cut);
        let cut_at = |s: f64| move |x: f64| s * gaussian_density(s * x) / mass;
        let truncated = Law::TruncatedNormal { cut: self.cut }.bound();
        let uniform = Law::Uniform.bound();
        let rows = [
            Self::outline("normal", self.reach, gaussian_density),
            Self::edged("uniform", uniform, |_| 0.5 / uniform),
            Self::edged("truncated", truncated, cut_at(self.cut / truncated)),
            Self::edged("uncorrected", self.cut, cut_at(1.0)),
        ]
        .concat();
        progress(Progress { done: 1, total: 1 });
        let rows = rows
            .into_iter()
            .map(|(name, x, density)| vec![name.as_str().into(), x.into(), density.into()])
            .collect();
        Table::of(self, &["law", "x", "density"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Mass and variance by the trapezoidal rule.
    fn moments(table: &Table, law: &str) -> (f64, f64) {
        let rows = table.rows.iter().filter(|row| row[0].to_string() == law);
        let points: Vec<(f64, f64)> = rows
            .map(|row| (row[1].number().unwrap(), row[2].number().unwrap()))
            .collect();
        let integral = |f: &dyn Fn(f64) -> f64| -> f64 {
            let pairs = points.windows(2);
            pairs
                .map(|p| (p[1].0 - p[0].0) * (f(p[0].0) * p[0].1 + f(p[1].0) * p[1].1) / 2.0)
                .sum()
        };
        (integral(&|_| 1.0), integral(&|x| x * x))
    }

    #[test]
    fn the_standardized_laws_have_variance_one_and_the_other_has_not() {
        let table = Laws::default().run(&mut |_| {});
        for (law, variance) in [
            ("uniform", 1.0),
            ("truncated", 1.0),
            ("uncorrected", 0.773_741),
        ] {
            let (mass, measured) = moments(&table, law);
            assert_relative_eq!(mass, 1.0, max_relative = 1e-3);
            assert_relative_eq!(measured, variance, max_relative = 2e-3);
        }
        let (mass, variance) = moments(&table, "normal");
        assert!(mass > 0.999 && variance > 0.99 && variance < 1.0);
    }
}
