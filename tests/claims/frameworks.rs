//! The claims of the chapter on frameworks.

use experiments::frameworks::defaults;
use ndarray::{Array2, s};
use unit_variance::evidence::{
    Check, ChiSquareMean, Exactness, ReluMixture, SubGaussianRelu, largest,
};
use unit_variance::initializer::TruncatedNormal;
use unit_variance::initializer::convert::{Call, Library, Recipe};
use unit_variance::matrix::singular_values;
use unit_variance::probability::{StreamRng, gaussian_expectation};
use unit_variance::{
    Activation, Fan, Fans, Initializer, Law, Moments, Network, Orthogonal, Streams, VarianceScaling,
};

use crate::harness::Report;

/// The rules that are converted: 17 scales from 1/256 to 256, four fans, four laws.
fn rules() -> Vec<VarianceScaling> {
    let fans = [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage];
    let laws = [
        Law::Normal,
        Law::Uniform,
        Law::TRUNCATED_NORMAL,
        Law::TruncatedNormal { cut: 3.0 },
    ];
    let mut rules = Vec::new();
    for exponent in -8..=8 {
        for fan in fans {
            for law in laws {
                rules.push(VarianceScaling::new(2_f64.powi(exponent), fan, law));
            }
        }
    }
    rules
}

/// Their kernels: wide, narrow, and square.
const KERNELS: [(usize, usize); 4] = [(1, 1), (256, 128), (128, 256), (3000, 7)];

/// The calls that the six libraries have for all rules and kernels.
fn written() -> Vec<(VarianceScaling, Fans, Call)> {
    let mut written = Vec::new();
    for rule in rules() {
        for (fan_in, fan_out) in KERNELS {
            let fans = Fans::new(fan_in, fan_out);
            let calls = Library::ALL.map(|library| library.call(rule.into(), fans));
            written.extend(calls.into_iter().flatten().map(|call| (rule, fans, call)));
        }
    }
    assert_eq!(written.len() as u64, WRITTEN);
    written
}

/// How many calls that is.
const WRITTEN: u64 = 5_168;

/// The larger of the relative errors of the variance and of the bound.
fn error(recipe: Recipe, rule: VarianceScaling, fans: Fans) -> f64 {
    let variance = (recipe.variance(fans) / rule.variance(fans) - 1.0).abs();
    let (found, stated) = (recipe.bound(fans), rule.bound(fans));
    let bound = if found == stated {
        0.0
    } else {
        (found / stated - 1.0).abs()
    };
    largest([variance, bound])
}

#[test]
fn a_call_that_is_written_draws_what_was_asked_for() -> Report {
    claim!(
        "frameworks.convert",
        r"In the words of six libraries, as far as these have one, our library writes $272$ rules for four kernels
        as *$5168$* calls. Each of them, read back from its text, has *the variance* of its rule, and *the
        bound* if there is one, up to a relative error of $10^{-13}$.",
        || {
            let written = written();
            let farthest = |change: &dyn Fn(&str) -> String| {
                let error = |(rule, fans, call): &(VarianceScaling, Fans, Call)| {
                    let text = change(&call.to_string());
                    let call: Call = text.parse().unwrap_or_else(|wrong| panic!("{wrong}"));
                    error(call.recipe().expect("in its range"), *rule, *fans)
                };
                largest(written.iter().map(error))
            };
            Exactness::of("largest relative error of a variance or a bound", WRITTEN)
                .within(1e-13)
                .holds_for("the calls as they are written", farthest(&str::to_owned))
                .over(
                    "$5168$",
                    "5168 calls: 17 scales from 1/256 to 256, four fans, normal and uniform laws and two with a cut; kernels of 1 to 1, 256 to 128, \
                     128 to 256 and 3000 to 7; each library as far as it has a call",
                )
                .foil(
                    "Burn's gain taken for a scale, and squared once more",
                    farthest(&|text| match text.parse::<Call>() {
                        Ok(Call::Burn(call)) => twice_squared(call.to_string()),
                        _ => text.to_owned(),
                    }),
                )
                .attacks(&["the variance"])
                .foil(
                    "Keras' `normal` taken for JAX's, which has no cut",
                    farthest(&|text| text.replace("'untruncated_normal'", "'normal'")),
                )
                .attacks(&["the bound"])
                .judge()
        },
    )
}

