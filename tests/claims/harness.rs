//! Runs a claim under the seed of this run, leaves its record, and fails the test unless it holds.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{ExitCode, Termination};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use ledger::{Fingerprints, Record, Records};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rand::Rng;
use unit_variance::Streams;
use unit_variance::evidence::{Claim, Verdict};

/// A claim and where its test stands, so that one test can list them all.
pub(crate) struct Registered {
    pub(crate) claim: &'static Claim,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

inventory::collect!(Registered);

/// Judges a sentence: `claim!(id, sentence, |streams| evidence)`, or `|| evidence` where no seed enters.
macro_rules! claim {
    ($id:literal, $sentence:literal, || $evidence:expr $(,)?) => {
        claim!(@judged $id, $sentence, Unseeded(|| $evidence))
    };
    ($id:literal, $sentence:literal, |$streams:ident| $evidence:expr $(,)?) => {
        claim!(@judged $id, $sentence, Seeded(|$streams| $evidence))
    };
    (@judged $id:literal, $sentence:literal, $kind:ident($judge:expr)) => {{
        static CLAIM: unit_variance::evidence::Claim = unit_variance::evidence::Claim {
            id: $id,
            sentence: $sentence,
            judge: unit_variance::evidence::Judge::$kind($judge),
        };
        inventory::submit! {
            crate::harness::Registered { claim: &CLAIM, file: file!(), line: line!() }
        }
        crate::harness::verify(&CLAIM, file!(), line!())
    }};
}

/// The outcome of a claim's test.
#[must_use]
pub(crate) struct Report(Verdict);

impl Termination for Report {
    fn report(self) -> ExitCode {
        if self.0.holds() {
            return ExitCode::SUCCESS;
        }
        eprintln!("{}", explain(&self.0));
        ExitCode::FAILURE
    }
}

/// Judges a claim under the seed of this run and leaves the record.
pub(crate) fn verify(claim: &'static Claim, file: &str, line: u32) -> Report {
    let verdict = judged(claim);
    let record = Record {
        fingerprint: fingerprint(claim.id),
        file: file.to_owned(),
        line,
        verdict: verdict.clone(),
    };
    Records::of(root())
        .write(claim.id, &record)
        .expect("the record can be written");
    Report(verdict)
}

/// The verdict of a claim under the seed of this run: judged once, for whoever asks.
pub(crate) fn judged(claim: &'static Claim) -> Verdict {
    static VERDICTS: Mutex<BTreeMap<&str, Arc<OnceLock<Verdict>>>> = Mutex::new(BTreeMap::new());
    let verdict = Arc::clone(
        VERDICTS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(claim.id)
            .or_default(),
    );
    verdict.get_or_init(|| claim.verify(seed())).clone()
}

/// That of the sources with which a claim is judged.
pub(crate) fn fingerprint(id: &str) -> String {
    let (chapter, _) = id.split_once('.').expect("an id begins with its chapter");
    FINGERPRINTS.of_verdicts(chapter)
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

static FINGERPRINTS: LazyLock<Fingerprints> = LazyLock::new(|| {
    Fingerprints::of(root()).unwrap_or_else(|error| panic!("{error}: {}", error.source))
});

/// The seed of this run: `CLAIMS_SEED`, which is a number or `entropy`; 1 if it is not set.
pub(crate) fn seed() -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| match std::env::var("CLAIMS_SEED") {
        Err(_) => 1,
        Ok(word) if word == "entropy" => RandomState::new().hash_one("a seed"),
        Ok(number) => number.parse().unwrap_or_else(|_| {
            panic!("CLAIMS_SEED is a whole number or `entropy`, but is `{number}`")
        }),
    });
    *SEED
}

/// Why a claim does not hold, in a few lines.
pub(crate) fn explain(verdict: &Verdict) -> String {
    let evidence = &verdict.evidence;
    let mut lines = vec![
        format!(
            "the claim `{}` does not hold (seed {}):",
            verdict.id, verdict.seed
        ),
        format!("  {}", verdict.sentence),
        format!(
            "  {}: {} gave {}, accepted in [{}, {}] ({})",
            evidence.statistic,
            evidence.subject,
            evidence.value,
            evidence.interval.low,
            evidence.interval.high,
            evidence.law
        ),
    ];
    for foil in &evidence.foils {
        let outcome = match foil.predicted {
            _ if !foil.caught => "ACCEPTED, which it must not be".to_owned(),
            Some(law) if !foil.as_predicted() => format!(
                "rejected, but NOT AS PREDICTED: its own law says [{}, {}]",
                law.low, law.high
            ),
            _ => "rejected".to_owned(),
        };
        lines.push(format!(
            "  foil \"{}\" gave {}: {outcome}",
            foil.name, foil.value
        ));
    }
    let untied = verdict.untied();
    lines.extend(untied.into_iter().map(|fault| format!("  {fault}")));
    lines.join("\n")
}

/// The distance of a number from its printed form, in units of half of the last printed digit: at most
/// one if the print is the number, rounded.
pub(crate) fn half_digits(number: f64, printed: &str) -> f64 {
    let (mantissa, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = mantissa
        .split_once('.')
        .map_or("", |(_, decimals)| decimals);
    let exponent: i32 = exponent.parse().expect("a power of ten");
    let print: f64 = printed.parse().expect("a printed number");
    let half_a_digit = 0.5 * 10_f64.powi(exponent - (decimals.len() as u32).cast_signed());
    (number - print).abs() / half_a_digit
}

/// So many values of a strategy, drawn from a stream of the claim: a failure replays with the
/// seed that it prints.
pub(crate) fn draw_cases<S: Strategy>(
    strategy: &S,
    cases: usize,
    streams: Streams,
) -> Vec<S::Value> {
    let mut seed = [0; 32];
    streams.stream("cases").fill_bytes(&mut seed);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(proptest::test_runner::Config::default(), rng);
    let mut draw = || {
        strategy
            .new_tree(&mut runner)
            .expect("the strategy rejects nothing")
            .current()
    };
    (0..cases).map(|_| draw()).collect()
}
