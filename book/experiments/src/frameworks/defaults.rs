//! What the layers of frameworks are initialized with by default: a file of rows, each read in the source that it names.
//!
//! A row states its draw as a call that the converter reads, and by a formula what a layer does to a mean square. The second follows from
//! the first, and a test compares them.

use std::fmt::Write;
use std::sync::LazyLock;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::calls::recipe;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Fans;
use unit_variance::initializer::convert::{Recipe, number};

/// The file, which ships with the printed book.
const FILE: &str = include_str!("defaults.json");

/// All of the file.
#[derive(Debug, Deserialize)]
struct File {
    frameworks: Vec<Framework>,
    rows: Vec<LayerDefault>,
}

/// A framework, and where its source was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Framework {
    name: String,
    version: String,
    /// The month of that version.
    date: String,
    repository: String,
    commit: String,
}

/// The default of one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LayerDefault {
    /// Who draws so.
    pub framework: String,
    /// Linear, convolution, embedding, and so on.
    pub kind: String,
    /// The layer, as the framework calls it.
    pub layer: String,
    /// The parameter, as the framework calls it.
    pub parameter: String,
    /// The law, in words.
    pub law: String,
    /// The draw as a call, with sizes in braces; none where nothing is drawn.
    pub call: Option<String>,
    /// The fans that the framework takes, as formulas of sizes.
    pub fans: Option<[String; 2]>,
    /// The terms that an output sums.
    pub terms: Option<String>,
    /// The terms times the mean square of a weight.
    pub n_square: Option<String>,
    /// The bias, in words.
    pub bias: Option<String>,
    path: String,
    lines: String,
    commit: Option<String>,
    note: Option<String>,
}

static DEFAULTS: LazyLock<File> =
    LazyLock::new(|| serde_json::from_str(FILE).expect("the file is JSON of this form"));

/// The rows of the file.
pub fn defaults() -> &'static [LayerDefault] {
    &DEFAULTS.rows
}

/// The sizes that formulas speak of, by their letters.
type Sizes<'a> = &'a [(&'a str, f64)];

/// The formula with the sizes in place of the letters that stand alone.
fn with_sizes(formula: &str, sizes: Sizes) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in formula.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let size = sizes.iter().find(|(letter, _)| *letter == word);
        match size {
            Some((_, size)) => {
                let _ = write!(out, "{size:?}");
            }
            None => out.push_str(&word),
        }
        word.clear();
        out.push(c);
    }
    out
}

/// The value of a formula.
fn value(formula: &str, sizes: Sizes) -> f64 {
    let text = with_sizes(formula, sizes);
    number(text.trim()).unwrap_or_else(|error| panic!("{formula}: {error}"))
}

impl LayerDefault {
    /// The law of its draw, with these sizes in the call.
    pub fn recipe(&self, sizes: &[(&str, f64)]) -> Option<Recipe> {
        let mut call = self.call.clone()?;
        for (letter, size) in sizes {
            call = call.replace(&format!("{{{letter}}}"), &format!("{size:?}"));
        }
        Some(recipe(&call))
    }

    /// The terms times the mean square of a weight, from the call; none where nothing is drawn.
    ///
    /// # Panics
    ///
    /// If a formula speaks of a size that is not given.
    pub fn square(&self, sizes: &[(&str, f64)]) -> Option<f64> {
        let recipe = self.recipe(sizes)?;
        let [fan_in, fan_out] = self.fans.as_ref()?.each_ref().map(|fan| value(fan, sizes));
        let mean = recipe.mean();
        let square = recipe.variance(Fans::new(fan_in, fan_out)) + mean * mean;
        Some(value(self.terms.as_ref()?, sizes) * square)
    }

    /// The same as the formula has it.
    ///
    /// # Panics
    ///
    /// If the formula speaks of a size that is not given.
    pub fn stated(&self, sizes: &[(&str, f64)]) -> Option<f64> {
        self.n_square.as_ref().map(|formula| value(formula, sizes))
    }

    fn framework(&self) -> &'static Framework {
        let mut frameworks = DEFAULTS.frameworks.iter();
        let framework = frameworks.find(|framework| framework.name == self.framework);
        framework.expect("every row's framework is listed")
    }

    /// The file and its lines, short.
    fn place(&self) -> String {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        format!("{file}:{}", self.lines)
    }

    /// The address of these lines at the commit that was read.
    fn address(&self) -> String {
        let Framework {
            repository, commit, ..
        } = self.framework();
        let commit = self.commit.as_ref().unwrap_or(commit);
        let lines = self.lines.replace('-', "-L");
        format!(
            "https://github.com/{repository}/blob/{commit}/{}#L{lines}",
            self.path
        )
    }
}

/// The formula as a page has it: `2 n/(n + m)`, with three digits of what a cut at two leaves.
fn typeset(formula: &str) -> String {
    let formula = formula
        .replace(CUT_AT_TWO, "0.774")
        .replace("0.774 * ", "0.774 · ");
    formula.replace(" * ", "\u{a0}").replace(" / ", "/")
}