/// The variant of Burn with `gain²` in place of its gain.
fn twice_squared(text: String) -> String {
    let Some((before, rest)) = text.split_once("gain: ") else {
        return text;
    };
    let end = rest.find([',', '}']).unwrap_or(rest.len());
    let (gain, behind) = rest.split_at(end);
    let gain = gain.trim();
    format!("{before}gain: {gain} * {gain} {behind}")
}

#[test]
fn the_formulas_follow_from_the_calls() -> Report {
    claim!(
        "frameworks.table",
        r"In *each* of the $150$ rows of `defaults.json` that draw weights, the formula for *$n\,\mathbb{E}[w^2]$*
        agrees with the number that the call and *the fans* of the framework give, at two sets of sizes of
        different shape, to one part in ten million.",
        || {
            let letters = ["n", "m", "h", "e", "d", "g", "c", "k", "a", "l", "v"];
            let sizes = [
                [101, 67, 43, 83, 29, 7, 53, 9, 11, 13, 997],
                [768, 3072, 512, 1024, 300, 2, 32, 25, 64, 24, 50257],
            ]
            .map(|sizes| {
                letters
                    .into_iter()
                    .zip(sizes.map(f64::from))
                    .collect::<Vec<_>>()
            });
            let rows: Vec<_> = defaults().iter().filter(|row| row.call.is_some()).collect();
            assert_eq!(rows.len() as u64, ROWS);
            let farthest = |wrong: &dyn Fn(f64, &str) -> f64, swaps: bool| {
                let mut farthest: f64 = 0.0;
                for row in &rows {
                    let mut row = (*row).clone();
                    if swaps {
                        row.fans = row.fans.map(|[fan_in, fan_out]| [fan_out, fan_in]);
                    }
                    for sizes in &sizes {
                        let found = row.square(sizes).expect("it draws");
                        let stated = row.stated(sizes).expect("it has a formula");
                        farthest =
                            largest([farthest, (wrong(found, &row.law) / stated - 1.0).abs()]);
                    }
                }
                farthest
            };
            let as_it_is = |x: f64, _: &str| x;
            let made_up = |x: f64, law: &str| {
                if law.contains("not scaled back") {
                    x / 0.773_741_303_549_923_2
                } else {
                    x
                }
            };
            Exactness::of("largest relative difference of formula and call", 2 * ROWS)
                .within(1e-7)
                .holds_for("the rows of the file", farthest(&as_it_is, false))
                .over("each", "150 rows; two values for every letter")
                .foil("the fans exchanged", farthest(&as_it_is, true))
                .attacks(&["the fans"])
                .foil(
                    "the cut made up for where it is not",
                    farthest(&made_up, false),
                )
                .attacks(&[r"$n\,\mathbb{E}[w^2]$"])
                .judge()
        },
    )
}

/// The rows of the file that draw something.
const ROWS: u64 = 150;

