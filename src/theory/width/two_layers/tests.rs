use super::*;
use crate::initializer::{Initializer, Normal};
use crate::probability::Streams;
use crate::theory::simulated::assert_mean;
use approx::assert_relative_eq;

#[test]
fn first_steps_are_those_of_the_reference() {
    use Parametrization::{MaximalUpdate, NeuralTangent, Standard};
    for (of, n, d, eta, linear, squared) in [
        (Standard, 16, 16, 0.125, 4.0, 3.5),
        (NeuralTangent, 16, 16, 0.125, 0.25, 0.248_046_875),
        (MaximalUpdate, 16, 16, 0.125, 2.125, 2.093_75),
        (Standard, 1024, 16, 0.125, 130.0, 129.5),
        (NeuralTangent, 1024, 16, 0.125, 0.25, 0.249_969_482_421_875),
        (MaximalUpdate, 1024, 16, 0.125, 2.125, 2.124_511_718_75),
        (Standard, 64, 784, 0.01, 8.48, 8.3232),
        (NeuralTangent, 64, 784, 0.01, 0.02, 0.019_996_875),
        (MaximalUpdate, 64, 784, 0.01, 7.85, 7.847_55),
    ] {
        let network = TwoLinearLayers::new(of, n, d, eta);
        let x = d as f64;
        assert_relative_eq!(network.kernel(x), linear, max_relative = 1e-14);
        assert_relative_eq!(
            network.linear_loss_change(x, 1.0),
            linear,
            max_relative = 1e-14
        );
        assert_relative_eq!(
            network.squared_loss_change(x, 1.0),
            squared,
            max_relative = 1e-14
        );
    }
}

/// The change of the output in one step from these parameters, on `−y f` or on `(f − y)²/2`, and the changes of the units.
fn step(
    of: &TwoLinearLayers,
    x: &[f64],
    (u, v): (&[Vec<f64>], &[f64]),
    target: f64,
    squared: bool,
) -> (f64, Vec<f64>) {
    let [m1, m2] = of.square_multipliers.map(f64::sqrt);
    let unit = |u: &Vec<f64>| m1 * x.iter().zip(u).map(|(x, u)| x * u).sum::<f64>();
    let output =
        |u: &[Vec<f64>], v: &[f64]| m2 * u.iter().zip(v).map(|(u, v)| unit(u) * v).sum::<f64>();
    let before = output(u, v);
    let error = if squared { target - before } else { target };
    let moved = |(u, v): (&Vec<f64>, &f64)| -> Vec<f64> {
        let each = |(u, x): (&f64, &f64)| u + of.rates[0] * error * m1 * m2 * x * v;
        u.iter().zip(x).map(each).collect()
    };
    let new_u: Vec<Vec<f64>> = u.iter().zip(v).map(moved).collect();
    let moved = |(u, v): (&Vec<f64>, &f64)| v + of.rates[1] * error * m2 * unit(u);
    let new_v: Vec<f64> = u.iter().zip(v).map(moved).collect();
    let units = u.iter().zip(&new_u).map(|(old, new)| unit(new) - unit(old));
    (output(&new_u, &new_v) - before, units.collect())
}

#[test]
fn the_means_are_those_over_all_networks_of_signs() {
    let of = TwoLinearLayers {
        width: 3,
        square_multipliers: [4.0, 0.25],
        variances: [0.25, 0.0625],
        rates: [0.5, 2.0],
    };
    let (x, target) = ([1.0, -2.0], 1.5);
    for squared in [false, true] {
        let mut sum = 0.0;
        for bits in 0..1_u32 << 9 {
            let sign = |i: usize| 1.0 - 2.0 * f64::from((bits >> i) & 1);
            let u: Vec<Vec<f64>> = (0..3)
                .map(|j| vec![0.5 * sign(2 * j), 0.5 * sign(2 * j + 1)])
                .collect();
            let v: Vec<f64> = (0..3).map(|j| 0.25 * sign(6 + j)).collect();
            sum += step(&of, &x, (&u, &v), target, squared).0;
        }
        let exact = if squared {
            of.squared_loss_change(5.0, target)
        } else {
            of.linear_loss_change(5.0, target)
        };
        assert_eq!(sum / 512.0, exact, "squared: {squared}");
    }
}

#[test]
fn steps_of_drawn_networks_have_these_moments() {
    let mut rng = Streams::new(12).stream("networks");
    let (x, target) = ([0.5, 1.0, -1.0], 0.75);
    let square = 2.25;
    for parametrization in Parametrization::ALL {
        let of = TwoLinearLayers::new(parametrization, 4, 3, 0.5);
        let [u, v] = of.variances.map(|v| Normal::new(0.0, v.sqrt()));
        let draws: Vec<(f64, f64)> = (0..30_000)
            .map(|_| {
                let u = u.sample((4, 3), &mut rng);
                let u: Vec<Vec<f64>> = u.rows().into_iter().map(|r| r.to_vec()).collect();
                let v = v.sample((1, 4), &mut rng).into_raw_vec_and_offset().0;
                let (change, units) = step(&of, &x, (&u, &v), target, false);
                (change, units.iter().map(|h| h * h).sum::<f64>() / 4.0)
            })
            .collect();
        assert_mean(
            draws.iter().map(|d| d.0),
            of.linear_loss_change(square, target),
        );
        assert_mean(draws.iter().map(|d| d.1), of.feature_change(square, target));
        // Δf = y K + e₁ e₂ y² M² X f, and K and f are not correlated.
        let own = of.rates[0] * of.rates[1] * target * target * of.square() * square;
        let mean = of.kernel(square);
        let second = target * target * (of.kernel_variance(square) + mean * mean)
            + own * own * of.output_variance(square);
        assert_mean(draws.iter().map(|d| d.0 * d.0), second);
    }
}

#[test]
fn the_largest_stable_rate_falls_with_the_width_only_in_the_standard_parametrization() {
    let rate = |of, width| TwoLinearLayers::new(of, width, 49, 1.0).largest_stable_factor(49.0);
    let ratio = |of| rate(of, 4900) / rate(of, 49);
    let [standard, tangent, maximal] = Parametrization::ALL.map(ratio);
    assert_relative_eq!(standard, 2.0 / 101.0, max_relative = 1e-13);
    assert_relative_eq!(tangent, 1.0, max_relative = 1e-13);
    assert_relative_eq!(maximal, 1.0, max_relative = 1e-13);
}

#[test]
#[should_panic(expected = "squared length -1 this is TwoLinearLayers { width: 4")]
fn a_negative_square_is_refused() {
    let _ = TwoLinearLayers::new(Parametrization::Standard, 4, 4, 1.0).kernel(-1.0);
}
