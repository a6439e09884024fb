//! Branches that start at zero.

use ndarray::{Array2, ArrayBase, ArrayD};
use rand::RngExt;
use unit_variance::evidence::Exactness;
use unit_variance::initializer::{Initializer, Normal};
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Chain, Dense, Layer, Residual};

use crate::harness::Report;

/// What is zero in a branch.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Zero {
    Alpha,
    Last,
    /// The last matrix, and not its bias.
    LastMatrix,
    AlphaAndLast,
    BothMatrices,
    /// Nothing, but the factor is small.
    None,
    /// The factor that multiplies the stream in place of the branch.
    Stream,
}

fn normal(shape: (usize, usize), rng: &mut StreamRng) -> Array2<f64> {
    Normal::new(0.0, 1.0).sample(shape, rng)
}

/// A block of two dense layers with normal weights, and with normal biases or none.
fn block(
    zero: Zero,
    (n, m): (usize, usize),
    activation: Activation,
    biases: bool,
    rng: &mut StreamRng,
) -> Residual {
    let mut first = Dense::new(normal((n, m), rng), activation);
    let mut last = Dense::new(normal((m, n), rng), Activation::Identity);
    if biases {
        first.bias = normal((1, m), rng).remove_axis(ndarray::Axis(0));
        last.bias = normal((1, n), rng).remove_axis(ndarray::Axis(0));
    }
    if zero == Zero::BothMatrices {
        first.weight.fill(0.0);
    }
    if matches!(
        zero,
        Zero::Last | Zero::LastMatrix | Zero::AlphaAndLast | Zero::BothMatrices
    ) {
        last.weight.fill(0.0);
    }
    if matches!(zero, Zero::Last | Zero::AlphaAndLast) {
        last.bias.fill(0.0);
    }
    let chain = Chain::default().then(first).then(last);
    match zero {
        Zero::Alpha | Zero::AlphaAndLast => Residual::rezero(chain),
        Zero::None => Residual::rezero(chain).scaled(1e-9),
        Zero::Stream => {
            let mut block = Residual::new(chain);
            block.skip = 0.0;
            block
        }
        _ => Residual::new(chain),
    }
}

fn is_zero(gradient: &ArrayD<f64>) -> bool {
    gradient.iter().all(|g| *g == 0.0)
}

/// Whether a random network of such blocks is the identity both ways, and has no gradient but at what is zero.
fn is_as_said(zero: Zero, rng: &mut StreamRng) -> bool {
    let mut size = |least: usize, most: usize| rng.random_range(least..=most);
    let (depth, n, m, batch) = (size(1, 5), size(1, 6), size(1, 6), size(1, 3));
    let activation = Activation::ALL[size(0, Activation::ALL.len() - 1)];
    let blocks = (0..depth).map(|_| block(zero, (n, m), activation, true, rng));
    let network = blocks.fold(Chain::default(), Chain::then);
    let (x, d_output) = (normal((batch, n), rng), normal((batch, n), rng));
    let (y, cache) = network.forward(&x);
    let pullback = network.backward(&cache, &d_output);
    let each = pullback.parameters.len() / depth;
    // α is the first of its five parameters; the last layer are the last two.
    let inside = |parameters: &[ArrayD<f64>]| {
        let others = if each == 5 {
            &parameters[1..]
        } else {
            &parameters[..each - 2]
        };
        others.iter().all(is_zero)
    };
    y == x && pullback.input == d_output && pullback.parameters.chunks(each).all(inside)
}

#[test]
fn a_branch_of_zero_is_not_there_and_learns_all_the_same() -> Report {
    claim!(
        "residual.identity",
        r"Take *any* number of blocks $h + \alpha_\ell F_\ell(h)$, whose branches are two dense layers with an
        activation between them, and in which *every $\alpha_\ell$ is zero*, or *every last layer*, weights and
        bias. In floating-point numbers the blocks then return their *input*, and pull the gradient of *any* loss
        of their output back to the input *unchanged*, but for the sign of a zero, as long as every number on
        the way, forward and back, is finite. Of the gradients inside of the branches, all are *zero*, save
        possibly those of what is zero itself.",
        |streams| {
            const NETWORKS: u64 = 300;
            let exceptions = |zero: Zero, name: &str| {
                let streams = streams.family(name);
                let networks = 0..NETWORKS;
                networks
                    .filter(|i| !is_as_said(zero, &mut streams.block(*i)))
                    .count() as f64
            };
            let both = exceptions(Zero::Alpha, "alpha") + exceptions(Zero::Last, "last");
            Exactness::of("networks that are otherwise", 2 * NETWORKS)
                .sampled()
                .within(0.0)
                .proved_beyond(
                    "any",
                    "1 to 5 blocks; gradients at the output drawn at random",
                )
                .holds_for("every α zero, and every last layer zero", both)
                .foil("α of a billionth", exceptions(Zero::None, "small"))
                .attacks(&[r"every $\alpha_\ell$ is zero", "zero", "unchanged"])
                .foil(
                    "a last matrix of zeros with a bias",
                    exceptions(Zero::LastMatrix, "bias"),
                )
                .attacks(&["every last layer", "input"])
                .foil(
                    "α on the stream, in place of the branch",
                    exceptions(Zero::Stream, "stream"),
                )
                .attacks(&["input", "unchanged"])
                .judge()
        },
    )
}

