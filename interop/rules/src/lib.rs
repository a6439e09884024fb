#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings))))]

mod error;
mod filling;
mod names;
mod weights;

use std::fmt;
use std::sync::Arc;

use unit_variance::{Initializer, Layout, Streams};

pub use error::RuleError;
pub use filling::{Choice, Filled, Filling};
pub use weights::weights;

/// Which parameters of a model are filled, and with what: the first rule that fits a parameter decides.
///
/// A name fits the names of a rule if it is the same text, where `*` stands for any number of characters, dots too. A parameter that no rule fits
/// stays as the framework made it.
///
/// ```
/// use unit_variance::{Constant, Law, Layout, Streams, VarianceScaling};
/// use unit_variance_rules::Rules;
///
/// let rules = Rules::new()
///     .keep("embedding.*")
///     .kernels_of("*.qkv.weight", Layout::PackedOutIn { parts: 3 }, VarianceScaling::xavier(Law::Uniform))
///     .kernels("*.weight", VarianceScaling::he(Law::Normal))
///     .vectors("*.bias", Constant::ZERO);
///
/// let mut filling = rules.filling(Streams::new(7));
/// assert!(filling.choose("embedding.weight", 2).is_none());
/// assert!(filling.choose("norm.weight", 1).is_none()); // a vector is no kernel
/// let choice = filling.choose("blocks.0.qkv.weight", 2).unwrap();
/// let weight = choice.weights::<f32>(&[96, 32], None)?;
/// assert!(weight.iter().all(|w| w.abs() <= (6.0_f32 / 64.0).sqrt())); // the fans of one of the three: 32 and 32
/// # Ok::<(), unit_variance_rules::RuleError>(())
/// ```
#[derive(Clone, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// Names, and what is done with the parameters that bear them.
#[derive(Clone)]
struct Rule {
    names: String,
    action: Action,
}

#[derive(Clone)]
enum Action {
    Keep,
    Kernels(Weights, Option<Layout>),
    Vectors(Weights),
}

type Weights = Arc<dyn Initializer + Send + Sync>;

impl Rules {
    /// No rule: every parameter stays as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parameters of two axes or more are kernels, in the layout of the framework's own layers.
    #[must_use]
    pub fn kernels(
        self,
        names: &str,
        initializer: impl Initializer + Send + Sync + 'static,
    ) -> Self {
        self.with(names, Action::Kernels(Arc::new(initializer), None))
    }

    /// Parameters of two axes or more are kernels in this layout: groups, strides, transposed, packed, or a layer of one's own.
    #[must_use]
    pub fn kernels_of(
        self,
        names: &str,
        layout: Layout,
        initializer: impl Initializer + Send + Sync + 'static,
    ) -> Self {
        self.with(names, Action::Kernels(Arc::new(initializer), Some(layout)))
    }

    /// Parameters of one axis: [biases](Layout::Bias), or the gains of a norm. They have no fans, so the initializer must be one that asks for none,
    /// as `Constant` or `Normal`.
    #[must_use]
    pub fn vectors(
        self,
        names: &str,
        initializer: impl Initializer + Send + Sync + 'static,
    ) -> Self {
        self.with(names, Action::Vectors(Arc::new(initializer)))
    }

    /// Parameters of any number of axes that stay as they are, whatever a later rule says.
    #[must_use]
    pub fn keep(self, names: &str) -> Self {
        self.with(names, Action::Keep)
    }

    fn with(mut self, names: &str, action: Action) -> Self {
        let names = names.to_owned();
        self.rules.push(Rule { names, action });
        self
    }

    /// Begins to fill a model, each parameter from the stream of `streams` that has its name.
    pub fn filling(&self, streams: Streams) -> Filling<'_> {
        Filling::new(self, streams)
    }
}

impl Rule {
    fn fits(&self, name: &str, axes: usize) -> bool {
        let axes_fit = match self.action {
            Action::Keep => true,
            Action::Kernels(..) => axes >= 2,
            Action::Vectors(_) => axes == 1,
        };
        axes_fit && names::fit(&self.names, name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.action {
            Action::Keep => "keep",
            Action::Kernels(..) => "kernels",
            Action::Vectors(_) => "vectors",
        };
        write!(f, "{kind} `{}`", self.names)
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.rules.iter().map(Rule::to_string))
            .finish()
    }
}
