//! Handwritten digits: 60,000 to learn from and 10,000 to be tested on, in four IDX files.

use std::fmt;
use std::io::Read;

use serde::Serializer;
use sha2::{Digest, Sha256};

use super::idx::{IdxError, Images, read_images, read_labels};

/// Images and the class of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabeledImages {
    /// The images.
    pub images: Images,
    /// Their classes, from 0.
    pub labels: Vec<u8>,
}

/// A training set and a test set of images of one size, in ten classes; by default, of none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mnist {
    train: LabeledImages,
    test: LabeledImages,
    digest: String,
}

/// Writes the digest of the digits, by which a table says what it was learned from.
///
/// # Errors
///
/// As the serializer.
pub(crate) fn write_digest<S: Serializer>(
    digits: &Mnist,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(digits.digest())
}

/// The last class: there are ten.
const LARGEST_LABEL: u8 = 9;

/// What a pixel stands for: from 0, black, to 1.
pub(crate) static BRIGHTNESS: [f64; 256] = {
    let mut brightness = [0.0; 256];
    let mut pixel = 0;
    while pixel < brightness.len() {
        brightness[pixel] = pixel as f64 * (1.0 / 255.0);
        pixel += 1;
    }
    brightness
};

/// The digest stands for the images.
impl fmt::Debug for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mnist")
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

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

    /// The pixels of an image.
    pub(crate) fn image(&self, index: usize) -> &[u8] {
        let size = self.pixels();
        &self.images.pixels[index * size..][..size]
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
        let digest = digest(&[&train, &test]);
        Ok(Self {
            train,
            test,
            digest,
        })
    }

    /// What is learned from.
    pub fn train(&self) -> &LabeledImages {
        &self.train
    }

    /// What is never learned from.
    pub fn test(&self) -> &LabeledImages {
        &self.test
    }

    /// The first half of the SHA-256 of all sizes, pixels and labels, in hexadecimal: which data a
    /// table is about.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn digest(sets: &[&LabeledImages]) -> String {
    let mut hash = Sha256::new();
    for set in sets {
        for size in [set.images.rows, set.images.columns, set.count()] {
            hash.update((size as u64).to_le_bytes());
        }
        hash.update(&set.images.pixels);
        hash.update(&set.labels);
    }
    let bytes = hash.finalize();
    let half = bytes.iter().take(16);
    half.fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn set(images: u8, side: usize, labels: &[u8]) -> Result<LabeledImages, IdxError> {
        let side_byte = u8::try_from(side).expect("a small side");
        let mut image_file = vec![
            0, 0, 8, 3, 0, 0, 0, images, 0, 0, 0, side_byte, 0, 0, 0, side_byte,
        ];
        image_file.extend((0..usize::from(images) * side * side).map(|i| i as u8));
        let mut label_file = vec![0, 0, 8, 1, 0, 0, 0, labels.len() as u8];
        label_file.extend(labels);
        LabeledImages::read((&image_file[..], "images"), (&label_file[..], "labels"))
    }

    #[test]
    fn every_image_has_a_label() {
        assert_eq!(set(2, 3, &[7, 1]).expect("whole").labels, [7, 1]);
        assert_eq!(
            set(2, 3, &[7]).expect_err("a label is missing").to_string(),
            "labels: there are 1 labels, expected 2 as in images"
        );
        assert_eq!(
            set(0, 3, &[]).expect_err("nothing to learn").to_string(),
            "images: the number of images is 0, expected at least 1"
        );
    }

    #[test]
    fn both_sets_have_images_of_one_size() {
        let [small, large] = [2, 3].map(|side| set(1, side, &[0]).expect("whole"));
        let error = Mnist::of((small, "train"), (large, "test")).expect_err("two sizes");
        assert_eq!(
            error.to_string(),
            "test: there are 3 rows, expected 2 as in train"
        );
    }

    #[test]
    fn the_digest_tells_data_apart() {
        let digest = |label| {
            let [train, test] = [label, 0].map(|label| set(1, 2, &[label]).expect("whole"));
            let mnist = Mnist::of((train, "train"), (test, "test")).expect("one size");
            mnist.digest().to_owned()
        };
        assert_eq!(digest(1), digest(1));
        assert_ne!(digest(1), digest(2));
        assert_eq!(digest(1).len(), 32);
    }

    #[test]
    fn pixels_go_from_zero_to_one() {
        let set = set(3, 2, &[0, 1, 2]).expect("whole");
        let image = set.image(2).iter();
        let brightness: Vec<f64> = image.map(|p| BRIGHTNESS[usize::from(*p)]).collect();
        assert_relative_eq!(brightness[3], 11.0 / 255.0, max_relative = 1e-15);
        assert_eq!([BRIGHTNESS[0], BRIGHTNESS[255]], [0.0, 1.0]);
    }
}
