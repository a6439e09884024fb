//! What a tensor is for and what its axes mean, from its name, its shape and the tensors beside it.

use super::names::{bias_names, last_part};
use crate::initializer::{Convolution, Depthwise, Fans, KernelOrder, Layout};

/// A tensor of a checkpoint before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the file.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// The name of its format, as the file has it.
    pub dtype: String,
    /// The format of its values, if they are floats that can be diagnosed.
    pub precision: Option<super::Precision>,
}

/// Which axis of a matrix holds the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "kebab-case")
)]
pub enum Order {
    /// `(out, in, k…)`: PyTorch.
    OutIn,
    /// `(k…, in, out)`: JAX, Keras, and this crate.
    InOut,
}

/// What a tensor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The kernel of a layer.
    Weight,
    /// A table of vectors, which are looked up and not summed: words, positions.
    Table,
    /// A bias.
    Bias,
    /// One number a channel or less: the scale of a normalization, a running mean, a temperature.
    Vector,
}

/// A tensor with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Kernel {
    /// What it is for.
    pub role: Role,
    /// The order of its axes, if something tells it.
    pub order: Option<Order>,
    /// The meaning of its axes; the first is the likelier one where the order is not known.
    pub layouts: Vec<Layout>,
    /// Whether it is a filter for every channel.
    pub depthwise: bool,
}

const TABLES: [&str; 9] = [
    "embed",
    "wte",
    "wpe",
    "token",
    "pos_emb",
    "position",
    "lookup",
    "shared.weight",
    "codebook",
];

impl Kernel {
    /// The meaning of `entries[i]`; `format` is what the file says of its maker, as `pt` or `flax`.
    pub fn of(entries: &[Entry], i: usize, format: Option<&str>, forced: Option<Order>) -> Self {
        let Entry { name, shape, .. } = &entries[i];
        let lower = name.to_lowercase();
        let last = last_part(&lower);
        let role = if shape.len() < 2 {
            let digits = |rest: &str| {
                rest.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'_')
            };
            let is_b = last.strip_prefix('b').is_some_and(digits);
            if last.contains("bias") || last == "beta" || is_b {
                Role::Bias
            } else {
                Role::Vector
            }
        } else if TABLES.iter().any(|word| lower.contains(word)) {
            Role::Table
        } else {
            Role::Weight
        };
        if role != Role::Weight {
            return Self {
                role,
                order: None,
                layouts: Vec::new(),
                depthwise: false,
            };
        }
        let order = forced.or_else(|| order_of(entries, i, format));
        let depthwise =
            shape.len() > 2 && (lower.contains("depthwise") || lower.contains("dwconv"));
        let likely = order.unwrap_or(Order::OutIn);
        let other = if likely == Order::OutIn {
            Order::InOut
        } else {
            Order::OutIn
        };
        let orders = if order.is_some() {
            vec![likely]
        } else {
            vec![likely, other]
        };
        let layouts = orders
            .into_iter()
            .map(|order| layout_of(name, shape, order, depthwise));
        Self {
            role,
            order,
            layouts: layouts.collect(),
            depthwise,
        }
    }

    /// The fans for each layout that is possible.
    pub fn fans(&self, shape: &[usize]) -> Vec<Fans> {
        self.layouts
            .iter()
            .filter_map(|layout| layout.try_fans(shape).ok())
            .collect()
    }

    /// Whether the last axis is that of the outputs.
    pub fn outputs_last(&self) -> bool {
        self.order == Some(Order::InOut)
    }

    /// The layout in a word.
    pub fn layout_name(&self) -> &'static str {
        match (self.role, self.order) {
            (Role::Table, _) => "table",
            (Role::Bias | Role::Vector, _) => "vector",
            (Role::Weight, _) if self.depthwise => "depthwise",
            (Role::Weight, Some(Order::OutIn)) => "out-in",
            (Role::Weight, Some(Order::InOut)) => "in-out",
            (Role::Weight, None) => "unknown",
        }
    }
}

