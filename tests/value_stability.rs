//! Golden numbers: eight weights of every initializer, so that a change of numbers is noticed.
//!
//! They are the entries of a 24 × 18 matrix on its diagonal, drawn from the stream named "golden"
//! of seed 1. A change of these is value-breaking: it belongs in the changelog under that heading.
//! They are the same bits on every processor that VERSIONS.md speaks of.

use std::convert::Infallible;
use std::fmt::Write;

use ndarray::{Array3, Axis};
use rand::TryRng;
use rand_distr::Distribution;
use unit_variance::initializer::{
    DeltaOrthogonal, Normal, Siren, Sparse, TruncatedNormal, Uniform,
};
use unit_variance::probability::NumpyLegacy;
use unit_variance::{
    Constant, Convolution, Identity, Initializer, KernelOrder, Law, Orthogonal, Streams,
    VarianceScaling,
};

fn assert_golden(name: &str, drawn: &[f64], golden: [f64; 8]) {
    let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let list = drawn.iter().fold(String::new(), |mut list, x| {
        write!(list, "{x:?}, ").expect("a string takes text");
        list
    });
    assert!(
        bits(drawn) == bits(&golden),
        "{name} draws other numbers: [{list}]"
    );
}

fn assert_weights(name: &str, initializer: &dyn Initializer, golden: [f64; 8]) {
    let mut rng = Streams::new(1).stream("golden");
    let weight = initializer.sample((24, 18), &mut rng);
    let drawn: Vec<f64> = weight.diag().iter().copied().take(8).collect();
    assert_golden(name, &drawn, golden);
}

fn assert_law(law: Law, golden: [f64; 8]) {
    let rng = Streams::new(1).stream("golden");
    let drawn: Vec<f64> = law.sample_iter(rng).take(8).collect();
    assert_golden(&format!("{law:?}"), &drawn, golden);
}

#[test]
fn laws_draw_what_they_drew() {
    assert_law(
        Law::Normal,
        [
            0.862_188_958_072_420_7,
            1.336_556_567_608_12,
            0.508_309_285_652_84,
            -0.277_777_548_998_703_05,
            -0.429_662_010_572_618_27,
            0.616_395_257_003_886_5,
            1.697_312_225_663_431_4,
            -0.294_562_932_840_827_13,
        ],
    );
    assert_law(
        Law::Uniform,
        [
            1.076_792_454_964_904_6,
            1.514_217_904_651_052_9,
            1.256_248_682_157_742,
            -0.462_150_465_876_308_1,
            -0.834_068_371_847_260_9,
            0.720_475_127_517_428_9,
            1.122_282_191_467_531_2,
            -0.272_411_966_303_503_67,
        ],
    );
    assert_law(
        Law::TRUNCATED_NORMAL,
        [
            0.958_030_331_560_521_1,
            1.481_637_360_952_33,
            0.569_071_840_653_469_6,
            -0.309_952_111_851_319_8,
            -0.480_110_989_997_363_6,
            0.683_872_920_186_481_7,
            1.473_240_161_249_185_4,
            -0.323_850_038_337_543_83,
        ],
    );
    assert_law(
        Law::TruncatedNormal { cut: 1.5 },
        [
            1.160_967_560_605_601_6,
            1.799_720_123_273_786_7,
            0.684_456_215_626_905_2,
            -0.374_037_176_459_570_46,
            -0.578_554_911_460_013_7,
            0.829_997_753_036_122_7,
            -0.396_639_282_355_923_9,
            0.008_119_825_360_548_833,
        ],
    );
    assert_law(
        Law::TruncatedNormal { cut: 0.5 },
        [
            1.094_972_168_989_955,
            1.277_458_193_499_199_5,
            -0.848_150_124_006_284_5,
            1.141_229_918_304_038,
            -1.624_045_638_741_153_3,
            1.388_164_350_327_636_4,
            0.313_342_451_871_847_3,
            -0.333_187_154_923_148_54,
        ],
    );
}

