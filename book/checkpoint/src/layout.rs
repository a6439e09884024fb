//! Where the tensors of a safetensors file lie: one after the other, from the first byte behind the header to the last of the file.

use crate::{Problem, Stored};

/// A tensor with its bytes, counted from the end of the header.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) tensor: Stored,
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

/// The tensors in the order of their bytes.
///
/// # Errors
///
/// If two overlap, bytes lie between them, or they are not as long as the file.
pub(crate) fn in_order(mut spans: Vec<Span>, data: u64) -> Result<Vec<Span>, Problem> {
    spans.sort_by_key(|span| (span.begin, span.end));
    let mut end = 0;
    let mut before = None;
    for span in &spans {
        if span.begin > end {
            return Err(Problem::Hole {
                tensor: span.tensor.name.clone(),
                found: span.begin,
                expected: end,
            });
        }
        if span.begin < end {
            return Err(Problem::Overlap {
                tensor: span.tensor.name.clone(),
                found: span.begin,
                other: before.unwrap_or_default(),
                expected: end,
            });
        }
        end = span.end;
        before = Some(span.tensor.name.clone());
    }
    if end == data {
        Ok(spans)
    } else {
        Err(Problem::DataLength {
            found: data,
            expected: end,
        })
    }
}
