//! Convolutions that keep every length.

use experiments::isometry::{Map, Padding};
use ndarray::{Array2, ArrayD, Axis};
use rayon::prelude::*;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::initializer::DeltaOrthogonal;
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::{Law, Orthogonal, VarianceScaling};

use crate::harness::Report;

/// The largest entry of `J Jᵀ − 1` of so many convolutions on a small map.
fn distance_from_isometry(
    map: &Map,
    depth: usize,
    rng: &mut StreamRng,
    kernel: &(dyn Fn(&Map, &mut StreamRng) -> ArrayD<f64> + Sync),
) -> f64 {
    let jacobian = map.product(depth, || kernel(map, rng));
    let gram = product(&jacobian, &jacobian.t()) - Array2::<f64>::eye(map.size());
    largest(gram.iter().map(|x| x.abs()))
}

#[test]
fn ten_thousand_convolutions_keep_every_length() -> Report {
    claim!(
        "isometry.delta",
        r"*Ten thousand* convolutions in a row with *delta-orthogonal* kernels of odd size, in *one dimension or two*,
        with *circular or zero* padding, stride one, no biases and as many output channels as input channels, keep
        the length of *every* signal to $10^{-10}$ of it in double precision.",
        |streams| {
            let maps: Vec<Map> = [1, 2]
                .into_iter()
                .flat_map(|dimensions| {
                    [Padding::Circular, Padding::Zeros]
                        .map(|padding| Map::small(dimensions, padding))
                })
                .collect();
            let farthest =
                |depth: usize, kernel: &(dyn Fn(&Map, &mut StreamRng) -> ArrayD<f64> + Sync)| {
                    let distances = maps.par_iter().map(|map| {
                        let mut rng = streams.stream(&format!("{map:?}"));
                        distance_from_isometry(map, depth, &mut rng, kernel)
                    });
                    largest(distances.collect::<Vec<f64>>())
                };
            let delta =
                |map: &Map, rng: &mut StreamRng| map.kernel(&DeltaOrthogonal::new(1.0), rng);
            let flattened = |map: &Map, rng: &mut StreamRng| map.kernel(&Orthogonal::new(1.0), rng);
            let normal = |map: &Map, rng: &mut StreamRng| {
                map.kernel(&VarianceScaling::lecun(Law::Normal), rng)
            };
            let beside = |map: &Map, rng: &mut StreamRng| {
                let mut kernel = delta(map, rng);
                for mut taps in kernel.lanes_mut(Axis(0)) {
                    taps.swap(0, 1);
                }
                kernel
            };
            Exactness::of("largest entry of J Jᵀ − 1", 4)
                .sampled()
                .within(1e-10)
                .proved_beyond("Ten thousand", "10000 layers")
                .proved_beyond(
                    "one dimension or two",
                    "8 places of 4 channels, 4 by 4 of 2",
                )
                .proved_beyond("every", "all of the map, by the product of the matrices")
                .holds_for("delta-orthogonal", farthest(10_000, &delta))
                .foil("orthogonal as a flattened kernel", farthest(1, &flattened))
                .attacks(&["delta-orthogonal"])
                .foil("normal of variance 1/n", farthest(1, &normal))
                .attacks(&["delta-orthogonal"])
                .foil("the rotation beside the center", farthest(1, &beside))
                .attacks(&["circular or zero"])
                .judge()
        },
    )
}
