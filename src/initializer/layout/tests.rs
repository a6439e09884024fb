use super::*;
use crate::initializer::{Initializer, Named, VarianceScaling, Wiring};
use crate::probability::{Law, Streams};

const ORDERS: [KernelOrder; 6] = [
    KernelOrder::OutInSpace,
    KernelOrder::InOutSpace,
    KernelOrder::SpaceInOut,
    KernelOrder::SpaceOutIn,
    KernelOrder::OutSpaceIn,
    KernelOrder::InSpaceOut,
];

fn shape(order: KernelOrder, (input, output): (usize, usize), space: Vec<usize>) -> Vec<usize> {
    match order {
        KernelOrder::OutInSpace => [vec![output, input], space].concat(),
        KernelOrder::InOutSpace => [vec![input, output], space].concat(),
        KernelOrder::SpaceInOut => [space, vec![input, output]].concat(),
        KernelOrder::SpaceOutIn => [space, vec![output, input]].concat(),
        KernelOrder::OutSpaceIn => [vec![output], space, vec![input]].concat(),
        KernelOrder::InSpaceOut => [vec![input], space, vec![output]].concat(),
    }
}

// In every order, group and direction the claims of the book count them.

#[test]
fn the_fans_of_convolutions_are_the_connections_counted() {
    for order in ORDERS {
        let down = Convolution::new(order).groups(2).stride([1, 3]);
        let wiring = Wiring::convolution(4, 6, [3, 2], 2)
            .groups(2)
            .stride([1, 3]);
        for (layout, wiring, channels) in [
            (down, wiring.clone(), (2, 6)),
            (down.transposed(), wiring.transposed(), (4, 3)),
        ] {
            let fans = Layout::from(layout).fans(&shape(order, channels, vec![3, 2]));
            let (fan_in, fan_out) = wiring.fans();
            assert_eq!(fans, Fans::new(fan_in, fan_out), "{layout:?}");
        }
    }
}

#[test]
fn the_orders_of_mlx_and_tflite_are_known() {
    let fans = |order| Layout::from(Convolution::new(order)).fans(&[64, 3, 3, 16]);
    assert_eq!(fans(KernelOrder::OutSpaceIn), Fans::new(144, 576));
    assert_eq!(fans(KernelOrder::InSpaceOut), Fans::new(576, 144));
    let depthwise = Convolution::new(KernelOrder::InSpaceOut).groups(512);
    assert_eq!(
        Layout::from(depthwise).fans(&[1, 3, 3, 512]),
        Fans::new(9, 9)
    );
}

#[test]
fn a_filter_bank_is_a_convolution_with_as_many_groups_as_channels() {
    for (channels, multiplier, stride) in [(4, 1, 1), (4, 2, 1), (3, 2, 3)] {
        let bank = Depthwise::new().stride(stride);
        let grouped = Convolution::new(KernelOrder::OutInSpace)
            .groups(channels)
            .stride(stride);
        let up = Convolution::new(KernelOrder::InOutSpace)
            .groups(channels)
            .stride(stride)
            .transposed();
        let fans = |layout: Layout, shape: &[usize]| layout.fans(shape);
        assert_eq!(
            fans(bank.into(), &[3, 3, channels, multiplier]),
            fans(grouped.into(), &[channels * multiplier, 1, 3, 3])
        );
        assert_eq!(
            fans(bank.transposed().into(), &[3, 3, channels, multiplier]),
            fans(up.into(), &[channels, multiplier, 3, 3])
        );
    }
}

#[test]
fn heads_are_axes_of_a_dense_layer() {
    assert_eq!(Layout::IntoHeads.fans(&[512, 8, 64]), Fans::new(512, 512));
    assert_eq!(Layout::IntoHeads.fans(&[10, 3, 4]), Fans::new(10, 12));
    assert_eq!(Layout::FromHeads.fans(&[3, 4, 10]), Fans::new(12, 10));
}

#[test]
fn packed_kernels_are_layers_of_their_own() {
    let separate = Layout::InOut.fans(&[512, 512]);
    assert_eq!(
        Layout::PackedInOut { parts: 3 }.fans(&[512, 1536]),
        separate
    );
    assert_eq!(
        Layout::PackedOutIn { parts: 3 }.fans(&[1536, 512]),
        separate
    );
}

#[test]
fn a_kernel_without_space_is_dense() {
    let conv = |order| Layout::from(Convolution::new(order));
    assert_eq!(
        conv(KernelOrder::OutInSpace).fans(&[3, 5]),
        Layout::OutIn.fans(&[3, 5])
    );
    assert_eq!(
        conv(KernelOrder::SpaceInOut).fans(&[3, 5]),
        Layout::InOut.fans(&[3, 5])
    );
}

#[test]
#[should_panic(expected = "has shape [2, 3, 4]")]
fn a_dense_kernel_has_two_axes() {
    let _ = Layout::InOut.fans(&[2, 3, 4]);
}

#[test]
#[should_panic(expected = "a convolution kernel has at least two axes, but this one has shape [7]")]
fn a_convolution_kernel_has_channels() {
    let _ = Layout::from(Depthwise::new()).fans(&[7]);
}

