//! Rows of a matrix that are kept, at equal steps, for what one pass cannot tell: angles, rank, singular values.

/// The most values that are kept: 16 MB.
const MOST: usize = 1 << 21;

/// Rows of a tensor seen as a matrix, at equal steps.
///
/// Which rows are kept does not depend on the values. So what is unlikely of a matrix of independent entries is unlikely
/// of these rows.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How many rows are kept.
    pub rows: usize,
    /// The length of a row.
    pub columns: usize,
    /// Every `step`-th row of the tensor is kept.
    pub step: usize,
    /// The rows, one after the other.
    pub values: Vec<f64>,
}

impl Sample {
    /// Whether it is the whole tensor.
    pub const fn is_whole(&self) -> bool {
        self.step == 1
    }

    /// The row.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.columns..(i + 1) * self.columns]
    }

    /// The matrix with rows and columns exchanged.
    #[must_use]
    pub(super) fn transposed(&self) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for j in 0..self.columns {
            values.extend((0..self.rows).map(|i| self.values[i * self.columns + j]));
        }
        Self {
            rows: self.columns,
            columns: self.rows,
            step: self.step,
            values,
        }
    }
}

/// Takes the rows while a tensor passes.
#[derive(Debug)]
pub(super) struct Sampler {
    sample: Sample,
    position: usize,
}

impl Sampler {
    /// Of a matrix of this shape.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        let most = MOST / columns.max(1);
        let step = if most == 0 {
            usize::MAX
        } else {
            rows.div_ceil(most).max(1)
        };
        let kept = if most == 0 || columns == 0 {
            0
        } else {
            rows.div_ceil(step)
        };
        Self {
            sample: Sample {
                rows: kept,
                columns,
                step,
                values: Vec::with_capacity(kept * columns),
            },
            position: 0,
        }
    }

    pub(super) fn add(&mut self, mut values: &[f64]) {
        let Sample {
            columns,
            step,
            rows,
            ..
        } = self.sample;
        if rows == 0 {
            return;
        }
        while !values.is_empty() {
            let (row, column) = (self.position / columns, self.position % columns);
            let (now, rest) = values.split_at(values.len().min(columns - column));
            if row.is_multiple_of(step) {
                self.sample.values.extend_from_slice(now);
            }
            self.position += now.len();
            values = rest;
        }
    }

    pub(super) fn finish(self) -> Sample {
        self.sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_matrix_is_kept_whole() {
        let values: Vec<f64> = (0..35).map(f64::from).collect();
        let mut sampler = Sampler::new(5, 7);
        for part in values.chunks(4) {
            sampler.add(part);
        }
        let sample = sampler.finish();
        assert!(sample.is_whole() && sample.values == values);
        assert_eq!(sample.row(2)[3], 17.0);
        assert_eq!(sample.transposed().row(3)[2], 17.0);
    }

    #[test]
    fn of_a_large_one_rows_are_kept_at_equal_steps() {
        let (rows, columns) = (2100, 2000);
        let mut sampler = Sampler::new(rows, columns);
        for i in 0..rows {
            sampler.add(&vec![i as f64; columns]);
        }
        let sample = sampler.finish();
        assert_eq!((sample.step, sample.rows), (3, 700));
        assert!((0..700).all(|i| sample.row(i).iter().all(|x| *x == 3.0 * i as f64)));
    }
}
