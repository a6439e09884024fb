//! How numbers look on a page, in a formula, in a drawing and in the terminal: only the digits that mean something, and powers of ten.

use std::str::FromStr;

/// The digits of a number that are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As few as read back as the same float.
    Shortest,
    /// `.3`: this number of decimals.
    Fixed(u8),
    /// `.3e`: this number of decimals, times a power of ten.
    Scientific(u8),
    /// `.3g`: this number of significant digits.
    Significant(u8),
    /// Four significant digits, or two and a power of ten where zeros would have to be counted.
    Brief,
}

/// What a number is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Text of a page.
    Html,
    /// Between dollars.
    Tex,
    /// Text of a drawing, in which `10^{−13}` is raised; zeros at the end of decimals are left out.
    Svg,
    /// A table or a message in the terminal.
    Plain,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let digits = text.strip_prefix('.')?;
            let (digits, kind): (_, fn(u8) -> Self) = match digits.as_bytes().last()? {
                b'e' => (&digits[..digits.len() - 1], Self::Scientific),
                b'g' => (&digits[..digits.len() - 1], Self::Significant),
                _ => (digits, Self::Fixed),
            };
            let digits: u8 = digits.parse().ok()?;
            (digits <= 17 && kind(digits) != Self::Significant(0)).then(|| kind(digits))
        };
        parse().ok_or_else(|| {
            format!(
                "`{text}` is no number format; known are `.3` (decimals), `.3e` (power of ten) and `.3g` (significant digits)"
            )
        })
    }
}

/// The number as it is printed.
pub fn typeset(x: f64, format: Format, script: Script) -> String {
    let (minus, infinity, nan) = match script {
        Script::Html | Script::Svg => ("−", "∞", "NaN"),
        Script::Tex => ("-", r"\infty", r"\mathrm{NaN}"),
        Script::Plain => ("-", "inf", "NaN"),
    };
    if x.is_nan() {
        return nan.to_owned();
    }
    if x.is_infinite() {
        return format!("{}{infinity}", if x < 0.0 { minus } else { "" });
    }
    let (mantissa, exponent) = digits(x.abs(), format, script);
    // A rounded number that shows no digit but zeros shows no sign either.
    let shows_zero = mantissa.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if x < 0.0 && !shows_zero { minus } else { "" };
    let mantissa = match script {
        Script::Html => grouped(&mantissa, ","),
        Script::Tex => grouped(&mantissa, "{,}"),
        Script::Svg => trimmed(&mantissa).to_owned(),
        Script::Plain => mantissa,
    };
    let Some(exponent) = exponent else {
        return format!("{sign}{mantissa}");
    };
    let raised = format!(
        "{}{}",
        if exponent < 0 { minus } else { "" },
        exponent.unsigned_abs()
    );
    let (times, power) = match script {
        Script::Html => ("\u{a0}×\u{a0}", format!("10<sup>{raised}</sup>")),
        Script::Tex => (r" \times ", format!("10^{{{raised}}}")),
        Script::Svg => return format!("{sign}{mantissa} × 10^{{{raised}}}"),
        Script::Plain => return format!("{sign}{mantissa}e{raised}"),
    };
    if mantissa == "1" {
        return format!("{sign}{power}");
    }
    format!("{sign}{mantissa}{times}{power}")
}

/// The number in a drawing: `1.004`, `3.2 × 10^{−13}`.
pub fn brief(x: f64) -> String {
    typeset(x, Format::Brief, Script::Svg)
}

/// A count, with separators.
pub fn count(n: u64) -> String {
    grouped(&n.to_string(), ",")
}

/// Words with separators in the long whole numbers among them.
pub fn with_separators(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        let (digits, behind) = from.split_at(end);
        out.push_str(before);
        let is_whole = !before.ends_with(['.', ',', 'e', '-']) && !behind.starts_with('.');
        if is_whole && digits.len() > 4 {
            out.push_str(&grouped(digits, ","));
        } else {
            out.push_str(digits);
        }
        rest = behind;
    }
    out + rest
}

/// A probability: one digit and its power, "under 10⁻³⁰⁰" where floats end.
pub fn probability(p: f64) -> String {
    if p < 1e-300 {
        return format!(
            "under {}",
            typeset(1e-300, Format::Scientific(0), Script::Html)
        );
    }
    let format = if p < 1e-3 {
        Format::Scientific(0)
    } else {
        Format::Significant(2)
    };
    typeset(p, format, Script::Html)
}

/// The format that shows where a value stands in an interval of this width: two digits of half of it.
pub fn format_for_width(width: f64) -> Format {
    let half = width / 2.0;
    if half.is_finite() && half >= 1e-5 {
        Format::Fixed((1.0 - libm::log10(half).floor()).clamp(0.0, 6.0) as u8)
    } else {
        Format::Significant(3)
    }
}

