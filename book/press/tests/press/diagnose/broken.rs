//! Networks that are broken in one way each: the fault is named, and no other.

use ndarray::{Array2, s};
use unit_variance::diagnosis::Level;
use unit_variance::matrix::product;
use unit_variance::{Fan, Law, VarianceScaling};

use super::{Writer, draw, has_recipe, he, kinds, tensor};

const SIZES: [(usize, usize); 3] = [(160, 128), (128, 96), (96, 10)];

/// Three layers of PyTorch's names.
pub(super) fn mlp(mut layer: impl FnMut(usize, (usize, usize)) -> Array2<f64>) -> Writer {
    let mut file = Writer::new(Some("pt"));
    for (i, shape) in SIZES.into_iter().enumerate() {
        file.out_in(&format!("layers.{i}.weight"), &layer(i, shape));
        file.add(
            &format!("layers.{i}.bias"),
            &[shape.1],
            "F32",
            vec![0.0; shape.1],
        );
    }
    file
}

pub(super) fn weights(numbers: &[usize]) -> Vec<String> {
    numbers
        .iter()
        .map(|i| format!("layers.{i}.weight"))
        .collect()
}

/// The only fault of the file is this one, of these tensors.
#[track_caller]
fn has_only(file: &Writer, kind: &str, tensors: &[String]) {
    let diagnosis = file.diagnosis();
    let faults = kinds(&diagnosis, Level::Fault);
    assert_eq!(
        faults,
        [(kind.to_owned(), tensors.to_vec())],
        "{:?}",
        diagnosis.verdicts
    );
}

#[test]
fn a_healthy_one_has_none() {
    let diagnosis = mlp(|i, shape| he(shape, &i.to_string())).diagnosis();
    assert!(!diagnosis.has_fault(), "{:?}", diagnosis.verdicts);
    for name in weights(&[0, 1, 2]) {
        has_recipe(&diagnosis, &name, "he normal fan_in");
        assert_eq!(
            tensor(&diagnosis, &name).scheme.as_deref(),
            Some("he normal fan_in")
        );
    }
}

#[test]
fn a_standard_deviation_taken_for_a_bound() {
    let uniform = VarianceScaling::new(2.0 / 3.0, Fan::In, Law::Uniform);
    let file = mlp(|i, shape| draw(uniform, shape, &i.to_string()));
    has_only(&file, "bound_without_sqrt3", &weights(&[0, 1, 2]));
}

#[test]
fn a_gain_applied_twice() {
    for law in [Law::Normal, Law::Uniform] {
        let twice = VarianceScaling::new(4.0, Fan::In, law);
        let file = mlp(|i, shape| draw(twice, shape, &i.to_string()));
        has_only(&file, "scale_twice", &weights(&[0, 1, 2]));
    }
}

#[test]
fn a_cut_that_is_not_made_up_for_is_a_fault_and_haikus_default_a_note() {
    let kept = 0.879_625_661_034_239_8_f64.powi(2);
    let he = VarianceScaling::new(2.0 * kept, Fan::In, Law::TRUNCATED_NORMAL);
    let file = mlp(|i, shape| draw(he, shape, &i.to_string()));
    has_only(&file, "truncation_not_corrected", &weights(&[0, 1, 2]));

    let lecun = VarianceScaling::new(kept, Fan::In, Law::TRUNCATED_NORMAL);
    let mut haiku = Writer::new(None);
    haiku.in_out("first/w", &draw(lecun, (128, 128), "a"));
    haiku.in_out("last/w", &draw(lecun, (128, 10), "b"));
    let diagnosis = haiku.diagnosis();
    assert!(!diagnosis.has_fault());
    assert_eq!(
        kinds(&diagnosis, Level::Note)[0].0,
        "truncation_not_corrected"
    );
    has_recipe(&diagnosis, "first/w", "lecun truncated 2, not corrected");
}

#[test]
fn a_filter_for_one_channel_scaled_by_all() {
    let mut file = Writer::new(Some("keras"));
    let rule = VarianceScaling::new(2.0 / 513.0, Fan::In, Law::Uniform);
    file.add(
        "depthwise_conv2d/kernel",
        &[3, 3, 512, 1],
        "F32",
        draw(rule, (9, 512), "d"),
    );
    has_only(
        &file,
        "fan_counts_channels",
        &["depthwise_conv2d/kernel".to_owned()],
    );
}

#[test]
fn a_generator_that_is_seeded_anew() {
    // As PyTorch draws them, (out, in).
    let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
    let file =
        mlp(|_, (inputs, outputs)| draw(he, (outputs, inputs), "the same stream").reversed_axes());
    has_only(&file, "same_stream", &weights(&[0, 1, 2]));
}

#[test]
fn copies_of_one_layer_with_their_biases() {
    let mut file = Writer::new(Some("pt"));
    let one = he((64, 64), "one");
    for i in 0..3 {
        file.out_in(&format!("layers.{i}.fc.weight"), &one);
        file.add(&format!("layers.{i}.fc.bias"), &[64], "F32", vec![0.0; 64]);
    }
    file.out_in("head.weight", &he((64, 10), "head"));
    let all: Vec<String> = (0..3)
        .flat_map(|i| ["bias", "weight"].map(|part| format!("layers.{i}.fc.{part}")))
        .collect();
    let diagnosis = file.diagnosis();
    let faults = kinds(&diagnosis, Level::Fault);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].0, "identical_layers");
    let mut named = faults[0].1.clone();
    named.sort();
    assert_eq!(named, all);
}

