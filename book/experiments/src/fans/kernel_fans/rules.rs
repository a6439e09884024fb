//! How five libraries compute fans: the shape in which each stores a layer's kernel, and the rule
//! that its initializers apply to it. Each rule was read in the source that stands beside it, of the
//! version that [`Library::version`] names. Our transcription of it does not change when the library does.

use super::{Convolution, Layer};

/// A library whose rule was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// `(out, in, k…)`, transposed `(in, out, k…)`; `torch/nn/init.py`.
    PyTorch,
    /// `(k…, in, out)`, transposed `(k…, out, in)`; `keras/src/initializers/random_initializers.py`.
    Keras,
    /// `(k…, in, out)`, with Flax' layers; `jax/_src/nn/initializers.py`.
    Jax,
    /// Each module states its fans; `crates/burn-nn/src/modules`.
    Burn,
    /// PyTorch's shapes; `candle-nn/src/init.rs`.
    Candle,
}

/// Every library whose rule was read.
pub const LIBRARIES: [Library; 5] = [
    Library::PyTorch,
    Library::Keras,
    Library::Jax,
    Library::Burn,
    Library::Candle,
];

/// What a library takes for the fans of a layer; nothing where it has no such layer, or states none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LibraryFans {
    /// What its forward mode divides by.
    pub fan_in: Option<usize>,
    /// What its backward mode divides by.
    pub fan_out: Option<usize>,
}

impl LibraryFans {
    const NONE: Self = Self {
        fan_in: None,
        fan_out: None,
    };

    const fn of((fan_in, fan_out): (usize, usize)) -> Self {
        Self {
            fan_in: Some(fan_in),
            fan_out: Some(fan_out),
        }
    }
}

impl Library {
    /// The name, as the library writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch",
            Self::Keras => "Keras",
            Self::Jax => "JAX",
            Self::Burn => "Burn",
            Self::Candle => "Candle",
        }
    }

    /// The version whose source was read.
    pub const fn version(self) -> &'static str {
        match self {
            Self::PyTorch => "2.15",
            Self::Keras => "3.15.1",
            Self::Jax => "0.11.1, Flax 0.12.8",
            Self::Burn => "0.22.0-pre.2",
            Self::Candle => "0.11.0",
        }
    }

    /// Whether the library has a layer that keeps its weights so. Queries, keys and values are packed by
    /// PyTorch alone, the other order of a matrix is Burn's `LinearLayout::Col`, and `candle-nn` has
    /// neither attention nor volumes.
    const fn has(self, layer: Layer) -> bool {
        match layer {
            Layer::Packed(..) => matches!(self, Self::PyTorch),
            Layer::DenseTransposed(..) => matches!(self, Self::Burn),
            Layer::IntoHeads(..) | Layer::FromHeads(..) => !matches!(self, Self::Candle),
            Layer::Convolution(c) if c.dimensions > 2 => !matches!(self, Self::Candle),
            Layer::Dense(..) | Layer::Convolution(_) => true,
        }
    }

    /// The fans that the library's initializers take for this layer.
    pub fn fans(self, layer: Layer) -> LibraryFans {
        match self {
            _ if !self.has(layer) => LibraryFans::NONE,
            // Candle's transposed layers do not ask the rule: they state a bound of the same size.
            Self::PyTorch | Self::Candle => LibraryFans::of(leading_axes(&out_in_shape(layer))),
            Self::Keras => LibraryFans::of(trailing_axes(&keras_shape(layer))),
            Self::Jax => LibraryFans::of(trailing_axes(&flax_shape(layer))),
            Self::Burn => burn_module(layer),
        }
    }
}

/// The rule of PyTorch (`_calculate_fan_in_and_fan_out`) and of Candle (`FanInOut::for_shape`): axis 1
/// is the inputs, axis 0 the outputs, the rest is space.
pub fn leading_axes(shape: &[usize]) -> (usize, usize) {
    let taps: usize = shape[2..].iter().product();
    (shape[1] * taps, shape[0] * taps)
}

/// The rule of Keras (`compute_fans`) and of JAX (`_compute_fans`, with its default axes): the last axis
/// is the outputs, the one before it the inputs, the rest is space.
pub fn trailing_axes(shape: &[usize]) -> (usize, usize) {
    let (space, channels) = shape.split_at(shape.len() - 2);
    let taps: usize = space.iter().product();
    (channels[0] * taps, channels[1] * taps)
}

