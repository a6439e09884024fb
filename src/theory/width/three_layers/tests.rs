use super::*;
use crate::initializer::{Initializer, Normal};
use crate::probability::Streams;
use crate::theory::simulated::assert_mean;
use approx::assert_relative_eq;
use ndarray::{Array1, Array2};

#[test]
fn first_steps_are_those_of_the_reference() {
    use Parametrization::{MaximalUpdate, NeuralTangent, Standard};
    for (of, n, d, eta, [first, second, output, variance]) in [
        (
            Standard,
            16,
            16,
            0.125,
            [0.25, 1.301_269_531_25, 6.031_25, 1.0],
        ),
        (
            NeuralTangent,
            16,
            16,
            0.125,
            [
                0.000_976_562_5,
                0.005_065_985_023_975_372,
                0.375_007_629_394_531_25,
                1.0,
            ],
        ),
        (
            MaximalUpdate,
            16,
            16,
            0.125,
            [4.0, 8.771_972_656_25, 2.251_953_125, 0.0625],
        ),
        (
            Standard,
            1024,
            16,
            0.125,
            [0.003_906_25, 16.539_127_469_062_805, 258.031_25, 1.0],
        ),
        (
            MaximalUpdate,
            1024,
            16,
            0.125,
            [
                4.0,
                8.519_622_921_943_665,
                2.250_030_517_578_125,
                0.000_976_562_5,
            ],
        ),
        (
            Standard,
            64,
            784,
            0.01,
            [0.9604, 2.099_305_291_25, 9.120_784, 1.0],
        ),
        (
            NeuralTangent,
            64,
            784,
            0.01,
            [
                1.562_5e-6,
                7.885_742_226_839_066e-6,
                0.030_000_000_244_140_625,
                1.0,
            ],
        ),
        (
            MaximalUpdate,
            64,
            784,
            0.01,
            [61.4656, 124.048_602_166_25, 7.860_012_25, 0.015_625],
        ),
    ] {
        let network = ThreeLinearLayers::new(of, n, d, eta);
        let x = d as f64;
        assert_relative_eq!(network.first_change(x, 1.0), first, max_relative = 1e-13);
        assert_relative_eq!(network.second_change(x, 1.0), second, max_relative = 1e-13);
        assert_relative_eq!(network.output_change(x, 1.0), output, max_relative = 1e-13);
        assert_relative_eq!(network.output_variance(x), variance, max_relative = 1e-13);
    }
}

/// `k` and `f` of a network with these parameters and factors.
fn pass(
    m: [f64; 3],
    x: &Array1<f64>,
    u: &Array2<f64>,
    w: &Array2<f64>,
    v: &Array1<f64>,
) -> (Array1<f64>, Array1<f64>, f64) {
    let times = |x: &Array1<f64>, w: &Array2<f64>, m: f64| -> Array1<f64> {
        let entry = |column: ndarray::ArrayView1<f64>| {
            m * column.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
        };
        w.columns().into_iter().map(entry).collect()
    };
    let h = times(x, u, m[0]);
    let k = times(&h, w, m[1]);
    let f = m[2] * k.iter().zip(v).map(|(k, v)| k * v).sum::<f64>();
    (h, k, f)
}

/// Changes of `h`, `k` and `f` in a step on `−y f`.
fn step(
    of: &ThreeLinearLayers,
    x: &Array1<f64>,
    (u, w, v): (&Array2<f64>, &Array2<f64>, &Array1<f64>),
    target: f64,
) -> (Array1<f64>, Array1<f64>, f64) {
    let m = of.square_multipliers.map(f64::sqrt);
    let (h, k, f) = pass(m, x, u, w, v);
    // Backward through the layers, factor by factor.
    let above_k = v.mapv(|v| target * m[2] * v);
    let above_h: Array1<f64> = w
        .rows()
        .into_iter()
        .map(|row| m[1] * row.iter().zip(&above_k).map(|(w, d)| w * d).sum::<f64>())
        .collect();
    let outer = |left: &Array1<f64>, right: &Array1<f64>, size: f64| {
        Array2::from_shape_fn((left.len(), right.len()), |(i, j)| {
            size * left[i] * right[j]
        })
    };
    let new_u = u + outer(x, &above_h, of.rates[0] * m[0]);
    let new_w = w + outer(&h, &above_k, of.rates[1] * m[1]);
    let new_v = v + &k.mapv(|k| of.rates[2] * target * m[2] * k);
    let (new_h, new_k, new_f) = pass(m, x, &new_u, &new_w, &new_v);
    (new_h - h, new_k - k, new_f - f)
}

