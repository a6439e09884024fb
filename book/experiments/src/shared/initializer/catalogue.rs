//! Every initializer by name, with its formula, its source, and the options that it takes.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table};

/// One initializer, as [`Initializers`] lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The name that `run initializer --name` takes.
    pub name: &'static str,
    /// What the weights are.
    pub formula: &'static str,
    /// Who proposed it, and where.
    pub source: &'static str,
    /// The options that it takes besides fans, groups and seed.
    pub options: &'static [&'static str],
}

const CATALOGUE: [Entry; 18] = [
    Entry {
        name: "variance-scaling",
        formula: "Var(w) = gain² / fan",
        source: "the family of LeCun, Xavier and He; gain 1 and fan_in unless given",
        options: &["law", "cut", "gain", "fan"],
    },
    Entry {
        name: "lecun",
        formula: "Var(w) = 1 / fan_in",
        source: "LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, §4.6",
        options: &["law", "cut", "fan"],
    },
    Entry {
        name: "xavier",
        formula: "Var(w) = 2 / (fan_in + fan_out)",
        source: "Glorot, Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, eq. 16",
        options: &["law", "cut"],
    },
    Entry {
        name: "he",
        formula: "Var(w) = 2 / fan_in",
        source: "He, Zhang, Ren, Sun 2015, Delving Deep into Rectifiers, eq. 10",
        options: &["law", "cut", "fan"],
    },
    Entry {
        name: "pytorch-linear",
        formula: "w ~ U(−1/√fan_in, 1/√fan_in)",
        source: "PyTorch, torch/nn/modules/linear.py, reset_parameters",
        options: &[],
    },
    Entry {
        name: "random-walk",
        formula: "Var(w) = e^(1/fan_in) / fan_in",
        source: "Sussillo, Abbott 2014, Random walk initialization, eq. 14",
        options: &["law", "cut"],
    },
    Entry {
        name: "random-walk-relu",
        formula: "Var(w) = 2 e^(2.4/(max(fan_in, 6) − 2.4)) / fan_in",
        source: "Sussillo, Abbott 2014, Random walk initialization, eq. 16",
        options: &["law", "cut"],
    },
    Entry {
        name: "siren-first",
        formula: "w ~ U(−1/fan_in, 1/fan_in)",
        source: "Sitzmann et al. 2020, Implicit neural representations with periodic activation functions, §3.2",
        options: &[],
    },
    Entry {
        name: "siren-hidden",
        formula: "w ~ U(−√(6/fan_in)/omega, √(6/fan_in)/omega); omega 30 unless given",
        source: "Sitzmann et al. 2020, Implicit neural representations with periodic activation functions, §3.2",
        options: &["omega"],
    },
    Entry {
        name: "normal",
        formula: "w ~ N(0, std_dev²); std_dev 0.02 unless given",
        source: "Radford et al. 2019, GPT-2",
        options: &["std-dev"],
    },
    Entry {
        name: "uniform",
        formula: "w ~ U(−bound, bound); bound 0.05 unless given",
        source: "Keras, RandomUniform",
        options: &["bound"],
    },
    Entry {
        name: "truncated-normal",
        formula: "w ~ N(0, std_dev²) given |w| ≤ cut · std_dev; 0.02 and 2 unless given",
        source: "PyTorch, trunc_normal_; the variance is not corrected",
        options: &["std-dev", "cut"],
    },
    Entry {
        name: "sparse",
        formula: "15 weights to each output, or all but the share sparsity, from N(0, std_dev²), else 0; std_dev 1 unless given",
        source: "Martens 2010, Deep learning via Hessian-free optimization, §5",
        options: &["sparsity", "std-dev"],
    },
    Entry {
        name: "orthogonal",
        formula: "W Wᵀ = gain² I or Wᵀ W = gain² I, Haar; gain 1 unless given",
        source: "Saxe, McClelland, Ganguli 2013, Exact solutions to the nonlinear dynamics of learning",
        options: &["gain"],
    },
    Entry {
        name: "delta-orthogonal",
        formula: "orthogonal at the center of a convolution kernel, else 0; gain 1 unless given",
        source: "Xiao et al. 2018, Dynamical isometry and a mean field theory of CNNs, algorithm 1",
        options: &["gain"],
    },
    Entry {
        name: "identity",
        formula: "w = gain where input = output (Dirac: at the kernel's center), else 0; gain 1 unless given",
        source: "Zagoruyko, Komodakis 2017, DiracNets",
        options: &["gain"],
    },
    Entry {
        name: "constant",
        formula: "w = value; 0 unless given",
        source: "none; every unit of a layer stays equal",
        options: &["value"],
    },
    Entry {
        name: "zeros",
        formula: "w = 0",
        source: "none; right for biases",
        options: &[],
    },
];

/// Every initializer that can be run by name.
///
/// ```
/// use experiments::shared::initializer::catalogue;
///
/// let he = catalogue().iter().find(|entry| entry.name == "he").unwrap();
/// assert_eq!(he.formula, "Var(w) = 2 / fan_in");
/// ```
pub fn catalogue() -> &'static [Entry] {
    &CATALOGUE
}

/// The initializers that `run initializer` draws, with formula, source and options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Args)]
pub struct Initializers {}

impl Configuration for Initializers {
    const NAME: &'static str = "initializers";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = |entry: &Entry| {
            let options = entry.options.join(" ");
            let cells = [entry.name, entry.formula, &options, entry.source];
            cells.map(Cell::from).to_vec()
        };
        let columns = ["name", "formula", "options", "source"];
        Table::of(self, &columns, CATALOGUE.iter().map(row).collect())
    }
}
