//! How many places the search for a quantile looks at.

use std::cell::Cell;

use approx::assert_relative_eq;

use super::{ChiSquareMean, NullLaw, StandardNormal};

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
