//! The loss before the first step, where the readout's weights are zero and its biases say how common the classes are:
//!
//! ```text
//! b_c = ln p_c   gives the mean cross-entropy   H(p) = −Σ p_c ln p_c ,    and b = 0 gives ln C .
//! ```
//!
//! The softmax of `ln p` is `p`, whatever the input. With random logits of law `N(0, s²)` and no biases the mean loss lies
//! between `ln C` and `ln C + s²/2`, and is the [`log_sum`](crate::theory::SoftmaxLaw::log_sum) of `C` of them: the loss of a
//! network that has seen nothing measures `s`.

/// A class that no example has: no bias makes its probability zero.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a class needs a positive number of examples for a bias, but class {class} has {count}")]
pub struct EmptyClass {
    /// Which one, from 0.
    pub class: usize,
    /// How many examples it has, or what weight.
    pub count: f64,
}

/// `H(p) = −Σ p_c ln p_c` of classes of these sizes: counts, or probabilities.
///
/// ```
/// use unit_variance::theory::entropy;
///
/// // A balanced set has nothing to gain from biases, a rare class a lot.
/// assert!((entropy(&[50.0, 50.0]) - std::f64::consts::LN_2).abs() < 1e-15);
/// assert!((entropy(&[0.01, 0.99]) - 0.056).abs() < 1e-5);
/// ```
///
/// # Panics
///
/// If a size is negative, infinite or NaN, or all of them are zero, or their sum leaves the range of `f64`.
#[track_caller]
pub fn entropy(sizes: &[f64]) -> f64 {
    let total = total(sizes);
    let part = |(class, size): (usize, &f64)| {
        let p = size / total;
        if p > 0.5 {
            // Where p rounds to 1 its logarithm is that of what the others leave.
            let others = sizes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != class);
            let rest: f64 = others.map(|(_, size)| size).sum();
            -p * libm::log1p(-rest / total)
        } else if p > 0.0 {
            -p * libm::log(p)
        } else {
            0.0
        }
    };
    let entropy: f64 = sizes.iter().enumerate().map(part).sum();
    entropy.abs() // for a single class 0 and not −0
}

/// `b_c = ln p_c`: biases for a readout of zero weights, for classes of these sizes.
///
/// ```
/// use unit_variance::theory::{EmptyClass, prior_biases};
///
/// let biases = prior_biases(&[1.0, 3.0])?;
/// assert!((libm::exp(biases[0]) - 0.25).abs() < 1e-16);
/// assert_eq!(prior_biases(&[1.0, 0.0]), Err(EmptyClass { class: 1, count: 0.0 }));
/// # Ok::<(), EmptyClass>(())
/// ```
///
/// # Errors
///
/// If a class has no examples.
///
/// # Panics
///
/// If a size is negative, infinite or NaN, or all of them are zero, or their sum leaves the range of `f64`.
#[track_caller]
pub fn prior_biases(sizes: &[f64]) -> Result<Vec<f64>, EmptyClass> {
    let total = total(sizes);
    let bias = |(class, &count): (usize, &f64)| {
        if count <= 0.0 {
            Err(EmptyClass { class, count })
        } else if count / total < f64::MIN_POSITIVE {
            // The share has lost digits, or all of them.
            Ok(libm::log(count) - libm::log(total))
        } else {
            Ok(libm::log(count / total))
        }
    };
    sizes.iter().enumerate().map(bias).collect()
}

/// `ln(p/(1 − p))`: the bias of a single sigmoid unit for a class of probability `p`.
///
/// ```
/// use unit_variance::theory::prior_logit;
///
/// assert!((prior_logit(0.01) + 4.595_119_850_134_59).abs() < 1e-14);
/// ```
///
/// # Panics
///
/// If `p` is not strictly between 0 and 1.
#[track_caller]
pub fn prior_logit(probability: f64) -> f64 {
    assert!(
        0.0 < probability && probability < 1.0,
        "a class that has a logit has a probability between 0 and 1, but not {probability}"
    );
    libm::log(probability) - libm::log1p(-probability)
}

