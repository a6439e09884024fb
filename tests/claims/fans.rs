//! The claims of the chapter on fans.

use ndarray::Array;
use unit_variance::evidence::{Check, ChiSquareMean, Exactness};
use unit_variance::experiments::fans::{
    LAYERS, LIBRARIES, Layer, Library, leading_axes, trailing_axes,
};
use unit_variance::initializer::Wiring;
use unit_variance::probability::StreamRng;
use unit_variance::{
    Convolution, Fan, Fans, Initializer, KernelOrder, Law, Layout, Streams, VarianceScaling,
};

use crate::harness::{Report, draw_cases};

const ORDERS: [KernelOrder; 4] = [
    KernelOrder::OutInSpace,
    KernelOrder::InOutSpace,
    KernelOrder::SpaceInOut,
    KernelOrder::SpaceOutIn,
];

/// A convolution, its kernel in one of the four orders of axes.
#[derive(Debug)]
struct Kernel {
    /// The fans, by counting connections.
    counted: Fans,
    order: KernelOrder,
    layout: Layout,
    shape: Vec<usize>,
    /// Channels in and out, times the positions of each.
    units: (usize, usize),
}

/// Convolutions of one to three dimensions, in groups, strided, transposed, in any order of axes.
fn kernels(cases: usize, streams: Streams) -> Vec<Kernel> {
    let sizes = (
        1_usize..=3,
        1_usize..=3,
        1_usize..=3,
        1_usize..=4,
        1_usize..=3,
    );
    let strategy = (sizes, 1_u32..=3, 0_usize..4, proptest::bool::ANY);
    let kernel = |((ins, outs, groups, kernel, stride), dimensions, order, is_transposed)| {
        let order: KernelOrder = ORDERS[order];
        let (inputs, outputs) = (ins * groups, outs * groups);
        let mut wiring = Wiring::convolution(inputs, outputs, kernel, dimensions)
            .groups(groups)
            .stride(stride);
        let mut layout = Convolution::new(order).groups(groups).stride(stride);
        let mut channels = (ins, outputs);
        if is_transposed {
            wiring = wiring.transposed();
            layout = layout.transposed();
            channels = (inputs, outs);
        }
        let space = vec![kernel; dimensions as usize];
        let shape = match order {
            KernelOrder::OutInSpace => [vec![channels.1, channels.0], space].concat(),
            KernelOrder::InOutSpace => [vec![channels.0, channels.1], space].concat(),
            KernelOrder::SpaceInOut => [space, vec![channels.0, channels.1]].concat(),
            KernelOrder::SpaceOutIn => [space, vec![channels.1, channels.0]].concat(),
        };
        let (at_input, at_output) = wiring.positions();
        let (fan_in, fan_out) = wiring.fans();
        Kernel {
            counted: Fans::new(fan_in, fan_out),
            order,
            layout: layout.into(),
            shape,
            units: (inputs * at_input, outputs * at_output),
        }
    };
    draw_cases(&strategy, cases, streams)
        .into_iter()
        .map(kernel)
        .collect()
}

/// The rule of a library that expects this order of axes; the others' rules for the other orders.
fn rule_for(order: KernelOrder) -> fn(&[usize]) -> (usize, usize) {
    match order {
        KernelOrder::OutInSpace | KernelOrder::InOutSpace => leading_axes,
        KernelOrder::SpaceInOut | KernelOrder::SpaceOutIn => trailing_axes,
    }
}

/// The fans of a kernel of this shape.
type Rule = dyn Fn(Layout, &[usize]) -> Fans;

/// What a rule of a library returns.
fn stated((fan_in, fan_out): (usize, usize)) -> Fans {
    Fans::new(fan_in, fan_out)
}

