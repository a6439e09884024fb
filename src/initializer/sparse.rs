//! A few weights to each output, and zeros.

use rand::distr::Distribution;
use rand::{Rng, RngExt};

use super::kernel::{KernelMut, Size};
use super::linear_map::fill_maps;
use super::parameter_error::{ParameterError, positive, require};
use super::{FillError, Initializer, Layout};
use crate::probability::{Law, Streams};

/// Each output gets a given number of weights from `N(0, std_dev²)`, at inputs drawn without replacement; the rest are 0.[^sparse]
///
/// The sum over inputs has as few terms in a wide layer as in a narrow one, so its size does not
/// depend on the width, and units differ by what they see. Martens takes 15 weights of variance 1.
///
/// ```
/// use unit_variance::initializer::Sparse;
/// use unit_variance::{Initializer, Streams};
///
/// let weight = Sparse::new(15, 1.0).sample((200, 30), &mut Streams::new(1).stream("w"));
/// for column in weight.columns() {
///     assert_eq!(column.iter().filter(|&&w| w != 0.0).count(), 15);
/// }
/// ```
///
/// [^sparse]: J. Martens (2010). *Deep learning via Hessian-free optimization*, §5. ICML.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sparse {
    kept: Density,
    std_dev: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Density {
    Count(usize),
    AllBut(f64),
}

