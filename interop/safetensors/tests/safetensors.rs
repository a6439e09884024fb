//! A file holds what its list says, and the variance that its rules say.
//!
//! `weights_are` fails for a right initializer with probability below 1.5·10⁻⁸, whatever the seed.

use rand::Rng;
use safetensors::{Dtype, SafeTensors};
use unit_variance::evidence::weights_are;
use unit_variance::initializer::{FillError, KernelMut, Named};
use unit_variance::{Initializer, Law, Layout, Streams, VarianceScaling};
use unit_variance_safetensors::{Error, Model, Parameter, values};

fn parameter(name: &str, shape: &[usize], initializer: &str, layout: Option<Layout>) -> Parameter {
    Parameter {
        name: name.to_owned(),
        shape: shape.to_vec(),
        initializer: initializer.parse().unwrap(),
        layout,
        dtype: Dtype::F32,
    }
}

fn model(parameters: &[Parameter]) -> Model {
    let parameters = parameters.to_vec();
    Model {
        seed: 7,
        parameters,
    }
}

/// A file with one kernel `(in, out)`, as an initializer.
struct Written(Named, Dtype);

impl Initializer for Written {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        let (initializer, dtype) = (self.0, self.1);
        let weight = Parameter {
            name: "w".to_owned(),
            shape: kernel.shape().to_vec(),
            initializer,
            layout: Some(layout),
            dtype,
        };
        let model = Model {
            seed: rng.next_u64(),
            parameters: vec![weight],
        };
        let bytes = model.serialize().unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let numbers = values(&file.tensor("w").unwrap()).unwrap().into_iter();
        kernel.fill_as_f64(|mut view| {
            for (entry, number) in view.iter_mut().zip(numbers) {
                *entry = number;
            }
        });
        Ok(())
    }
}

#[test]
fn a_file_has_the_variance_of_its_rules() {
    let rules = [
        VarianceScaling::he(Law::Normal),
        VarianceScaling::xavier(Law::Uniform),
        VarianceScaling::pytorch_linear(),
    ];
    for rule in rules {
        let written = Written(rule.into(), Dtype::F32);
        let found = weights_are(&written, rule, (300, 200), Streams::new(1));
        assert!(found.holds(), "{rule:?}\n{found}");
    }
    // Eight bits are few for the shape of a law, and plenty for its scale.
    let (he, lecun) = (rules[0], VarianceScaling::lecun(Law::Normal));
    for dtype in [Dtype::F16, Dtype::BF16] {
        let scale = |claimed| {
            let written = Written(he.into(), dtype);
            weights_are(&written, claimed, (300, 200), Streams::new(1)).scale
        };
        assert!(scale(he).holds());
        assert!(!scale(lecun).holds());
    }
}

#[test]
fn a_file_holds_the_f64_weights_rounded_once() {
    let he = VarianceScaling::he(Law::Uniform);
    let mut weights = vec![0_f64; 6 * 5];
    let mut stream = Streams::new(7).stream("fc.weight");
    he.fill(
        KernelMut::of(&mut weights, &[6, 5]),
        Layout::OutIn,
        &mut stream,
    );

    let of = |dtype| {
        let weight = parameter("fc.weight", &[6, 5], "he/uniform", Some(Layout::OutIn));
        let bias = parameter("fc.bias", &[6], "zeros", None);
        let bytes = model(&[bias, Parameter { dtype, ..weight }])
            .serialize()
            .unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensor = file.tensor("fc.weight").unwrap();
        assert_eq!((tensor.dtype(), tensor.shape()), (dtype, &[6, 5][..]));
        assert_eq!(values(&file.tensor("fc.bias").unwrap()).unwrap(), [0.0; 6]);
        values(&tensor).unwrap()
    };
    assert_eq!(of(Dtype::F64), weights);
    let single: Vec<f64> = weights.iter().map(|&w| (w as f32).into()).collect();
    assert_eq!(of(Dtype::F32), single);
    // The nearest of the numbers of 11 and of 8 bits: no other is as near.
    for (dtype, bits) in [(Dtype::F16, 11), (Dtype::BF16, 8)] {
        for (rounded, weight) in of(dtype).into_iter().zip(&weights) {
            assert!(
                (rounded - weight).abs() <= weight.abs() / f64::from(1 << bits),
                "{dtype}"
            );
        }
    }
}

