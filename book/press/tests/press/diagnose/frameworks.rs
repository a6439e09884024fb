//! What the frameworks draw by default: the rule is in the set, and nothing is a fault.

use ndarray::Array2;
use unit_variance::diagnosis::{Diagnosis, Level};
use unit_variance::initializer::Siren;
use unit_variance::{Fan, Initializer, Law, Orthogonal, Streams, VarianceScaling};

use super::{Writer, draw, has_recipe, kinds, tensor};

fn healthy(file: &Writer) -> Diagnosis {
    let diagnosis = file.diagnosis();
    assert!(!diagnosis.has_fault(), "{:?}", diagnosis.verdicts);
    diagnosis
}

#[test]
fn pytorchs_linear_layers_with_their_biases() {
    let mut file = Writer::new(Some("pt"));
    let default = VarianceScaling::pytorch_linear();
    for (i, shape) in [(196, 128), (128, 64), (64, 10)].into_iter().enumerate() {
        file.out_in(
            &format!("layers.{i}.weight"),
            &draw(default, shape, &format!("{i}")),
        );
        let bias = draw(default, (shape.0, shape.1), &format!("bias {i}"));
        file.add(
            &format!("layers.{i}.bias"),
            &[shape.1],
            "F32",
            bias.row(0).to_vec(),
        );
    }
    let diagnosis = healthy(&file);
    has_recipe(&diagnosis, "layers.1.weight", "pytorch_linear");
    has_recipe(&diagnosis, "layers.1.bias", "uniform ±1/√fan_in");
    assert_eq!(tensor(&diagnosis, "layers.1.bias").trained, Some(false));
    // A chain that multiplies by 1/3 a layer.
    assert_eq!(kinds(&diagnosis, Level::Warning)[0].0, "forward");
}

#[test]
fn a_residual_network_on_its_fan_out() {
    let mut file = Writer::new(Some("pt"));
    let he = VarianceScaling::he(Law::Normal);
    for (name, out, inputs) in [
        ("conv1", 32, 3),
        ("layer1.conv1", 32, 32),
        ("layer2.conv1", 64, 32),
    ] {
        // fan_out is out · 9
        let rule = VarianceScaling::new(
            2.0 * (inputs * 9) as f64 / (out * 9) as f64,
            Fan::In,
            he.law(),
        );
        let kernel = draw(rule, (inputs * 9, out), name);
        file.add(
            &format!("{name}.weight"),
            &[out, inputs, 3, 3],
            "F32",
            kernel.t().iter().copied(),
        );
    }
    let fc = draw(VarianceScaling::pytorch_linear(), (64, 10), "fc");
    file.out_in("fc.weight", &fc);
    let diagnosis = healthy(&file);
    has_recipe(&diagnosis, "layer2.conv1.weight", "he normal fan_out");
    // 2/(64·9) = 1/(32·9): what cannot be told apart is said.
    has_recipe(&diagnosis, "layer2.conv1.weight", "lecun normal fan_in");
    assert!(kinds(&diagnosis, Level::Warning).is_empty());
}

#[test]
fn flax_and_keras_with_the_outputs_last() {
    let mut file = Writer::new(Some("flax"));
    let lecun = VarianceScaling::lecun(Law::TRUNCATED_NORMAL);
    let kernel = draw(lecun, (9 * 32, 64), "conv");
    file.add(
        "Conv_0/kernel",
        &[3, 3, 32, 64],
        "F32",
        kernel.iter().copied(),
    );
    file.in_out("Dense_0/kernel", &draw(lecun, (64, 64), "dense"));
    let diagnosis = healthy(&file);
    assert_eq!(tensor(&diagnosis, "Conv_0/kernel").fan_in, Some(288.0));
    has_recipe(&diagnosis, "Conv_0/kernel", "lecun truncated 2, corrected");
    has_recipe(&diagnosis, "Dense_0/kernel", "lecun truncated 2, corrected");

    let mut file = Writer::new(Some("keras"));
    let xavier = VarianceScaling::xavier(Law::Uniform);
    file.in_out("dense/kernel", &draw(xavier, (48, 64), "dense"));
    file.in_out("lstm/lstm_cell/kernel", &draw(xavier, (32, 192), "lstm"));
    let rows = Orthogonal::new(1.0).sample((48, 192), &mut Streams::new(1).stream("rows"));
    file.in_out("lstm/lstm_cell/recurrent_kernel", &rows);
    let words = draw(
        VarianceScaling::new(0.0025 / 3.0 * 200.0, Fan::In, Law::Uniform),
        (200, 32),
        "words",
    );
    file.in_out("embedding/embeddings", &words);
    let bias = (0..192).map(|i| f64::from(u8::from((48..96).contains(&i))));
    file.add("lstm/lstm_cell/bias", &[192], "F32", bias);
    let diagnosis = healthy(&file);
    has_recipe(&diagnosis, "dense/kernel", "xavier uniform");
    has_recipe(
        &diagnosis,
        "lstm/lstm_cell/kernel",
        "xavier uniform of (in, 4h)",
    );
    has_recipe(
        &diagnosis,
        "lstm/lstm_cell/recurrent_kernel",
        "orthogonal gain 1",
    );
    has_recipe(&diagnosis, "embedding/embeddings", "uniform ±0.05");
    assert_eq!(
        tensor(&diagnosis, "lstm/lstm_cell/bias").trained,
        Some(false)
    );
}

#[test]
fn rotations_and_sines() {
    let mut file = Writer::new(Some("pt"));
    for (i, shape) in [(96, 128), (128, 96), (96, 64)].into_iter().enumerate() {
        let weight = Orthogonal::new(2.0_f64.sqrt())
            .sample(shape, &mut Streams::new(1).stream(&i.to_string()));
        file.out_in(&format!("layers.{i}.weight"), &weight);
    }
    let diagnosis = healthy(&file);
    has_recipe(&diagnosis, "layers.1.weight", "orthogonal gain 1.414");
    assert_eq!(tensor(&diagnosis, "layers.1.weight").trained, Some(false));

    let mut file = Writer::new(None);
    let mut siren = |i: usize, rule: Siren, shape: (usize, usize)| {
        let weight: Array2<f64> = rule.sample(shape, &mut Streams::new(1).stream(&i.to_string()));
        file.out_in(&format!("net.{i}.weight"), &weight);
    };
    siren(0, Siren::First, (2, 128));
    siren(1, Siren::Hidden { omega: 30.0 }, (128, 128));
    siren(2, Siren::Hidden { omega: 30.0 }, (128, 3));
    let diagnosis = healthy(&file);
    has_recipe(&diagnosis, "net.0.weight", "siren first");
    has_recipe(&diagnosis, "net.1.weight", "siren hidden, ω0 = 30");
}

#[test]
fn an_array_whose_axes_nothing_tells_is_called_unknown() {
    let mut file = Writer::new(None);
    file.in_out(
        "arr_0",
        &draw(VarianceScaling::he(Law::Normal), (70, 30), "x"),
    );
    let diagnosis = healthy(&file);
    let report = tensor(&diagnosis, "arr_0");
    assert_eq!(report.layout, "unknown");
    // He on either axis.
    assert!(
        report
            .recipes
            .iter()
            .any(|recipe| recipe == "he normal fan_in"),
        "{:?}",
        report.recipes
    );
}
