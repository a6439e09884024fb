//! One call in the words of six libraries, with its law and its numbers.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Named;
use unit_variance::initializer::convert::{Call, Library, Measure, Recipe, number};
use unit_variance::{Fan, Fans, Law};

/// One initializer in the words of six libraries.
///
/// From a call of any of them, from a name as `he/uniform`, or from one number with a fan and a law; He's scale of 2
/// where nothing is given. For each library its call, whether that call follows the fans of the kernel or states
/// numbers for `these` fans, and what the call draws, read back from its text.
///
/// ```
/// use experiments::Experiment;
/// use experiments::frameworks::Convert;
///
/// let convert = Convert { call: Some("HeNormal()".into()), ..Convert::default() };
/// let table = convert.run(&mut |_| {});
/// assert_eq!(table.rows[2].last().unwrap().to_string(), "he_normal()");
/// assert_eq!(table.rows[5].last().unwrap().to_string(), "none");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Convert {
    /// A call of any of them, in quotes; or a name, as in he/uniform.
    #[arg(long, value_parser = call)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The variance times the fan.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// The root of the scale.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// The variance.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<f64>,
    /// The standard deviation.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std_dev: Option<f64>,
    /// The largest weight.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The standard deviation of the normal law before it is cut.
    #[arg(long, allow_hyphen_values = true, value_parser = positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_cut: Option<f64>,
    /// The fan that divides a scale.
    #[arg(long, value_enum, default_value_t = FanName::In)]
    pub fan: FanName,
    /// The law: normal, uniform, truncated-normal, or truncated-normal:3 with a cut at three.
    #[arg(long, value_parser = law_name, default_value = "normal")]
    pub law: String,
    /// The fan-in of the kernel.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "256")]
    pub fan_in: usize,
    /// Its fan-out.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "128")]
    pub fan_out: usize,
}

/// A fan, by the name of its option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum FanName {
    /// The fan-in.
    In,
    /// The fan-out.
    Out,
    /// Their mean.
    Average,
    /// Their geometric mean.
    Geometric,
}

impl FanName {
    const fn fan(self) -> Fan {
        match self {
            Self::In => Fan::In,
            Self::Out => Fan::Out,
            Self::Average => Fan::Average,
            Self::Geometric => Fan::GeometricAverage,
        }
    }
}

/// A text that is a call.
fn call(text: &str) -> Result<String, String> {
    let call: Result<Call, _> = text.parse();
    call.map(|_| text.to_owned())
        .map_err(|error| format!("a call of one of six libraries: {error}"))
}

/// A positive number, or a text that computes one, as `math.sqrt(2)`.
fn positive(text: &str) -> Result<f64, String> {
    let found = number(text).map_err(|_| "a positive number, as in 0.5 or math.sqrt(2)")?;
    option::positive(&format!("{found:?}")).map_err(ToOwned::to_owned)
}

/// A text that is a law.
fn law_name(text: &str) -> Result<String, String> {
    law(text).map(|_| text.to_owned())
}

/// The law of this name: that of He's rule with the law behind a slash.
fn law(name: &str) -> Result<Law, String> {
    match format!("he/{name}").parse() {
        Ok(Named::VarianceScaling(rule)) => Ok(rule.law()),
        _ => Err("normal, uniform, truncated-normal, or truncated-normal:3 with any cut".into()),
    }
}

impl Default for Convert {
    fn default() -> Self {
        without_options()
    }
}

