//! What `W` makes of a gradient in the directions that the forward pass has not sent through it.

use ndarray::{Array1, Array2, s};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::ChiSquared;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Fans, Law, Loss, Network, VarianceScaling};

use super::{entering, squared_length};

/// Narrow layers, where one dimension counts.
const NARROW: [usize; 5] = [9, 12, 10, 11, 2];

/// The sums of their fan-ins less one each, and of their fan-ins.
pub(super) const ORTHOGONAL: f64 = 38.0;
pub(super) const ALL_DIRECTIONS: f64 = 42.0;

/// What is taken for the variable of a layer, the squared length over `σ²‖δ‖²`, and for its law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Projection {
    /// The part of `u` orthogonal to what the forward pass sent through.
    Orthogonal,
    /// The same, as if independence left it all `n` dimensions.
    WithAllDimensions,
    /// The part along it, in the first layer, as if it were as random as another.
    Along,
    /// The orthogonal part for the first of two examples, under the product of their outputs, in linear
    /// networks without biases: there the coupling is strongest.
    OfCoupledExamples,
}

/// The sum over the layers of a random network of the variables of its layers, for many networks.
/// Networks with a dead layer are drawn again.
pub(super) fn projections(
    what: Projection,
    scheme: &VarianceScaling,
    networks: usize,
    rng: &mut StreamRng,
) -> Vec<f64> {
    let claimed = VarianceScaling::lecun(Law::Normal);
    let activations = [
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Gelu,
    ];
    let (mut sums, mut drawn) = (Vec::with_capacity(networks), 0);
    'networks: while sums.len() < networks {
        let coupled = what == Projection::OfCoupledExamples;
        let phi = if coupled {
            Activation::Identity
        } else {
            activations[drawn % activations.len()]
        };
        drawn += 1;
        let mut network = Network::init(&NARROW, phi, scheme, rng);
        for layer in network.layers.iter_mut().filter(|_| !coupled) {
            layer.bias = Array1::from_shape_simple_fn(layer.bias.len(), || {
                0.3 * Distribution::<f64>::sample(&StandardNormal, rng)
            });
        }
        network.layers[3].activation = Activation::Identity;
        let examples = 1 + usize::from(coupled);
        let input: Array2<f64> =
            Array2::from_shape_simple_fn((examples, NARROW[0]), || StandardNormal.sample(rng));
        let trace = network.forward(&input);
        let output = trace.output();
        let d_output = if coupled {
            // Of the sum of the products of what the two examples give.
            output.slice(s![..;-1, ..]).to_owned()
        } else if drawn.is_multiple_of(3) {
            let labels = vec![drawn % 2];
            Loss::CrossEntropy { labels }.gradient(output)
        } else {
            // Squares let the gradient depend on the weights through the output, most of all.
            2.0 * output.to_owned()
        };
        let gradients = network.backward(&trace, &d_output);
        let mut sum = 0.0;
        for (l, layer) in network.layers.iter().enumerate() {
            let first = |matrix: &Array2<f64>| matrix.slice(s![..1, ..]).to_owned();
            let (h, u, delta) = (
                first(trace.entering(l)),
                first(entering(&gradients, l)),
                first(&gradients.layers[l].delta),
            );
            if squared_length(&h) == 0.0 || squared_length(&delta) == 0.0 {
                continue 'networks;
            }
            let fans = Fans::new(layer.weight.nrows(), layer.weight.ncols());
            let size = claimed.variance(fans) * squared_length(&delta);
            let along = (&h * &u).sum() / squared_length(&h);
            sum += match what {
                Projection::Along if l > 0 => 0.0,
                Projection::Along => along * along * squared_length(&h) / size,
                _ => squared_length(&(u - along * h)) / size,
            };
        }
        sums.push(sum);
    }
    sums
}

pub(super) fn chi_square(degrees: f64) -> ChiSquared {
    ChiSquared::new(degrees).expect("there are degrees of freedom")
}
