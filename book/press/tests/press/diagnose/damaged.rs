//! Files that are not what they say: an error with the tensor and the field, or a diagnosis, and never a panic.

use std::fs;

use rand::{Rng, RngExt as _};
use unit_variance::Streams;

use super::{Writer, diagnosed, he, many};

/// A file of this header and so many bytes of data.
fn raw(header: &str, data: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + data, 0);
    file
}

/// What is said of a file of these bytes.
fn error(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("x.safetensors");
    fs::write(&path, bytes).expect("it can be written");
    let error = diagnosed(&path).expect_err("it is damaged").to_string();
    let said = error.strip_prefix(&format!("{}: ", path.display()));
    said.expect("the file is named").to_owned()
}

const W: &str = r#"{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}"#;

#[test]
fn headers_say_what_was_found_and_what_was_expected() {
    let one = |entry: &str| raw(&format!(r#"{{"a":{entry}}}"#), 64);
    for (bytes, said) in [
        (Vec::new(), "too short: 0 bytes"),
        (vec![1; 7], "too short: 7 bytes"),
        (raw("{\"a\": {", 0), "header: EOF while parsing"),
        (
            raw("[1, 2]", 0),
            "header: invalid type: sequence, expected an object",
        ),
        (
            raw("{\"a\": 3}", 0),
            "tensor `a`: its entry is 3, expected an object",
        ),
        (
            one(r#"{"dtype":"F33","shape":[4,4],"data_offsets":[0,64]}"#),
            "tensor `a`: dtype is \"F33\", expected one of F64, F32",
        ),
        (
            one(r#"{"dtype":"F32","shape":[4,4]}"#),
            "tensor `a`: data_offsets is missing",
        ),
        (
            one(r#"{"dtype":"F32","shape":[-4,4],"data_offsets":[0,64]}"#),
            "tensor `a`: shape is [-4,4], expected",
        ),
        (
            one(r#"{"dtype":"F32","shape":[4,5],"data_offsets":[0,64]}"#),
            "data_offsets span 64 bytes, expected 80 for shape [4, 5] of F32",
        ),
        (
            one(r#"{"dtype":"F32","shape":[4,4],"data_offsets":[64,0]}"#),
            "tensor `a`: data_offsets is [64, 0], expected",
        ),
        (
            one(r#"{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,64]}"#),
            "are more than 2^63",
        ),
        (
            one(r#"{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]}"#),
            "are more than 2^63",
        ),
        (
            one(r#"{"dtype":"F32","dtype":"F32","shape":[4,4],"data_offsets":[0,64]}"#),
            "tensor `a`: `dtype` is there twice",
        ),
        (
            raw(&format!(r#"{{"a":{W},"a":{W}}}"#), 64),
            "header: `a` is there twice",
        ),
        (
            raw(
                &format!(r#"{{"a":{W},"b":{}}}"#, W.replace("0,64", "32,96")),
                96,
            ),
            "tensor `b`: data_offsets begin at 32, inside of `a`, which ends at 64",
        ),
        (
            raw(
                &format!(r#"{{"a":{W},"b":{}}}"#, W.replace("0,64", "72,136")),
                136,
            ),
            "begin at 72, expected 64: the 8 bytes",
        ),
        (
            raw(&format!(r#"{{"a":{W}}}"#), 40),
            "data: 40 bytes follow the header, expected 64",
        ),
        (
            raw(&format!(r#"{{"a":{W}}}"#), 68),
            "data: 68 bytes follow the header, expected 64",
        ),
        (
            raw(r#"{"__metadata__":{"step":3}}"#, 0),
            "`step` is 3, expected a text",
        ),
        (
            [100_000_u64.to_le_bytes().as_slice(), b"{}"].concat(),
            "header: its length is 100000 bytes, but the file has 2",
        ),
        (
            [(1_u64 << 40).to_le_bytes().as_slice(), b"{}"].concat(),
            "at most 100000000 are read",
        ),
        (
            [4_u64.to_le_bytes().as_slice(), b"{\"\xff\""].concat(),
            "header: byte 2 is not UTF-8",
        ),
    ] {
        let found = error(&bytes);
        assert!(found.contains(said), "{found}, expected {said}");
    }
}

#[test]
fn what_is_something_else_is_called_that() {
    for (bytes, said) in [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".as_slice(),
            "git lfs pull",
        ),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0\0\0", "a GGUF file"),
        (
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19",
            "a pickle of PyTorch",
        ),
        (b"\x89HDF\r\n\x1a\n\0\0\0\0", "an HDF5 file"),
        (
            b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "a zip that cannot be read",
        ),
    ] {
        assert!(
            error(bytes).contains(said),
            "{}, expected {said}",
            error(bytes)
        );
    }
}

#[test]
fn empty_tensors_scalars_and_integers_are_listed() {
    let header = r#"{"e":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"i":{"dtype":"I64","shape":[1,8],"data_offsets":[4,68]},"q":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[68,72]}}"#;
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("x.safetensors");
    fs::write(&path, raw(header, 72)).expect("it can be written");
    let diagnosis = diagnosed(&path).expect("it is sound");
    let seen: Vec<(&str, &str)> = diagnosis
        .tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.layout.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("e", "unknown"),
            ("s", "vector"),
            ("i", "not diagnosed"),
            ("q", "not diagnosed")
        ]
    );
    assert!(!diagnosis.has_fault());
}

/// Changes a few bytes, cuts the file or makes it longer.
fn mutated(mut bytes: Vec<u8>, rng: &mut impl Rng) -> Vec<u8> {
    for _ in 0..rng.random_range(1..6) {
        let at = rng
            .random_range(0..bytes.len().max(1))
            .min(bytes.len().saturating_sub(1));
        match rng.random_range(0..7) {
            0 => bytes.truncate(at),
            1 => bytes.push(rng.random()),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 => bytes.insert(at, b"0123456789-[]{},:\"e\\"[rng.random_range(0..20)]),
            // The header is where most can go wrong.
            4 | 5 if bytes.len() > 300 => bytes[rng.random_range(0..300)] = rng.random(),
            _ if !bytes.is_empty() => bytes[at] = rng.random(),
            _ => {}
        }
    }
    bytes
}

#[test]
fn a_damaged_file_gives_an_error_or_a_diagnosis_and_no_panic() {
    let mut file = Writer::new(Some("pt"));
    file.out_in("a.weight", &he((6, 5), "a"));
    file.add(
        "a.bias",
        &[5],
        "F16",
        [0.0, 1.0, 2.0, f64::NAN, f64::INFINITY],
    );
    file.add("b", &[2, 3, 2], "BF16", (0..12).map(f64::from));
    let sound = file.bytes();
    let folder = tempfile::tempdir().expect("there is room");
    let archive = super::formats::archive(
        &[("a", &[2, 3], false, "<f4"), ("b", &[5], false, ">f8")],
        true,
    );
    let array = super::formats::npy(&[3, 4], true, "<f8", 1);
    let mut rng = Streams::new(1).stream("mutations");
    let (mut errors, mut diagnoses) = (0, 0);
    for i in 0..many("DIAGNOSE_MUTATIONS", 3000) {
        let original = match i % 4 {
            0 => &archive,
            1 => &array,
            _ => &sound,
        };
        let path = folder.path().join(i.to_string());
        fs::write(&path, mutated(original.clone(), &mut rng)).expect("it can be written");
        // Writing over a file waits for the disk.
        let found = diagnosed(&path);
        fs::remove_file(&path).expect("it is there");
        match found {
            Ok(_) => diagnoses += 1,
            Err(error) => {
                assert!(!error.to_string().contains('\n'), "{error}");
                errors += 1;
            }
        }
    }
    assert!(
        errors > 0 && diagnoses > 0,
        "{errors} errors, {diagnoses} diagnoses"
    );
}
