//! A true sentence is true under any seed. The press, which waits for the claims, leaves this test out.

use rayon::prelude::*;
use unit_variance::evidence::Grade;

use crate::harness::{explain, judged, seed};
use crate::ledger::tested;

#[test]
fn what_is_sampled_holds_under_twenty_other_seeds() {
    let sampled: Vec<_> = tested()
        .into_values()
        .filter(|registered| judged(registered.claim).evidence.grade != Grade::Deterministic)
        .collect();
    assert!(!sampled.is_empty());
    let runs: Vec<_> = (1..=20)
        .flat_map(|k| {
            sampled
                .iter()
                .map(move |registered| (registered.claim, seed().wrapping_add(k)))
        })
        .collect();
    let faults: Vec<String> = runs
        .into_par_iter()
        .map(|(claim, seed)| claim.verify(seed))
        .filter(|verdict| !verdict.holds())
        .map(|verdict| explain(&verdict))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
