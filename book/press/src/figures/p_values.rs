//! The p-values of many claims, counted: if all claims are true they are uniform.

use unit_variance::experiments::{Cell, Table};

use super::Figure;
use super::plot::{Axis, Plot};
use super::scale::Scale;
use super::sheet::Sheet;

const BINS: usize = 10;

/// The histogram; `None` if there is nothing to count.
pub(crate) fn p_values(values: &[f64]) -> Option<Figure> {
    if values.is_empty() {
        return None;
    }
    let mut counts = [0_u64; BINS];
    for p in values {
        counts[((p * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    let expected = values.len() as f64 / BINS as f64;
    let description = format!(
        "{} p-values in ten bins from 0 to 1, {expected:.1} expected in each: {}.",
        values.len(),
        counts.map(|count| count.to_string()).join(", "),
    );
    Some(Figure::of(
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
        |sheet| plot(sheet.of_height(230.0), &counts, expected),
    ))
}

/// Where a bin begins.
fn left(bin: usize) -> f64 {
    bin as f64 / BINS as f64
}

fn plot(sheet: Sheet, counts: &[u64; BINS], expected: f64) -> Plot {
    let most = counts.iter().copied().max().unwrap_or(0) as f64;
    let high = most.max(2.0 * expected).ceil();
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
    use super::p_values;

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
}