#[test]
fn the_fans_of_convolutions_are_counted() -> Report {
    claim!(
        "fans.convolution",
        r"For convolutions of one, two and three dimensions, plain or transposed, in groups, with any
        stride, and for every order of the kernel's axes, the library's fans are the connections counted one by one.",
        |streams| {
            const CASES: usize = 400;
            let kernels = kernels(CASES, streams);
            let wrong = |rule: &dyn Fn(&Kernel) -> Fans| {
                let is_wrong = |kernel: &&Kernel| rule(kernel) != kernel.counted;
                kernels.iter().filter(is_wrong).count() as f64
            };
            let library = |kernel: &Kernel| kernel.layout.fans(&kernel.shape);
            Exactness::of("kernels with a wrong fan", CASES as u64)
                .within(0.0)
                .holds_for("the library's layouts", wrong(&library))
                .foil(
                    "PyTorch's rule",
                    wrong(&|kernel| stated(leading_axes(&kernel.shape))),
                )
                .foil(
                    "Keras' and JAX's rule",
                    wrong(&|kernel| stated(trailing_axes(&kernel.shape))),
                )
                .foil(
                    "each on its own order",
                    wrong(&|kernel| stated(rule_for(kernel.order)(&kernel.shape))),
                )
                .judge()
        },
    )
}

#[test]
fn the_fans_of_matrices_are_counted() -> Report {
    claim!(
        "fans.dense",
        r"For dense kernels in both orders, for kernels into and out of attention heads, and for layers packed side by
        side, the library's fans are the connections of one layer counted one by one.",
        |streams| {
            const CASES: usize = 60;
            let sizes = (1_usize..=12, 1_usize..=4, 1_usize..=6);
            let cases = draw_cases(&sizes, CASES, streams);
            let wrong = |rule: &Rule| {
                let mut wrong = 0;
                for &(width, heads, units) in &cases {
                    let many = heads * units;
                    for (layout, shape, inputs, outputs) in [
                        (Layout::InOut, vec![width, many], width, many),
                        (Layout::OutIn, vec![many, width], width, many),
                        (Layout::IntoHeads, vec![width, heads, units], width, many),
                        (Layout::FromHeads, vec![heads, units, width], many, width),
                        (
                            Layout::PackedInOut { parts: heads },
                            vec![width, many],
                            width,
                            units,
                        ),
                        (
                            Layout::PackedOutIn { parts: heads },
                            vec![many, width],
                            width,
                            units,
                        ),
                    ] {
                        let (fan_in, fan_out) = Wiring::dense(inputs, outputs).fans();
                        wrong += u32::from(rule(layout, &shape) != Fans::new(fan_in, fan_out));
                    }
                }
                f64::from(wrong)
            };
            let library = |layout: Layout, shape: &[usize]| layout.fans(shape);
            Exactness::of("kernels with a wrong fan", 6 * CASES as u64)
                .within(0.0)
                .holds_for("the library's layouts", wrong(&library))
                .foil(
                    "PyTorch's rule",
                    wrong(&|_, shape| stated(leading_axes(shape))),
                )
                .foil(
                    "Keras' rule",
                    wrong(&|_, shape| stated(trailing_axes(shape))),
                )
                .judge()
        },
    )
}

#[test]
fn the_ratio_of_the_fans_is_that_of_the_sizes() -> Report {
    claim!(
        "fans.ratio",
        r"In every convolution, whatever its groups, stride and direction, the fan-out over the fan-in is the number of
        output units over the number of input units.",
        |streams| {
            const CASES: usize = 400;
            let kernels = kernels(CASES, streams);
            let farthest = |fans: &dyn Fn(&Kernel) -> Fans| {
                let error = |kernel: &Kernel| {
                    let fans = fans(kernel);
                    let (inputs, outputs) = kernel.units;
                    (fans.fan_out() / fans.fan_in() / (outputs as f64 / inputs as f64) - 1.0).abs()
                };
                kernels.iter().map(error).fold(0.0, f64::max)
            };
            Exactness::of("largest relative error of the ratio", CASES as u64)
                .within(1e-12)
                .holds_for("connections, counted", farthest(&|kernel| kernel.counted))
                .holds_for(
                    "the library's layouts",
                    farthest(&|kernel| kernel.layout.fans(&kernel.shape)),
                )
                .foil(
                    "the libraries' rules",
                    farthest(&|kernel| stated(rule_for(kernel.order)(&kernel.shape))),
                )
                .judge()
        },
    )
}

