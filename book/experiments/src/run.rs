//! Named runs: experiments with values, under the names that the book and the terminal have for them.

use std::sync::Arc;

use crate::shared::data::Mnist;
use crate::{Configuration, Experiment};

/// An experiment with its values, under the name that the book and the terminal have for it.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The name.
    pub name: &'static str,
    source: Source,
    /// The options with which it takes a moment, for its golden numbers.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "golden numbers are compared in tests")
    )]
    pub(crate) small: &'static str,
}

/// What an experiment is made of.
#[derive(Debug, Clone, Copy)]
enum Source {
    Values(fn() -> Box<dyn Experiment>),
    /// It learns from the handwritten digits.
    Digits(fn(Arc<Mnist>) -> Box<dyn Experiment>),
}

impl Run {
    pub(crate) const fn of(name: &'static str, values: fn() -> Box<dyn Experiment>) -> Self {
        Self {
            name,
            source: Source::Values(values),
            small: "",
        }
    }

    /// An experiment under its own name, with the values that the terminal has without options.
    pub(crate) const fn plain<C: Configuration + Default>() -> Self {
        Self::of(C::NAME, || Box::new(C::default()))
    }

    pub(crate) const fn on_digits(
        name: &'static str,
        made: fn(Arc<Mnist>) -> Box<dyn Experiment>,
    ) -> Self {
        Self {
            name,
            source: Source::Digits(made),
            small: "",
        }
    }

    /// The run with options with which it takes a moment.
    pub(crate) const fn in_small(self, options: &'static str) -> Self {
        Self {
            small: options,
            ..self
        }
    }

    /// The experiment, on these digits if it learns from them.
    ///
    /// # Errors
    ///
    /// If it does, and they cannot be had.
    pub fn experiment<E>(
        &self,
        digits: impl FnOnce() -> Result<Arc<Mnist>, E>,
    ) -> Result<Box<dyn Experiment>, E> {
        match self.source {
            Source::Values(values) => Ok(values()),
            Source::Digits(made) => digits().map(made),
        }
    }
}