#[test]
fn one_tensor_with_two_names_is_a_note() {
    let mut file = Writer::new(Some("pt"));
    let words = draw(
        VarianceScaling::new(0.0004 * 64.0, Fan::In, Law::Normal),
        (64, 300),
        "words",
    );
    file.out_in("wte.weight", &words);
    file.out_in("lm_head.weight", &words);
    let diagnosis = file.diagnosis();
    assert!(!diagnosis.has_fault());
    assert!(
        kinds(&diagnosis, Level::Note)
            .iter()
            .any(|(kind, _)| kind == "tied")
    );
}

#[test]
fn equal_units_zero_units_and_a_rank() {
    let half = mlp(|i, shape| {
        let mut weight = he(shape, &i.to_string());
        if i == 0 {
            let first = weight.slice(s![.., ..64]).to_owned();
            weight.slice_mut(s![.., 64..]).assign(&first);
        }
        weight
    });
    let diagnosis = half.diagnosis();
    let faults = kinds(&diagnosis, Level::Fault);
    assert_eq!(
        faults
            .iter()
            .map(|(kind, _)| kind.as_str())
            .collect::<Vec<_>>(),
        ["identical_units", "rank"]
    );
    assert!(
        diagnosis.verdicts[0]
            .message
            .contains("128 units, 64 distinct"),
        "{:?}",
        diagnosis.verdicts
    );
    assert!(tensor(&diagnosis, "layers.0.weight").recipes.is_empty());

    let dead = mlp(|i, shape| {
        let mut weight = he(shape, &i.to_string());
        if i == 1 {
            weight.slice_mut(s![.., 40..44]).fill(0.0);
        }
        weight
    });
    has_only(&dead, "identical_units", &weights(&[1]));
    assert!(dead.diagnosis().verdicts[0].message.contains("40 to 43"));

    let thin = mlp(|i, shape| match i {
        0 => product(&he((160, 16), "a"), &he((16, 128), "b")),
        _ => he(shape, &i.to_string()),
    });
    has_only(&thin, "rank", &weights(&[0]));
    assert!(
        thin.diagnosis().verdicts[0]
            .message
            .contains("Rank 16 of 128")
    );
}

#[test]
fn a_constant_matrix_and_zeros_at_the_end() {
    let constant = mlp(|i, shape| {
        if i == 1 {
            Array2::from_elem(shape, 0.05)
        } else {
            he(shape, &i.to_string())
        }
    });
    let diagnosis = constant.diagnosis();
    assert_eq!(
        kinds(&diagnosis, Level::Fault)[0],
        ("constant_matrix".to_owned(), weights(&[1]))
    );
    let zero = mlp(|i, shape| {
        if i == 2 {
            Array2::zeros(shape)
        } else {
            he(shape, &i.to_string())
        }
    });
    let diagnosis = zero.diagnosis();
    assert!(!diagnosis.has_fault());
    assert_eq!(
        kinds(&diagnosis, Level::Note)[0],
        ("zero_output".to_owned(), weights(&[2]))
    );
    let middle = mlp(|i, shape| {
        if i == 1 {
            Array2::zeros(shape)
        } else {
            he(shape, &i.to_string())
        }
    });
    has_only(&middle, "constant_matrix", &weights(&[1]));
}

#[test]
fn a_mean_that_is_not_zero() {
    let uniform = VarianceScaling::new(1.0 / 12.0, Fan::In, Law::Uniform);
    let file = mlp(|i, shape| {
        let weight = draw(uniform, shape, &i.to_string());
        if i < 2 {
            weight + 0.5 / (shape.0 as f64).sqrt()
        } else {
            he(shape, "2")
        }
    });
    let faults = kinds(&file.diagnosis(), Level::Fault);
    assert_eq!(
        faults,
        weights(&[0, 1]).map_each(|name| ("mean".to_owned(), vec![name]))
    );
}

/// A vector made of another.
trait MapEach<T> {
    fn map_each<U>(self, f: impl Fn(T) -> U) -> Vec<U>;
}

impl<T> MapEach<T> for Vec<T> {
    fn map_each<U>(self, f: impl Fn(T) -> U) -> Vec<U> {
        self.into_iter().map(f).collect()
    }
}

#[test]
fn values_that_are_no_numbers_have_a_place() {
    let file = mlp(|i, shape| {
        let mut weight = he(shape, &i.to_string());
        if i == 0 {
            weight[(5, 3)] = f64::NAN;
            weight[(7, 7)] = f64::INFINITY;
        }
        weight
    });
    has_only(&file, "non_finite", &weights(&[0]));
    let diagnosis = file.diagnosis();
    let message = &diagnosis.verdicts[0].message;
    assert!(
        message.contains("1 NaN, the first at [3, 5]")
            && message.contains("1 infinite, the first at [7, 7]"),
        "{message}"
    );
    let text = serde_json::to_string(&diagnosis).expect("it can be written");
    assert!(text.contains("\"mean\":null"));
}
