//! The labs of the book as modules of WebAssembly: a lab and the values of its controls in, the picture and its tables out; or a
//! checkpoint in, and out what is said of it.

pub mod exports;

use checkpoint::{CheckpointError, Model, write_report};
use experiments::Table;
use experiments::lab::{DEPTH, FORMULAS, LABS, Module, NETWORKS};
use serde::Serialize;
use unit_variance::diagnosis::Options;

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
    } else if cfg!(feature = "depth") {
        &[DEPTH]
    } else if cfg!(feature = "diagnosis") {
        &[]
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

/// What the terminal says of a file of this name with these bytes, and whether they are one of a model.
///
/// ```
/// let (report, is_read) = lab::report("model.npy", b"no numbers".to_vec());
/// assert!(!is_read && report.starts_with("model.npy: "), "{report}");
/// ```
#[expect(
    clippy::missing_panics_doc,
    reason = "memory takes all of a report, which is text"
)]
pub fn report(name: &str, bytes: Vec<u8>) -> (String, bool) {
    let written = |bytes| -> Result<String, CheckpointError> {
        let model = Model::in_memory(name, bytes)?;
        let diagnosis = model.diagnose(Options::default(), |_| true)?;
        let mut text = Vec::new();
        write_report(&model.label, &diagnosis, false, &mut text)
            .expect("memory takes all of a report");
        Ok(String::from_utf8(text).expect("a report is text"))
    };
    match written(bytes) {
        Ok(report) => (report, true),
        Err(error) => (error.to_string(), false),
    }
}
