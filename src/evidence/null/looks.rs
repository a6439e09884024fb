//! Where the search for a quantile begins, and how many places it looks at.

use std::cell::Cell;

use approx::assert_relative_eq;

use super::{
    BinomialShare, ChiSquareMean, GaussianNorm, LeakyReluBound, LivingPairs, MeanBound, NullLaw,
    ReluMixture, StandardNormal, SubGaussianRelu,
};

/// Within this distance of zero, and nowhere else.
#[derive(Debug)]
struct Step(f64);

impl NullLaw for Step {
    fn lower_tail(&self, x: f64) -> f64 {
        f64::from(x >= -self.0)
    }
    fn upper_tail(&self, x: f64) -> f64 {
        f64::from(x <= self.0)
    }
    fn center(&self) -> f64 {
        0.0
    }
    fn spread(&self) -> f64 {
        1.0
    }
    fn minimum(&self) -> f64 {
        f64::NEG_INFINITY
    }
    fn describe(&self) -> String {
        "a step".to_owned()
    }
}

/// A law that counts how often its tails are looked at.
#[derive(Debug)]
struct Counted<'a> {
    law: &'a dyn NullLaw,
    looks: Cell<u32>,
}

impl NullLaw for Counted<'_> {
    fn lower_tail(&self, x: f64) -> f64 {
        self.looks.set(self.looks.get() + 1);
        self.law.lower_tail(x)
    }
    fn upper_tail(&self, x: f64) -> f64 {
        self.looks.set(self.looks.get() + 1);
        self.law.upper_tail(x)
    }
    fn center(&self) -> f64 {
        self.law.center()
    }
    fn spread(&self) -> f64 {
        self.law.spread()
    }
    fn minimum(&self) -> f64 {
        self.law.minimum()
    }
    fn describe(&self) -> String {
        self.law.describe()
    }
}

#[test]
fn the_search_looks_at_few_places() {
    let normal = 6.109_410_205;
    let exponential = libm::log(2e9);
    // The logarithm of an exponential tail is a line, which false position meets at once.
    let cases: [(&dyn NullLaw, f64, f64, u32); 5] = [
        (&StandardNormal, 1.0, normal, 60),
        (&StandardNormal, -1.0, -normal, 60),
        (&ChiSquareMean::new(2), 1.0, exponential, 25),
        (&Step(3.3), 1.0, 3.3, 90),
        (&Step(3.3), -1.0, -3.3, 90),
    ];
    for (law, side, place, most) in cases {
        let looks = Cell::new(0);
        let counted = Counted { law, looks };
        let found = counted.quantile(5e-10, side);
        assert_relative_eq!(found, place, epsilon = 3e-9, max_relative = 0.0);
        let looks = counted.looks.get();
        assert!(looks <= most, "{}: {looks} places", law.describe());
    }
}

#[test]
fn a_billionth_lies_beyond_six_spreads() {
    // 6.109 of a normal law, and √(2 ln(2 · 10⁹)) = 6.54 by Chernoff's bound of it.
    let laws: [&dyn NullLaw; 9] = [
        &StandardNormal,
        &ChiSquareMean::new(10_000),
        &GaussianNorm::new(10_000),
        &ReluMixture::new(10_000),
        &LivingPairs::new(300),
        &BinomialShare::new(10_000, 0.5),
        &LeakyReluBound::new(10_000, 0.2),
        &SubGaussianRelu::new(10_000),
        &MeanBound::new("x", 10_000, 1.0, 0.0, 3.0),
    ];
    for law in laws {
        let (low, high) = law.interval(1e-9);
        let spreads = 0.5 * (high - low) / law.spread();
        assert!(
            (6.0..7.0).contains(&spreads),
            "{}: {spreads} spreads",
            law.describe()
        );
    }
}
