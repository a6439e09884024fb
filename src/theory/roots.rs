//! All roots of a function of the variance: brackets on a grid, then bisection.

/// Steps of the grid to a decade.
const STEPS: f64 = 16.0;

/// What a function does on a grid of variances.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Roots {
    /// In rising order.
    pub(super) roots: Vec<f64>,
    /// The signs that are no rounding, at the first and at the last variance that has one; 0 if there is none.
    pub(super) ends: (f64, f64),
}

impl Roots {
    /// The roots of `g` between `low` and `high`. What is at most `rounding · q` counts as 0.
    ///
    /// Two roots between the same two of sixteen places to a decade are found if `g` has its smallest value near there.
    pub(super) fn of(g: impl Fn(f64) -> f64, low: f64, high: f64, rounding: f64) -> Self {
        let steps = (STEPS * libm::log10(high / low)).ceil();
        let at = |i: f64| low * libm::pow(high / low, i / steps);
        let sign = |q: f64, value: f64| {
            if value.abs() <= rounding * q {
                0.0
            } else {
                value.signum()
            }
        };
        let mut places: Vec<(f64, f64)> = (0..=steps as u32)
            .map(|i| at(f64::from(i)))
            .map(|q| (q, g(q)))
            .filter(|(q, value)| sign(*q, *value) != 0.0)
            .collect();
        let dips: Vec<(f64, f64)> = places
            .windows(3)
            .filter(|around| {
                let [before, here, after] = [0, 1, 2].map(|i| around[i].1 / around[i].0);
                before.signum() == here.signum()
                    && here.signum() == after.signum()
                    && here.abs() < before.abs().min(after.abs())
            })
            .map(|around| {
                let side = around[1].1.signum();
                let q = lowest(|q| side * g(q) / q, around[0].0, around[2].0);
                (q, g(q))
            })
            .collect();
        places.extend(
            dips.into_iter()
                .filter(|(q, value)| sign(*q, *value) != 0.0),
        );
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let roots = places
            .windows(2)
            .filter(|pair| pair[0].1.signum() != pair[1].1.signum())
            .map(|pair| bisected(&g, pair[0].0, pair[1].0));
        Self {
            roots: roots.collect(),
            ends: (
                places.first().map_or(0.0, |place| place.1.signum()),
                places.last().map_or(0.0, |place| place.1.signum()),
            ),
        }
    }
}

/// Where `f` is smallest, by golden sections.
fn lowest(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const GOLDEN: f64 = 0.381_966_011_250_105;
    for _ in 0..60 {
        let (left, right) = (low + GOLDEN * (high - low), high - GOLDEN * (high - low));
        if f(left) < f(right) {
            high = right;
        } else {
            low = left;
        }
    }
    f64::midpoint(low, high)
}

