//! The lengths of gradients in ReLU networks, and their law if coins switched the units on.

use statrs::distribution::{Binomial, Discrete};
use statrs::function::erf::erf;
use unit_variance::probability::StreamRng;
use unit_variance::{Fans, Law, VarianceScaling};

use super::{Coined, gradient_of_output, normal_row, squared_length, with_readout};

/// Hidden layers so narrow that one in nine or one in sixteen would be dead.
pub(super) const HIDDEN: [usize; 10] = [3, 4, 3, 4, 3, 4, 3, 4, 3, 4];

/// The law of the sum over these layers of `‖δ_l‖² / (σ²‖δ_{l+1}‖²)` under coins: given that `k` units
/// are on, it is chi-square with `k` degrees of freedom.
pub(super) struct Coins {
    /// The probability of each number of units that are on.
    on: Vec<f64>,
}

impl Coins {
    /// Whether the coins are tossed again until no layer is dead.
    pub(super) fn new(none_dead: bool) -> Self {
        let mut on = vec![1.0];
        for units in HIDDEN {
            let tosses = Binomial::new(0.5, units as u64).expect("1/2 is a probability");
            let least = usize::from(none_dead);
            let alive = 1.0 - if none_dead { tosses.pmf(0) } else { 0.0 };
            let mut next = vec![0.0; on.len() + units];
            for (before, p) in on.iter().enumerate() {
                for k in least..=units {
                    next[before + k] += p * tosses.pmf(k as u64) / alive;
                }
            }
            on = next;
        }
        Self { on }
    }

    /// `Σ_k p_k P(χ²_k ≤ x)`, from `P(χ²_{k+2} ≤ x) = P(χ²_k ≤ x) − (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1)`.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        let half = x / 2.0;
        let mut below = [1.0, erf(half.sqrt())];
        let mut step = [
            libm::exp(-half),
            libm::exp(-half) * (half / std::f64::consts::PI).sqrt() * 2.0,
        ];
        let mut sum = 0.0;
        for (k, p) in self.on.iter().enumerate() {
            let parity = k % 2;
            sum += p * below[parity];
            below[parity] -= step[parity];
            step[parity] *= half / (k as f64 / 2.0 + 1.0);
        }
        sum
    }
}

/// The sum of `‖δ_l‖² / (σ²‖δ_{l+1}‖²)` over the hidden layers of each of `networks` networks without a
/// dead layer; without the masks if they are not kept.
pub(super) fn backward_factors(networks: usize, how: &Coined, rng: &mut StreamRng) -> Vec<f64> {
    let claimed = VarianceScaling::he(Law::Normal);
    let widths = [&[5][..], &HIDDEN[..], &[1][..]].concat();
    let mut sums = Vec::with_capacity(networks);
    while sums.len() < networks {
        let mut network = with_readout(&widths, &how.scheme, rng);
        if how.biased {
            // A thousand times the biases before: larger than any sum.
            let mut bias = 1.0;
            for layer in &mut network.layers[..HIDDEN.len()] {
                bias *= 1e3;
                layer.bias.fill(bias);
            }
        }
        let trace = network.forward(&normal_row(widths[0], rng));
        let hidden = &trace.layers[..HIDDEN.len()];
        if hidden
            .iter()
            .any(|signal| squared_length(&signal.activation) == 0.0)
        {
            continue;
        }
        let gradients = gradient_of_output(&network, &trace);
        let factors = (0..HIDDEN.len()).map(|l| {
            let weight = &network.layers[l + 1].weight;
            let variance = claimed.variance(Fans::new(weight.nrows(), weight.ncols()));
            let layer = &gradients.layers[l];
            let numerator = if how.keep_mask {
                &layer.delta
            } else {
                &layer.activation
            };
            squared_length(numerator) / (variance * squared_length(&gradients.layers[l + 1].delta))
        });
        sums.push(factors.sum());
    }
    sums
}
