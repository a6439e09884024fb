//! What people draw weights from: every rule with a name, right and wrong, as a law and a standard deviation.

use super::law_set::Allowed;
use super::verdict::Kind;
use crate::initializer::{Fans, VarianceScaling};
use crate::probability::Law;

/// A rule with its numbers for one tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// What it is called; the same rule has the same name in every tensor of a file.
    pub name: String,
    /// The shape.
    pub law: Law,
    /// The standard deviation that the rule gives this tensor.
    pub std_dev: f64,
    /// 1 for defaults and rules that are taught, 2 for computed gains and the like, 3 for what is rarely meant.
    pub tier: u8,
    /// What is wrong with it, if something is.
    pub wrong: Option<Kind>,
}

impl Recipe {
    /// Whether the law and the standard deviation are in the set.
    pub fn fits(&self, allowed: &[Allowed]) -> bool {
        // A formula in single precision, as frameworks evaluate it, is off by this much.
        const ROUNDING: f64 = 1e-6;
        allowed.iter().any(|found| {
            let (low, high) = found.std_dev;
            found.law == self.law
                && low * (1.0 - ROUNDING) <= self.std_dev
                && self.std_dev <= high * (1.0 + ROUNDING)
        })
    }
}

/// What a file says of the whole network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// How many layers are stacked.
    pub layers: Option<usize>,
    /// The width of the stream that they add to.
    pub width: Option<usize>,
}

/// The word for a law in a recipe's name.
pub(super) fn word(law: Law) -> String {
    match law {
        Law::Normal => "normal".to_owned(),
        Law::Uniform => "uniform".to_owned(),
        Law::TruncatedNormal { cut } => format!("truncated {cut}"),
    }
}

pub(super) const SHAPES: [Law; 3] = [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL];

/// The variance that a standard normal law keeps when it is cut, `1 − 2cφ(c)/(2Φ(c) − 1)`.
pub(super) fn kept_by_cut(cut: f64) -> f64 {
    (cut / Law::TruncatedNormal { cut }.bound()).powi(2)
}

/// Recipes with a scale of their own, whatever the fans.
pub(super) fn fixed(around: Surroundings) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    let mut push = |name: String, law, std_dev, tier| {
        recipes.push(Recipe {
            name,
            law,
            std_dev,
            tier,
            wrong: None,
        });
    };
    for (std_dev, tier) in [
        (0.02, 1),
        (0.01, 2),
        (0.05, 2),
        (1.0, 1),
        (0.1, 2),
        (0.001, 3),
    ] {
        push(format!("normal {std_dev}"), Law::Normal, std_dev, tier);
        let cut = Law::TRUNCATED_NORMAL;
        push(
            format!("truncated 2 {std_dev}, not corrected"),
            cut,
            std_dev * kept_by_cut(2.0).sqrt(),
            tier,
        );
    }
    for bound in [0.05, 0.5, 0.1, 1.0] {
        push(
            format!("uniform ±{bound}"),
            Law::Uniform,
            bound / 3_f64.sqrt(),
            if bound == 0.05 { 1 } else { 3 },
        );
    }
    if let Some(layers) = around.layers.filter(|layers| *layers > 1) {
        let branches = 2 * layers;
        push(
            format!("normal 0.02/√{branches}"),
            Law::Normal,
            0.02 / (branches as f64).sqrt(),
            1,
        );
        push(
            format!("normal 0.02/√{layers}"),
            Law::Normal,
            0.02 / (layers as f64).sqrt(),
            2,
        );
    }
    if let Some(width) = around.width {
        let d = width as f64;
        for law in [Law::Normal, Law::TRUNCATED_NORMAL] {
            push(
                format!("{} 1/√{width}", word(law)),
                law,
                d.recip().sqrt(),
                1,
            );
        }
        push(
            format!("normal √(2/(5·{width}))"),
            Law::Normal,
            (0.4 / d).sqrt(),
            2,
        );
        if let Some(layers) = around.layers {
            push(
                format!("normal 1/√(2·{layers}·{width})"),
                Law::Normal,
                (2.0 * layers as f64 * d).recip().sqrt(),
                2,
            );
        }
    }
    recipes
}

/// Recipes that count the terms of this shape wrongly, as libraries do, and are not wrong for every other.
pub(super) fn of_shape(shape: &[usize], depthwise: bool, packed: bool) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    if depthwise && shape.len() > 2 {
        let window: usize = shape[..shape.len() - 2].iter().product();
        let (channels, multiplier) = (shape[shape.len() - 2], shape[shape.len() - 1]);
        let as_if_dense = Fans::new(window * channels, window * multiplier);
        for law in SHAPES {
            for (name, rule) in [
                ("xavier", VarianceScaling::xavier(law)),
                ("he", VarianceScaling::he(law)),
                ("lecun", VarianceScaling::lecun(law)),
            ] {
                recipes.push(Recipe {
                    name: format!("{name} {} with Keras' fans", word(law)),
                    law,
                    std_dev: rule.std_dev(as_if_dense),
                    tier: 2,
                    wrong: Some(Kind::FanCountsChannels),
                });
            }
        }
    }
    if packed && shape.len() == 2 {
        let (long, short) = (shape[0].max(shape[1]), shape[0].min(shape[1]));
        for (law, name) in [(Law::Uniform, "uniform"), (Law::Normal, "normal")] {
            recipes.push(Recipe {
                name: format!("xavier {name} of q, k and v together"),
                law,
                std_dev: VarianceScaling::xavier(law).std_dev(Fans::new(short, long)),
                tier: 2,
                wrong: Some(Kind::PackedXavier),
            });
        }
    }
    recipes
}

#[cfg(test)]
mod tests {
    use super::super::rules::of_fans;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_scales_positive() {
        let around = Surroundings {
            layers: Some(4),
            width: Some(64),
        };
        let mut recipes = of_fans(Fans::new(64, 256), None);
        recipes.extend(fixed(around));
        recipes.extend(of_shape(&[3, 3, 32, 1], true, false));
        let names: BTreeSet<&str> = recipes.iter().map(|recipe| recipe.name.as_str()).collect();
        assert_eq!(names.len(), recipes.len());
        assert!(
            recipes
                .iter()
                .all(|recipe| recipe.std_dev > 0.0 && recipe.std_dev.is_finite())
        );
    }

    #[test]
    fn the_cut_at_two_keeps_less_than_four_fifths() {
        let kept = kept_by_cut(2.0);
        assert!((kept - 0.773_741_303_5).abs() < 1e-9);
    }

    #[test]
    fn kerass_depthwise_scale_falls_with_the_channels() {
        let found = of_shape(&[3, 3, 512, 1], true, false);
        let xavier = found
            .iter()
            .find(|r| r.name == "xavier uniform with Keras' fans")
            .expect("it is there");
        // 2 / (9 · 513), where 9 terms are summed
        assert!((9.0 * xavier.std_dev.powi(2) - 2.0 / 513.0).abs() < 1e-12);
    }
}