#[test]
fn variance_scaling_draws_what_it_drew() {
    assert_weights(
        "LeCun, normal",
        &VarianceScaling::lecun(Law::Normal),
        [
            0.106_496_888_136_403_15,
            0.198_627_725_226_763_64,
            -0.036_415_582_100_295_3,
            0.283_833_088_233_529_15,
            -0.130_007_144_317_882_57,
            0.478_210_836_646_563_2,
            -0.173_499_394_312_271_8,
            0.210_773_106_209_352_3,
        ],
    );
    assert_weights(
        "Xavier, uniform",
        &VarianceScaling::xavier(Law::Uniform),
        [
            0.063_757_996_041_853_84,
            0.217_210_417_873_797_4,
            -0.043_910_806_359_489_51,
            0.330_895_016_664_713_9,
            -0.362_397_228_312_877_3,
            0.324_395_181_803_548_76,
            -0.367_708_271_744_229_43,
            0.298_709_284_475_351_3,
        ],
    );
    assert_weights(
        "He, truncated",
        &VarianceScaling::he(Law::TRUNCATED_NORMAL),
        [
            0.110_719_766_359_460_11,
            0.310_332_731_557_552_8,
            -0.057_082_482_461_350_78,
            0.444_465_532_278_5,
            -0.205_925_525_934_722_44,
            0.563_332_616_568_530_1,
            -0.274_222_341_666_990_05,
            0.331_590_257_933_819_4,
        ],
    );
    assert_weights(
        "He, cut at 1/2",
        &VarianceScaling::he(Law::TruncatedNormal { cut: 0.5 }),
        [
            0.401_192_443_435_937_63,
            -0.342_620_912_850_176_15,
            -0.400_438_634_680_069_35,
            -0.053_857_232_771_232_985,
            -0.368_540_385_776_612_2,
            0.020_478_596_288_967_84,
            0.161_831_802_899_327_05,
            -0.308_688_000_247_145_04,
        ],
    );
    assert_weights(
        "PyTorch's default",
        &VarianceScaling::pytorch_linear(),
        [
            0.034_433_253_316_447_45,
            0.117_307_032_936_074_75,
            -0.023_714_545_822_820_864,
            0.178_703_733_449_946_53,
            -0.195_716_872_209_789_1,
            0.175_193_421_423_472_94,
            -0.198_585_163_486_170_4,
            0.161_321_451_407_641_7,
        ],
    );
}

#[test]
fn given_laws_draw_what_they_drew() {
    assert_weights(
        "normal",
        &Normal::new(0.1, 0.02),
        [
            0.110_434_521_405_137_89,
            0.119_461_463_023_012_53,
            0.096_432_016_206_713_92,
            0.127_809_849_531_620_1,
            0.087_261_953_340_192_57,
            0.146_854_901_570_140_75,
            0.083_000_600_530_119_84,
            0.120_651_462_468_574_32,
        ],
    );
    assert_weights(
        "uniform",
        &Uniform::new(-1.0, 2.0),
        [
            0.753_031_702_427_878_6,
            1.362_027_121_799_730_6,
            0.325_734_389_756_715_87,
            1.813_198_886_248_109_4,
            -0.938_219_412_902_453_3,
            1.787_403_466_339_663_2,
            -0.959_296_963_084_884_9,
            1.685_465_721_541_74,
        ],
    );
    assert_weights(
        "truncated normal",
        &TruncatedNormal::new(0.0, 1.0, 0.5, 3.0),
        [
            2.256_233_794_785_749,
            1.049_030_051_486_717_2,
            1.787_307_247_558_302,
            1.562_651_664_964_247_2,
            0.926_091_934_338_538_1,
            0.765_543_228_683_069_6,
            0.504_884_523_062_465_7,
            1.115_851_317_819_223,
        ],
    );
    assert_weights(
        "SIREN, first",
        &Siren::First,
        [
            0.007_028_658_400_774_407,
            0.023_945_197_827_770_298,
            -0.004_840_711_395_646_781,
            0.036_477_746_840_225_26,
            -0.039_950_539_247_290_37,
            0.035_761_207_398_323_974,
            -0.040_536_026_752_357_91,
            0.032_929_603_376_159_44,
        ],
    );
    assert_weights(
        "SIREN, hidden",
        &Siren::Hidden { omega: 30.0 },
        [
            0.002_811_463_360_309_762_7,
            0.009_578_079_131_108_119,
            -0.001_936_284_558_258_712_6,
            0.014_591_098_736_090_106,
            -0.015_980_215_698_916_15,
            0.014_304_482_959_329_59,
            -0.016_214_410_700_943_163,
            0.013_171_841_350_463_774,
        ],
    );
}