/// How PyTorch and Candle store a kernel: `nn.Linear`, `nn.ConvNd`, `nn.ConvTransposeNd` and
/// `nn.MultiheadAttention.in_proj_weight`; `linear.rs` and `conv.rs`.
fn out_in_shape(layer: Layer) -> Vec<usize> {
    match layer {
        Layer::Dense(inputs, outputs) => vec![outputs, inputs],
        Layer::DenseTransposed(inputs, outputs) => vec![inputs, outputs],
        Layer::IntoHeads(inputs, heads, units) => vec![heads * units, inputs],
        Layer::FromHeads(heads, units, outputs) => vec![outputs, heads * units],
        Layer::Packed(parts, inputs, outputs) => vec![parts * outputs, inputs],
        Layer::Convolution(c) if c.is_transposed => with_space(c, |space| {
            [vec![c.inputs, c.outputs / c.groups], space].concat()
        }),
        Layer::Convolution(c) => with_space(c, |space| {
            [vec![c.outputs, c.inputs / c.groups], space].concat()
        }),
    }
}

/// How Keras stores a kernel: `Dense`, `BaseConv`, `BaseDepthwiseConv`, `BaseConvTranspose`. Since
/// 3.15 the `EinsumDense` of `MultiHeadAttention` tells its initializer which axes are inputs and
/// outputs; until then the kernel `(inputs, heads, units)` went through the rule as it stood.
fn keras_shape(layer: Layer) -> Vec<usize> {
    match layer {
        Layer::Convolution(c) if c.is_transposed => {
            with_space(c, |space| [space, vec![c.outputs, c.inputs]].concat())
        }
        // One input channel in every group: a depthwise layer.
        Layer::Convolution(c) if c.groups == c.inputs && c.groups > 1 => with_space(c, |space| {
            [space, vec![c.inputs, c.outputs / c.groups]].concat()
        }),
        layer => flax_shape(layer),
    }
}

/// How Flax stores a kernel: `Dense`, `Conv`, `ConvTranspose`; `DenseGeneral` shows heads to its
/// initializer as one axis.
fn flax_shape(layer: Layer) -> Vec<usize> {
    match layer {
        Layer::Dense(inputs, outputs) => vec![inputs, outputs],
        Layer::DenseTransposed(inputs, outputs) => vec![outputs, inputs],
        Layer::IntoHeads(inputs, heads, units) => vec![inputs, heads * units],
        Layer::FromHeads(heads, units, outputs) => vec![heads * units, outputs],
        Layer::Packed(parts, inputs, outputs) => vec![inputs, parts * outputs],
        Layer::Convolution(c) => with_space(c, |space| {
            [space, vec![c.inputs / c.groups, c.outputs]].concat()
        }),
    }
}

/// What Burn's modules pass to `init_with`: `linear.rs` (for the transposed matrix its
/// `LinearLayout::Col`), `conv2d.rs` and `conv3d.rs`, and `conv_transpose2d.rs`, which states no `fan_out`.
fn burn_module(layer: Layer) -> LibraryFans {
    match layer {
        Layer::Dense(inputs, outputs) => LibraryFans::of((inputs, outputs)),
        Layer::DenseTransposed(inputs, outputs) => LibraryFans::of((outputs, inputs)),
        Layer::IntoHeads(inputs, heads, units) => LibraryFans::of((inputs, heads * units)),
        Layer::FromHeads(heads, units, outputs) => LibraryFans::of((heads * units, outputs)),
        Layer::Packed(parts, inputs, outputs) => LibraryFans::of((inputs, parts * outputs)),
        Layer::Convolution(c) if c.is_transposed => LibraryFans {
            fan_in: Some(c.outputs / c.groups * c.taps()),
            fan_out: None,
        },
        Layer::Convolution(c) => LibraryFans::of((
            c.inputs / c.groups * c.taps(),
            c.outputs / c.groups * c.taps(),
        )),
    }
}

fn with_space(c: Convolution, shape: impl Fn(Vec<usize>) -> Vec<usize>) -> Vec<usize> {
    shape(vec![c.kernel; c.dimensions])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_read_shapes_from_either_end() {
        assert_eq!(leading_axes(&[128, 64, 3, 3]), (64 * 9, 128 * 9));
        assert_eq!(leading_axes(&[10, 50]), (50, 10));
        assert_eq!(trailing_axes(&[3, 3, 64, 128]), (64 * 9, 128 * 9));
        // Keras read a kernel into heads as a convolution, up to 3.14.
        assert_eq!(trailing_axes(&[512, 8, 64]), (8 * 512, 64 * 512));
    }

    #[test]
    fn all_agree_on_a_plain_convolution() {
        let plain = Layer::Convolution(Convolution::plain(64, 128, 3));
        for library in LIBRARIES {
            assert_eq!(
                library.fans(plain),
                LibraryFans::of((576, 1152)),
                "{library:?}"
            );
        }
    }
}
