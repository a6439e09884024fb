//! A matrix that is spread over several machines: each draws its own part of one and the same.
//!
//! `cargo run -q --example sharded_initialization`

use std::thread;

use ndarray::{Array2, s};
use unit_variance::initializer::FillError;
use unit_variance::{Initializer, Law, Layout, Orthogonal, Streams, VarianceScaling};

const SHAPE: [usize; 2] = [3000, 1000];
/// The machines stand in a grid, so that each has some rows and some columns.
const GRID: [usize; 2] = [3, 2];

fn main() {
    // All that the machines share is a seed and a name. Threads stand in for them here.
    let he = VarianceScaling::he(Law::Normal);
    let rng = || Streams::new(42).stream("layer.0.weight");
    let machines: Vec<_> = (0..GRID[0] * GRID[1])
        .map(|machine| {
            let first = [
                machine / GRID[1] * SHAPE[0] / GRID[0],
                machine % GRID[1] * SHAPE[1] / GRID[1],
            ];
            let draw = move || {
                let mut part = Array2::<f32>::zeros((SHAPE[0] / GRID[0], SHAPE[1] / GRID[1]));
                he.fill_part(
                    (&mut part).into(),
                    &first,
                    &SHAPE,
                    Layout::OutIn,
                    &mut rng(),
                );
                part
            };
            (first, thread::spawn(draw))
        })
        .collect();

    let mut together = Array2::<f32>::zeros(SHAPE);
    for ([row, column], machine) in machines {
        let part = machine.join().expect("a machine finishes");
        let (rows, columns) = part.dim();
        let place = s![row..row + rows, column..column + columns];
        together.slice_mut(place).assign(&part);
    }
    let mut whole = Array2::<f32>::zeros(SHAPE);
    he.fill((&mut whole).into(), Layout::OutIn, &mut rng());
    assert_eq!(together, whole);

    // The entries of a rotation depend on one another, and the initializer says so.
    let mut part = Array2::<f32>::zeros((2, 2));
    let rotation = Orthogonal::new(1.0);
    let refused = rotation.try_fill_part(
        (&mut part).into(),
        &[0, 0],
        &[4, 4],
        Layout::OutIn,
        &mut rng(),
    );
    assert_eq!(refused, Err(FillError::NoParts));
    println!(
        "{}",
        serde_json::json!({
            "shape": SHAPE,
            "machines": GRID[0] * GRID[1],
            "equal_to_the_whole": together == whole,
            "orthogonal": refused.err().map(|error| error.to_string()),
        })
    );
}

#[test]
fn the_parts_are_the_whole() {
    main();
}
