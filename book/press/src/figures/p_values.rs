//! The p-values of many claims, or their ranks under many seeds, counted: if all claims are true they are uniform.

use experiments::{Cell, Table};
use unit_variance::evidence::{BinomialShare, KolmogorovDistance, NullLaw};

use experiments::drawing::Picture;
use experiments::drawing::plot::{Axis, Plot};
use experiments::drawing::scale::Scale;
use experiments::drawing::sheet::Sheet;

const BINS: usize = 10;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The p-values of the claims in one run.
    PValues,
    /// The ranks of their values under their laws, under many seeds.
    Ranks,
}

impl Counted {
    const fn name(self) -> &'static str {
        match self {
            Self::PValues => "p-value",
            Self::Ranks => "rank",
        }
    }
}

/// The histogram; `None` if there is nothing to count.
pub(crate) fn p_values(values: &[f64], counted: Counted) -> Option<Picture> {
    if values.is_empty() {
        return None;
    }
    let mut counts = [0_u64; BINS];
    for p in values {
        counts[((p * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    let expected = values.len() as f64 / BINS as f64;
    let band = band(values.len() as u64);
    let description = format!(
        "{} {}s in ten bins from 0 to 1, {expected:.1} expected in each and from {} to {} in 95 of a hundred: {}.",
        values.len(),
        counted.name(),
        band.0,
        band.1,
        counts.map(|count| count.to_string()).join(", "),
    );
    Some(Picture::of(
        "p-values",
        &format!("The {}s of all claims with an exact law", counted.name()),
        &description,
        Sheet::COLUMN.of_height(230.0),
        vec![Table {
            experiment: "p-values".into(),
            parameters: vec![("values".into(), values.len().into())],
            summary: Vec::new(),
            columns: vec!["from".into(), "count".into()],
            rows: (0..BINS)
                .map(|i| vec![Cell::from(left(i)), Cell::from(counts[i])])
                .collect(),
        }],
        |sheet| plot(sheet.of_height(230.0), &counts, expected, band, counted),
    ))
}

/// Between which counts a bin of so many uniform numbers lies with probability 0.95 or more.
fn band(values: u64) -> (u64, u64) {
    let share = BinomialShare::new(values, 1.0 / BINS as f64);
    let (low, high) = share.interval(0.05);
    let count = |share: f64| (share * values as f64).round() as u64;
    (count(low), count(high))
}

/// The largest distance of the values' distribution from the uniform one, and the probability of a larger
/// one, by Kolmogorov's series with Stephens' correction for few values.
pub(crate) fn distance_from_uniform(values: &[f64]) -> (f64, f64) {
    let distance = KolmogorovDistance::of(&mut values.to_vec(), |p| p);
    let root = (values.len() as f64).sqrt();
    let t = (root + 0.12 + 0.11 / root) * distance;
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * t * t).exp()
    };
    (distance, (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0))
}

/// Where a bin begins.
fn left(bin: usize) -> f64 {
    bin as f64 / BINS as f64
}

fn plot(
    sheet: Sheet,
    counts: &[u64; BINS],
    expected: f64,
    band: (u64, u64),
    counted: Counted,
) -> Plot {
    let most = counts.iter().copied().max().unwrap_or(0) as f64;
    let high = most.max(2.0 * expected).max(band.1 as f64 + 1.0).ceil();
    let (x, y) = (
        Scale::Linear {
            low: 0.0,
            high: 1.0,
        },
        Scale::Linear { low: 0.0, high },
    );
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: counted.name().into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(4),
            title: match counted {
                Counted::PValues => "claims".into(),
                Counted::Ranks => "claims × seeds".into(),
            },
        },
        "uniform",
    );
    let (low, top) = (band.0 as f64, band.1 as f64);
    plot.band("s3 outer", &[0.0, 1.0], &[low, low], &[top, top]);
    for (bin, count) in counts.iter().enumerate() {
        let (from, to) = (left(bin) + 0.004, left(bin + 1) - 0.004);
        let top = *count as f64;
        plot.band("s1 count", &[from, to], &[0.0, 0.0], &[top, top]);
    }
    plot.line("dashed s3", [(0.0, expected), (1.0, expected)]);
    plot.label("s3", (1.0, expected), "uniform");
    plot
}

#[cfg(test)]
mod tests {
    use super::{Counted, band, distance_from_uniform, p_values};

    #[test]
    fn every_value_falls_into_one_bin() {
        let figure =
            p_values(&[0.0, 0.05, 0.1, 0.999, 1.0], Counted::PValues).expect("there are values");
        assert!(
            figure
                .description
                .ends_with("2, 1, 0, 0, 0, 0, 0, 0, 0, 2."),
            "{}",
            figure.description
        );
        assert!(p_values(&[], Counted::Ranks).is_none());
    }

    #[test]
    fn the_band_is_the_binomial_one() {
        // Bin(30, 0.1): P(K <= 0) = 0.042, P(K <= 5) = 0.927, P(K <= 6) = 0.974, P(K <= 7) = 0.992.
        assert_eq!(band(30), (0, 7));
        // Bin(100, 0.1): P(K <= 4) = 0.024, P(K <= 5) = 0.058, P(K <= 16) = 0.979.
        assert_eq!(band(100), (5, 16));
        // Of ten thousand the standard deviation is 30.
        let (low, high) = band(10_000);
        assert!((938..=945).contains(&low) && (1055..=1062).contains(&high));
    }

    #[test]
    fn even_values_are_near_the_uniform_law_and_equal_ones_are_not() {
        let even: Vec<f64> = (0..40).map(|i| (f64::from(i) + 0.5) / 40.0).collect();
        let (distance, chance) = distance_from_uniform(&even);
        assert!((distance - 0.0125).abs() < 1e-12 && chance > 0.99);
        let (distance, chance) = distance_from_uniform(&[0.9; 40]);
        assert!((distance - 0.9).abs() < 1e-12 && chance < 1e-9);
        // The critical value of the textbooks for 30 values at five percent is 0.242.
        let shifted: Vec<f64> = (0..30)
            .map(|i| f64::from(i) / 30.0 * (1.0 - 0.242))
            .collect();
        assert!((distance_from_uniform(&shifted).1 - 0.05).abs() < 0.03);
    }
}
