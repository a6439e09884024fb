//! The stream of a pre-norm transformer before training: each block adds an amount that does not know the stream,
//!
//! ```text
//! E ‖h_N‖²/d = q₀ + N (s_p² σ² d² r + s_p² m E φ(σ √d Z)²) .
//! ```
//!
//! A branch reads `LN(h)`, whose mean square is 1 whatever `h` is (gain 1, shift 0, `ε = 0`). All `N` blocks have fresh
//! Gaussian weights of mean 0 and no biases, of variance `s_p²` in the two projections that write into the stream of `d`
//! features and `σ²` elsewhere; so branches are on average orthogonal to the stream. The feed-forward branch has `m` units,
//! whose pre-activations are independent of law `N(0, σ² d)` given `h`: `m s_p² E φ²`. Attention averages the values, of
//! variance `σ² d` each, with weights that depend on the queries and keys alone: `d s_p² σ² d r`, where
//! `r = ‖Σ_j A_ij x_j‖²/d` of what token `i` sees; a first token behind a causal mask sees itself, and `r = 1`.

use crate::activation::{Activation, Nonlinearity};

/// A pre-norm transformer at initialization, as seen by its first token.
///
/// ```
/// use unit_variance::theory::PreNormTransformer;
///
/// // With GPT-2's factor 1/√(2N) the stream gains the same at any depth; without it, 24 times as much in twelve blocks.
/// let [twelve, fifty] = [12, 50].map(|layers| PreNormTransformer::gpt2(layers, 768));
/// assert!((twelve.stream(12) - fifty.stream(50)).abs() < 1e-14);
/// let gain = |of: PreNormTransformer| of.stream(12) - of.embedding;
/// assert!((gain(twelve.unscaled()) / gain(twelve) - 24.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PreNormTransformer<A = Activation> {
    /// `N`: blocks, of an attention branch and a feed-forward branch each.
    pub layers: u64,
    /// `d`: features of the stream.
    pub width: u64,
    /// `m`: units of the feed-forward branch.
    pub hidden: u64,
    /// `φ`.
    pub activation: A,
    /// `σ²`: the variance of the weights that read the stream.
    pub weight_variance: f64,
    /// `s_p²`: the variance of the weights that write into the stream.
    pub projection_variance: f64,
    /// `q₀`: the mean square of the embedding.
    pub embedding: f64,
}

impl PreNormTransformer {
    /// GPT-2: `σ = 0.02`, `s_p = σ/√(2N)`, four units to a feature, GELU in its `tanh` form, and token and position
    /// embeddings of variance `σ²` each.[^gpt2]
    ///
    /// The paper has the factor `1/√(2N)`, and the published code has not; `2N` is the number of branches.
    ///
    /// # Panics
    ///
    /// If there are no layers, or less than two features, or so many that four times as many units are no `u64`.
    ///
    /// [^gpt2]: A. Radford et al. (2019). *Language Models are Unsupervised Multitask Learners*, section 2.3; position embeddings and
    ///     factor as in A. Karpathy's [nanoGPT](https://github.com/karpathy/nanoGPT).
    #[track_caller]
    pub fn gpt2(layers: u64, width: u64) -> Self {
        let Some(hidden) = width.checked_mul(4) else {
            panic!("four units to each of {width} features are no u64")
        };
        let variance = 0.000_4;
        let gpt2 = Self {
            layers,
            width,
            hidden,
            activation: Activation::GeluTanh,
            weight_variance: variance,
            projection_variance: variance / (2.0 * layers as f64),
            embedding: 2.0 * variance,
        };
        gpt2.demand();
        gpt2
    }
}

impl<A: Nonlinearity + Copy> PreNormTransformer<A> {
    /// The same with weights of the same variance everywhere: `s_p = σ`.
    #[must_use]
    pub fn unscaled(self) -> Self {
        Self {
            projection_variance: self.weight_variance,
            ..self
        }
    }

    /// `q = σ² d`: the variance of the pre-activations of the feed-forward branch.
    ///
    /// # Panics
    ///
    /// If there are no layers, less than two features (of which normalization leaves nothing) or no units, or a variance is
    /// negative, infinite or NaN, or the embedding is 0, which has no direction to normalize.
    #[track_caller]
    pub fn pre_activation_variance(self) -> f64 {
        self.demand();
        self.weight_variance * self.width as f64
    }

