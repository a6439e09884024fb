//! What a net is shown: the sizes of MNIST's pixels, and how often its digits occur.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::shared::data::{LabeledImages, Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table};
use unit_variance::probability::Moments;

/// The sizes of the digits' pixels, from 0 to 1, and how often each digit occurs, in both sets.
///
/// Columns: `set`, `images`, `mean`, `mean_square`, `bright` (the share of the pixels that are not 0), `sum`
/// (the standard deviation of a sum over one image's pixels with random weights of variance 1, averaged
/// as a variance: `√(pixels · mean_square)`), `class` (the most frequent one) and `share` (of it).
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Digits {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
}

impl Digits {
    fn row(name: &str, set: &LabeledImages) -> Vec<Cell> {
        let pixels: Moments = set
            .images
            .pixels
            .iter()
            .map(|pixel| f64::from(*pixel) / 255.0)
            .collect();
        let bright = set.images.pixels.iter().filter(|pixel| **pixel > 0).count();
        let mut counts = [0_usize; 256];
        for label in &set.labels {
            counts[usize::from(*label)] += 1;
        }
        let (class, most) = counts
            .into_iter()
            .enumerate()
            .max_by_key(|(_, count)| *count)
            .expect("there are classes");
        vec![
            name.into(),
            set.count().into(),
            pixels.mean().into(),
            pixels.second_moment().into(),
            (bright as f64 / set.images.pixels.len() as f64).into(),
            (set.pixels() as f64 * pixels.second_moment()).sqrt().into(),
            class.into(),
            (most as f64 / set.count() as f64).into(),
        ]
    }
}

impl Configuration for Digits {
    const NAME: &'static str = "digits";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let rows = vec![
            Self::row("train", self.data.train()),
            Self::row("test", self.data.test()),
        ];
        Table::of(
            self,
            &[
                "set",
                "images",
                "mean",
                "mean_square",
                "bright",
                "sum",
                "class",
                "share",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;
    use crate::shared::data::Images;
    use approx::assert_relative_eq;

    #[test]
    fn a_picture_of_two_pixels_has_the_moments_of_two_numbers() {
        let images = Images {
            pixels: vec![0, 51, 255, 0],
            rows: 1,
            columns: 2,
        };
        let set = LabeledImages {
            images,
            labels: vec![3, 3],
        };
        let row = Digits::row("set", &set);
        let number = |column: usize| row[column].number().expect("a number");
        assert_relative_eq!(number(2), 0.3, max_relative = 1e-12);
        assert_relative_eq!(number(3), 0.26, max_relative = 1e-12);
        assert_relative_eq!(number(4), 0.5);
        assert_relative_eq!(number(5), 0.52_f64.sqrt(), max_relative = 1e-12);
        assert_eq!(row[6..], [Cell::Count(3), Cell::Number(1.0)]);
    }

    #[test]
    fn both_sets_have_a_row() {
        let table = Digits {
            data: Arc::new(small_data()),
        }
        .run(&mut |_| {});
        assert_eq!(table.numbers("images"), [250.0, 60.0]);
    }
}
