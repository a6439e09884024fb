//! A true sentence is true under any seed: ten more in every run, a hundred with `cargo run -- calibrate`. The press,
//! which waits for the claims, leaves this test out.

use std::env;

use ledger::Calibration;
use rand::RngExt;
use rayon::prelude::*;
use unit_variance::Streams;
use unit_variance::evidence::{Claim, Judge};

use crate::harness::{Registered, explain, root, seed};
use crate::ledger::tested;

/// The claims that a seed enters.
fn seeded() -> Vec<&'static Registered> {
    let seeded: Vec<_> = tested()
        .into_values()
        .filter(|registered| matches!(registered.claim.judge, Judge::Seeded(_)))
        .collect();
    assert!(!seeded.is_empty());
    seeded
}

#[test]
fn every_claim_that_a_seed_enters_holds_under_ten_other_seeds() {
    let seeded = seeded();
    let runs: Vec<_> = (1..=10)
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

#[test]
#[ignore = "a collection for `cargo run -- calibrate`, which says how many seeds"]
fn the_claims_under_many_seeds() {
    let seeds = env::var(Calibration::SEEDS).expect("calibrate says how many seeds");
    let seeds: u64 = seeds.parse().expect("a number of seeds");
    let all: Vec<Calibration> = seeded()
        .into_par_iter()
        .map(|registered| calibration(registered.claim, seeds))
        .collect();
    Calibration::write_all(root(), &all).expect("the collection can be written");
}

/// What a claim finds under the seeds from that of this run on.
fn calibration(claim: &'static Claim, seeds: u64) -> Calibration {
    let mut found = Calibration {
        id: claim.id.to_owned(),
        ranks: Vec::new(),
        runs: seeds,
        rejected: 0,
        alpha: 0.0,
    };
    for seed in (0..seeds).map(|k| seed().wrapping_add(k)) {
        let evidence = claim.verify(seed).evidence;
        // A count's rank is drawn within the probability of that count.
        let mut rng = Streams::new(seed).family(claim.id).stream("rank");
        found.ranks.extend(evidence.rank(rng.random()));
        found.rejected += u64::from(!evidence.interval.contains(evidence.value));
        found.alpha = evidence.alpha;
    }
    found
}
