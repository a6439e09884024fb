//! A matrix that is spread over several machines: each draws its own rows of one and the same.
//!
//! `cargo run --example sharded_initialization`

use std::thread;

use ndarray::{Axis, concatenate};
use unit_variance::{Initializer, Law, Streams, VarianceScaling};

const SEED: u64 = 42;
const MACHINES: usize = 5;

fn main() {
    let shape = (10_000, 300);
    let he = VarianceScaling::he(Law::Normal);

    // All that the machines share is a seed and a name. Threads stand in for them here; each
    // draws nothing but its rows, and the beginning of the block in which they start.
    let machines: Vec<_> = (0..MACHINES)
        .map(|i| {
            let rows = i * shape.0 / MACHINES..(i + 1) * shape.0 / MACHINES;
            thread::spawn(move || {
                let mut rng = Streams::new(SEED).stream("layer.0.weight");
                he.sample_rows(shape, rows, &mut rng)
            })
        })
        .collect();
    let shards: Vec<_> = machines
        .into_iter()
        .map(|machine| machine.join().expect("a machine finishes"))
        .collect();

    let together = concatenate(
        Axis(0),
        &shards.iter().map(|shard| shard.view()).collect::<Vec<_>>(),
    )
    .expect("the shards have as many columns");
    let whole = he.sample(shape, &mut Streams::new(SEED).stream("layer.0.weight"));
    assert_eq!(together, whole);
    println!(
        "{MACHINES} shards are, bit for bit, the {} x {} matrix drawn whole",
        shape.0, shape.1
    );
}
