//! The same weights in every format: the same diagnosis.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use checkpoint::{Checkpoint, Source, models};
use unit_variance::diagnosis::Options;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Writer, diagnosed, has_recipe, he};

/// The `i`-th value in the order of the axes.
fn value(i: usize) -> f64 {
    (i as f64) * 0.5 - 3.0
}

/// An array of NumPy with the values in the order of its axes.
pub(super) fn npy(shape: &[usize], fortran: bool, descr: &str, version: u8) -> Vec<u8> {
    let all: usize = shape.iter().product();
    let order: Vec<usize> = if fortran && shape.len() == 2 {
        (0..all)
            .map(|k| k % shape[0] * shape[1] + k / shape[0])
            .collect()
    } else {
        (0..all).collect()
    };
    let values = order.into_iter().map(value);
    let dtype = ["F16", "F32", "F64"][[b'2', b'4', b'8']
        .iter()
        .position(|size| descr.as_bytes()[2] == *size)
        .expect("a float")];
    let mut data = super::bytes(dtype, values);
    if descr.starts_with('>') {
        let size = usize::from(descr.as_bytes()[2] - b'0');
        data.chunks_mut(size).for_each(<[u8]>::reverse);
    }
    let shape: Vec<String> = shape.iter().map(|length| format!("{length},")).collect();
    let order = if fortran { "True" } else { "False" };
    let header = format!(
        "{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({}), }}\n",
        shape.join(" ")
    );
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    if version == 1 {
        file.extend((header.len() as u16).to_le_bytes());
    } else {
        file.extend((header.len() as u32).to_le_bytes());
    }
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// An archive of such arrays.
pub(super) fn archive(arrays: &[(&str, &[usize], bool, &str)], deflated: bool) -> Vec<u8> {
    let method = if deflated {
        CompressionMethod::Deflated
    } else {
        CompressionMethod::Stored
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, shape, fortran, descr) in arrays {
        zip.start_file(
            format!("{name}.npy"),
            SimpleFileOptions::default().compression_method(method),
        )
        .expect("it begins");
        zip.write_all(&npy(shape, *fortran, descr, 1))
            .expect("it is written");
    }
    zip.finish().expect("it ends").into_inner()
}

/// All values of the `i`-th tensor.
fn read(path: &Path, i: usize) -> Vec<f64> {
    let checkpoint = Checkpoint::open(&Source::Disk(path.into())).expect("it can be opened");
    let mut values = Vec::new();
    checkpoint
        .read(i, &mut |block| values.extend_from_slice(block))
        .expect("it can be read");
    values
}

#[test]
fn arrays_of_every_version_order_and_size() {
    let folder = tempfile::tempdir().expect("there is room");
    let expected: Vec<f64> = (0..12).map(value).collect();
    for version in [1, 2, 3] {
        for fortran in [false, true] {
            for descr in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"] {
                let path = folder.path().join("w.npy");
                fs::write(&path, npy(&[3, 4], fortran, descr, version)).expect("it is written");
                assert_eq!(read(&path, 0), expected, "{version} {fortran} {descr}");
                assert_eq!(
                    Checkpoint::open(&Source::Disk(path.clone()))
                        .expect("sound")
                        .tensors[0]
                        .shape,
                    [3, 4]
                );
            }
        }
    }
}

#[test]
fn archives_stored_and_deflated() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("w.npz");
    for deflated in [false, true] {
        fs::write(
            &path,
            archive(
                &[("a", &[2, 3], true, "<f4"), ("b/c", &[5], false, ">f8")],
                deflated,
            ),
        )
        .expect("it is written");
        let checkpoint = Checkpoint::open(&Source::Disk(path.clone())).expect("sound");
        let names: Vec<&str> = checkpoint
            .tensors
            .iter()
            .map(|tensor| tensor.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b/c"]);
        assert_eq!(read(&path, 0), (0..6).map(value).collect::<Vec<_>>());
        assert_eq!(read(&path, 1), (0..5).map(value).collect::<Vec<_>>());
    }
}

