//! The exact second moment of the squared singular values of a Jacobian.

use std::str::FromStr;

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::{JacobianMoments as Moments, LayerKind};

/// The exact second moment of the squared singular values of a network's Jacobian.
///
/// Columns: `kind`, `width` and `depth` of the network, and `second_moment`, the expectation of the mean of the fourth powers of the singular
/// values; that of their squares is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct JacobianMoments {
    /// Gaussian weights without activation, Gaussian weights with ReLU units, or rotations with ReLU units: linear, relu or orthogonal-relu.
    #[arg(long, value_parser = LayerKind::from_str, default_value_t = LayerKind::Relu)]
    #[serde(serialize_with = "option::shown")]
    pub kind: LayerKind,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
}

/// The moments of layers of this kind and width.
///
/// # Panics
///
/// If the width is zero.
pub(super) fn moments(kind: LayerKind, width: usize) -> Moments {
    let of = match kind {
        LayerKind::Linear => Moments::linear,
        LayerKind::Relu => Moments::relu,
        LayerKind::OrthogonalRelu => Moments::orthogonal_relu,
    };
    of(width as u64)
}

impl Default for JacobianMoments {
    fn default() -> Self {
        without_options()
    }
}

impl JacobianMoments {
    fn second_moment(self) -> f64 {
        moments(self.kind, self.width).second_moment(self.depth as u64)
    }
}

impl Configuration for JacobianMoments {
    const NAME: &'static str = "jacobian-moments";

    fn refusal(&self) -> Option<String> {
        let Self { width, depth, .. } = self;
        self.second_moment().is_infinite().then(|| {
            format!("the second moment of {depth} layers of {width} units is more than a float can hold, 1.8e308")
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row: Vec<Cell> = vec![
            self.kind.name().into(),
            self.width.into(),
            self.depth.into(),
            self.second_moment().into(),
        ];
        Table::of(
            self,
            &["kind", "width", "depth", "second_moment"],
            vec![row],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_is_by_hand() {
        let of = |kind: LayerKind| {
            let layer = JacobianMoments {
                kind,
                width: 10,
                depth: 1,
            };
            layer.run(&mut |_| {}).numbers("second_moment")[0]
        };
        // E tr (W Wᵀ)² / n = 2 + 1/n; of a matrix with √2 in half of its rows, which are at right angles, 4/2.
        assert!((of(LayerKind::Linear) - 2.1).abs() < 1e-12);
        assert!((of(LayerKind::OrthogonalRelu) - 2.0).abs() < 1e-12);
        // Of Gaussian weights with K of n rows left: 4 E (K n + K² + K) / n², with E K² = n (n + 1) / 4.
        assert!((of(LayerKind::Relu) - 4.0 * (50.0 + 27.5 + 5.0) / 100.0).abs() < 1e-12);
    }
}
