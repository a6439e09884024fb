//! `.npy`: a magic number, a version, a header in the syntax of Python, and the values.

use std::io::{Read, SeekFrom};

use crate::safetensors::blocks;
use crate::{Checkpoint, Dtype, Place, Problem, Sink, Source, Stored};

pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header that is read; NumPy itself reads 10,000 bytes unless it is told to trust the file.
const LONGEST_HEADER: u64 = 1 << 20;

/// How many values are turned in memory where the first axis is the fastest: 64 MB.
const MOST_TURNED: u64 = 1 << 23;

/// What stands before the values.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// Whether the first axis is the fastest.
    fortran: bool,
    /// Whether the highest byte comes first.
    big: bool,
}

pub(crate) fn open(source: &Source, length: u64) -> Result<Checkpoint, Problem> {
    let mut file = source.open()?;
    let name = source
        .path()
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let (mut tensor, header, at) = start(&mut file, name)?;
    if let Some(bits) = tensor.dtype.bits() {
        let expected = count(&tensor)? * (bits / 8);
        if length - at != expected {
            return Err(Problem::DataLength {
                found: length - at,
                expected,
            });
        }
    }
    tensor.place = Place::Npy { at, header };
    Ok(Checkpoint {
        source: source.clone(),
        format: Some("np".to_owned()),
        tensors: vec![tensor],
    })
}

/// The number of values.
fn count(tensor: &Stored) -> Result<u64, Problem> {
    let shape: Vec<u64> = tensor.shape.iter().map(|&length| length as u64).collect();
    let mut all: u64 = 1;
    let mut longest: u64 = 1;
    for &length in &shape {
        let next = all
            .checked_mul(length)
            .zip(longest.checked_mul(length.max(1)));
        let overflows = || Problem::ShapeOverflows {
            tensor: tensor.name.clone(),
            shape: shape.clone(),
        };
        (all, longest) = next
            .filter(|(_, longest)| *longest < 1 << 57)
            .ok_or_else(overflows)?;
    }
    Ok(all)
}

/// Reads what stands before the values, and how long that is.
pub(crate) fn start(from: &mut impl Read, name: String) -> Result<(Stored, Header, u64), Problem> {
    let wrong = |field, found: String, expected: &str| Problem::Field {
        tensor: name.clone(),
        field,
        found,
        expected: expected.to_owned(),
    };
    let mut first = [0; 8];
    from.read_exact(&mut first).map_err(|_| {
        wrong(
            "its beginning",
            "missing".to_owned(),
            "the magic number of NumPy and a version",
        )
    })?;
    if !first.starts_with(MAGIC) {
        return Err(wrong(
            "its beginning",
            format!("{:02x?}", &first[..6]),
            "the magic number of NumPy",
        ));
    }
    let [.., major, minor] = first;
    let bytes_of_length = match major {
        1 => 2,
        2 | 3 => 4,
        _ => {
            return Err(wrong(
                "its version",
                format!("{major}.{minor}"),
                "1, 2 or 3",
            ));
        }
    };
    let mut length = [0; 4];
    from.read_exact(&mut length[..bytes_of_length])
        .map_err(|_| wrong("the header's length", "missing".to_owned(), "a number"))?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > LONGEST_HEADER {
        return Err(Problem::HeaderTooLong {
            found: length,
            limit: LONGEST_HEADER,
        });
    }
    let mut header = Vec::new();
    from.take(length).read_to_end(&mut header)?;
    if (header.len() as u64) < length {
        return Err(Problem::HeaderPastEnd {
            found: length,
            rest: header.len() as u64,
        });
    }
    let text = String::from_utf8_lossy(&header).into_owned();
    let descr = value_of(&text, "descr")
        .ok_or_else(|| wrong("descr", "missing".to_owned(), "a format such as '<f4'"))?;
    let order = value_of(&text, "fortran_order").unwrap_or("missing");
    let fortran = match order {
        "True" => true,
        "False" => false,
        other => return Err(wrong("fortran_order", other.to_owned(), "True or False")),
    };
    let shape_text =
        value_of(&text, "shape").ok_or_else(|| wrong("shape", "missing".to_owned(), "a tuple"))?;
    let inner = shape_text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let lengths = inner.map(|inner| {
        inner
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    });
    let shape = lengths.and_then(|lengths| {
        lengths
            .map(|part| part.parse::<usize>().ok())
            .collect::<Option<Vec<usize>>>()
    });
    let shape = shape.ok_or_else(|| {
        wrong(
            "shape",
            shape_text.to_owned(),
            "a tuple of whole numbers from 0 on",
        )
    })?;
    let (dtype, big) = dtype_of(descr);
    let at = 8 + bytes_of_length as u64 + length;
    let header = Header { fortran, big };
    let tensor = Stored {
        name,
        shape,
        dtype,
        place: Place::Bytes { at },
    };
    count(&tensor)?;
    Ok((tensor, header, at))
}

