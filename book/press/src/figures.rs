//! The figures of the book.

use anyhow::Result;
use unit_variance::evidence::Evidence;
use unit_variance::experiments::Table;

use crate::{Lab, runs};

/// A drawing and what it shows.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is, in a few words.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// The drawing.
    pub svg: String,
    /// The rows that it was drawn from.
    pub data: Vec<Table>,
    /// Whether it is wider than the text.
    pub wide: bool,
}

/// The names of all figures.
pub fn names() -> &'static [&'static str] {
    &["udl-depth"]
}

/// Draws a figure; `None` if there is none with this name.
///
/// # Errors
///
/// If a run fails.
pub fn draw(name: &str, lab: &Lab) -> Result<Option<Figure>> {
    if !names().contains(&name) {
        return Ok(None);
    }
    let run = runs::named("udl-5x8").expect("the run has a name");
    Ok(Some(Figure {
        title: "The signal by depth".into(),
        description: "Root mean square by layer.".into(),
        svg: "<svg role=\"img\" viewBox=\"0 0 10 10\"><title>The signal by depth</title></svg>"
            .into(),
        data: vec![lab.table(&*run)?.as_ref().clone()],
        wide: false,
    }))
}

/// The accepted interval, the value and the foils on one line.
pub fn evidence_strip(_evidence: &Evidence, id: &str) -> String {
    format!(
        "<svg class=\"strip\" id=\"strip-{id}\" viewBox=\"0 0 10 1\" aria-hidden=\"true\"></svg>"
    )
}
