//! The claims of the chapter on fans.

use experiments::fans::{LAYERS, LIBRARIES, Library, LibraryFans, leading_axes, trailing_axes};
use half::{bf16, f16};
use ndarray::Array4;
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, MeanBound, Scaled, largest};
use unit_variance::initializer::{PerAxis, Weight, Wiring, zero_padded_terms};
use unit_variance::probability::StreamRng;
use unit_variance::{
    Convolution, Fan, Fans, Initializer, KernelOrder, Law, Layout, Streams, VarianceScaling,
};

use crate::harness::Report;

const ORDERS: [KernelOrder; 6] = [
    KernelOrder::OutInSpace,
    KernelOrder::InOutSpace,
    KernelOrder::SpaceInOut,
    KernelOrder::SpaceOutIn,
    KernelOrder::OutSpaceIn,
    KernelOrder::InSpaceOut,
];

/// A convolution, its kernel in one of the six orders of axes.
#[derive(Debug)]
struct Kernel {
    /// The fans, by counting connections.
    counted: Fans,
    order: KernelOrder,
    layout: Layout,
    /// The fans of whoever forgets the groups, forgets the steps, or takes the other direction.
    mistaken: [Fans; 3],
    shape: Vec<usize>,
    /// Channels in and out, times the positions of each.
    units: (usize, usize),
}

/// The mistakes among the fans of a kernel.
const NO_GROUPS: usize = 0;
const NO_STEPS: usize = 1;
const OTHER_WAY: usize = 2;

/// How many there are below: 237 windows with their steps, 27 choices of channels, 2 directions, 6 orders.
const KERNELS: u64 = 76_788;

/// Which they are, in words.
const KERNELS_TRIED: &str = "76,788 kernels: all windows of up to four and steps of up to three along one axis and along each of two; \
    cubes of up to three with all steps of up to three along each of three axes; \
    one to three channels into and out of each of one to three groups; both directions; six orders of axes";

/// A window and a step along each axis: all windows up to four and steps up to three in one and two
/// dimensions; in three dimensions cubes up to three with all steps up to three.
fn windows() -> Vec<(Vec<usize>, PerAxis, PerAxis)> {
    let mut windows = Vec::new();
    for (kernel, stride) in iproduct(1..=4, 1..=3) {
        windows.push((vec![kernel], kernel.into(), stride.into()));
    }
    for (kernel, stride) in iproduct(0..16, 0..9) {
        let (kernel, stride) = (
            [1 + kernel / 4, 1 + kernel % 4],
            [1 + stride / 3, 1 + stride % 3],
        );
        windows.push((kernel.to_vec(), kernel.into(), stride.into()));
    }
    for (kernel, stride) in iproduct(1..=3, 0..27) {
        let stride = [1 + stride / 9, 1 + stride / 3 % 3, 1 + stride % 3];
        windows.push((vec![kernel; 3], kernel.into(), stride.into()));
    }
    windows
}

fn iproduct(
    outer: impl Iterator<Item = usize>,
    inner: impl Iterator<Item = usize> + Clone,
) -> impl Iterator<Item = (usize, usize)> {
    outer.flat_map(move |a| inner.clone().map(move |b| (a, b)))
}

/// Convolutions of one to three dimensions, in groups, strided, transposed, in any order of axes.
fn kernels() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for (space, window, stride) in windows() {
        for choice in 0..27 {
            let (ins, outs, groups) = (1 + choice / 9, 1 + choice / 3 % 3, 1 + choice % 3);
            let (inputs, outputs) = (ins * groups, outs * groups);
            let down = Wiring::convolution(inputs, outputs, window, space.len())
                .groups(groups)
                .stride(stride);
            let up = down.clone().transposed();
            let [plain, turned] = [&down, &up].map(|wiring| {
                let (fan_in, fan_out) = wiring.fans();
                Fans::new(fan_in, fan_out)
            });
            for (wiring, is_transposed, [counted, other_way]) in
                [(down, false, [plain, turned]), (up, true, [turned, plain])]
            {
                let (at_input, at_output) = wiring.positions();
                kernels.extend(ORDERS.map(|order| {
                    let layout = |groups: usize, stride: PerAxis| -> Layout {
                        let layout = Convolution::new(order).groups(groups).stride(stride);
                        if is_transposed {
                            layout.transposed().into()
                        } else {
                            layout.into()
                        }
                    };
                    let channels = if is_transposed {
                        (inputs, outs)
                    } else {
                        (ins, outputs)
                    };
                    let shape = in_order(order, channels, &space);
                    Kernel {
                        counted,
                        order,
                        layout: layout(groups, stride),
                        mistaken: [
                            layout(1, stride).fans(&shape),
                            layout(groups, PerAxis::All(1)).fans(&shape),
                            other_way,
                        ],
                        shape,
                        units: (inputs * at_input, outputs * at_output),
                    }
                }));
            }
        }
    }
    assert_eq!(kernels.len() as u64, KERNELS);
    kernels
}

