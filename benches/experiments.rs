//! The workloads of the book's experiments: `cargo bench --bench experiments`, and
//! `benches/peers/compare.py` for NumPy and PyTorch on the same.

use divan::Bencher;
use experiments::Experiment;
use experiments::mnist::{MnistConfiguration, MnistInitializers};
use experiments::shared::data::{Images, LabeledImages, Mnist};
use experiments::ten_initializers::TenInitializers;
use experiments::vanishing_gradient::{SpiralNets, VanishingGradient};
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use std::sync::Arc;
use unit_variance::matrix::{product, product_into};
use unit_variance::{Activation, Law, Network, Streams, VarianceScaling};

fn main() {
    // The peers run on one core, and so do we.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .expect("the pool is not built yet");
    divan::main();
}

fn normal(rows: usize, columns: usize) -> Array2<f64> {
    let mut rng = Streams::new(1).stream("bench");
    Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng))
}

/// 1000 inputs through 50 layers of 80 ReLU units.
#[divan::bench]
fn forward_50x80x1000(bencher: Bencher) {
    let mut widths = [80; 51];
    widths[0] = 1;
    let he = VarianceScaling::he(Law::Normal);
    let network = Network::init(
        &widths,
        Activation::Relu,
        &he,
        &mut Streams::new(1).stream("weights"),
    );
    let x = normal(1000, 1);
    bencher.bench(|| network.outputs(&x));
}

/// The product of that forward pass, and of the other experiments: rows, depth, columns.
#[divan::bench(args = ["1000x80x80", "300x50x50", "100x784x100"])]
fn matrix_product(bencher: Bencher, shape: &str) {
    let (a, b) = factors(shape);
    let mut c = product(&a, &b);
    bencher.bench_local(|| product_into(&a, &b, &mut c));
}

/// Baseline for `matrix_product`: ndarray's own.
#[expect(
    clippy::disallowed_methods,
    reason = "it is only timed, beside the product that has the same bits everywhere"
)]
#[divan::bench(args = ["1000x80x80", "300x50x50", "100x784x100"])]
fn matrix_product_of_ndarray(bencher: Bencher, shape: &str) {
    let (a, b) = factors(shape);
    let mut c = product(&a, &b);
    bencher.bench_local(|| ndarray::linalg::general_mat_mul(1.0, &a, &b, 0.0, &mut c));
}

fn factors(shape: &str) -> (Array2<f64>, Array2<f64>) {
    let sizes: Vec<usize> = shape
        .split('x')
        .map(|size| size.parse().expect("a size"))
        .collect();
    (normal(sizes[0], sizes[1]), normal(sizes[1], sizes[2]))
}

/// 1000 of the 50,000 steps of the spiral, of both nets.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn spiral_1000_steps(bencher: Bencher) {
    let short = VanishingGradient {
        nets: SpiralNets {
            steps: 1000,
            ..SpiralNets::default()
        },
        ..VanishingGradient::default()
    };
    bencher.bench_local(|| short.run(&mut |_| {}));
}

/// 300 of the 3000 iterations of one MNIST net, on noise of the size of MNIST.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn mnist_300_iterations(bencher: Bencher) {
    let noise = |count: usize| LabeledImages {
        images: Images {
            pixels: (0..count * 784)
                .map(|i| ((i * 2_654_435_761) >> 7) as u8)
                .collect(),
            rows: 28,
            columns: 28,
        },
        labels: (0..count).map(|i| (i % 10) as u8).collect(),
    };
    let (train, test) = (noise(60_000), noise(500));
    let data = Mnist::of((train, "train"), (test, "test")).expect("images of one size");
    let config = MnistInitializers {
        configurations: vec![MnistConfiguration::HeRelu],
        seeds: 1,
        iterations: 300,
        every: 300,
        ..MnistInitializers::new(Arc::new(data))
    };
    bencher.bench_local(|| config.run(&mut |_| {}));
}

/// All ten initializers, five epochs.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn ten_initializers() {
    divan::black_box(TenInitializers::default().run(&mut |_| {}));
}
