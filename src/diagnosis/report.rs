//! The diagnosis as it is printed: a line of numbers for each tensor, and verdicts, the gravest first.

use super::chain::{forward, residual};
use super::examined::Examined;
use super::faults::of_tensor;
use super::hints::hints;
use super::judge::{swapped_fans, variance_times_fan_in, wrong_rules};
use super::kernel::Role;
use super::names::last_part;
use super::plan::Plan;
use super::recipe::Recipe;
use super::scheme::schemes;
use super::streams::of_streams;
use super::verdict::{Kind, Level, Verdict};
use crate::initializer::Fans;
use crate::probability::Law;

/// A law and the standard deviations that the values allow.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LawReport {
    /// `normal`, `uniform`, or `truncated 2`.
    pub law: String,
    /// The least standard deviation.
    pub std_dev_low: f64,
    /// The greatest standard deviation.
    pub std_dev_high: f64,
}

/// What is known of a tensor.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TensorReport {
    /// Its name in the file.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// The name of its format.
    pub dtype: String,
    /// The order of its axes: `out-in`, `in-out`, `depthwise`, `unknown`, or `table` and `vector`, which have no fans.
    pub layout: String,
    /// The number of terms that an output sums.
    pub fan_in: Option<f64>,
    /// The number of outputs that an input reaches.
    pub fan_out: Option<f64>,
    /// The number of values.
    pub n: u64,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their standard deviation about it.
    pub std_dev: Option<f64>,
    /// Their kurtosis.
    pub kurtosis: Option<f64>,
    /// The least number.
    pub min: Option<f64>,
    /// The greatest number.
    pub max: Option<f64>,
    /// The laws that the values allow, taken one by one.
    pub laws: Vec<LawReport>,
    /// `n · Var(w)` over all of these laws.
    pub variance_times_fan_in: Option<[f64; 2]>,
    /// The rules that fit, the likelier first; none is left out.
    pub recipes: Vec<String>,
    /// The rule that explains this tensor and most others.
    pub scheme: Option<String>,
    /// Whether the values have been changed since they were drawn; null if that cannot be known.
    pub trained: Option<bool>,
    /// The largest singular value of the rows that were kept, at least.
    pub spectral_norm: Option<f64>,
    /// That, over the most that independent draws of this size reach.
    pub spectral_norm_over_edge: Option<f64>,
    /// The sum of all squares over the square of the largest singular value.
    pub stable_rank: Option<f64>,
    /// The kinds of the verdicts that name it.
    pub flags: Vec<Kind>,
}

/// Whether a file holds fresh or trained weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "lowercase")
)]
pub enum State {
    /// Every weight can be a fresh draw.
    Initialized,
    /// Some cannot.
    Trained,
    /// There is no weight that could tell.
    Unknown,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Diagnosis {
    /// The probability, over all tensors together, of missing a true law or of calling a fresh draw trained.
    pub alpha: f64,
    /// Whether the weights are fresh.
    pub state: State,
    /// The tensors, in the order of the file.
    pub tensors: Vec<TensorReport>,
    /// The verdicts, the gravest first.
    pub verdicts: Vec<Verdict>,
}

impl Diagnosis {
    /// Whether something is wrong.
    pub fn has_fault(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| verdict.level == Level::Fault)
    }

    pub(super) fn of(plan: &Plan, examined: &[Examined]) -> Self {
        let schemes = schemes(examined);
        let state = state_of(examined);
        let last_matrix = examined.iter().rposition(Examined::is_matrix);
        let mut verdicts: Vec<Verdict> = Vec::new();
        for (i, one) in examined.iter().enumerate() {
            verdicts.extend(of_tensor(one, Some(i) == last_matrix, state));
        }
        verdicts.extend(of_streams(examined));
        verdicts.extend(wrong_rules(examined, &schemes));
        verdicts.extend(swapped_fans(examined, &schemes));
        verdicts.extend(residual(plan, examined));
        verdicts.extend(forward(plan, examined, &schemes));
        verdicts.extend(hints(examined));
        verdicts.sort_by_key(|verdict| verdict.level);
        let mut reports: Vec<TensorReport> = Vec::new();
        let mut found = examined.iter().zip(&schemes).peekable();
        for entry in plan.entries() {
            if found
                .peek()
                .is_some_and(|(one, _)| one.entry.name == entry.name)
            {
                let (one, scheme) = found.next().expect("it was peeked at");
                reports.push(report_of(plan, one, scheme.as_ref(), state, &verdicts));
            } else {
                reports.push(not_diagnosed(entry));
            }
        }
        Self {
            alpha: plan.options.alpha,
            state,
            tensors: reports,
            verdicts,
        }
    }
}

/// Trained, if one weight or bias is.
fn state_of(examined: &[Examined]) -> State {
    let said: Vec<bool> = examined.iter().filter_map(Examined::trained).collect();
    if said.contains(&true) {
        State::Trained
    } else if said.is_empty() {
        State::Unknown
    } else {
        State::Initialized
    }
}

