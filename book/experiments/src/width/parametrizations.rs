//! What each parametrization does with each layer.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, without_options};
use unit_variance::theory::{Exponents, LayerRole, MaximalUpdateForm, Parametrization, UpdateRule};

/// Factors, variances and rates of the layers, as powers of the width n.
///
/// Columns: `parametrization`, `layer`, `factor`, `variance` (of input layers besides 1 over the inputs), `sgd_rate` and `adam_rate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct Parametrizations {}

impl Default for Parametrizations {
    fn default() -> Self {
        without_options()
    }
}

/// `n^(−exponent)`, as one writes it.
fn power(exponent: f64) -> String {
    let written = match exponent.abs() {
        0.0 => return "1".to_owned(),
        0.5 => "√n".to_owned(),
        1.0 => "n".to_owned(),
        2.0 => "n²".to_owned(),
        other => format!("n^{other}"),
    };
    if exponent < 0.0 {
        written
    } else {
        format!("1/{written}")
    }
}

impl Configuration for Parametrizations {
    const NAME: &'static str = "parametrizations";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        type Of = Box<dyn Fn(LayerRole, UpdateRule) -> Exponents>;
        let plain = |of: Parametrization| -> (String, Of) {
            let exponents = move |layer, rule| of.exponents(layer, rule);
            (of.name().to_owned(), Box::new(exponents))
        };
        let mut all = vec![
            plain(Parametrization::Standard),
            plain(Parametrization::NeuralTangent),
        ];
        all.extend((1..).zip(MaximalUpdateForm::ALL).map(|(i, form)| {
            let exponents: Of = Box::new(move |layer, rule| form.exponents(layer, rule));
            (format!("maximal-update, form {i}"), exponents)
        }));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (name, exponents) in &all {
            for (layer, role) in [
                ("input", LayerRole::Input),
                ("hidden", LayerRole::Hidden),
                ("output", LayerRole::Output),
            ] {
                let [descent, adam] = UpdateRule::ALL.map(|rule| exponents(role, rule));
                rows.push(vec![
                    Cell::Text(name.clone()),
                    layer.into(),
                    Cell::Text(power(descent.multiplier)),
                    Cell::Text(power(2.0 * descent.std_dev)),
                    Cell::Text(power(descent.rate)),
                    Cell::Text(power(adam.rate)),
                ]);
            }
        }
        let columns = [
            "parametrization",
            "layer",
            "factor",
            "variance",
            "sgd_rate",
            "adam_rate",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_form_is_that_of_the_package() {
        let table = Parametrizations::default().run(&mut |_| {});
        let written = |row: usize| -> Vec<String> {
            table.rows[row].iter().map(ToString::to_string).collect()
        };
        assert_eq!(table.rows.len(), 15);
        let package = ["maximal-update, form 2", "output", "1/n", "1", "n", "1"];
        assert_eq!(written(11), package);
        assert_eq!(written(0)[2..], ["1", "1", "1", "1"]);
    }
}
