//! Depth over width: the law of many equal layers, and networks that are drawn.

use ndarray::Array2;
use rayon::prelude::*;
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, largest};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{LayerKind, Layers, ProductLaw};
use unit_variance::{Activation, Dense, Fan, Initializer, Law, Streams, VarianceScaling};

use super::{apart, foil_at, from_uniform, square};
use crate::harness::Report;

/// Layers of one kind.
fn equal(kind: LayerKind, width: u64, count: u32) -> ProductLaw {
    ProductLaw::of(&[Layers { kind, width, count }])
}

#[test]
fn depth_over_width_decides() -> Report {
    claim!(
        "finite-width.depth-over-width",
        r"Take *ReLU* networks with normal weights of variance $2/n$ for fan-in $n$ and without biases, of *$50$ layers of $80$* units and
        of *$200$ layers of $320$*, and an input other than zero. For *every* $x$, the probability that the mean square behind the
        last layer is at most $x$ times that of the input is the same for both, to *$0.01$*, given that no layer is dead.",
        || {
            // Half a hundredth of a unit of the logarithm from place to place, from e^-15 to e^9.
            let places: Vec<f64> = (0..=4800)
                .map(|i| libm::exp(-15.0 + f64::from(i) / 200.0))
                .collect();
            let below =
                |law: &ProductLaw| -> Vec<f64> { places.iter().map(|x| law.cdf(*x)).collect() };
            // Between two places both probabilities rise: they differ by no more than one at the right end and the other at the
            // left; and so before the first and behind the last.
            let farthest = |one: &ProductLaw, other: &ProductLaw| {
                let (one, other) = (below(one), below(other));
                let last = places.len() - 1;
                let ends = [one[0], other[0], 1.0 - one[last], 1.0 - other[last]];
                let between =
                    (1..=last).flat_map(|i| [one[i] - other[i - 1], other[i] - one[i - 1]]);
                largest(between.chain(ends))
            };
            let relu = |width, count| equal(LayerKind::Relu, width, count);
            let fifty = relu(80, 50);
            Exactness::of(
                "largest difference of two probabilities",
                places.len() as u64,
            )
            .within(0.01)
            .over(
                "every",
                "all, as both probabilities rise from each of 4,801 values of x to the next",
            )
            .holds_for(
                "50 layers of 80 and 200 of 320",
                farthest(&fifty, &relu(320, 200)),
            )
            .foil("200 layers of 80", farthest(&fifty, &relu(80, 200)))
            .attacks(&["$200$ layers of $320$"])
            .foil("20 layers of 32", farthest(&relu(32, 20), &relu(320, 200)))
            .attacks(&["$50$ layers of $80$", "$0.01$"])
            .foil(
                "no activation in the wide one",
                farthest(&fifty, &equal(LayerKind::Linear, 320, 200)),
            )
            .attacks(&["ReLU"])
            .judge()
        },
    )
}

/// Networks of equal layers.
struct Equal {
    depth: u32,
    units: usize,
    /// The variance of the weights, times the fan-in.
    scale: f64,
    bias: f64,
    activation: Activation,
}

impl Equal {
    /// The factor by which one of them multiplies the mean square of this input.
    fn factor(&self, input: &Array2<f64>, rng: &mut StreamRng) -> f64 {
        let scheme = VarianceScaling::new(self.scale, Fan::In, Law::Normal);
        let mut signal = input.clone();
        for _ in 0..self.depth {
            let weight = scheme.sample((signal.ncols(), self.units), rng);
            let mut layer = Dense::new(weight, self.activation);
            layer.bias.fill(self.bias);
            signal = layer.forward(&signal).activation;
        }
        let mean_square = |row: &Array2<f64>| square(row) / row.len() as f64;
        mean_square(&signal) / mean_square(input)
    }
}

#[test]
fn fifty_layers_of_eighty_have_the_law_of_a_product() -> Report {
    claim!(
        "finite-width.real-nets",
        r"A ReLU network of *fifty* layers of *eighty* units, *without biases* and with independent normal weights of mean
        zero and variance *$2/n$* for fan-in $n$, multiplies the mean square of *any* given input other than zero by a
        factor that has the law of a product of fifty independent variables *$\frac{2}{80}\chi^2_K$*, each with a $K
        \sim \mathrm{Bin}(80, \frac12)$ of its own and zero for $K = 0$.",
        |streams| {
            const NETWORKS: u64 = 200;
            const INPUTS: usize = 7;
            let relu = |width, count| equal(LayerKind::Relu, width, count);
            let law = relu(80, 50);
            let ratios = || (-400..100).map(|i| libm::exp(f64::from(i) / 20.0));
            let against = |actual: &dyn Fn(f64) -> f64| {
                foil_at(NETWORKS, apart(|x| law.cdf(x), actual, ratios()))
            };
            let larger = against(&|x| law.cdf(x / libm::pow(1.05, 50.0)));
            let [shallow, narrow] =
                [relu(80, 5), relu(20, 50)].map(|other| against(&|x| other.cdf(x)));
            // Between the law and twice as much in each of fifty layers lie ten powers of ten.
            let linear = equal(LayerKind::Linear, 80, 50);
            let all_on = foil_at(
                NETWORKS,
                (law.cdf(1e6), linear.cdf(1e6 / libm::pow(2.0, 50.0))),
            );

            // Ones, and a single one, by turns.
            let inputs = [INPUTS, 1]
                .map(|ones| Array2::from_shape_fn((1, INPUTS), |(_, i)| f64::from(i < ones)));
            let distance = |networks: &Equal, rng: &mut StreamRng| {
                let streams = Streams::from_rng(rng);
                let one = |i: u64| {
                    let input = &inputs[usize::from(i % 2 == 1)];
                    law.cdf(networks.factor(input, &mut streams.block(i)))
                };
                from_uniform((0..NETWORKS).into_par_iter().map(one).collect())
            };
            let as_said = || Equal {
                depth: 50,
                units: 80,
                scale: 2.0,
                bias: 0.0,
                activation: Activation::Relu,
            };
            Check::of(
                "distance of the networks' factors from the law",
                NETWORKS,
                distance,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("as said", as_said())
            .proved_beyond(
                "any",
                "seven ones, and a single one beside six zeros, by turns",
            )
            .foil(
                "five layers",
                Equal {
                    depth: 5,
                    ..as_said()
                },
                shallow,
            )
            .attacks(&["fifty"])
            .foil(
                "twenty units",
                Equal {
                    units: 20,
                    ..as_said()
                },
                narrow,
            )
            .attacks(&["eighty"])
            .foil(
                "2.1/n",
                Equal {
                    scale: 2.1,
                    ..as_said()
                },
                larger,
            )
            .attacks(&["$2/n$"])
            .foil(
                "biases of −10: all units off",
                Equal {
                    bias: -10.0,
                    ..as_said()
                },
                foil_at(NETWORKS, (0.0, 1.0)),
            )
            .attacks(&["without biases"])
            .foil(
                "all units on",
                Equal {
                    activation: Activation::Identity,
                    ..as_said()
                },
                all_on,
            )
            .attacks(&[r"$\frac{2}{80}\chi^2_K$"])
            .judge(streams)
        },
    )
}
