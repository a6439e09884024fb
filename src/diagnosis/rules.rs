//! The rules whose scale depends on the fans: LeCun, Xavier, He, gains, sines, and the mistakes that are made with them.

use super::recipe::{Recipe, SHAPES, kept_by_cut, word};
use super::verdict::Kind;
use crate::activation::Activation;
use crate::initializer::{Fan, Fans, Siren, VarianceScaling};
use crate::probability::Law;

/// The rules for these fans. The gain of the `expected` activation is as good as a default.
pub(super) fn of_fans(fans: Fans, expected: Option<Activation>) -> Vec<Recipe> {
    let mut recipes = defaults(fans);
    for law in SHAPES {
        recipes.extend(taught(law, fans));
        recipes.extend(gains(law, fans, expected));
    }
    recipes.extend(mistakes(fans));
    recipes
}

fn recipe(name: String, law: Law, variance: f64, tier: u8) -> Recipe {
    Recipe {
        name,
        law,
        std_dev: variance.sqrt(),
        tier,
        wrong: None,
    }
}

/// The end of a truncated rule's name.
fn ending(law: Law) -> &'static str {
    match law {
        Law::TruncatedNormal { .. } => ", corrected",
        Law::Normal | Law::Uniform => "",
    }
}

/// PyTorch's default, and SIREN.
fn defaults(fans: Fans) -> Vec<Recipe> {
    let torch = VarianceScaling::pytorch_linear();
    let (first, hidden) = (Siren::First, Siren::Hidden { omega: 30.0 });
    [
        ("pytorch_linear", torch.variance(fans), 1),
        (
            "pytorch_linear on fan_out",
            torch.on(Fan::Out).variance(fans),
            2,
        ),
        ("siren first", first.variance(fans), 1),
        ("siren hidden, ω0 = 30", hidden.variance(fans), 1),
    ]
    .map(|(name, variance, tier)| recipe(name.to_owned(), Law::Uniform, variance, tier))
    .into()
}

/// LeCun, He and Xavier.
fn taught(law: Law, fans: Fans) -> Vec<Recipe> {
    let (word, end) = (word(law), ending(law));
    let mut recipes = Vec::new();
    for (name, rule) in [
        ("lecun", VarianceScaling::lecun(law)),
        ("he", VarianceScaling::he(law)),
    ] {
        // LeCun's rule on the average is Xavier's.
        let fans_of_rule: &[_] = &[
            (Fan::In, if end.is_empty() { " fan_in" } else { "" }, 1),
            (Fan::Out, " fan_out", 1),
            (Fan::GeometricAverage, " fan_geo", 3),
            (Fan::Average, " fan_avg", 3),
        ];
        let number = if name == "lecun" { 3 } else { 4 };
        for &(fan, of, tier) in &fans_of_rule[..number] {
            let name = format!("{name} {word}{of}{end}");
            recipes.push(recipe(name, law, rule.on(fan).variance(fans), tier));
        }
    }
    let xavier = VarianceScaling::xavier(law).variance(fans);
    recipes.push(recipe(format!("xavier {word}{end}"), law, xavier, 1));
    for (gain, name) in [(2.0_f64.sqrt(), "√2"), (5.0 / 3.0, "5/3")] {
        let name = format!("xavier {word}, gain {name}{end}");
        recipes.push(recipe(name, law, gain * gain * xavier, 2));
    }
    recipes
}

/// PyTorch's gains, and those that are computed.
fn gains(law: Law, fans: Fans, expected: Option<Activation>) -> Vec<Recipe> {
    let (word, end) = (word(law), ending(law));
    let mut recipes: Vec<Recipe> = [
        (25.0 / 9.0, "tanh 5/3"),
        (9.0 / 16.0, "selu 3/4"),
        (2.0 / 1.04, "leaky relu 0.2"),
        (2.0 / 1.0001, "leaky relu 0.01"),
    ]
    .map(|(scale, name)| {
        recipe(
            format!("{name} {word} fan_in{end}"),
            law,
            scale / fans.fan_in(),
            2,
        )
    })
    .into();
    let unknown = expected.filter(|activation| !Activation::ALL.contains(activation));
    for activation in Activation::ALL.into_iter().chain(unknown) {
        let scale = activation.second_moment().recip();
        // Those of the identity and of the ReLU have names of their own.
        if (scale - 1.0).abs() > 1e-3 && (scale - 2.0).abs() > 1e-3 {
            let name = format!("{activation} gain {word} fan_in{end}");
            let tier = tier_of_gain(activation, law, expected);
            recipes.push(recipe(name, law, scale / fans.fan_in(), tier));
        }
    }
    recipes
}

/// How likely a computed gain is meant. Two are the numbers of mistakes that are made more often: that of the squared ReLU is
/// 2/3, as a bound without √3 gives, and that of the ELU 1.55, as a cut that is not made up for.
fn tier_of_gain(activation: Activation, law: Law, expected: Option<Activation>) -> u8 {
    let rare = activation == Activation::ReluSquared || matches!(law, Law::TruncatedNormal { .. });
    match rare {
        _ if Some(activation) == expected => 1,
        true => 3,
        false => 2,
    }
}

/// What comes out where a rule is mistaken.
fn mistakes(fans: Fans) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    let mut push = |name: String, law, variance: f64, kind| {
        recipes.push(Recipe {
            wrong: Some(kind),
            ..recipe(name, law, variance, 2)
        });
    };
    for law in SHAPES {
        let name = format!("he twice {} fan_in{}", word(law), ending(law));
        push(name, law, 4.0 / fans.fan_in(), Kind::ScaleTwice);
    }
    let rules = |law| {
        [
            ("he", VarianceScaling::he(law)),
            ("xavier", VarianceScaling::xavier(law)),
            ("lecun", VarianceScaling::lecun(law)),
        ]
    };
    // A third of LeCun's variance is PyTorch's default.
    for (name, rule) in &rules(Law::Uniform)[..2] {
        let name = format!("{name} uniform, bound without √3");
        let variance = rule.variance(fans) / 3.0;
        push(name, Law::Uniform, variance, Kind::BoundWithoutSqrt3);
    }
    let law = Law::TRUNCATED_NORMAL;
    for (name, rule) in rules(law) {
        let name = format!("{name} truncated 2, not corrected");
        let variance = rule.variance(fans) * kept_by_cut(2.0);
        push(name, law, variance, Kind::TruncationNotCorrected);
    }
    recipes
}
