//! Weights in every precision, and what none can hold.

use super::*;
use crate::initializer::{
    Constant, DeltaOrthogonal, Identity, Initializer, Layout, Named, Orthogonal, Sparse,
    VarianceScaling,
};
#[cfg(feature = "half")]
use crate::probability::Float;
use crate::probability::Streams;
use proptest::prelude::*;

/// `(out, in)`: a delta-orthogonal layer has no fewer outputs than inputs.
const SHAPE: [usize; 2] = [90, 70];

fn filled<T: Weight>(initializer: &dyn Initializer) -> Vec<T> {
    let mut weights = vec![T::round(0.0); 90 * 70];
    let mut rng = Streams::new(4).stream("w");
    let kernel = KernelMut::of(&mut weights, &SHAPE);
    initializer.fill(kernel, Layout::OutIn, &mut rng);
    weights
}

#[test]
fn every_precision_holds_the_f64_weights_rounded_once() {
    let initializers: [&dyn Initializer; 6] = [
        &VarianceScaling::he(Law::Normal),
        &Orthogonal::new(1.0),
        &DeltaOrthogonal::new(1.0),
        &Sparse::new(5, 1.0),
        &Identity::new(0.1),
        &Constant(0.1),
    ];
    for initializer in initializers {
        let double: Vec<f64> = filled(initializer);
        let single: Vec<f32> = filled(initializer);
        assert!(single.iter().zip(&double).all(|(s, d)| *s == *d as f32));
        #[cfg(feature = "half")]
        {
            let f16: Vec<half::f16> = filled(initializer);
            assert!(
                f16.iter()
                    .zip(&double)
                    .all(|(h, d)| *h == <half::f16 as Float>::round(*d))
            );
            let bf16: Vec<half::bf16> = filled(initializer);
            assert!(
                bf16.iter()
                    .zip(&double)
                    .all(|(h, d)| *h == <half::bf16 as Float>::round(*d))
            );
        }
    }
}

#[cfg(feature = "half")]
#[test]
fn halves_are_rounded_once() {
    use half::{bf16, f16};
    let tiny = 2_f64.powi(-40);
    for sign in [-1.0, 1.0] {
        // A little above the middle of two numbers, which a float between cannot tell from it; a little below; the middle.
        for (shift, last_bit) in [(tiny, 1.0), (-tiny, 0.0), (0.0, 0.0)] {
            let half = <f16 as Float>::round(sign * (1.0 + 2_f64.powi(-11) + shift));
            assert_eq!(half.to_f64(), sign * (1.0 + last_bit * 2_f64.powi(-10)));
            let brain = <bf16 as Float>::round(sign * (1.0 + 2_f64.powi(-8) + shift));
            assert_eq!(brain.to_f64(), sign * (1.0 + last_bit * 2_f64.powi(-7)));
        }
    }
    assert!(<f16 as Float>::round(f64::NAN).is_nan());
    assert_eq!(<f16 as Float>::round(-1e-12).to_f64(), 0.0);
}

#[cfg(feature = "half")]
#[test]
fn a_weight_beside_the_middle_of_two_halves_goes_to_the_nearer() {
    use half::{bf16, f16};
    // Floats are 2⁻²³ apart here: the nearest to the weight is the middle itself, or the one beside it.
    for distance in [2_f64.powi(-40), 0.75 * 2_f64.powi(-23)] {
        for sign in [-1.0, 1.0] {
            // Of two halves, the lower one has an even last bit, or the upper one.
            for lower in [0.0_f64, 1.0] {
                let weights = |step: f64| {
                    [-distance, distance].map(|it| sign * (1.0 + (lower + 0.5) * step + it))
                };
                let nearer = |step: f64| [lower, lower + 1.0].map(|n| sign * (1.0 + n * step));
                let (fine, coarse) = (2_f64.powi(-10), 2_f64.powi(-7));
                let halves = weights(fine).map(|w| <f16 as Float>::round(w).to_f64());
                assert_eq!(halves, nearer(fine), "{distance:e}");
                let brains = weights(coarse).map(|w| <bf16 as Float>::round(w).to_f64());
                assert_eq!(brains, nearer(coarse), "{distance:e}");
            }
        }
    }
}

