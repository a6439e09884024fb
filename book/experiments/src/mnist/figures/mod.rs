//! The figures of the digits.

mod mnist_courses;
mod mnist_depth;
mod mnist_initializers;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    mnist_initializers::FIGURE,
    mnist_courses::FIGURE,
    mnist_depth::FIGURE,
];
