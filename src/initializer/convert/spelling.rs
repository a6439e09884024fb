//! Numbers as somebody would type them: `1 / 3`, `math.sqrt(2)`, and else the shortest decimal.

use super::is_same;

/// What a call is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Rust,
}

/// The longest decimal that is left as it is.
const SHORT: usize = 8;

/// The largest numerator and denominator of a fraction.
const LARGEST: (f64, u32) = (99.0, 12);

/// The number: a short decimal, a fraction of small whole numbers, the root of one, or the shortest decimal that
/// reads back as the same float.
pub(super) fn spelled(x: f64, language: Language) -> String {
    let (size, sign) = (x.abs(), if x < 0.0 { "-" } else { "" });
    if x.is_infinite() {
        let infinity = match language {
            Language::Python => "math.inf",
            Language::Rust => "f64::INFINITY",
        };
        return format!("{sign}{infinity}");
    }
    let decimal = format!("{x:?}");
    if decimal.len() <= SHORT {
        return decimal;
    }
    let words = match (fraction(size), fraction(size * size)) {
        (Some(numbers), _) => Some(quotient(numbers, language)),
        (None, Some(numbers)) => Some(root(numbers, language)),
        (None, None) => None,
    };
    words.map_or(decimal, |words| format!("{sign}{words}"))
}

/// The square: of the root of a small fraction, which no float holds, that fraction.
pub(super) fn squared(x: f64) -> f64 {
    fraction(x * x).map_or(x * x, |(above, below)| above / f64::from(below))
}

/// Small whole numbers whose quotient this is.
fn fraction(x: f64) -> Option<(f64, u32)> {
    (1..=LARGEST.1).find_map(|below| {
        let above = (x * f64::from(below)).round();
        let is_it = (1.0..=LARGEST.0).contains(&above) && is_same(x, above / f64::from(below));
        is_it.then_some((above, below))
    })
}

fn quotient((above, below): (f64, u32), language: Language) -> String {
    match language {
        _ if below == 1 => format!("{above:?}"),
        Language::Python => format!("{above} / {below}"),
        Language::Rust => format!("{above:?} / {below}.0"),
    }
}

fn root((above, below): (f64, u32), language: Language) -> String {
    match (language, below) {
        (Language::Python, 1) => format!("math.sqrt({above})"),
        (Language::Python, _) => format!("math.sqrt({above} / {below})"),
        (Language::Rust, 1) => format!("{above}_f64.sqrt()"),
        (Language::Rust, _) => format!("({above}_f64 / {below}.0).sqrt()"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_of_a_root_is_what_it_is_the_root_of() {
        assert_ne!(2_f64.sqrt() * 2_f64.sqrt(), 2.0);
        assert_eq!(squared(2_f64.sqrt()), 2.0);
        assert_eq!(squared((1.0_f64 / 3.0).sqrt()), 1.0 / 3.0);
        assert_eq!(squared(1.6), 1.6 * 1.6);
        assert!(squared(f64::NAN).is_nan());
    }

    #[test]
    fn numbers_are_typed_as_people_type_them() {
        let python = |x| spelled(x, Language::Python);
        let rust = |x| spelled(x, Language::Rust);
        assert_eq!(python(0.02), "0.02");
        assert_eq!(python(1.0 / 3.0), "1 / 3");
        assert_eq!(python(-(5_f64.sqrt())), "-math.sqrt(5)");
        assert_eq!(python((2.0_f64 / 1.0625).sqrt()), "1.3719886811400708");
        // The square of √2 is a whole number, but for its last bit.
        assert_eq!(python(2_f64.sqrt() * 2_f64.sqrt()), "2.0");
        assert_eq!(rust(2_f64.sqrt() * 2_f64.sqrt()), "2.0");
        assert_eq!(rust(5.0 / 3.0), "5.0 / 3.0");
        assert_eq!(rust(2_f64.sqrt()), "2_f64.sqrt()");
        assert_eq!(rust((1.0_f64 / 3.0).sqrt()), "(1_f64 / 3.0).sqrt()");
        assert_eq!(rust(1e-9), "1e-9");
        assert_eq!(rust(f64::INFINITY), "f64::INFINITY");
        assert_eq!(python(f64::NEG_INFINITY), "-math.inf");
    }
}
