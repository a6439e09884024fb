//! The verdicts that follow from rules: a wrong one that explains what no right one does.

use super::examined::Examined;
use super::plan::Plan;
use super::recipe::Recipe;
use super::scheme::has_sound_rule;
use super::verdict::{Kind, Level, Verdict};
use crate::activation::Activation;

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
    (high > 0.0).then(|| [fan_in * low * low, fan_in * high * high])
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
        verdicts.push(Verdict {
            kind,
            level,
            tensors: names(examined, members.iter().copied()),
            message: format!(
                "{rule}: n·Var = {}. {}",
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
        ratios.push(format!("{:.3}", ratio));
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

/// Projections into the residual stream, beside the other weights, in networks with the names of GPT-2.
pub(super) fn residual(plan: &Plan, examined: &[Examined]) -> Option<Verdict> {
    let in_block = |i: usize| {
        examined[i].is_matrix() && super::kernel::indexed(&examined[i].entry.name).is_some()
    };
    let ends = |i: usize| examined[i].entry.name.contains("c_proj.");
    let clean = |i: usize| {
        examined[i]
            .independent
            .iter()
            .any(|a| a.law == crate::probability::Law::Normal)
    };
    let all: Vec<usize> = (0..examined.len()).filter(|&i| in_block(i)).collect();
    let (out, others): (Vec<usize>, Vec<usize>) = all.into_iter().partition(|&i| ends(i));
    let layers = plan.around.layers?;
    if out.is_empty()
        || others.is_empty()
        || layers < 2
        || !out.iter().chain(&others).all(|&i| clean(i))
    {
        return None;
    }
    let pooled = |members: &[usize]| {
        let n: u64 = members.iter().map(|&i| examined[i].facts.count).sum();
        let squares: f64 = members
            .iter()
            .map(|&i| examined[i].facts.second_moment * examined[i].facts.count as f64)
            .sum();
        let (low, high) = super::mean_square::mean_square_interval(
            crate::probability::Law::Normal,
            n,
            plan.options.alpha / 2.0,
        );
        let mean = squares / n as f64;
        (mean / high, mean / low)
    };
    let (of_out, of_others) = (pooled(&out), pooled(&others));
    let ratio = [of_out.0 / of_others.1, of_out.1 / of_others.0];
    let wanted = 0.5 / layers as f64;
    let is_one = ratio[0] <= 1.0 && 1.0 <= ratio[1];
    (is_one && ratio[0] > 2.0 * wanted).then(|| Verdict {
        kind: Kind::ResidualNotScaled,
        level: Level::Warning,
        tensors: names(examined, out),
        message: format!(
            "The projections into the residual stream have {} times the variance of the other weights; GPT-2's {layers} layers have 1/{}: the stream grows with every branch.",
            range(ratio),
            2 * layers
        ),
    })
}

/// The factor by which a plain chain of layers multiplies the mean square of a signal.
pub(super) fn forward(plan: &Plan, examined: &[Examined]) -> Option<Verdict> {
    let normalized = examined.iter().any(|e| {
        let lower = e.entry.name.to_lowercase();
        ["norm", "bn", "ln_", "gamma"]
            .iter()
            .any(|word| lower.contains(word))
    });
    let chain: Vec<usize> = (0..examined.len())
        .filter(|&i| examined[i].is_matrix() && examined[i].varies())
        .collect();
    if normalized || chain.len() < 2 || examined.iter().any(|e| e.kernel.role == super::Role::Table)
    {
        return None;
    }
    let fans = |i: usize| {
        examined[i]
            .kernel
            .fans(&examined[i].entry.shape)
            .first()
            .copied()
    };
    for pair in chain.windows(2) {
        let (before, after) = (fans(pair[0])?, fans(pair[1])?);
        // Only what comes out of one layer may go into the next.
        if examined[pair[0]].entry.shape.len() != 2
            || examined[pair[1]].entry.shape.len() != 2
            || before.fan_out() != after.fan_in()
        {
            return None;
        }
    }
    let factor = |activation: Activation| {
        let kept = activation.second_moment();
        let mut product = 1.0;
        for (place, &i) in chain.iter().enumerate() {
            let scale = fans(i).map_or(f64::NAN, |f| f.fan_in() * examined[i].facts.second_moment);
            // The first layer is given the input itself.
            product *= if place == 0 { scale } else { scale * kept };
        }
        product
    };
    let tried = plan
        .options
        .activation
        .map_or(vec![Activation::Identity, Activation::Relu], |one| {
            vec![one]
        });
    let factors: Vec<(Activation, f64)> = tried
        .into_iter()
        .map(|activation| (activation, factor(activation)))
        .collect();
    let is_off = |x: f64| !(0.1..=10.0).contains(&x);
    factors.iter().all(|(_, x)| is_off(*x) && x.is_finite()).then(|| {
        let said: Vec<String> = factors.iter().map(|(activation, x)| format!("{x:.3e} with {activation}")).collect();
        Verdict {
            kind: Kind::Forward,
            level: Level::Warning,
            tensors: names(examined, chain),
            message: format!("From the input to the output these layers multiply the mean square of a signal by {}, biases aside.", said.join(", ")),
        }
    })
}
