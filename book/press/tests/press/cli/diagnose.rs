//! `diagnose`: what is printed on which stream, and the exit status.

use std::fs;
use std::path::Path;

use serde_json::Value;
use unit_variance::{Fan, Initializer, Law, Streams, VarianceScaling};

use super::press;
use crate::diagnose::Writer;

/// A file of a scale in three layers.
fn write(path: &Path, scale: f64) {
    let mut file = Writer::new(Some("pt"));
    for (i, shape) in [(100, 80), (80, 80), (80, 80)].into_iter().enumerate() {
        let rule = VarianceScaling::new(scale, Fan::In, Law::Normal);
        let weight = rule.sample(shape, &mut Streams::new(2).stream(&i.to_string()));
        file.out_in(&format!("layers.{i}.weight"), &weight);
    }
    fs::write(path, file.bytes()).expect("it is written");
}

#[test]
fn the_exit_status_tells_a_fault_from_none_and_from_a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("there is room");
    let [sound, twice, missing] =
        ["he", "twice", "missing"].map(|name| folder.path().join(format!("{name}.safetensors")));
    write(&sound, 2.0);
    write(&twice, 4.0);
    let path = |path: &Path| path.to_str().expect("it is UTF-8").to_owned();
    for (file, status) in [(&sound, 0), (&twice, 1)] {
        let output = press(&["diagnose", "--format", "json", &path(file)]);
        assert_eq!(output.status.code(), Some(status));
        assert!(output.stderr.is_empty());
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        assert_eq!(text.lines().count(), 1);
        let found: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(found["file"], path(file));
        assert_eq!(found["tensors"].as_array().map(Vec::len), Some(3));
        assert_eq!(found["tensors"][0]["fan_in"], 100.0);
        let low = found["tensors"][0]["variance_times_fan_in"][0]
            .as_f64()
            .expect("a number");
        assert!(1.0 < low && low < 4.0);
        assert_eq!(found["verdicts"][0]["level"] == "fault", status == 1);
    }
    // One that cannot be read leaves nothing of the others.
    let output = press(&["diagnose", &path(&sound), &path(&missing)]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        message.starts_with(&format!("error: {}: cannot be read: ", missing.display())),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1);
}

#[test]
fn the_table_has_faults_first_and_equal_layers_on_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("twice.safetensors");
    write(&path, 4.0);
    let output = press(&["diagnose", path.to_str().expect("it is UTF-8")]);
    let text = String::from_utf8(output.stdout).expect("text is UTF-8");
    let at = |what: &str| {
        text.find(what)
            .unwrap_or_else(|| panic!("no {what} in {text}"))
    };
    assert!(
        at("fault: scale_twice in layers.0.weight, layers.1.weight, layers.2.weight")
            < at("2 × layers.*.weight")
    );
    assert!(!text.contains('\x1b'), "no colors in a pipe");
}

#[test]
fn options_are_obeyed_or_refused_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("he.safetensors");
    write(&path, 2.0);
    let file = path.to_str().expect("it is UTF-8");
    let json = |options: &[&str]| -> Value {
        let output = press(&[&["diagnose", "--format", "json", file], options].concat());
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    };
    assert_eq!(
        json(&["--tensor", "*.1.*"])["tensors"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(json(&["--layout", "in-out"])["tensors"][0]["fan_in"], 80.0);
    assert_eq!(json(&["--alpha", "1e-3"])["alpha"], 1e-3);
    assert!(json(&["--no-spectra"])["tensors"][0]["spectral_norm"].is_null());
    for (options, said) in [
        (
            &["--tensor", "nobody"][..],
            "--tensor is `nobody`, but no tensor has such a name",
        ),
        (&["--alpha", "2"], "--alpha is `2`, but takes a probability"),
        (
            &["--activation", "swish"],
            "--activation is `swish` (did you mean `silu`?), but takes one of: identity",
        ),
        (&["--layout", "outin"], "--layout is `outin`"),
    ] {
        let message = super::refused(&[&["diagnose", file], options].concat());
        assert!(message.contains(said), "{message}");
    }
}
