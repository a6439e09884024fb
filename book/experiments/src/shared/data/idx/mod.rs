//! The IDX format of the MNIST files, from any reader.
//!
//! Four big-endian words: a magic number, the number of items, and for images their rows and
//! columns; then one byte a pixel or a label, and nothing after it.[^idx]
//!
//! [^idx]: Y. LeCun, C. Cortes, C. Burges (1998). *The MNIST database of handwritten digits*, "File formats".

mod error;

use std::io::{self, Read};

pub use error::IdxError;

/// Images of one size, one byte a pixel, row by row, 0 for the background.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Images {
    /// The pixels, image after image.
    pub pixels: Vec<u8>,
    /// The rows of an image.
    pub rows: usize,
    /// The columns of an image.
    pub columns: usize,
}

impl Images {
    /// The number of images.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }
}

const IMAGES: u32 = 0x0000_0803;
const LABELS: u32 = 0x0000_0801;

/// The longest side of an image, and with it what a forged header can make us wait for.
const LONGEST_SIDE: u64 = 4096;

/// Reads images; `file` is what errors call the reader.
///
/// ```
/// use experiments::shared::data::read_images;
///
/// let bytes = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 255];
/// let images = read_images(&bytes[..], "two-pixels")?;
/// assert_eq!((images.rows, images.columns, images.pixels), (1, 2, vec![7, 255]));
///
/// let error = read_images(&bytes[..17], "one-pixel").unwrap_err();
/// assert_eq!(error.to_string(), "one-pixel: there are 1 bytes of pixels, expected 2");
/// # Ok::<(), experiments::shared::data::IdxError>(())
/// ```
///
/// # Errors
///
/// If the reader fails, or what it gives is not one whole IDX file of images and nothing else.
pub fn read_images(mut from: impl Read, file: &str) -> Result<Images, IdxError> {
    let [count, rows, columns] = header(&mut from, file, IMAGES, "images")?;
    let size = |field, found| {
        (1..=LONGEST_SIDE)
            .contains(&found)
            .then_some(found)
            .ok_or(IdxError::Size {
                file: file.to_owned(),
                field,
                found,
                expected: "1 to 4096",
            })
    };
    let (rows, columns) = (size("rows", rows)?, size("columns", columns)?);
    let pixels = body(from, file, count * rows * columns, "pixels")?;
    Ok(Images {
        pixels,
        rows: rows as usize,
        columns: columns as usize,
    })
}

/// Reads labels, none of them above `largest`; `file` is what errors call the reader.
///
/// ```
/// use experiments::shared::data::read_labels;
///
/// let bytes = [0, 0, 8, 1, 0, 0, 0, 2, 3, 11];
/// let error = read_labels(&bytes[..], 9, "labels").unwrap_err();
/// assert_eq!(error.to_string(), "labels: label 1 is 11, expected at most 9");
/// ```
///
/// # Errors
///
/// If the reader fails, what it gives is not one whole IDX file of labels and nothing else, or a
/// label is above `largest`.
pub fn read_labels(mut from: impl Read, largest: u8, file: &str) -> Result<Vec<u8>, IdxError> {
    let [count] = header(&mut from, file, LABELS, "labels")?;
    let labels = body(from, file, count, "labels")?;
    match labels.iter().position(|label| *label > largest) {
        None => Ok(labels),
        Some(index) => Err(IdxError::Label {
            file: file.to_owned(),
            index,
            found: labels[index],
            largest,
        }),
    }
}

/// The magic number, checked, and the `N` words after it.
fn header<const N: usize>(
    from: &mut impl Read,
    file: &str,
    expected: u32,
    what: &'static str,
) -> Result<[u64; N], IdxError> {
    let file = file.to_owned();
    let length = 4 * (N + 1);
    let mut bytes = Vec::with_capacity(length);
    if let Err(source) = from.take(length as u64).read_to_end(&mut bytes) {
        return Err(IdxError::Read { file, source });
    }
    let words: Vec<u32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|word| u32::from_be_bytes(*word))
        .collect();
    match words[..] {
        [found, ..] if found != expected => Err(IdxError::Magic {
            file,
            found,
            expected,
            what,
        }),
        [_, ref rest @ ..] if rest.len() == N => Ok(std::array::from_fn(|i| u64::from(rest[i]))),
        _ => Err(IdxError::Header {
            file,
            found: bytes.len(),
            expected: length,
        }),
    }
}

/// All bytes of the rest, which must be `expected`. Memory grows with what is there, not with what
/// the header promises.
fn body(
    mut from: impl Read,
    file: &str,
    expected: u64,
    what: &'static str,
) -> Result<Vec<u8>, IdxError> {
    let file = file.to_owned();
    let mut bytes = Vec::new();
    let mut trailing = [0];
    let read = from
        .by_ref()
        .take(expected)
        .read_to_end(&mut bytes)
        .and_then(|_| read_some(from, &mut trailing));
    let found = bytes.len() as u64;
    match read {
        Err(source) => Err(IdxError::Read { file, source }),
        Ok(_) if found < expected => Err(IdxError::Short {
            file,
            what,
            found,
            expected,
        }),
        Ok(0) => Ok(bytes),
        Ok(_) => Err(IdxError::Trailing {
            file,
            what,
            expected,
        }),
    }
}

