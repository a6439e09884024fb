//! Laws of several networks, and how far each is from a log-normal law.

use clap::Args;
use serde::Serialize;
use unit_variance::evidence::largest;
use unit_variance::probability::gaussian_cdf;
use unit_variance::theory::{LayerLaw, ProductLaw};

use super::layer_list::LayerList;
use super::product_law::QUANTILES;
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The exact laws of the mean square behind several networks, one a row, and their log-normal limits.
///
/// Columns: `layers`; `beta`, the sum of the variances of the layers' factors; `q025`, `median`, `q975` and `below_one` as in
/// `product-law`; `distance`, Kolmogorov's distance of the logarithm from the normal law of mean `−β/2` and variance `β`.
/// Summary: `limit_q025`, `limit_median`, `limit_q975`, `limit_below_one`, what that law would have for the last network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct NetworksCompared {
    /// The networks, each as in `product-law`, separated by semicolons.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ';', default_values_t = of_one_ratio())]
    #[serde(serialize_with = "option::joined")]
    pub networks: Vec<LayerList>,
}

/// Networks whose depth is five eighths of their width.
fn of_one_ratio() -> Vec<LayerList> {
    [(8, 5), (32, 20), (80, 50), (320, 200)]
        .map(|(width, depth)| {
            LayerList::equal(unit_variance::theory::LayerKind::Relu, width, depth)
        })
        .into()
}

impl Default for NetworksCompared {
    fn default() -> Self {
        without_options()
    }
}

/// The sum of the variances of the layers' factors.
fn beta(network: &LayerList) -> f64 {
    let variances = network.0.iter().map(|layers| {
        f64::from(layers.count) * LayerLaw::new(layers.kind, layers.width).variance()
    });
    variances.sum()
}

/// Quantiles and probability of the log-normal law of mean one whose logarithm has the variance `β` of the network.
fn limit(network: &LayerList) -> Vec<(String, Cell)> {
    let beta = beta(network);
    let quantile = |z: f64| libm::exp(-beta / 2.0 + beta.sqrt() * z);
    let [low, median, high] = unit_quantiles().map(quantile);
    let numbers = [low, median, high, gaussian_cdf(beta.sqrt() / 2.0)];
    let names = [
        "limit_q025",
        "limit_median",
        "limit_q975",
        "limit_below_one",
    ];
    names
        .map(str::to_owned)
        .into_iter()
        .zip(numbers.map(Cell::from))
        .collect()
}

/// `sup |P(ln r ≤ x) − Φ((x + β/2) / √β)|` at equal distances over twelve standard deviations, a five-hundredth of one apart.
fn distance(law: &ProductLaw, beta: f64) -> f64 {
    let normal = |log: f64| gaussian_cdf((log + beta / 2.0) / beta.sqrt());
    let places = (-3000..=3000).map(|i| -beta / 2.0 + beta.sqrt() * f64::from(i) / 500.0);
    largest(places.map(|log| (law.cdf(libm::exp(log)) - normal(log)).abs()))
}

impl Configuration for NetworksCompared {
    const NAME: &'static str = "networks-compared";

    /// # Panics
    ///
    /// If a network has no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let row = |network: &LayerList| {
            let law = network.law();
            let beta = beta(network);
            std::iter::once(Cell::from(network.to_string().as_str()))
                .chain([beta.into()])
                .chain(QUANTILES.map(|p| law.quantile(p).into()))
                .chain([law.cdf(1.0), distance(&law, beta)].map(Cell::from))
                .collect()
        };
        let rows = parallel::map(&self.networks, row);
        progress(Progress { done: 1, total: 1 });
        Table::of(
            self,
            &[
                "layers",
                "beta",
                "q025",
                "median",
                "q975",
                "below_one",
                "distance",
            ],
            rows,
        )
        .with_summary(self.networks.last().map(limit).unwrap_or_default())
    }
}

/// The quantiles of the standard normal law at [`QUANTILES`].
fn unit_quantiles() -> [f64; 3] {
    const UPPER: f64 = 1.959_963_984_540_054;
    [-UPPER, 0.0, UPPER]
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_same_ratio_comes_closer_to_the_limit() {
        let table = NetworksCompared::default().run(&mut |_| {});
        let distance = table.numbers("distance");
        for (found, expected) in distance.iter().zip([0.1007, 0.0262, 0.0102, 0.0025]) {
            assert_relative_eq!(*found, expected, epsilon = 1e-4);
        }
        for (column, limit) in [
            ("limit_median", 0.209_611_4),
            ("limit_q025", 0.006_556_8),
            ("limit_below_one", 0.811_620_4),
        ] {
            assert_relative_eq!(table.total(column), limit, epsilon = 1e-6);
        }
        for (z, p) in unit_quantiles().into_iter().zip(QUANTILES) {
            assert_relative_eq!(gaussian_cdf(z), p, max_relative = 1e-12);
        }
    }
}