/// What a normal law keeps of its variance if it is cut at two and not scaled back, as the file has it.
const CUT_AT_TWO: &str = "0.77374130";

/// What the layers of frameworks are initialized with by default.
///
/// Each row was read in the source that it names. From its call follows `square`, the terms of an output times the mean
/// square of a weight, for layers of these sizes: without biases, a layer multiplies a mean square by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct FrameworkDefaults {
    /// Inputs, outputs, units: the width of everything
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "768")]
    pub width: usize,
    /// Groups of a convolution
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "8")]
    pub groups: usize,
    /// Channels of a depthwise convolution
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "512")]
    pub channels: usize,
    /// Words of a vocabulary
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50000")]
    pub vocabulary: usize,
    /// Layers of a transformer
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub layers: usize,
}

impl Default for FrameworkDefaults {
    fn default() -> Self {
        without_options()
    }
}

impl FrameworkDefaults {
    fn sizes(&self) -> [(&'static str, f64); 11] {
        let width = self.width as f64;
        [
            ("n", width),
            ("m", width),
            ("h", width),
            ("e", width),
            ("d", width),
            ("g", self.groups as f64),
            ("c", self.channels as f64),
            ("k", 9.0),
            ("a", 64.0),
            ("l", self.layers as f64),
            ("v", self.vocabulary as f64),
        ]
    }
}

impl Configuration for FrameworkDefaults {
    const NAME: &'static str = "framework-defaults";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let sizes = self.sizes();
        let rows = defaults().iter().map(|row| {
            let text = |text: &Option<String>| Cell::from(text.as_deref().unwrap_or("–"));
            let framework = row.framework();
            let square = row.square(&sizes);
            let formula = row.n_square.as_deref().map(typeset);
            vec![
                row.kind.as_str().into(),
                row.framework.as_str().into(),
                row.layer.as_str().into(),
                row.parameter.as_str().into(),
                row.law.as_str().into(),
                text(&formula),
                square.map_or_else(|| "–".into(), Cell::from),
                // A ReLU keeps half of the second moment, twelve times.
                square.map_or_else(|| "–".into(), |x| libm::pow(x / 2.0, 12.0).into()),
                text(&row.bias),
                framework.version.as_str().into(),
                framework.date.as_str().into(),
                text(&row.call),
                row.place().as_str().into(),
                row.address().as_str().into(),
                text(&row.note),
            ]
        });
        let rows = rows.collect();
        let columns = [
            "kind",
            "framework",
            "layer",
            "parameter",
            "law",
            "formula",
            "square",
            "twelve",
            "bias",
            "version",
            "date",
            "call",
            "source",
            "address",
            "note",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes of which no two make the same formula by chance.
    const SIZES: [[(&str, f64); 11]; 2] = [
        [
            ("n", 101.0),
            ("m", 67.0),
            ("h", 43.0),
            ("e", 83.0),
            ("d", 29.0),
            ("g", 7.0),
            ("c", 53.0),
            ("k", 9.0),
            ("a", 11.0),
            ("l", 13.0),
            ("v", 997.0),
        ],
        [
            ("n", 768.0),
            ("m", 3072.0),
            ("h", 512.0),
            ("e", 1024.0),
            ("d", 300.0),
            ("g", 2.0),
            ("c", 32.0),
            ("k", 25.0),
            ("a", 64.0),
            ("l", 24.0),
            ("v", 50257.0),
        ],
    ];

    #[test]
    fn every_formula_follows_from_its_call() {
        assert!(defaults().len() > 150, "only {} rows", defaults().len());
        for row in defaults() {
            for sizes in SIZES {
                let (found, stated) = (row.square(&sizes), row.stated(&sizes));
                assert_eq!(found.is_some(), stated.is_some(), "{row:?}");
                let (Some(found), Some(stated)) = (found, stated) else {
                    continue;
                };
                let error = (found / stated - 1.0).abs();
                assert!(error < 1e-7, "{row:?}: {found}, but {stated}");
            }
        }
    }

    #[test]
    fn every_row_names_its_source() {
        for row in defaults() {
            let address = row.address();
            let (_, lines) = address.split_once("#L").expect("it names lines");
            assert!(lines.starts_with(|c: char| c.is_ascii_digit()), "{address}");
            assert!(row.framework().date.starts_with("202"), "{row:?}");
            assert!(!row.law.is_empty() && !row.layer.is_empty(), "{row:?}");
        }
    }

    #[test]
    fn letters_that_stand_alone_are_sizes() {
        let sizes = [("n", 3.0), ("m", 5.0)];
        assert_eq!(value("2 * n / (n + m)", &sizes), 0.75);
        assert_eq!(with_sizes("math.sqrt(n)", &sizes).trim(), "math.sqrt(3.0)");
        assert_eq!(typeset("2 * n / (n + 4 * m)"), "2\u{a0}n/(n + 4\u{a0}m)");
        assert_eq!(typeset("0.77374130 * 2 / c"), "0.774 · 2/c");
    }
}