#[test]
fn the_libraries_are_wrong_in_these_places() -> Report {
    claim!(
        "fans.libraries",
        r"Of the twelve fan-ins of the table, PyTorch and Candle have three wrong, Keras five, JAX two, and Burn three.",
        |_| {
            let counted = LAYERS.map(|(_, layer)| (layer, layer.wiring().fans().0));
            // Wrong fan-ins among those that are stated.
            let wrong = |library: Library| {
                let is_wrong = |(layer, counted): &(Layer, f64)| {
                    let fan_in = library.fans(*layer).fan_in;
                    fan_in.is_some_and(|fan| fan as f64 != *counted)
                };
                counted.iter().filter(|case| is_wrong(case)).count()
            };
            let found = LIBRARIES.map(|library| wrong(library) as f64);
            let distance = |said: [f64; 5]| {
                let differences = found
                    .iter()
                    .zip(said)
                    .map(|(found, said)| (found - said).abs());
                differences.sum::<f64>()
            };
            Exactness::of("distance from the sentence", LIBRARIES.len() as u64)
                .within(0.0)
                .holds_for("as said", distance([3.0, 5.0, 2.0, 3.0, 3.0]))
                .foil("none of them wrong", distance([0.0; 5]))
                .judge()
        },
    )
}

/// A depthwise layer of so many channels, each with a kernel of nine.
const CHANNELS: usize = 130_000;

/// The mean square of one output in every channel over that of its nine inputs, with weights of
/// variance `scale / fan_in`, and the fan-in as the library has it.
fn depthwise_factor(scale: f64, rng: &mut StreamRng) -> f64 {
    let mut kernel = Array::zeros(vec![CHANNELS, 1, 9]);
    let layout = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(CHANNELS));
    VarianceScaling::new(scale, Fan::In, Law::Normal).fill(kernel.view_mut(), layout, rng);
    let input: [f64; 9] = std::array::from_fn(|i| 1.0 + 0.3 * i as f64);
    let entering = input.iter().map(|x| x * x).sum::<f64>() / 9.0;
    let weights = kernel.as_slice().expect("a new array is contiguous");
    let outputs = weights.chunks(9).map(|window| {
        let sum: f64 = window.iter().zip(input).map(|(w, x)| w * x).sum();
        sum * sum
    });
    outputs.sum::<f64>() / CHANNELS as f64 / entering
}

#[test]
fn a_depthwise_layer_keeps_the_signal_by_its_own_fan_in() -> Report {
    claim!(
        "fans.depthwise",
        r"A depthwise $3\times3$ layer whose weights have variance $1/9$ keeps the mean square of its input on average,
        whatever the number of its channels; with the fan-in that Keras takes for $512$ channels it divides it by $512$.",
        |streams| {
            let [keras, pytorch] = [Library::Keras, Library::PyTorch].map(|library| {
                let (_, depthwise) = LAYERS[6];
                let fans = library.fans(depthwise);
                (fans.fan_in.expect("stated"), fans.fan_out.expect("stated"))
            });
            assert_eq!(keras.0, 9 * 512);
            let xavier = Fans::new(pytorch.0, pytorch.1).of(Fan::Average);
            Check::of(
                "mean square after the layer, over that before it",
                CHANNELS as u64,
                |scale: &f64, rng| depthwise_factor(*scale, rng),
            )
            .null(ChiSquareMean::new(CHANNELS as u64))
            .holds_for("1/9", 1.0)
            .foil_scaled(
                "Keras' fan-in: 1/4608",
                9.0 / keras.0 as f64,
                9.0 / keras.0 as f64,
            )
            .foil_scaled("Xavier on PyTorch's fans", 9.0 / xavier, 9.0 / xavier)
            .judge(streams)
        },
    )
}
