//! The verdicts that follow from one tensor by itself: what no draw gives.

use super::examined::Examined;
use super::rank::Rank;
use super::report::State;
use super::verdict::{Kind, Level, Verdict};
use crate::probability::Law;

fn verdict(kind: Kind, level: Level, examined: &Examined, message: String) -> Verdict {
    Verdict {
        kind,
        level,
        tensors: vec![examined.entry.name.clone()],
        message,
    }
}

/// The index of the `at`-th value, as `[3, 5]`.
fn place(shape: &[usize], mut at: u64) -> String {
    let mut index = vec![0; shape.len()];
    for (i, &length) in index.iter_mut().zip(shape).rev() {
        *i = at % length as u64;
        at /= length as u64;
    }
    format!("{index:?}")
}

/// "40 to 43, 50" for some numbers in rising order.
fn listed(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &i in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == i => *last = i,
            _ => runs.push((i, i)),
        }
    }
    let shown = runs.iter().take(8).map(|(a, b)| {
        if a == b {
            a.to_string()
        } else {
            format!("{a} to {b}")
        }
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if runs.len() > 8 {
        text = format!("{text} and {} more runs", runs.len() - 8);
    }
    text
}

/// What is wrong with one tensor by itself, in a file of this state.
pub(super) fn of_tensor(examined: &Examined, is_last: bool, state: State) -> Vec<Verdict> {
    let facts = &examined.facts;
    let mut verdicts = Vec::new();
    if facts.non_finite() > 0 {
        let mut parts = Vec::new();
        for (what, (number, first)) in [("NaN", facts.nans), ("infinite", facts.infinities)] {
            if let Some(first) = first {
                parts.push(format!(
                    "{number} {what}, the first at {}",
                    place(&facts.shape, first)
                ));
            }
        }
        verdicts.push(verdict(
            Kind::NonFinite,
            Level::Fault,
            examined,
            format!("{}.", parts.join("; ")),
        ));
        return verdicts;
    }
    if !examined.is_matrix() {
        return verdicts;
    }
    if facts.is_constant() {
        verdicts.push(of_constant(examined, is_last));
        if facts.maximum == 0.0 {
            return verdicts;
        }
    }
    verdicts.extend(of_units(examined, state));
    if let Some(Rank {
        rank,
        full,
        is_whole,
    }) = examined.rank.filter(|rank| rank.is_deficient())
    {
        let block = if is_whole {
            ""
        } else {
            " (of a block of the matrix)"
        };
        let message = format!(
            "Rank {rank} of {full}{block}: the other rows are combinations of these, which independent draws never are."
        );
        verdicts.push(verdict(Kind::Rank, Level::Fault, examined, message));
    }
    if let Some(moved) = examined.shifted {
        let law = match moved.law {
            Law::Uniform => {
                let half = 3_f64.sqrt() * moved.std_dev;
                format!(
                    "uniform on [{:.4}, {:.4}]",
                    moved.mean - half,
                    moved.mean + half
                )
            }
            _ => format!(
                "normal about {:.4} with standard deviation {:.4}",
                moved.mean, moved.std_dev
            ),
        };
        let message = format!(
            "{law}: weights need a mean of zero. The mean adds a direction of singular value {:.3}, along which all units see the same.",
            moved.mean.abs() * (facts.count as f64).sqrt()
        );
        verdicts.push(verdict(Kind::Mean, Level::Fault, examined, message));
    }
    verdicts
}

/// Names at which a branch or a network ends, where zeros are sound.
fn may_be_zero(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "c_proj",
        "out_proj",
        "o_proj",
        "proj",
        ".wo",
        ".w2",
        "fc2",
        "down_proj",
        "to_out",
        "lora_b",
        "lora_up",
        "head",
        "output",
        "final",
        "logits",
        "modulation",
        "zero",
        "gate",
        "adapter",
        "last",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

fn of_constant(examined: &Examined, is_last: bool) -> Verdict {
    let value = examined.facts.maximum;
    if value == 0.0 && (is_last || may_be_zero(&examined.entry.name)) {
        let message = "All weights are zero, as is usual at the end of a branch or a network: its first outputs are zero, and it learns from the second step on.";
        return verdict(Kind::ZeroOutput, Level::Note, examined, message.to_owned());
    }
    let what = if value == 0.0 {
        "no signal passes, and no gradient".to_owned()
    } else {
        "all units compute the same, and their gradients are the same".to_owned()
    };
    verdict(
        Kind::ConstantMatrix,
        Level::Fault,
        examined,
        format!("All weights are {value}: {what}."),
    )
}

/// Units with the same weights. Of two dead units nobody is accused in a trained file: training and pruning can leave them,
/// and the sines of a Fourier transform vanish at two frequencies.
fn of_units(examined: &Examined, state: State) -> Option<Verdict> {
    let units = examined.units();
    if units.len() < 2 {
        return None;
    }
    let length = examined.facts.count / units.len() as u64;
    let mut zero: Vec<usize> = (0..units.len())
        .filter(|&i| units[i].squares == 0.0)
        .collect();
    // A square can vanish where its root does not.
    if examined.facts.zeros < zero.len() as u64 * length {
        zero.clear();
    }
    let mut prints: Vec<u64> = units.iter().map(|unit| unit.fingerprint).collect();
    prints.sort_unstable();
    prints.dedup();
    let (all, distinct) = (units.len(), prints.len());
    let repeated = all - distinct - zero.len().saturating_sub(1); // all zeros are one
    let is_dead = zero.len() > 1 && state != State::Trained;
    let level = if is_dead || repeated > 0 && length > 3 {
        Level::Fault
    } else {
        Level::Warning
    };
    // Filters of one value, or of few, may be equal by chance.
    if zero.is_empty() && (repeated == 0 || length <= 3) {
        return None;
    }
    let mut parts = Vec::new();
    if repeated > 0 {
        parts.push(format!(
            "{all} units, {distinct} distinct: equal units compute the same and learn the same"
        ));
    }
    if !zero.is_empty() {
        let plural = if zero.len() == 1 {
            "unit has"
        } else {
            "units have"
        };
        parts.push(format!(
            "{} {plural} no weight but zero: dead, {}",
            zero.len(),
            listed(&zero)
        ));
    }
    Some(verdict(
        Kind::IdenticalUnits,
        level,
        examined,
        format!("{}.", parts.join("; ")),
    ))
}