/// A number, if it is one.
fn number(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn law_name(law: Law) -> String {
    match law {
        Law::Normal => "normal".to_owned(),
        Law::Uniform => "uniform".to_owned(),
        Law::TruncatedNormal { cut } => format!("truncated {cut}"),
    }
}

fn report_of(
    plan: &Plan,
    one: &Examined,
    scheme: Option<&Recipe>,
    state: State,
    verdicts: &[Verdict],
) -> TensorReport {
    let facts = &one.facts;
    let fans = one.kernel.fans(&one.entry.shape).first().copied();
    let names = |verdict: &&Verdict| verdict.tensors.contains(&one.entry.name);
    // A change by training can be too small to see; in a trained file nothing is called fresh.
    let trained = one
        .trained()
        .filter(|trained| *trained || state != State::Trained);
    let edge = one.spectrum.and_then(|found| {
        let alpha = plan.options.alpha / (4 * plan.entries().len()) as f64;
        let edges = one
            .laws
            .iter()
            .map(|a| a.std_dev.1 * found.edge(a.law, alpha));
        number(edges.fold(facts.std_dev * found.edge(Law::Normal, alpha), f64::max))
    });
    TensorReport {
        name: one.entry.name.clone(),
        shape: one.entry.shape.clone(),
        dtype: one.entry.dtype.clone(),
        layout: one.kernel.layout_name().to_owned(),
        fan_in: fans.map(Fans::fan_in),
        fan_out: fans.map(Fans::fan_out),
        n: facts.count,
        mean: number(facts.mean),
        std_dev: number(facts.std_dev),
        kurtosis: number(facts.kurtosis),
        min: number(facts.minimum),
        max: number(facts.maximum),
        laws: one
            .laws
            .iter()
            .map(|allowed| LawReport {
                law: law_name(allowed.law),
                std_dev_low: allowed.std_dev.0,
                std_dev_high: allowed.std_dev.1,
            })
            .collect(),
        variance_times_fan_in: variance_times_fan_in(one),
        recipes: recipes_of(one),
        scheme: scheme.map(|recipe| recipe.name.clone()),
        trained,
        spectral_norm: one.spectrum.and_then(|found| number(found.norm)),
        spectral_norm_over_edge: one
            .spectrum
            .zip(edge)
            .and_then(|(found, edge)| number(found.norm / edge)),
        stable_rank: one.spectrum.and_then(|found| number(found.stable_rank)),
        flags: verdicts
            .iter()
            .filter(names)
            .map(|verdict| verdict.kind)
            .collect(),
    }
}

/// The rules that fit, and those that are no independent draws.
fn recipes_of(one: &Examined) -> Vec<String> {
    let facts = &one.facts;
    let mut recipes = Vec::new();
    if let Some(angles) = one.rotation() {
        // A rounded rotation has its gain to that precision.
        let known = [
            1.0,
            std::f64::consts::SQRT_2,
            5.0 / 3.0,
            2.0,
            0.5,
            0.1,
            0.01,
        ];
        let is_it = |gain: &f64| (angles.gain / gain - 1.0).abs() < facts.precision.unit();
        let gain = known.into_iter().find(is_it).unwrap_or(angles.gain);
        recipes.push(format!(
            "orthogonal gain {}",
            super::judge::four_digits(gain)
        ));
        let shape = &one.entry.shape;
        if shape.len() == 2
            && shape[1] == 4 * shape[0]
            && last_part(&one.entry.name).contains("recurrent")
        {
            recipes.push("orthogonal rows of (h, 4h); blocks rms singular value 1/2".to_owned());
        }
    }
    if facts.is_constant() {
        recipes.push(if facts.maximum == 0.0 {
            "zeros".to_owned()
        } else {
            format!("constant {}", facts.maximum)
        });
    }
    if one.kernel.role == Role::Bias && one.recipes.is_empty() && one.trained() == Some(false) {
        recipes.push(format!("{} and {}", facts.minimum, facts.maximum));
    }
    recipes.extend(one.recipes.iter().map(|recipe| recipe.name.clone()));
    // Four gates side by side, drawn as one layer.
    let gates = one.entry.name.to_lowercase().contains("lstm")
        && one.entry.shape.last().is_some_and(|last| last % 4 == 0);
    if gates && one.kernel.outputs_last() && recipes.iter().any(|recipe| recipe == "xavier uniform")
    {
        recipes.push("xavier uniform of (in, 4h)".to_owned());
    }
    recipes
}

fn not_diagnosed(entry: &super::Entry) -> TensorReport {
    TensorReport {
        name: entry.name.clone(),
        shape: entry.shape.clone(),
        dtype: entry.dtype.clone(),
        layout: "not diagnosed".to_owned(),
        fan_in: None,
        fan_out: None,
        n: entry.shape.iter().map(|&length| length as u64).product(),
        mean: None,
        std_dev: None,
        kurtosis: None,
        min: None,
        max: None,
        laws: Vec::new(),
        variance_times_fan_in: None,
        recipes: Vec::new(),
        scheme: None,
        trained: None,
        spectral_norm: None,
        spectral_norm_over_edge: None,
        stable_rank: None,
        flags: Vec::new(),
    }
}
