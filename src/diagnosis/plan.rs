//! From the names and shapes of a file to the diagnosis: what each tensor is, how its false alarms are shared out, and the parts in order.

use super::angles::angles;
use super::examined::Examined;
use super::facts::Facts;
use super::homogeneity::is_homogeneous;
use super::kernel::{Entry, Kernel, Order, Role};
use super::law_set::{Allowed, allowed_laws};
use super::names::{bias_names, indexed};
use super::rank::rank;
use super::recipe::{Recipe, Surroundings, fixed, of_shape};
use super::report::Diagnosis;
use super::rules::of_fans;
use super::scan::Scan;
use super::shifted::shifted;
use super::spectrum::spectrum;
use crate::activation::Activation;
use crate::initializer::Fans;

/// What is asked of a diagnosis.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The probability, over all tensors of a file together, of missing a true law or of calling untouched weights trained.
    pub alpha: f64,
    /// The order of the axes, where names are not to decide.
    pub order: Option<Order>,
    /// The activation between the layers of a chain; if none is given, both the identity and the ReLU are tried.
    pub activation: Option<Activation>,
    /// Whether singular values are computed, which takes most of the time.
    pub spectra: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            alpha: 1e-6,
            order: None,
            activation: None,
            spectra: true,
        }
    }
}

/// How the tensors of one model are diagnosed. Each is read once, in blocks, and forgotten but for its facts.
///
/// ```
/// use unit_variance::diagnosis::{Entry, Options, Plan, Precision};
/// use unit_variance::{Initializer, Law, Streams, VarianceScaling};
///
/// let weight = VarianceScaling::he(Law::Normal).sample((80, 60), &mut Streams::new(1).stream("w"));
/// let entry = Entry {
///     name: "dense/kernel".to_owned(),
///     shape: vec![80, 60],
///     dtype: "F64".to_owned(),
///     precision: Some(Precision::F64),
/// };
/// let plan = Plan::new(vec![entry], None, Options::default());
/// let mut scan = plan.scan(0).expect("it holds floats");
/// scan.add(weight.as_slice().expect("it is contiguous"));
/// let diagnosis = plan.judge(&[plan.examine(0, scan.finish())]);
///
/// assert!(diagnosis.tensors[0].recipes.contains(&"he normal fan_in".to_owned()));
/// assert!(!diagnosis.has_fault());
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) entries: Vec<Entry>,
    pub(super) kernels: Vec<Kernel>,
    pub(super) options: Options,
    pub(super) around: Surroundings,
}

impl Plan {
    /// A plan for these tensors; `format` is what the file says of its maker.
    ///
    /// # Panics
    ///
    /// If alpha is not from `1e-200` to below 1.
    #[track_caller]
    pub fn new(entries: Vec<Entry>, format: Option<&str>, options: Options) -> Self {
        assert!(
            (1e-200..1.0).contains(&options.alpha),
            "the probability of a false alarm must be from 1e-200 to below 1, but is {:e}",
            options.alpha
        );
        let kernels = (0..entries.len()).map(|i| Kernel::of(&entries, i, format, options.order));
        let kernels = kernels.collect();
        let around = surroundings(&entries);
        Self {
            entries,
            kernels,
            options,
            around,
        }
    }

    /// The tensors, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What takes the values of the `i`-th tensor; `None` if it does not hold floats that can be diagnosed.
    pub fn scan(&self, i: usize) -> Option<Scan> {
        let entry = &self.entries[i];
        let precision = entry.precision?;
        Some(Scan::new(
            &entry.shape,
            precision,
            self.kernels[i].outputs_last(),
        ))
    }

    /// The share of a single tensor in the false alarm.
    fn alpha_of_tensor(&self) -> f64 {
        let tested = self
            .entries
            .iter()
            .filter(|entry| entry.precision.is_some())
            .count();
        self.options.alpha / tested.max(1) as f64
    }

