//! Evidence: a measurement, the law it follows if a sentence is true, and the
//! wrong implementations that it must reject.
//!
//! A test of a random thing that fails now and then is silenced, and one that
//! cannot fail proves nothing. So a [`Check`] states two probabilities before
//! it looks at data: the false alarm `alpha` of a true sentence, and for every
//! named wrong implementation, its *foil*, the probability of slipping through.
//! It refuses to run if a foil could pass with probability above `beta`, then
//! runs the truth and every foil through the same measurement. What is stated about
//! a foil is tested, too: a foil that is caught but not by the factor or the law that
//! was stated fails the check.
//!
//! Anyone can point it at an initializer of their own, in one line with [`weights_are`], or in full:
//!
//! ```
//! use unit_variance::evidence::{Check, ChiSquareMean};
//! use unit_variance::{Fans, Initializer, Law, Moments, Streams, VarianceScaling};
//!
//! let shape = (400, 400);
//! let claimed = VarianceScaling::he(Law::Normal).variance(Fans::dense(shape));
//! let weights = 400 * 400;
//!
//! let evidence = Check::of("mean square of the weights over 2/n", weights, |scheme: &VarianceScaling, rng| {
//!     scheme.sample(shape, rng).iter().collect::<Moments>().second_moment() / claimed
//! })
//! .null_of_n(ChiSquareMean::new)
//! .holds_for("He", VarianceScaling::he(Law::Normal))
//! .foil_scaled("LeCun: 1/n", VarianceScaling::lecun(Law::Normal), 0.5)
//! .judge(Streams::new(1));
//!
//! assert!(evidence.holds());
//! assert!(evidence.foils[0].caught);
//! ```

mod check;
mod claim;
mod display;
mod exactness;
mod null;
mod power;
mod verdict;
mod weights;
mod words;

pub use check::Check;
pub use claim::{Claim, Judge};
pub use exactness::{Exactness, largest, smallest};
pub use null::{
    BinomialShare, ChiSquareMean, GaussianNorm, KolmogorovDistance, KolmogorovFoil, Largest,
    LeakyReluBound, LivingPairs, MeanBound, NullLaw, ReluMixture, Scaled, StandardNormal,
    SubGaussianRelu, TwoSampleDistance, TwoSampleFoil,
};
pub use power::{ALPHA, BETA, RESOLUTION};
pub use verdict::{Evidence, FoilOutcome, Grade, Interval, Verdict};
pub use weights::{WeightsEvidence, weights_are};
pub use words::{Domain, marked_words};