/// [`Read::read`], again if a signal interrupts it.
fn read_some(mut from: impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn image_file(count: u32, rows: u32, columns: u32, pixels: &[u8]) -> Vec<u8> {
        let words = [IMAGES, count, rows, columns].map(u32::to_be_bytes);
        [words.as_flattened(), pixels].concat()
    }

    fn label_file(count: u32, labels: &[u8]) -> Vec<u8> {
        let words = [LABELS, count].map(u32::to_be_bytes);
        [words.as_flattened(), labels].concat()
    }

    fn complaint<T: std::fmt::Debug>(result: Result<T, IdxError>) -> String {
        result.expect_err("the file is broken").to_string()
    }

    #[test]
    fn whole_files_are_read() {
        let images =
            read_images(&image_file(2, 1, 3, &[1, 2, 3, 4, 5, 6])[..], "i").expect("whole");
        assert_eq!((images.count(), images.rows, images.columns), (2, 1, 3));
        assert_eq!(images.pixels, [1, 2, 3, 4, 5, 6]);
        let labels = read_labels(&label_file(3, &[0, 9, 4])[..], 9, "l").expect("whole");
        assert_eq!(labels, [0, 9, 4]);
        assert!(
            read_labels(&label_file(0, &[])[..], 9, "l")
                .expect("whole")
                .is_empty()
        );
    }

    #[test]
    fn every_fault_is_named_with_what_was_found_and_what_was_expected() {
        let labels = |bytes: &[u8]| complaint(read_labels(bytes, 9, "l"));
        let images = |bytes: &[u8]| complaint(read_images(bytes, "i"));
        let whole = label_file(2, &[1, 2]);
        assert_eq!(
            images(&whole),
            "i: the magic number is 0x00000801, expected 0x00000803 (images)"
        );
        assert_eq!(labels(&[]), "l: the header has 0 bytes, expected 8");
        assert_eq!(labels(&whole[..7]), "l: the header has 7 bytes, expected 8");
        assert_eq!(
            labels(&whole[..9]),
            "l: there are 1 bytes of labels, expected 2"
        );
        assert_eq!(
            labels(&[&whole[..], &[3]].concat()),
            "l: there are bytes after the 2 bytes of labels, expected none"
        );
        assert_eq!(
            labels(&label_file(2, &[9, 10])),
            "l: label 1 is 10, expected at most 9"
        );
        assert_eq!(
            images(&image_file(1, 0, 3, &[])),
            "i: the number of rows is 0, expected 1 to 4096"
        );
        assert_eq!(
            images(&image_file(1, 3, 5000, &[])),
            "i: the number of columns is 5000, expected 1 to 4096"
        );
    }

    #[test]
    fn a_forged_header_reserves_no_memory() {
        // 4 billion images of 16 million pixels: more than any machine has.
        let forged = image_file(u32::MAX, 4096, 4096, &[0; 10]);
        assert_eq!(
            complaint(read_images(&forged[..], "i")),
            "i: there are 10 bytes of pixels, expected 72057594021150720"
        );
    }

    #[test]
    fn a_reader_that_fails_is_an_error_and_not_a_short_file() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is on fire"))
            }
        }
        let whole = label_file(2, &[1, 2]);
        for from in [0, 4, 8, 9, 10] {
            let error = read_labels(whole[..from].chain(Broken), 9, "l").expect_err("it burns");
            let why = std::error::Error::source(&error).expect("a reason");
            assert_eq!(error.to_string(), "l: cannot be read");
            assert_eq!(why.to_string(), "the disk is on fire");
        }
    }

    /// Whole files, then damaged: bytes changed, the end cut off, bytes appended.
    fn damaged() -> impl Strategy<Value = Vec<u8>> {
        let images = (0_u32..4, 1_u32..4, 1_u32..4).prop_map(|(count, rows, columns)| {
            image_file(
                count,
                rows,
                columns,
                &vec![7; (count * rows * columns) as usize],
            )
        });
        let labels = prop::collection::vec(0_u8..10, 0..6)
            .prop_map(|labels| label_file(labels.len() as u32, &labels));
        let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
        let tail = prop::collection::vec(any::<u8>(), 0..3);
        (
            prop_oneof![images, labels],
            changes,
            any::<prop::sample::Index>(),
            any::<bool>(),
            tail,
        )
            .prop_map(|(mut bytes, changes, end, cut, tail)| {
                for (at, byte) in changes {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
                if cut {
                    bytes.truncate(end.index(bytes.len()));
                }
                bytes.extend(tail);
                bytes
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// What is accepted is exactly what the format allows: written again, it is the same file.
        #[test]
        fn a_damaged_file_is_refused_or_means_what_it_says(bytes in damaged()) {
            if let Ok(images) = read_images(&bytes[..], "i") {
                let [count, rows, columns] =
                    [images.count(), images.rows, images.columns].map(|n| n as u32);
                prop_assert_eq!(image_file(count, rows, columns, &images.pixels), bytes.clone());
            }
            if let Ok(labels) = read_labels(&bytes[..], 9, "l") {
                prop_assert!(labels.iter().all(|label| *label <= 9));
                prop_assert_eq!(label_file(labels.len() as u32, &labels), bytes);
            }
        }
    }
}