#[cfg(feature = "half")]
proptest! {
    #[test]
    fn no_half_is_nearer(weight in prop_oneof![-1.0..1.0_f64, -1e-6..1e-6, -6e4..6e4]) {
        let rounded = <half::f16 as Float>::round(weight);
        let error = (rounded.to_f64() - weight).abs();
        for beside in [rounded.to_bits().wrapping_sub(1), rounded.to_bits().wrapping_add(1)] {
            let other = half::f16::from_bits(beside).to_f64();
            prop_assert!(other.is_nan() || error <= (other - weight).abs());
        }
    }
}

#[test]
fn the_ranges_are_those_of_the_types() {
    assert_eq!(f32::SMALLEST, f64::from(f32::from_bits(1)));
    assert_eq!(f64::SMALLEST, f64::from_bits(1));
    #[cfg(feature = "half")]
    {
        assert_eq!(half::f16::LARGEST, half::f16::MAX.to_f64());
        assert_eq!(half::f16::SMALLEST, half::f16::from_bits(1).to_f64());
        assert_eq!(<half::f16 as Weight>::EPSILON, half::f16::EPSILON.to_f64());
        assert_eq!(half::bf16::LARGEST, half::bf16::MAX.to_f64());
        assert_eq!(half::bf16::SMALLEST, half::bf16::from_bits(1).to_f64());
        assert_eq!(
            <half::bf16 as Weight>::EPSILON,
            half::bf16::EPSILON.to_f64()
        );
    }
}

#[test]
fn weights_that_depend_on_one_another_have_no_parts() {
    for text in ["orthogonal", "delta-orthogonal", "sparse:3", "identity"] {
        let named: Named = text.parse().expect("a name");
        let mut part = [7.0; 4];
        let kernel = KernelMut::of(&mut part, &[2, 2]);
        let mut rng = Streams::new(4).stream("w");
        let refused = named.try_fill_part(kernel, &[0, 0], &SHAPE, Layout::OutIn, &mut rng);
        assert_eq!(refused, Err(FillError::NoParts), "{text}");
        assert_eq!(part, [7.0; 4]);
    }
}

#[test]
fn a_part_beyond_its_whole_is_refused() {
    let he = VarianceScaling::he(Law::Normal);
    let mut part = [7.0; 4];
    for (first, whole) in [
        ([89, 0], &SHAPE[..]),
        ([0, 69], &SHAPE),
        ([usize::MAX, 0], &SHAPE),
        ([0, 0], &[90, 70, 1]),
    ] {
        let kernel = KernelMut::of(&mut part, &[2, 2]);
        let mut rng = Streams::new(4).stream("w");
        let refused = he.try_fill_part(kernel, &first, whole, Layout::OutIn, &mut rng);
        assert!(refused.is_err(), "{first:?} in {whole:?}");
    }
    assert_eq!(part, [7.0; 4]);
}

#[test]
fn a_slice_of_another_length_is_refused() {
    let mut weights = [0_f32; 5];
    let error = KernelMut::try_of(&mut weights, &[2, 3]).expect_err("five are not six");
    let text = "a kernel of shape [2, 3] has 6 entries, but the slice has 5";
    assert_eq!(error.to_string(), text);
    let error = KernelMut::try_of(&mut weights, &[usize::MAX, 3]).expect_err("too many");
    assert!(error.to_string().contains("has too many entries"));
    let error = KernelMut::try_of(&mut weights, &[2, 2]).expect_err("five are not four");
    let text = "a kernel of shape [2, 2] has 4 entries, but the slice has 5";
    assert_eq!(error.to_string(), text);
}

#[test]
fn what_a_precision_cannot_hold_is_refused_and_the_kernel_kept() {
    let mut weights = [7_f32; 6];
    for text in [
        "normal:1e39",
        "normal:1e-44",
        "constant:1e39",
        "orthogonal:1e39",
    ] {
        let named: Named = text.parse().expect("a name");
        let kernel = KernelMut::of(&mut weights, &[2, 3]);
        let mut rng = Streams::new(4).stream("w");
        let error = named.try_fill(kernel, Layout::OutIn, &mut rng);
        assert!(
            matches!(error, Err(FillError::Range { .. })),
            "{text}: {error:?}"
        );
    }
    assert_eq!(weights, [7.0; 6]);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        proptest::num::f64::ANY,
        -2.0..3.0,
        Just(0.0),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
    ]
}

