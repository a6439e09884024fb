//! The verdicts that follow from rules: a wrong one that explains what no right one does.

use super::examined::Examined;
use super::recipe::Recipe;
use super::scheme::has_sound_rule;
use super::verdict::{Kind, Level, Verdict};

/// Names of the tensors at these places.
pub(super) fn names(
    examined: &[Examined],
    members: impl IntoIterator<Item = usize>,
) -> Vec<String> {
    members
        .into_iter()
        .map(|i| examined[i].entry.name.clone())
        .collect()
}

/// `n · Var(w)`, least and most over the laws that are allowed.
pub(super) fn variance_times_fan_in(examined: &Examined) -> Option<[f64; 2]> {
    let fans = examined.kernel.fans(&examined.entry.shape);
    let fan_in = fans.first()?.fan_in();
    let low = examined
        .laws
        .iter()
        .map(|a| a.std_dev.0)
        .fold(f64::INFINITY, f64::min);
    let high = examined
        .laws
        .iter()
        .map(|a| a.std_dev.1)
        .fold(0.0, f64::max);
    (high > 0.0).then_some([fan_in * low * low, fan_in * high * high])
}

/// What is wrong with the rules that were taken.
pub(super) fn wrong_rules(examined: &[Examined], schemes: &[Option<Recipe>]) -> Vec<Verdict> {
    let kinds = [
        Kind::BoundWithoutSqrt3,
        Kind::TruncationNotCorrected,
        Kind::ScaleTwice,
        Kind::FanCountsChannels,
        Kind::PackedXavier,
    ];
    let mut verdicts = Vec::new();
    for kind in kinds {
        let members: Vec<usize> = (0..examined.len())
            .filter(|&i| {
                schemes[i]
                    .as_ref()
                    .is_some_and(|recipe| recipe.wrong == Some(kind))
            })
            .collect();
        // Nobody is accused where each layer can be explained by a rule that is right.
        if members.iter().all(|&i| has_sound_rule(&examined[i])) {
            continue;
        }
        let by_haiku = members
            .iter()
            .all(|&i| examined[i].entry.name.ends_with("/w"));
        let level = match kind {
            Kind::PackedXavier => Level::Warning,
            Kind::TruncationNotCorrected if by_haiku => Level::Note,
            _ => Level::Fault,
        };
        let scales: Vec<String> = members
            .iter()
            .filter_map(|&i| variance_times_fan_in(&examined[i]))
            .map(range)
            .collect();
        let rule = schemes[members[0]]
            .as_ref()
            .map_or("", |recipe| recipe.name.as_str());
        let others = schemes[members[0]]
            .iter()
            .flat_map(|_| &examined[members[0]].recipes);
        let twin = others
            .filter(|recipe| recipe.wrong.is_none())
            .find(|recipe| {
                let is_it = |i: &usize| {
                    examined[*i]
                        .recipes
                        .iter()
                        .any(|other| other.name == recipe.name)
                };
                members.iter().all(is_it)
            });
        let twin = twin.map_or(String::new(), |recipe| {
            format!(
                " (The rule `{}` gives the same numbers; if it was meant, all is well.)",
                recipe.name
            )
        });
        verdicts.push(Verdict {
            kind,
            level,
            tensors: names(examined, members.iter().copied()),
            message: format!(
                "{rule}: n·Var = {}. {}{twin}",
                scales.join(", "),
                explanation(kind)
            ),
        });
    }
    verdicts
}

/// An interval in four digits, or one number where both ends agree.
pub(super) fn range([low, high]: [f64; 2]) -> String {
    let (low, high) = (format!("{low:.4}"), format!("{high:.4}"));
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

/// 1.414 or 0.05.
pub(super) fn four_digits(x: f64) -> String {
    let rounded: f64 = format!("{x:.3e}").parse().unwrap_or(x);
    rounded.to_string()
}

const fn explanation(kind: Kind) -> &'static str {
    match kind {
        Kind::BoundWithoutSqrt3 => {
            "The standard deviation was taken for the bound of a uniform law: the variance is a third of what was meant. Multiply the bound by √3."
        }
        Kind::TruncationNotCorrected => {
            "A normal law cut at two standard deviations keeps 0.774 of its variance; divide by 0.8796 before the cut to have all of it."
        }
        Kind::ScaleTwice => {
            "The variance is twice that of He's rule, as if the gain √2 had been applied twice: with ReLUs every layer doubles the mean square of the signal."
        }
        Kind::FanCountsChannels => {
            "The fan counts all channels, of which a filter for one channel sums none but its own: each layer shrinks the signal by that factor."
        }
        Kind::PackedXavier => {
            "Queries, keys and values lie in one matrix and were drawn as one layer: the variance is half of what each of the three would have had apart."
        }
        _ => "",
    }
}

/// Rules on the outputs where each layer needs them on the inputs.
pub(super) fn swapped_fans(examined: &[Examined], schemes: &[Option<Recipe>]) -> Option<Verdict> {
    let weights: Vec<usize> = (0..examined.len())
        .filter(|&i| examined[i].is_matrix())
        .collect();
    let fans = |i: usize| {
        examined[i]
            .kernel
            .fans(&examined[i].entry.shape)
            .first()
            .copied()
    };
    let mut ratios = Vec::new();
    let mut logarithm = 0.0;
    let mut farthest: f64 = 0.0;
    for &i in &weights {
        let rule = schemes[i].as_ref()?;
        let on_inputs = rule.name.replace("fan_out", "fan_in");
        if rule.name == on_inputs || rule.tier > 1 || examined[i].kernel.order.is_none() {
            return None;
        }
        let f = fans(i)?;
        let alike = examined[i].recipes.iter().any(|recipe| {
            recipe.name == on_inputs || recipe.name == on_inputs.replace(" fan_in", "")
        });
        if alike && f.fan_in() != f.fan_out() {
            return None;
        }
        let ratio = f.fan_in() / f.fan_out();
        logarithm += libm::log(ratio);
        farthest = farthest.max(logarithm.abs());
        ratios.push(format!("{ratio:.3}"));
    }
    let members: Vec<usize> = weights;
    (members.len() >= 2 && farthest > libm::log(10.0)).then(|| Verdict {
        kind: Kind::FansSwapped,
        level: Level::Warning,
        tensors: names(examined, members),
        message: format!(
            "Every layer has the variance of its fan_out and none that of its fan_in: forward, the layers multiply the mean square of the signal by {} times what the rule wants. Sound if the backward pass is to be kept; else the axes were taken for one another.",
            ratios.join(", ")
        ),
    })
}
