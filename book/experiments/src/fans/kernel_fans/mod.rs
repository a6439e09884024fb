//! The fans of twelve kernels: counted, and as five libraries compute them.

mod kernel;
mod rules;

use std::ops::Not;

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Wiring;

pub use kernel::Order;
pub use rules::{LIBRARIES, Library, LibraryFans, leading_axes, trailing_axes};

/// The fans of twelve kernels, counted and as five libraries compute them; or of one of your own.
///
/// For each of twelve layers the fans by counting its connections one by one, and those that a
/// library's initializer takes for it, given the kernel as that library's layer stores it.
///
/// Three layers packed into one kernel are counted as three. A number that differs from the count
/// is in brackets; a layer that the library does not have, and a fan that it does not state, is a
/// dash.
///
/// With an `order`, instead: the fans of a kernel of this shape, and the variances `1 / n`, `2 / (n + m)` and
/// `2 / n` that LeCun, Xavier and He would give its weights: by its layout, by the rule of PyTorch and Candle,
/// and by that of Keras and JAX.
///
/// ```
/// use experiments::fans::Order;
/// use experiments::Experiment;
/// use experiments::fans::KernelFans;
///
/// let depthwise = KernelFans {
///     shape: vec![3, 3, 512, 1],
///     order: Some(Order::SpaceOutIn),
///     groups: Some(512),
///     ..KernelFans::default()
/// };
/// let table = depthwise.run(&mut |_| {});
/// assert_eq!(table.numbers("fan_in"), [9.0, 1536.0, 4608.0]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct KernelFans {
    /// The shape of a kernel of your own, as in 512,1,3,3.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', requires = "order")]
    #[serde(
        serialize_with = "option::joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub shape: Vec<usize>,
    /// What its axes mean.
    #[arg(long, requires = "shape")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// The groups of a convolution, or the layers that are packed into one kernel.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, requires = "shape")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<usize>,
    /// The step along every axis of space, or one for each, as in 2,1.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', requires = "shape")]
    #[serde(
        serialize_with = "option::joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub stride: Vec<usize>,
    /// The layer is a transposed convolution.
    #[arg(long, requires = "shape")]
    #[serde(skip_serializing_if = "Not::not")]
    pub transposed: bool,
}

impl Default for KernelFans {
    fn default() -> Self {
        without_options()
    }
}

/// A layer, and what is peculiar about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// `inputs` to `outputs`, in the order of axes that the library's own layer has.
    Dense(usize, usize),
    /// The same, stored the other way round.
    DenseTransposed(usize, usize),
    /// A convolution, plain or transposed.
    Convolution(Convolution),
    /// `(inputs, heads, units)`: the projection into the heads.
    IntoHeads(usize, usize, usize),
    /// `(heads, units, outputs)`: the projection out of the heads.
    FromHeads(usize, usize, usize),
    /// `(layers, inputs, outputs)`: dense layers side by side, as queries, keys, values.
    Packed(usize, usize, usize),
}

/// The sizes of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convolution {
    /// The channels that enter.
    pub inputs: usize,
    /// The channels that leave.
    pub outputs: usize,
    /// Positions along each axis of space.
    pub kernel: usize,
    /// How many axes of space there are.
    pub dimensions: usize,
    /// Groups of channels.
    pub groups: usize,
    /// The step along each axis.
    pub stride: usize,
    /// Whether it goes the other way.
    pub is_transposed: bool,
}

impl Convolution {
    /// Two axes of space, one group, stride 1.
    const fn plain(inputs: usize, outputs: usize, kernel: usize) -> Self {
        Self {
            inputs,
            outputs,
            kernel,
            dimensions: 2,
            groups: 1,
            stride: 1,
            is_transposed: false,
        }
    }

    /// The positions of the kernel.
    pub(crate) const fn taps(self) -> usize {
        self.kernel.pow(self.dimensions as u32)
    }

    fn wiring(self) -> Wiring {
        let wiring = Wiring::convolution(self.inputs, self.outputs, self.kernel, self.dimensions)
            .groups(self.groups)
            .stride(self.stride);
        if self.is_transposed {
            wiring.transposed()
        } else {
            wiring
        }
    }
}

impl Layer {
    /// The connections of the layer; of one of the layers, if several are packed into one kernel.
    pub fn wiring(self) -> Wiring {
        match self {
            Self::Dense(inputs, outputs)
            | Self::DenseTransposed(inputs, outputs)
            | Self::Packed(_, inputs, outputs) => Wiring::dense(inputs, outputs),
            Self::IntoHeads(inputs, heads, units) => Wiring::dense(inputs, heads * units),
            Self::FromHeads(heads, units, outputs) => Wiring::dense(heads * units, outputs),
            Self::Convolution(convolution) => convolution.wiring(),
        }
    }
}

