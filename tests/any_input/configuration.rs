//! Any layout, any shape, any precision.

use proptest::prelude::*;
use unit_variance::{Convolution, Depthwise, KernelOrder, Layout};

use super::given::{Given, any_given};
use super::numbers::any_count;

/// One kernel to be filled.
#[derive(Debug, Clone)]
pub(super) struct Configuration {
    pub(super) given: Given,
    pub(super) layout: Layout,
    pub(super) shape: Vec<usize>,
    pub(super) precision: Precision,
    /// Where a part begins, and what of each axis it has, as shares of what is left.
    pub(super) part: [f64; 2],
    pub(super) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    F64,
    F32,
    F16,
    Bf16,
}

const ORDERS: [KernelOrder; 6] = [
    KernelOrder::OutInSpace,
    KernelOrder::InOutSpace,
    KernelOrder::SpaceInOut,
    KernelOrder::SpaceOutIn,
    KernelOrder::OutSpaceIn,
    KernelOrder::InSpaceOut,
];

/// A number that is 1 most of the time.
fn mostly_one() -> BoxedStrategy<usize> {
    prop_oneof![3 => Just(1_usize), 1 => any_count()].boxed()
}

fn any_convolution() -> impl Strategy<Value = Layout> + Clone {
    let stride = (0..3_usize, mostly_one(), mostly_one(), mostly_one());
    let order = proptest::sample::select(ORDERS.to_vec());
    (order, mostly_one(), stride, any::<bool>(), any::<bool>()).prop_map(
        |(order, groups, (axes, a, b, c), is_transposed, is_depthwise)| {
            let plain = Convolution::new(order).groups(groups);
            let bank = Depthwise::new();
            let (mut plain, mut bank) = match axes {
                0 => (plain.stride(a), bank.stride(a)),
                1 => (plain.stride([a, b]), bank.stride([a, b])),
                _ => (plain.stride([a, b, c]), bank.stride([a, b, c])),
            };
            if is_transposed {
                (plain, bank) = (plain.transposed(), bank.transposed());
            }
            if is_depthwise {
                bank.into()
            } else {
                plain.into()
            }
        },
    )
}

fn any_layout() -> impl Strategy<Value = Layout> + Clone {
    prop_oneof![
        2 => Just(Layout::InOut),
        2 => Just(Layout::OutIn),
        6 => any_convolution(),
        1 => Just(Layout::IntoHeads),
        1 => Just(Layout::FromHeads),
        1 => any_count().prop_map(|parts| Layout::PackedInOut { parts }),
        1 => any_count().prop_map(|parts| Layout::PackedOutIn { parts }),
        2 => Just(Layout::Bias),
    ]
}

/// How many axes a kernel of this layout has, if somebody thought about it.
fn rank(layout: Layout, space: usize) -> usize {
    match layout {
        Layout::Bias => 1,
        Layout::IntoHeads | Layout::FromHeads => 3,
        Layout::Convolution(_) | Layout::Depthwise(_) => 2 + space,
        _ => 2,
    }
}

fn any_shape(layout: Layout) -> BoxedStrategy<Vec<usize>> {
    let fitting = (0..4_usize)
        .prop_flat_map(move |space| proptest::collection::vec(any_count(), rank(layout, space)));
    // Long enough for a second block.
    let long = Just(vec![2, 2500]);
    prop_oneof![
        30 => fitting,
        2 => proptest::collection::vec(any_count(), 0..7),
        1 => long,
    ]
    .boxed()
}

/// Any kernel to be filled.
pub(super) fn any_configuration() -> impl Strategy<Value = Configuration> {
    let precision = prop_oneof![
        3 => Just(Precision::F64),
        2 => Just(Precision::F32),
        1 => Just(Precision::F16),
        1 => Just(Precision::Bf16),
    ];
    let kernel = any_layout().prop_flat_map(|layout| (Just(layout), any_shape(layout)));
    let part = [0.0..1.2_f64, 0.0..1.2_f64];
    (any_given(), kernel, precision, part, any::<u64>()).prop_map(
        |(given, (layout, shape), precision, part, seed)| Configuration {
            given,
            layout,
            shape,
            precision,
            part,
            seed,
        },
    )
}
