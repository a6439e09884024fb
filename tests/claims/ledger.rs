//! The two sides of the ledger: every claim of the book is tested, every test quotes its chapter.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use ledger::{ERROR_BUDGET, StatedClaim, one_line};

use crate::harness::{Registered, judged, root};

fn stated() -> BTreeMap<String, StatedClaim> {
    let claims =
        ledger::claims_in_book(&root().join("book/src")).unwrap_or_else(|error| panic!("{error}"));
    claims
        .into_iter()
        .map(|claim| (claim.id.clone(), claim))
        .collect()
}

pub(crate) fn tested() -> BTreeMap<&'static str, &'static Registered> {
    let mut tested = BTreeMap::new();
    for registered in inventory::iter::<Registered> {
        let id = registered.claim.id;
        assert!(
            tested.insert(id, registered).is_none(),
            "the claim `{id}` is tested twice"
        );
    }
    tested
}

/// The chapter that a file of claims belongs to: `he` for `tests/claims/he.rs` and for `tests/claims/he/narrow.rs`.
fn chapter_of(file: &str) -> Option<&OsStr> {
    let inside = Path::new(file).strip_prefix("tests/claims").ok()?;
    Path::new(inside.iter().next()?).file_stem()
}

#[test]
fn the_book_states_what_is_tested_and_the_tests_quote_the_book() {
    let (stated, tested) = (stated(), tested());
    let mut faults = Vec::new();
    for (id, claim) in &stated {
        let place = format!("{}:{}", claim.chapter.display(), claim.line);
        match tested.get(id.as_str()) {
            None => faults.push(format!("{place} states `{id}`, which no test in tests/claims verifies")),
            Some(test) if one_line(test.claim.sentence) != claim.sentence => faults.push(format!(
                "`{id}` was reworded; read its test again, then quote the chapter\n  {place}: {}\n  {}:{}: {}",
                claim.sentence, test.file, test.line, test.claim.sentence
            )),
            Some(test) if chapter_of(test.file) != claim.chapter.file_stem() => {
                faults.push(format!("`{id}` is stated in {place} but tested in {}", test.file));
            }
            Some(_) => {}
        }
    }
    for (id, test) in &tested {
        if !stated.contains_key(*id) {
            faults.push(format!(
                "{}:{} verifies `{id}`, which no chapter states",
                test.file, test.line
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn all_claims_together_stay_within_the_error_budget() {
    let judged = |registered: &&Registered| judged(registered.claim);
    let total: f64 = tested()
        .values()
        .map(judged)
        .map(|verdict| verdict.evidence.failure_probability())
        .sum();
    assert!(
        total <= ERROR_BUDGET,
        "the claims fail by chance with probability {total:e}, above {ERROR_BUDGET:e}"
    );
}