/// The root of `g` between two places where it has different signs, to the last digit.
pub(super) fn bisected(g: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let side = g(low).signum();
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if g(middle).signum() == side {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The root of a smooth `g` between two places where it has different signs: by secants, of which one end counts half if it stays twice (the
/// Illinois rule), for a function that is dear.
pub(super) fn narrowed(g: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let (mut at_low, mut at_high) = (g(low), g(high));
    let mut kept = 0_i32;
    for _ in 0..200 {
        if high - low <= 2.0 * f64::EPSILON * high.abs() {
            break;
        }
        let secant = high - at_high * (high - low) / (at_high - at_low);
        let middle = if low < secant && secant < high {
            secant
        } else {
            f64::midpoint(low, high)
        };
        let value = g(middle);
        if value == 0.0 {
            return middle;
        }
        if value.signum() == at_low.signum() {
            (low, at_low) = (middle, value);
            kept = kept.max(0) + 1;
            if kept > 1 {
                at_high *= 0.5;
            }
        } else {
            (high, at_high) = (middle, value);
            kept = kept.min(0) - 1;
            if kept < -1 {
                at_low *= 0.5;
            }
        }
    }
    if at_low.abs() < at_high.abs() {
        low
    } else {
        high
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn every_root_of_a_polynomial_is_found() {
        let g = |q: f64| (q - 1e-3) * (q - 1.0) * (q - 1.003) * (q - 700.0);
        let found = Roots::of(g, 1e-6, 1e6, 1e-15);
        assert_eq!(found.roots.len(), 4, "{found:?}");
        for (root, expected) in found.roots.iter().zip([1e-3, 1.0, 1.003, 700.0]) {
            assert_relative_eq!(*root, expected, max_relative = 1e-12);
        }
        assert_eq!(found.ends, (1.0, 1.0));
    }

    #[test]
    fn secants_come_as_far_as_halves_in_fewer_steps() {
        use std::cell::Cell;
        for place in [1e-9, 1e-3, 0.7] {
            let calls = Cell::new(0);
            let g = |x: f64| {
                calls.set(calls.get() + 1);
                libm::expm1(place - x) * (2.0 + x)
            };
            assert_relative_eq!(narrowed(g, 0.0, 1.0), place, max_relative = 1e-12);
            assert!(calls.get() < 30, "{} calls", calls.get());
        }
    }

    #[test]
    fn what_is_rounding_has_no_root() {
        let found = Roots::of(|q| 1e-17 * q * libm::sin(q), 1e-3, 1e3, 1e-15);
        assert_eq!(
            found,
            Roots {
                roots: Vec::new(),
                ends: (0.0, 0.0)
            }
        );
    }

    #[test]
    fn waves_of_an_eighth_of_a_decade_have_all_of_their_roots() {
        // Two places of the grid to a root, none of them within a twelfth of a wave of it.
        let shift = 0.1625;
        let wave =
            |q: f64| q * libm::sin(std::f64::consts::PI * (8.0 * libm::log10(q) + 2.0 * shift));
        let found = Roots::of(wave, 1e-6, 1e6, 1e-15);
        assert_eq!(found.roots.len(), 96);
        for (root, k) in found.roots.iter().zip(-47..) {
            let expected = libm::pow(10.0, (f64::from(k) - 2.0 * shift) / 8.0);
            assert_relative_eq!(*root, expected, max_relative = 1e-12);
        }
    }

    #[test]
    fn two_roots_between_two_places_are_found_where_only_the_quotient_dips() {
        // g(q)/q is 1, but for a dip to −0.1 at 1.068, between the places 1 and 1.155. At those it is 1 less 1e-12, and 1.
        let (center, width) = (1.068, 0.013);
        let dip = |q: f64| {
            let u = (q - center) / width;
            1.0 - 1.1 * libm::exp(-u * u)
        };
        let off = width * libm::log1p(0.1).sqrt();
        for side in [1.0, -1.0] {
            let found = Roots::of(|q| side * q * dip(q), 1e-6, 1e6, 1e-15);
            assert_eq!(found.roots.len(), 2, "{found:?}");
            assert_relative_eq!(found.roots[0], center - off, max_relative = 1e-12);
            assert_relative_eq!(found.roots[1], center + off, max_relative = 1e-12);
        }
    }

    #[test]
    fn where_nothing_dips_nothing_is_sought() {
        use std::cell::Cell;
        // Level, and rising: one look at each of the 193 places of twelve decades.
        for power in [1, 2] {
            let calls = Cell::new(0);
            let g = |q: f64| {
                calls.set(calls.get() + 1);
                q.powi(power)
            };
            assert!(Roots::of(g, 1e-6, 1e6, 1e-15).roots.is_empty());
            assert!(calls.get() < 200, "{} calls", calls.get());
        }
    }

    /// The root of a function that falls or rises from 0 to 1, and the number of places it was asked at.
    fn counted(g: impl Fn(f64) -> f64) -> (f64, u32) {
        let calls = std::cell::Cell::new(0);
        let counting = |x: f64| {
            calls.set(calls.get() + 1);
            g(x)
        };
        let root = narrowed(counting, 0.0, 1.0);
        (root, calls.get())
    }

    #[test]
    fn an_end_counts_half_when_it_stays_twice_whichever_it_is() {
        // Both have their root at 0.3, and bend up and down; mirrored, the other end stays. A model of the rule in Python
        // asks 41 times in all; if an end counts half at once it is 50 and more, if one of the two never does 90 and more.
        let shapes: [fn(f64) -> f64; 2] = [
            |x| libm::exp(x) - libm::exp(0.3),
            |x| libm::log1p(9.0 * x) - libm::log1p(2.7),
        ];
        let mut calls = 0;
        for shape in shapes {
            let (root, straight) = counted(shape);
            assert_relative_eq!(root, 0.3, max_relative = 1e-12);
            let (root, mirrored) = counted(|x| shape(1.0 - x));
            assert_relative_eq!(root, 0.7, max_relative = 1e-12);
            calls += straight + mirrored;
        }
        assert!(calls <= 45, "{calls} calls");
    }

    #[test]
    fn a_wall_at_one_end_leaves_the_root_where_it_is() {
        // From −1e13 to 3e43: the first secant is the other end, to the last bit.
        let wall = |x: f64| libm::exp(100.0 * x) - libm::exp(30.0);
        let (root, calls) = counted(wall);
        assert_relative_eq!(root, 0.3, max_relative = 1e-12);
        assert!(calls < 100, "{calls} calls");
        let (root, calls) = counted(|x| wall(1.0 - x));
        assert_relative_eq!(root, 0.7, max_relative = 1e-12);
        assert!(calls < 100, "{calls} calls");
    }

    #[test]
    fn a_root_may_be_negative_or_an_end() {
        let g = |x: f64| libm::expm1(x + 0.3);
        assert_relative_eq!(narrowed(g, -1.0, 0.5), -0.3, max_relative = 1e-12);
        assert_relative_eq!(narrowed(|x| -g(x), -1.0, 0.5), -0.3, max_relative = 1e-12);
        // Positive at 0 by its sign, and negative from there on.
        assert_eq!(narrowed(|x| 0.0 - x * (2.0 + x), 0.0, 1.0), 0.0);
    }
}
