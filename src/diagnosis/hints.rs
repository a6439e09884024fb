//! Notes: what is worth knowing and no fault.

use super::examined::Examined;
use super::judge::names;
use super::kernel::Role;
use super::precision::Precision;
use super::verdict::{Kind, Level, Verdict};

/// Hints that are worth knowing.
pub(super) fn hints(examined: &[Examined]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut push = |kind, members: Vec<usize>, message: &str| {
        if !members.is_empty() {
            let tensors = names(examined, members);
            verdicts.push(Verdict {
                kind,
                level: Level::Note,
                tensors,
                message: message.to_owned(),
            });
        }
    };
    let all = |is: &dyn Fn(&Examined) -> bool| {
        (0..examined.len())
            .filter(|&i| is(&examined[i]))
            .collect::<Vec<_>>()
    };
    let coarse = |e: &Examined, precision| {
        e.entry.precision == Some(Precision::F32)
            && e.facts.precision == precision
            && e.varies()
            && e.kernel.role != Role::Bias
            && e.facts.count >= 64
    };
    push(
        Kind::WasBf16,
        all(&|e| coarse(e, Precision::Bf16)),
        "Single precision, but every number is one of bfloat16: it was stored as that before.",
    );
    push(
        Kind::WasF16,
        all(&|e| coarse(e, Precision::F16)),
        "Single precision, but every number is one of half precision: it was stored as that before.",
    );
    let small = |e: &Examined| {
        e.kernel.role == Role::Weight
            && e.varies()
            && e.independent
                .iter()
                .any(|a| a.std_dev.1 > 1.4 * a.std_dev.0)
    };
    push(
        Kind::SmallSample,
        all(&small),
        "So few weights that the variance is known to no better than a factor of two: many rules fit, and which one it was cannot be known.",
    );
    let nameless = |e: &Examined| {
        e.is_matrix()
            && !e.independent.is_empty()
            && e.recipes.is_empty()
            && !e.is_rank_deficient()
            && e.rotation().is_none()
    };
    push(
        Kind::NoKnownRecipe,
        all(&nameless),
        "Independent draws of a law in the list, but of a scale that no rule of the list gives.",
    );
    let plain = |e: &Examined| {
        e.is_matrix()
            && e.recipes.iter().any(|recipe| recipe.name == "normal 0.02")
            && e.entry.name.starts_with("blocks.")
    };
    push(
        Kind::Untruncated,
        all(&plain),
        "A normal law of 0.02 that is not cut: `trunc_normal_(std=0.02)` with its default bounds of ±2, which are absolute, looks just so.",
    );
    verdicts
}