fn in_order(order: KernelOrder, (ins, outs): (usize, usize), space: &[usize]) -> Vec<usize> {
    let (ins, outs) = (&[ins][..], &[outs][..]);
    match order {
        KernelOrder::OutInSpace => [outs, ins, space],
        KernelOrder::InOutSpace => [ins, outs, space],
        KernelOrder::SpaceInOut => [space, ins, outs],
        KernelOrder::SpaceOutIn => [space, outs, ins],
        KernelOrder::OutSpaceIn => [outs, space, ins],
        KernelOrder::InSpaceOut => [ins, space, outs],
    }
    .concat()
}

/// The rule of a library that has this order of axes or, if none of the two has it, one that has the outputs last.
fn rule_for(order: KernelOrder) -> fn(&[usize]) -> (usize, usize) {
    match order {
        KernelOrder::OutInSpace | KernelOrder::InOutSpace => leading_axes,
        KernelOrder::SpaceInOut
        | KernelOrder::SpaceOutIn
        | KernelOrder::OutSpaceIn
        | KernelOrder::InSpaceOut => trailing_axes,
    }
}

/// How many matrices there are below.
const MATRICES: u64 = 1_512;

/// Up to twelve inputs, four heads or parts, and six units in each: the kernels and the fans, by counting connections.
fn matrices() -> Vec<(Layout, Vec<usize>, Fans)> {
    let mut matrices = Vec::new();
    for choice in 0..12 * 4 * 6 {
        let (width, heads, units) = (1 + choice / 24, 1 + choice / 6 % 4, 1 + choice % 6);
        let many = heads * units;
        let parts = heads;
        for (layout, shape, inputs, outputs) in [
            (Layout::InOut, vec![width, many], width, many),
            (Layout::OutIn, vec![many, width], width, many),
            (Layout::IntoHeads, vec![width, heads, units], width, many),
            (Layout::FromHeads, vec![heads, units, width], many, width),
            (
                Layout::PackedInOut { parts },
                vec![width, many],
                width,
                units,
            ),
            (
                Layout::PackedOutIn { parts },
                vec![many, width],
                width,
                units,
            ),
        ] {
            let (fan_in, fan_out) = Wiring::dense(inputs, outputs).fans();
            let matrix = (layout, shape, Fans::new(fan_in, fan_out));
            // Two times three units and three times two are one dense kernel.
            if !matrices.contains(&matrix) {
                matrices.push(matrix);
            }
        }
    }
    assert_eq!(matrices.len() as u64, MATRICES);
    matrices
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
        r"For convolutions of one, two and three dimensions on rings, plain or *transposed*, *in groups*, with
        windows of up to four positions along each axis (in three dimensions, cubes of up to three), *a step of
        its own along each axis*, and *all the orders* of the kernel's axes that the library knows, its fans are
        the connections counted one by one: in each of *$76\,788$* kernels.",
        || {
            let kernels = kernels();
            let wrong = |rule: &dyn Fn(&Kernel) -> Fans| {
                let is_wrong = |kernel: &&Kernel| rule(kernel) != kernel.counted;
                kernels.iter().filter(is_wrong).count() as f64
            };
            let library = |kernel: &Kernel| kernel.layout.fans(&kernel.shape);
            Exactness::of("kernels with a wrong fan", KERNELS)
                .within(0.0)
                .holds_for("the library's layouts", wrong(&library))
                .over(r"$76\,788$", KERNELS_TRIED)
                .foil(
                    "PyTorch's rule",
                    wrong(&|kernel| stated(leading_axes(&kernel.shape))),
                )
                .attacks(&["all the orders"])
                .foil(
                    "Keras' and JAX's rule",
                    wrong(&|kernel| stated(trailing_axes(&kernel.shape))),
                )
                .attacks(&["all the orders"])
                .foil(
                    "each on its own order",
                    wrong(&|kernel| stated(rule_for(kernel.order)(&kernel.shape))),
                )
                .attacks(&["in groups", "a step of its own along each axis"])
                .foil(
                    "the groups forgotten",
                    wrong(&|kernel| kernel.mistaken[NO_GROUPS]),
                )
                .attacks(&["in groups"])
                .foil(
                    "the steps forgotten",
                    wrong(&|kernel| kernel.mistaken[NO_STEPS]),
                )
                .attacks(&["a step of its own along each axis"])
                .foil(
                    "transposed taken for plain, and plain for transposed",
                    wrong(&|kernel| kernel.mistaken[OTHER_WAY]),
                )
                .attacks(&["transposed"])
                .judge()
        },
    )
}

