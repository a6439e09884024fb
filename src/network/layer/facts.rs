//! What is exactly so of the layers, and what they refuse.

use approx::assert_relative_eq;
use ndarray::{Array1, Array2, Axis, array, s};
use proptest::prelude::*;

use super::checks::{attention, layers, normal};
use super::*;
use crate::activation::Activation;
use crate::initializer::VarianceScaling;
use crate::network::{Dense, Network, softmax};
use crate::probability::{Law, Streams};

proptest! {
    #[test]
    fn softmax_rows_sum_to_one(seed in any::<u64>(), size in 0.0..1e4) {
        let mut logits = normal((3, 7), &mut Streams::new(seed).stream("logits"));
        logits.mapv_inplace(|z| z * size);
        for sum in softmax(&logits).sum_axis(Axis(1)) {
            prop_assert!((sum - 1.0).abs() <= 8.0 * f64::EPSILON);
        }
    }
}

#[test]
fn a_layer_norm_makes_the_mean_square_n_times_variance_over_variance_plus_epsilon() {
    // ±√v has variance v: that of GPT-2's embeddings as OpenAI draws them, and as nanoGPT does (mpmath).
    for (variance, mean_square) in [
        (0.0005_f64, 0.980_392_156_862_745_1),
        (0.0008, 0.987_654_320_987_654_3),
    ] {
        let root = variance.sqrt();
        let (y, _) = LayerNorm::new(4).forward(&array![[root, -root, root, -root]]);
        let squares: f64 = y.iter().map(|y| y * y).sum();
        assert_relative_eq!(squares, 4.0 * mean_square, max_relative = 1e-14);
    }
}

#[test]
fn norms_without_epsilon_keep_no_scale_and_a_layer_norm_no_offset() {
    let mut rng = Streams::new(4).stream("norms");
    let x = normal((3, 8), &mut rng);
    let (layer, rms) = (
        LayerNorm::new(8).with_epsilon(0.0),
        RmsNorm::new(8).with_epsilon(0.0),
    );
    assert_eq!(layer.forward(&(4.0 * &x)).0, layer.forward(&x).0);
    assert_eq!(rms.forward(&(4.0 * &x)).0, rms.forward(&x).0);
    let d_output = normal((3, 8), &mut rng);
    for (norm, name) in [(&layer as &dyn Layer, "layer"), (&rms, "rms")] {
        let (_, cache) = norm.forward(&x);
        let dx = norm.backward(&cache, &d_output).input;
        for (x, dx) in x.rows().into_iter().zip(dx.rows()) {
            let along: f64 = x.iter().zip(dx).map(|(x, d)| x * d).sum();
            assert!(
                along.abs() < 1e-14,
                "{name}: Euler's identity of degree 0: {along}"
            );
            assert!(
                name == "rms" || dx.sum().abs() < 1e-14,
                "{name}: {}",
                dx.sum()
            );
        }
    }
}

#[test]
fn a_constant_row_has_the_shift_for_its_output_and_a_gradient_without_nan() {
    let mut norm = LayerNorm::new(3);
    norm.shift = array![1.0, 2.0, 3.0];
    let (y, cache) = norm.forward(&array![[0.1, 0.1, 0.1]]);
    assert_eq!(y, array![[1.0, 2.0, 3.0]]);
    let pullback = norm.backward(&cache, &array![[1.0, 0.0, 0.0]]);
    assert!(pullback.input.iter().all(|d| d.is_finite()));
}

#[test]
#[should_panic(expected = "row 0 has variance 0 and epsilon is 0")]
fn a_constant_row_without_epsilon_is_refused() {
    let _ = LayerNorm::new(3)
        .with_epsilon(0.0)
        .forward(&array![[0.1, 0.1, 0.1]]);
}

#[test]
#[should_panic(expected = "row 0 has variance inf: the numbers have left the range of f64")]
fn a_variance_that_overflows_is_refused() {
    let _ = LayerNorm::new(2).forward(&array![[1e200, -1e200]]);
}

#[test]
#[should_panic(
    expected = "the normalized input is NaN at [0, 0] of (1, 2), and so is the input at [0, 1]"
)]
fn a_nan_is_refused_where_it_enters() {
    let _ = LayerNorm::new(2).forward(&array![[1.0, f64::NAN]]);
}

#[test]
#[should_panic(expected = "an epsilon must be finite and not negative, but is -1")]
fn a_negative_epsilon_is_refused() {
    let _ = RmsNorm::new(2).with_epsilon(-1.0);
}

#[test]
#[should_panic(expected = "the momentum of running statistics must be from 0 to 1, but is 1.5")]
fn a_momentum_above_one_is_refused() {
    let _ = BatchNorm::new(2).with_momentum(1.5);
}

#[test]
#[should_panic(expected = "a batch of 1 has no variance to train on: its shape is (1, 2)")]
fn a_batch_of_one_is_refused_in_training() {
    let _ = BatchNorm::new(2).forward(&array![[1.0, 2.0]]);
}

