//! The claims of the introduction: one factor decides, and what a claim about chance looks like.

use experiments::Experiment;
use experiments::shared::DeepSignal;
use experiments::shared::weights::over_fan_in;
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, MeanBound, Scaled};
use unit_variance::initializer::Uniform;
use unit_variance::{Fan, Initializer, Law, Moments, VarianceScaling};

use crate::harness::Report;

#[test]
fn one_factor_decides_after_fifty_layers() -> Report {
    claim!(
        "introduction.one-factor",
        r"In *each of the twelve networks* of the figure, fifty layers of variance *$2/n$* leave the signal
        within a factor of one hundred of its input, *$1/n$* leaves less than a hundred-thousandth of it, and
        *$4/n$* more than a hundred thousand times as much.",
        || {
            const NETWORKS: u32 = 12;
            let survives = |rms: f64| (0.01..100.0).contains(&rms);
            let vanishes = |rms: f64| rms < 1e-5;
            let explodes = |rms: f64| rms > 1e5;
            let ratios = |scale| -> Vec<f64> {
                let weights = over_fan_in(scale);
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
            let [one, two, four] = [1.0, 2.0, 4.0].map(ratios);
            let [between_one_and_two, three] = [1.5, 3.0].map(ratios);
            // How many of the networks do not do what the sentence says of them.
            let exceptions = |one: &[f64], two: &[f64], four: &[f64]| {
                let says = |&((&one, &two), &four): &((&f64, &f64), &f64)| {
                    vanishes(one) && survives(two) && explodes(four)
                };
                let networks = one.iter().zip(two).zip(four);
                networks.filter(|network| !says(network)).count() as f64
            };
            Exactness::of("networks that do otherwise", u64::from(NETWORKS))
                .within(0.0)
                .over(
                    "each of the twelve networks",
                    "seeds 0 to 11, each with the three variances",
                )
                .holds_for("1/n, 2/n and 4/n", exceptions(&one, &two, &four))
                .foil("1/n in place of 2/n", exceptions(&one, &one, &four))
                .attacks(&["$2/n$"])
                .foil(
                    "1.5/n in place of 2/n",
                    exceptions(&one, &between_one_and_two, &four),
                )
                .attacks(&["$2/n$"])
                .foil(
                    "1.5/n in place of 1/n",
                    exceptions(&between_one_and_two, &two, &four),
                )
                .attacks(&["$1/n$"])
                .foil("3/n in place of 4/n", exceptions(&one, &two, &three))
                .attacks(&["$4/n$"])
                .judge()
        },
    )
}

#[test]
fn he_weights_of_a_layer_of_eighty_inputs_have_variance_two_over_eighty() -> Report {
    claim!(
        "introduction.weights",
        r"For a layer of eighty inputs, as in the figure, the library's rule `he` draws weights of *variance*
        *$2/80$*.",
        |streams| {
            /// Where the weights come from.
            enum Source {
                Rule(VarianceScaling),
                Interval(Uniform),
            }
            const SHAPE: (usize, usize) = (80, 2_000);
            const WEIGHTS: u64 = 80 * 2_000;
            let scaled = |scale| Source::Rule(VarianceScaling::new(scale, Fan::In, Law::Normal));
            // Between 0 and a the second moment is a²/3, and the variance a quarter of that. For the sum of
            // squares about the true mean there is a bound, and about the measured mean it is smaller.
            let edge = (3.0 * 2.0 / 80.0_f64).sqrt();
            let about_the_mean = MeanBound::of_squares(Law::Uniform, WEIGHTS);

            Check::of(
                "squares of the weights about their mean, over 2/80",
                WEIGHTS,
                |source: &Source, rng| {
                    let weights = match source {
                        Source::Rule(rule) => rule.sample(SHAPE, rng),
                        Source::Interval(uniform) => uniform.sample(SHAPE, rng),
                    };
                    let weights: Moments = weights.iter().collect();
                    let freedom = (WEIGHTS - 1) as f64;
                    weights.variance() * (WEIGHTS as f64 / freedom) / (2.0 / 80.0)
                },
            )
            // The measured mean takes one degree of freedom.
            .null(ChiSquareMean::new(WEIGHTS - 1))
            .holds_for("he", Source::Rule(VarianceScaling::he(Law::Normal)))
            .foil_scaled("1.9/n", scaled(1.9), 0.95)
            .attacks(&["$2/80$"])
            .foil_scaled("LeCun: 1/n", scaled(1.0), 0.5)
            .attacks(&["$2/80$"])
            .foil(
                "second moment 2/80, between 0 and a",
                Source::Interval(Uniform::new(0.0, edge)),
                Scaled::new(0.25, &about_the_mean),
            )
            .attacks(&["variance"])
            .judge(streams)
        },
    )
}
