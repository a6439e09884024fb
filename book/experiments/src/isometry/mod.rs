//! Jacobians: their singular values, ranks and moments, and what learns from a start that keeps them equal.

mod deep_convolution;
mod deep_linear;
mod edge_isometry;
mod figures;
mod jacobian_moments;
mod jacobian_rank;
mod jacobian_spectra;
mod wide_spectra;

pub use deep_convolution::{DeepConvolution, Map, Padding};
pub use deep_linear::{DeepLinear, STARTS, TARGET, aligned, descend, strength};
pub use edge_isometry::EdgeIsometry;
pub use jacobian_moments::JacobianMoments;
pub use jacobian_rank::JacobianRank;
pub use jacobian_spectra::{JacobianSpectra, NETWORKS};
pub use wide_spectra::WideSpectra;

use crate::{Chapter, Experiment, Run};
use unit_variance::theory::LayerKind;

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "isometry",
    experiments: &[
        Run::plain::<JacobianMoments>(),
        Run::plain::<JacobianRank>(),
        Run::plain::<JacobianSpectra>().in_small("--width 6 --depths 1,4"),
        Run::plain::<EdgeIsometry>().in_small("--width 8 --depth 3 --networks 2 --variances 0.1"),
        Run::plain::<WideSpectra>(),
        Run::plain::<DeepLinear>().in_small("--rate 0.1"),
        Run::plain::<DeepConvolution>().in_small("--depths 1,5"),
    ],
    runs: &[
        Run::of("jacobian-moments", || moments(LayerKind::Relu)),
        Run::of("jacobian-moments-linear", || moments(LayerKind::Linear)),
        Run::of("jacobian-moments-orthogonal", || {
            moments(LayerKind::OrthogonalRelu)
        }),
        Run::of("jacobian-rank", || Box::new(JacobianRank::default())),
        Run::of("jacobian-spectra", || Box::new(JacobianSpectra::default())),
        Run::of("edge-isometry", || Box::new(EdgeIsometry::default())),
        Run::of("wide-spectra", || Box::new(WideSpectra::default())),
        Run::of("deep-linear", || Box::new(DeepLinear::default())),
        Run::of("deep-convolution", || Box::new(DeepConvolution::default())),
    ],
    figures: figures::FIGURES,
};

/// The moments of one kind of layer.
fn moments(kind: LayerKind) -> Box<dyn Experiment> {
    Box::new(JacobianMoments {
        kind,
        ..JacobianMoments::default()
    })
}