    /// `s_p² m E φ(√q Z)²`: what a feed-forward branch adds to the mean square of the stream.
    ///
    /// # Panics
    ///
    /// As [`pre_activation_variance`](Self::pre_activation_variance).
    #[track_caller]
    pub fn feed_forward_gain(self) -> f64 {
        let q = self.pre_activation_variance();
        self.projection_variance * self.hidden as f64 * self.activation.second_moment_at(q)
    }

    /// `s_p² σ² d² r`: what an attention branch adds to the mean square of a token's stream, where `r`, from 0 to 1, is the
    /// mean square of the average of what its heads see: 1 for a first token, about `1/i` for the mean of `i` unlike tokens.
    ///
    /// # Panics
    ///
    /// If `r` is not from 0 to 1, and as [`pre_activation_variance`](Self::pre_activation_variance).
    #[track_caller]
    pub fn attention_gain(self, seen: f64) -> f64 {
        assert!(
            (0.0..=1.0).contains(&seen),
            "the mean square of an average of normalized tokens is from 0 to 1, but not {seen}"
        );
        self.projection_variance * self.width as f64 * self.pre_activation_variance() * seen
    }

    /// `E ‖h‖²/d` of the first token behind so many blocks.
    ///
    /// # Panics
    ///
    /// As [`pre_activation_variance`](Self::pre_activation_variance).
    #[track_caller]
    pub fn stream(self, blocks: u64) -> f64 {
        let gain = self.attention_gain(1.0) + self.feed_forward_gain();
        self.embedding + blocks as f64 * gain
    }

    /// `q₀ / E ‖h_N‖²/d`: the embedding's share of the stream behind the last block.
    ///
    /// ```
    /// use unit_variance::theory::PreNormTransformer;
    ///
    /// let small = PreNormTransformer::gpt2(12, 768);
    /// assert!((small.embedding_share() - 0.007_05).abs() < 1e-5);
    /// assert!((small.unscaled().embedding_share() - 0.000_296).abs() < 1e-6);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`pre_activation_variance`](Self::pre_activation_variance).
    #[track_caller]
    pub fn embedding_share(self) -> f64 {
        self.embedding / self.stream(self.layers)
    }

    #[track_caller]
    fn demand(&self) {
        let Self {
            layers,
            width,
            hidden,
            ..
        } = *self;
        assert!(
            layers > 0 && width > 1 && hidden > 0,
            "layers, two features and a unit are needed, but here are {layers}, {width} and {hidden}"
        );
        let variances = [
            self.weight_variance,
            self.projection_variance,
            self.embedding,
        ];
        assert!(
            variances.iter().all(|v| *v >= 0.0 && v.is_finite()),
            "variances must be finite and not negative, but those of weights, projections and embedding are {variances:?}"
        );
        assert!(
            self.embedding > 0.0,
            "an embedding that is normalized has a positive mean square, but this one has {}",
            self.embedding
        );
    }
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::network::{Attention, Chain, Dense, Layer, LayerNorm, Residual};
    use crate::probability::Streams;
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::{Array2, s};

    #[test]
    fn the_four_published_sizes_are_those_of_the_reference() {
        for (layers, width, moment, mlp, attention, out, unscaled) in [
            (
                12,
                768,
                0.106_463_274_013_815_2,
                0.005_450_919_629_507_339,
                0.003_932_16,
                0.113_396_955_554_088_1,
                2.703_126_933_298_113,
            ),
            (
                24,
                1024,
                0.149_678_121_001_383_4,
                0.005_109_013_196_847_219,
                0.003_495_253_333_333_333,
                0.207_302_396_724_333_3,
                9.912_915_042_767_997,
            ),
            (
                36,
                1280,
                0.194_904_054_987_787_8,
                0.005_543_937_564_097_075,
                0.003_640_888_888_888_889,
                0.331_453_752_307_494_7,
                23.807_870_166_139_62,
            ),
            (
                48,
                1600,
                0.253_444_332_660_962_6,
                0.006_758_515_537_625_668,
                0.004_266_666_666_666_667,
                0.530_008_745_806_032_1,
                50.804_839_597_379_08,
            ),
        ] {
            let gpt2 = PreNormTransformer::gpt2(layers, width);
            let q = gpt2.pre_activation_variance();
            let phi = gpt2.activation;
            assert_relative_eq!(phi.second_moment_at(q), moment, max_relative = 1e-12);
            assert_relative_eq!(gpt2.feed_forward_gain(), mlp, max_relative = 1e-12);
            assert_relative_eq!(gpt2.attention_gain(1.0), attention, max_relative = 1e-13);
            assert_relative_eq!(gpt2.stream(layers), out, max_relative = 1e-12);
            let plain = gpt2.unscaled();
            assert_relative_eq!(plain.stream(layers), unscaled, max_relative = 1e-12);
            assert_relative_eq!(gpt2.embedding_share(), 0.000_8 / out, max_relative = 1e-12);
        }
    }