#[test]
fn six_libraries_have_one_default() -> Report {
    claim!(
        "frameworks.third",
        r"By default, the layers called Linear of *six* libraries, PyTorch, Equinox, Burn, MLX, tinygrad and dfdx,
        start with *uniform* weights between *$\pm1/\sqrt n$*, so that $n\,\mathbb{E}[w^2] = \frac13$.",
        || {
            let six = ["PyTorch", "Equinox", "Burn", "MLX", "tinygrad", "dfdx"];
            let sizes = [("n", 640.0), ("m", 90.0)];
            let fans = Fans::new(640, 90);
            let first = |name: &&str| {
                let mut rows = defaults().iter();
                rows.find(|row| row.framework == **name && row.kind == "linear")
            };
            let found: Vec<_> = six.iter().filter_map(first).collect();
            assert_eq!(found.len(), six.len());
            let recipes: Vec<Recipe> = found
                .iter()
                .map(|row| row.recipe(&sizes).expect("it draws"))
                .collect();
            let farthest = |others: &[Recipe], share: f64| {
                let error = |recipe: &Recipe| {
                    let third = (640.0 * recipe.variance(fans) / share - 1.0).abs();
                    largest([third, (recipe.bound(fans) * 640_f64.sqrt() - 1.0).abs()])
                };
                largest(others.iter().map(error))
            };
            let with = |name: &str| {
                let rows = defaults()
                    .iter()
                    .filter(|row| row.framework == name && row.kind == "linear");
                let mut with = recipes.clone();
                with.extend(rows.filter_map(|row| row.recipe(&sizes)).take(1));
                farthest(&with, 1.0 / 3.0)
            };
            let normal = VarianceScaling::new(1.0 / 3.0, Fan::In, Law::Normal).into();
            let one = VarianceScaling::lecun(Law::Uniform).into();
            Exactness::of("largest relative error of n E[w²] or of the bound", 6)
                .within(1e-12)
                .holds_for(
                    "the first linear layer of each in the file",
                    farthest(&recipes, 1.0 / 3.0),
                )
                .foil("Candle's, too", with("Candle"))
                .attacks(&["six"])
                .foil(
                    "normal weights of this variance",
                    farthest(&[normal], 1.0 / 3.0),
                )
                .attacks(&["uniform"])
                .foil(
                    "uniform weights between ±√(3/n)",
                    farthest(&[one], 1.0 / 3.0),
                )
                .attacks(&[r"$\pm1/\sqrt n$"])
                .judge()
        },
    )
}

/// Fifty layers of 64 and 128 units in turn, and how many such networks.
const DEPTH: usize = 50;
const WIDTHS: [usize; 2] = [64, 128];
const NETWORKS: usize = 100;
const UNITS: u64 = (NETWORKS * DEPTH * (WIDTHS[0] + WIDTHS[1]) / 2) as u64;

/// The mean square of a batch.
fn mean_square(h: &Array2<f64>) -> f64 {
    h.iter().collect::<Moments>().second_moment()
}

/// The factor of a layer in deep networks without biases, averaged over all units.
fn factor_in_the_deep(networks: usize, scheme: VarianceScaling, rng: &mut StreamRng) -> f64 {
    let widths: Vec<usize> = WIDTHS.into_iter().cycle().take(DEPTH + 1).collect();
    let x = Array2::from_shape_fn((1, widths[0]), |(_, i)| 1.0 + i as f64 / widths[0] as f64);
    let (mut sum, mut units) = (0.0, 0);
    for _ in 0..networks {
        let trace = Network::init(&widths, Activation::Relu, &scheme, rng).forward(&x);
        for (l, signal) in trace.layers.iter().enumerate() {
            let ratio = mean_square(&signal.activation) / mean_square(trace.entering(l));
            sum += widths[l + 1] as f64 * ratio;
            units += widths[l + 1];
        }
    }
    sum / units as f64
}

/// The factor of single layers of 64 units with biases from the law of the weights, whose inputs have mean square 1/n.
fn factor_with_biases(scheme: VarianceScaling, rng: &mut StreamRng) -> f64 {
    let n = WIDTHS[0];
    let x = Array2::from_elem((1, n), (1.0 / n as f64).sqrt());
    let layers = UNITS as usize / n;
    let mut sum = 0.0;
    for _ in 0..layers {
        let mut layer = Network::init(&[n, n], Activation::Relu, &scheme, rng);
        layer.layers[0].bias = scheme.sample((n, n), rng).row(0).to_owned();
        sum += mean_square(layer.forward(&x).output()) / mean_square(&x);
    }
    sum / layers as f64
}

