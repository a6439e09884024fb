//! How long a deep linear network takes to learn one mode: `u' = L u^(2 − 2/L) (s − u)`.
//!
//! Inputs are white, the loss is `½ |Σ − W₁ ⋯ W_L|²`, all matrices are balanced, and the singular vectors of their product are those of the target `Σ`.
//! Then gradient flow changes every singular value `u` of the product on its own, towards that of the target, `s`.[^saxe]
//! With `u = s / (1 + e^(−x))` the time is an integral of a smooth function,
//!
//! ```text
//! t = 1/(L s) ∫ u^(2/L − 1) dx ,
//! ```
//!
//! of `u` for one layer and of a constant for two.
//!
//! [^saxe]: A. Saxe, J. McClelland, S. Ganguli (2013). [*Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*](https://arxiv.org/abs/1312.6120).

use crate::probability::nodes;

/// One singular value of the product of `depth` matrices, on its way to its target.
///
/// ```
/// use unit_variance::theory::DeepLinearMode;
///
/// // Two layers: logistic growth.
/// let mode = DeepLinearMode::new(2, 3.0);
/// let time = mode.time(0.001, 2.7);
/// let closed = libm::log(2.7 * 2.999 / (0.001 * 0.3)) / 6.0;
/// assert!((time - closed).abs() < 1e-14);
/// assert!((mode.strength(0.001, time) - 2.7).abs() < 1e-12);
/// // From one, as of rotations, learning rates of 1/L make depth cost nothing.
/// let steps = |depth| f64::from(depth) * DeepLinearMode::new(depth, 3.0).time(1.0, 2.7);
/// assert!(steps(1000) < steps(2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeepLinearMode {
    depth: f64,
    target: f64,
}

impl DeepLinearMode {
    /// A mode of `depth` layers with the target `s`.
    ///
    /// # Panics
    ///
    /// If there are no layers, or the target is not positive and finite.
    #[track_caller]
    pub fn new(depth: u32, target: f64) -> Self {
        assert!(
            depth > 0 && target > 0.0 && target.is_finite(),
            "a mode has layers and a positive finite target, but this one has {depth} and {target}"
        );
        Self {
            depth: f64::from(depth),
            target,
        }
    }

    /// `u' = L u^(2 − 2/L) (s − u)`.
    ///
    /// # Panics
    ///
    /// If `u` is negative.
    #[track_caller]
    pub fn speed(self, u: f64) -> f64 {
        assert!(
            u >= 0.0,
            "a singular value is not negative, but this one is {u}"
        );
        self.depth * libm::pow(u, 2.0 - 2.0 / self.depth) * (self.target - u)
    }

    /// The time that gradient flow takes from strength `from` to strength `to`.
    ///
    /// # Panics
    ///
    /// Unless `0 < from ≤ to < s`.
    #[track_caller]
    pub fn time(self, from: f64, to: f64) -> f64 {
        assert!(
            0.0 < from && from <= to && to < self.target,
            "a mode grows from above 0 to below its target {}, but not from {from} to {to}",
            self.target
        );
        self.time_between(self.place(from), self.place(to))
    }

