//! The handwritten digits that are kept with the book.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use experiments::shared::data::{LabeledImages, Mnist};
use flate2::bufread::MultiGzDecoder;

/// Where they are, below the project's root.
const FOLDER: &str = "book/data/mnist";

/// Reads all of them.
///
/// # Errors
///
/// If a file is missing, is not whole, or does not fit the others.
pub fn read(root: &Path) -> Result<Mnist> {
    let set = |name: &str| -> Result<LabeledImages> {
        let [images, labels] =
            ["images-idx3", "labels-idx1"].map(|kind| format!("{FOLDER}/{name}-{kind}-ubyte.gz"));
        let readers = (open(root, &images)?, open(root, &labels)?);
        Ok(LabeledImages::read(
            (readers.0, &images),
            (readers.1, &labels),
        )?)
    };
    let (train, test) = (set("train")?, set("t10k")?);
    Ok(Mnist::of(
        (train, "the training images"),
        (test, "the test images"),
    )?)
}

fn open(root: &Path, file: &str) -> Result<impl Read + use<>> {
    let archive = File::open(root.join(file)).with_context(|| format!("cannot read {file}"))?;
    Ok(MultiGzDecoder::new(BufReader::new(archive)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use experiments::shared::data::{IdxError, read_labels};
    use flate2::{Compression, write::GzEncoder};
    use std::fs;
    use std::io::Write;

    /// What is read from an archive of labels: its gzip members one after the other, then other bytes.
    fn labels_in(members: &[&[u8]], rest: &[u8]) -> Result<Vec<u8>, IdxError> {
        let root = tempfile::tempdir().unwrap();
        let mut bytes = Vec::new();
        for member in members {
            let mut archive = GzEncoder::new(&mut bytes, Compression::default());
            archive.write_all(member).unwrap();
            archive.finish().unwrap();
        }
        bytes.extend(rest);
        fs::write(root.path().join("labels.gz"), bytes).unwrap();
        read_labels(open(root.path(), "labels.gz").unwrap(), 9, "labels.gz")
    }

    #[test]
    fn an_archive_of_several_members_is_read_to_its_end() {
        let file = [0, 0, 8, 1, 0, 0, 0, 3, 4, 5, 6];
        assert_eq!(labels_in(&[&file], &[]).unwrap(), [4, 5, 6]);
        assert_eq!(
            labels_in(&[&file[..6], &file[6..10], &file[10..]], &[]).unwrap(),
            [4, 5, 6]
        );
    }

    #[test]
    fn what_comes_after_an_archive_is_an_error() {
        let file = [0, 0, 8, 1, 0, 0, 0, 3, 4, 5, 6];
        let another = labels_in(&[&file, &file], &[]).unwrap_err();
        assert!(matches!(another, IdxError::Trailing { .. }), "{another}");
        let hello = anyhow::Error::new(labels_in(&[&file], b"hello").unwrap_err());
        let message = format!("{hello:#}");
        assert!(
            message.starts_with("labels.gz: cannot be read: ") && message.len() < 80,
            "{message}"
        );
    }

    #[test]
    fn files_that_are_missing_or_cut_are_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        let message = || format!("{:#}", read(root.path()).unwrap_err());
        assert!(
            message().starts_with("cannot read book/data/mnist/train-images-idx3-ubyte.gz: "),
            "{}",
            message()
        );

        let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/mnist");
        for entry in fs::read_dir(whole).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
        let labels = "train-labels-idx1-ubyte.gz";
        let archive = fs::read(folder.join(labels)).unwrap();
        fs::write(folder.join(labels), &archive[..archive.len() / 2]).unwrap();
        assert!(message().contains(labels), "{}", message());
        assert_eq!(message().lines().count(), 1);
    }
}
