//! How long deep linear networks learn.

use experiments::isometry::{aligned, descend, strength};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::DeepLinearMode;

use crate::harness::{Report, half_digits};

#[test]
fn two_layers_follow_the_logistic_curve() -> Report {
    claim!(
        "isometry.saxe",
        r"*Two* linear layers learn a matrix by gradient descent on *half* of the squared error, with white inputs,
        balanced and aligned with the matrix. A mode of strength $s = 3$ that starts at $u_0 = 0.001$ is at time
        $t$, rate times steps, at *$s\,e^{2st}/(e^{2st} - 1 + s/u_0)$*, up to an error that at $t = 1$ is *of first
        order in the rate*.",
        |streams| {
            const S: f64 = 3.0;
            const START: f64 = 0.001;
            let learned = |layers: u32, factor: f64, steps: u32| {
                let (mut network, target) = aligned(layers, START, &mut streams.stream("start"));
                for _ in 0..steps {
                    descend(&mut network, &target, factor / f64::from(steps));
                }
                strength(&network, &target)
            };
            let growth = |exponent: f64| {
                let e = libm::exp(exponent);
                S * e / (e - 1.0 + S / START)
            };
            // The error at a rate over that at half of it.
            let off = |layers, factor, curve: f64| {
                let error = |steps| learned(layers, factor, steps) - curve;
                (error(1_000) / error(2_000) / 2.0 - 1.0).abs()
            };
            let closed = growth(2.0 * S);
            assert!((DeepLinearMode::new(2, S).strength(START, 1.0) - closed).abs() < 1e-12);
            Exactness::of(
                "relative distance from two of the errors' ratio at rates of 0.001 and 0.0005",
                2,
            )
            .within(0.025)
            .holds_for("two layers", off(2, 1.0, closed))
            .foil("the squared error, not half of it", off(2, 2.0, closed))
            .attacks(&["half"])
            .foil("three layers", off(3, 1.0, closed))
            .attacks(&["Two"])
            .foil("e^(st) for e^(2st)", off(2, 1.0, growth(S)))
            .attacks(&[r"$s\,e^{2st}/(e^{2st} - 1 + s/u_0)$"])
            .foil(
                "a curve that is one percent off",
                off(2, 1.0, 1.01 * closed),
            )
            .attacks(&["of first order in the rate"])
            .judge()
        },
    )
}

#[test]
fn depth_costs_time_only_where_layers_start_small() -> Report {
    claim!(
        "isometry.steps",
        r"By gradient flow on half of the squared error, with white inputs, balanced linear layers that are aligned
        with a matrix bring a mode of strength $3$ to $2.7$ in a time that, multiplied by the number of layers $L$,
        *falls* with $L$ from *$1.90$* for one layer to *$0.531$* in the limit, if they start as rotations. If their
        product starts at $0.001$ it *grows* with $L$, from *$2.30$* for one layer to *$21.4$* for four.",
        || {
            const MOST: u32 = 64;
            let off = |large: f64, small: f64, rate: &dyn Fn(u32) -> f64| {
                let time = |depth: u32, from: f64| {
                    rate(depth) * DeepLinearMode::new(depth, 3.0).time(from, 2.7)
                };
                let exceptions = (1..MOST).filter(|&depth| {
                    let grows = time(depth + 1, small) > time(depth, small);
                    let falls = time(depth + 1, large) < time(depth, large);
                    !falls || (depth < 4 && !grows)
                });
                let distances = [
                    (1, large, "1.90"),
                    (1_000_000, large, "0.531"),
                    (1, small, "2.30"),
                    (4, small, "21.4"),
                ]
                .map(|(depth, from, printed)| half_digits(time(depth, from), printed));
                let exceptions = 2.0 * exceptions.count() as f64;
                largest(distances.into_iter().chain([exceptions]))
            };
            let by_depth = |depth: u32| f64::from(depth);
            Exactness::of(
                "largest distance from the sentence, in half digits; exceptions count for two",
                70,
            )
            .within(1.0)
            .proved_beyond("falls", "1 to 64 layers")
            .over("grows", "1 to 4 layers")
            .holds_for("time multiplied by the layers", off(1.0, 0.001, &by_depth))
            .foil("the time alone", off(1.0, 0.001, &|_| 1.0))
            .attacks(&["grows", "$21.4$"])
            .foil("a start at a half", off(0.5, 0.001, &by_depth))
            .attacks(&["$1.90$", "$0.531$", "falls"])
            .foil("a start at 0.01", off(1.0, 0.01, &by_depth))
            .attacks(&["$2.30$", "$21.4$"])
            .judge()
        },
    )
}
