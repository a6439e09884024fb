//! The workloads whose speed the README quotes: a 4096 × 4096 matrix, an orthogonal one of 1024.
//!
//! `benches/peers` runs the same in Python beside these.

use divan::Bencher;
use ndarray::Array2;
use unit_variance::{Initializer, Law, Layout, Orthogonal, Streams, VarianceScaling};

fn main() {
    divan::main();
}

const THREADS: [usize; 2] = [1, 0];

/// Fills one matrix again and again, on so many threads (0: all cores).
fn fill(
    bencher: Bencher<'_, '_>,
    threads: usize,
    size: usize,
    initializer: &(dyn Initializer + Sync),
) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be started");
    let mut kernel = Array2::<f64>::zeros((size, size));
    let mut rng = Streams::new(1).stream("weight");
    bencher.bench_local(|| {
        pool.install(|| initializer.fill((&mut kernel).into(), Layout::InOut, &mut rng));
    });
}

/// What no initializer can beat: writing the matrix.
#[divan::bench]
fn write(bencher: Bencher<'_, '_>) {
    let mut kernel = Array2::<f64>::zeros((4096, 4096));
    bencher.bench_local(|| divan::black_box(&mut kernel).fill(1.0));
}

#[divan::bench(args = THREADS)]
fn he_normal(bencher: Bencher<'_, '_>, threads: usize) {
    fill(bencher, threads, 4096, &VarianceScaling::he(Law::Normal));
}

#[divan::bench(args = THREADS)]
fn xavier_uniform(bencher: Bencher<'_, '_>, threads: usize) {
    fill(
        bencher,
        threads,
        4096,
        &VarianceScaling::xavier(Law::Uniform),
    );
}

#[divan::bench(args = THREADS)]
fn he_truncated_normal(bencher: Bencher<'_, '_>, threads: usize) {
    fill(
        bencher,
        threads,
        4096,
        &VarianceScaling::he(Law::TRUNCATED_NORMAL),
    );
}

#[divan::bench(args = THREADS)]
fn orthogonal(bencher: Bencher<'_, '_>, threads: usize) {
    fill(bencher, threads, 1024, &Orthogonal::new(1.0));
}
