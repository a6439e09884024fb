//! One pass over the parameters of a model: `stream(name)` draws the weights of `name`.

use unit_variance::initializer::Weight;
use unit_variance::{Initializer, Layout, Streams};

use crate::{Action, RuleError, Rules, Weights, weights};

/// One pass over the parameters of a model, in any order: made by [`Rules::filling`].
#[derive(Debug)]
pub struct Filling<'a> {
    rules: &'a Rules,
    streams: Streams,
    /// Of each rule, whether it decided about a parameter.
    used: Vec<bool>,
    done: Filled,
}

/// What became of the parameters of a model, in the order in which they were met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The names of those that were filled.
    pub filled: Vec<String>,
    /// The names of those that stay as the framework made them.
    pub kept: Vec<String>,
}

/// The weights that one parameter gets.
pub struct Choice<'a> {
    name: &'a str,
    initializer: &'a Weights,
    /// The layout that the rule gives.
    layout: Option<Layout>,
    streams: Streams,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(rules: &'a Rules, streams: Streams) -> Self {
        Self {
            rules,
            streams,
            used: vec![false; rules.rules.len()],
            done: Filled::default(),
        }
    }

    /// What the parameter of this name and number of axes is filled with; `None` if it stays as it is.
    pub fn choose<'b>(&mut self, name: &'b str, axes: usize) -> Option<Choice<'b>>
    where
        'a: 'b,
    {
        let mut rules = self.rules.rules.iter().enumerate();
        let chosen = rules.find(|(_, rule)| rule.fits(name, axes));
        if let Some((index, _)) = chosen {
            self.used[index] = true;
        }
        let (initializer, layout) = match chosen.map(|(_, rule)| &rule.action) {
            None | Some(Action::Keep) => {
                self.done.kept.push(name.to_owned());
                return None;
            }
            Some(Action::Kernels(initializer, layout)) => (initializer, *layout),
            Some(Action::Vectors(initializer)) => (initializer, Some(Layout::Bias)),
        };
        self.done.filled.push(name.to_owned());
        Some(Choice {
            name,
            initializer,
            layout,
            streams: self.streams,
        })
    }

    /// Ends the pass.
    ///
    /// # Errors
    ///
    /// [`RuleError::Unused`] if there is a rule that decided about no parameter.
    pub fn finish(self) -> Result<Filled, RuleError> {
        match self.used.iter().position(|used| !used) {
            None => Ok(self.done),
            Some(unused) => Err(RuleError::Unused {
                rule: self.rules.rules[unused].to_string(),
                parameters: [self.done.filled, self.done.kept].concat(),
            }),
        }
    }
}

impl Choice<'_> {
    /// The weights of a parameter of this shape, the last axis fastest. `usual` is the layout of the framework's layer that it belongs to,
    /// `None` if that is not known; a layout that the rule gives comes first.
    ///
    /// # Errors
    ///
    /// If no layout is known, or the initializer cannot fill such a kernel.
    pub fn weights<T: Weight>(
        &self,
        shape: &[usize],
        usual: Option<Layout>,
    ) -> Result<Vec<T>, RuleError> {
        let mut stream = self.streams.stream(self.name);
        let initializer: &dyn Initializer = &**self.initializer;
        let layout = self.layout.or(usual).ok_or_else(|| RuleError::NoLayout {
            name: self.name.to_owned(),
            shape: shape.to_vec(),
        })?;
        let filled = weights(initializer, shape, layout, &mut stream);
        filled.map_err(|error| RuleError::Fill {
            name: self.name.to_owned(),
            error,
        })
    }
}

