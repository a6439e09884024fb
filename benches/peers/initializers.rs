//! Times initializers on as many cores as the argument says, as JSON: `compare.py` sets them beside those
//! of other libraries.
//!
//! The fastest of several runs, in milliseconds, each of which fills the same matrix again.

use std::hint::black_box;
use std::time::Instant;

use ndarray::Array2;
use rayon::prelude::*;
use serde_json::{Map, json};
use unit_variance::initializer::Weight;
use unit_variance::{Initializer, Law, Layout, Orthogonal, Streams, VarianceScaling};

const RUNS: usize = 9;

fn main() {
    let cores = std::env::args()
        .nth(1)
        .map_or(1, |cores| cores.parse().expect("a number of cores"));
    rayon::ThreadPoolBuilder::new()
        .num_threads(cores)
        .build_global()
        .expect("the pool is not built yet");
    let mut timings = Map::new();
    for precision in [time::<f64>, time::<f32>] {
        precision(&mut timings);
    }
    println!("{}", json!(timings));
}

/// Adds the timings of weights of one precision.
fn time<T: Weight>(timings: &mut Map<String, serde_json::Value>) {
    let mut kernel = Array2::from_elem((4096, 4096), T::round(0.0));
    let write = fastest(|| {
        // What no initializer can beat.
        let rows = black_box(&mut kernel).as_slice_mut().expect("in order");
        rows.par_chunks_mut(4096)
            .for_each(|row| row.fill(T::round(1.0)));
    });
    timings.insert(format!("write 4096 {}", T::NAME), json!(write));
    let initializers: [(&str, usize, &dyn Initializer); 4] = [
        ("he normal", 4096, &VarianceScaling::he(Law::Normal)),
        (
            "xavier uniform",
            4096,
            &VarianceScaling::xavier(Law::Uniform),
        ),
        (
            "truncated normal",
            4096,
            &VarianceScaling::he(Law::TRUNCATED_NORMAL),
        ),
        ("orthogonal", 1024, &Orthogonal::new(1.0)),
    ];
    for (name, size, initializer) in initializers {
        let mut kernel = Array2::from_elem((size, size), T::round(0.0));
        let mut rng = Streams::new(1).stream("weight");
        let ms = fastest(|| initializer.fill((&mut kernel).into(), Layout::InOut, &mut rng));
        timings.insert(format!("{name} {size} {}", T::NAME), json!(ms));
    }
}

fn fastest(mut run: impl FnMut()) -> f64 {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        1e3 * start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}
