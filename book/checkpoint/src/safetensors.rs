//! `.safetensors`: eight bytes of length, a header of JSON, and the bytes of all tensors.
//!
//! The crate `safetensors` wants the whole file as a slice, which without mapped memory, so without `unsafe`, is the whole file in
//! memory, and its errors do not say what was found. The format is small enough to be read here.

use std::io::{Read, SeekFrom};

use serde_json::Value;

use crate::fields::{Member, Members};
use crate::layout::{Span, in_order};
use crate::{Checkpoint, Dtype, Place, Problem, Sink, Source, Stored};

/// The longest header that is read, as in the crate `safetensors`.
const LONGEST_HEADER: u64 = 100_000_000;

/// How many bytes are read at once.
pub(crate) const BLOCK: usize = 1 << 19;

/// What the first bytes of something else say, where they are no length of a header.
fn disguise(start: &[u8]) -> Option<&'static str> {
    const CONVERT: &str = "a pickle of PyTorch: convert it with `safetensors.torch.save_file(torch.load(path, weights_only=True), \"model.safetensors\")`";
    let text =
        |word: &[u8]| start.len() >= word.len() && start[..word.len()].eq_ignore_ascii_case(word);
    match start {
        _ if text(b"version https://") || text(b"version http") => {
            Some("a git-lfs pointer, not the file itself: fetch that with `git lfs pull`")
        }
        _ if text(b"<!doc") || text(b"<html") || text(b"<?xml") => {
            Some("a web page, not a checkpoint: the download failed")
        }
        _ if text(b"GGUF") => {
            Some("a GGUF file: its weights are quantized in blocks, which leaves no law to test")
        }
        [0x80, 2..=5, ..] => Some(CONVERT),
        [0x89, b'H', b'D', b'F', ..] => {
            Some("an HDF5 file: save the weights as .npz or .safetensors")
        }
        [b'{', ..] => Some("JSON, not a checkpoint; an index of shards is called *.index.json"),
        _ => None,
    }
}

pub(crate) fn open(source: &Source, start: &[u8], length: u64) -> Result<Checkpoint, Problem> {
    let Some((first, _)) = start.split_first_chunk::<8>() else {
        return Err(disguise(start).map_or(Problem::TooShort { found: length }, Problem::Disguised));
    };
    let header_length = u64::from_le_bytes(*first);
    let rest = length.saturating_sub(8);
    if header_length > rest {
        return Err(match disguise(start) {
            Some(what) => Problem::Disguised(what),
            None if header_length > LONGEST_HEADER => Problem::HeaderTooLong {
                found: header_length,
                limit: LONGEST_HEADER,
            },
            None => Problem::HeaderPastEnd {
                found: header_length,
                rest,
            },
        });
    }
    if header_length > LONGEST_HEADER {
        return Err(Problem::HeaderTooLong {
            found: header_length,
            limit: LONGEST_HEADER,
        });
    }
    let mut file = source.open()?;
    file.seek(SeekFrom::Start(8))?;
    let mut header = vec![0; header_length as usize];
    file.read_exact(&mut header)?;
    let (format, spans) = parse(&header)?;
    let spans = in_order(spans, rest - header_length)?;
    let tensors = spans.into_iter().map(|span| Stored {
        place: Place::Bytes {
            at: 8 + header_length + span.begin,
        },
        ..span.tensor
    });
    Ok(Checkpoint {
        source: source.clone(),
        format,
        tensors: tensors.collect(),
    })
}

/// The maker of the file, and its tensors.
fn parse(header: &[u8]) -> Result<(Option<String>, Vec<Span>), Problem> {
    let text = std::str::from_utf8(header).map_err(|error| Problem::NotUtf8 {
        at: error.valid_up_to(),
    })?;
    let members: Members<Member> =
        serde_json::from_str(text).map_err(|error| Problem::Json(error.to_string()))?;
    if let Some(name) = members.duplicate() {
        return Err(Problem::Duplicate {
            of: "header".to_owned(),
            name: name.to_owned(),
        });
    }
    let mut format = None;
    let mut spans = Vec::new();
    for (name, member) in members.0 {
        let field = |field, found: &Value, expected: &str| Problem::Field {
            tensor: name.clone(),
            field,
            found: shortened(found),
            expected: expected.to_owned(),
        };
        let fields = match member {
            Member::Fields(fields) => fields,
            Member::Other(found) => {
                return Err(field(
                    "its entry",
                    &found,
                    "an object with dtype, shape and data_offsets",
                ));
            }
        };
        if let Some(twice) = fields.duplicate() {
            return Err(Problem::Duplicate {
                of: format!("tensor `{name}`"),
                name: twice.to_owned(),
            });
        }
        if name == "__metadata__" {
            for (key, value) in &fields.0 {
                let Some(value) = value.as_str() else {
                    return Err(Problem::Json(format!(
                        "__metadata__: `{key}` is {}, expected a text",
                        shortened(value)
                    )));
                };
                if key == "format" {
                    format = Some(value.to_owned());
                }
            }
            continue;
        }
        spans.push(span(name, &fields)?);
    }
    Ok((format, spans))
}