/// The digits of a number that is not negative, and the power of ten that they are to be multiplied with.
fn digits(x: f64, format: Format, script: Script) -> (String, Option<i32>) {
    let split = |text: String| {
        let (mantissa, exponent) = text.split_once('e').expect("`e` formats have an exponent");
        let exponent = exponent.parse().expect("`e` formats write whole exponents");
        (mantissa.to_owned(), exponent)
    };
    match format {
        Format::Fixed(decimals) => (format!("{x:.*}", usize::from(decimals)), None),
        Format::Scientific(decimals) => {
            let (mantissa, exponent) = split(format!("{x:.*e}", usize::from(decimals)));
            (mantissa, (x != 0.0).then_some(exponent))
        }
        Format::Significant(figures) => {
            let (mantissa, exponent) = split(format!("{x:.*e}", usize::from(figures) - 1));
            let is_short = match script {
                Script::Plain => (-3..7).contains(&exponent),
                _ => (-4..6).contains(&exponent),
            };
            if is_short {
                let decimals = (i32::from(figures) - 1 - exponent).max(0) as usize;
                (format!("{x:.decimals$}"), None)
            } else {
                (mantissa, Some(exponent))
            }
        }
        Format::Brief => {
            let power = libm::log10(x).floor() as i32;
            if x == 0.0 {
                ("0".to_owned(), None)
            } else if (-3..5).contains(&power) {
                let decimals = (3 - power).max(0) as usize;
                (format!("{x:.decimals$}"), None)
            } else {
                digits(x, Format::Scientific(1), script)
            }
        }
        Format::Shortest => {
            let (mantissa, exponent) = split(format!("{x:e}"));
            if x == 0.0 || (-4..7).contains(&exponent) {
                (format!("{x}"), None)
            } else {
                (mantissa, Some(exponent))
            }
        }
    }
}

/// Digits with a separator at every third place before the point, from the thousands on.
fn grouped(digits: &str, separator: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    if whole < 4 {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (i, digit) in digits[..whole].chars().enumerate() {
        if i > 0 && (whole - i).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out + &digits[whole..]
}

/// Digits without zeros at the end of the decimals.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(x: f64, format: &str) -> String {
        typeset(x, format.parse().unwrap(), Script::Html)
    }

    #[test]
    fn each_format_prints_its_digits() {
        assert_eq!(html(4.547_26, ".3"), "4.547");
        assert_eq!(html(-4.547_26, ".1"), "−4.5");
        assert_eq!(html(310_000.25, ".1"), "310,000.2");
        assert_eq!(html(1.234e-9, ".2e"), "1.23\u{a0}×\u{a0}10<sup>−9</sup>");
        assert_eq!(html(1e-9, ".0e"), "10<sup>−9</sup>");
        assert_eq!(html(0.012_345, ".3g"), "0.0123");
        assert_eq!(html(123.4, ".2g"), "123");
        assert_eq!(html(5e300, ".2g"), "5.0\u{a0}×\u{a0}10<sup>300</sup>");
        assert_eq!(html(0.0, ".2e"), "0.00");
        assert_eq!(html(-0.001, ".1"), "0.0");
    }

    #[test]
    fn the_shortest_form_reads_back_as_the_same_float() {
        let shortest = |x| typeset(x, Format::Shortest, Script::Html);
        assert_eq!(shortest(0.1), "0.1");
        assert_eq!(shortest(1e300), "10<sup>300</sup>");
        assert_eq!(shortest(f64::INFINITY), "∞");
        assert_eq!(shortest(f64::NEG_INFINITY), "−∞");
        assert_eq!(shortest(f64::NAN), "NaN");
    }

    #[test]
    fn tex_has_its_own_signs() {
        let tex = |x, format: &str| typeset(x, format.parse().unwrap(), Script::Tex);
        assert_eq!(tex(-1.5e-9, ".1e"), r"-1.5 \times 10^{-9}");
        assert_eq!(tex(1_234.5, ".1"), "1{,}234.5");
        assert_eq!(tex(f64::NEG_INFINITY, ".0"), r"-\infty");
        assert_eq!(typeset(-1.5e-9, Format::Shortest, Script::Plain), "-1.5e-9");
    }

    #[test]
    fn in_a_drawing_digits_are_few_and_powers_are_raised() {
        for (x, text) in [
            (1.004_23, "1.004"),
            (0.5, "0.5"),
            (-0.012_34, "−0.01234"),
            (12_345.6, "12346"),
            (3.21e-13, "3.2 × 10^{−13}"),
            (2e30, "2 × 10^{30}"),
            (0.0, "0"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(brief(x), text);
        }
    }

    #[test]
    fn in_the_terminal_significant_digits_are_four_at_every_magnitude() {
        for (x, text) in [
            (0.0, "0.000"),
            (0.981_23, "0.9812"),
            (9.999_96, "10.00"),
            (1_234_567.0, "1234567"),
            (0.001_234, "0.001234"),
            (1.234e-9, "1.234e-9"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(
                typeset(x, Format::Significant(4), Script::Plain),
                text,
                "{x}"
            );
        }
    }

    #[test]
    fn probabilities_below_the_floats_say_so() {
        assert_eq!(probability(0.0), "under 10<sup>−300</sup>");
        assert_eq!(probability(1e-9), "10<sup>−9</sup>");
        assert_eq!(probability(2.6e-74), "3\u{a0}×\u{a0}10<sup>−74</sup>");
        assert_eq!(probability(0.431), "0.43");
    }

    #[test]
    fn an_interval_decides_how_many_digits_mean_something() {
        assert_eq!(format_for_width(1.024 - 0.976), Format::Fixed(3));
        assert_eq!(format_for_width(0.4), Format::Fixed(2));
        assert_eq!(format_for_width(0.0), Format::Significant(3));
        assert_eq!(format_for_width(f64::INFINITY), Format::Significant(3));
    }

    #[test]
    fn long_numbers_among_words_get_separators() {
        assert_eq!(
            with_separators("160000 trials of 0.16000012, in 2015"),
            "160,000 trials of 0.16000012, in 2015"
        );
    }

    #[test]
    fn an_unknown_format_is_refused() {
        for text in ["3", ".", ".x", ".3f", ".0g", ".99"] {
            let message = text.parse::<Format>().unwrap_err();
            assert!(
                message.starts_with(&format!("`{text}` is no number format; known are")),
                "{message}"
            );
        }
    }
}
