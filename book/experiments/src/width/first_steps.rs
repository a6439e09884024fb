//! What a first step changes in each layer of a linear network, by the exact formulas.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::{Parametrization, ThreeLinearLayers};

/// What the layers of a linear network of three layers learn in their first step, exactly, on average over normal weights.
///
/// The loss is `−f`, and the input has as long a square as it has numbers. Columns: `parametrization`, `width`, `first` and `second`, the
/// expected squares of what a unit of the two hidden layers changes, and `output`, the expected change of the output.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct FirstSteps {
    /// Parametrizations, with commas: standard, neural-tangent, maximal-update.
    #[arg(long, value_delimiter = ',', default_values_t = Parametrization::ALL, value_parser = super::parametrization)]
    #[serde(serialize_with = "option::joined")]
    pub parametrizations: Vec<Parametrization>,
    /// Units of both hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "16,64,256,1024")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "16")]
    pub inputs: usize,
    /// The learning rate.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.125")]
    pub rate: f64,
}

impl Default for FirstSteps {
    fn default() -> Self {
        without_options()
    }
}

impl FirstSteps {
    fn numbers(&self, parametrization: Parametrization, width: usize) -> [f64; 3] {
        let (width, inputs) = (width as u64, self.inputs as u64);
        let network = ThreeLinearLayers::new(parametrization, width, inputs, self.rate);
        if !network.rates.iter().all(|rate| rate.is_finite()) {
            return [f64::INFINITY; 3];
        }
        let square = self.inputs as f64;
        [
            network.first_change(square, 1.0),
            network.second_change(square, 1.0),
            network.output_change(square, 1.0),
        ]
    }

    fn cases(&self) -> impl Iterator<Item = (Parametrization, usize)> {
        let of = |parametrization: &Parametrization| {
            let parametrization = *parametrization;
            self.widths
                .iter()
                .map(move |width| (parametrization, *width))
        };
        self.parametrizations.iter().flat_map(of)
    }
}

impl Configuration for FirstSteps {
    const NAME: &'static str = "first-steps";

    fn refusal(&self) -> Option<String> {
        let fits = |(of, width)| self.numbers(of, width).iter().all(|x| x.is_finite());
        (!self.cases().all(fits)).then(|| {
            "with these numbers a change is more than a float can hold, 1.8e308".to_owned()
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let rows = self.cases().map(|(parametrization, width)| {
            let mut row: Vec<Cell> = vec![parametrization.name().into(), width.into()];
            row.extend(self.numbers(parametrization, width).map(Cell::from));
            row
        });
        let rows = rows.collect();
        let columns = ["parametrization", "width", "first", "second", "output"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_power_of_the_width_is_in_the_last_rows() {
        let table = FirstSteps::default().run(&mut |_| {});
        let (first, output) = (table.numbers("first"), table.numbers("output"));
        assert_eq!(first[..4], [0.25, 0.0625, 0.015_625, 0.003_906_25]);
        assert_eq!(first[8..], [4.0; 4]);
        // η X (1 + 2n/d) + η³ X²/d
        assert_eq!(output[0], 2.0 * 3.0 + 0.031_25);
        assert!(
            output[8..]
                .iter()
                .all(|change| (2.25..2.252).contains(change))
        );
    }
}
