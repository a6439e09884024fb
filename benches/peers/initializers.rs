//! Times initializers on one core and on all, as JSON: `compare.py` sets them beside those of other
//! libraries.
//!
//! The fastest of several runs, in milliseconds, each of which fills the same matrix again.

use std::time::{Duration, Instant};

use ndarray::Array2;
use serde_json::json;
use unit_variance::{Initializer, Law, Layout, Orthogonal, Streams, VarianceScaling};

const RUNS: usize = 9;

fn fastest(threads: usize, size: usize, initializer: &(dyn Initializer + Sync)) -> f64 {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be started");
    let mut kernel = Array2::<f64>::zeros((size, size));
    let mut rng = Streams::new(1).stream("weight");
    let mut fastest = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        pool.install(|| initializer.fill((&mut kernel).into(), Layout::InOut, &mut rng));
        fastest = fastest.min(start.elapsed());
    }
    1e3 * fastest.as_secs_f64()
}

fn main() {
    let workloads: [(&str, usize, &(dyn Initializer + Sync)); 4] = [
        ("he normal 4096", 4096, &VarianceScaling::he(Law::Normal)),
        (
            "xavier uniform 4096",
            4096,
            &VarianceScaling::xavier(Law::Uniform),
        ),
        (
            "truncated normal 4096",
            4096,
            &VarianceScaling::he(Law::TRUNCATED_NORMAL),
        ),
        ("orthogonal 1024", 1024, &Orthogonal::new(1.0)),
    ];
    let timings: serde_json::Map<_, _> = workloads
        .into_iter()
        .map(|(name, size, initializer)| {
            let [one, all] = [1, 0].map(|threads| fastest(threads, size, initializer));
            (
                name.to_owned(),
                json!({ "one core": one, "all cores": all }),
            )
        })
        .collect();
    println!("{}", json!(timings));
}
