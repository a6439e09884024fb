//! Burn's own layers have the weights of the library, and with them the variance that the rule says.
//!
//! `weights_are` fails for a right initializer with probability below 1.5·10⁻⁸, whatever the seed.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{
    BatchNorm, BatchNormConfig, Embedding, EmbeddingConfig, Linear, LinearConfig, LinearLayout,
};
use burn::tensor::{DType, Device, Tensor};
use rand::Rng;
use unit_variance::evidence::weights_are;
use unit_variance::initializer::{FillError, KernelMut, Normal};
use unit_variance::{
    Constant, Convolution, Initializer, KernelOrder, Law, Layout, Orthogonal, Streams,
    VarianceScaling,
};
use unit_variance_burn::{Error, KernelLayout, RuleError, Rules, initialize, tensor};
use unit_variance_rules::weights;

fn he() -> VarianceScaling {
    VarianceScaling::he(Law::Normal)
}

fn device() -> Device {
    Device::default()
}

/// The numbers of a tensor, in `f32`.
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// A layer of Burn and the rules that fill it, as an initializer of matrices `(fan_in, fan_out)`.
struct Layer {
    /// The weight of a new layer that was filled, `(fan_in, fan_out)`.
    weight: fn((usize, usize), &Rules, Streams) -> Tensor<2>,
    rules: Rules,
}

impl Initializer for Layer {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        _layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        let shape = (kernel.shape()[0], kernel.shape()[1]);
        let weight = (self.weight)(shape, &self.rules, Streams::new(rng.next_u64()));
        let numbers = numbers(weight).into_iter();
        kernel.fill_as_f64(|mut view| {
            for (entry, number) in view.iter_mut().zip(numbers) {
                *entry = number.into();
            }
        });
        Ok(())
    }
}

fn linear((inputs, outputs): (usize, usize), rules: &Rules, streams: Streams) -> Tensor<2> {
    let layer = LinearConfig::new(inputs, outputs).init(&device());
    initialize(layer, rules, streams).unwrap().0.weight.val()
}

/// A layer that is kept the other way round on disk, and not in memory.
fn column_linear((inputs, outputs): (usize, usize), rules: &Rules, streams: Streams) -> Tensor<2> {
    let config = LinearConfig::new(inputs, outputs).with_layout(LinearLayout::Col);
    let layer = config.init(&device());
    initialize(layer, rules, streams).unwrap().0.weight.val()
}

/// A convolution of 3 by 3 taps.
fn convolution((terms, outputs): (usize, usize), rules: &Rules, streams: Streams) -> Tensor<2> {
    let layer = Conv2dConfig::new([terms / 9, outputs], [3, 3]).init(&device());
    let (layer, _) = initialize(layer, rules, streams).unwrap();
    layer.weight.val().reshape([outputs, terms]).transpose()
}

#[test]
fn a_linear_layer_has_the_variance_of_its_rule() {
    for weight in [linear, column_linear] {
        for rule in [
            he(),
            VarianceScaling::xavier(Law::Uniform),
            VarianceScaling::lecun(Law::TRUNCATED_NORMAL),
        ] {
            let rules = Rules::new().kernels("weight", rule);
            let found = weights_are(&Layer { weight, rules }, rule, (300, 200), Streams::new(1));
            assert!(found.holds(), "{rule:?}\n{found}");
        }
    }
}

#[test]
fn a_linear_layer_that_is_read_the_wrong_way_is_caught() {
    let rules = Rules::new().kernels_of("weight", Layout::OutIn, he());
    let weight = linear;
    let found = weights_are(&Layer { weight, rules }, he(), (300, 200), Streams::new(1));
    assert!(!found.scale.holds());
}

#[test]
fn a_convolution_has_the_variance_of_its_rule() {
    let is_he = |rules: Rules| {
        let layer = Layer {
            weight: convolution,
            rules,
        };
        weights_are(&layer, he(), (9 * 20, 100), Streams::new(1)).holds()
    };
    assert!(is_he(Rules::new().kernels("weight", he())));
    // Nine times the variance, where the taps are not counted.
    let uncounted = Normal::new(0.0, 0.1_f64.sqrt());
    assert!(!is_he(Rules::new().kernels("weight", uncounted)));
}

