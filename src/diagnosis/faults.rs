//! The verdicts that follow from one tensor, or from equal ones: what no draw gives.

use super::examined::Examined;
use super::judge::names;
use super::kernel::{Role, last_part};
use super::rank::Rank;
use super::verdict::{Kind, Level, Verdict};

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
        text.push_str(&format!(" and {} more runs", runs.len() - 8));
    }
    text
}

/// What is wrong with one tensor by itself.
pub(super) fn of_tensor(examined: &Examined, is_last: bool) -> Vec<Verdict> {
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
    verdicts.extend(of_units(examined));
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
        // A mean that is not zero is one of training, too, but then no law remains.
        let spread = moved.std_dev * (2.0 * libm::log(2e9) / facts.count as f64).sqrt();
        if moved.mean.abs() > 2.0 * spread {
            let law = match moved.law {
                crate::Law::Uniform => {
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

/// Units with the same weights.
fn of_units(examined: &Examined) -> Option<Verdict> {
    let units = examined.units();
    if units.len() < 2 {
        return None;
    }
    let zero: Vec<usize> = (0..units.len())
        .filter(|&i| units[i].squares == 0.0)
        .collect();
    let mut prints: Vec<u64> = units.iter().map(|unit| unit.fingerprint).collect();
    prints.sort_unstable();
    prints.dedup();
    // Filters of one value, or of few bits, may be equal by chance.
    let length = examined.facts.count / units.len() as u64;
    let (all, distinct) = (units.len(), prints.len());
    let repeated = all - distinct - zero.len().saturating_sub(1);
    let level = if zero.len() > 1 || repeated > 0 && length > 3 {
        Level::Fault
    } else {
        Level::Warning
    };
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

/// Tensors that begin with the same draws, or are equal.
pub(super) fn of_streams(examined: &[Examined]) -> Vec<Verdict> {
    let drawn = |e: &Examined| {
        let most = e.facts.count.min(256);
        let minority = e.facts.positive.min(e.facts.negative);
        // Both signs in good number, and enough of them that chance gives 2^-64 at most.
        most >= 64
            && e.varies()
            && 8 * minority >= e.facts.count
            && matches!(e.kernel.role, Role::Weight | Role::Table | Role::Bias)
    };
    let members: Vec<usize> = (0..examined.len())
        .filter(|&i| drawn(&examined[i]))
        .collect();
    let alike = |i: usize, j: usize| {
        let (a, b) = (&examined[i].facts, &examined[j].facts);
        let most = a.count.min(b.count).min(256);
        (0..most).all(|bit| {
            (a.signs[bit as usize / 64] ^ b.signs[bit as usize / 64]) >> (bit % 64) & 1 == 0
        })
    };
    let mut verdicts = Vec::new();
    let mut copies: Vec<Vec<usize>> = Vec::new();
    let mut done = vec![false; examined.len()];
    for &i in &members {
        if done[i] {
            continue;
        }
        let group: Vec<usize> = members
            .iter()
            .copied()
            .filter(|&j| !done[j] && (i == j || alike(i, j)))
            .collect();
        if group.len() < 2 {
            continue;
        }
        group.iter().for_each(|&j| done[j] = true);
        let equal = |j: &usize| {
            let (a, b) = (&examined[i].facts, &examined[*j].facts);
            a.count == b.count && a.fingerprint == b.fingerprint
        };
        if group.iter().all(equal) {
            if group
                .iter()
                .any(|&j| is_tied_by_name(&examined[j].entry.name))
            {
                verdicts.push(Verdict {
                    kind: Kind::Tied,
                    level: Level::Note,
                    tensors: names(examined, group),
                    message: "One tensor under several names, as is usual for words and logits."
                        .to_owned(),
                });
            } else {
                copies.push(group);
            }
            continue;
        }
        let pairs = group.iter().filter(|j| equal(j)).count();
        let also = if pairs > 1 {
            format!("; {pairs} of them are equal")
        } else {
            String::new()
        };
        let shortest = group
            .iter()
            .map(|&j| examined[j].facts.count.min(256))
            .min()
            .unwrap_or(0);
        verdicts.push(Verdict {
            kind: Kind::SameStream,
            level: Level::Fault,
            message: format!(
                "{} layers begin with the same draws, as if the generator were seeded anew for each: at least {shortest} signs agree, by chance once in 2^{shortest}{also}.",
                group.len()
            ),
            tensors: names(examined, group),
        });
    }
    verdicts.extend(copied_layers(examined, &copies));
    verdicts
}

fn is_tied_by_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "lm_head",
        "wte",
        "embed",
        "shared",
        "decoder.weight",
        "logits",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// One verdict for all copies: whole layers where tensors of the same names are equal, else the tensors.
fn copied_layers(examined: &[Examined], copies: &[Vec<usize>]) -> Option<Verdict> {
    if copies.is_empty() {
        return None;
    }
    let stem = |i: usize| super::kernel::indexed(&examined[i].entry.name);
    let mut members: Vec<usize> = copies.iter().flatten().copied().collect();
    let layers: std::collections::BTreeSet<usize> = members
        .iter()
        .filter_map(|&i| stem(i))
        .map(|(_, layer)| layer)
        .collect();
    // What lies beside the copies under the same numbers, and is the same in all: norms, biases of zero.
    for i in 0..examined.len() {
        if members.contains(&i) {
            continue;
        }
        let Some((own, layer)) = stem(i) else {
            continue;
        };
        let twins = (0..examined.len()).filter(|&j| {
            stem(j).is_some_and(|(other, number)| other == own && layers.contains(&number))
        });
        let twins: Vec<usize> = twins.collect();
        let (a, all) = (&examined[i].facts, &twins);
        let same = all.iter().all(|&j| {
            examined[j].facts.fingerprint == a.fingerprint && examined[j].facts.minimum == a.minimum
        });
        if layers.contains(&layer) && all.len() == layers.len() && same && layers.len() > 1 {
            members.push(i);
        }
    }
    members.sort_unstable();
    let sizes: Vec<String> = copies
        .iter()
        .map(Vec::len)
        .collect::<std::collections::BTreeSet<_>>()
        .iter()
        .map(ToString::to_string)
        .collect();
    Some(Verdict {
        kind: Kind::IdenticalLayers,
        level: Level::Fault,
        tensors: names(examined, members),
        message: format!(
            "{} copies of one layer: all of their weights are equal, bit for bit. Draw each layer anew, or copy the layer before it is drawn.",
            sizes.join(" and ")
        ),
    })
}

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
        e.entry.precision == Some(super::Precision::F32)
            && e.facts.precision == precision
            && e.varies()
            && e.facts.count >= 64
    };
    push(
        Kind::WasBf16,
        all(&|e| coarse(e, super::Precision::Bf16)),
        "Single precision, but every number is one of bfloat16: it was stored as that before.",
    );
    push(
        Kind::WasF16,
        all(&|e| coarse(e, super::Precision::F16)),
        "Single precision, but every number is one of half precision: it was stored as that before.",
    );
    let small = |e: &Examined| {
        e.is_matrix()
            && e.independent
                .iter()
                .any(|a| a.std_dev.1 > 1.4 * a.std_dev.0)
            && last_part(&e.entry.name) != "bias"
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
