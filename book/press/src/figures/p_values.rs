//! The p-values of many claims, counted: if all claims are true they are uniform.

use experiments::{Cell, Table};
use unit_variance::evidence::KolmogorovDistance;

use experiments::drawing::Picture;
use experiments::drawing::plot::{Axis, Plot};
use experiments::drawing::scale::Scale;
use experiments::drawing::sheet::Sheet;

const BINS: usize = 10;

/// The histogram; `None` if there is nothing to count.
pub(crate) fn p_values(values: &[f64]) -> Option<Picture> {
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
        "{} p-values in ten bins from 0 to 1, {expected:.1} expected in each and from {} to {} in 95 of a hundred: {}.",
        values.len(),
        band.0,
        band.1,
        counts.map(|count| count.to_string()).join(", "),
    );
    Some(Picture::of(
        "p-values",
        "The p-values of all claims with an exact law",
        &description,
        Sheet::COLUMN.of_height(230.0),
        vec![Table {
            experiment: "p-values".into(),
            parameters: vec![("claims".into(), values.len().into())],
            summary: Vec::new(),
            columns: vec!["from".into(), "count".into()],
            rows: (0..BINS)
                .map(|i| vec![Cell::from(left(i)), Cell::from(counts[i])])
                .collect(),
        }],
        |sheet| plot(sheet.of_height(230.0), &counts, expected, band),
    ))
}

/// Between which counts a bin of so many uniform numbers lies with probability 0.95 or more.
fn band(values: u64) -> (u64, u64) {
    let share = 1.0 / BINS as f64;
    let mut probability = (1.0 - share).powi(i32::try_from(values).unwrap_or(i32::MAX));
    let (mut below, mut low, mut high) = (0.0, None, values);
    for count in 0..=values {
        below += probability;
        if low.is_none() && below > 0.025 {
            low = Some(count);
        }
        if below >= 0.975 {
            high = count;
            break;
        }
        probability *= (values - count) as f64 / (count + 1) as f64 * share / (1.0 - share);
    }
    (low.unwrap_or(0), high)
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

fn plot(sheet: Sheet, counts: &[u64; BINS], expected: f64, band: (u64, u64)) -> Plot {
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
            title: "p-value".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(4),
            title: "claims".into(),
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
    use super::{band, distance_from_uniform, p_values};

    #[test]
    fn every_value_falls_into_one_bin() {
        let figure = p_values(&[0.0, 0.05, 0.1, 0.999, 1.0]).expect("there are values");
        assert!(
            figure
                .description
                .ends_with("2, 1, 0, 0, 0, 0, 0, 0, 0, 2."),
            "{}",
            figure.description
        );
        assert!(p_values(&[]).is_none());
    }

    #[test]
    fn the_band_is_the_binomial_one() {
        // Bin(30, 0.1): P(K <= 0) = 0.042, P(K <= 5) = 0.927, P(K <= 6) = 0.974, P(K <= 7) = 0.992.
        assert_eq!(band(30), (0, 7));
        // Bin(100, 0.1): P(K <= 4) = 0.024, P(K <= 5) = 0.058, P(K <= 16) = 0.979.
        assert_eq!(band(100), (5, 16));
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