#[track_caller]
fn total(sizes: &[f64]) -> f64 {
    let total: f64 = sizes.iter().sum();
    assert!(
        sizes.iter().all(|size| *size >= 0.0) && total > 0.0 && total.is_finite(),
        "sizes of classes are not negative, not all zero, and have a finite sum, but these are {sizes:?}"
    );
    total
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::network::Loss;
    use approx::assert_relative_eq;
    use ndarray::Array2;

    /// The digits of MNIST's training set.
    const DIGITS: [f64; 10] = [
        5923.0, 6742.0, 5958.0, 6131.0, 5842.0, 5421.0, 5918.0, 6265.0, 5851.0, 5949.0,
    ];

    #[test]
    fn entropies_and_logits_are_those_of_the_reference() {
        assert_relative_eq!(
            entropy(&DIGITS),
            2.301_159_172_703_291_3,
            max_relative = 1e-15
        );
        let gain = libm::log(10.0) - entropy(&DIGITS);
        assert_relative_eq!(gain, 0.001_425_920_290_754_341_5, max_relative = 1e-11);
        for (prior, bias, rare) in [
            (0.01, -4.595_119_850_134_59, 0.056_001_534_354_847_34),
            (0.1, -2.197_224_577_336_219_4, 0.325_082_973_391_448_24),
        ] {
            assert_relative_eq!(prior_logit(prior), bias, max_relative = 1e-15);
            assert_relative_eq!(entropy(&[prior, 1.0 - prior]), rare, max_relative = 1e-14);
        }
        assert_eq!(entropy(&[0.0, 7.0]), 0.0);
    }

    #[test]
    fn the_first_loss_of_biases_is_the_entropy_and_without_them_the_logarithm_of_the_classes() {
        let sizes = [3.0, 1.0, 4.0, 2.0];
        let labels: Vec<usize> = sizes
            .iter()
            .enumerate()
            .flat_map(|(class, size)| std::iter::repeat_n(class, *size as usize))
            .collect();
        let biases = prior_biases(&sizes).expect("no class is empty");
        let outputs = Array2::from_shape_fn((labels.len(), 4), |(_, class)| biases[class]);
        let loss = Loss::CrossEntropy { labels };
        assert_relative_eq!(loss.value(&outputs), entropy(&sizes), max_relative = 1e-14);
        let plain = loss.value(&Array2::zeros(outputs.dim()));
        assert_relative_eq!(plain, libm::log(4.0), max_relative = 1e-14);
    }

    #[test]
    fn rare_classes_keep_their_digits() {
        for rare in [1e-3, 1e-17, 1e-20, 1e-300] {
            // −p ln p of the other one is q − q²/2 − …
            let expected = rare * (libm::log1p(rare) - libm::log(rare)) + libm::log1p(rare);
            let found = (1.0 + rare) * entropy(&[1.0, rare]);
            assert_relative_eq!(found, expected, max_relative = 1e-13, epsilon = 0.0);
        }
        assert!(entropy(&[7.0]).is_sign_positive());
        // ln 2^−1074 − ln 10^300
        let biases = prior_biases(&[5e-324, 1e300]).expect("no class is empty");
        assert_relative_eq!(biases[0], -1_435.215_599_819_595, max_relative = 1e-14);
        assert_eq!(biases[1], 0.0);
        // Two numbers with all of their digits, whose quotient is none: ln 10^−400
        let biases = prior_biases(&[1e-100, 1e300]).expect("no class is empty");
        assert_relative_eq!(biases[0], -921.034_037_197_618_3, max_relative = 1e-14);
    }

    #[test]
    fn a_class_without_examples_is_named() {
        let error = prior_biases(&[2.0, 0.0, 1.0]).expect_err("an empty class");
        assert_eq!(
            error.to_string(),
            "a class needs a positive number of examples for a bias, but class 1 has 0"
        );
    }

    #[test]
    #[should_panic(expected = "a finite sum, but these are [1e308, 1e308]")]
    fn sizes_without_a_finite_sum_are_refused() {
        let _ = entropy(&[1e308, 1e308]);
    }

    #[test]
    #[should_panic(expected = "but these are [1.0, -1.0]")]
    fn negative_sizes_are_refused() {
        let _ = entropy(&[1.0, -1.0]);
    }
}
