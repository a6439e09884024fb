//! The workloads whose speed the README quotes: a 4096 × 4096 matrix, an orthogonal one of 1024.
//!
//! `benches/peers` runs the same in Python beside these.

use divan::Bencher;
use ndarray::Array2;
use unit_variance::initializer::Weight;
use unit_variance::{Initializer, Law, Layout, Orthogonal, Streams, VarianceScaling};

fn main() {
    divan::main();
}

const THREADS: [usize; 2] = [1, 0];

/// Fills one matrix again and again, on so many threads (0: all cores).
fn fill<T: Weight>(
    bencher: Bencher<'_, '_>,
    threads: usize,
    size: usize,
    initializer: &(dyn Initializer + Sync),
) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be started");
    let mut kernel = Array2::from_elem((size, size), T::round(0.0));
    let mut rng = Streams::new(1).stream("weight");
    bencher.bench_local(|| {
        pool.install(|| initializer.fill((&mut kernel).into(), Layout::InOut, &mut rng));
    });
}

/// What no initializer can beat: writing the matrix.
#[divan::bench(types = [f64, f32])]
fn write<T: Weight>(bencher: Bencher<'_, '_>) {
    let mut kernel = Array2::from_elem((4096, 4096), T::round(0.0));
    bencher.bench_local(|| divan::black_box(&mut kernel).fill(T::round(1.0)));
}

#[divan::bench(types = [f64, f32], args = THREADS)]
fn he_normal<T: Weight>(bencher: Bencher<'_, '_>, threads: usize) {
    fill::<T>(bencher, threads, 4096, &VarianceScaling::he(Law::Normal));
}

#[divan::bench(types = [f64, f32], args = THREADS)]
fn xavier_uniform<T: Weight>(bencher: Bencher<'_, '_>, threads: usize) {
    let xavier = VarianceScaling::xavier(Law::Uniform);
    fill::<T>(bencher, threads, 4096, &xavier);
}

#[divan::bench(types = [f64, f32], args = THREADS)]
fn he_truncated_normal<T: Weight>(bencher: Bencher<'_, '_>, threads: usize) {
    let he = VarianceScaling::he(Law::TRUNCATED_NORMAL);
    fill::<T>(bencher, threads, 4096, &he);
}

#[divan::bench(types = [f64, f32], args = THREADS)]
fn orthogonal<T: Weight>(bencher: Bencher<'_, '_>, threads: usize) {
    fill::<T>(bencher, threads, 1024, &Orthogonal::new(1.0));
}
