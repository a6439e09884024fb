//! Tests an initializer of your own: with a stated false alarm, and with a mistake that it must catch.
//!
//! `cargo run --example test_your_initializer`

use ndarray::ArrayViewMutD;
use rand::{Rng, RngExt};
use unit_variance::evidence::{Check, MeanBound};
use unit_variance::{Initializer, Law, Layout, Moments, Streams};

/// Xavier's uniform law, written by hand, with a bound of `√(c / (fan_in + fan_out))`.
struct Mine {
    c: f64,
}

impl Initializer for Mine {
    fn fill(&self, mut kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng) {
        let fans = layout.fans(kernel.shape());
        let bound = (self.c / (fans.fan_in() + fans.fan_out())).sqrt();
        kernel.mapv_inplace(|_| rng.random_range(-bound..=bound));
    }
}

fn main() {
    // ANCHOR: check
    let (inputs, outputs) = (400, 200);
    let weights = 400 * 200;
    let claimed = 2.0 / 600.0;

    let evidence = Check::of(
        "mean square of the weights over 2 / (fan_in + fan_out)",
        weights,
        |mine: &Mine, rng| {
            let moments: Moments = mine.sample((inputs, outputs), rng).iter().collect();
            moments.second_moment() / claimed
        },
    )
    .null(MeanBound::of_squares(Law::Uniform, weights))
    .holds_for("mine", Mine { c: 6.0 })
    .foil_scaled(
        "the √3 of the uniform law forgotten",
        Mine { c: 2.0 },
        1.0 / 3.0,
    )
    .judge(Streams::new(1));
    // ANCHOR_END: check

    println!("{}: {:.4}", evidence.statistic, evidence.value);
    println!(
        "accepted: {:.4} to {:.4}",
        evidence.interval.low, evidence.interval.high
    );
    println!("false alarm at most {:e}", evidence.alpha);
    for foil in &evidence.foils {
        println!(
            "foil, {}: {:.4}, caught: {}",
            foil.name, foil.value, foil.caught
        );
    }
    assert!(evidence.holds());
}
