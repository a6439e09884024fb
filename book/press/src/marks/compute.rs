//! `{{#compute sqrt(1 - 1/pi) .4}}`: a number from its formula; `{{#given 1.00001}}`: a number that the text chooses.
//!
//! Beside the functions of analysis a formula knows the library's own: `cdf(x)` and `pdf(x)` of the standard normal law, `kept(c)`, the
//! share of its variance that a normal law keeps when it is cut at `c` standard deviations, and of every activation
//! `gain_tanh`, `backward_gain_tanh`, `mean_tanh`, `second_moment_tanh`, `slope_moment_tanh` and `chi_tanh`.

use exmex::{Express, FlatEx, FloatOpsFactory, MakeOperators, Operator};
use experiments::number::{Format, Script, typeset};
use unit_variance::{Activation, Law};

use crate::fault::known_are;
use crate::html::escaped;

/// The operators of a formula.
#[derive(Debug, Clone)]
struct Operators;

impl MakeOperators<f64> for Operators {
    fn make<'a>() -> Vec<Operator<'a, f64>> {
        let mut all = FloatOpsFactory::<f64>::make();
        all.extend([
            Operator::make_constant("pi", std::f64::consts::PI),
            Operator::make_unary("cdf", |x| Law::Normal.cdf(x)),
            Operator::make_unary("pdf", |x: f64| {
                libm::exp(-0.5 * x * x) / std::f64::consts::TAU.sqrt()
            }),
            Operator::make_unary("kept", |cut: f64| {
                (cut / Law::TruncatedNormal { cut }.bound()).powi(2)
            }),
        ]);
        all
    }
}

/// What the library knows of an activation.
type Measure = fn(Activation) -> f64;
const MEASURES: [(&str, Measure); 6] = [
    ("gain", Activation::gain),
    ("backward_gain", Activation::backward_gain),
    ("mean", Activation::mean),
    ("second_moment", Activation::second_moment),
    ("slope_moment", Activation::slope_moment),
    ("chi", Activation::chi),
];

/// The number that a formula gives, for the text of a page or for a formula.
pub(crate) fn print(arguments: &str, script: Script) -> Result<String, String> {
    let (formula, format) = match arguments.rsplit_once(char::is_whitespace) {
        Some((formula, format)) if format.starts_with('.') => (formula.trim(), format.parse()?),
        _ => (arguments.trim(), Format::Shortest),
    };
    let value = value_of(formula)?;
    let text = typeset(value, format, script);
    if script == Script::Tex {
        return Ok(text);
    }
    Ok(format!(
        r#"<data class="value" value="{value}" title="{}">{text}</data>"#,
        escaped(formula)
    ))
}

/// A number that is no result: it is chosen by whoever writes.
pub(crate) fn print_given(arguments: &str) -> Result<String, String> {
    let is_number = arguments.parse::<f64>().is_ok_and(f64::is_finite);
    is_number.then(|| arguments.to_owned()).ok_or_else(|| {
        format!("`{{{{#given 1.05}}}}` has one number, but this one has `{arguments}`")
    })
}

fn value_of(formula: &str) -> Result<f64, String> {
    let wrong = |message: &str| format!("the formula `{formula}` {message}");
    if formula.parse::<f64>().is_ok() {
        return Err(wrong(
            "is a number and no formula: a number that the text chooses is `{{#given 1.05}}`, a measured one comes from a run",
        ));
    }
    // In the language of this parser −a^b is (−a)^b.
    if formula.contains('^') && has_sign(formula) {
        return Err(wrong(
            "has a sign and a power, and -a^b would be read as (-a)^b: write `0 - a^b`",
        ));
    }
    let parsed = FlatEx::<f64, Operators>::parse(formula)
        .map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    let values: Result<Vec<f64>, String> = parsed
        .var_names()
        .iter()
        .map(|name| measure(name).ok_or_else(|| wrong(&unknown(name))))
        .collect();
    let value = parsed
        .eval(&values?)
        .map_err(|error| wrong(&format!("has no value: {error}")))?;
    if value.is_finite() {
        Ok(value)
    } else {
        Err(wrong(&format!("is {value}")))
    }
}

/// Whether a minus stands where no number can end.
fn has_sign(formula: &str) -> bool {
    let mut before = '(';
    formula.chars().filter(|c| !c.is_whitespace()).any(|c| {
        let is_sign = c == '-' && matches!(before, '(' | '+' | '-' | '*' | '/' | '^');
        before = c;
        is_sign
    })
}

/// `gain_tanh` and its like.
fn measure(name: &str) -> Option<f64> {
    MEASURES.iter().find_map(|(measure, of)| {
        let activation = name.strip_prefix(measure)?.strip_prefix('_')?;
        let activation: Activation = activation.replace('_', "-").parse().ok()?;
        Some(of(activation))
    })
}

fn unknown(name: &str) -> String {
    let known = MEASURES.map(|(measure, _)| format!("{measure}_tanh"));
    format!(
        "has the unknown name `{name}`; beside functions and `pi`, {}, and the same of other activations",
        known_are(known)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_computed_and_rounded() {
        let print = |text| print(text, Script::Tex).unwrap();
        assert_eq!(print("sqrt(1 - 1/pi) .4"), "0.8256");
        assert_eq!(print("1.05^50 .1"), "11.5");
        assert_eq!(print("2*cdf(1) - 1 .4"), "0.6827");
        assert_eq!(print("kept(2) .4"), "0.7737");
        assert_eq!(print("sqrt(kept(2)) .4"), "0.8796");
        assert_eq!(print("gain_tanh^2 * second_moment_tanh .6"), "1.000000");
        assert_eq!(print("gain_relu .3"), "1.414");
    }

    #[test]
    fn what_is_no_formula_is_refused() {
        let error = |text| print(text, Script::Tex).unwrap_err();
        assert!(error("0.981 .3").contains("is a number and no formula"));
        assert!(error("gain_nothing .3").contains("unknown name `gain_nothing`"));
        assert!(error("exp(-2^2) .3").contains("write `0 - a^b`"));
        assert!(error("sqrt(0 - 1) .3").contains("NaN"));
        assert!(error("sqrt(2 .3").contains("cannot be read"));
        assert!(error("1 + .x").contains("no number format"));
        assert!(print_given("x").is_err() && print_given("1.05").is_ok());
    }

    #[test]
    fn a_minus_between_numbers_is_no_sign() {
        assert!(!has_sign("1 - 1/pi") && !has_sign("(1) - 2"));
        assert!(has_sign("-1") && has_sign("exp( -2)") && has_sign("2*-3"));
    }
}
