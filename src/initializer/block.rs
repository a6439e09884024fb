//! Entries are drawn in blocks, and every block has a generator of its own.
//!
//! That makes the numbers independent of the number of threads, and lets a job
//! that is spread over many machines draw its own rows of one and the same matrix.

use ndarray::ArrayViewMutD;
use rayon::prelude::*;

use crate::probability::{StreamRng, Streams};

/// How many consecutive entries share a generator.
///
/// A part of every golden number. Large enough that seeding a block costs next
/// to nothing, small enough that a matrix of a million entries keeps a hundred
/// threads busy.
pub const BLOCK: usize = 4096;

/// Fills `target`, in logical (row-major) order, as the entries `first, first + 1, …` of a larger
/// whole: `draw` is given the generator of a block and the entries of the block from its beginning.
///
/// `draw` must give a shorter block the beginning of a longer one.
///
/// ```
/// use ndarray::{Array1, s};
/// use unit_variance::probability::StreamRng;
/// use unit_variance::{Law, Streams, initializer::fill_blocks};
///
/// let draw = |mut rng: StreamRng, block: &mut [f64]| Law::Normal.fill_block(0.1, block, &mut rng);
/// let mut whole = Array1::zeros(10_000);
/// fill_blocks(whole.view_mut().into_dyn(), 0, Streams::new(1), draw);
///
/// let mut part = Array1::zeros(100);
/// fill_blocks(part.view_mut().into_dyn(), 5_000, Streams::new(1), draw);
/// assert_eq!(part, whole.slice(s![5_000..5_100]));
/// ```
pub fn fill_blocks(
    mut target: ArrayViewMutD<'_, f64>,
    first: usize,
    streams: Streams,
    draw: impl Fn(StreamRng, &mut [f64]) + Sync,
) {
    if let Some(entries) = target.as_slice_mut() {
        fill_slice(entries, first, streams, &draw);
    } else {
        let mut entries = vec![0.0; target.len()];
        fill_slice(&mut entries, first, streams, &draw);
        target
            .iter_mut()
            .zip(entries)
            .for_each(|(to, from)| *to = from);
    }
}

fn fill_slice(
    entries: &mut [f64],
    first: usize,
    streams: Streams,
    draw: &(impl Fn(StreamRng, &mut [f64]) + Sync),
) {
    let (block, skipped) = (first / BLOCK, first % BLOCK);
    let head = match skipped {
        0 => 0,
        _ => entries.len().min(BLOCK - skipped),
    };
    let (head, rest) = entries.split_at_mut(head);
    if !head.is_empty() {
        // The part of the first block that belongs to the entries before `first` is drawn and dropped.
        let mut beginning = vec![0.0; skipped + head.len()];
        draw(streams.block(block as u64), &mut beginning);
        head.copy_from_slice(&beginning[skipped..]);
    }
    let first_whole = first.div_ceil(BLOCK);
    let fill = |(i, entries): (usize, &mut [f64])| {
        draw(streams.block((first_whole + i) as u64), entries);
    };
    if rest.len() <= BLOCK {
        // Handing a single block to other threads takes longer than a small layer does.
        rest.chunks_mut(BLOCK).enumerate().for_each(fill);
    } else {
        rest.par_chunks_mut(BLOCK).enumerate().for_each(fill);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Law;
    use ndarray::{Array2, s};

    // A cut at 1 rejects a third of the draws: the number of words an entry takes varies.
    fn draw(mut rng: StreamRng, block: &mut [f64]) {
        Law::TruncatedNormal { cut: 1.0 }.fill_block(1.0, block, &mut rng);
    }

    #[test]
    fn the_memory_order_of_the_target_does_not_matter() {
        let mut plain = Array2::zeros((70, 130));
        let mut transposed = Array2::zeros((130, 70)).reversed_axes();
        fill_blocks(plain.view_mut().into_dyn(), 0, Streams::new(5), draw);
        fill_blocks(transposed.view_mut().into_dyn(), 0, Streams::new(5), draw);
        assert_eq!(plain, transposed);
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            let mut matrix = Array2::zeros((300, 170));
            pool.install(|| fill_blocks(matrix.view_mut().into_dyn(), 0, Streams::new(5), draw));
            matrix
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }

    #[test]
    fn no_two_blocks_are_alike() {
        let mut entries = ndarray::Array1::zeros(5 * BLOCK);
        fill_blocks(entries.view_mut().into_dyn(), 0, Streams::new(5), draw);
        let mut blocks: Vec<Vec<u64>> = entries
            .exact_chunks(BLOCK)
            .into_iter()
            .map(|block| block.iter().map(|x| x.to_bits()).collect())
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        assert_eq!(blocks.len(), 5);
    }

    #[test]
    fn every_block_of_rows_can_be_drawn_alone() {
        let (rows, columns) = (200, 97);
        let mut whole = Array2::zeros((rows, columns));
        fill_blocks(whole.view_mut().into_dyn(), 0, Streams::new(5), draw);
        for (from, to) in [(0, 1), (1, 60), (42, 43), (43, 200), (199, 200), (7, 7)] {
            let mut part = Array2::zeros((to - from, columns));
            fill_blocks(
                part.view_mut().into_dyn(),
                from * columns,
                Streams::new(5),
                draw,
            );
            assert_eq!(part, whole.slice(s![from..to, ..]), "rows {from} to {to}");
        }
    }
}