/// What measures the factor of a layer.
type Factor<'a> = Box<dyn Fn(&mut StreamRng) -> f64 + 'a>;

#[test]
fn twelve_relu_layers_keep_a_sixth_twelve_times() -> Report {
    claim!(
        "frameworks.twelve",
        r"A ReLU layer of $n$ inputs *without biases* whose weights are independent and uniform between
        *$\pm1/\sqrt n$* keeps, on average over the weights, *a sixth* of the mean square that enters, and
        *twelve* such layers, drawn independently, $6^{-12}$.",
        |streams| {
            let deep = |scale: f64| -> Factor<'_> {
                let scheme = VarianceScaling::new(scale, Fan::In, Law::Uniform);
                Box::new(move |rng: &mut StreamRng| 6.0 * factor_in_the_deep(NETWORKS, scheme, rng))
            };
            let third = VarianceScaling::pytorch_linear();
            let biased: Factor<'_> =
                Box::new(move |rng: &mut StreamRng| 6.0 * factor_with_biases(third, rng));
            Check::of(
                "mean square after a layer, over a sixth of that before it",
                UNITS,
                |factor: &Factor<'_>, rng| factor(rng),
            )
            .null(SubGaussianRelu::new(UNITS))
            .proved_beyond(
                "twelve",
                "the layers of networks of 50 layers, of 64 and 128 units in turn, together",
            )
            .holds_for("uniform between ±1/√n", deep(1.0 / 3.0))
            .foil_scaled("uniform between ±√(3/n): LeCun", deep(1.0), 3.0)
            .attacks(&[r"$\pm1/\sqrt n$", "a sixth"])
            .foil_scaled("uniform between ±√(6/n): He", deep(2.0), 6.0)
            .attacks(&["a sixth"])
            .foil_scaled(
                "biases of the same law, inputs of mean square 1/n",
                biased,
                2.0,
            )
            .attacks(&["without biases"])
            .judge(streams)
        },
    )
}

#[test]
fn a_gain_of_two_doubles_the_mean_square() -> Report {
    claim!(
        "frameworks.gain",
        r"With a gain of *two* in place of $\sqrt2$ in He's normal rule, a ReLU layer *without biases* *doubles*
        the mean square that enters, on average over the weights: twenty such layers, drawn independently,
        multiply it by $2^{20}$.",
        |streams| {
            let deep = |gain: f64| -> Factor<'_> {
                let scheme = VarianceScaling::with_gain(gain, Fan::In, Law::Normal);
                Box::new(move |rng: &mut StreamRng| factor_in_the_deep(NETWORKS, scheme, rng) / 2.0)
            };
            let two = VarianceScaling::with_gain(2.0, Fan::In, Law::Normal);
            let biased: Factor<'_> =
                Box::new(move |rng: &mut StreamRng| factor_with_biases(two, rng) / 2.0);
            Check::of(
                "mean square after a layer, over twice that before it",
                UNITS,
                |factor: &Factor<'_>, rng| factor(rng),
            )
            .null(ReluMixture::new(UNITS))
            .holds_for("gain 2", deep(2.0))
            .foil_scaled("gain √2", deep(2_f64.sqrt()), 0.5)
            .attacks(&["two", "doubles"])
            .foil_scaled("gain 1", deep(1.0), 0.25)
            .attacks(&["two"])
            .foil_scaled(
                "biases of the same law, inputs of mean square 1/n",
                biased,
                2.0,
            )
            .attacks(&["without biases"])
            .judge(streams)
        },
    )
}