const GROUPED: Convolution = Convolution {
    groups: 8,
    ..Convolution::plain(64, 64, 3)
};
const DEPTHWISE: Convolution = Convolution {
    groups: 512,
    ..Convolution::plain(512, 512, 3)
};
const STRIDED: Convolution = Convolution {
    stride: 2,
    ..Convolution::plain(64, 128, 3)
};
const VOLUME: Convolution = Convolution {
    dimensions: 3,
    ..Convolution::plain(16, 32, 3)
};
const TRANSPOSED: Convolution = Convolution {
    is_transposed: true,
    ..Convolution::plain(64, 32, 3)
};
const UPSAMPLING: Convolution = Convolution {
    stride: 2,
    is_transposed: true,
    ..Convolution::plain(64, 32, 4)
};

/// The twelve layers, with their names.
pub const LAYERS: [(&str, Layer); 12] = [
    ("dense", Layer::Dense(512, 2048)),
    (
        "dense, stored the other way",
        Layer::DenseTransposed(512, 2048),
    ),
    (
        "convolution 3×3",
        Layer::Convolution(Convolution::plain(64, 128, 3)),
    ),
    ("convolution 3×3×3", Layer::Convolution(VOLUME)),
    ("convolution 3×3, stride 2", Layer::Convolution(STRIDED)),
    ("convolution 3×3, 8 groups", Layer::Convolution(GROUPED)),
    ("depthwise 3×3", Layer::Convolution(DEPTHWISE)),
    ("transposed 3×3", Layer::Convolution(TRANSPOSED)),
    ("transposed 4×4, stride 2", Layer::Convolution(UPSAMPLING)),
    ("into 8 heads", Layer::IntoHeads(512, 8, 64)),
    ("out of 8 heads", Layer::FromHeads(8, 64, 512)),
    ("queries, keys, values packed", Layer::Packed(3, 512, 512)),
];

/// A fan as the library has it, in brackets if it is wrong.
fn compare(stated: Option<usize>, counted: f64) -> Cell {
    let words = match stated {
        None => "–".to_owned(),
        Some(fan) if fan as f64 == counted => fan.to_string(),
        Some(fan) => format!("[{fan}]"),
    };
    words.as_str().into()
}

impl KernelFans {
    /// The table of the twelve layers.
    fn of_layers(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows = (1..).zip(LAYERS).map(|(done, (name, layer))| {
            let counted = layer.wiring().fans();
            progress(Progress {
                done,
                total: LAYERS.len() as u64,
            });
            let stated = LIBRARIES.map(|library| library.fans(layer));
            let mut row: Vec<Cell> = vec![name.into(), counted.0.to_string().as_str().into()];
            row.extend(stated.map(|fans| compare(fans.fan_in, counted.0)));
            row.push(counted.1.to_string().as_str().into());
            row.extend(stated.map(|fans| compare(fans.fan_out, counted.1)));
            row
        });
        let rows = rows.collect();
        let names = |fan: &str| -> Vec<String> {
            let name = |library: Library| format!("{}_{fan}", library.name().to_lowercase());
            std::iter::once(format!("fan_{fan}"))
                .chain(LIBRARIES.map(name))
                .collect()
        };
        let columns = [vec!["layer".to_owned()], names("in"), names("out")].concat();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows)
    }
}

impl Configuration for KernelFans {
    const NAME: &'static str = "fans";

    fn constants() -> Vec<(String, Cell)> {
        let versions = LIBRARIES.map(|library| {
            let name = library.name().to_lowercase();
            (name, library.version().into())
        });
        versions.into()
    }

    fn refusal(&self) -> Option<String> {
        self.order.and_then(|order| self.fans(order).err())
    }

    /// # Panics
    ///
    /// If the shape does not fit the order, or the order has no such groups, stride or direction.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        match self.order {
            Some(order) => self.of_kernel(order),
            None => self.of_layers(progress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_those_of_the_layouts() {
        use unit_variance::initializer::{Convolution as Kernel, Fans, KernelOrder, Layout};
        for (name, layer) in LAYERS {
            let Layer::Convolution(conv) = layer else {
                continue;
            };
            let mut kernel = Kernel::new(KernelOrder::OutInSpace)
                .groups(conv.groups)
                .stride(conv.stride);
            let mut shape = vec![conv.outputs, conv.inputs / conv.groups];
            if conv.is_transposed {
                kernel = kernel.transposed();
                shape = vec![conv.outputs / conv.groups, conv.inputs];
            }
            shape.extend(vec![conv.kernel; conv.dimensions]);
            let (fan_in, fan_out) = layer.wiring().fans();
            let counted = Fans::new(fan_in, fan_out);
            assert_eq!(Layout::from(kernel).fans(&shape), counted, "{name}");
        }
    }

    #[test]
    fn a_wrong_number_is_in_brackets() {
        let table = KernelFans::default().run(&mut |_| {});
        let row = |name: &str| {
            let mut rows = table.rows.iter();
            let row = rows.find(|row| row[0].to_string() == name).expect("a row");
            row[1..].iter().map(Cell::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            row("convolution 3×3, 8 groups"),
            [
                "72", "72", "72", "72", "72", "72", // fan-in
                "72", "[576]", "[576]", "[576]", "72", "[576]"
            ]
        );
        assert_eq!(
            row("transposed 4×4, stride 2"),
            [
                "256", "[512]", "[512]", "[1024]", "[512]", "[512]", // fan-in
                "512", "[1024]", "[1024]", "512", "–", "[1024]"
            ]
        );
    }
}
