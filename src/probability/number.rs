//! Floats on the wire: the shortest decimal that reads back as the same `f64`,
//! and the strings `"inf"`, `"-inf"` and `"nan"` for what JSON has no number for.
//!
//! Use it on a field with `#[serde(with = "unit_variance::probability::number")]`.

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

/// Writes `x` as a number, or as `"inf"`, `"-inf"` or `"nan"`.
///
/// # Errors
///
/// Whatever the serializer returns.
pub fn serialize<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match name(*x) {
        Some(name) => serializer.serialize_str(name),
        None => serializer.serialize_f64(*x),
    }
}

/// Reads what [`serialize`] wrote.
///
/// # Errors
///
/// If the value is neither a number nor one of the three names.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    struct NumberVisitor;

    impl Visitor<'_> for NumberVisitor {
        type Value = f64;

        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str("a number, \"inf\", \"-inf\" or \"nan\"")
        }

        fn visit_f64<E: de::Error>(self, x: f64) -> Result<f64, E> {
            Ok(x)
        }

        fn visit_i64<E: de::Error>(self, x: i64) -> Result<f64, E> {
            Ok(x as f64)
        }

        fn visit_u64<E: de::Error>(self, x: u64) -> Result<f64, E> {
            Ok(x as f64)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
            parse_name(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_any(NumberVisitor)
}

/// Reads a number, if it is so.
fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    is_so: impl Fn(f64) -> bool,
    expected: &str,
) -> Result<f64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if is_so(number) {
        return Ok(number);
    }
    let found = de::Unexpected::Float(number);
    Err(de::Error::invalid_value(found, &expected))
}

/// Reads a positive finite number.
pub(crate) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let is_so = |x: f64| x > 0.0 && x.is_finite();
    read(deserializer, is_so, "a positive finite number")
}

/// Reads a finite number that is not negative.
#[cfg(any(feature = "network", feature = "theory"))]
pub(crate) fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let is_so = |x: f64| x >= 0.0 && x.is_finite();
    read(deserializer, is_so, "a finite number that is not negative")
}

/// Reads a number from 0 to below 1.
#[cfg(feature = "network")]
pub(crate) fn below_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let is_so = |x: f64| (0.0..1.0).contains(&x);
    read(deserializer, is_so, "a number from 0 to below 1")
}

/// The wire name of an infinity or a NaN; `None` for a finite number.
pub fn name(x: f64) -> Option<&'static str> {
    match x {
        x if x.is_nan() => Some("nan"),
        f64::INFINITY => Some("inf"),
        f64::NEG_INFINITY => Some("-inf"),
        _ => None,
    }
}

/// The float that a wire name stands for.
pub fn parse_name(name: &str) -> Option<f64> {
    match name {
        "nan" => Some(f64::NAN),
        "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Wire(#[serde(with = "super")] f64);

    fn round_trip(x: f64) -> (String, f64) {
        let text = serde_json::to_string(&Wire(x)).expect("floats serialize");
        let back: Wire = serde_json::from_str(&text).expect("what was written can be read");
        (text, back.0)
    }

    #[test]
    fn every_float_survives_the_wire() {
        for x in [
            0.0,
            -0.0,
            0.1,
            1e300,
            5e-324,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            assert_eq!(round_trip(x).1.to_bits(), x.to_bits());
        }
        assert!(round_trip(f64::NAN).1.is_nan());
        assert_eq!(round_trip(f64::INFINITY).0, "\"inf\"");
        assert_eq!(round_trip(0.1).0, "0.1");
    }

    /// `x^n` by squaring, from the lowest bit of `n` on.
    fn power(x: f64, n: i32) -> f64 {
        let (mut square, mut product) = (x, 1.0);
        for bit in 0..32 {
            if n.unsigned_abs() >> bit & 1 == 1 {
                product *= square;
            }
            square *= square;
        }
        if n < 0 { 1.0 / product } else { product }
    }

    #[test]
    fn whole_powers_are_products_in_one_order() {
        for i in 1..1000 {
            let x = f64::from(i) / 300.0;
            for n in -10..=70 {
                let compiled = black_box(x).powi(black_box(n));
                assert_eq!(compiled.to_bits(), power(x, n).to_bits(), "{x} to the {n}");
            }
            // With an exponent that the compiler knows it writes the products out.
            let y = black_box(x);
            for (n, written_out) in [
                (-2, y.powi(-2)),
                (2, y.powi(2)),
                (3, y.powi(3)),
                (4, y.powi(4)),
                (10, y.powi(10)),
                (60, y.powi(60)),
            ] {
                assert_eq!(
                    written_out.to_bits(),
                    power(x, n).to_bits(),
                    "{x} to the {n}"
                );
            }
        }
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["\"infinite\"", "true", "[]"] {
            let Err(error) = serde_json::from_str::<Wire>(text) else {
                panic!("{text} is no number")
            };
            let error = error.to_string();
            assert!(
                error.contains("a number, \"inf\", \"-inf\" or \"nan\""),
                "{error}"
            );
        }
    }

    #[test]
    fn whole_numbers_are_numbers() {
        for (text, x) in [
            ("7", 7.0),
            ("-7", -7.0),
            ("18446744073709551615", u64::MAX as f64),
            ("-9223372036854775808", i64::MIN as f64),
        ] {
            let read: Wire = serde_json::from_str(text).expect("a number");
            assert_eq!(read.0, x);
        }
    }

    #[derive(serde::Deserialize)]
    struct Scale(#[serde(deserialize_with = "super::positive")] f64);

    #[test]
    fn zero_is_not_positive() {
        let read = |text: &str| serde_json::from_str::<Scale>(text).map(|scale| scale.0);
        assert_eq!(read("5e-324").ok(), Some(5e-324));
        for text in ["0", "0.0", "-0.0", "-1"] {
            let error = read(text).expect_err("it is not positive").to_string();
            assert!(
                error.contains("expected a positive finite number"),
                "{error}"
            );
        }
    }
}