#[test]
fn a_normal_draw_in_place_of_a_uniform_one_is_fifteen_times_too_large() -> Report {
    claim!(
        "frameworks.randn",
        r"If $y$ is *standard normal*, $(y - \frac12)\cdot 2/\sqrt h$ has mean $-1/\sqrt h$ and mean square
        *$5/h$*; if $y$ is uniform between zero and one, it has mean zero and mean square $1/(3h)$, *fifteen
        times* less.",
        || {
            let mapped = |y: f64| 2.0 * (y - 0.5);
            let square =
                |of: &dyn Fn(f64) -> f64| gaussian_expectation(|y| of(y) * of(y), 1.0, &[]);
            // The mean of a square from zero to one, by Simpson's rule, which is exact for it.
            let uniform = |of: &dyn Fn(f64) -> f64| {
                let at = |y: f64| of(y) * of(y);
                (at(0.0) + 4.0 * at(0.5) + at(1.0)) / 6.0
            };
            let error = |square: f64, ratio: f64, mean: f64| {
                largest([square / 5.0 - 1.0, ratio / 15.0 - 1.0, mean + 1.0].map(f64::abs))
            };
            let judge = |of: &dyn Fn(f64) -> f64| {
                let ratio = square(of) / uniform(&mapped);
                error(square(of), ratio, gaussian_expectation(of, 1.0, &[]))
            };
            let third = uniform(&mapped);
            Exactness::of(
                "largest error of the mean, the mean square and the ratio",
                1,
            )
            .within(1e-12)
            .holds_for("a standard normal y", judge(&mapped))
            .foil("a uniform y", error(third, 1.0, 0.0))
            .attacks(&["standard normal"])
            .foil("a normal y of mean 1/2", judge(&|y| 2.0 * y))
            .attacks(&["$5/h$"])
            .foil("the variance alone", error(4.0, 4.0 / third, -1.0))
            .attacks(&["fifteen times"])
            .judge()
        },
    )
}

/// Units of a recurrent layer.
const HIDDEN: [usize; 4] = [2, 8, 32, 128];

/// The gates of a kernel of shape `(h, gates · h)`.
fn gates(kernel: &Array2<f64>) -> Vec<Array2<f64>> {
    let h = kernel.nrows();
    let gate = |g: usize| kernel.slice(s![.., g * h..(g + 1) * h]).to_owned();
    (0..kernel.ncols() / h).map(gate).collect()
}

#[test]
fn the_gates_of_one_wide_matrix_have_half_the_size() -> Report {
    claim!(
        "frameworks.gates",
        r"If a matrix of *$h$ rows and $4h$ columns* has *orthonormal rows*, the squares of the singular values of
        its *four* square blocks together have the mean *$\frac14$*; in a random one with 128 rows, each block
        has singular values below $0.1$ and above $0.8$.",
        || {
            let streams = Streams::new(17);
            let orthogonal = Orthogonal::new(1.0);
            let packed = |parts: usize, h: usize| {
                gates(
                    &orthogonal
                        .sample((h, parts * h), &mut streams.stream(&format!("{parts}.{h}"))),
                )
            };
            let alone = |h: usize| -> Vec<Array2<f64>> {
                let gate = |g: usize| {
                    orthogonal.sample((h, h), &mut streams.stream(&format!("alone.{h}.{g}")))
                };
                (0..4).map(gate).collect()
            };
            // Rows that are drawn and not made orthogonal.
            let independent = |h: usize| {
                let scheme = VarianceScaling::new(1.0, Fan::Out, Law::Normal);
                gates(&scheme.sample((h, 4 * h), &mut streams.stream(&format!("free.{h}"))))
            };
            let error = |blocks: Vec<Array2<f64>>| {
                let (h, count) = (blocks[0].nrows(), blocks.len());
                let squares: f64 = blocks.iter().flatten().map(|w| w * w).sum();
                let mean = squares / (h * count) as f64;
                let spread = |block: &Array2<f64>| {
                    let values = singular_values(block);
                    let is_wide = values[h - 1] < 0.1 && values[0] > 0.8;
                    if h < 128 || is_wide { 0.0 } else { 1.0 }
                };
                let spread = largest(blocks.iter().map(spread));
                largest([spread, (mean / 0.25 - 1.0).abs()])
            };
            let farthest = |blocks: &dyn Fn(usize) -> Vec<Array2<f64>>| {
                largest(HIDDEN.map(|h| error(blocks(h))))
            };
            Exactness::of(
                "largest relative error of the mean, or a block without spread",
                4,
            )
            .proved()
            .within(1e-12)
            .holds_for(
                "one matrix with orthonormal rows",
                farthest(&|h| packed(4, h)),
            )
            .foil("three blocks: a GRU", farthest(&|h| packed(3, h)))
            .attacks(&["four", "$h$ rows and $4h$ columns"])
            .foil("a rotation for every gate", farthest(&alone))
            .attacks(&[r"$\frac14$", "$h$ rows and $4h$ columns"])
            .foil(
                "independent entries of this variance",
                farthest(&independent),
            )
            .attacks(&["orthonormal rows"])
            .judge()
        },
    )
}

