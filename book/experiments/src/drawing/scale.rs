//! Scales: from values to places on the sheet, with the ticks that suit them.

/// How values are laid out along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Equal steps for equal differences.
    Linear {
        /// The value at the low end.
        low: f64,
        /// The value at the high end.
        high: f64,
    },
    /// Equal steps for equal ratios; both ends are positive.
    Log {
        /// The value at the low end.
        low: f64,
        /// The value at the high end.
        high: f64,
    },
}

/// A marked value and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The value.
    pub at: f64,
    /// What stands beside it.
    pub label: String,
}

impl Tick {
    /// A tick at this value.
    pub fn new(at: f64, label: &str) -> Self {
        Self {
            at,
            label: label.to_owned(),
        }
    }
}

impl Scale {
    /// A log scale over whole powers of ten that holds all positive values.
    pub fn decades(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = extent(values.into_iter().filter(|x| *x > 0.0));
        Self::Log {
            low: 10_f64.powi(libm::log10(low).floor() as i32),
            high: 10_f64.powi(libm::log10(high).ceil() as i32),
        }
    }

    /// Where the value is, from 0 at the low end to 1 at the high end; not finite if it is nowhere.
    pub fn fraction(self, value: f64) -> f64 {
        match self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Log { low, high } => {
                (libm::log10(value) - libm::log10(low)) / (libm::log10(high) - libm::log10(low))
            }
        }
    }

    /// The scale from one pixel to another, for a script: `linear 0 10 52 610`.
    pub fn written(self, from: f64, to: f64) -> String {
        let (name, low, high) = match self {
            Self::Linear { low, high } => ("linear", low, high),
            Self::Log { low, high } => ("log", low, high),
        };
        format!("{name} {low:e} {high:e} {from:.2} {to:.2}")
    }

    /// At most `count` ticks at round values: 1, 2 or 5 times a power of ten, or powers of ten.
    pub fn ticks(self, count: usize) -> Vec<Tick> {
        match self {
            Self::Linear { low, high } => linear_ticks(low, high, count),
            Self::Log { low, high } => log_ticks(low, high, count),
        }
    }
}

fn linear_ticks(low: f64, high: f64, count: usize) -> Vec<Tick> {
    let rough = (high - low) / count.max(1) as f64;
    let power = libm::log10(rough).floor();
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * 10_f64.powi(power as i32))
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .expect("ten times the power is above");
    let decimals = (-libm::log10(step).floor()).max(0.0) as usize;
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|i| {
            let at = i as f64 * step;
            Tick {
                at,
                label: format!("{at:.decimals$}").replace('-', "−"),
            }
        })
        .collect()
}

fn log_ticks(low: f64, high: f64, count: usize) -> Vec<Tick> {
    let (first, last) = (libm::log10(low), libm::log10(high));
    if last - first < 2.0 {
        return (first.floor() as i32..=last.ceil() as i32)
            .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)))
            .filter(|at| (low * 0.999..=high * 1.001).contains(at))
            .map(|at| Tick {
                at,
                label: format!("{}", (at * 1e6).round() / 1e6),
            })
            .collect();
    }
    let step = [1, 2, 4, 5, 10, 20, 50, 100]
        .into_iter()
        .find(|step| (last - first) / f64::from(*step) < count as f64)
        .unwrap_or(200);
    let (first, last) = ((first - 1e-9).ceil() as i32, (last + 1e-9).floor() as i32);
    (first..=last)
        .filter(|power| power % step == 0)
        .map(|power| Tick {
            at: 10_f64.powi(power),
            label: power_of_ten(power),
        })
        .collect()
}

/// `10^{−4}`, and plain 1 for the zeroth power.
pub fn power_of_ten(power: i32) -> String {
    match power {
        0 => "1".to_owned(),
        1 => "10".to_owned(),
        power => format!("10^{{{}}}", power.to_string().replace('-', "−")),
    }
}

/// The smallest and the largest of the finite values.
///
/// # Panics
///
/// If there is none.
#[track_caller]
pub fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
    assert!(low <= high, "a scale needs a finite value");
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, count: usize) -> Vec<String> {
        scale
            .ticks(count)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn ticks_are_round() {
        let linear = Scale::Linear {
            low: -1.0,
            high: 9.3,
        };
        assert_eq!(labels(linear, 5), ["0", "5"]);
        assert_eq!(labels(linear, 6), ["0", "2", "4", "6", "8"]);
        let fine = Scale::Linear {
            low: 0.0,
            high: 0.5,
        };
        assert_eq!(labels(fine, 5), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        let log = Scale::Log {
            low: 1e-9,
            high: 1e9,
        };
        assert_eq!(
            labels(log, 5),
            ["10^{−8}", "10^{−4}", "1", "10^{4}", "10^{8}"]
        );
        let short = Scale::Log {
            low: 0.1,
            high: 3.0,
        };
        assert_eq!(labels(short, 5), ["0.1", "0.2", "0.5", "1", "2"]);
    }

    #[test]
    fn decades_hold_every_positive_value() {
        let scale = Scale::decades([0.0, 3e-4, 20.0, f64::INFINITY]);
        assert!((scale.fraction(1e-4)).abs() < 1e-12);
        assert!((scale.fraction(100.0) - 1.0).abs() < 1e-12);
        assert!(!scale.fraction(0.0).is_finite());
    }
}
