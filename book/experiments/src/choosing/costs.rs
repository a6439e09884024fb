//! What twenty layers make of a wrong variance: `q' = s E φ(√q z)²`, and `s E φ'(√q z)²` for the gradient.

use clap::Args;
use serde::Serialize;
use unit_variance::Activation;
use unit_variance::initializer::TruncatedNormal;
use unit_variance::theory::MeanField;

use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// What `depth` equal layers make of the mean square of a signal and of a gradient, by activation and rule.
///
/// In the limit of wide square layers without biases, with weights of variance `s / n`, for pre-activations of
/// second moment 1 at the start. Columns: `case`; `layers` and `rule` in words; `scale`, the `s`; `first`, the factor of
/// the first layer; `power`, what it would be after all layers if they had the same factor; `signal`, the second
/// moment of the pre-activations after all layers; `gradient`, the factor of the squared gradient on its way back through
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ChoosingCosts {
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
}

impl Default for ChoosingCosts {
    fn default() -> Self {
        without_options()
    }
}

/// Layers with one activation, and the rule that scales their weights.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    layers: &'static str,
    rule: &'static str,
    field: MeanField,
}

/// Layers of weights of variance `scale / n`.
const fn case(
    name: &'static str,
    layers: &'static str,
    rule: &'static str,
    activation: Activation,
    scale: f64,
) -> Case {
    let field = MeanField {
        activation,
        weight: scale,
        bias: 0.0,
    };
    Case {
        name,
        layers,
        rule,
        field,
    }
}

/// All cases, the right ones beside the wrong ones.
fn cases() -> Vec<Case> {
    use Activation::{Elu, Gelu, LeakyRelu, Mish, Relu, Selu, Sigmoid, Silu, Softsign, Tanh};
    // A standard normal law that is cut at two and not rescaled.
    let cut = TruncatedNormal::with_cut(0.0, 1.0, 2.0).variance();
    let prelu = LeakyRelu { slope: 0.25 };
    let own = |phi: Activation| phi.gain().powi(2);
    vec![
        case("relu-he", "ReLU", "2/n", Relu, 2.0),
        case("relu-lecun", "ReLU", "1/n", Relu, 1.0),
        case("relu-twice", "ReLU", "4/n", Relu, 4.0),
        case("relu-pytorch", "ReLU", "1/(3n)", Relu, 1.0 / 3.0),
        case("relu-bound", "ReLU", "2/(3n)", Relu, 2.0 / 3.0),
        case("relu-cut", "ReLU", "2/n, cut", Relu, 2.0 * cut),
        case("prelu-he", "PReLU(¼)", "2/n", prelu, 2.0),
        case("gelu-he", "GELU", "2/n", Gelu, 2.0),
        case("silu-he", "SiLU", "2/n", Silu, 2.0),
        case("mish-he", "Mish", "2/n", Mish, 2.0),
        case("elu-he", "ELU", "2/n", Elu, 2.0),
        case("gelu-own", "GELU", "own gain", Gelu, own(Gelu)),
        case("silu-own", "SiLU", "own gain", Silu, own(Silu)),
        case("mish-own", "Mish", "own gain", Mish, own(Mish)),
        case("elu-own", "ELU", "own gain", Elu, own(Elu)),
        case("tanh-xavier", "tanh", "1/n", Tanh, 1.0),
        case("tanh-five-thirds", "tanh", "gain 5/3", Tanh, 25.0 / 9.0),
        case("tanh-own", "tanh", "own gain", Tanh, own(Tanh)),
        case("tanh-pytorch", "tanh", "1/(3n)", Tanh, 1.0 / 3.0),
        case("softsign-lecun", "softsign", "1/n", Softsign, 1.0),
        case(
            "softsign-own",
            "softsign",
            "own gain",
            Softsign,
            own(Softsign),
        ),
        case("sigmoid-lecun", "sigmoid", "1/n", Sigmoid, 1.0),
        case("sigmoid-own", "sigmoid", "own gain", Sigmoid, own(Sigmoid)),
        case("selu-lecun", "SELU", "1/n", Selu, 1.0),
        case("selu-pytorch", "SELU", "gain 3/4", Selu, 9.0 / 16.0),
        case("selu-he", "SELU", "2/n", Selu, 2.0),
    ]
}

impl Case {
    /// The second moment after these layers, and the factor of the squared gradient through them.
    fn through(self, depth: usize) -> (f64, f64) {
        let by_depth: Vec<f64> = self.field.iterate(1.0).take(depth + 1).collect();
        let gradient = by_depth[..depth].iter().map(|q| self.field.chi(*q));
        (by_depth[depth], gradient.product())
    }
}

impl Configuration for ChoosingCosts {
    const NAME: &'static str = "choosing-costs";

    /// # Panics
    ///
    /// If there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(self.depth > 0, "a cost needs layers, but there are none");
        let cases = cases();
        let total = cases.len() as u64;
        let rows = (1..).zip(cases).map(|(done, case)| {
            let first = case.field.step(1.0);
            let (signal, gradient) = case.through(self.depth);
            let power = libm::pow(first, self.depth as f64);
            progress(Progress { done, total });
            let numbers = [case.field.weight, first, power, signal, gradient];
            [case.name, case.layers, case.rule]
                .map(Cell::from)
                .into_iter()
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        let columns = [
            "case", "layers", "rule", "scale", "first", "power", "signal", "gradient",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::Array2;
    use unit_variance::{Fan, Law, Moments, Network, Streams, VarianceScaling};

    #[test]
    fn in_a_relu_network_all_layers_have_the_factor_of_the_first() {
        let table = ChoosingCosts::default().run(&mut |_| {});
        let [power, signal] = ["power", "signal"].map(|column| table.numbers(column));
        let of_relus = table.column("layers").enumerate();
        let of_relus: Vec<usize> = of_relus
            .filter(|(_, layers)| matches!(layers.to_string().as_str(), "ReLU" | "PReLU(¼)"))
            .map(|(row, _)| row)
            .collect();
        assert_eq!(of_relus.len(), 7);
        for row in of_relus {
            assert_relative_eq!(power[row], signal[row], max_relative = 1e-12);
        }
    }

    #[test]
    fn wide_networks_do_as_the_recursion_says() {
        // Five layers of a thousand SiLUs with He's weights, from pre-activations of mean square one.
        let field = MeanField::with_gain(Activation::Silu, 2.0_f64.sqrt());
        let expected = field.iterate(1.0).nth(5).expect("it goes on");
        let streams = Streams::new(7);
        let lecun = VarianceScaling::lecun(Law::Normal);
        let he = VarianceScaling::new(2.0, Fan::In, Law::Normal);
        let mut network = Network::init(
            &[1000; 2],
            Activation::Silu,
            &lecun,
            &mut streams.stream("first"),
        );
        let rest = Network::init(
            &[1000; 6],
            Activation::Silu,
            &he,
            &mut streams.stream("rest"),
        );
        network.layers.extend(rest.layers);
        let trace = network.forward(&Array2::ones((1, 1000)));
        let last: Moments = trace.layers[5].preactivation.iter().collect();
        assert_relative_eq!(last.second_moment(), expected, max_relative = 0.3);
    }
}