#[derive(Module, Debug)]
struct Model {
    embedding: Embedding,
    down: Conv2d,
    up: ConvTranspose2d,
    norm: BatchNorm,
    fc: Vec<Linear>,
    table: Param<Tensor<2>>,
}

fn model() -> Model {
    let device = device();
    let config = Conv2dConfig::new([4, 6], [3, 3]).with_groups(2);
    Model {
        embedding: EmbeddingConfig::new(10, 4).init(&device),
        down: config.init(&device),
        up: ConvTranspose2dConfig::new([6, 4], [4, 4])
            .with_stride([2, 2])
            .init(&device),
        norm: BatchNormConfig::new(6).init(&device),
        fc: (0..2)
            .map(|_| LinearConfig::new(6, 5).init(&device))
            .collect(),
        table: Param::from_tensor(Tensor::ones([3, 4], &device)),
    }
}

#[test]
fn every_parameter_has_the_bits_of_the_librarys_own_fill() {
    let xavier = VarianceScaling::xavier(Law::Uniform);
    let (rotation, normal) = (Orthogonal::new(2_f64.sqrt()), Normal::new(0.0, 0.5));
    let before = model();
    let rules = Rules::new()
        .kernels_of("embedding.*", Layout::InOut, normal)
        .kernels_of("down.*", before.down.layout(), xavier)
        .kernels_of("up.*", before.up.layout(), xavier)
        .kernels("fc.*.weight", rotation)
        .vectors("fc.1.bias", normal)
        .keep("table");
    let (model, filled) = initialize(before, &rules, Streams::new(3)).unwrap();

    let expected = |name: &str, initializer: &dyn Initializer, shape: &[usize], layout| {
        let mut stream = Streams::new(3).stream(name);
        weights::<f32>(initializer, shape, layout, &mut stream).unwrap()
    };
    let down = Convolution::new(KernelOrder::OutInSpace).groups(2).into();
    let up = Convolution::new(KernelOrder::InOutSpace)
        .stride(2)
        .transposed();
    let in_out = Layout::InOut;
    let pairs = [
        (
            numbers(model.embedding.weight.val()),
            expected("embedding.weight", &normal, &[10, 4], in_out),
        ),
        (
            numbers(model.down.weight.val()),
            expected("down.weight", &xavier, &[6, 2, 3, 3], down),
        ),
        (
            numbers(model.up.weight.val()),
            expected("up.weight", &xavier, &[6, 4, 4, 4], up.into()),
        ),
        (
            numbers(model.fc[0].weight.val()),
            expected("fc.0.weight", &rotation, &[6, 5], in_out),
        ),
        (
            numbers(model.fc[1].bias.as_ref().unwrap().val()),
            expected("fc.1.bias", &normal, &[5], Layout::Bias),
        ),
        (numbers(model.table.val()), vec![1.0; 12]),
        (numbers(model.norm.gamma.val()), vec![1.0; 6]),
    ];
    for (found, expected) in pairs {
        assert_eq!(found, expected);
    }
    assert_eq!(
        filled.filled,
        [
            "embedding.weight",
            "down.weight",
            "up.weight",
            "fc.0.weight",
            "fc.1.weight",
            "fc.1.bias"
        ]
    );
    assert!(filled.kept.contains(&"norm.running_mean".to_owned()));
}

#[test]
fn a_transposed_convolution_is_known_by_its_struct() {
    // 4 · 16 weights lead out of an input and 6 · 16 into an output: `transposed` and not its mirror image.
    let rules = Rules::new().kernels("up.weight", VarianceScaling::he(Law::Uniform));
    let (model, _) = initialize(model(), &rules, Streams::new(2)).unwrap();
    let bound = (6.0_f32 / 96.0).sqrt();
    let largest: f32 = model.up.weight.val().abs().max().into_scalar();
    assert!(
        (0.9 * bound..=bound).contains(&largest),
        "{largest} of {bound}"
    );
}

