//! Networks that answer with zero.

use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{BinomialShare, Check};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::dead_probability;
use unit_variance::{Activation, Dense, Fan, Initializer, Law, Orthogonal, VarianceScaling};

use crate::harness::Report;

/// Networks that may be dead.
struct Mortal {
    depth: usize,
    width: usize,
    /// Random biases.
    biased: bool,
}

#[test]
fn narrow_networks_die_young() -> Report {
    claim!(
        "finite-width.dead",
        r"Of ReLU networks of *twenty* hidden layers of *four* units with a linear readout, *without biases*,
        *$72.5$ percent* answer a given input other than zero with zero, if their weights are independent, each with
        *any* law that is symmetric about zero and has a density. It makes no difference if hidden layers have
        independent orthogonal matrices of Haar's law, four by four, in place of such weights.",
        |streams| {
            const NETWORKS: u64 = 600;
            let dead = dead_probability([4; 20]);
            assert_eq!(format!("{:.1}", 100.0 * dead), "72.5");
            let share = |mortal: &Mortal, rng: &mut StreamRng| {
                let normal = VarianceScaling::lecun(Law::Normal);
                let uniform = VarianceScaling::new(100.0, Fan::In, Law::Uniform);
                let rotation = Orthogonal::new(1.0);
                let laws: [&dyn Initializer; 3] = [&normal, &uniform, &rotation];
                let input = Array2::ones((1, mortal.width));
                let mut is_dead = |i: u64| {
                    let mut signal = input.clone();
                    for layer in 0..mortal.depth {
                        // One law in all layers, or each in its turn.
                        let weights = laws[(i as usize % 4 + layer * usize::from(i % 4 == 3)) % 3];
                        let shape = (mortal.width, mortal.width);
                        let mut layer = Dense::new(weights.sample(shape, rng), Activation::Relu);
                        if mortal.biased {
                            layer.bias.mapv_inplace(|_| StandardNormal.sample(rng));
                        }
                        signal = layer.forward(&signal).activation;
                    }
                    let readout = normal.sample((mortal.width, 1), rng);
                    product(&signal, &readout)[[0, 0]] == 0.0
                };
                (0..NETWORKS).filter(|i| is_dead(*i)).count() as f64 / NETWORKS as f64
            };
            let mortal = |depth, width, biased| Mortal {
                depth,
                width,
                biased,
            };
            let of = |probability| BinomialShare::new(NETWORKS, probability);
            Check::of("share of dead networks", NETWORKS, share)
                .null(of(dead))
                .holds_for(
                    "normal, uniform and orthogonal weights, and one behind the other",
                    mortal(20, 4, false),
                )
                .proved_beyond("any", "normal and uniform laws, of variances 1/n and 100/n")
                .foil(
                    "five units",
                    mortal(20, 5, false),
                    of(dead_probability([5; 20])),
                )
                .attacks(&["four", "$72.5$ percent"])
                .foil(
                    "ten layers",
                    mortal(10, 4, false),
                    of(dead_probability([4; 10])),
                )
                .attacks(&["twenty"])
                .foil(
                    "normal biases: only the last layer counts",
                    mortal(20, 4, true),
                    of(1.0 / 16.0),
                )
                .attacks(&["without biases"])
                .judge(streams)
        },
    )
}
