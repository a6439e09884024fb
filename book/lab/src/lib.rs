//! The labs of the book as modules of WebAssembly: a lab and the values of its controls in, the picture and its tables out.

pub mod exports;

use experiments::Table;
use experiments::lab::{FORMULAS, LABS, Module, NETWORKS};
use serde::Serialize;

/// What a lab shows.
#[derive(Debug, Serialize)]
struct Shown {
    svg: String,
    description: String,
    tables: Vec<Table>,
}

/// The labs that can be asked for: of one feature, which becomes a module, or without features all.
const fn modules() -> &'static [Module] {
    if cfg!(feature = "formulas") {
        &[FORMULAS]
    } else if cfg!(feature = "networks") {
        &[NETWORKS]
    } else {
        LABS
    }
}

/// What the lab of this figure shows with these values of its controls, as JSON.
///
/// # Panics
///
/// If there is no such lab, or it does not take these values.
pub fn shown(figure: &str, values: &[f64]) -> String {
    let lab = modules().iter().find_map(|module| module.lab(figure));
    let lab = lab.unwrap_or_else(|| panic!("there is no lab of a figure {figure:?}"));
    let (picture, tables) = lab.draw(values);
    let shown = Shown {
        svg: picture.svg,
        description: picture.description,
        tables,
    };
    serde_json::to_string(&shown).expect("texts and numbers can be written")
}
