//! Where the search for a quantile begins, and how many places it looks at.

use std::cell::{Cell, RefCell};

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
    let cases: [(&dyn NullLaw, f64, f64, u32); 7] = [
        (&StandardNormal, 1.0, normal, 60),
        (&StandardNormal, -1.0, -normal, 60),
        (&ChiSquareMean::new(2), 1.0, exponential, 25),
        (&Step(3.3), 1.0, 3.3, 90),
        (&Step(3.3), -1.0, -3.3, 90),
        // Here nearly all of the first bracket is too much: where an end stays, its logarithm must be halved.
        (&Step(0.01), 1.0, 0.01, 45),
        // The steps of a share are reached to a millionth of a count: at 40 of 200, from below.
        (&BinomialShare::new(200, 0.4), -1.0, 0.2 - 5e-9, 55),
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

/// A law with this tail on either side of zero that remembers where it was looked at.
#[derive(Debug)]
struct Recorded {
    center: f64,
    spread: f64,
    tail: fn(f64) -> f64,
    places: RefCell<Vec<f64>>,
}

impl Recorded {
    fn new(center: f64, spread: f64, tail: fn(f64) -> f64) -> Self {
        Self {
            center,
            spread,
            tail,
            places: RefCell::default(),
        }
    }
}

impl NullLaw for Recorded {
    fn lower_tail(&self, x: f64) -> f64 {
        self.places.borrow_mut().push(x);
        (self.tail)(-x)
    }
    fn upper_tail(&self, x: f64) -> f64 {
        self.places.borrow_mut().push(x);
        (self.tail)(x)
    }
    fn center(&self) -> f64 {
        self.center
    }
    fn spread(&self) -> f64 {
        self.spread
    }
    fn minimum(&self) -> f64 {
        f64::NEG_INFINITY
    }
    fn describe(&self) -> String {
        "a recorded law".to_owned()
    }
}

#[test]
fn the_search_steps_six_spreads_outward_and_then_ever_farther() {
    const END: f64 = 1e40;
    for side in [-1.0, 1.0] {
        let law = Recorded::new(0.0, 0.25, |x: f64| f64::from(x <= END));
        let _ = law.quantile(5e-10, side);
        let places = law.places.borrow();
        assert_eq!((places[0], places[1]), (0.0, 1.5 * side));
        let growth: Vec<f64> = places[1..]
            .windows(2)
            .take_while(|pair| pair[0].abs() <= END)
            .map(|pair| pair[1] / pair[0])
            .collect();
        // A hundred times by a half and then tenfold: 1.5 · 1.5^100 · 10^23 > 10^40.
        assert_eq!(growth.len(), 123);
        for (step, growth) in growth.into_iter().enumerate() {
            let by_hand = if step < 100 { 1.5 } else { 10.0 };
            assert_relative_eq!(growth, by_hand, max_relative = 1e-12);
        }
    }
}

#[test]
fn without_a_spread_the_search_steps_by_the_last_bits_of_the_center() {
    for (center, step) in [
        (4.0, 24.0 * f64::EPSILON),
        (0.0, 6.0 * f64::EPSILON * f64::EPSILON),
    ] {
        let law = Recorded::new(center, 0.0, |x: f64| f64::from(x <= 5.0));
        let found = law.quantile(5e-10, 1.0);
        assert_relative_eq!(found, 5.0, max_relative = 1e-9);
        let places = law.places.borrow();
        assert_eq!((places[0], places[1]), (center, center + step));
    }
}

#[test]
fn a_place_with_just_the_asked_tail_ends_the_search() {
    let stairs = |x: f64| match x {
        x if x < 2.0 => 1.0,
        x if x < 5.0 => 5e-10,
        _ => 0.0,
    };
    let law = Recorded::new(0.0, 1.0, stairs);
    let found = law.quantile(5e-10, 1.0);
    assert!((2.0..5.0).contains(&found), "{found}");
    let looks = law.places.borrow().len();
    assert!(looks <= 10, "{looks} places");
}

#[test]
fn a_tail_that_hardly_exceeds_the_asked_one_is_left_by_bisection() {
    // By false position alone each place would be next to the inner end, whose logarithm is nearly zero.
    let law = Recorded::new(
        0.0,
        1.0,
        |x: f64| if x <= 2.0 { 5.000_005e-10 } else { 0.0 },
    );
    let found = law.quantile(5e-10, 1.0);
    assert_relative_eq!(found, 2.0, epsilon = 1e-8, max_relative = 0.0);
}
