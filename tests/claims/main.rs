//! The claims of the book: one module a chapter, one test a claim, each quoting its sentence.
//!
//! Every claim states a false alarm (1e-9) and rejects a foil. `CLAIMS_SEED` sets the seed: a
//! number, or `entropy`. With any seed the suite passes; a failure is evidence, so it is never
//! retried. What a claim finds is left for the press in `target/press/verdicts`.

#[macro_use]
mod harness;

mod autograd;
mod ledger;
mod seeds;

mod introduction;

mod activations;
mod backward;
mod choosing;
#[path = "data-dependent.rs"]
mod data_dependent;
#[path = "deep-signal.rs"]
mod deep_signal;
mod diagnose;
mod errata;
mod fans;
#[path = "finite-width.rs"]
mod finite_width;
mod forward;
mod frameworks;
mod gains;
#[path = "gradient-check.rs"] // as its chapter is called
mod gradient_check;
mod he;
mod isometry;
mod laws;
mod lecun;
#[path = "mean-field.rs"]
mod mean_field;
mod mnist;
mod residual;
mod symmetry;
mod testing;
mod variance;
#[path = "ten-initializers.rs"]
mod ten_initializers;
#[path = "vanishing-gradient.rs"]
mod vanishing_gradient;
mod width;
mod xavier;
