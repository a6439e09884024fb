//! Handwritten digits: 60,000 to learn from and 10,000 to be tested on, in four IDX files.

use std::io::Read;

use ndarray::Array2;
use sha2::{Digest, Sha256};

use super::idx::{IdxError, Images, read_images, read_labels};

/// Images and the class of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabeledImages {
    /// The images.
    pub images: Images,
    /// Their classes, from 0.
    pub labels: Vec<u8>,
}

/// A training set and a test set of images of one size, in ten classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mnist {
    /// What is learned from.
    pub train: LabeledImages,
    /// What is never learned from.
    pub test: LabeledImages,
}

/// The last class: there are ten.
const LARGEST_LABEL: u8 = 9;

impl LabeledImages {
    /// Reads images and their labels; the names are what errors call the readers.
    ///
    /// # Errors
    ///
    /// As [`read_images`] and [`read_labels`]; if there is not one label for every image; or if
    /// there are no images.
    pub fn read(
        (images, images_file): (impl Read, &str),
        (labels, labels_file): (impl Read, &str),
    ) -> Result<Self, IdxError> {
        let images = read_images(images, images_file)?;
        let labels = read_labels(labels, LARGEST_LABEL, labels_file)?;
        if images.count() == 0 {
            return Err(IdxError::Size {
                file: images_file.to_owned(),
                field: "images",
                found: 0,
                expected: "at least 1",
            });
        }
        if images.count() != labels.len() {
            return Err(IdxError::Mismatch {
                file: labels_file.to_owned(),
                what: "labels",
                found: labels.len(),
                expected: images.count(),
                other: images_file.to_owned(),
            });
        }
        Ok(Self { images, labels })
    }

    /// The number of images.
    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// The number of pixels of an image.
    pub fn pixels(&self) -> usize {
        self.images.rows * self.images.columns
    }

    /// Writes the images with these indices over the rows of `x`, the pixels from 0 to 1.
    pub(crate) fn gather(&self, indices: &[usize], x: &mut Array2<f64>) {
        let pixels = self.pixels();
        for (mut row, index) in x.rows_mut().into_iter().zip(indices) {
            let image = &self.images.pixels[index * pixels..][..pixels];
            let row = row.as_slice_mut().expect("rows of a batch are contiguous");
            for (to, from) in row.iter_mut().zip(image) {
                *to = f64::from(*from) / 255.0;
            }
        }
    }
}

impl Mnist {
    /// The training set and the test set, if their images have one size.
    ///
    /// # Errors
    ///
    /// If they have not: `test_file` is what the error calls the test images, `train_file` the
    /// training images.
    pub fn of(
        (train, train_file): (LabeledImages, &str),
        (test, test_file): (LabeledImages, &str),
    ) -> Result<Self, IdxError> {
        let sizes = [
            ("rows", test.images.rows, train.images.rows),
            ("columns", test.images.columns, train.images.columns),
        ];
        for (what, found, expected) in sizes {
            if found != expected {
                return Err(IdxError::Mismatch {
                    file: test_file.to_owned(),
                    what,
                    found,
                    expected,
                    other: train_file.to_owned(),
                });
            }
        }
        Ok(Self { train, test })
    }

    /// The SHA-256 of all pixels and labels, in hexadecimal: which data a table is about.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for set in [&self.train, &self.test] {
            hash.update((set.images.rows as u64).to_le_bytes());
            hash.update((set.images.columns as u64).to_le_bytes());
            hash.update((set.count() as u64).to_le_bytes());
            hash.update(&set.images.pixels);
            hash.update(&set.labels);
        }
        let bytes = hash.finalize();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