impl std::fmt::Debug for Choice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choice")
            .field("name", &self.name)
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use unit_variance::initializer::{FillError, Normal};
    use unit_variance::{Constant, Law, Orthogonal, VarianceScaling};

    use super::*;

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = Rules::new()
            .kernels("head.weight", Constant(1.0))
            .kernels("*", Constant(2.0))
            .vectors("*", Constant(3.0));
        let mut filling = rules.filling(Streams::new(0));
        let mut first = |name: &str, shape: &[usize]| {
            let choice = filling.choose(name, shape.len()).unwrap();
            choice.weights::<f32>(shape, Some(Layout::OutIn)).unwrap()[0]
        };
        assert_eq!(first("head.weight", &[2, 3]), 1.0);
        assert_eq!(first("body.weight", &[2, 3]), 2.0);
        assert_eq!(first("head.bias", &[3]), 3.0);
        let filled = filling.finish().unwrap();
        assert_eq!(filled.filled, ["head.weight", "body.weight", "head.bias"]);
    }

    #[test]
    fn a_parameter_has_the_weights_of_its_name_whatever_was_filled_before() {
        let he = VarianceScaling::he(Law::Normal);
        let rules = Rules::new().kernels("*", he);
        let weights = |names: &[&str]| {
            let mut filling = rules.filling(Streams::new(5));
            let mut of = |name| {
                let choice = filling.choose(name, 2).expect("the rule fits");
                choice.weights::<f64>(&[30, 20], Some(Layout::InOut))
            };
            names.iter().map(|name| of(name).unwrap()).next_back()
        };
        let expected = he.sample((30, 20), &mut Streams::new(5).stream("b"));
        assert_eq!(
            weights(&["a", "c", "b"]),
            Some(expected.into_iter().collect())
        );
        assert_eq!(weights(&["a", "b"]), weights(&["b"]));
        assert_ne!(weights(&["a"]), weights(&["b"]));
    }

    #[test]
    fn a_vector_is_drawn_by_what_asks_for_no_fans() {
        let rules = Rules::new()
            .vectors("v", Normal::new(0.0, 0.5))
            .vectors("*", VarianceScaling::he(Law::Normal));
        let mut filling = rules.filling(Streams::new(1));
        let mut of = |name| {
            let choice = filling.choose(name, 1).unwrap();
            choice.weights::<f64>(&[23], None)
        };
        let expected = Normal::new(0.0, 0.5).sample((1, 23), &mut Streams::new(1).stream("v"));
        assert_eq!(of("v"), Ok(expected.into_iter().collect()));
        assert_eq!(
            of("other").unwrap_err().to_string(),
            "`other`: biases of shape [23] have no fans: draw them from a law that is given in numbers, such as `Normal` or `Constant`"
        );
    }

    #[test]
    fn a_rule_that_decides_nothing_is_an_error_with_the_names_there_are() {
        let rules = Rules::new()
            .kernels("*.weight", Constant(0.0))
            .kernels("fc1.weight", Constant(1.0));
        let mut filling = rules.filling(Streams::new(0));
        assert!(filling.choose("fc1.weight", 2).is_some());
        assert!(filling.choose("fc1.bias", 1).is_none());
        assert_eq!(
            filling.finish().unwrap_err().to_string(),
            "the rule kernels `fc1.weight` decides about none of the parameters [\"fc1.weight\", \"fc1.bias\"]"
        );
    }

    #[test]
    fn what_does_not_fit_is_an_error_with_its_name() {
        let error = |layout, shape: &[usize], initializer: Normal| {
            let rules = Rules::new().kernels("w", initializer);
            let mut filling = rules.filling(Streams::new(0));
            let choice = filling.choose("w", shape.len()).unwrap();
            choice.weights::<f32>(shape, layout).unwrap_err()
        };
        let (one, dense) = (Normal::new(0.0, 1.0), Some(Layout::InOut));
        assert_eq!(
            error(None, &[2, 3], one),
            RuleError::NoLayout {
                name: "w".to_owned(),
                shape: vec![2, 3]
            }
        );
        assert_eq!(
            error(dense, &[2, 3, 4], one).to_string(),
            "`w`: a dense kernel has two axes, but this one has shape [2, 3, 4]"
        );
        assert_eq!(
            error(dense, &[2, 0], one).to_string(),
            "`w`: fans must be positive, but the kernel has shape [2, 0]"
        );
        assert!(matches!(
            error(dense, &[usize::MAX, 2], one),
            RuleError::Fill { .. }
        ));
        assert!(matches!(
            error(dense, &[2, 3], Normal::new(0.0, 1e39)),
            RuleError::Fill {
                error: FillError::Range { .. },
                ..
            }
        ));
    }

    #[test]
    fn rules_are_kept_where_threads_share_them() {
        fn shared<T: Send + Sync + 'static>(_: T) {}
        shared(Rules::new().kernels("*", Orthogonal::new(1.0)));
    }
}