/// What an orthogonal initializer draws, and a delta-orthogonal one at the center of its kernel.
const ROTATION: [f64; 8] = [
    -0.341_887_258_733_714_3,
    -0.324_337_866_604_981_04,
    0.203_189_339_548_059_84,
    -0.178_130_840_264_304_15,
    0.084_878_811_530_979_1,
    0.218_668_904_916_871_13,
    -0.077_365_816_552_588_71,
    0.449_232_253_830_902_04,
];

#[test]
fn structured_weights_are_what_they_were() {
    assert_weights(
        "sparse",
        &Sparse::new(15, 1.0),
        [
            0.756_865_512_293_31,
            -1.705_872_464_747_583_1,
            -0.296_328_676_655_425_17,
            0.0,
            -0.007_858_649_931_385_15,
            0.565_136_997_885_348_2,
            -0.942_439_008_851_035_7,
            -0.534_029_855_885_090_9,
        ],
    );
    assert_weights("orthogonal", &Orthogonal::new(1.0), ROTATION);
    let layout = Convolution::new(KernelOrder::SpaceInOut).into();
    let kernel = {
        let mut kernel = Array3::<f64>::zeros((3, 18, 24));
        let mut rng = Streams::new(1).stream("golden");
        DeltaOrthogonal::new(1.0).fill((&mut kernel).into(), layout, &mut rng);
        kernel
    };
    let center = kernel.index_axis(Axis(0), 1);
    let drawn: Vec<f64> = center.diag().iter().copied().take(8).collect();
    assert_golden("delta-orthogonal", &drawn, ROTATION);
    assert_weights("identity", &Identity::new(3.0), [3.0; 8]);
    assert_weights("constant", &Constant(0.25), [0.25; 8]);
}

#[test]
fn numpys_stream_is_what_it_was() {
    let mut numpy = NumpyLegacy::new(1);
    let drawn: Vec<f64> = (0..8).map(|_| numpy.standard_normal()).collect();
    assert_golden(
        "NumPy's normals of seed 1",
        &drawn,
        [
            1.624_345_363_663_241_7,
            -0.611_756_413_650_075_4,
            -0.528_171_752_263_455_7,
            -1.072_968_622_156_170_5,
            0.865_407_629_324_678_5,
            -2.301_538_696_880_282_7,
            1.744_811_764_216_48,
            -0.761_206_900_895_102_8,
        ],
    );
}

/// A generator that must not be asked.
struct VoidRng;

impl TryRng for VoidRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("a number was drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("a number was drawn")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        panic!("a number was drawn")
    }
}

#[test]
fn constants_and_identities_draw_nothing() {
    let shape = (3, 4);
    let _ = Constant::ZERO.sample(shape, &mut VoidRng);
    let _ = Constant(2.0).sample(shape, &mut VoidRng);
    let _ = Identity::new(1.0).sample(shape, &mut VoidRng);
}

#[test]
#[should_panic(expected = "a number was drawn")]
fn the_void_generator_notices_a_draw() {
    let _ = VarianceScaling::he(Law::Normal).sample((3, 4), &mut VoidRng);
}
