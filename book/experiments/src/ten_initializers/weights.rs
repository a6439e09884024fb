//! The ten initializers, as the notebook draws them and as their names promise.

use clap::Args;
use serde::Serialize;

use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::{Fan, Fans, VarianceScaling};
use unit_variance::probability::{BoundedNormal, Law, Moments, NumpyLegacy};

/// The names of the ten, in the notebook's order.
pub const TEN_INITIALIZERS: [&str; 10] = [
    "zero",
    "normal1",
    "normal2",
    "trunc_normal",
    "lecun_normal",
    "lecun_uniform",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
];

/// The name in words, as the figures and tables have it.
///
/// ```
/// use experiments::ten_initializers::ten_in_words;
///
/// assert_eq!(ten_in_words("he_normal"), "He normal");
/// ```
///
/// # Panics
///
/// If the name is none of [`TEN_INITIALIZERS`].
#[track_caller]
pub fn ten_in_words(name: &str) -> &'static str {
    match name {
        "zero" => "zero",
        "normal1" => "normal, 1",
        "normal2" => "normal, 0.01",
        "trunc_normal" => "truncated, 0.01",
        "lecun_normal" => "LeCun normal",
        "lecun_uniform" => "LeCun uniform",
        "xavier_normal" => "Xavier normal",
        "xavier_uniform" => "Xavier uniform",
        "he_normal" => "He normal",
        "he_uniform" => "He uniform",
        other => panic!("{other} is none of {TEN_INITIALIZERS:?}"),
    }
}

/// The standard deviation of the notebook's `normal2`, and by mistake of four more.
const SMALL: f64 = 0.01;

/// The rule that a name promises for a layer of `n` inputs and `n` outputs; `None` for zero.
///
/// ```
/// use unit_variance::Fans;
/// use experiments::ten_initializers::expected_rule;
///
/// let variance = |name| expected_rule(name, 100).map(|rule| rule.variance(Fans::new(100, 100)));
/// assert_eq!(variance("he_normal"), Some(0.02));
/// assert_eq!(variance("zero"), None);
/// ```
///
/// # Panics
///
/// If the name is none of [`TEN_INITIALIZERS`].
#[track_caller]
pub fn expected_rule(name: &str, n: usize) -> Option<VarianceScaling> {
    let fixed =
        |law, std_dev: f64| VarianceScaling::new(std_dev * std_dev * n as f64, Fan::In, law);
    let (truncated, uniform) = (Law::TRUNCATED_NORMAL, Law::Uniform);
    Some(match name {
        "zero" => return None,
        "normal1" => fixed(Law::Normal, 1.0),
        "normal2" => fixed(Law::Normal, SMALL),
        "trunc_normal" => fixed(truncated, SMALL),
        "lecun_normal" => VarianceScaling::lecun(truncated),
        "lecun_uniform" => VarianceScaling::lecun(uniform),
        "xavier_normal" => VarianceScaling::xavier(truncated),
        "xavier_uniform" => VarianceScaling::xavier(uniform),
        "he_normal" => VarianceScaling::he(truncated),
        "he_uniform" => VarianceScaling::he(uniform),
        other => panic!("{other} is none of {TEN_INITIALIZERS:?}"),
    })
}

/// The law that the notebook draws, whatever the name says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NotebookLaw {
    /// Zero.
    Zero,
    /// `N(0, std_dev²)`.
    Normal {
        /// The standard deviation.
        std_dev: f64,
    },
    /// `N(0, std_dev²)` cut at ±`std_dev`, which leaves 0.291 of the variance.
    Cut {
        /// The standard deviation before the cut, and the largest weight after it.
        std_dev: f64,
    },
    /// `U(−bound, bound)`: variance `bound² / 3`.
    Uniform {
        /// The largest weight, where the notebook meant the standard deviation.
        bound: f64,
    },
}

impl NotebookLaw {
    /// The weights of this name, between `n` inputs and `n` outputs.
    ///
    /// ```
    /// use experiments::ten_initializers::NotebookLaw;
    ///
    /// assert_eq!(NotebookLaw::of("he_normal", 100), NotebookLaw::of("trunc_normal", 100));
    /// ```
    ///
    /// # Panics
    ///
    /// If the name is none of [`TEN_INITIALIZERS`].
    #[track_caller]
    pub fn of(name: &str, n: usize) -> Self {
        let n = n as f64;
        match name {
            "zero" => Self::Zero,
            "normal1" => Self::Normal { std_dev: 1.0 },
            "normal2" => Self::Normal { std_dev: SMALL },
            "trunc_normal" | "lecun_normal" | "xavier_normal" | "he_normal" => {
                Self::Cut { std_dev: SMALL }
            }
            "lecun_uniform" => Self::Uniform {
                bound: (1.0 / n).sqrt(),
            },
            "xavier_uniform" => Self::Uniform {
                bound: (1.0 / (n + n)).sqrt(),
            },
            "he_uniform" => Self::Uniform {
                bound: (2.0 / (n + n)).sqrt(),
            },
            other => panic!("{other} is none of {TEN_INITIALIZERS:?}"),
        }
    }

