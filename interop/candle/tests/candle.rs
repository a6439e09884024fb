//! Candle's own layers have the weights of the library, and with them the variance that the rule says.
//!
//! `weights_are` fails for a right initializer with probability below 1.5·10⁻⁸, whatever the seed.

use candle_core::{DType, Device, Module, Tensor, Var};
use candle_nn::{Conv2dConfig, VarBuilder, VarMap};
use rand::Rng;
use unit_variance::evidence::weights_are;
use unit_variance::initializer::{FillError, KernelMut, Normal};
use unit_variance::{
    Constant, Convolution, Initializer, KernelOrder, Law, Layout, Orthogonal, Streams,
    VarianceScaling,
};
use unit_variance_candle::{
    Error, KernelLayout, RuleError, Rules, initialize, tensor, usual_layout,
};
use unit_variance_rules::weights;

const CPU: Device = Device::Cpu;
fn he() -> VarianceScaling {
    VarianceScaling::he(Law::Normal)
}

fn builder(varmap: &VarMap, dtype: DType) -> VarBuilder<'_> {
    VarBuilder::from_varmap(varmap, dtype, &CPU)
}

/// The numbers of a tensor, in `f64`.
fn numbers(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.flatten_all().unwrap().to_dtype(DType::F64).unwrap();
    flat.to_vec1().unwrap()
}

/// A layer of Candle and the rules that fill it, as an initializer of matrices `(fan_in, fan_out)`.
struct Layer {
    /// The weight of a new layer that was filled, `(fan_out, fan_in)`.
    weight: fn((usize, usize), &Rules, Streams) -> Tensor,
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
        let numbers = numbers(&weight.t().unwrap()).into_iter();
        kernel.fill_as_f64(|mut view| {
            for (entry, number) in view.iter_mut().zip(numbers) {
                *entry = number;
            }
        });
        Ok(())
    }
}

/// The weight of a linear layer, `(out, in)`.
fn linear((inputs, outputs): (usize, usize), rules: &Rules, streams: Streams) -> Tensor {
    let varmap = VarMap::new();
    let layer = candle_nn::linear(inputs, outputs, builder(&varmap, DType::F32).pp("fc")).unwrap();
    initialize(&varmap, rules, streams).unwrap();
    layer.weight().clone()
}

/// The kernel of a convolution of 3 by 3 taps, `(out, 9 in)`.
fn convolution((terms, outputs): (usize, usize), rules: &Rules, streams: Streams) -> Tensor {
    let varmap = VarMap::new();
    let builder = builder(&varmap, DType::F32).pp("conv");
    let layer = candle_nn::conv2d(terms / 9, outputs, 3, Conv2dConfig::default(), builder).unwrap();
    initialize(&varmap, rules, streams).unwrap();
    layer.weight().reshape((outputs, terms)).unwrap()
}

#[test]
fn a_linear_layer_has_the_variance_of_its_rule() {
    for law in [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL] {
        for rule in [VarianceScaling::he(law), VarianceScaling::xavier(law)] {
            let (weight, rules) = (linear, Rules::new().kernels("fc.weight", rule));
            let found = weights_are(&Layer { weight, rules }, rule, (300, 200), Streams::new(1));
            assert!(found.holds(), "{rule:?}\n{found}");
        }
    }
}

#[test]
fn a_linear_layer_that_is_read_the_wrong_way_is_caught() {
    let rules = Rules::new().kernels_of("fc.weight", Layout::InOut, he());
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
    assert!(is_he(Rules::new().kernels("conv.weight", he())));
    // Nine times the variance, where the taps are not counted.
    let uncounted = Normal::new(0.0, 0.1_f64.sqrt());
    assert!(!is_he(Rules::new().kernels("conv.weight", uncounted)));
}