#[test]
fn the_fans_of_matrices_are_counted() -> Report {
    claim!(
        "fans.dense",
        r"For dense kernels *in both orders* of their axes, for kernels into and out of *attention heads*, and for
        layers packed side by side, the library's fans are the connections of an output and of an input *of one
        layer*, counted one by one: in each of *$1512$* cases.",
        || {
            let matrices = matrices();
            let wrong = |rule: &Rule| {
                let is_wrong = |(layout, shape, counted): &&(Layout, Vec<usize>, Fans)| {
                    rule(*layout, shape) != *counted
                };
                matrices.iter().filter(is_wrong).count() as f64
            };
            let library = |layout: Layout, shape: &[usize]| layout.fans(shape);
            Exactness::of("kernels with a wrong fan", MATRICES)
                .within(0.0)
                .holds_for("the library's layouts", wrong(&library))
                .over(
                    "$1512$",
                    "1512 kernels: one to twelve inputs, one to four heads or parts, one to six units in each, in six layouts",
                )
                .foil(
                    "PyTorch's rule",
                    wrong(&|_, shape| stated(leading_axes(shape))),
                )
                .attacks(&["in both orders"])
                .foil(
                    "Keras' rule",
                    wrong(&|_, shape| stated(trailing_axes(shape))),
                )
                .attacks(&["in both orders"])
                .foil(
                    "heads taken for positions",
                    wrong(&|layout, shape| match layout {
                        Layout::IntoHeads | Layout::FromHeads => stated(trailing_axes(shape)),
                        layout => layout.fans(shape),
                    }),
                )
                .attacks(&["attention heads"])
                .foil(
                    "packed layers taken for one",
                    wrong(&|layout, shape| match layout {
                        Layout::PackedInOut { .. } => Layout::InOut.fans(shape),
                        Layout::PackedOutIn { .. } => Layout::OutIn.fans(shape),
                        layout => layout.fans(shape),
                    }),
                )
                .attacks(&["of one layer"])
                .judge()
        },
    )
}

#[test]
fn the_ratio_of_the_fans_is_that_of_the_sizes() -> Report {
    claim!(
        "fans.ratio",
        r"In *every convolution*, whatever its *groups*, *stride* and *direction*, the fan-out over the fan-in is the
        number of output units over the number of input units.",
        || {
            let kernels = kernels();
            let farthest = |fans: &dyn Fn(&Kernel) -> Fans| {
                let error = |kernel: &Kernel| {
                    let fans = fans(kernel);
                    let (inputs, outputs) = kernel.units;
                    (fans.fan_out() / fans.fan_in() / (outputs as f64 / inputs as f64) - 1.0).abs()
                };
                largest(kernels.iter().map(error))
            };
            let layouts = farthest(&|kernel| kernel.layout.fans(&kernel.shape));
            Exactness::of("largest relative error of the ratio", KERNELS)
                .proved()
                .within(1e-12)
                .holds_for(
                    "connections, counted, and the library's layouts",
                    largest([farthest(&|kernel| kernel.counted), layouts]),
                )
                .proved_beyond("every convolution", KERNELS_TRIED)
                .foil(
                    "the libraries' rules",
                    farthest(&|kernel| stated(rule_for(kernel.order)(&kernel.shape))),
                )
                .attacks(&["groups", "stride"])
                .foil(
                    "the groups forgotten",
                    farthest(&|kernel| kernel.mistaken[NO_GROUPS]),
                )
                .attacks(&["groups"])
                .foil(
                    "the steps forgotten",
                    farthest(&|kernel| kernel.mistaken[NO_STEPS]),
                )
                .attacks(&["stride"])
                .foil(
                    "transposed taken for plain, and plain for transposed",
                    farthest(&|kernel| kernel.mistaken[OTHER_WAY]),
                )
                .attacks(&["direction"])
                .judge()
        },
    )
}

