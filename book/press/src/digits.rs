//! The handwritten digits that are kept with the book.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::bufread::MultiGzDecoder;
use unit_variance::data::{LabeledImages, Mnist};

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
    use std::fs;

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