    /// The strength at which a mode is that was at `from` a time ago.
    ///
    /// # Panics
    ///
    /// Unless `0 < from < s`, and the time is finite and not negative.
    #[track_caller]
    pub fn strength(self, from: f64, time: f64) -> f64 {
        assert!(
            0.0 < from && from < self.target && time >= 0.0 && time.is_finite(),
            "a mode grows from above 0 to below its target {}, but not from {from} for a time of {time}",
            self.target
        );
        if time == 0.0 {
            return from;
        }
        let start = self.place(from);
        // There `u` is the target to all digits.
        let end = start.max(0.0) + 40.0;
        if self.time_between(start, end) <= time {
            return self.target;
        }
        // Twice as far until the time is not enough.
        let mut width = 1.0;
        while self.time_between(start, start + width) < time {
            width *= 2.0;
        }
        let (mut low, mut high) = (start, start + width);
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            if self.time_between(start, middle) < time {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.at(f64::midpoint(low, high))
    }

    /// `x = ln(u / (s − u))`.
    fn place(self, u: f64) -> f64 {
        libm::log(u) - libm::log(self.target - u)
    }

    /// `u = s / (1 + e^(−x))`.
    fn at(self, x: f64) -> f64 {
        self.target / (1.0 + libm::exp(-x))
    }

    /// `1/(L s) ∫ u^(2/L − 1) dx`, panel by panel: the nearest poles are π away from the line.
    fn time_between(self, from: f64, to: f64) -> f64 {
        let panels = ((to - from) / 2.0).ceil().max(1.0);
        let length = (to - from) / panels;
        let power = 2.0 / self.depth - 1.0;
        let panel = |i: u32| {
            let start = from + f64::from(i) * length;
            nodes(start, start + length)
                .map(|(x, weight)| weight * libm::pow(self.at(x), power))
                .sum::<f64>()
        };
        let sum: f64 = (0..panels as u32).map(panel).sum();
        sum / (self.depth * self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_times_are_those_of_the_reference() {
        for (depth, from, time) in [
            (1, 1.0, 1.897_119_984_885_881),
            (2, 1.0, 0.481_728_626_316_027_4),
            (3, 1.0, 0.260_757_107_386_362_6),
            (8, 1.0, 0.076_396_546_261_901_3),
            (64, 1.0, 0.008_441_745_410_438_97),
            (1, 0.001, 2.302_251_704_092_808),
            (2, 0.001, 1.700_543_126_014_205),
            (3, 0.001, 3.325_217_400_962_347),
            (4, 0.001, 5.342_255_739_666_004),
        ] {
            let found = DeepLinearMode::new(depth, 3.0).time(from, 2.7);
            assert_relative_eq!(found, time, max_relative = 1e-13);
        }
    }

    #[test]
    fn one_layer_is_an_exponential_and_two_are_logistic() {
        let one = DeepLinearMode::new(1, 3.0);
        for time in [0.1, 1.0, 4.0] {
            let exact = 3.0 + (0.5 - 3.0) * libm::exp(-time);
            assert_relative_eq!(one.strength(0.5, time), exact, max_relative = 1e-12);
        }
        for (target, from, time, strength) in [
            (3.0, 0.001, 1.0, 0.355_712_478_918_859_6),
            (3.0, 0.001, 1.5, 2.189_611_602_768_267),
            (1.0, 0.01, 4.0, 0.967_856_704_404_242_1),
            (5.0, 0.0001, 1.2, 3.824_956_310_613_276),
        ] {
            let two = DeepLinearMode::new(2, target);
            assert_relative_eq!(two.strength(from, time), strength, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_short_time_goes_as_far_as_the_speed_says() {
        for depth in [1, 2, 5, 100] {
            let mode = DeepLinearMode::new(depth, 2.0);
            let step = 1e-7;
            let moved = mode.strength(0.7, step) - 0.7;
            assert_relative_eq!(moved / step, mode.speed(0.7), max_relative = 1e-4);
        }
        let mode = DeepLinearMode::new(3, 2.0);
        assert_eq!((mode.time(0.7, 0.7), mode.speed(2.0)), (0.0, 0.0));
    }

    #[test]
    fn very_deep_networks_have_a_limit() {
        // ((1/u₀ − 1/u) s + ln(u (s − u₀) / (u₀ (s − u)))) / s².
        let limit = (3.0 * (1.0 - 1.0 / 2.7) + libm::log(18.0)) / 9.0;
        let deep = 1e6 * DeepLinearMode::new(1_000_000, 3.0).time(1.0, 2.7);
        assert_relative_eq!(deep, limit, max_relative = 1e-5);
    }

    #[test]
    #[should_panic(expected = "but not from 1 to 3")]
    fn no_finite_time_reaches_the_target() {
        let _ = DeepLinearMode::new(2, 3.0).time(1.0, 3.0);
    }

    #[test]
    fn a_long_way_is_integrated_panel_by_panel() {
        // One layer needs t = ln((s − u₀) / (s − u)). Here x goes from −29 to 22, and one panel would have five digits.
        let (from, to) = (1e-12, 3.0 - 1e-9);
        let exact = libm::log((3.0 - from) / (3.0 - to));
        let found = DeepLinearMode::new(1, 3.0).time(from, to);
        assert_relative_eq!(found, exact, max_relative = 1e-12);
    }

    #[test]
    fn in_no_time_nothing_moves() {
        // The last mode is so fast that it goes a hundredth of the way within what is a time of 0 in `f64`.
        for (depth, target, from) in [(1, 3.0, 0.5), (2, 1.0, 0.01), (1000, 1e160, 1e159)] {
            let mode = DeepLinearMode::new(depth, target);
            assert_relative_eq!(mode.strength(from, 0.0), from, max_relative = 1e-11);
        }
    }
}
