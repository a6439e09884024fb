//! Tests an initializer of your own: with a stated false alarm, and with a mistake that it must catch.
//!
//! `cargo run -q --example test_your_initializer`

use rand::RngExt;
use unit_variance::evidence::{Check, MeanBound, weights_are};
use unit_variance::initializer::{Entrywise, Size};
use unit_variance::probability::{BlockMut, StreamRng};
use unit_variance::{Fans, Initializer, Law, Moments, Streams, VarianceScaling};

/// Xavier's uniform law, written by hand, with a bound of `√(c / (fan_in + fan_out))`.
struct Mine {
    c: f64,
}

impl Mine {
    fn bound(&self, fans: Fans) -> f64 {
        (self.c / (fans.fan_in() + fans.fan_out())).sqrt()
    }
}

impl Entrywise for Mine {
    fn size(&self, fans: Fans) -> Size {
        let bound = self.bound(fans);
        Size {
            std_dev: Some(bound / 3_f64.sqrt()),
            largest: bound,
        }
    }

    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        let bound = self.bound(fans);
        block.fill_with(|| rng.random_range(-bound..=bound));
    }
}

fn main() {
    // In one line, against the library's own rule, with foils that nobody has to write:
    let xavier = VarianceScaling::xavier(Law::Uniform);
    let found = weights_are(&Mine { c: 6.0 }, xavier, (400, 200), Streams::new(1));
    assert!(found.holds(), "{found}");
    assert!(!weights_are(&Mine { c: 2.0 }, xavier, (400, 200), Streams::new(1)).holds());

    // In full, with a mistake of one's own.
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
    .null_of_n(|n| MeanBound::of_squares(Law::Uniform, n))
    .holds_for("mine", Mine { c: 6.0 })
    .foil_scaled(
        "the √3 of the uniform law forgotten",
        Mine { c: 2.0 },
        1.0 / 3.0,
    )
    .judge(Streams::new(1));
    // ANCHOR_END: check

    assert!(evidence.holds(), "{evidence}");
    let foils = evidence.foils.iter();
    let foils: Vec<_> = foils
        .map(|foil| serde_json::json!({"name": foil.name, "value": foil.value, "caught": foil.caught}))
        .collect();
    println!(
        "{}",
        serde_json::json!({
            "statistic": evidence.statistic,
            "value": evidence.value,
            "accepted": [evidence.interval.low, evidence.interval.high],
            "false_alarm": evidence.alpha,
            "foils": foils,
            "holds": evidence.holds(),
            "in_one_line": {"scale": found.scale.value, "shape": found.shape.value, "holds": found.holds()},
        })
    );
}

#[test]
fn the_initializer_is_what_it_claims() {
    main();
}
