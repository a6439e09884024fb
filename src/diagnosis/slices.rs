//! What is kept of each row and each column: a fingerprint of its bits and the sum of its squares.

/// Beyond this many rows or columns none is kept.
const MOST: usize = 1 << 20;

/// A row, column or other part of a tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slice {
    /// A hash of the bits of its values; `0.0` and `-0.0` count as one.
    pub fingerprint: u64,
    /// `Σ x²`.
    pub squares: f64,
}

impl Slice {
    const EMPTY: Self = Self {
        fingerprint: 0,
        squares: 0.0,
    };

    #[inline]
    fn add(&mut self, x: f64) {
        self.fingerprint = mixed(self.fingerprint, x);
        self.squares += x * x;
    }
}

/// The fingerprint after one more value.
#[inline]
pub(super) fn mixed(fingerprint: u64, x: f64) -> u64 {
    // The sum takes -0.0 to 0.0.
    (fingerprint.rotate_left(5) ^ (x + 0.0).to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Slices of equal length that follow one another: the rows of a matrix whose last axis is the fastest.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    length: usize,
    filled: usize,
    current: Slice,
    lanes: [u64; 4],
    done: Vec<Slice>,
    kept: bool,
}

impl Rows {
    pub(super) fn new(rows: usize, length: usize) -> Self {
        let kept = rows <= MOST;
        Self {
            length,
            filled: 0,
            current: Slice::EMPTY,
            lanes: [0; 4],
            done: Vec::with_capacity(if kept { rows } else { 0 }),
            kept,
        }
    }

    /// Adds the values that come next, over as many rows as they are.
    pub(super) fn add(&mut self, mut values: &[f64]) {
        while !values.is_empty() {
            let (now, rest) = values.split_at(values.len().min(self.length - self.filled));
            self.add_within(now);
            values = rest;
            if self.filled == self.length {
                let [a, b, c, d] = self.lanes;
                let mut row = std::mem::replace(&mut self.current, Slice::EMPTY);
                row.fingerprint = [b, c, d].into_iter().fold(a, |h, lane| {
                    (h.rotate_left(23) ^ lane).wrapping_mul(0xff51_afd7_ed55_8ccd)
                });
                (self.filled, self.lanes) = (0, [0; 4]);
                if self.kept {
                    self.done.push(row);
                }
            }
        }
    }

    fn add_within(&mut self, values: &[f64]) {
        // The lane of a value depends on its place in the row alone, so blocks may end anywhere.
        let skew = self.filled % 4;
        let (head, body) = values.split_at(values.len().min((4 - skew) % 4));
        let mut squares = 0.0;
        for (lane, &x) in self.lanes[skew..].iter_mut().zip(head) {
            *lane = mixed(*lane, x);
            squares += x * x;
        }
        let mut sums = [0.0; 4];
        let (fours, rest) = body.as_chunks::<4>();
        let mut lanes = self.lanes;
        for four in fours {
            for i in 0..4 {
                lanes[i] = mixed(lanes[i], four[i]);
                sums[i] += four[i] * four[i];
            }
        }
        self.lanes = lanes;
        for (lane, &x) in self.lanes.iter_mut().zip(rest) {
            *lane = mixed(*lane, x);
            squares += x * x;
        }
        self.current.squares += squares + (sums[0] + sums[1]) + (sums[2] + sums[3]);
        self.filled += values.len();
    }

    pub(super) fn finish(self) -> Vec<Slice> {
        self.done
    }
}

/// Slices that alternate: the columns of a matrix whose last axis is the fastest.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    next: usize,
    slices: Vec<Slice>,
}

impl Columns {
    pub(super) fn new(columns: usize) -> Self {
        let kept = if columns <= MOST { columns } else { 0 };
        Self {
            next: 0,
            slices: vec![Slice::EMPTY; kept],
        }
    }

    pub(super) fn add(&mut self, mut values: &[f64]) {
        if self.slices.is_empty() {
            return;
        }
        while !values.is_empty() {
            let room = self.slices.len() - self.next;
            let (now, rest) = values.split_at(values.len().min(room));
            for (slice, &x) in self.slices[self.next..].iter_mut().zip(now) {
                slice.add(x);
            }
            self.next = (self.next + now.len()) % self.slices.len();
            values = rest;
        }
    }

    pub(super) fn finish(self) -> Vec<Slice> {
        self.slices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Vec<f64> {
        (0..7 * 13).map(|i| f64::from(i * i % 31) - 9.0).collect()
    }

    #[test]
    fn blocks_may_end_anywhere() {
        let values = matrix();
        let whole = {
            let mut rows = Rows::new(7, 13);
            rows.add(&values);
            rows.finish()
        };
        for cut in 1..values.len() {
            let (mut rows, mut columns) = (Rows::new(7, 13), Columns::new(13));
            for part in values.chunks(cut) {
                rows.add(part);
                columns.add(part);
            }
            let rows = rows.finish();
            assert_eq!(rows.len(), 7);
            for (row, other) in rows.iter().zip(&whole) {
                assert_eq!(row.fingerprint, other.fingerprint);
            }
            let squares: f64 = values.iter().skip(3).step_by(13).map(|x| x * x).sum();
            assert_eq!(columns.finish()[3].squares, squares);
        }
    }

    #[test]
    fn equal_rows_and_columns_have_equal_fingerprints_and_others_do_not() {
        let mut values = matrix();
        for j in 0..13 {
            values[5 * 13 + j] = values[2 * 13 + j];
        }
        for i in 0..7 {
            values[i * 13 + 4] = values[i * 13 + 1];
        }
        let (mut rows, mut columns) = (Rows::new(7, 13), Columns::new(13));
        rows.add(&values);
        columns.add(&values);
        let distinct = |slices: Vec<Slice>| {
            let mut prints: Vec<u64> = slices.iter().map(|s| s.fingerprint).collect();
            prints.sort_unstable();
            prints.dedup();
            prints.len()
        };
        assert_eq!(distinct(rows.finish()), 6);
        assert_eq!(distinct(columns.finish()), 12);
    }

    #[test]
    fn the_order_of_values_and_the_sign_of_zero() {
        assert_ne!(mixed(mixed(0, 1.0), 2.0), mixed(mixed(0, 2.0), 1.0));
        assert_eq!(mixed(3, 0.0), mixed(3, -0.0));
    }
}