impl Sparse {
    /// `connections` weights to each output, or all of its weights if it has fewer.
    ///
    /// # Panics
    ///
    /// If there are none, or `std_dev` is not a positive finite number.
    #[track_caller]
    pub fn new(connections: usize, std_dev: f64) -> Self {
        Self::try_new(connections, std_dev).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `connections` weights to each output, for numbers that somebody gave.
    ///
    /// # Errors
    ///
    /// If there are none, or `std_dev` is not a positive finite number.
    pub fn try_new(connections: usize, std_dev: f64) -> Result<Self, ParameterError> {
        if connections == 0 {
            return Err(ParameterError::NoConnection);
        }
        Self::checked(Density::Count(connections), std_dev)
    }

    /// The share `sparsity` of the weights of each output is 0, rounded up to whole weights, as in
    /// PyTorch's `sparse_`.
    ///
    /// A share `k/n` of `n` weights is `k` of them, although the product of the two floats may lie
    /// above `k`: a product that rounding alone may have moved is taken for the whole number.
    ///
    /// ```
    /// use unit_variance::initializer::Sparse;
    ///
    /// assert_eq!(0.55 * 100.0, 55.000_000_000_000_007);
    /// assert_eq!(Sparse::with_sparsity(0.55, 1.0).connections(100), 45);
    /// ```
    ///
    /// # Panics
    ///
    /// If `sparsity` is not in `[0, 1)`, or `std_dev` is not a positive finite number.
    #[track_caller]
    pub fn with_sparsity(sparsity: f64, std_dev: f64) -> Self {
        Self::try_with_sparsity(sparsity, std_dev).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The share `sparsity` of the weights is 0, for numbers that somebody gave.
    ///
    /// # Errors
    ///
    /// If `sparsity` is not in `[0, 1)`, or `std_dev` is not a positive finite number.
    pub fn try_with_sparsity(sparsity: f64, std_dev: f64) -> Result<Self, ParameterError> {
        let holds = (0.0..1.0).contains(&sparsity);
        require(holds, "a sparsity", "at least 0 and below 1", sparsity)?;
        Self::checked(Density::AllBut(sparsity), std_dev)
    }

    fn checked(kept: Density, std_dev: f64) -> Result<Self, ParameterError> {
        let std_dev = positive("a standard deviation", std_dev)?;
        Ok(Self { kept, std_dev })
    }

    /// How many of an output's weights are not 0.
    ///
    /// # Panics
    ///
    /// If there are none: a sparsity of 0.9 leaves nothing of five weights.
    #[track_caller]
    pub fn connections(self, fan_in: usize) -> usize {
        self.try_connections(fan_in)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_connections(self, fan_in: usize) -> Result<usize, FillError> {
        match self.kept_of(fan_in) {
            0 => Err(FillError::Unfit(format!(
                "an output needs at least one connection, but {:?} leaves none of {fan_in} weights",
                self.kept
            ))),
            kept => Ok(kept),
        }
    }

    /// How many of an output's weights are not 0; perhaps none.
    pub fn kept_of(self, fan_in: usize) -> usize {
        match self.kept {
            Density::Count(count) => count.min(fan_in),
            Density::AllBut(sparsity) => {
                let zeros = sparsity * fan_in as f64;
                // The share is off by half a unit in the last place, and the product by another.
                let rounded = if (zeros - zeros.round()).abs() <= f64::EPSILON * zeros {
                    zeros.round()
                } else {
                    zeros.ceil()
                };
                fan_in - (rounded as usize).min(fan_in)
            }
        }
    }
}

impl Initializer for Sparse {
    /// # Errors
    ///
    /// If an output has no connection, as [`connections`](Sparse::connections) says.
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        self.try_connections(layout.terms(kernel.shape())?)?;
        let streams = Streams::from_rng(rng);
        let size = Size::of(Law::Normal, self.std_dev);
        fill_maps(kernel, layout, size, |number, map| {
            let taps = map.taps();
            let terms = map.inputs * taps;
            let first = number * map.outputs; // every group has as many
            let columns: Vec<Vec<f64>> = (first..first + map.outputs)
                .map(|output| self.column(terms, &mut streams.block(output as u64)))
                .collect();
            map.set(|input, tap, output| columns[output][input * taps + tap]);
        })
    }
}

impl Sparse {
    /// The weights of one output: the beginning of a random permutation of its inputs is kept.
    fn column(self, terms: usize, rng: &mut impl Rng) -> Vec<f64> {
        let mut inputs: Vec<usize> = (0..terms).collect();
        let mut column = vec![0.0; terms];
        for i in 0..self.connections(terms) {
            inputs.swap(i, rng.random_range(i..terms));
            column[inputs[i]] = self.std_dev * Law::Normal.sample(rng);
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Convolution, KernelOrder};
    use statrs::distribution::{Binomial, DiscreteCDF};

    #[test]
    fn a_sparsity_counts_zeros() {
        for (sparsity, fan_in, kept) in
            [(0.9, 10, 1), (0.0, 10, 10), (0.25, 10, 7), (0.55, 100, 45)]
        {
            assert_eq!(
                Sparse::with_sparsity(sparsity, 1.0).connections(fan_in),
                kept
            );
        }
        assert_eq!(Sparse::new(15, 1.0).connections(6), 6);
    }

    #[test]
    fn a_share_of_k_in_n_is_k_of_them() {
        for n in 1..=1000_usize {
            for k in 0..=n {
                let share = Density::AllBut(k as f64 / n as f64);
                let sparse = Sparse {
                    kept: share,
                    std_dev: 1.0,
                };
                assert_eq!(sparse.kept_of(n), n - k, "{k}/{n}");
            }
        }
        // Other shares are rounded up, however near they are to a whole number of weights.
        let above = Sparse::with_sparsity(0.5 * (1.0 + 4.0 * f64::EPSILON), 1.0);
        assert_eq!(above.connections(10), 4);
    }

    #[test]
    #[should_panic(
        expected = "an output needs at least one connection, but AllBut(0.9) leaves none of 5 weights"
    )]
    fn a_sparsity_that_leaves_nothing_is_refused() {
        let _ = Sparse::with_sparsity(0.9, 1.0).sample((5, 3), &mut Streams::new(6).stream("w"));
    }

    #[test]
    fn every_input_is_as_likely() {
        let outputs = 4000;
        let weight = Sparse::new(3, 1.0).sample((9, outputs), &mut Streams::new(5).stream("w"));
        let law = Binomial::new(1.0 / 3.0, outputs as u64).expect("a chance");
        for row in weight.rows() {
            let hits = row.iter().filter(|&&w| w != 0.0).count() as u64;
            assert!(
                law.cdf(hits) > 1e-9 && law.sf(hits - 1) > 1e-9,
                "{hits} of {outputs}"
            );
        }
    }

    #[test]
    fn a_convolution_counts_its_taps() {
        let mut kernel = ndarray::Array4::<f64>::zeros((6, 4, 3, 3));
        let layout = Convolution::new(KernelOrder::OutInSpace).groups(2).into();
        let mut rng = Streams::new(6).stream("w");
        Sparse::new(5, 1.0).fill((&mut kernel).into(), layout, &mut rng);
        for filter in kernel.outer_iter() {
            assert_eq!(filter.iter().filter(|&&w| w != 0.0).count(), 5);
        }
        // Every output has weights of its own, whichever group it is in.
        for (output, filter) in kernel.outer_iter().enumerate() {
            let mut others = kernel.outer_iter().skip(output + 1);
            assert!(others.all(|other| other != filter), "{output}");
        }
    }

    #[test]
    #[should_panic(expected = "a sparsity must be at least 0 and below 1, but is 1.5")]
    fn a_sparsity_over_one_is_refused() {
        let _ = Sparse::with_sparsity(1.5, 1.0);
    }
}
