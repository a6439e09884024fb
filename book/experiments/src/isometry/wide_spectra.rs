//! Spectra of infinitely wide Jacobians, beside the exact moments of wide ones.

use clap::Args;
use serde::Serialize;

use super::jacobian_moments::moments;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::{LayerKind, WideSpectrum};

/// Second moments and largest values of the squared singular values of infinitely wide networks, beside exact second moments.
///
/// Columns, for each `kind` and `depth`: `limit`, the second moment at infinite width; `exact`, that at this width; `mean_squared`, the exact
/// second moment of the mean of a single network; and `edge`, the largest squared singular value at infinite width.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct WideSpectra {
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = 80)]
    pub width: usize,
    /// The numbers of layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, value_delimiter = ',', default_values_t = [1, 2, 5, 10, 20, 50])]
    #[serde(serialize_with = "option::joined")]
    pub depths: Vec<u32>,
}

impl Default for WideSpectra {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for WideSpectra {
    const NAME: &'static str = "wide-spectra";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for kind in LayerKind::ALL {
            let wide = match kind {
                LayerKind::Linear => WideSpectrum::linear,
                LayerKind::Relu => WideSpectrum::relu,
                LayerKind::OrthogonalRelu => WideSpectrum::orthogonal_relu,
            };
            let moments = moments(kind, self.width);
            for depth in &self.depths {
                let (law, layers) = (wide(*depth), u64::from(*depth));
                rows.push(vec![
                    kind.name().into(),
                    layers.into(),
                    law.moment(2).into(),
                    moments.second_moment(layers).into(),
                    moments.mean_squared(layers).into(),
                    law.edge().into(),
                ]);
            }
        }
        let columns = ["kind", "depth", "limit", "exact", "mean_squared", "edge"];
        Table::of(self, &columns, rows)
    }
}
