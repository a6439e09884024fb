//! `cargo run -- diagnose FILE...`: how the weights of a checkpoint were initialized, what is wrong with them, and what cannot be known.

mod glob;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use checkpoint::{CheckpointError, Model, models, write_report};
use clap::{Args, ValueEnum};
use serde::Serialize;
use unit_variance::Activation;
use unit_variance::diagnosis::{self, Diagnosis, Order};

use crate::say::written;
use crate::usage;

/// The exit status if a file cannot be read.
const UNREADABLE: u8 = 2;

#[derive(Debug, Args)]
#[command(after_help = "\
Files that are called like shards (…-00001-of-00003.safetensors), those that an .index.json names, and all .npy that are given make one
model; any other file is a model of its own. With --format json every model is one object on a line of its own; \"file\" is the file, the
name of the shards with a * for their number, or the names of the .npy.

The exit status is 0 without a fault, 1 with one, and 2 if a file cannot be read.")]
pub(crate) struct Options {
    /// Files in the formats .safetensors, .npz and .npy, or the index of a model's shards
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How to print: faults and a line for equal tensors, or one JSON object a model with every number
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Look only at tensors whose name has this pattern, where * stands for anything and ? for one character
    #[arg(long, value_name = "GLOB")]
    tensor: Option<String>,
    /// The probability of missing a true law in any of a model's tensors
    #[arg(long, value_name = "A", default_value_t = 1e-6, value_parser = probability)]
    alpha: f64,
    /// Which axis holds the outputs, if names and biases are not to decide
    #[arg(long, value_enum, default_value = "auto")]
    layout: Layout,
    /// The activation between the layers; if none is given, the identity and the ReLU are both tried
    #[arg(long, value_name = "NAME", value_parser = activation)]
    activation: Option<Activation>,
    /// Leave out singular values and ranks, which take most of the time
    #[arg(long)]
    no_spectra: bool,
}

/// How a diagnosis is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Faults first, then tensors, equal ones on one line
    Table,
    /// One JSON object a model, with every number
    Json,
}

/// What the axes of a matrix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// What biases, the maker and names say
    Auto,
    /// (in, out), as in JAX and Keras
    InOut,
    /// (out, in), as in PyTorch
    OutIn,
}

fn probability(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|alpha: &f64| (1e-200..1.0).contains(alpha));
    number.ok_or_else(|| "a probability from 1e-200 to below 1".to_owned())
}

fn activation(text: &str) -> Result<Activation, String> {
    text.parse().map_err(|_| {
        let names = Activation::ALL.map(Activation::name);
        format!("one of: {}", names.join(", "))
    })
}

/// A model's diagnosis with the name of its file.
#[derive(Debug, Serialize)]
struct Found {
    file: String,
    /// The files that were read.
    files: Vec<String>,
    #[serde(flatten)]
    diagnosis: Diagnosis,
}

/// Diagnoses the models and prints what was found.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    let found = match models(&options.files) {
        Ok(models) => models
            .iter()
            .map(|model| diagnosed(model, options))
            .collect::<Result<Vec<_>, _>>(),
        Err(error) => Err(error),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            crate::say::complain(format_args!("error: {error}"));
            return Ok(ExitCode::from(UNREADABLE));
        }
    };
    if let Some(glob) = &options.tensor
        && found.iter().all(|found| found.diagnosis.tensors.is_empty())
    {
        return Ok(usage::refuse(&format!(
            "--tensor is `{glob}`, but no tensor has such a name"
        )));
    }
    written(print(&found, options.format))?;
    let faulty = found.iter().any(|found| found.diagnosis.has_fault());
    Ok(if faulty {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn print(found: &[Found], format: Format) -> io::Result<()> {
    let stdout = io::stdout();
    let colored = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut output = io::BufWriter::new(stdout.lock());
    for one in found {
        match format {
            Format::Json => {
                serde_json::to_writer(&mut output, one)?;
                writeln!(output)?;
            }
            Format::Table => write_report(&one.file, &one.diagnosis, colored, &mut output)?,
        }
    }
    output.flush()
}

fn diagnosed(model: &Model, options: &Options) -> Result<Found, CheckpointError> {
    let wanted = |name: &str| {
        let glob = options.tensor.as_ref();
        glob.is_none_or(|glob| glob::matches(glob, name))
    };
    let options = diagnosis::Options {
        alpha: options.alpha,
        order: match options.layout {
            Layout::Auto => None,
            Layout::InOut => Some(Order::InOut),
            Layout::OutIn => Some(Order::OutIn),
        },
        activation: options.activation,
        spectra: !options.no_spectra,
    };
    let files = model
        .files
        .iter()
        .map(|file| file.source.path().display().to_string());
    Ok(Found {
        file: model.label.clone(),
        files: files.collect(),
        diagnosis: model.diagnose(options, wanted)?,
    })
}
