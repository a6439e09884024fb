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
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The numbers of layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, value_delimiter = ',', default_value = "1,2,5,10,20,50")]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_networks_come_to_their_limit_and_one_layer_is_by_hand() {
        let wide = WideSpectra {
            width: 10_000_000,
            depths: vec![1, 3],
        };
        let table = wide.run(&mut |_| {});
        let [limit, exact, mean_squared, edge] =
            ["limit", "exact", "mean_squared", "edge"].map(|column| table.numbers(column));
        for row in 0..6 {
            assert!(
                (exact[row] / limit[row] - 1.0).abs() < 1e-5,
                "{exact:?} {limit:?}"
            );
            assert!((mean_squared[row] - 1.0).abs() < 1e-5, "{mean_squared:?}");
        }
        // Marchenko and Pastur: second moment 2, at most 4. Rotations with a mask: 0 or 2, one as often as the other.
        assert!((limit[0] - 2.0).abs() < 1e-9 && (edge[0] - 4.0).abs() < 1e-6);
        assert!((limit[4] - 2.0).abs() < 1e-9 && (edge[4] - 2.0).abs() < 1e-6);
    }
}