/// A tensor from its three fields.
fn span(name: String, fields: &Members<Value>) -> Result<Span, Problem> {
    let wrong = |field, found: String, expected: String| Problem::Field {
        tensor: name.clone(),
        field,
        found,
        expected,
    };
    let value = |field: &'static str| {
        let mut values = fields.0.iter().filter(|(key, _)| key == field);
        values
            .next()
            .map(|(_, value)| value)
            .ok_or_else(|| wrong(field, "missing".to_owned(), "a value".to_owned()))
    };
    let dtype = value("dtype")?;
    let known = dtype.as_str().and_then(Dtype::of_safetensors);
    let dtype = known.ok_or_else(|| {
        wrong(
            "dtype",
            shortened(dtype),
            format!("one of {}", Dtype::known()),
        )
    })?;
    let numbers = |field: &'static str| -> Result<Vec<u64>, Problem> {
        let found = value(field)?;
        let lengths = found
            .as_array()
            .and_then(|all| all.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>());
        lengths.ok_or_else(|| {
            wrong(
                field,
                shortened(found),
                "a list of whole numbers from 0 on".to_owned(),
            )
        })
    };
    let shape = numbers("shape")?;
    let offsets = numbers("data_offsets")?;
    let &[begin, end] = offsets.as_slice() else {
        return Err(wrong(
            "data_offsets",
            format!("{offsets:?}"),
            "two numbers".to_owned(),
        ));
    };
    if begin > end {
        return Err(wrong(
            "data_offsets",
            format!("[{begin}, {end}]"),
            "an end that is not before its beginning".to_owned(),
        ));
    }
    let bits = bits(&shape, &dtype).ok_or_else(|| Problem::ShapeOverflows {
        tensor: name.clone(),
        shape: shape.clone(),
    })?;
    if bits.div_ceil(8) != end - begin {
        return Err(Problem::Size {
            tensor: name,
            found: end - begin,
            expected: bits.div_ceil(8),
            shape,
            dtype,
        });
    }
    let shape = shape.into_iter().map(|length| length as usize).collect();
    Ok(Span {
        tensor: Stored {
            name,
            shape,
            dtype,
            place: Place::Bytes { at: 0 },
        },
        begin,
        end,
    })
}

/// The bits of a tensor, if they and all of its partial products can be counted.
fn bits(shape: &[u64], dtype: &Dtype) -> Option<u64> {
    let mut count: u64 = 1;
    let mut longest: u64 = 1;
    for &length in shape {
        count = count.checked_mul(length)?;
        // A length of 0 must not hide an overflow beside it.
        longest = longest.checked_mul(length.max(1))?;
    }
    let limit = 1 << 60;
    (longest < limit).then_some(())?;
    count.checked_mul(dtype.bits()?)
}

/// JSON in one line that is not long.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

pub(crate) fn read(
    source: &Source,
    at: u64,
    tensor: &Stored,
    sink: &mut Sink,
) -> Result<(), Problem> {
    let mut file = source.open()?;
    file.seek(SeekFrom::Start(at))?;
    blocks(&mut file, tensor, false, sink)
}

/// Hands over the values of a tensor that come from here on.
pub(crate) fn blocks(
    from: &mut impl Read,
    tensor: &Stored,
    big: bool,
    sink: &mut Sink,
) -> Result<(), Problem> {
    let no_floats = || Problem::NoFloats {
        tensor: tensor.name.clone(),
        found: tensor.dtype.clone(),
    };
    let (Some(bits), Some(precision)) = (tensor.dtype.bits(), tensor.dtype.precision()) else {
        return Err(no_floats());
    };
    let expected = tensor
        .shape
        .iter()
        .map(|&length| length as u64)
        .product::<u64>()
        * (bits / 8);
    let mut left = expected;
    let mut bytes = vec![0; BLOCK.min(expected as usize)];
    let mut values = Vec::with_capacity(bytes.len() / (bits as usize / 8));
    while left > 0 {
        let now = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut filled = 0;
        while filled < now {
            let more = from.read(&mut bytes[filled..now])?;
            if more == 0 {
                let found = expected - left + filled as u64;
                return Err(Problem::DataEnd {
                    tensor: tensor.name.clone(),
                    found,
                    expected,
                });
            }
            filled += more;
        }
        values.clear();
        precision.decode(&bytes[..now], big, &mut values);
        sink(&values);
        left -= now as u64;
    }
    Ok(())
}
