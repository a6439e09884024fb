//! Which directions are left: the rank, and the determinant of what has all of them.

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;
use unit_variance::evidence::{BinomialShare, Check, KolmogorovDistance, KolmogorovFoil};
use unit_variance::matrix::singular_values;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{JacobianRank, LogDeterminant, jacobian};
use unit_variance::{Activation, Initializer, Law, Network, Streams, VarianceScaling};

use crate::harness::Report;

/// What is counted in a He network.
#[derive(Debug, Clone, Copy)]
struct Rank {
    depth: usize,
    most: usize,
    /// The first layer's number of active units for the smallest.
    only_first: bool,
    inputs: usize,
}

/// A He network of these widths, and the numbers of its active units.
fn active_units(widths: &[usize], rng: &mut StreamRng) -> (Network, Vec<usize>) {
    let he = VarianceScaling::he(Law::Normal);
    let network = Network::init(widths, Activation::Relu, &he, rng);
    let trace = network.forward(&Array2::ones((1, widths[0])));
    let layers = trace.layers.iter();
    let active = layers.map(|layer| layer.activation.iter().filter(|h| **h > 0.0).count());
    let active = active.collect();
    (network, active)
}

#[test]
fn the_rank_is_the_smallest_number_of_active_units() -> Report {
    claim!(
        "isometry.rank",
        r"With probability one, the Jacobian of a He network without biases, with *as many inputs as units* in each
        layer, has at an input other than zero the *smallest number of active units* in a layer as its rank: for
        *fifty layers* of eighty units at most *$30$* in *$56.5$ percent* of draws.",
        |streams| {
            const NETWORKS: u64 = 180;
            let as_stated = Rank {
                depth: 50,
                most: 30,
                only_first: false,
                inputs: 80,
            };
            let probability =
                |depth: u64, most: u64| 1.0 - JacobianRank::new(80, depth).at_least(most + 1);
            assert_eq!(format!("{:.1}", 100.0 * probability(50, 30)), "56.5");
            let share = |depth, most| BinomialShare::new(NETWORKS, probability(depth, most));

            // That the rank is this number: by all singular values of networks small enough to have digits left.
            let mut rng = streams.stream("ranks");
            let is_smallest = (0..200).all(|_| {
                let (network, active) = active_units(&[8; 4], &mut rng);
                let values = singular_values(&jacobian(&network, &Array1::ones(8)));
                // Above the rounding, and with a probability of a few in 10^10 above a value that is not zero.
                let rank = values.iter().filter(|s| **s > 3e-14 * values[0]).count();
                Some(rank) == active.into_iter().min()
            });

            Check::of(
                "share of networks of at most so low a rank",
                NETWORKS,
                |rank: &Rank, rng: &mut StreamRng| {
                    if !is_smallest {
                        return f64::NAN;
                    }
                    let streams = Streams::from_rng(rng);
                    let low = (0..NETWORKS).into_par_iter().filter(|i| {
                        let mut widths = vec![80; rank.depth + 1];
                        widths[0] = rank.inputs;
                        let (_, active) = active_units(&widths, &mut streams.block(*i));
                        let layers = if rank.only_first { 1 } else { rank.depth };
                        let smallest = active[..layers].iter().fold(rank.inputs, |a, b| a.min(*b));
                        smallest <= rank.most
                    });
                    low.count() as f64 / NETWORKS as f64
                },
            )
            .null(share(50, 30))
            .holds_for("fifty layers, at most 30", as_stated)
            .proved_beyond(
                "smallest number of active units",
                "200 networks of 3 layers of 8 units, by their singular values",
            )
            .foil(
                "the first layer's active units",
                Rank {
                    only_first: true,
                    ..as_stated
                },
                share(1, 30),
            )
            .attacks(&["smallest number of active units"])
            .foil(
                "twenty inputs",
                Rank {
                    inputs: 20,
                    ..as_stated
                },
                BinomialShare::new(NETWORKS, 1.0),
            )
            .attacks(&["as many inputs as units"])
            .foil(
                "ten layers",
                Rank {
                    depth: 10,
                    ..as_stated
                },
                share(10, 30),
            )
            .attacks(&["fifty layers", "$56.5$ percent"])
            .foil(
                "at most 33",
                Rank {
                    most: 33,
                    ..as_stated
                },
                share(50, 33),
            )
            .attacks(&["$30$"])
            .judge(streams)
        },
    )
}

