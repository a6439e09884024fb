//! Asks of weights of one's own how they were drawn, and prints the answer as one line of JSON.
//!
//! `cargo run --example diagnose_own_weights`

use ndarray::ArrayViewD;
use unit_variance::diagnosis::{Diagnosis, Entry, Facts, Options, Plan, Precision};
use unit_variance::{Initializer, Law, Streams, VarianceScaling};

// ANCHOR: diagnose
/// The diagnosis of one kernel whose name says what its axes are.
fn diagnose(name: &str, weight: ArrayViewD<f32>) -> Diagnosis {
    let entry = Entry {
        name: name.to_owned(),
        shape: weight.shape().to_vec(),
        dtype: "F32".to_owned(),
        precision: Some(Precision::F32),
    };
    let plan = Plan::new(vec![entry], None, Options::default());
    plan.judge(&[plan.examine(0, Facts::of(weight, Precision::F32))])
}
// ANCHOR_END: diagnose

fn main() {
    // The standard deviation of He's rule, taken for the bound of a uniform law.
    let bound = (2.0_f64 / 300.0).sqrt();
    let lecun = VarianceScaling::lecun(Law::Uniform);
    let drawn = lecun.sample((300, 200), &mut Streams::new(1).stream("weight"));
    let weight = drawn.mapv(|w| (w * bound * 10.0) as f32);

    let diagnosis = diagnose("dense/kernel", weight.view().into_dyn());
    println!(
        "{}",
        serde_json::to_string(&diagnosis).expect("a diagnosis can be written")
    );
    assert!(diagnosis.has_fault());
    assert_eq!(
        diagnosis.verdicts[0].kind.to_string(),
        "bound_without_sqrt3"
    );
}

#[test]
fn the_missing_root_is_found() {
    main();
}
