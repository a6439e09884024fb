//! Every linear network whose parameters have few values, and its first step.

use experiments::width::{Rule, ScaledLayer, ScaledNetwork};
use ndarray::Array2;
use unit_variance::{Activation, Loss};

/// Values of a parameter of mean zero and variance one, or not, and their probabilities.
pub(super) type Values = &'static [(f64, f64)];

/// Fair signs.
pub(super) const SIGNS: Values = &[(0.5, 1.0), (0.5, -1.0)];
/// Symmetric, with a peak.
pub(super) const PEAKED: Values = &[(0.75, 0.0), (0.125, 2.0), (0.125, -2.0)];
/// The first five moments of a normal law.
pub(super) const LIKE_NORMAL: Values = &[
    (2.0 / 3.0, 0.0),
    (1.0 / 6.0, 1.732_050_807_568_877_2),
    (1.0 / 6.0, -1.732_050_807_568_877_2),
];
/// Mean zero and variance one, but skewed.
pub(super) const SKEWED: Values = &[(0.2, 2.0), (0.8, -0.5)];
/// Second moment one, but a mean of one half.
pub(super) const SHIFTED: Values = &[(0.8, 1.0), (0.2, -1.0)];

/// A linear network of two or three layers, of one output, but for its parameters.
#[derive(Clone)]
pub(super) struct Linear {
    pub(super) width: usize,
    pub(super) x: Vec<f64>,
    pub(super) target: f64,
    /// `m`, `s` and `e` of each layer, from the input.
    pub(super) multipliers: Vec<f64>,
    pub(super) std_devs: Vec<f64>,
    pub(super) rates: Vec<f64>,
    /// Whether the readout is the first row of the first layer, and not independent.
    pub(super) tied: bool,
}

/// What a step on which loss.
#[derive(Clone, Copy)]
pub(super) enum Probe {
    /// `−y f`.
    Linear,
    /// `c (f − y)²`.
    Squared(f64),
}

impl Linear {
    pub(super) fn square(&self) -> f64 {
        self.x.iter().map(|x| x * x).sum()
    }

    fn sizes(&self) -> Vec<(usize, usize)> {
        let (d, n) = (self.x.len(), self.width);
        match self.multipliers.len() {
            2 => vec![(d, n), (n, 1)],
            _ => vec![(d, n), (n, n), (n, 1)],
        }
    }

    pub(super) fn count(&self) -> usize {
        self.sizes().iter().map(|(a, b)| a * b).sum()
    }

    fn network(&self, numbers: &[f64]) -> ScaledNetwork {
        let mut rest = numbers;
        let layers = self.sizes().into_iter().enumerate().map(|(l, size)| {
            let (own, others) = rest.split_at(size.0 * size.1);
            rest = others;
            let is_last = l + 1 == self.multipliers.len();
            let own = if is_last && self.tied {
                &numbers[..self.width]
            } else {
                own
            };
            let drawn = Array2::from_shape_vec(size, own.to_vec()).expect("as many as there are");
            ScaledLayer::new(
                self.multipliers[l],
                drawn * self.std_devs[l],
                self.rates[l],
                Activation::Identity,
            )
        });
        ScaledNetwork::new(layers.collect())
    }

    /// What one step changes: all units of the hidden layers, and the output.
    pub(super) fn changes(&self, numbers: &[f64], probe: Probe) -> Vec<f64> {
        let mut network = self.network(numbers);
        let x = Array2::from_shape_vec((1, self.x.len()), self.x.clone()).expect("one row");
        let before = network.effective().forward(&x);
        let target = Array2::from_elem((1, 1), self.target);
        let (loss, rate) = match probe {
            Probe::Linear => (Loss::Linear { cotangent: -target }, 1.0),
            Probe::Squared(c) => (Loss::SumOfSquares { targets: target }, c),
        };
        network.step(&x, &loss, Rule::Descent, rate);
        let after = network.effective().forward(&x);
        let layers = before.layers.iter().zip(&after.layers);
        layers
            .flat_map(|(before, after)| (&after.activation - &before.activation).into_iter())
            .collect()
    }

    /// The expectation of a function of the changes over all networks with these values.
    pub(super) fn mean<const N: usize>(
        &self,
        values: Values,
        probe: Probe,
        of: impl Fn(&[f64]) -> [f64; N],
    ) -> [f64; N] {
        let count = self.count();
        let all = values.len().pow(count as u32);
        let mut sums = [0.0; N];
        let mut numbers = vec![0.0; count];
        for code in 0..all {
            let (mut probability, mut rest) = (1.0, code);
            for number in &mut numbers {
                let (p, value) = values[rest % values.len()];
                rest /= values.len();
                probability *= p;
                *number = value;
            }
            let found = of(&self.changes(&numbers, probe));
            for (sum, x) in sums.iter_mut().zip(found) {
                *sum += probability * x;
            }
        }
        sums
    }
}

/// The last of the changes, that of the output.
pub(super) fn output(changes: &[f64]) -> [f64; 1] {
    [changes[changes.len() - 1]]
}