#[test]
#[should_panic(expected = "fans must be positive, but the kernel has shape [3, 0]")]
fn an_empty_kernel_is_refused() {
    let _ = Layout::InOut.fans(&[3, 0]);
}

#[test]
#[should_panic(expected = "4 groups do not divide the 6 channels")]
fn groups_must_divide() {
    let _ = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(4)).fans(&[6, 1, 3]);
}

#[test]
#[should_panic(expected = "a stride must be positive")]
fn a_stride_of_zero_is_refused() {
    let _ = Layout::from(Depthwise::new().stride(0)).fans(&[3, 4, 1]);
}

#[test]
fn what_is_too_large_to_count_is_an_error() {
    let large = |layout: Layout, shape: &[usize]| {
        let error = layout.try_fans(shape).expect_err("too large");
        assert_eq!(error, LayoutError::TooLarge(shape.to_vec()));
    };
    let plain = Convolution::new(KernelOrder::OutInSpace);
    large(plain.into(), &[64, 3, 1 << 32, 1 << 32]);
    large(plain.stride(1 << 32).into(), &[8, 8, 3, 3]);
    large(plain.stride(usize::MAX).into(), &[8, 8, 3, 3]);
    large(Layout::IntoHeads, &[usize::MAX, usize::MAX, 3]);
    large(Layout::FromHeads, &[usize::MAX, 3, 5]);
    large(
        Depthwise::new().stride([2, usize::MAX]).into(),
        &[3, 3, 8, 1],
    );
    // A large number that is a fan is one.
    let fans = Layout::InOut.fans(&[usize::MAX, 3]);
    assert_eq!(fans, Fans::new(usize::MAX, 3));
}

#[test]
#[should_panic(expected = "Two([2, 2]) is no stride for the 3 axes of space")]
fn strides_must_fit_the_axes_of_space() {
    let volume = Convolution::new(KernelOrder::OutInSpace).stride([2, 2]);
    let _ = Layout::from(volume).fans(&[4, 4, 3, 3, 3]);
}

#[test]
fn biases_are_drawn_by_what_asks_for_no_fans() {
    let draw = |initializer: &dyn Initializer| {
        let mut biases = ndarray::Array1::<f32>::zeros(5000);
        let mut rng = Streams::new(4).stream("bias");
        initializer
            .try_fill((&mut biases).into(), Layout::Bias, &mut rng)
            .map(|()| biases)
    };
    for text in [
        "normal:0.02",
        "uniform:0.05",
        "truncated-normal:0.02:3",
        "variance:0.5/uniform",
        "constant:0.1",
    ] {
        let named: Named = text.parse().expect(text);
        let biases = draw(&named).expect(text);
        // The numbers are those of a dense layer with one input.
        let row = named.sample((1, 5000), &mut Streams::new(4).stream("bias"));
        assert!(biases.iter().eq(row.mapv(|w| w as f32).iter()), "{text}");
    }
    for text in [
        "he",
        "2/fan-out",
        "siren-first",
        "orthogonal",
        "identity",
        "sparse:1",
    ] {
        let named: Named = text.parse().expect(text);
        let error = draw(&named).expect_err(text);
        assert_eq!(error, LayoutError::NoFans(vec![5000]).into(), "{text}");
    }
}

#[test]
#[should_panic(expected = "a vector of biases has one axis, but this one has shape [2, 3]")]
fn biases_have_one_axis() {
    let _ = Layout::Bias.fans(&[2, 3]);
}

#[test]
fn an_entry_that_cannot_be_counted_is_an_error() {
    let whole = [1 << 40, 1 << 40];
    let mut part = ndarray::Array2::<f64>::zeros((1, 1));
    let first = [(1 << 40) - 1, 0];
    let he = VarianceScaling::he(Law::Normal);
    let mut rng = Streams::new(4).stream("w");
    let error = he.try_fill_part((&mut part).into(), &first, &whole, Layout::InOut, &mut rng);
    assert_eq!(error, Err(LayoutError::TooLarge(whole.to_vec()).into()));
}

#[test]
#[cfg(feature = "serde")]
fn a_layer_in_a_file_needs_its_order_alone() {
    let read = |json| serde_json::from_str::<Layout>(json);
    let plain = Convolution::new(KernelOrder::OutInSpace);
    let order = r#"{"Convolution": {"order": "OutInSpace"}}"#;
    assert_eq!(read(order).expect("an order"), plain.into());
    let all =
        r#"{"Convolution": {"order": "OutInSpace", "groups": 2, "stride": 3, "transposed": true}}"#;
    let layer = plain.groups(2).stride(3).transposed();
    assert_eq!(read(all).expect("a layer"), layer.into());
    assert_eq!(
        read(r#"{"Depthwise": {}}"#).expect("a bank"),
        Depthwise::new().into()
    );
    let typo = read(r#"{"Depthwise": {"strides": 2}}"#).expect_err("a typing error");
    assert!(
        typo.to_string()
            .contains("unknown field `strides`, expected `stride` or `transposed`")
    );
}