#[test]
fn arrays_that_hold_no_floats_are_listed_and_damaged_ones_refused() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("w.npy");
    let integers = String::from_utf8_lossy(&npy(&[3, 4], false, "<f8", 1)[10..])
        .replace("<f8", "<i8")
        .into_bytes();
    let mut file = npy(&[3, 4], false, "<f8", 1)[..10].to_vec();
    let line = integers.iter().position(|byte| *byte == b'\n');
    file.extend(&integers[..=line.expect("a line")]);
    file.resize(file.len() + 96, 0);
    fs::write(&path, &file).expect("it is written");
    assert_eq!(
        diagnosed(&path).expect("it is sound").tensors[0].layout,
        "not diagnosed"
    );
    for (bytes, said) in [
        (
            npy(&[3, 4], false, "<f8", 1)[..90].to_vec(),
            "bytes follow the header, expected 96",
        ),
        (
            npy(&[3, 4], false, "<f8", 9),
            "its version is 9.0, expected 1, 2 or 3",
        ),
        (
            npy(&[3, 4], false, "<f8", 1)[..20].to_vec(),
            "header: its length is",
        ),
    ] {
        fs::write(&path, bytes).expect("it is written");
        let error = diagnosed(&path).expect_err("it is damaged").to_string();
        assert!(error.contains(said), "{error}");
    }
    let path = folder.path().join("w.npz");
    let mut cut = archive(&[("a", &[200, 3], false, "<f4")], false);
    let at = cut.len() / 2;
    cut[at] ^= 0xff;
    fs::write(&path, cut).expect("it is written");
    assert!(
        diagnosed(&path)
            .expect_err("its checksum is wrong")
            .to_string()
            .contains("checksum")
    );
}

#[test]
fn shards_are_one_model_by_name_or_by_index() {
    let folder = tempfile::tempdir().expect("there is room");
    let mut paths = Vec::new();
    for i in 0..2 {
        let mut file = Writer::new(Some("pt"));
        file.out_in(&format!("layers.{i}.weight"), &he((80, 60), &i.to_string()));
        let path = folder
            .path()
            .join(format!("model-0000{}-of-00002.safetensors", i + 1));
        fs::write(&path, file.bytes()).expect("it is written");
        paths.push(path);
    }
    let index = folder.path().join("model.safetensors.index.json");
    let map = serde_json::json!({"weight_map": {
        "layers.0.weight": "model-00001-of-00002.safetensors",
        "layers.1.weight": "model-00002-of-00002.safetensors",
    }});
    fs::write(&index, map.to_string()).expect("it is written");
    for given in [paths.clone(), vec![index]] {
        let models = models(&given).expect("they are sound");
        assert_eq!(models.len(), 1);
        let diagnosis = models[0]
            .diagnose(Options::default(), |_| true)
            .expect("they can be read");
        assert_eq!(diagnosis.tensors.len(), 2);
        has_recipe(&diagnosis, "layers.1.weight", "he normal fan_in");
    }
    assert!(
        models(&paths).expect("sound")[0]
            .label
            .ends_with("model-*-of-00002.safetensors")
    );
    let twice = [paths[0].clone(), paths[0].clone()];
    let error = models(&twice)
        .expect_err("a name is there twice")
        .to_string();
    assert!(
        error.contains("`layers.0.weight` is there twice"),
        "{error}"
    );

    let outside = folder.path().join("bad.index.json");
    fs::write(&outside, r#"{"weight_map": {"a": "../../etc/passwd"}}"#).expect("it is written");
    let error = models(&[outside])
        .expect_err("it lies elsewhere")
        .to_string();
    assert!(error.contains("is no file beside the index"), "{error}");
}

#[test]
fn a_weight_and_its_bias_as_arrays_of_their_own() {
    let folder = tempfile::tempdir().expect("there is room");
    let paths = ["W1.npy", "b1.npy"].map(|name| folder.path().join(name));
    fs::write(&paths[0], npy(&[3, 4], false, "<f8", 1)).expect("it is written");
    fs::write(&paths[1], npy(&[4], false, "<f8", 1)).expect("it is written");
    let models = models(&paths).expect("they are sound");
    let diagnosis = models[0]
        .diagnose(Options::default(), |_| true)
        .expect("they can be read");
    assert_eq!(
        (models.len(), diagnosis.tensors[0].layout.as_str()),
        (1, "in-out")
    );
}
