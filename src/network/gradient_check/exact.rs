//! Integer networks: where every number is an integer below `2⁵³`, `f64` does not round, and two
//! right ways to the gradient agree exactly. (A zero may differ in its sign.)

use ndarray::{Array1, Array2};
use rand::{Rng, RngExt};

use super::forward_mode::ForwardMode;
use super::{Case, Comparison, Direction};
use crate::activation::Activation;
use crate::network::{Dense, Gradients, Loss, Network};

/// `2⁵³`: below it every integer is a float.
const LIMIT: f64 = 9_007_199_254_740_992.0;

/// Compares every coordinate of `gradient` with dual numbers; the difference must be zero.
///
/// The case must consist of integers, and its activations be ReLU or identity. That all arithmetic on it is
/// exact is not assumed but shown: both passes are run once more on absolute values, where every
/// partial sum is below the whole, and no number there may reach `2⁵³`. A mean over `N` numbers
/// scales everything by `1/N`, which is exact if `N` is a power of two.
///
/// ```
/// use unit_variance::Streams;
/// use unit_variance::network::gradient_check::{Case, exactly, integer_case};
///
/// let case = integer_case(&[3, 5, 2], 4, 3, &mut Streams::new(1).stream("integers"));
/// let report = exactly(&case, &Case::gradients);
/// assert!(report.passes());
/// assert_eq!(report.largest_difference, 0.0);
/// assert!(report.nonzero > 20);
/// ```
///
/// # Panics
///
/// If a number of the case is not an integer, an activation is neither ReLU nor identity, the loss
/// is a cross-entropy, a mean is over a number that is no power of two, or a number may reach `2⁵³`.
#[track_caller]
pub fn exactly(case: &Case, gradient: &dyn Fn(&Case) -> Gradients) -> Comparison {
    demand_exact_arithmetic(case);
    let pass = ForwardMode::exact(case);
    let gradients = gradient(case);
    let mut report = Comparison::default();
    for coordinate in case.coordinates() {
        let reference = pass.along(&Direction::unit(case, coordinate)).loss.eps;
        report.add(gradients.at(coordinate), reference, 0.0);
    }
    report
}

/// A ReLU network with a linear last layer, a batch, and targets for a sum of squares, all of
/// integers between `−size` and `size`.
///
/// Small integer networks are often dead: count [`Comparison::nonzero`] over many.
///
/// # Panics
///
/// If there are fewer than two widths.
#[track_caller]
pub fn integer_case(widths: &[usize], batch: usize, size: i32, rng: &mut dyn Rng) -> Case {
    assert!(
        widths.len() >= 2,
        "a network needs an input and an output width, but was given {widths:?}"
    );
    let mut integer = || f64::from(rng.random_range(-size..=size));
    let last = widths.len() - 2;
    let layers = widths.windows(2).enumerate().map(|(l, pair)| Dense {
        weight: Array2::from_shape_simple_fn((pair[0], pair[1]), &mut integer),
        bias: Array1::from_shape_simple_fn(pair[1], &mut integer),
        activation: if l < last {
            Activation::Relu
        } else {
            Activation::Identity
        },
    });
    let layers = layers.collect();
    let input = Array2::from_shape_simple_fn((batch, widths[0]), &mut integer);
    let targets = Array2::from_shape_simple_fn((batch, widths[last + 1]), &mut integer);
    Case {
        network: Network { layers },
        input,
        loss: Loss::SumOfSquares { targets },
    }
}