#[test]
fn the_libraries_are_wrong_in_these_places() -> Report {
    claim!(
        "fans.libraries",
        r"Of the *fan-ins* of the twelve layers of the table, *as far as they are stated*, Keras 3.15.1 and Burn
        0.22.0-pre.2 have *three* wrong, PyTorch 2.15 and Candle 0.11.0 *two*, and JAX 0.11.1 *one*.",
        || {
            let layers = LAYERS.map(|(_, layer)| (layer, layer.wiring().fans()));
            for (library, version) in [
                (Library::PyTorch, "2.15"),
                (Library::Keras, "3.15.1"),
                (Library::Jax, "0.11.1"),
                (Library::Burn, "0.22.0-pre.2"),
                (Library::Candle, "0.11.0"),
            ] {
                assert!(library.version().starts_with(version), "{library:?}");
            }
            // From what the sentence says, if this counts as wrong: what a library states, and what was counted.
            let distance = |is_wrong: &dyn Fn(LibraryFans, (f64, f64)) -> bool| {
                let distances = LIBRARIES.iter().zip([2.0, 3.0, 1.0, 3.0, 2.0]);
                let distances = distances.map(|(library, said): (&Library, f64)| {
                    let wrong = layers
                        .iter()
                        .filter(|(layer, counted)| is_wrong(library.fans(*layer), *counted));
                    (wrong.count() as f64 - said).abs()
                });
                distances.sum::<f64>()
            };
            let differs = |stated: Option<usize>, counted: f64| {
                stated.is_some_and(|fan| fan as f64 != counted)
            };
            Exactness::of("distance from the sentence", LIBRARIES.len() as u64)
                .within(0.0)
                .holds_for(
                    "the fan-ins that are stated",
                    distance(&|fans, (fan_in, _)| differs(fans.fan_in, fan_in)),
                )
                .foil(
                    "the fan-outs that are stated",
                    distance(&|fans, (_, fan_out)| differs(fans.fan_out, fan_out)),
                )
                .attacks(&["fan-ins"])
                .foil(
                    "layers that a library does not have, charged to it",
                    distance(&|fans, (fan_in, _)| {
                        fans.fan_in.is_none_or(|fan| fan as f64 != fan_in)
                    }),
                )
                .attacks(&["as far as they are stated"])
                .foil("none of them wrong", distance(&|_, _| false))
                .attacks(&["three", "two", "one"])
                .judge()
        },
    )
}

