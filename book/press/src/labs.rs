//! The labs of the printed book: the modules that compute them, their controls, and where a reader gives a file.
//!
//! The modules are kept built, so that printing needs no compiler of WebAssembly. Beside them stands the fingerprint of the sources that they
//! were built of: with other sources they may no longer give what the book prints, and are left out.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use experiments::lab::{Control, LABS, Lab};
use experiments::{Cell, Table};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use ledger::Fingerprints;

use crate::base64::base64;
use crate::html::escaped;
use crate::site;

/// The module that reads a file of the reader's.
const DIAGNOSIS: &str = "diagnosis";

/// The modules, and the fingerprint of their sources.
pub(crate) const MODULES: &str = "book/lab/modules";
const FINGERPRINT: &str = "fingerprint";

/// Whether the modules that are kept were built of the present sources.
///
/// # Errors
///
/// If the sources or the fingerprint cannot be read.
pub(crate) fn is_fresh(root: &Path) -> Result<bool> {
    let path = root.join(MODULES).join(FINGERPRINT);
    match fs::read_to_string(&path) {
        Ok(built) => Ok(built.trim() == fingerprint(root)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The fingerprint of the present sources.
///
/// # Errors
///
/// If they cannot be read.
fn fingerprint(root: &Path) -> Result<String> {
    let fingerprints = Fingerprints::of(root).context("cannot read the project's sources")?;
    let chapters: Vec<&str> = experiments::chapters_with_labs().collect();
    Ok(fingerprints.of_labs(&chapters))
}

/// Writes each module as a script, which a page from disk can load: deflated, as letters hide from a server what it could compress.
pub(crate) fn write_scripts(root: &Path, site: &Path) -> Result<()> {
    for name in LABS.iter().map(|module| module.name).chain([DIAGNOSIS]) {
        let path = root.join(MODULES).join(format!("{name}.wasm"));
        let module = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
        deflated.write_all(&module)?;
        let letters = base64(&deflated.finish()?);
        let script = format!("globalThis.labModule = \"{letters}\";\n");
        site::write(site, script_of(name), script)?;
    }
    Ok(())
}

/// The script of the site that holds this module.
fn script_of(module: &str) -> String {
    format!("lab-{module}.js")
}

/// Where a reader gives a file to the module that diagnoses it.
pub(crate) fn file_input(is_fresh: bool) -> String {
    if !is_fresh {
        return "<p class=\"lab-stale\">Here a file can be read in the page. That is left out: what reads it was built of older sources.</p>\n"
            .to_owned();
    }
    format!(
        "<div class=\"lab file-lab\" data-lab=\"{DIAGNOSIS}\" data-module=\"{script}\" role=\"group\" aria-label=\"Diagnose a file\" hidden>\n\
         <label>A .safetensors or .npy, chosen or dropped here <input type=\"file\" accept=\".safetensors,.npy\"></label>\n\
         <button type=\"button\" disabled>Stop</button>\n\
         <p class=\"lab-says\" role=\"status\"></p>\n\
         <pre class=\"report\" tabindex=\"0\" role=\"region\" aria-label=\"Report\" hidden></pre>\n</div>\n",
        script = script_of(DIAGNOSIS)
    )
}

/// The controls of a figure's lab, at the values of the runs that it shows; nothing if it has none.
///
/// Of a module of other sources they say that it is stale.
pub(crate) fn controls(
    figure: &str,
    number: &str,
    tables: &[Table],
    is_fresh: bool,
) -> Result<String, String> {
    let mut labs = LABS
        .iter()
        .filter_map(|module| Some((module.name, module.lab(figure)?)));
    let Some((module, lab)) = labs.next() else {
        return Ok(String::new());
    };
    if !is_fresh {
        return Ok(
            "<p class=\"lab-stale\">This figure has controls, which are left out: what computes it was built of older sources.</p>\n".to_owned(),
        );
    }
    let mut out = format!(
        "<div class=\"lab\" data-lab=\"{figure}\" data-module=\"{script}\" role=\"group\" aria-label=\"Figure {number}, to be moved\" hidden>\n",
        script = script_of(module)
    );
    for control in lab.controls {
        let at = place(lab, control, tables)?;
        let values: Vec<String> = control.values.iter().copied().map(written).collect();
        let _ = writeln!(
            out,
            "<label>{label} <input type=\"range\" autocomplete=\"off\" min=\"0\" max=\"{last}\" step=\"1\" value=\"{at}\" data-option=\"{option}\" data-values=\"{values}\" aria-valuetext=\"{value}\"> <output aria-hidden=\"true\">{value}</output></label>",
            label = escaped(control.label),
            last = values.len() - 1,
            option = control.option,
            value = values[at],
            values = values.join(" "),
        );
    }
    out.push_str("<button type=\"button\" disabled>As printed</button>\n<p class=\"lab-says\" role=\"status\"></p>\n</div>\n");
    Ok(out)
}

/// A value as a reader and the terminal can read it.
fn written(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// Which of a control's values the runs have that the figure shows.
fn place(lab: &Lab, control: &Control, tables: &[Table]) -> Result<usize, String> {
    let option = control.option.replace('-', "_");
    let parameters = tables.iter().flat_map(|table| &table.parameters);
    let mut printed = parameters
        .filter(|(name, _)| *name == option)
        .map(|(_, value)| value);
    let value = printed.next().ok_or_else(|| {
        format!(
            "the lab of `{}` moves --{}, which is no option of its runs",
            lab.figure.name, control.option
        )
    })?;
    let number = match value {
        Cell::Count(value) => *value as f64,
        Cell::Number(value) => *value,
        Cell::Text(_) | Cell::Flag(_) => f64::NAN,
    };
    control
        .values
        .iter()
        .position(|other| *other == number)
        .ok_or_else(|| {
            format!(
                "the lab of `{}` does not take {value}, which the printed figure has for --{}",
                lab.figure.name, control.option
            )
        })
}
