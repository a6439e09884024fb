//! The recorded verdicts of the claims, and whether they are those of the present sources and sentences.

use std::path::Path;

use ledger::{Calibration, Fingerprints, Record, Records, StatedClaim, one_line};
use unit_variance::evidence::{FoilOutcome, Verdict};

use experiments::number::{Format, Script, typeset};

/// Whether a claim of a chapter has a verdict that still counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum VerdictState {
    /// Its test ran on these sources; the verdict may be that it does not hold.
    Judged(Box<Record<Verdict>>),
    /// Nothing, for this reason.
    Unknown(&'static str),
}

/// The recorded verdicts of a project, compared with its present sources.
#[derive(Debug)]
pub(crate) struct Verdicts {
    records: Records,
    fingerprints: Option<Fingerprints>,
    /// What the claims found under many seeds, if it was collected.
    pub(crate) calibration: Vec<Calibration>,
}

impl Verdicts {
    /// The records of the project at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        Self {
            records: Records::of(root),
            // A project whose sources cannot be read has no fresh record.
            fingerprints: Fingerprints::of(root).ok(),
            calibration: Calibration::read_all(root).unwrap_or_default(),
        }
    }

    /// What is known about a claim.
    pub(crate) fn about(&self, id: &str, sentence: &str) -> VerdictState {
        let Ok(Some(record)) = self.records.read::<Verdict>(id) else {
            return VerdictState::Unknown("no test has left a record of it");
        };
        let now = self.fingerprints.as_ref();
        let now = now.map(|now| now.of_verdicts(chapter_of(id)));
        if Some(&record.fingerprint) != now.as_ref() {
            return VerdictState::Unknown("the sources have changed since it was tested");
        }
        if one_line(&record.verdict.sentence) != one_line(sentence) {
            return VerdictState::Unknown("it was reworded since it was tested");
        }
        VerdictState::Judged(Box::new(record))
    }

    /// Whether this claim is tested, as it stands, and holds.
    pub(crate) fn holds(&self, claim: &StatedClaim) -> bool {
        matches!(self.about(&claim.id, &claim.sentence), VerdictState::Judged(record) if record.verdict.holds())
    }
}

/// The ranks of a claim's values under other seeds, if they were collected with the present sources.
pub(crate) fn ranks<'a>(record: &Record<Verdict>, calibration: &'a [Calibration]) -> &'a [f64] {
    let of_it = calibration
        .iter()
        .find(|found| found.id == record.verdict.id && found.fingerprint == record.fingerprint);
    of_it.map_or(&[], |found| &found.ranks)
}

/// The chapter of a claim with this id: `he` of `he.forward`.
pub(crate) fn chapter_of(id: &str) -> &str {
    id.split_once('.').map_or(id, |(chapter, _)| chapter)
}

/// Why a claim does not hold, on one line.
pub(crate) fn refutation(record: &Record<Verdict>) -> String {
    let evidence = &record.verdict.evidence;
    let number = |x| typeset(x, Format::Significant(6), Script::Plain);
    let mut reasons = Vec::new();
    if !evidence.interval.contains(evidence.value) {
        reasons.push(format!(
            "{} gave {}, accepted in [{}, {}]",
            evidence.subject,
            number(evidence.value),
            number(evidence.interval.low),
            number(evidence.interval.high)
        ));
    }
    if evidence.foils.is_empty() {
        reasons.push("it has no foil, so that nothing would have refuted it".to_owned());
    }
    for foil in evidence.foils.iter().filter(|foil| !foil.caught) {
        let value = number(foil.value);
        reasons.push(format!(
            "its foil \"{}\" gave {value} and was accepted",
            foil.name
        ));
    }
    let otherwise = |foil: &&FoilOutcome| foil.caught && !foil.as_predicted();
    for foil in evidence.foils.iter().filter(otherwise) {
        let value = number(foil.value);
        reasons.push(format!(
            "its foil \"{}\" gave {value}, which its own law does not allow",
            foil.name
        ));
    }
    reasons.extend(record.verdict.untied());
    format!(
        "the claim `{}` does not hold: {} ({}; seed {}; {}:{})",
        record.verdict.id,
        reasons.join("; "),
        evidence.statistic,
        record.verdict.seed,
        record.file,
        record.line
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use unit_variance::evidence::{Evidence, Grade};

    /// A record of a claim that holds.
    pub(crate) fn record(id: &str, sentence: &str, fingerprint: &str) -> Record<Verdict> {
        let mut evidence: Evidence =
            unit_variance::evidence::Exactness::of("ratio of second moments", 310_000)
                .within(1.024)
                .holds_for("He", 1.0041)
                .judge();
        evidence.grade = Grade::Exact;
        evidence.law = "ReLU mixture of 310000 units".to_owned();
        evidence.interval.low = 0.976;
        evidence.alpha = 1e-9;
        evidence.p_value = Some(0.431);
        evidence.resolution = Some((0.9513, 1.0497));
        evidence.foils = vec![FoilOutcome {
            name: "LeCun: 1/n".to_owned(),
            value: 0.498,
            caught: true,
            miss: Some(0.0),
            predicted: None,
            words: vec!["sentence".to_owned()],
            lawless: None,
        }];
        Record {
            fingerprint: fingerprint.to_owned(),
            file: "tests/claims/he.rs".to_owned(),
            line: 3,
            verdict: Verdict {
                id: id.to_owned(),
                sentence: sentence.to_owned(),
                seed: 1,
                evidence,
            },
        }
    }

    #[test]
    fn a_record_counts_only_for_its_sources_and_its_sentence() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["book/experiments", "src", "tests/claims", "tests/data"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["Cargo.lock", "Cargo.toml"] {
            std::fs::write(root.path().join(file), "").unwrap();
        }
        let verdicts = Verdicts::of(root.path());
        let now = Fingerprints::of(root.path()).unwrap().of_verdicts("he");
        let about = |sentence| verdicts.about("he.forward", sentence);
        assert_eq!(
            about("A *sentence*."),
            VerdictState::Unknown("no test has left a record of it")
        );
        let write = |fingerprint: &str| {
            let record = record("he.forward", "A\n *sentence*.", fingerprint);
            Records::of(root.path())
                .write("he.forward", &record)
                .unwrap();
        };
        write("before");
        assert_eq!(
            about("A *sentence*."),
            VerdictState::Unknown("the sources have changed since it was tested")
        );
        write(&now);
        assert_eq!(
            about("Another."),
            VerdictState::Unknown("it was reworded since it was tested")
        );
        assert!(matches!(about("A *sentence*."), VerdictState::Judged(_)));
    }

    #[test]
    fn a_refutation_says_what_was_measured_and_what_was_accepted() {
        let mut record = record("he.forward", "A *sentence*.", "now");
        record.verdict.evidence.value = 0.95;
        record.verdict.evidence.foils[0].caught = false;
        assert_eq!(
            refutation(&record),
            "the claim `he.forward` does not hold: He gave 0.950000, accepted in [0.976000, 1.02400]; its foil \"LeCun: 1/n\" gave 0.498000 and was accepted (ratio of second moments; seed 1; tests/claims/he.rs:3)"
        );
    }
}