#[test]
fn default_cuts_take_nothing_from_a_small_law() -> Report {
    claim!(
        "frameworks.cut",
        r"Cut *at $\pm2$*, where values outside are drawn again, a normal law of standard deviation *$0.02$* keeps
        all of its variance to fifteen digits, and one of standard deviation $1$ keeps *$0.7737$* of it.",
        || {
            let kept = |std_dev: f64, cut: f64| {
                TruncatedNormal::new(0.0, std_dev, -cut, cut).variance() / (std_dev * std_dev)
            };
            let error = |small: f64, one: f64| {
                largest([(small - 1.0).abs() / 1e-15, (one - 0.7737).abs() / 0.000_05])
            };
            Exactness::of("error, in units of the last digit that is stated", 2)
                .within(1.0)
                .holds_for("absolute cuts", error(kept(0.02, 2.0), kept(1.0, 2.0)))
                .finds("kept of standard deviation 0.02", kept(0.02, 2.0))
                .finds("of 1", kept(1.0, 2.0))
                .foil(
                    "cuts at two standard deviations",
                    error(kept(0.02, 0.04), kept(1.0, 2.0)),
                )
                .attacks(&[r"at $\pm2$"])
                .foil(
                    "a standard deviation of 0.5",
                    error(kept(0.5, 2.0), kept(1.0, 2.0)),
                )
                .attacks(&["$0.02$"])
                .foil("scaled back", error(kept(0.02, 2.0), 1.0))
                .attacks(&["$0.7737$"])
                .judge()
        },
    )
}

#[test]
fn a_packed_xavier_has_half_the_variance() -> Report {
    claim!(
        "frameworks.packed",
        r"Normal weights of queries, keys and values, drawn by Xavier's rule for *one matrix* of shape $(3e, e)$,
        have variance *$1/(2e)$*: *half* of the $1/e$ that the rule gives to each of three matrices.",
        |streams| {
            const E: usize = 210;
            const WEIGHTS: u64 = (3 * E * E) as u64;
            let scheme = VarianceScaling::xavier(Law::Normal);
            // The mean square over 1/(2e): of one matrix, or of three that are drawn apart.
            let measure = move |parts: &usize, rng: &mut StreamRng| {
                let mut moments = Moments::default();
                for _ in 0..3 / parts {
                    for w in scheme.sample((E, parts * E), rng) {
                        moments.push(w);
                    }
                }
                moments.second_moment() * 2.0 * E as f64
            };
            Check::of("mean square of the weights, over 1/(2e)", WEIGHTS, measure)
                .null(ChiSquareMean::new(WEIGHTS))
                .over("$1/(2e)$", "e = 210")
                .holds_for("one matrix of shape (e, 3e), inputs first", 3)
                .foil_scaled("three matrices", 1, 2.0)
                .attacks(&["one matrix", "half", "$1/(2e)$"])
                .judge(streams)
        },
    )
}