#[test]
fn the_terms_under_zero_padding_are_counted() -> Report {
    claim!(
        "fans.padding",
        r"*Among zeros*, a *centered* window of $k$ positions, with one output at each position of an axis of
        *$r \ge \lfloor k/2\rfloor$*, sums *$k - \lfloor k^2/4\rfloor/r$* terms on average: *$7.37$* in place of $9$
        for a window of $3\times3$ on maps of $7\times7$.",
        || {
            assert_eq!(format!("{:.2}", zero_padded_terms(3, 7).powi(2)), "7.37");
            // Windows up to nine, axes up to twelve; and squares of up to three on maps of up to seven.
            let lines = (1..=9).flat_map(|k| ((k / 2).max(1)..=12).map(move |r| (k, r, 1)));
            let maps = (1..=3).flat_map(|k| ((k / 2).max(1)..=7).map(move |r| (k, r, 2)));
            let cases: Vec<_> = lines.chain(maps).collect();
            let farthest = |terms: &dyn Fn(usize, usize) -> f64| {
                let error = |&(kernel, positions, dimensions): &(usize, usize, usize)| {
                    let line = Wiring::convolution(1, 1, kernel, dimensions).line(positions);
                    let (fan_in, fan_out) = line.fans();
                    let said = libm::pow(terms(kernel, positions), dimensions as f64);
                    largest([(said - fan_in).abs(), (said - fan_out).abs()])
                };
                largest(cases.iter().map(error))
            };
            let with = |lost: fn(f64) -> f64| {
                move |kernel: usize, positions: usize| {
                    kernel as f64 - lost(kernel as f64) / positions as f64
                }
            };
            Exactness::of("largest error of the number of terms", cases.len() as u64)
                .proved()
                .within(1e-12)
                .holds_for("the library's formula", farthest(&zero_padded_terms))
                .proved_beyond(
                    r"$r \ge \lfloor k/2\rfloor$",
                    "windows of one to nine on axes of up to twelve, and squares of one to three on square maps of up to \
                     seven: all for which it holds",
                )
                .foil("k: the borders left out", farthest(&with(|_| 0.0)))
                .attacks(&["Among zeros", "$7.37$"])
                .foil(
                    "a window that begins at its output",
                    farthest(&with(|k| k * (k - 1.0) / 2.0)),
                )
                .attacks(&["centered"])
                .foil("k²/4, not rounded down", farthest(&with(|k| k * k / 4.0)))
                .attacks(&[r"$k - \lfloor k^2/4\rfloor/r$"])
                .foil(
                    "one end counted for both",
                    farthest(&with(|k| (k * k / 4.0).floor() / 2.0)),
                )
                .attacks(&[r"$k - \lfloor k^2/4\rfloor/r$"])
                .judge()
        },
    )
}

/// The channels of a depthwise layer, and how many such layers are drawn.
const DEPTHWISE: [(usize, usize); 3] = [(1, 2048), (8, 256), (512, 250)];
const OUTPUTS: u64 = 2048 + 8 * 256 + 512 * 250;

/// How the weights of a depthwise layer are drawn.
#[derive(Debug, Clone, Copy)]
enum Filters {
    /// Independent, with mean zero; the number is their variance times the fan-in.
    Scaled(f64),
    /// Of variance 1/9, and within one filter all the same.
    AllAlike,
    /// Independent and of variance 1/9, but 0 or 2/3.
    OneSided,
}

/// The nine inputs: their sum, and the sum of their squares.
fn nine_inputs() -> (f64, f64) {
    let inputs = || (0..9).map(|i| input(i / 3, i % 3));
    (inputs().sum(), inputs().map(|x| x * x).sum())
}

/// An input of a depthwise layer.
fn input(row: usize, column: usize) -> f64 {
    1.0 + 0.3 * (3 * row + column) as f64
}

/// Depthwise convolutions on rings of 3×3 positions, one output of each channel over the mean square
/// of the nine inputs that its window sees, with weights of variance one over the fan-in as
/// the library has it: the mean of their squares.
fn depthwise_factor(filters: Filters, rng: &mut StreamRng) -> f64 {
    let scale = match filters {
        Filters::Scaled(scale) => scale,
        Filters::AllAlike | Filters::OneSided => 1.0,
    };
    let scheme = VarianceScaling::new(scale, Fan::In, Law::Normal);
    let mut sum = 0.0;
    for (channels, layers) in DEPTHWISE {
        let mut kernel = Array4::zeros((channels, 1, 3, 3));
        let layout = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(channels));
        for layer in 0..layers {
            scheme.fill((&mut kernel).into(), layout, rng);
            for (channel, mut filter) in kernel.outer_iter_mut().enumerate() {
                match filters {
                    Filters::Scaled(_) => {}
                    Filters::AllAlike => {
                        let first = filter[[0, 0, 0]];
                        filter.fill(first);
                    }
                    Filters::OneSided => {
                        filter.mapv_inplace(|w| if w > 0.0 { 2.0 / 3.0 } else { 0.0 });
                    }
                }
                let (row, column) = (layer % 3, channel % 3);
                let terms = filter
                    .indexed_iter()
                    .map(|((_, a, b), w)| w * input((row + a) % 3, (column + b) % 3));
                sum += terms.sum::<f64>().powi(2);
            }
        }
    }
    let (_, squares) = nine_inputs();
    sum / OUTPUTS as f64 / (squares / 9.0)
}