#[test]
fn every_variable_has_the_bits_of_the_librarys_own_fill_in_every_precision() {
    for dtype in [DType::F64, DType::F32, DType::F16, DType::BF16] {
        let varmap = VarMap::new();
        let builder = builder(&varmap, dtype);
        let config = Conv2dConfig {
            groups: 2,
            ..Default::default()
        };
        let conv = candle_nn::conv2d(4, 6, 3, config, builder.pp("conv")).unwrap();
        let fc = candle_nn::linear(6, 5, builder.pp("fc")).unwrap();
        let xavier = VarianceScaling::xavier(Law::Uniform);
        let rules = Rules::new()
            .kernels_of("conv.weight", config.layout(), xavier)
            .kernels("fc.weight", Orthogonal::new(2_f64.sqrt()))
            .vectors("*.bias", Normal::new(0.0, 0.5));
        initialize(&varmap, &rules, Streams::new(3)).unwrap();

        let same = |tensor: &Tensor, name: &str, initializer: &dyn Initializer, shape, layout| {
            let mut stream = Streams::new(3).stream(name);
            let expected: Vec<f64> = match dtype {
                DType::F64 => weights::<f64>(initializer, shape, layout, &mut stream).unwrap(),
                DType::F32 => wide(weights::<f32>(initializer, shape, layout, &mut stream)),
                DType::F16 => wide(weights::<half::f16>(
                    initializer,
                    shape,
                    layout,
                    &mut stream,
                )),
                _ => wide(weights::<half::bf16>(
                    initializer,
                    shape,
                    layout,
                    &mut stream,
                )),
            };
            assert_eq!(tensor.dtype(), dtype);
            assert_eq!(numbers(tensor), expected, "{name} {dtype:?}");
        };
        let grouped = Convolution::new(KernelOrder::OutInSpace).groups(2).into();
        let (normal, orthogonal) = (Normal::new(0.0, 0.5), Orthogonal::new(2_f64.sqrt()));
        same(
            conv.weight(),
            "conv.weight",
            &xavier,
            &[6, 2, 3, 3],
            grouped,
        );
        same(
            conv.bias().unwrap(),
            "conv.bias",
            &normal,
            &[6],
            Layout::Bias,
        );
        same(
            fc.weight(),
            "fc.weight",
            &orthogonal,
            &[5, 6],
            Layout::OutIn,
        );
        same(fc.bias().unwrap(), "fc.bias", &normal, &[5], Layout::Bias);
    }
}

fn wide<T: Into<f64>>(weights: Result<Vec<T>, FillError>) -> Vec<f64> {
    weights.unwrap().into_iter().map(Into::into).collect()
}

#[test]
fn a_new_tensor_is_the_variable_of_its_name() {
    let varmap = VarMap::new();
    let layer = candle_nn::linear(7, 4, builder(&varmap, DType::F32).pp("fc")).unwrap();
    let rules = Rules::new().kernels("fc.weight", he());
    initialize(&varmap, &rules, Streams::new(5)).unwrap();
    let mut stream = Streams::new(5).stream("fc.weight");
    let new = tensor(&he(), (4, 7), Layout::OutIn, DType::F32, &CPU, &mut stream).unwrap();
    assert_eq!(numbers(layer.weight()), numbers(&new));
}

#[test]
fn a_variable_does_not_depend_on_the_rest_of_the_model() {
    let weight = |others: usize| {
        let varmap = VarMap::new();
        for other in 0..others {
            let builder = builder(&varmap, DType::F32).pp(format!("a{other}"));
            candle_nn::linear(5, 5, builder).unwrap();
        }
        let layer = candle_nn::linear(5, 5, builder(&varmap, DType::F32).pp("fc")).unwrap();
        let rules = Rules::new().kernels("*", he());
        initialize(&varmap, &rules, Streams::new(1)).unwrap();
        numbers(layer.weight())
    };
    assert_eq!(weight(0), weight(3));
}