#[track_caller]
fn demand_exact_arithmetic(case: &Case) {
    for layer in &case.network.layers {
        assert!(
            matches!(layer.activation, Activation::Relu | Activation::Identity),
            "exact arithmetic needs ReLUs or identities, but there is {}",
            layer.activation
        );
    }
    let absolute = absolute(case);
    for coordinate in case.coordinates() {
        let x = case.at(coordinate);
        assert!(
            x.fract() == 0.0,
            "exact arithmetic needs integers, but {coordinate:?} is {x}"
        );
    }
    let gradients = absolute.gradients();
    let backward = gradients.layers.iter().flat_map(|layer| {
        let matrices = layer
            .activation
            .iter()
            .chain(&layer.delta)
            .chain(&layer.weight);
        matrices.chain(&layer.bias)
    });
    let backward = backward
        .chain(&gradients.input)
        .fold(0.0, |a: f64, b| a.max(*b));
    let ones = Direction::constant(&absolute, 1.0);
    let forward = ForwardMode::new(&absolute).along(&ones).largest;
    let largest = backward.max(forward);
    assert!(
        largest < LIMIT,
        "a number of this case may reach {largest}, but integers are exact only below 2^53"
    );
}

/// The case on absolute values: no number of the case exceeds its counterpart here.
#[track_caller]
fn absolute(case: &Case) -> Case {
    let mut absolute = case.clone();
    absolute.input.mapv_inplace(f64::abs);
    for layer in &mut absolute.network.layers {
        layer.weight.mapv_inplace(f64::abs);
        layer.bias.mapv_inplace(f64::abs);
    }
    absolute.loss = match &case.loss {
        Loss::MeanOfSquares { targets } => {
            assert!(
                targets.len().is_power_of_two(),
                "a mean over {} numbers is not exact: it takes a power of two",
                targets.len()
            );
            sum_of_sizes(targets)
        }
        Loss::SumOfSquares { targets } => sum_of_sizes(targets),
        Loss::Linear { cotangent } => Loss::Linear {
            cotangent: whole(cotangent).mapv(f64::abs),
        },
        Loss::CrossEntropy { .. } => panic!("a cross-entropy of integers is not an integer"),
    };
    absolute
}

/// `Σ (y + |t|)²`, which bounds `Σ (y − t)²`.
#[track_caller]
fn sum_of_sizes(targets: &Array2<f64>) -> Loss {
    let targets = whole(targets).mapv(|t| -t.abs());
    Loss::SumOfSquares { targets }
}

#[track_caller]
fn whole(matrix: &Array2<f64>) -> &Array2<f64> {
    let fraction = matrix.iter().find(|x| x.fract() != 0.0);
    assert!(
        fraction.is_none(),
        "exact arithmetic needs integers, but the loss has {fraction:?}"
    );
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;

    fn case(size: i32) -> Case {
        integer_case(&[2, 3, 3], 3, size, &mut Streams::new(1).stream("integers"))
    }

    fn check(case: &Case) -> Comparison {
        exactly(case, &Case::gradients)
    }

    #[test]
    #[should_panic(expected = "may reach")]
    fn numbers_that_could_be_rounded_are_refused() {
        let _ = check(&case(1_000_000));
    }

    #[test]
    #[should_panic(expected = "but Weight { layer: 1, row: 0, column: 2 } is 0.5")]
    fn a_fraction_is_refused() {
        let mut case = case(3);
        case.network.layers[1].weight[[0, 2]] = 0.5;
        let _ = check(&case);
    }

    #[test]
    #[should_panic(expected = "needs ReLUs or identities, but there is tanh")]
    fn another_activation_is_refused() {
        let mut case = case(3);
        case.network.layers[0].activation = Activation::Tanh;
        let _ = check(&case);
    }

    #[test]
    #[should_panic(expected = "a mean over 9 numbers is not exact: it takes a power of two")]
    fn a_mean_over_nine_is_refused() {
        let mut case = case(3);
        let targets = Array2::zeros((3, 3));
        case.loss = Loss::MeanOfSquares { targets };
        let _ = check(&case);
    }

    #[test]
    #[should_panic(expected = "a cross-entropy of integers is not an integer")]
    fn a_cross_entropy_is_refused() {
        let mut case = case(3);
        case.loss = Loss::CrossEntropy { labels: vec![0; 3] };
        let _ = check(&case);
    }
}
