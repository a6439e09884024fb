use super::*;
use crate::initializer::Wiring;

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
