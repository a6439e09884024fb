//! Normalization, and starts that look at the data.

mod batch_norm_depth;
mod batch_norm_factor;
mod decay_rest;
mod digits_descent;
mod digits_spectrum;
mod figures;
mod lsuv;
mod lsuv_after;
mod pixels;
mod unseen_input;

pub use batch_norm_depth::BatchNormDepth;
pub use batch_norm_factor::BatchNormFactor;
pub use decay_rest::{DecayRest, STARTS};
pub use digits_descent::{DigitsDescent, descend};
pub use digits_spectrum::DigitsSpectrum;
pub use lsuv::{DeadLayer, Lsuv, one_pass};
pub use lsuv_after::LsuvAfter;
pub use pixels::{Pixels, Quadratic, two_largest};
pub use unseen_input::UnseenInput;

use crate::{Chapter, Configuration, Run};
use unit_variance::Activation;

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "data-dependent",
    experiments: &[
        Run::plain::<BatchNormFactor>(),
        Run::plain::<UnseenInput>(),
        Run::plain::<BatchNormDepth>().in_small("--depth 4 --width 8 --batch 6 --networks 2"),
        Run::on_digits(DigitsSpectrum::NAME, |digits| {
            Box::new(DigitsSpectrum { data: digits })
        }),
        Run::on_digits(DigitsDescent::NAME, |digits| {
            Box::new(DigitsDescent::new(digits))
        })
        .in_small("--steps 20"),
        Run::plain::<Lsuv>().in_small("--width 12 --batch 20"),
        Run::plain::<LsuvAfter>(),
        Run::plain::<DecayRest>().in_small("--steps 20"),
    ],
    runs: &[
        Run::of("batch-norm-factor", || Box::new(BatchNormFactor::default())),
        Run::of("batch-norm-factors", || {
            Box::new(BatchNormFactor {
                activation: Activation::ALL.to_vec(),
                batch: vec![0],
            })
        }),
        Run::of("batch-norm-batches", || {
            Box::new(BatchNormFactor {
                activation: vec![Activation::Relu, Activation::Identity],
                batch: vec![4, 8, 16, 32, 64, 256],
            })
        }),
        Run::of("unseen-input", || Box::new(UnseenInput::default())),
        Run::of("batch-norm-depth", || Box::new(BatchNormDepth::default())),
        Run::on_digits("digits-spectrum", |digits| {
            Box::new(DigitsSpectrum { data: digits })
        }),
        Run::on_digits("digits-descent", |digits| {
            Box::new(DigitsDescent::new(digits))
        }),
        Run::of("lsuv", || Box::new(Lsuv::default())),
        Run::of("lsuv-after", || Box::new(LsuvAfter::default())),
        Run::of("decay-rest", || Box::new(DecayRest::default())),
    ],
    figures: figures::FIGURES,
};
