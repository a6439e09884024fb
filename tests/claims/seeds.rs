//! A true sentence is true under any seed. The press, which waits for the claims, leaves this test out.

use rayon::prelude::*;
use unit_variance::evidence::Judge;

use crate::harness::{explain, seed};
use crate::ledger::tested;

#[test]
fn every_claim_that_a_seed_enters_holds_under_twenty_other_seeds() {
    let seeded: Vec<_> = tested()
        .into_values()
        .filter(|registered| matches!(registered.claim.judge, Judge::Seeded(_)))
        .collect();
    assert!(!seeded.is_empty());
    let runs: Vec<_> = (1..=20)
        .flat_map(|k| {
            seeded
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