/// A block between two layers that learn.
#[derive(Debug, Clone, Copy)]
struct Trained {
    zero: Zero,
    activation: Activation,
    /// Whether the branch has biases that learn.
    biases: bool,
    momentum: f64,
    steps: usize,
}

impl Trained {
    /// Whether the branch has moved, while the layers around it have.
    fn moves(self, rng: &mut StreamRng) -> bool {
        let (d, n, m, batch) = (3, 4, 5, 3);
        let inside = block(self.zero, (n, m), self.activation, false, rng);
        let count = inside.parameters().len();
        let network = Chain::default()
            .then(Dense::new(normal((d, n), rng), Activation::Tanh))
            .then(inside)
            .then(Dense::new(0.5 * normal((n, 1), rng), Activation::Identity));
        let start: Vec<ArrayD<f64>> = network
            .parameters()
            .iter()
            .map(ArrayBase::to_owned)
            .collect();
        let (x, target) = (normal((batch, d), rng), normal((batch, 1), rng));
        let (mut network, mut velocities) = (network, Vec::<ArrayD<f64>>::new());
        for _ in 0..self.steps {
            let (y, cache) = network.forward(&x);
            let gradients = network.backward(&cache, &(y - &target)).parameters;
            if velocities.is_empty() {
                velocities = gradients.iter().map(|g| g * 0.0).collect();
            }
            let parameters = network.parameters_mut().into_iter();
            for (i, ((mut parameter, gradient), velocity)) in
                parameters.zip(gradients).zip(&mut velocities).enumerate()
            {
                // Of a branch of `count` parameters the biases are every other one from the end.
                let place = (2 + count).wrapping_sub(i);
                let is_bias = (1..count).contains(&place) && place % 2 == 1;
                if is_bias && !self.biases {
                    continue;
                }
                *velocity = self.momentum * &*velocity + &gradient;
                parameter.scaled_add(-0.02, &*velocity);
            }
        }
        let now = network.parameters();
        let same = |mut range: std::ops::Range<usize>| {
            range.all(|i| {
                let mut pairs = now[i].iter().zip(&start[i]);
                pairs.all(|(a, b)| a.to_bits() == b.to_bits())
            })
        };
        assert!(!same(0..2), "the layer before has moved");
        !same(2..2 + count)
    }
}

#[test]
fn two_zeros_in_a_row_never_move() -> Report {
    claim!(
        "residual.two-zeros",
        r"In a branch $\alpha F(h)$ of two dense layers with an activation between them let *$\alpha$ and the last
        layer* be zero, weights and bias; or let *both matrices* be zero, *without biases*, with an activation of
        *$\varphi(0) = 0$* and a finite slope there. As long as all numbers are finite, the gradient of any
        loss of the network's output is then zero at every parameter of the branch. After *any number* of steps of
        gradient descent without weight decay, with momentum that starts at zero or with none, the branch
        is what it was, whatever the layers before and behind it learn.",
        |streams| {
            const NETWORKS: u64 = 40;
            let moved = |name: &str, trained: &dyn Fn(u64) -> Trained| {
                let streams = streams.family(name);
                let networks = 0..NETWORKS;
                networks
                    .filter(|i| trained(*i).moves(&mut streams.block(*i)))
                    .count() as f64
            };
            let how = |zero, activation, biases| {
                move |i: u64| Trained {
                    zero,
                    activation,
                    biases,
                    momentum: if i.is_multiple_of(2) { 0.0 } else { 0.9 },
                    steps: 1 + (i % 10) as usize,
                }
            };
            let right = moved(
                "alpha and last",
                &how(Zero::AlphaAndLast, Activation::Sigmoid, true),
            ) + moved("tanh", &how(Zero::BothMatrices, Activation::Tanh, false))
                + moved("relu", &how(Zero::BothMatrices, Activation::Relu, false));
            Exactness::of("branches that have moved", 3 * NETWORKS)
                .sampled()
                .within(0.0)
                .proved_beyond(
                    "any number",
                    "1 to 10 steps, with momentum of 0.9 and without",
                )
                .holds_for("two zeros", right)
                .foil(
                    "α zero alone",
                    moved("alpha", &how(Zero::Alpha, Activation::Sigmoid, true)),
                )
                .attacks(&[r"$\alpha$ and the last layer"])
                .foil(
                    "the last matrix zero alone",
                    moved("last", &how(Zero::Last, Activation::Tanh, false)),
                )
                .attacks(&["both matrices"])
                .foil(
                    "with biases",
                    moved("biases", &how(Zero::BothMatrices, Activation::Tanh, true)),
                )
                .attacks(&["without biases"])
                .foil(
                    "a sigmoid between the matrices",
                    moved(
                        "sigmoid",
                        &how(Zero::BothMatrices, Activation::Sigmoid, false),
                    ),
                )
                .attacks(&[r"$\varphi(0) = 0$"])
                .judge()
        },
    )
}