/// What `ln det²` is taken for.
type LogSquare<'a> = &'a dyn Fn(&mut StreamRng) -> f64;

#[test]
fn a_determinant_is_a_product_of_chi_square_variables() -> Report {
    claim!(
        "isometry.determinant",
        r"For an *$n$* by $n$ matrix $W$ of independent normal weights of mean zero and variance *$1/n$*, $n^n
        \det(W)^2$ has the law of a product of independent chi-square variables with *$1, 2, \dots, n$* degrees of
        freedom.",
        |streams| {
            const MATRICES: u64 = 1_000;
            const N: u32 = 20;
            const FEWER: u32 = 10;
            let (law, law_of_fewer) = (LogDeterminant::new(N, 1), LogDeterminant::new(FEWER, 1));
            let draw = |n: u32, scale: f64, rng: &mut StreamRng| {
                let shape = (n as usize, n as usize);
                VarianceScaling::new(scale, unit_variance::Fan::In, Law::Normal).sample(shape, rng)
            };
            let determinant = |n: u32, scale: f64, rng: &mut StreamRng| -> f64 {
                let values = singular_values(&draw(n, scale, rng));
                values.into_iter().map(|s| 2.0 * libm::log(s)).sum()
            };
            let right = |rng: &mut StreamRng| determinant(N, 1.0, rng);
            let larger = |rng: &mut StreamRng| determinant(N, 1.1, rng);
            let fewer = |rng: &mut StreamRng| determinant(FEWER, 1.0, rng);
            // As if every column were orthogonal to those before it: the product of their lengths.
            let lengths = |rng: &mut StreamRng| -> f64 {
                let squares = draw(N, 1.0, rng).mapv(|w| w * w).sum_axis(Axis(0));
                squares.into_iter().map(libm::log).sum()
            };
            // The logarithm of 1.1 twenty times, and half of it.
            let shift = f64::from(N) * libm::log(1.1);
            let middle = law.mean() + shift / 2.0;
            let between = f64::midpoint(law.mean(), law_of_fewer.mean());
            // Of the product of lengths: mean 20 (ψ(10) + ln(1/10)) = −1.02 and variance 20 ψ'(10) = 2.1, so that at most
            // 3 percent of it lie below −10 (Chebyshev).
            Check::of(
                "distance of ln det² from the law of the product",
                MATRICES,
                |square: &LogSquare, rng: &mut StreamRng| {
                    let mut sample: Vec<f64> = (0..MATRICES).map(|_| square(rng)).collect();
                    KolmogorovDistance::of(&mut sample, |x| law.cdf(x))
                },
            )
            .null(KolmogorovDistance::new(MATRICES))
            .proved_beyond("$n$", "20")
            .holds_for("variance 1/n", &right)
            .foil(
                "variance 1.1/n",
                &larger,
                KolmogorovFoil::new(MATRICES, law.cdf(middle), law.cdf(middle - shift)),
            )
            .attacks(&["$1/n$"])
            .foil(
                "10 by 10, by the law for 20",
                &fewer,
                KolmogorovFoil::new(MATRICES, law.cdf(between), law_of_fewer.cdf(between)),
            )
            .attacks(&["$n$"])
            .foil(
                "n degrees of freedom for every column",
                &lengths,
                KolmogorovFoil::new(MATRICES, law.cdf(-10.0), 0.03),
            )
            .attacks(&[r"$1, 2, \dots, n$"])
            .judge(streams)
        },
    )
}