#[test]
fn a_tensor_does_not_depend_on_the_rest_of_the_file() {
    let weight = parameter("w", &[4, 3], "orthogonal", Some(Layout::InOut));
    let other = parameter("a", &[40, 30], "he", Some(Layout::InOut));
    let of = |model: Model| {
        let bytes = model.serialize().unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        values(&file.tensor("w").unwrap()).unwrap()
    };
    let alone = of(model(std::slice::from_ref(&weight)));
    assert_eq!(alone, of(model(&[other.clone(), weight.clone()])));
    assert_ne!(
        alone,
        of(Model {
            seed: 8,
            ..model(&[weight])
        })
    );
}

#[test]
fn a_file_is_the_same_each_time_and_says_what_it_was_written_from() {
    let weight = parameter("w", &[4, 3], "orthogonal:1.5", Some(Layout::InOut));
    let model = model(&[weight, parameter("b", &[3], "normal:0.02", None)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.write(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes, model.serialize().unwrap());
    assert_eq!(Model::of(&bytes).unwrap(), model);
}

#[test]
fn what_was_changed_in_a_file_is_named() {
    let weight = |name| parameter(name, &[4, 3], "he", Some(Layout::InOut));
    let names = ["same", "scaled", "precision", "gone"];
    let before = model(&names.map(weight));
    let after = model(&[
        weight("same"),
        parameter("scaled", &[4, 3], "3/n", Some(Layout::InOut)),
        Parameter {
            dtype: Dtype::F64,
            ..weight("precision")
        },
        weight("new"),
    ]);
    let bytes = after.serialize().unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert!(after.differences(&file).unwrap().is_empty());
    let different = before.differences(&file).unwrap();
    assert_eq!(different, ["gone", "new", "precision", "scaled"]);
}

#[test]
fn what_is_wrong_in_a_list_is_an_error() {
    let error = |parameters: &[Parameter]| model(parameters).serialize().unwrap_err();
    let of = |shape: &[usize], initializer, layout| {
        error(&[parameter("w", shape, initializer, layout)]).to_string()
    };
    assert_eq!(
        of(&[2, 3], "he", None),
        "`w` of shape [2, 3] needs a layout: only a parameter of one axis can do without"
    );
    assert_eq!(
        of(&[2, 3, 4], "he", Some(Layout::OutIn)),
        "`w`: a dense kernel has two axes, but this one has shape [2, 3, 4]"
    );
    assert_eq!(
        of(&[0], "zeros", None),
        "`w`: fans must be positive, but the kernel has shape [0]"
    );
    assert!(of(&[2, 3], "normal:1e39", Some(Layout::OutIn)).starts_with("`w`: f32 cannot hold"));
    let too_many = of(&[usize::MAX, 9], "zeros", Some(Layout::OutIn));
    assert!(too_many.contains("has too many entries"), "{too_many}");

    let bias = |name| parameter(name, &[3], "zeros", None);
    assert!(matches!(error(&[bias("b"), bias("b")]), Error::Twice(name) if name == "b"));
    assert!(matches!(error(&[bias("__metadata__")]), Error::Reserved));
    let dtype = Dtype::I32;
    let integers = Parameter { dtype, ..bias("b") };
    assert_eq!(
        error(&[integers]).to_string(),
        "weights are kept in F64, F32, F16 or BF16, but `b` has I32"
    );
}

#[test]
fn a_list_with_an_unknown_word_is_refused() {
    let read = |text: &str| serde_json::from_str::<Parameter>(text).map_err(|it| it.to_string());
    let text = r#"{"name": "b", "shape": [3], "initializer": "zeros"}"#;
    assert!(read(text).is_ok());
    for wrong in [
        text.replace("zeros", "hee"),
        text.replace('}', r#", "layuot": "OutIn"}"#),
        text.replace('}', r#", "dtype": "FP32"}"#),
    ] {
        assert!(read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_of_somebody_else_says_nothing_of_its_model() {
    let bytes = [0x02, 0, 0, 0, 0, 0, 0, 0, b'{', b'}'];
    assert!(matches!(Model::of(&bytes), Err(Error::NoModel)));
    assert!(matches!(Model::of(&[1, 2]), Err(Error::SafeTensors(_))));
    let error: Box<dyn std::error::Error + Send + Sync> = Model::of(&bytes).unwrap_err().into();
    assert!(error.to_string().contains("`unit-variance`"));
}
