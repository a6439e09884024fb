//! Exact counts between the edges `2^k · (1 + j/8)`, on both sides of zero.
//!
//! The edges are the same for every tensor. That they do not depend on the data is what makes each count exactly
//! binomial: edges that are set in units of the sample's own rms would not give that.

/// A bin for every sign, exponent and first three bits of an `f64`.
const BINS: usize = 1 << 15;

/// How far the bits are shifted to give the bin.
const SHIFT: u32 = 49;

/// The edges of an octave.
pub(super) const EDGES_OF_OCTAVE: f64 = 8.0;

/// The counts while they are taken.
#[derive(Debug, Clone)]
pub(super) struct Bins(Vec<u64>);

impl Bins {
    pub(super) fn new() -> Self {
        Self(vec![0; BINS])
    }

    /// Counts these values; NaN and infinities among those beyond the last edge.
    pub(super) fn add(&mut self, values: &[f64]) {
        let bins: &mut [u64; BINS] = self.0.as_mut_slice().try_into().expect("the bins are BINS");
        for x in values {
            let bin = &mut bins[(x.to_bits() >> SHIFT) as usize];
            *bin = bin.wrapping_add(1); // no tensor has 2^64 values
        }
    }

    /// The counts at and beyond every edge between the smallest and the largest value.
    pub(super) fn tails(&self) -> Vec<Tail> {
        let (positive, negative) = self.0.split_at(BINS / 2);
        let used = |i: &usize| positive[*i] + negative[*i] > 0;
        // The first bin begins at 0, which is no edge.
        let (Some(first), Some(last)) = ((1..BINS / 2).find(used), (1..BINS / 2).rfind(used))
        else {
            return Vec::new();
        };
        let mut tails = Vec::with_capacity(last - first + 2);
        let mut above = Tail::default();
        // One edge beyond the last: that nothing lies there says something as well.
        for i in (first..=(last + 1).min(BINS / 2 - 1)).rev() {
            above.positive += positive[i];
            above.negative += negative[i];
            above.edge = f64::from_bits((i as u64) << SHIFT);
            tails.push(above);
        }
        tails.reverse();
        tails
    }
}

/// How many values are at least `edge`, and how many at most `−edge`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tail {
    /// The edge, `2^k (1 + j/8)`.
    pub edge: f64,
    /// `#{x ≥ edge}`.
    pub positive: u64,
    /// `#{x ≤ −edge}`.
    pub negative: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_a_loop() {
        let values: Vec<f64> = (0..999).map(|i| libm::sin(f64::from(i)) * 3.0).collect();
        let mut bins = Bins::new();
        bins.add(&values);
        let tails = bins.tails();
        assert!(tails.len() > 50);
        for tail in tails {
            let positive = values.iter().filter(|x| **x >= tail.edge).count() as u64;
            let negative = values.iter().filter(|x| **x <= -tail.edge).count() as u64;
            assert_eq!(
                (positive, negative),
                (tail.positive, tail.negative),
                "{}",
                tail.edge
            );
        }
    }

    #[test]
    fn zeros_alone_have_no_edges() {
        let mut bins = Bins::new();
        bins.add(&[0.0, -0.0]);
        assert!(bins.tails().is_empty());
    }

    #[test]
    fn there_are_eight_edges_in_an_octave() {
        let mut bins = Bins::new();
        bins.add(&[1.0, 2.0]);
        let tails = bins.tails();
        let edges: Vec<f64> = tails
            .iter()
            .map(|tail| tail.edge)
            .take_while(|e| *e < 2.0)
            .collect();
        assert_eq!(edges.len() as f64, EDGES_OF_OCTAVE);
        assert_eq!(edges[..2], [1.0, 1.125]);
    }
}
