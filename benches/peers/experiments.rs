//! Times the book's experiments on as many cores as the argument says, as JSON: `compare.py` sets them
//! beside other libraries.
//!
//! The fastest of several runs, in milliseconds.

use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use experiments::Experiment;
use experiments::mnist::{MnistConfiguration, MnistInitializers};
use experiments::shared::data::{LabeledImages, Mnist};
use experiments::vanishing_gradient::{SpiralNets, VanishingGradient};
use flate2::bufread::MultiGzDecoder;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::{Activation, Law, Network, Streams, VarianceScaling};

fn main() {
    let cores = std::env::args()
        .nth(1)
        .map_or(1, |cores| cores.parse().expect("a number of cores"));
    rayon::ThreadPoolBuilder::new()
        .num_threads(cores)
        .build_global()
        .expect("the pool is not built yet");

    let streams = Streams::new(1);
    let mut widths = [80; 51];
    widths[0] = 1;
    let he = VarianceScaling::he(Law::Normal);
    let network = Network::init(
        &widths,
        Activation::Relu,
        &he,
        &mut streams.stream("weights"),
    );
    let mut rng = streams.stream("inputs");
    let x = Array2::from_shape_simple_fn((1000, 1), || StandardNormal.sample(&mut rng));
    let forward = fastest(100, || network.outputs(&x));

    let spiral = VanishingGradient {
        nets: SpiralNets {
            steps: 1000,
            ..SpiralNets::default()
        },
        ..VanishingGradient::default()
    };
    let spiral = fastest(5, || spiral.run(&mut |_| {}));

    let digits = Arc::new(digits());
    let [one, two] = [1, 2].map(|nets| {
        let mnist = MnistInitializers {
            configurations: vec![MnistConfiguration::HeRelu],
            seeds: nets,
            every: 3000,
            ..MnistInitializers::new(Arc::clone(&digits))
        };
        fastest(3, || mnist.run(&mut |_| {}))
    });

    let timings = serde_json::json!({
        "forward 50x80x1000": forward,
        "spiral, 1000 steps": spiral,
        "mnist, 3000 steps": one,
        "mnist, two nets": two,
    });
    println!("{timings}");
}

fn fastest<T>(runs: usize, mut run: impl FnMut() -> T) -> f64 {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        black_box(run());
        1e3 * start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn digits() -> Mnist {
    let open = |file: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/mnist");
        let file = File::open(folder.join(file)).expect("the digits are with the book");
        MultiGzDecoder::new(BufReader::new(file))
    };
    let set = |images: &str, labels: &str| {
        LabeledImages::read((open(images), images), (open(labels), labels))
            .expect("the files are whole")
    };
    let train = set("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
    let test = set("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
    Mnist::of((train, "train"), (test, "test")).expect("images of one size")
}
