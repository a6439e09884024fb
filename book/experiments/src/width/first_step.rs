//! The exact expectations of the first step of a linear network of two layers.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::{Parametrization, TwoLinearLayers};

/// How far the output of a linear network of two layers moves in its first step, on average over its weights.
///
/// Columns: `parametrization`, `width`, `inputs`, `linear_loss_change`, the expected change of the output in a step on the loss `−y f`,
/// `squared_loss_change`, that on `(f − y)²/2`, and `kernel`, the expected kernel: the change for an error of one, to first order in the
/// rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct FirstStep {
    /// How scales and rates depend on the width: standard, neural-tangent or maximal-update.
    #[arg(long, value_parser = super::parametrization, default_value_t = Parametrization::Standard)]
    #[serde(serialize_with = "option::shown")]
    pub parametrization: Parametrization,
    /// The number of units.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub width: usize,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "16")]
    pub inputs: usize,
    /// The squared length of the input.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "16.0")]
    pub input_square: f64,
    /// The target.
    #[arg(long, allow_hyphen_values = true, value_parser = option::finite, default_value = "1.0")]
    pub target: f64,
    /// The learning rate.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.125")]
    pub rate: f64,
}

impl Default for FirstStep {
    fn default() -> Self {
        without_options()
    }
}

impl FirstStep {
    /// Changes on the linear and on the squared loss, and the kernel.
    fn numbers(&self) -> [f64; 3] {
        let (width, inputs) = (self.width as u64, self.inputs as u64);
        let network = TwoLinearLayers::new(self.parametrization, width, inputs, self.rate);
        let rates_are_finite = network.rates.iter().all(|rate| rate.is_finite());
        if !rates_are_finite {
            return [f64::INFINITY; 3];
        }
        [
            network.linear_loss_change(self.input_square, self.target),
            network.squared_loss_change(self.input_square, self.target),
            network.kernel(self.input_square),
        ]
    }
}

impl Configuration for FirstStep {
    const NAME: &'static str = "first-step";

    fn refusal(&self) -> Option<String> {
        let fits = self.numbers().iter().all(|number| number.is_finite());
        (!fits).then(|| {
            "with these numbers a change is more than a float can hold, 1.8e308".to_owned()
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let mut row: Vec<Cell> = vec![
            self.parametrization.name().into(),
            self.width.into(),
            self.inputs.into(),
        ];
        row.extend(self.numbers().map(Cell::from));
        let columns = [
            "parametrization",
            "width",
            "inputs",
            "linear_loss_change",
            "squared_loss_change",
            "kernel",
        ];
        Table::of(self, &columns, vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_and_one_input_are_by_hand() {
        // f = u v with u², v² of mean 1: the step moves f by y (u² + v²) η + η² y² u v, and a squared error takes 2 y η² E f² from it.
        let step = FirstStep {
            width: 1,
            inputs: 1,
            input_square: 1.0,
            target: 3.0,
            rate: 0.5,
            ..FirstStep::default()
        };
        for parametrization in Parametrization::ALL {
            let step = FirstStep {
                parametrization,
                ..step
            };
            assert_eq!(step.numbers(), [3.0, 3.0 - 2.0 * 3.0 * 0.25, 1.0]);
        }
    }

    #[test]
    fn what_leaves_the_range_is_refused() {
        for (rate, input_square, target) in [
            (1e200, 1e200, 1.0),
            (1.0, 1e300, 1e300),
            (1.7e308, 1.0, 1.0),
        ] {
            for parametrization in Parametrization::ALL {
                let step = FirstStep {
                    parametrization,
                    input_square,
                    target,
                    rate,
                    ..FirstStep::default()
                };
                let finite = step.numbers().iter().all(|number| number.is_finite());
                assert_eq!(step.refusal().is_none(), finite);
            }
        }
        assert!(FirstStep::default().refusal().is_none());
    }
}
