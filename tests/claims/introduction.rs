//! The claims of the introduction: one factor decides, and what a claim about chance looks like.

use unit_variance::evidence::{Check, ChiSquareMean, Exactness};
use unit_variance::experiments::{DeepSignal, Experiment, Weights};
use unit_variance::{Fan, Initializer, Law, Moments, VarianceScaling};

use crate::harness::Report;

#[test]
fn one_factor_decides_after_fifty_layers() -> Report {
    claim!(
        "introduction.one-factor",
        r"In each of the twelve networks of the figure, fifty layers of variance $2/n$ leave the
        signal within a factor of one hundred of its input, $1/n$ leaves less than a
        hundred-thousandth of it, and $4/n$ more than a hundred thousand times as much.",
        |_| {
            const NETWORKS: u32 = 12;
            let survives = |rms: f64| (0.01..100.0).contains(&rms);
            let vanishes = |rms: f64| rms < 1e-5;
            let explodes = |rms: f64| rms > 1e5;
            let ratios = |scale| -> Vec<f64> {
                let weights = Weights::OverFanIn(scale);
                let run = |seed| {
                    DeepSignal {
                        seed,
                        weights,
                        ..DeepSignal::default()
                    }
                    .run(&mut |_| {})
                };
                (0..NETWORKS)
                    .map(|seed| run(seed).numbers("rms"))
                    .map(|rms| rms[50] / rms[0])
                    .collect()
            };
            // How many of the networks do not do what the sentence says of them.
            let exceptions = |ratios: &[f64], says: &dyn Fn(f64) -> bool| {
                ratios.iter().filter(|&&ratio| !says(ratio)).count() as f64
            };
            let [one, two, four] = [1.0, 2.0, 4.0].map(ratios);
            let others = exceptions(&one, &vanishes) + exceptions(&four, &explodes);
            Exactness::of("networks that do otherwise", 3 * u64::from(NETWORKS))
                .within(0.0)
                .holds_for("1/n, 2/n and 4/n", exceptions(&two, &survives) + others)
                .foil("1/n in place of 2/n", exceptions(&one, &survives) + others)
                .foil(
                    "1.5/n in place of 2/n",
                    exceptions(&ratios(1.5), &survives) + others,
                )
                .judge()
        },
    )
}

#[test]
fn he_weights_of_a_layer_of_eighty_inputs_have_variance_two_over_eighty() -> Report {
    claim!(
        "introduction.weights",
        r"For a layer of eighty inputs, as in the figure, the library's rule `he` draws weights of
        variance $2/80$.",
        |streams| {
            const SHAPE: (usize, usize) = (80, 2_000);
            const WEIGHTS: u64 = 80 * 2_000;
            let with_scale = |scale| VarianceScaling::new(scale, Fan::In, Law::Normal);

            Check::of(
                "mean square of the weights, over 2/80",
                WEIGHTS,
                |scheme: &VarianceScaling, rng| {
                    let weights: Moments = scheme.sample(SHAPE, rng).iter().collect();
                    weights.second_moment() / (2.0 / 80.0)
                },
            )
            .null(ChiSquareMean::new(WEIGHTS))
            .holds_for("he", VarianceScaling::he(Law::Normal))
            .foil_scaled("1.9/n", with_scale(1.9), 0.95)
            .foil_scaled("LeCun: 1/n", VarianceScaling::lecun(Law::Normal), 0.5)
            .judge(streams)
        },
    )
}