/// The text of a value in a dictionary of Python: up to the comma that is in no bracket.
fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = [format!("'{key}'"), format!("\"{key}\"")];
    let at = quoted
        .iter()
        .find_map(|key| Some(text.find(key.as_str())? + key.len()))?;
    let rest = text[at..].trim_start().strip_prefix(':')?;
    let mut depth = 0_i32;
    let end = rest.find(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' | '}' if depth <= 0 => return true,
            _ => {}
        }
        false
    });
    Some(rest[..end.unwrap_or(rest.len())].trim())
}

/// The format and whether its bytes are turned.
fn dtype_of(descr: &str) -> (Dtype, bool) {
    let plain = descr.trim_matches(['\'', '"']);
    let big = plain.starts_with('>');
    let kind = plain.trim_start_matches(['<', '>', '=', '|']);
    let dtype = match kind {
        "f8" => Dtype::F64,
        "f4" => Dtype::F32,
        "f2" => Dtype::F16,
        // A list of fields has no one size.
        _ => {
            let bytes = kind.get(1..).and_then(|size| size.parse::<u64>().ok());
            let bytes = bytes.filter(|_| kind.starts_with(['i', 'u', 'b', 'c', 'f']));
            Dtype::Other(
                plain.to_owned(),
                bytes
                    .and_then(|bytes| bytes.checked_mul(8))
                    .filter(|bits| *bits <= 256),
            )
        }
    };
    (dtype, big)
}

pub(crate) fn read(
    source: &Source,
    at: u64,
    header: &Header,
    tensor: &Stored,
    sink: &mut Sink,
) -> Result<(), Problem> {
    let mut file = source.open()?;
    file.seek(SeekFrom::Start(at))?;
    values(&mut file, header, tensor, sink)
}

/// Hands over the values, the last axis fastest.
pub(crate) fn values(
    from: &mut impl Read,
    header: &Header,
    tensor: &Stored,
    sink: &mut Sink,
) -> Result<(), Problem> {
    let all = count(tensor)?;
    let long_axes = tensor.shape.iter().filter(|&&length| length > 1).count();
    if !header.fortran || long_axes < 2 {
        return blocks(from, tensor, header.big, sink);
    }
    if all > MOST_TURNED {
        return Err(Problem::TooLargeToTurn {
            tensor: tensor.name.clone(),
            found: all,
            limit: MOST_TURNED,
        });
    }
    let mut stored = Vec::new();
    blocks(from, tensor, header.big, &mut |block| {
        stored.extend_from_slice(block);
    })?;
    let mut steps = vec![1; tensor.shape.len()];
    for axis in 1..steps.len() {
        steps[axis] = steps[axis - 1] * tensor.shape[axis - 1];
    }
    let mut index = vec![0; tensor.shape.len()];
    let mut turned = Vec::with_capacity(4096);
    for _ in 0..all {
        let at: usize = index.iter().zip(&steps).map(|(i, step)| i * step).sum();
        turned.push(stored[at]);
        if turned.len() == 4096 {
            sink(&turned);
            turned.clear();
        }
        for axis in (0..index.len()).rev() {
            index[axis] += 1;
            if index[axis] < tensor.shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    sink(&turned);
    Ok(())
}
