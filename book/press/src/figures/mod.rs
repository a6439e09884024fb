//! The figures of the book, drawn from the rows of experiments.
//!
//! A figure is one file here and one line in `FIGURES`. It asks the [`Lab`] for tables, draws
//! them twice (for the page and for a phone), and hands back the numbers that it shows.

mod activations;
mod apart;
mod connections;
mod difference_error;
mod evidence_strip;
mod fifty_layers;
mod gains;
mod gradient_depth;
mod he_forward;
mod laws;
mod lecun_tanh;
mod mnist_courses;
mod mnist_depth;
mod mnist_initializers;
mod number;
mod p_values;
mod panels;
mod pass_curves;
mod plot;
mod relu_half;
mod scale;
mod second_moment;
mod sheet;
mod signals;
mod spiral_boundaries;
mod spiral_ratio;
mod spiral_shown;
mod spiral_training;
mod svg;
mod symmetry;
mod ten_epochs;
mod ten_histograms;
mod ten_layers;
mod text;
mod udl_backward;
mod udl_depth;
mod udl_response;
mod udl_small;
mod udl_solved;
mod udl_sweep;
mod variance_sweep;
mod xavier_factors;

use anyhow::{Context, Result};
use experiments::Table;

use crate::Lab;
use sheet::Sheet;
use svg::Element;

pub use evidence_strip::evidence_strip;
pub(crate) use p_values::{distance_from_uniform, p_values};

/// A drawing, what it shows, and its numbers.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is, in a few words.
    pub title: String,
    /// What one sees in it, for those who do not see it.
    pub description: String,
    /// The drawing, set for the page and for a phone; the theme shows one of the two.
    pub svg: String,
    /// The numbers that are drawn.
    pub data: Vec<Table>,
    /// Whether it is wider than the text.
    pub wide: bool,
}

/// What can be put on a sheet: a plot, or several.
trait Drawing {
    /// The whole drawing, under its name and with its words for those who do not see it.
    fn finish(self, name: &str, title: &str, description: &str) -> Element;
}

type Draw = fn(&Lab) -> Result<Figure>;

/// Every figure, by the name that chapters use.
const FIGURES: &[(&str, Draw)] = &[
    (fifty_layers::NAME, fifty_layers::draw),
    (udl_small::NAME, udl_small::draw),
    (variance_sweep::NAME, variance_sweep::draw),
    (relu_half::NAME, relu_half::draw),
    (he_forward::NAME, he_forward::draw),
    (udl_depth::NAME, udl_depth::draw),
    (second_moment::NAME, second_moment::draw),
    (activations::NAME, activations::draw),
    (udl_backward::NAME, udl_backward::draw),
    (difference_error::NAME, difference_error::draw),
    (symmetry::NAME, symmetry::draw),
    (lecun_tanh::NAME, lecun_tanh::draw),
    (xavier_factors::NAME, xavier_factors::draw),
    (laws::NAME, laws::draw),
    (connections::NAME, connections::draw),
    (pass_curves::NAME, pass_curves::draw),
    (gains::NAME, gains::draw),
    (ten_histograms::NAME, ten_histograms::draw),
    (ten_histograms::OF_GRADIENTS, ten_histograms::draw_gradients),
    (ten_layers::NAME, ten_layers::draw),
    (ten_epochs::NAME, ten_epochs::draw),
    (spiral_ratio::NAME, spiral_ratio::draw),
    (spiral_shown::NAME, spiral_shown::draw),
    (spiral_training::NAME, spiral_training::draw),
    (spiral_boundaries::NAME, spiral_boundaries::draw),
    (gradient_depth::NAME, gradient_depth::draw),
    (udl_solved::NAME, udl_solved::draw),
    (udl_response::NAME, udl_response::draw),
    (udl_sweep::NAME, udl_sweep::draw),
    (mnist_initializers::NAME, mnist_initializers::draw),
    (mnist_courses::NAME, mnist_courses::draw),
    (mnist_depth::NAME, mnist_depth::draw),
];

/// The figure with this name; `None` if there is none.
///
/// # Errors
///
/// If an experiment that it shows cannot be kept.
pub fn draw(name: &str, lab: &Lab) -> Result<Option<Figure>> {
    FIGURES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, draw)| draw(lab).with_context(|| format!("cannot draw the figure `{name}`")))
        .transpose()
}

/// The names of all figures.
pub fn names() -> &'static [&'static str] {
    const NAMES: [&str; FIGURES.len()] = {
        let mut names = [""; FIGURES.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = FIGURES[i].0;
            i += 1;
        }
        names
    };
    &NAMES
}

impl Figure {
    /// A figure from its drawing on a sheet.
    fn of<D: Drawing>(
        name: &str,
        title: &str,
        description: &str,
        page: Sheet,
        data: Vec<Table>,
        draw: impl Fn(Sheet) -> D,
    ) -> Self {
        let on = |sheet| -> Element { draw(sheet).finish(name, title, description) };
        Self {
            title: title.to_owned(),
            description: description.to_owned(),
            svg: format!("{}\n{}", on(page), on(Sheet::PHONE)),
            data,
            wide: page.width > Sheet::COLUMN.width,
        }
    }
}

#[cfg(test)]
mod tests;