    /// What follows from the facts of the `i`-th tensor alone.
    pub fn examine(&self, i: usize, mut facts: Facts) -> Examined {
        let kernel = &self.kernels[i];
        let alpha = self.alpha_of_tensor();
        let is_matrix = facts.long_axes() >= 2 && matches!(kernel.role, Role::Weight | Role::Table);
        let unit = facts.precision.unit();
        let clean = facts.non_finite() == 0 && facts.count > 0 && !facts.is_constant();
        // One half for the laws, one quarter for singular values, one eighth each for rows and columns.
        let laws = allowed_laws(&facts, alpha / 2.0);
        let all_rows = facts.sample.rows * facts.sample.step;
        let with_matrix =
            is_matrix && clean && self.options.spectra && !facts.sample.values.is_empty();
        let found_angles = (is_matrix && clean)
            .then(|| angles(&facts.sample, all_rows, unit))
            .flatten();
        let found_rank = with_matrix.then(|| rank(&facts.sample, unit)).flatten();
        let found_spectrum = with_matrix.then(|| spectrum(&facts.sample)).flatten();
        let is_independent = |allowed: &Allowed| {
            let within = |slices: &[super::Slice]| {
                let length = facts.count / (slices.len() as u64).max(1);
                !is_matrix || is_homogeneous(allowed, slices, length, unit, alpha / 8.0)
            };
            let below_edge = found_spectrum.is_none_or(|found| {
                found.norm
                    <= allowed.std_dev.1 * (1.0 + unit) * found.edge(allowed.law, alpha / 4.0)
            });
            within(&facts.rows) && within(&facts.columns) && below_edge
        };
        let independent: Vec<Allowed> = laws.iter().copied().filter(is_independent).collect();
        let moved = if laws.is_empty() && clean {
            shifted(&facts, alpha)
        } else {
            None
        };
        facts.sample.values = Vec::new();
        let mut examined = Examined {
            entry: self.entries[i].clone(),
            kernel: kernel.clone(),
            recipes: Vec::new(),
            laws,
            independent,
            angles: found_angles,
            rank: found_rank,
            spectrum: found_spectrum,
            shifted: moved,
            facts,
        };
        examined.recipes = self.recipes_of(&examined);
        examined
    }

    /// The recipes that fit, the likelier first.
    fn recipes_of(&self, examined: &Examined) -> Vec<Recipe> {
        let Examined { entry, kernel, .. } = examined;
        let mut candidates = Vec::new();
        match kernel.role {
            Role::Weight | Role::Table => {
                let fans = if kernel.role == Role::Table {
                    table_fans(&entry.shape)
                } else {
                    kernel.fans(&entry.shape)
                };
                for fans in fans {
                    candidates.extend(of_fans(fans, self.options.activation));
                }
                candidates.extend(of_shape(
                    &entry.shape,
                    kernel.depthwise,
                    is_packed(&entry.name),
                ));
                candidates.extend(fixed(self.around));
            }
            Role::Bias => {
                candidates.extend(self.bias_recipe(&entry.name));
                candidates.extend(fixed(self.around));
            }
            Role::Vector => candidates.extend(fixed(self.around)),
        }
        if examined.is_rank_deficient() {
            return Vec::new();
        }
        candidates.retain(|recipe| recipe.fits(&examined.independent));
        candidates.sort_by_key(|recipe| (recipe.tier, recipe.wrong.is_some()));
        let mut seen = std::collections::BTreeSet::new();
        candidates.retain(|recipe| seen.insert(recipe.name.clone()));
        candidates
    }

    /// `U(±1/√fan_in)` of the weight beside a bias.
    fn bias_recipe(&self, bias: &str) -> Option<Recipe> {
        let weight = self.weight_of(bias)?;
        let fans = *self.kernels[weight]
            .fans(&self.entries[weight].shape)
            .first()?;
        Some(Recipe {
            name: "uniform ±1/√fan_in".to_owned(),
            law: crate::probability::Law::Uniform,
            std_dev: (3.0 * fans.fan_in()).recip().sqrt(),
            tier: 1,
            wrong: None,
        })
    }

    /// The weight beside a bias.
    pub(super) fn weight_of(&self, bias: &str) -> Option<usize> {
        let mut weights = (0..self.entries.len()).filter(|&i| self.kernels[i].role == Role::Weight);
        weights.find(|&i| {
            bias_names(&self.entries[i].name)
                .iter()
                .any(|name| name == bias)
        })
    }

    /// The diagnosis of the whole, from what was found of each tensor that holds floats.
    pub fn judge(&self, examined: &[Examined]) -> Diagnosis {
        Diagnosis::of(self, examined)
    }
}

/// The fans of a table that is multiplied with, `(words, width)`.
fn table_fans(shape: &[usize]) -> Vec<Fans> {
    let width = shape.last().copied().unwrap_or(0);
    let words: usize = shape[..shape.len().saturating_sub(1)].iter().product();
    Fans::try_new(words, width).into_iter().collect()
}

/// Whether queries, keys and values are in one matrix.
pub(super) fn is_packed(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["in_proj", "qkv", "c_attn", "query_key_value"]
        .iter()
        .any(|word| lower.contains(word))
}

/// How many layers are stacked, and the width of their stream.
fn surroundings(entries: &[Entry]) -> Surroundings {
    let mut indices = std::collections::BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.shape.len() >= 2) {
        if let Some((stem, index)) = indexed(&entry.name) {
            indices
                .entry(stem)
                .or_insert_with(std::collections::BTreeSet::new)
                .insert(index);
        }
    }
    let layers = indices.values().map(std::collections::BTreeSet::len).max();
    let tables = entries.iter().filter(|entry| {
        let lower = entry.name.to_lowercase();
        entry.shape.len() == 2 && (lower.contains("embed") || lower.contains("wte"))
    });
    let width = tables.map(|entry| entry.shape[1]).next();
    Surroundings { layers, width }
}