#[test]
fn what_no_rule_names_stays_and_is_listed() {
    let varmap = VarMap::new();
    let builder = builder(&varmap, DType::F32);
    let norm = candle_nn::layer_norm(4, 1e-5, builder.pp("norm")).unwrap();
    let embedding = candle_nn::embedding(10, 4, builder.pp("embedding")).unwrap();
    candle_nn::linear(4, 4, builder.pp("fc")).unwrap();
    let before = numbers(embedding.embeddings());
    let rules = Rules::new().keep("embedding.*").kernels("*.weight", he());
    let done = initialize(&varmap, &rules, Streams::new(1)).unwrap();
    assert_eq!(done.filled, ["fc.weight"]);
    let kept = ["embedding.weight", "fc.bias", "norm.bias", "norm.weight"];
    assert_eq!(done.kept, kept);
    assert_eq!(numbers(embedding.embeddings()), before);
    assert_eq!(numbers(norm.weight()), [1.0; 4]);
}

#[test]
fn a_model_that_cannot_be_filled_as_a_whole_is_left_as_it_was() {
    let varmap = VarMap::new();
    let layer = candle_nn::linear(4, 3, builder(&varmap, DType::F32).pp("a")).unwrap();
    candle_nn::linear(4, 3, builder(&varmap, DType::F32).pp("b")).unwrap();
    let count = Var::zeros((2, 2), DType::U32, &CPU).unwrap();
    varmap
        .data()
        .lock()
        .unwrap()
        .insert("count".to_owned(), count);
    let before = numbers(layer.weight());
    let error = |rules: Rules| {
        let error = initialize(&varmap, &rules, Streams::new(1)).unwrap_err();
        assert_eq!(numbers(layer.weight()), before);
        error
    };
    let heads =
        Rules::new()
            .kernels("a.weight", he())
            .kernels_of("b.weight", Layout::IntoHeads, he());
    assert_eq!(
        error(heads).to_string(),
        "`b.weight`: an attention kernel has three axes, but this one has shape [3, 4]"
    );
    let too_large = Rules::new()
        .kernels("a.weight", he())
        .vectors("b.bias", Constant(1e39));
    assert!(matches!(
        error(too_large),
        Error::Rule(RuleError::Fill {
            error: FillError::Range { .. },
            ..
        })
    ));
    let mistaken = Rules::new().kernels("a.weight", he()).kernels("c.*", he());
    assert!(matches!(
        error(mistaken),
        Error::Rule(RuleError::Unused { .. })
    ));
    assert!(matches!(
        error(Rules::new().kernels("*", he())),
        Error::DType(DType::U32)
    ));
}

#[test]
fn a_tensor_that_cannot_be_is_an_error() {
    let new = |shape: &[usize], dtype| {
        let mut stream = Streams::new(0).stream("w");
        tensor(&he(), shape, Layout::OutIn, dtype, &CPU, &mut stream).unwrap_err()
    };
    assert_eq!(
        new(&[2, 3, 4], DType::F32).to_string(),
        "a dense kernel has two axes, but this one has shape [2, 3, 4]"
    );
    assert!(matches!(new(&[2, 0], DType::F32), Error::Fill(_)));
    assert!(matches!(new(&[2, 3], DType::I64), Error::DType(DType::I64)));
    assert_eq!(usual_layout(1), None);
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(new(&[2, 3], DType::U8));
    assert!(error.to_string().contains("U8"));
}

#[test]
fn gradients_reach_the_variables_that_were_filled() {
    let varmap = VarMap::new();
    let layer = candle_nn::linear(3, 1, builder(&varmap, DType::F32).pp("fc")).unwrap();
    let rules = Rules::new()
        .kernels("*", Constant(2.0))
        .vectors("*", Constant::ZERO);
    initialize(&varmap, &rules, Streams::new(0)).unwrap();
    let x = Tensor::new(&[[1_f32, 3.0, 5.0]], &CPU).unwrap();
    let y = layer.forward(&x).unwrap();
    assert_eq!(numbers(&y), [18.0]);
    let gradients = y.sum_all().unwrap().backward().unwrap();
    let gradient = gradients
        .get(layer.weight())
        .expect("the weight is a variable");
    assert_eq!(numbers(gradient), [1.0, 3.0, 5.0]);
}
