//! Numbers as a reader wants them in a drawing: few digits, powers of ten raised.

/// At most four significant digits, `3.2 × 10^{−13}` where zeros would have to be counted.
pub fn brief(x: f64) -> String {
    if !x.is_finite() {
        let name = if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "∞"
        } else {
            "−∞"
        };
        return name.to_owned();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    let power = libm::log10(x.abs()).floor() as i32;
    if !(-3..5).contains(&power) {
        return scientific(x);
    }
    let decimals = (3 - power).max(0) as usize;
    minus(trim(&format!("{x:.decimals$}")))
}

/// Two significant digits and a power of ten: `3.2 × 10^{−13}`.
pub fn scientific(x: f64) -> String {
    let text = format!("{x:.1e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    minus(&format!("{} × 10^{{{power}}}", trim(digits)))
}

/// Without zeros at the end of the decimals.
fn trim(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

fn minus(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_few_and_powers_are_raised() {
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
}
