//! Digits, made small: the means of squares of pixels.

use ndarray::Array2;

use crate::shared::data::LabeledImages;

/// Rows and columns of pixels that make one number; the last are cut off where the size is no multiple.
const SQUARE: usize = 4;

/// Numbers of a pooled image of so many rows and columns.
pub(super) fn pooled_size(images: &LabeledImages) -> usize {
    (images.images.rows / SQUARE).max(1) * (images.images.columns / SQUARE).max(1)
}

/// These images, a row each, as means of squares of pixels from 0 to 1.
pub(super) fn pooled(images: &LabeledImages, which: impl Iterator<Item = usize>) -> Array2<f64> {
    let (rows, columns) = (images.images.rows, images.images.columns);
    // What is narrower than a square is pooled as a whole.
    let (tall, wide) = (SQUARE.min(rows), SQUARE.min(columns));
    let across = (columns / SQUARE).max(1);
    let size = pooled_size(images);
    let mut numbers = Vec::new();
    let mut count = 0;
    for index in which {
        let image = images.image(index);
        numbers.extend((0..size).map(|place| {
            let (top, left) = (place / across * tall, place % across * wide);
            let pixels = (0..tall * wide).map(|i| (top + i / wide) * columns + left + i % wide);
            let sum: f64 = pixels.map(|pixel| f64::from(image[pixel])).sum();
            sum / (255 * tall * wide) as f64
        }));
        count += 1;
    }
    Array2::from_shape_vec((count, size), numbers).expect("as many numbers for each image")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::data::Images;

    #[test]
    fn squares_are_averaged_and_the_rest_is_cut_off() {
        let mut pixels = vec![0; 5 * 9];
        pixels[0] = 255; // in the first square
        pixels[3 * 9 + 7] = 51; // in the second
        pixels[4 * 9] = 255; // below both
        pixels[8] = 255; // right of both
        let images = Images {
            pixels,
            rows: 5,
            columns: 9,
        };
        let set = LabeledImages {
            images,
            labels: vec![0],
        };
        let found = pooled(&set, 0..1);
        assert_eq!(found.dim(), (1, 2));
        assert_eq!(found.row(0).to_vec(), [1.0 / 16.0, 0.2 / 16.0]);
    }
}