#[test]
fn a_depthwise_layer_keeps_the_signal_by_its_own_fan_in() -> Report {
    claim!(
        "fans.depthwise",
        r"On maps that close to rings along both axes, a depthwise $3\times3$ layer of stride one with
        *independent* weights of *mean zero* and variance *$1/9$* keeps the mean square of its input on average,
        with *$1$, $8$ or $512$ channels*. With a variance of one over the fan-in that Keras takes for $512$
        channels, it divides that mean square *by $512$*.",
        |streams| {
            let [keras, pytorch] = [Library::Keras, Library::PyTorch].map(|library| {
                let (_, depthwise) = LAYERS[6];
                let fans = library.fans(depthwise);
                (fans.fan_in.expect("stated"), fans.fan_out.expect("stated"))
            });
            // A fact of our transcription, not of a draw.
            assert_eq!(keras.0, 9 * 512);
            let xavier = Fans::new(pytorch.0, pytorch.1).of(Fan::Average);
            // A window sees all nine inputs. If its weights are one number, the output is that number times their sum.
            let (inputs, squares) = nine_inputs();
            let alike = inputs * inputs / squares;
            // If the weights are 0 or 2/3 by chance, their mean is 1/3 and that of the output a third of the sum. The
            // square of the output lies between zero and its largest value, which bounds its variance.
            let (mean, most) = (
                squares / 9.0 + inputs * inputs / 9.0,
                (2.0 / 3.0 * inputs).powi(2),
            );
            let largest = most / mean;
            let one_sided = MeanBound::new(
                "squares of outputs, over their mean",
                OUTPUTS,
                largest - 1.0,
                0.0,
                largest,
            );
            Check::of(
                "mean square after the layer, over that before it",
                OUTPUTS,
                |filters: &Filters, rng| depthwise_factor(*filters, rng),
            )
            .null(ChiSquareMean::new(OUTPUTS))
            .holds_for("1/9", Filters::Scaled(1.0))
            .over(
                "$1$, $8$ or $512$ channels",
                "2048 layers of 1 channel, 256 of 8 and 250 of 512, with normal weights, on maps of 3×3",
            )
            .foil_scaled(
                "Keras' fan-in: 1/4608",
                Filters::Scaled(9.0 / keras.0 as f64),
                9.0 / keras.0 as f64,
            )
            .attacks(&["$1/9$"])
            .foil_scaled(
                "Xavier on PyTorch's fans",
                Filters::Scaled(9.0 / xavier),
                9.0 / xavier,
            )
            .attacks(&["$1/9$", "by $512$"])
            .foil_scaled("one weight for a whole window", Filters::AllAlike, alike)
            .attacks(&["independent"])
            .foil(
                "weights of 0 and 2/3, by chance",
                Filters::OneSided,
                Scaled::new(mean / (squares / 9.0), &one_sided),
            )
            .attacks(&["mean zero"])
            .judge(streams)
        },
    )
}

/// Channels out and in, and a window.
const CHANNELS: [usize; 4] = [24, 16, 3, 3];

/// The same layer as JAX keeps it.
const AS_IN_JAX: [usize; 4] = [3, 3, 16, 24];

const LAWS: [Law; 3] = [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL];

/// Three laws in three precisions and two orders.
const ROUNDED: u64 = 18 * 24 * 16 * 9;

/// A number of few bits, and the two beside it.
struct Rounded {
    number: f64,
    neighbors: [f64; 2],
}

/// He's weights of this law and seed in a precision, in PyTorch's order or in JAX's and then turned into PyTorch's.
fn kernel<T: Weight>(law: Law, streams: Streams, jax: bool) -> Array4<T> {
    let mut rng = streams.stream("kernel");
    let (shape, order) = if jax {
        (AS_IN_JAX, KernelOrder::SpaceInOut)
    } else {
        (CHANNELS, KernelOrder::OutInSpace)
    };
    let mut kernel = Array4::from_elem(shape, T::round(0.0));
    let layout = Convolution::new(order).into();
    VarianceScaling::he(law).fill((&mut kernel).into(), layout, &mut rng);
    if jax {
        kernel.permuted_axes([3, 2, 0, 1])
    } else {
        kernel
    }
}

