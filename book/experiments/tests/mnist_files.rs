//! The MNIST files of the book are whole, and are the ones that their README describes.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::PathBuf;

use experiments::shared::data::{LabeledImages, Mnist};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

const FILES: [&str; 4] = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
];

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../data/mnist")
        .join(file)
}

fn open(file: &str) -> MultiGzDecoder<BufReader<File>> {
    MultiGzDecoder::new(BufReader::new(
        File::open(path(file)).expect("the file is there"),
    ))
}

fn sha_256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[test]
fn the_digits_are_read_whole() {
    let [train_images, train_labels, test_images, test_labels] = FILES;
    let train = LabeledImages::read(
        (open(train_images), train_images),
        (open(train_labels), train_labels),
    )
    .expect("the training set is whole");
    let test = LabeledImages::read(
        (open(test_images), test_images),
        (open(test_labels), test_labels),
    )
    .expect("the test set is whole");
    let mnist = Mnist::of((train, train_images), (test, test_images)).expect("one size");

    assert_eq!(
        (mnist.train().count(), mnist.test().count()),
        (60_000, 10_000)
    );
    assert_eq!(
        (mnist.train().images.rows, mnist.train().images.columns),
        (28, 28)
    );
    assert_eq!(mnist.train().labels[..5], [5, 0, 4, 1, 9]);
    let mut of_class = [0; 10];
    for label in &mnist.test().labels {
        of_class[usize::from(*label)] += 1;
    }
    assert_eq!(
        of_class,
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    );
}

#[test]
fn the_files_are_those_of_the_readme() {
    let readme = fs::read_to_string(path("README.md")).expect("the README is there");
    for file in FILES {
        let line = readme
            .lines()
            .find(|line| line.contains(file))
            .unwrap_or_else(|| panic!("the README does not know {file}"));
        let mut contents = Vec::new();
        open(file).read_to_end(&mut contents).expect("whole gzip");
        let archive = fs::read(path(file)).expect("the file is there");
        for fact in [
            sha_256(&archive),
            sha_256(&contents),
            contents.len().to_string(),
        ] {
            assert!(line.contains(&fact), "{file}: {fact} is not in {line}");
        }
    }
}
