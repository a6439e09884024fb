//! The fans of one kernel: as its layout counts them, and as the two common rules read its shape.

use super::{leading_axes, trailing_axes};
use crate::{Cell, Experiment, Progress, Table};
use unit_variance::initializer::{Fan, Fans, Layout, LayoutError};

/// The fans of a kernel of this shape, and the variances `1 / n`, `2 / (n + m)` and `2 / n` that LeCun,
/// Xavier and He would give its weights: by its layout, by the rule of PyTorch and Candle, and by that of
/// Keras and JAX.
///
/// ```
/// use experiments::Experiment;
/// use experiments::fans::OneKernel;
/// use unit_variance::{Convolution, KernelOrder};
///
/// let depthwise = Convolution::new(KernelOrder::SpaceOutIn).groups(512);
/// let table = OneKernel::new(vec![3, 3, 512, 1], depthwise.into())?.run(&mut |_| {});
/// assert_eq!(table.numbers("fan_in"), [9.0, 1536.0, 4608.0]);
/// # Ok::<(), unit_variance::initializer::LayoutError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OneKernel {
    shape: Vec<usize>,
    layout: Layout,
    fans: Fans,
}

impl OneKernel {
    /// The kernel, if its shape fits its layout.
    ///
    /// # Errors
    ///
    /// If it does not, as [`Layout::try_fans`] says.
    pub fn new(shape: Vec<usize>, layout: Layout) -> Result<Self, LayoutError> {
        let fans = layout.try_fans(&shape)?;
        // The common rules count without dividing.
        if shape
            .iter()
            .try_fold(1, |size: usize, &n| size.checked_mul(n))
            .is_none()
        {
            return Err(LayoutError::TooLarge(shape));
        }
        Ok(Self {
            shape,
            layout,
            fans,
        })
    }
}

impl Experiment for OneKernel {
    fn name(&self) -> &'static str {
        "fans"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let shape: Vec<_> = self.shape.iter().map(ToString::to_string).collect();
        vec![
            ("shape".into(), shape.join(",").as_str().into()),
            (
                "layout".into(),
                format!("{:?}", self.layout).as_str().into(),
            ),
        ]
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let read = |(fan_in, fan_out): (usize, usize)| Fans::new(fan_in, fan_out);
        let rows = [
            ("the layout", self.fans),
            ("PyTorch's rule", read(leading_axes(&self.shape))),
            ("Keras' rule", read(trailing_axes(&self.shape))),
        ];
        let rows = rows.map(|(rule, fans)| {
            let numbers = [
                fans.fan_in(),
                fans.fan_out(),
                1.0 / fans.of(Fan::In),
                1.0 / fans.of(Fan::Average),
                2.0 / fans.of(Fan::In),
            ];
            let first = Cell::from(rule);
            std::iter::once(first)
                .chain(numbers.map(Cell::from))
                .collect()
        });
        progress(Progress { done: 1, total: 1 });
        let columns = ["rule", "fan_in", "fan_out", "lecun", "xavier", "he"];
        Table::of(self, &columns, rows.into())
    }
}