/// The weights in three precisions, each with the numbers beside it, in the order of `kernel`.
fn in_few_bits(law: Law, streams: Streams, jax: bool) -> Vec<Vec<Rounded>> {
    let single = kernel::<f32>(law, streams, jax);
    let half = kernel::<f16>(law, streams, jax);
    let brain = kernel::<bf16>(law, streams, jax);
    // The bits of a positive float count upward; no weight is zero or the largest of its kind.
    let beside = |bits: u16| [bits - 1, bits + 1];
    vec![
        single
            .iter()
            .map(|w| Rounded {
                number: f64::from(*w),
                neighbors: [w.to_bits() - 1, w.to_bits() + 1].map(|b| f64::from(f32::from_bits(b))),
            })
            .collect(),
        half.iter()
            .map(|w| Rounded {
                number: w.to_f64(),
                neighbors: beside(w.to_bits()).map(|b| f16::from_bits(b).to_f64()),
            })
            .collect(),
        brain
            .iter()
            .map(|w| Rounded {
                number: w.to_f64(),
                neighbors: beside(w.to_bits()).map(|b| bf16::from_bits(b).to_f64()),
            })
            .collect(),
    ]
}

/// How many weights have a number of their kind beside them that is nearer to what was to be rounded.
fn not_nearest(rounded: &[Rounded], exact: impl Iterator<Item = f64>) -> usize {
    let is_worse = |(rounded, exact): &(&Rounded, f64)| {
        let mut beside = rounded.neighbors.iter();
        beside.any(|other| (other - exact).abs() < (rounded.number - exact).abs())
    };
    rounded.iter().zip(exact).filter(is_worse).count()
}

#[test]
fn every_precision_and_order_holds_the_same_layer() -> Report {
    claim!(
        "fans.one-layer",
        r"Filled from the same seed, a convolution in *single precision, half precision or bfloat16*, its axes in
        *PyTorch's order or in JAX's*, holds the weights of the kernel of double precision, each *rounded once*, to the
        nearest number of its kind: for He's *normal, uniform and truncated* weights.",
        |streams| {
            let count = |exact: &dyn Fn(Law, bool) -> Array4<f64>| {
                let mut wrong = 0;
                for (law, jax) in LAWS.into_iter().flat_map(|law| [(law, false), (law, true)]) {
                    let exact = exact(law, jax);
                    for rounded in in_few_bits(law, streams, jax) {
                        wrong += not_nearest(&rounded, exact.iter().copied());
                    }
                }
                wrong as f64
            };
            let double = |law: Law, _: bool| kernel::<f64>(law, streams, false);
            // Half a step of half precision.
            let beside = |law: Law, jax: bool| double(law, jax).mapv(|w| w * (1.0 + 1.0 / 2048.0));
            let as_in_memory = |law: Law, jax: bool| {
                let mut kernel = kernel::<f64>(law, streams, jax);
                if jax {
                    let memory: Vec<f64> = kernel.permuted_axes([2, 3, 1, 0]).into_iter().collect();
                    kernel = Array4::from_shape_vec(CHANNELS, memory).expect("as many");
                }
                kernel
            };
            let anew = |law: Law, _: bool| kernel::<f64>(law, streams.family("anew"), false);
            let one_law = |_: Law, _: bool| kernel::<f64>(Law::Normal, streams, false);
            Exactness::of("weights beside which a nearer number stands", ROUNDED)
                .within(0.0)
                .sampled()
                .holds_for("the library's kernels", count(&double))
                .foil("half a step beside it", count(&beside))
                .attacks(&["rounded once"])
                .foil("the blocks as they lie in memory", count(&as_in_memory))
                .attacks(&["PyTorch's order or in JAX's"])
                .foil("every precision draws numbers of its own", count(&anew))
                .attacks(&["single precision, half precision or bfloat16"])
                .foil("one law for all", count(&one_law))
                .attacks(&["normal, uniform and truncated"])
                .judge()
        },
    )
}
