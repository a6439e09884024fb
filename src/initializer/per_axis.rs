//! A number for every axis of space: one for all of them, or one for each.

/// A number along every axis of space, made of `2` for all axes, of `[2, 1]` for two, or of
/// `[2, 2, 1]` for three, in the order in which the kernel has them.
///
/// ```
/// use unit_variance::{Convolution, Fans, KernelOrder, Layout};
///
/// let wide = Convolution::new(KernelOrder::OutInSpace).stride([1, 2]);
/// assert_eq!(Layout::from(wide).fans(&[1, 1, 3, 3]), Fans::new(9, 4.5));
/// ```
///
/// A file has it in the same words: `2`, `[2, 1]` or `[2, 2, 1]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(
        untagged,
        expecting = "one number for all axes of space, or two or three in brackets, were expected"
    )
)]
pub enum PerAxis {
    /// The same along every axis.
    All(usize),
    /// Along two axes.
    Two([usize; 2]),
    /// Along three axes.
    Three([usize; 3]),
}

impl PerAxis {
    /// 1 along every axis.
    pub(super) const fn one() -> Self {
        Self::All(1)
    }

    /// One number for each of these axes; none if it is made for another number of axes.
    pub(super) fn along(self, axes: usize) -> Option<Vec<usize>> {
        let each = match self {
            Self::All(number) => vec![number; axes],
            Self::Two(numbers) => numbers.to_vec(),
            Self::Three(numbers) => numbers.to_vec(),
        };
        (each.len() == axes).then_some(each)
    }
}

impl From<usize> for PerAxis {
    fn from(number: usize) -> Self {
        Self::All(number)
    }
}

impl From<[usize; 2]> for PerAxis {
    fn from(numbers: [usize; 2]) -> Self {
        Self::Two(numbers)
    }
}

impl From<[usize; 3]> for PerAxis {
    fn from(numbers: [usize; 3]) -> Self {
        Self::Three(numbers)
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_numbers_alone() {
        for (numbers, text) in [
            (PerAxis::from(2), "2"),
            ([2, 1].into(), "[2,1]"),
            ([2, 2, 1].into(), "[2,2,1]"),
        ] {
            assert_eq!(serde_json::to_string(&numbers).expect("numbers"), text);
            assert_eq!(serde_json::from_str::<PerAxis>(text).expect(text), numbers);
        }
        for text in ["[2]", "[]", "-1", "2.5", "[1, 2, 3, 4]", "\"2\""] {
            let error = serde_json::from_str::<PerAxis>(text).expect_err(text);
            assert!(
                error.to_string().starts_with("one number for all axes"),
                "{error}"
            );
        }
    }
}
