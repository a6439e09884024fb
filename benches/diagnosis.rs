//! The one pass over the numbers of a checkpoint that `cargo run -- diagnose` makes, beside a plain copy of the same bytes.

use divan::Bencher;
use divan::counter::BytesCount;
use unit_variance::diagnosis::{Precision, Scan};
use unit_variance::{Initializer, Law, Streams, VarianceScaling};

fn main() {
    divan::main();
}

/// Sixty-four megabytes in single precision.
const SHAPE: [usize; 2] = [4096, 4096];

fn bytes() -> Vec<u8> {
    let weight = VarianceScaling::he(Law::Normal)
        .sample((SHAPE[0], SHAPE[1]), &mut Streams::new(1).stream("weight"));
    let single = weight.iter().flat_map(|w| (*w as f32).to_le_bytes());
    single.collect()
}

/// What no reader can beat: a copy of the bytes.
#[divan::bench(sample_count = 10)]
fn copy(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    let mut to = vec![0; bytes.len()];
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| divan::black_box(&mut to).copy_from_slice(&bytes));
}

/// Decoding and all statistics of a tensor.
#[divan::bench(sample_count = 10)]
fn scan(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    let mut values = Vec::new();
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| {
            let mut scan = Scan::new(&SHAPE, Precision::F32, false);
            for block in bytes.chunks(1 << 16) {
                values.clear();
                Precision::F32.decode(block, false, &mut values);
                scan.add(&values);
            }
            divan::black_box(scan.finish().mean)
        });
}
