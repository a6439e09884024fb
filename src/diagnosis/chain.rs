//! The verdicts that follow from layers in a row: a stream that grows, a signal that vanishes.

use super::examined::Examined;
use super::judge::{names, range};
use super::kernel::Role;
use super::mean_square::mean_square_interval;
use super::names::indexed;
use super::plan::Plan;
use super::recipe::Recipe;
use super::verdict::{Kind, Level, Verdict};
use crate::activation::Activation;
use crate::probability::Law;

/// Projections into the residual stream, beside the other weights, in networks with the names of GPT-2.
pub(super) fn residual(plan: &Plan, examined: &[Examined]) -> Option<Verdict> {
    let in_block = |i: usize| examined[i].is_matrix() && indexed(&examined[i].entry.name).is_some();
    let ends = |i: usize| examined[i].entry.name.contains("c_proj.");
    let clean = |i: usize| examined[i].independent.iter().any(|a| a.law == Law::Normal);
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
        let (low, high) = mean_square_interval(Law::Normal, n, plan.options.alpha / 2.0);
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

/// Parts of names that are of no plain chain: what normalizes, branches or comes back.
const NOT_PLAIN: [&str; 10] = [
    "norm",
    "bn",
    "ln_",
    "gamma",
    "attn",
    "attention",
    "c_proj",
    "lstm",
    "gru",
    "rnn",
];

/// The factor by which a plain chain of layers multiplies the mean square of a signal.
pub(super) fn forward(
    plan: &Plan,
    examined: &[Examined],
    schemes: &[Option<Recipe>],
) -> Option<Verdict> {
    // A sine is given ω times the pre-activation.
    let sines = schemes
        .iter()
        .flatten()
        .any(|recipe| recipe.name.starts_with("siren"));
    let is_plain = !examined.iter().any(|e| {
        let lower = e.entry.name.to_lowercase();
        NOT_PLAIN.iter().any(|word| lower.contains(word))
    });
    let chain: Vec<usize> = (0..examined.len())
        .filter(|&i| examined[i].is_matrix() && examined[i].varies())
        .collect();
    if !is_plain
        || sines && plan.options.activation.is_none()
        || chain.len() < 2
        || examined.iter().any(|e| e.kernel.role == Role::Table)
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