fn named() -> impl Strategy<Value = Named> {
    let law = prop_oneof![
        Just(Law::Normal),
        Just(Law::Uniform),
        number().prop_map(|cut| Law::TruncatedNormal { cut }),
    ];
    (0..11, number(), number(), law, 0..20_usize).prop_map(|(kind, a, b, law, count)| match kind {
        0 => VarianceScaling::try_new(a, crate::initializer::Fan::Average, law)
            .map_or(Named::Normal { std_dev: a }, Named::from),
        1 => Named::Variance { variance: a, law },
        2 => Named::Normal { std_dev: a },
        3 => Named::Uniform { bound: a },
        4 => Named::TruncatedNormal { std_dev: a, cut: b },
        5 => Named::Orthogonal { gain: a },
        6 => Named::DeltaOrthogonal { gain: a },
        7 => Named::Identity { gain: a },
        8 => Named::Constant(a),
        9 => Named::Sparse {
            connections: count,
            std_dev: a,
        },
        _ => Named::Siren(crate::initializer::Siren::Hidden { omega: a }),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]
    #[test]
    fn a_configuration_gives_finite_weights_or_an_error(
        named in named(),
        shape in proptest::collection::vec(0..5_usize, 0..4),
        single in any::<bool>(),
        layout in prop_oneof![
            Just(Layout::InOut),
            Just(Layout::OutIn),
            Just(Layout::PackedInOut { parts: 2 }),
            Just(Layout::from(crate::initializer::Convolution::new(crate::initializer::KernelOrder::OutInSpace).stride(2))),
        ],
    ) {
        let mut rng = Streams::new(4).stream("w");
        let length = shape.iter().product();
        let (mut f32s, mut f64s) = (vec![0_f32; length], vec![0_f64; length]);
        let kernel = if single { KernelMut::of(&mut f32s, &shape) } else { KernelMut::of(&mut f64s, &shape) };
        if named.try_fill(kernel, layout, &mut rng).is_ok() {
            prop_assert!(f32s.iter().all(|w| w.is_finite()) && f64s.iter().all(|w| w.is_finite()));
        }
    }
}

#[test]
fn a_standard_deviation_below_the_steps_of_a_precision_is_refused() {
    use crate::initializer::{Normal, Uniform};
    fn fill<T: Weight>(initializer: &dyn Initializer) -> Result<(), FillError> {
        let mut weights = vec![T::round(0.0); 6];
        let kernel = KernelMut::of(&mut weights, &[2, 3]);
        initializer.try_fill(kernel, Layout::InOut, &mut Streams::new(1).stream("w"))
    }
    let gain = Normal::new(1.0, 1e-8);
    assert_eq!(fill::<f64>(&gain), Ok(()));
    let error = fill::<f32>(&gain)
        .expect_err("all of them would be 1")
        .to_string();
    assert_eq!(
        error,
        "f32 cannot hold a standard deviation of 1e-8 in weights as large as 1.0000002e0, where its numbers are up to 1.1920931339263915e-7 apart"
    );
    let narrow = Uniform::new(1e10, 1e10 + 4e-6);
    assert!(matches!(
        fill::<f64>(&narrow),
        Err(FillError::Resolution { .. })
    ));
    // What is wide enough is filled in every precision.
    let wide = Normal::new(1.0, 0.02);
    assert_eq!(fill::<f32>(&wide), Ok(()));
    #[cfg(feature = "half")]
    {
        assert_eq!(fill::<half::bf16>(&wide), Ok(()));
        assert_eq!(fill::<half::f16>(&wide), Ok(()));
    }
}

#[test]
fn an_empty_shape_whose_axes_are_too_many_is_an_error() {
    let error = KernelMut::try_of::<f64>(&mut [], &[usize::MAX, 0]).map(|_| ());
    let too_large = LayoutError::TooLarge(vec![usize::MAX, 0]);
    assert_eq!(error, Err(too_large.into()));
}

#[test]
fn the_least_standard_deviation_that_a_precision_holds_is_held() {
    let mut weights = [0_f32; 1];
    let kernel = KernelMut::of(&mut weights, &[1]);
    let holds = |std_dev: f64, largest: f64| {
        let size = Size {
            std_dev: Some(std_dev),
            largest,
        };
        kernel.require(size).is_ok()
    };
    // Around 0 it is 1024 of the smallest steps, which are 2⁻¹⁴⁹; around 1 the step to the next number.
    for (least, largest) in [(2_f64.powi(-139), 2_f64.powi(-130)), (2_f64.powi(-23), 1.0)] {
        assert!(holds(least, largest), "{least:e}");
        assert!(!holds(0.999 * least, largest), "{least:e}");
    }
}