    #[test]
    fn blocks_of_real_matrices_add_this_much_to_the_first_token() {
        let (d, m) = (5, 7);
        let transformer = PreNormTransformer {
            layers: 3,
            width: 5,
            hidden: 7,
            activation: Activation::GeluTanh,
            weight_variance: 0.09,
            projection_variance: 0.25,
            embedding: 2.0,
        };
        let (read, write) = (Normal::new(0.0, 0.3), Normal::new(0.0, 0.5));
        let mut rng = Streams::new(5).stream("transformer");
        let start = Normal::new(0.0, 1.0);
        let mean_square = |_| {
            let mut network = Chain::default();
            for _ in 0..3 {
                let norm = || LayerNorm::new(d).with_epsilon(0.0);
                let [query, key, value] = [(); 3].map(|()| read.sample((d, d), &mut rng));
                let output = write.sample((d, d), &mut rng);
                let attention = Attention::new(query, key, value, output, 1).causal();
                let [up, down] = [
                    read.sample((d, m), &mut rng),
                    write.sample((m, d), &mut rng),
                ];
                let feed_forward = Chain::default()
                    .then(norm())
                    .then(Dense::new(up, Activation::GeluTanh))
                    .then(Dense::new(down, Activation::Identity));
                network = network
                    .then(Residual::new(Chain::default().then(norm()).then(attention)))
                    .then(Residual::new(feed_forward));
            }
            let mut x: Array2<f64> = start.sample((2, d), &mut rng);
            let length: f64 = x.row(0).iter().map(|x| x * x).sum();
            let size = length / (d as f64 * transformer.embedding);
            x /= size.sqrt();
            let (y, _) = network.forward(&x);
            let first = y.slice(s![0, ..]);
            first.iter().map(|h| h * h).sum::<f64>() / d as f64
        };
        let draws: Vec<f64> = (0..20_000).map(mean_square).collect();
        assert_mean(draws, transformer.stream(3));
    }

    #[test]
    #[should_panic(expected = "but here are 3, 1 and 4")]
    fn a_single_feature_is_refused_as_normalization_leaves_nothing_of_it() {
        let _ = PreNormTransformer::gpt2(3, 1);
    }

    #[test]
    #[should_panic(expected = "four units to each of 4611686018427387904 features")]
    fn units_that_no_count_holds_are_refused() {
        let _ = PreNormTransformer::gpt2(12, 1 << 62);
    }

    #[test]
    #[should_panic(expected = "a positive mean square, but this one has 0")]
    fn an_embedding_of_zeros_is_refused() {
        let gpt2 = PreNormTransformer::gpt2(3, 8);
        let _ = PreNormTransformer {
            embedding: 0.0,
            ..gpt2
        }
        .stream(1);
    }

    #[test]
    #[should_panic(expected = "from 0 to 1, but not 1.5")]
    fn an_average_beyond_its_terms_is_refused() {
        let _ = PreNormTransformer::gpt2(3, 8).attention_gain(1.5);
    }

    #[test]
    fn attention_adds_in_proportion_to_the_mean_square_of_what_it_sees() {
        let gpt2 = PreNormTransformer::gpt2(12, 768);
        let [nothing, quarter, all] = [0.0, 0.25, 1.0].map(|seen| gpt2.attention_gain(seen));
        assert_eq!([nothing, 4.0 * quarter], [0.0, all]);
    }
}