#[test]
fn the_mean_is_that_over_all_networks_of_signs() {
    for (n, d, exact) in [
        (2_usize, 1_usize, 6459.0 / 32768.0),
        (2, 2, 3243.0 / 8192.0),
        (3, 1, 58131.0 / 131_072.0),
    ] {
        let of = ThreeLinearLayers {
            width: n as u64,
            square_multipliers: [1.0; 3],
            variances: [0.25, 0.0625, 0.015_625],
            rates: [0.5, 0.25, 2.0],
        };
        assert_eq!(of.output_change(d as f64, 1.5), exact);
        let count = n * d + n * n + n;
        let x = Array1::ones(d);
        let mut sum = 0.0;
        for bits in 0..1_u64 << count {
            let sign = |i: usize| if (bits >> i) & 1 == 0 { 1.0 } else { -1.0 };
            let u = Array2::from_shape_fn((d, n), |(i, j)| 0.5 * sign(i * n + j));
            let w = Array2::from_shape_fn((n, n), |(i, j)| 0.25 * sign(n * d + i * n + j));
            let v = Array1::from_shape_fn(n, |j| 0.125 * sign(n * d + n * n + j));
            sum += step(&of, &x, (&u, &w, &v), 1.5).2;
        }
        assert_eq!(sum / libm::exp2(count as f64), exact, "{n} {d}");
    }
}

#[test]
fn features_of_drawn_networks_learn_this_much() {
    let mut rng = Streams::new(13).stream("networks");
    let x = Array1::from(vec![1.0, -0.5]);
    let of = ThreeLinearLayers {
        width: 3,
        square_multipliers: [1.5, 0.5, 2.0],
        variances: [0.5, 0.4, 0.6],
        // So large that of E Δk² a quarter is what both matrices move together.
        rates: [0.9, 2.1, 1.2],
    };
    let [first, second, third] = of.variances.map(|v| Normal::new(0.0, v.sqrt()));
    let target = 0.8;
    let draws: Vec<[f64; 3]> = (0..60_000)
        .map(|_| {
            let u = first.sample((2, 3), &mut rng);
            let w = second.sample((3, 3), &mut rng);
            let v = third.sample((1, 3), &mut rng).row(0).to_owned();
            let (h, k, f) = step(&of, &x, (&u, &w, &v), target);
            let mean_square = |x: Array1<f64>| x.iter().map(|x| x * x).sum::<f64>() / 3.0;
            [mean_square(h), mean_square(k), f]
        })
        .collect();
    assert_mean(draws.iter().map(|d| d[0]), of.first_change(1.25, target));
    assert_mean(draws.iter().map(|d| d[1]), of.second_change(1.25, target));
    assert_mean(draws.iter().map(|d| d[2]), of.output_change(1.25, target));
}

#[test]
fn targets_whose_cube_is_out_of_range_move_an_output_as_far_as_the_rates_allow() {
    use Parametrization::Standard;
    let still = ThreeLinearLayers::new(Standard, 4, 4, 0.0);
    assert_eq!(still.output_change(1.0, 1e120), 0.0);
    // Only the product of rate and target counts.
    let [slow, fast] = [1e-120, 1.0].map(|rate| ThreeLinearLayers::new(Standard, 4, 4, rate));
    let (far, near) = (slow.output_change(1.0, 1e120), fast.output_change(1.0, 1.0));
    assert_relative_eq!(far, near, max_relative = 1e-13);
}

#[test]
#[should_panic(expected = "but here are 3, 0 and 1")]
fn no_inputs_are_refused() {
    let _ = ThreeLinearLayers::new(Parametrization::Standard, 3, 0, 1.0);
}

#[test]
#[should_panic(expected = "a target is finite, but this one is NaN")]
fn a_target_that_is_no_number_is_refused() {
    let of = ThreeLinearLayers::new(Parametrization::Standard, 3, 2, 1.0);
    let _ = of.output_change(1.0, f64::NAN);
}

#[test]
#[should_panic(expected = "squared length -1 this is ThreeLinearLayers { width: 4")]
fn a_negative_square_is_refused() {
    let _ = ThreeLinearLayers::new(Parametrization::Standard, 4, 4, 1.0).output_variance(-1.0);
}