#[test]
fn empty_batches_and_wrong_widths_are_refused() {
    let mut rng = Streams::new(0).stream("layers");
    for (name, layer) in layers(&mut rng) {
        let refused = |shape| {
            let forward = std::panic::AssertUnwindSafe(|| layer.forward(&Array2::ones(shape)));
            std::panic::catch_unwind(forward).is_err()
        };
        assert!(refused((3, 5)), "{name}");
        if ["norm", "attention", "block"]
            .iter()
            .any(|kind| name.contains(kind))
        {
            assert!(refused((0, 4)), "{name}");
        }
    }
}

#[test]
fn a_residual_block_of_scale_zero_is_the_identity() {
    let mut rng = Streams::new(5).stream("block");
    let he = VarianceScaling::he(Law::Normal);
    let block = Residual::rezero(Network::init(&[4, 9, 4], Activation::Relu, &he, &mut rng));
    let (x, d_output) = (normal((3, 4), &mut rng), normal((3, 4), &mut rng));
    let (y, cache) = block.forward(&x);
    assert_eq!(y, x);
    let pullback = block.backward(&cache, &d_output);
    assert_eq!(pullback.input, d_output);
    assert_ne!(pullback.parameters[0][0], 0.0, "the scale itself can move");
    for inside in &pullback.parameters[1..] {
        assert!(
            inside.iter().all(|g| *g == 0.0),
            "nothing in the branch can"
        );
    }
}

#[test]
fn tracked_statistics_come_to_those_of_the_batch_through_any_container() {
    let x = array![[1.0, 0.0], [3.0, 0.5], [8.0, -2.0]];
    let mut net = Residual::new(Chain::default().then(BatchNorm::new(2).with_momentum(1.0)));
    let (_, cache) = net.forward(&x);
    net.track(&cache);
    net.set_training(false);
    let (y, _) = net.forward(&x);
    // The running variance is the unbiased one: 3/2 of the batch's.
    let mut trained = BatchNorm::new(2);
    trained.epsilon *= 2.0 / 3.0;
    let expected = trained.forward(&x).0 * (2.0_f64 / 3.0).sqrt() + &x;
    for (ours, expected) in y.iter().zip(&expected) {
        assert_relative_eq!(*ours, *expected, epsilon = 1e-14);
    }
}

#[test]
fn permuting_tokens_permutes_attention_without_a_mask() {
    let mut rng = Streams::new(6).stream("attention");
    let attention = attention(4, 2, &mut rng);
    let x = normal((5, 4), &mut rng);
    let order = [3, 0, 4, 1, 2];
    let (y, _) = attention.forward(&x.select(Axis(0), &order));
    let expected = attention.forward(&x).0.select(Axis(0), &order);
    for (ours, expected) in y.iter().zip(&expected) {
        assert_relative_eq!(*ours, *expected, epsilon = 1e-14);
    }
}

#[test]
fn causal_attention_does_not_see_the_future() {
    let mut rng = Streams::new(7).stream("attention");
    let attention = attention(4, 2, &mut rng).causal();
    let x = normal((5, 4), &mut rng);
    let (y, _) = attention.forward(&x);
    let mut moved = x.clone();
    moved.slice_mut(s![3.., ..]).mapv_inplace(|x| 7.0 - x);
    let (after, _) = attention.forward(&moved);
    assert_eq!(after.slice(s![..3, ..]), y.slice(s![..3, ..]));
    assert_ne!(after.slice(s![3.., ..]), y.slice(s![3.., ..]));
}

#[test]
fn queries_of_zero_give_a_residue_of_rank_one() {
    let eye = Array2::eye(2);
    let zero = Array2::zeros((2, 2));
    let attention = Attention::new(zero, eye.clone(), eye.clone(), eye, 1);
    let (y, _) = attention.forward(&array![[1.0, 2.0], [3.0, 6.0]]);
    assert_eq!(y, array![[2.0, 4.0], [2.0, 4.0]]);
}

#[test]
#[should_panic(expected = "3 heads do not share 4 columns of queries evenly")]
fn heads_that_do_not_divide_the_columns_are_refused() {
    let _ = attention(4, 3, &mut Streams::new(0).stream("attention"));
}

#[test]
#[should_panic(expected = "all logits of row 1 are -inf: its softmax is not defined")]
fn a_row_without_a_key_is_refused() {
    let _ = softmax(&array![[0.0, 1.0], [f64::NEG_INFINITY, f64::NEG_INFINITY]]);
}

#[test]
fn large_logits_neither_overflow_nor_give_nan() {
    let p = softmax(&array![[1e4, -1e4, 1e4], [-1e4, -1e4, -1e4]]);
    let third = 1.0 / 3.0;
    assert_eq!(p, array![[0.5, 0.0, 0.5], [third, third, third]]);
}

#[test]
fn a_batch_norm_has_no_use_for_a_bias_before_it() {
    let mut rng = Streams::new(8).stream("batch");
    let mut dense = Dense::new(normal((4, 4), &mut rng), Activation::Identity);
    dense.bias = Array1::ones(4);
    let chain = Chain::default().then(dense).then(BatchNorm::new(4));
    let (_, cache) = chain.forward(&normal((6, 4), &mut rng));
    let pullback = chain.backward(&cache, &normal((6, 4), &mut rng));
    assert!(pullback.parameters[1].iter().all(|g| g.abs() < 1e-13));
}
