//! A true sentence is true under any seed: ten more in every run, or as many as `CLAIMS_OTHER_SEEDS` says; a hundred with
//! `cargo run -- calibrate`. What they find is kept for the ledger. The press, which waits for the claims, leaves this test out.

use std::env;

use ledger::Calibration;
use rand::RngExt;
use rayon::prelude::*;
use unit_variance::Streams;
use unit_variance::evidence::{Claim, Judge, Verdict};

use crate::harness::{explain, fingerprint, root, seed};
use crate::ledger::tested;

/// The claims that a seed enters.
fn seeded() -> Vec<&'static Claim> {
    let seeded: Vec<_> = tested()
        .into_values()
        .map(|registered| registered.claim)
        .filter(|claim| matches!(claim.judge, Judge::Seeded(_)))
        .collect();
    assert!(!seeded.is_empty());
    seeded
}

#[test]
fn every_claim_that_a_seed_enters_holds_under_other_seeds() {
    let seeds = env::var("CLAIMS_OTHER_SEEDS")
        .map_or(10, |seeds| seeds.parse().expect("a number of seeds"));
    assert!(seeds > 0, "no other seed is no test");
    let (collection, faults) = collect(seed().wrapping_add(1), seeds);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // A collection of more seeds from the same sources stays.
    let kept = Calibration::read_all(root()).unwrap_or_default();
    let covers = |found: &Calibration| {
        let same =
            |kept: &&Calibration| (&kept.id, &kept.fingerprint) == (&found.id, &found.fingerprint);
        kept.iter()
            .find(same)
            .is_some_and(|kept| kept.runs >= found.runs)
    };
    if !collection.iter().all(covers) {
        Calibration::write_all(root(), &collection).expect("the collection can be written");
    }
}

#[test]
#[ignore = "a collection for `cargo run -- calibrate`, which says how many seeds"]
fn the_claims_under_many_seeds() {
    let seeds = env::var(Calibration::SEEDS).expect("calibrate says how many seeds");
    let (collection, _) = collect(seed(), seeds.parse().expect("a number of seeds"));
    Calibration::write_all(root(), &collection).expect("the collection can be written");
}

/// What the claims find under these seeds, and what is wrong with those that do not hold.
fn collect(first: u64, seeds: u64) -> (Vec<Calibration>, Vec<String>) {
    let claims = seeded();
    let runs: Vec<(usize, u64)> = (0..seeds)
        .flat_map(|k| (0..claims.len()).map(move |i| (i, first.wrapping_add(k))))
        .collect();
    let verdicts: Vec<(usize, Verdict)> = runs
        .into_par_iter()
        .map(|(i, seed)| (i, claims[i].verify(seed)))
        .collect();
    let mut collection: Vec<Calibration> = claims.iter().map(|claim| nothing_yet(claim)).collect();
    let mut faults = Vec::new();
    for (i, verdict) in verdicts {
        if !verdict.holds() {
            faults.push(explain(&verdict));
        }
        let (found, evidence) = (&mut collection[i], &verdict.evidence);
        // A count's rank is drawn within the probability of that count.
        let mut rng = Streams::new(verdict.seed)
            .family(&verdict.id)
            .stream("rank");
        found.ranks.extend(evidence.rank(rng.random()));
        found.rejected += u64::from(!evidence.interval.contains(evidence.value));
        found.alpha = evidence.alpha;
        found.runs += 1;
    }
    (collection, faults)
}

fn nothing_yet(claim: &Claim) -> Calibration {
    Calibration {
        id: claim.id.to_owned(),
        fingerprint: fingerprint(claim.id),
        ranks: Vec::new(),
        runs: 0,
        rejected: 0,
        alpha: 0.0,
    }
}