#[test]
fn a_new_tensor_is_the_parameter_of_its_name() {
    let layer = LinearConfig::new(7, 4).init(&device());
    let rules = Rules::new().kernels("weight", he());
    let (layer, _) = initialize(layer, &rules, Streams::new(5)).unwrap();
    let mut stream = Streams::new(5).stream("weight");
    let new = tensor(
        &he(),
        [7, 4],
        Layout::InOut,
        DType::F32,
        &device(),
        &mut stream,
    )
    .unwrap();
    assert_eq!(numbers(layer.weight.val()), numbers(new));
}

#[test]
fn a_parameter_keeps_its_type_and_holds_the_f64_weights_rounded_once() {
    let of = |dtype: DType| {
        let mut stream = Streams::new(5).stream("w");
        tensor(&he(), [7, 4], Layout::InOut, dtype, &device(), &mut stream).unwrap()
    };
    let double: Vec<f64> = of(DType::F64).into_data().try_into_vec().unwrap();
    let rounded: Vec<f32> = double.iter().map(|&w| w as f32).collect();
    assert_eq!(numbers(of(DType::F32)), rounded);

    let table = Param::from_tensor(Tensor::<2>::zeros([7, 4], (&device(), DType::F64)));
    let model = Model { table, ..model() };
    let rules = Rules::new().kernels_of("table", Layout::InOut, he());
    let (model, _) = initialize(model, &rules, Streams::new(5)).unwrap();
    let mut stream = Streams::new(5).stream("table");
    let expected = weights::<f64>(&he(), &[7, 4], Layout::InOut, &mut stream).unwrap();
    let found: Vec<f64> = model.table.val().into_data().try_into_vec().unwrap();
    assert_eq!(found, expected);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let error = |rules: Rules| initialize(model(), &rules, Streams::new(1)).unwrap_err();
    assert_eq!(
        error(Rules::new().kernels("embedding.weight", he())),
        Error::Rule(RuleError::NoLayout {
            name: "embedding.weight".to_owned(),
            shape: vec![10, 4]
        })
    );
    assert_eq!(
        error(Rules::new().kernels_of("table", Layout::IntoHeads, he())).to_string(),
        "`table`: an attention kernel has three axes, but this one has shape [3, 4]"
    );
    assert!(matches!(
        error(Rules::new().vectors("fc.0.bias", Constant(1e39))),
        Error::Rule(RuleError::Fill {
            error: FillError::Range { .. },
            ..
        })
    ));
    assert!(matches!(
        error(Rules::new().kernels("fc.7.weight", he())),
        Error::Rule(RuleError::Unused { .. })
    ));

    let mut stream = Streams::new(0).stream("w");
    let mut new = |shape, dtype| {
        tensor(&he(), shape, Layout::InOut, dtype, &device(), &mut stream).unwrap_err()
    };
    assert!(matches!(new([2, 0], DType::F32), Error::Fill(_)));
    assert_eq!(new([2, 3], DType::I64), Error::DType(DType::I64));
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(new([2, 3], DType::U8));
    assert!(error.to_string().contains("U8"));
}

#[test]
fn gradients_reach_the_parameters_that_were_filled() {
    let device = device().autodiff();
    let layer = LinearConfig::new(3, 1).init(&device);
    let rules = Rules::new()
        .kernels("weight", Constant(2.0))
        .vectors("bias", Constant::ZERO);
    let (layer, _) = initialize(layer, &rules, Streams::new(0)).unwrap();
    let x = Tensor::<2>::from_floats([[1.0, 3.0, 5.0]], &device);
    let y = layer.forward(x).sum();
    assert_eq!(y.clone().into_scalar::<f32>(), 18.0);
    let gradients = y.backward();
    let gradient = layer.weight.val().grad(&gradients);
    assert_eq!(
        numbers(gradient.expect("the weight requires a gradient")),
        [1.0, 3.0, 5.0]
    );

    // What does not require one is filled, too, and still does not.
    let frozen = LinearConfig::new(3, 1).init(&device).no_grad();
    let (frozen, _) = initialize(frozen, &rules, Streams::new(0)).unwrap();
    assert_eq!(numbers(frozen.weight.val()), [2.0; 3]);
    assert!(!frozen.weight.val().is_require_grad());
}
