//! The verdicts that follow from tensors that are alike: one seed for several layers, copies, two names for one.

use super::examined::Examined;
use super::judge::names;
use super::kernel::Role;
use super::names::indexed;
use super::verdict::{Kind, Level, Verdict};

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
        for &j in &group {
            done[j] = true;
        }
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
    let stem = |i: usize| indexed(&examined[i].entry.name);
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