impl Convert {
    /// The numbers that are given.
    fn measures(&self) -> Vec<Measure> {
        [
            self.scale.map(Measure::Scale),
            self.gain.map(Measure::Gain),
            self.variance.map(Measure::Variance),
            self.std_dev.map(Measure::StdDev),
            self.bound.map(Measure::Bound),
            self.before_cut.map(Measure::StdDevBeforeCut),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn fans(&self) -> Fans {
        Fans::new(self.fan_in, self.fan_out)
    }

    /// What is asked for, or why it is nothing.
    fn recipe(&self) -> Result<Recipe, String> {
        let measure = match (&self.call, self.measures().as_slice()) {
            (Some(text), []) => {
                let call: Call = text.parse().map_err(|error| format!("{error}"))?;
                return call.recipe().map_err(|error| error.to_string());
            }
            (None, []) => Measure::Scale(2.0),
            (None, [measure]) => *measure,
            _ => {
                return Err(
                    "one of --call, --scale, --gain, --variance, --std-dev, --bound and --before-cut says how large weights are"
                        .into(),
                );
            }
        };
        let rule = measure.rule(self.fan.fan(), law(&self.law)?, self.fans());
        rule.map(Recipe::from).map_err(|error| error.to_string())
    }
}

/// The law in words.
pub(super) fn words(recipe: Recipe) -> String {
    let cut_at = |law| match law {
        Law::Normal => "normal".to_owned(),
        Law::Uniform => "uniform".to_owned(),
        Law::TruncatedNormal { cut } => format!("normal, cut at {cut}, scaled back"),
    };
    let words = match recipe {
        Recipe::VarianceScaling(rule) => cut_at(rule.law()),
        Recipe::Normal { .. } => "normal".to_owned(),
        Recipe::Uniform { .. } => "uniform".to_owned(),
        Recipe::TruncatedNormal { low, high, .. } => format!("normal, cut at {low} and {high}"),
        _ => "orthogonal".to_owned(),
    };
    match recipe.mean() {
        0.0 => words,
        mean => format!("{words}, mean {mean}"),
    }
}

impl Configuration for Convert {
    const NAME: &'static str = "convert";

    fn constants() -> Vec<(String, Cell)> {
        let others = Library::ALL.into_iter().skip(1);
        let version = |library: Library| (library.name().to_lowercase(), library.version().into());
        others.map(version).collect()
    }

    fn refusal(&self) -> Option<String> {
        self.recipe().err()
    }

    /// # Panics
    ///
    /// If the values do not go together.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let (recipe, fans) = (self.recipe(), self.fans());
        let recipe = recipe.unwrap_or_else(|why| panic!("{why}"));
        let rows = Library::ALL.map(|library| {
            let dash = || Cell::from("–");
            let Some(call) = library.call(recipe, fans) else {
                let dashes = std::iter::repeat_n(dash(), 7);
                return std::iter::once(library.name().into())
                    .chain(dashes)
                    .chain(["none".into()])
                    .collect();
            };
            let text = call.to_string();
            let again: Call = text.parse().expect("what is written is read");
            let drawn = again.recipe().expect("what is read is in its range");
            let follows = matches!(recipe, Recipe::VarianceScaling(_)) && !again.follows_fans();
            let bound = drawn.bound(fans);
            vec![
                library.name().into(),
                words(drawn).as_str().into(),
                if follows { "these" } else { "any" }.into(),
                drawn.variance(fans).into(),
                (drawn.variance(fans) * fans.of(Fan::In)).into(),
                drawn.std_dev(fans).into(),
                if bound.is_finite() {
                    bound.into()
                } else {
                    dash()
                },
                drawn.std_dev_before_cut(fans).map_or_else(dash, Cell::from),
                text.as_str().into(),
            ]
        });
        let columns = [
            "library",
            "law",
            "fans",
            "variance",
            "times_n",
            "std_dev",
            "bound",
            "before_cut",
            "call",
        ];
        Table::of(self, &columns, rows.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(convert: &Convert) -> Vec<String> {
        let table = convert.run(&mut |_| {});
        table.column("call").map(Cell::to_string).collect()
    }

    #[test]
    fn a_call_is_said_in_six_ways() {
        let call = Some("nn.init.kaiming_uniform_(w, a=math.sqrt(5))".to_owned());
        let convert = Convert {
            call,
            ..Convert::default()
        };
        assert_eq!(convert.refusal(), None);
        assert_eq!(
            calls(&convert)[..3],
            [
                "VarianceScaling::pytorch_linear()",
                "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
                "variance_scaling(1 / 3, 'fan_in', 'uniform')"
            ]
        );
        let table = convert.run(&mut |_| {});
        assert!(
            table
                .numbers("times_n")
                .iter()
                .all(|n| (n * 3.0 - 1.0).abs() < 1e-15)
        );
    }

    #[test]
    fn a_number_with_a_fan_and_a_law_is_a_rule() {
        let convert = Convert {
            bound: Some(0.125),
            fan: FanName::Average,
            law: "uniform".into(),
            ..Convert::default()
        };
        assert_eq!(calls(&convert)[1], "nn.init.xavier_uniform_(w)");
    }

    #[test]
    fn he_is_meant_where_nothing_is_given() {
        assert_eq!(calls(&Convert::default())[5], "DEFAULT_KAIMING_NORMAL");
    }

    #[test]
    fn two_sizes_and_a_bound_of_a_normal_law_are_refused() {
        let two = Convert {
            gain: Some(1.0),
            scale: Some(1.0),
            ..Convert::default()
        };
        assert!(two.refusal().expect("refused").starts_with("one of --call"));
        let unbounded = Convert {
            bound: Some(1.0),
            ..Convert::default()
        };
        assert!(
            unbounded
                .refusal()
                .expect("refused")
                .contains("has no bound")
        );
    }

    #[test]
    fn options_say_what_they_accept() {
        assert_eq!(positive("math.sqrt(4)"), Ok(2.0));
        assert!(
            positive("-1")
                .unwrap_err()
                .contains("a positive finite number")
        );
        assert!(
            call("he_norm()")
                .unwrap_err()
                .contains("JAX, which has variance_scaling")
        );
        assert!(law_name("cauchy").is_err());
        assert_eq!(
            law_name("truncated-normal:3"),
            Ok("truncated-normal:3".into())
        );
    }
}