fn layout_of(name: &str, shape: &[usize], order: Order, depthwise: bool) -> Layout {
    // Three square matrices side by side are three layers.
    let packed = super::plan::is_packed(name) && shape.len() == 2;
    match (shape.len(), order) {
        (2, Order::OutIn) if packed && shape[0] == 3 * shape[1] => Layout::PackedOutIn { parts: 3 },
        (2, Order::InOut) if packed && shape[1] == 3 * shape[0] => Layout::PackedInOut { parts: 3 },
        (2, Order::OutIn) => Layout::OutIn,
        (2, Order::InOut) => Layout::InOut,
        (_, Order::InOut) if depthwise => Depthwise::new().into(),
        (_, Order::OutIn) => Convolution::new(KernelOrder::OutInSpace).into(),
        (_, Order::InOut) => Convolution::new(KernelOrder::SpaceInOut).into(),
    }
}

/// The order that a bias, the file or the name tells.
fn order_of(entries: &[Entry], i: usize, format: Option<&str>) -> Option<Order> {
    let name = &entries[i].name;
    if let Some(order) = order_by_bias(entries, i) {
        return Some(order);
    }
    match format.map(str::to_lowercase).as_deref() {
        Some("pt" | "torch" | "pytorch" | "mlx") => return Some(Order::OutIn),
        Some("flax" | "jax" | "keras" | "tf" | "haiku" | "unit-variance") => {
            return Some(Order::InOut);
        }
        _ => {}
    }
    let lower = name.to_lowercase();
    if lower.contains("kernel") || lower.ends_with("/w") {
        return Some(Order::InOut);
    }
    if lower.ends_with("weight") {
        return Some(Order::OutIn);
    }
    None
}

/// The order for which the bias of the same layer has the length of the outputs.
fn order_by_bias(entries: &[Entry], i: usize) -> Option<Order> {
    let Entry { name, shape, .. } = &entries[i];
    let length = bias_names(name).into_iter().find_map(|bias| {
        let found = entries.iter().find(|entry| entry.name == bias)?;
        (found.shape.len() == 1).then(|| found.shape[0])
    })?;
    let (first, last) = (shape[0], shape[shape.len() - 1]);
    match (first == length, last == length) {
        (true, false) => Some(Order::OutIn),
        (false, true) => Some(Order::InOut),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Precision;

    fn entry(name: &str, shape: &[usize]) -> Entry {
        Entry {
            name: name.to_owned(),
            shape: shape.to_vec(),
            dtype: "F32".to_owned(),
            precision: Some(Precision::F32),
        }
    }

    fn order(entries: &[(&str, &[usize])], format: Option<&str>) -> Option<Order> {
        let entries: Vec<Entry> = entries
            .iter()
            .map(|(name, shape)| entry(name, shape))
            .collect();
        Kernel::of(&entries, 0, format, None).order
    }

    #[test]
    fn a_bias_outweighs_the_maker_and_the_maker_the_name() {
        let conv1d: &[(&str, &[usize])] = &[
            ("h.0.c_attn.weight", &[64, 192]),
            ("h.0.c_attn.bias", &[192]),
        ];
        assert_eq!(order(conv1d, Some("pt")), Some(Order::InOut));
        assert_eq!(
            order(&[("a.weight", &[3, 4])], Some("flax")),
            Some(Order::InOut)
        );
        assert_eq!(order(&[("a.weight", &[3, 4])], None), Some(Order::OutIn));
        assert_eq!(
            order(&[("Dense_0/kernel", &[3, 4])], None),
            Some(Order::InOut)
        );
        assert_eq!(
            order(&[("W1", &[3, 4]), ("b1", &[4])], None),
            Some(Order::InOut)
        );
        assert_eq!(order(&[("arr_0", &[3, 4])], None), None);
    }

    #[test]
    fn roles_are_told_by_names_and_axes() {
        let role =
            |name: &str, shape: &[usize]| Kernel::of(&[entry(name, shape)], 0, None, None).role;
        assert_eq!(role("wte.weight", &[100, 8]), Role::Table);
        assert_eq!(role("fc.bias", &[8]), Role::Bias);
        assert_eq!(role("ln_1.weight", &[8]), Role::Vector);
        assert_eq!(role("fc.weight", &[8, 4]), Role::Weight);
    }

    #[test]
    fn a_depthwise_kernel_sums_over_its_window_alone() {
        let entries = [entry("m/depthwise_conv2d/kernel", &[3, 3, 32, 1])];
        let kernel = Kernel::of(&entries, 0, Some("keras"), None);
        assert_eq!(kernel.fans(&[3, 3, 32, 1]), [Fans::new(9, 9)]);
    }
}