    /// One weight, from NumPy's legacy stream.
    pub fn draw(self, numpy: &mut NumpyLegacy) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::Normal { std_dev } => std_dev * numpy.standard_normal(),
            Self::Cut { std_dev } => std_dev * numpy.truncated_normal(1.0),
            Self::Uniform { bound } => numpy.uniform(-bound, bound),
        }
    }

    /// The variance of a weight.
    pub fn variance(self) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::Normal { std_dev } => std_dev * std_dev,
            Self::Cut { std_dev } => BoundedNormal::new(0.0, std_dev, -std_dev, std_dev).variance(),
            Self::Uniform { bound } => bound * bound / 3.0,
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Zero => "0".to_owned(),
            Self::Normal { std_dev } => format!("N(0, {std_dev}²)"),
            Self::Cut { std_dev } => format!("N(0, {std_dev}²) cut at ±{std_dev}"),
            Self::Uniform { bound } => {
                let bound = (1e4 * bound).round() / 1e4;
                format!("U(−{bound}, {bound})")
            }
        }
    }
}

/// What the ten promise for the variance of a weight, and what the notebook draws.
///
/// Zero, which promises none, has no row.
///
/// Columns: `initializer`; `name`, the same in words; `law`, that of the notebook in words; and `n` times the variance of a weight:
/// as the name promises it, `promised`; of the notebook's law, `written`; and of one matrix that it draws,
/// `drawn`. `share` is what is written of what is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TenWeights {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of inputs, and of outputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub width: usize,
}

impl Default for TenWeights {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for TenWeights {
    const NAME: &'static str = "ten-weights";

    fn numbers_in_memory(&self) -> f64 {
        option::weights(1, self.width)
    }

    /// # Panics
    ///
    /// If the width is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let n = self.width;
        assert!(n > 0, "the width must be positive");
        let mut numpy = NumpyLegacy::new(self.seed);
        let rows = TEN_INITIALIZERS.into_iter().filter_map(|name| {
            let promised = n as f64 * expected_rule(name, n)?.variance(Fans::new(n, n));
            let law = NotebookLaw::of(name, n);
            let written = n as f64 * law.variance();
            let drawn: Moments = (0..n * n).map(|_| law.draw(&mut numpy)).collect();
            Some(vec![
                name.into(),
                ten_in_words(name).into(),
                law.describe().as_str().into(),
                promised.into(),
                written.into(),
                (n as f64 * drawn.second_moment()).into(),
                (written / promised).into(),
            ])
        });
        let rows = rows.collect();
        progress(Progress { done: 1, total: 1 });
        let columns = [
            "initializer",
            "name",
            "law",
            "promised",
            "written",
            "drawn",
            "share",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_laws_in_words_have_the_variances_that_are_drawn() {
        let table = TenWeights::default().run(&mut |_| {});
        assert_eq!(table.rows.len(), 9);
        let (written, drawn) = (table.numbers("written"), table.numbers("drawn"));
        for (written, drawn) in written.iter().zip(&drawn) {
            assert_relative_eq!(written, drawn, max_relative = 0.06);
        }
        // 1 − 2φ(1)/(2Φ(1) − 1), and a third, and a sixth.
        let share = table.numbers("share");
        assert_relative_eq!(share[2], 0.291_125_094_8, max_relative = 1e-8);
        assert_relative_eq!(share[4], 1.0 / 3.0, max_relative = 1e-12);
        assert_relative_eq!(share[6], 1.0 / 6.0, max_relative = 1e-12);
        assert_relative_eq!(share[8], 1.0 / 6.0, max_relative = 1e-12);
    }

    #[test]
    fn laws_are_written_as_formulas() {
        let words = |name| NotebookLaw::of(name, 100).describe();
        assert_eq!(words("normal1"), "N(0, 1²)");
        assert_eq!(words("he_normal"), "N(0, 0.01²) cut at ±0.01");
        assert_eq!(words("xavier_uniform"), "U(−0.0707, 0.0707)");
    }

    #[test]
    #[should_panic(expected = "he is none of")]
    fn an_unknown_name_promises_nothing() {
        let _ = expected_rule("he", 100);
    }
}
