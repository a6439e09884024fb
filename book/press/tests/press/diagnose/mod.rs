//! Checkpoints that are drawn here, and what is said of them: every fault, the rules of the frameworks, healthy networks, damaged files.

mod broken;
mod damaged;
mod formats;
mod frameworks;
mod healthy;
mod printed;
mod warned;

use std::fs;
use std::path::Path;

use checkpoint::{CheckpointError, models};
use half::{bf16, f16};
use ndarray::Array2;
use unit_variance::diagnosis::{Diagnosis, Level, Options, TensorReport};
use unit_variance::{Initializer, Law, Streams, VarianceScaling};

/// A number from the environment, for a run by hand that is longer than the one of every day.
fn many(variable: &str, usual: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.map_or(usual, |text| text.parse().expect("it is a number"))
}

/// The bytes of these numbers in this format.
fn bytes(dtype: &str, values: impl IntoIterator<Item = f64>) -> Vec<u8> {
    let values = values.into_iter();
    match dtype {
        "F64" => values.flat_map(f64::to_le_bytes).collect(),
        "F32" => values.flat_map(|x| (x as f32).to_le_bytes()).collect(),
        "F16" => values
            .flat_map(|x| f16::from_f64(x).to_le_bytes())
            .collect(),
        "BF16" => values
            .flat_map(|x| bf16::from_f64(x).to_le_bytes())
            .collect(),
        other => panic!("no format {other}"),
    }
}

/// Writes a safetensors file.
#[derive(Default)]
pub(crate) struct Writer {
    format: Option<&'static str>,
    header: serde_json::Map<String, serde_json::Value>,
    data: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(format: Option<&'static str>) -> Self {
        Self {
            format,
            ..Self::default()
        }
    }

    /// Adds a tensor.
    pub(crate) fn add(
        &mut self,
        name: &str,
        shape: &[usize],
        dtype: &str,
        values: impl IntoIterator<Item = f64>,
    ) {
        let begin = self.data.len();
        self.data.extend(bytes(dtype, values));
        let entry = serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [begin, self.data.len()]});
        self.header.insert(name.to_owned(), entry);
    }

    /// Adds a matrix (in, out) as it lies in PyTorch, (out, in).
    pub(crate) fn out_in(&mut self, name: &str, weight: &Array2<f64>) {
        let (inputs, outputs) = weight.dim();
        self.add(name, &[outputs, inputs], "F32", weight.t().iter().copied());
    }

    /// Adds a matrix (in, out) as it is.
    pub(crate) fn in_out(&mut self, name: &str, weight: &Array2<f64>) {
        let (inputs, outputs) = weight.dim();
        self.add(name, &[inputs, outputs], "F32", weight.iter().copied());
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut header = self.header.clone();
        if let Some(format) = self.format {
            header.insert(
                "__metadata__".to_owned(),
                serde_json::json!({"format": format}),
            );
        }
        let header = serde_json::to_vec(&header).expect("a header can be written");
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        file.extend(&self.data);
        file
    }

    fn diagnosis(&self) -> Diagnosis {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("model.safetensors");
        fs::write(&path, self.bytes()).expect("it can be written");
        diagnosed(&path).expect("the file is sound")
    }
}

fn diagnosed(path: &Path) -> Result<Diagnosis, CheckpointError> {
    let models = models(&[path.to_owned()])?;
    models[0].diagnose(Options::default(), |_| true)
}

fn draw(rule: VarianceScaling, shape: (usize, usize), name: &str) -> Array2<f64> {
    rule.sample(shape, &mut Streams::new(1).stream(name))
}

fn he(shape: (usize, usize), name: &str) -> Array2<f64> {
    draw(VarianceScaling::he(Law::Normal), shape, name)
}

fn tensor<'a>(diagnosis: &'a Diagnosis, name: &str) -> &'a TensorReport {
    let mut tensors = diagnosis.tensors.iter();
    tensors.find(|tensor| tensor.name == name).expect(name)
}

/// The kinds of the verdicts of this level, with the tensors that they name.
fn kinds(diagnosis: &Diagnosis, level: Level) -> Vec<(String, Vec<String>)> {
    let verdicts = diagnosis
        .verdicts
        .iter()
        .filter(|verdict| verdict.level == level);
    verdicts
        .map(|verdict| (verdict.kind.to_string(), verdict.tensors.clone()))
        .collect()
}

#[track_caller]
fn has_recipe(diagnosis: &Diagnosis, name: &str, recipe: &str) {
    let found = &tensor(diagnosis, name).recipes;
    assert!(
        found.iter().any(|one| one == recipe),
        "{name}: no {recipe} in {found:?}"
    );
}
