//! Entries are drawn in blocks, and every block has a generator of its own.
//!
//! That makes the numbers independent of the number of threads, and lets a job that is spread over
//! many machines draw its own part of one and the same kernel. A block is keyed by the logical place
//! of its entries, space first, then inputs, then outputs, as JAX and Keras keep them: so a layer has the
//! same weights in every layout.

use ndarray::{Array, ArrayViewMutD, Axis, IxDyn};

use super::kernel::Weight;
use super::parallel::{join, prelude::*};
use super::{FillError, Layout};
use crate::probability::{BlockMut, StreamRng, Streams};

/// How many consecutive entries share a generator.
///
/// A part of every golden number. Large enough that seeding a block costs next
/// to nothing, small enough that a matrix of a million entries keeps a hundred
/// threads busy.
pub const BLOCK: usize = 4096;

/// How many entries a thread takes at a time where they are scattered in memory.
const PIECE: usize = 16 * BLOCK;

/// Where the entries of a part stand in the whole kernel.
pub(super) struct Place {
    /// The axes of the kernel in logical order: space, inputs, outputs.
    order: Vec<usize>,
    /// The axes of the whole in that order.
    whole: Vec<usize>,
    /// Where the part begins, in that order.
    first: Vec<usize>,
}

impl Place {
    /// The place of a part of this shape that begins at `first`.
    pub(super) fn of(
        part: &[usize],
        first: &[usize],
        whole: &[usize],
        layout: Layout,
    ) -> Result<Self, FillError> {
        FillError::demand_part(part, first, whole)?;
        let order = layout.logical_order(whole)?;
        let in_order = |axes: &[usize]| order.iter().map(|&axis| axes[axis]).collect();
        Ok(Self {
            whole: in_order(whole),
            first: in_order(first),
            order,
        })
    }
}

type Draw<'a> = dyn Fn(BlockMut<'_>, &mut StreamRng) + Sync + 'a;

/// Fills `part`, which stands at `place`, with the entries that `draw` puts there. `draw` is given a
/// block of entries, from its beginning, and must give a shorter block the beginning of a longer one.
pub(super) fn fill_place<T: Weight>(
    part: ArrayViewMutD<'_, T>,
    place: &Place,
    streams: Streams,
    draw: &Draw<'_>,
) {
    let blocks = Blocks {
        place,
        streams,
        draw,
    };
    let part = part.permuted_axes(IxDyn(&place.order));
    blocks.fill(part, place.first.clone());
}

/// Fills a slice with the entries `0, 1, 2, …`.
pub(super) fn fill_slice(entries: &mut [f64], streams: Streams, draw: &Draw<'_>) {
    let fill = |(block, entries): (usize, &mut [f64])| {
        draw(entries.into(), &mut streams.block(block as u64));
    };
    entries.par_chunks_mut(BLOCK).enumerate().for_each(fill);
}

struct Blocks<'a> {
    place: &'a Place,
    streams: Streams,
    draw: &'a Draw<'a>,
}

impl Blocks<'_> {
    /// Fills a part in logical order, which begins at `first` of the whole.
    fn fill<T: Weight>(&self, mut part: ArrayViewMutD<'_, T>, first: Vec<usize>) {
        if part.is_empty() {
            return;
        }
        if self.is_run(part.shape())
            && let Some(entries) = part.as_slice_mut()
        {
            return self.fill_run(entries, self.index(&first));
        }
        let longer_than_one = (0..part.ndim()).find(|&axis| part.shape()[axis] > 1);
        match longer_than_one {
            // The part that comes first in logical order is the first half of its first axis.
            Some(axis) if part.len() > PIECE => {
                let middle = part.shape()[axis] / 2;
                let mut beyond = first.clone();
                beyond[axis] += middle;
                let (low, high) = part.split_at(Axis(axis), middle);
                join(|| self.fill(low, first), || self.fill(high, beyond));
            }
            _ => self.fill_piece(part, &first),
        }
    }

    /// Whether the entries of a part of this shape follow one another: it is one of the leading axes
    /// that is cut, and those before it have length 1.
    fn is_run(&self, shape: &[usize]) -> bool {
        let whole = &self.place.whole;
        let cut = (0..shape.len()).rfind(|&axis| shape[axis] < whole[axis]);
        cut.is_none_or(|cut| shape[..cut].iter().all(|&axis| axis == 1))
    }

    /// The index of an entry among all.
    fn index(&self, entry: &[usize]) -> usize {
        let axes = entry.iter().zip(&self.place.whole);
        axes.fold(0, |index, (at, axis)| index * axis + at)
    }

    /// Fills entries that follow one another in memory and in the whole.
    fn fill_run<T: Weight>(&self, entries: &mut [T], first: usize) {
        let (block, skipped) = (first / BLOCK, first % BLOCK);
        let head = match skipped {
            0 => 0,
            _ => entries.len().min(BLOCK - skipped),
        };
        let (head, rest) = entries.split_at_mut(head);
        if !head.is_empty() {
            // The part of the first block that belongs to the entries before `first` is drawn and dropped.
            let mut beginning = vec![T::round(0.0); skipped + head.len()];
            self.draw_block(block, &mut beginning);
            head.copy_from_slice(&beginning[skipped..]);
        }
        let first_whole = first.div_ceil(BLOCK);
        let fill = |(i, entries): (usize, &mut [T])| self.draw_block(first_whole + i, entries);
        if rest.len() <= BLOCK {
            // Handing a single block to other threads takes longer than a small layer does.
            rest.chunks_mut(BLOCK).enumerate().for_each(fill);
        } else {
            rest.par_chunks_mut(BLOCK).enumerate().for_each(fill);
        }
    }

    /// Fills a small part that is scattered, in memory or in the whole.
    fn fill_piece<T: Weight>(&self, part: ArrayViewMutD<'_, T>, first: &[usize]) {
        let mut piece = Array::from_elem(part.raw_dim(), T::round(0.0));
        let length = part.shape()[part.ndim() - 1];
        let mut entry = first.to_vec();
        let mut drawn = (usize::MAX, Vec::new());
        let entries = piece.as_slice_mut().expect("a new array is in order");
        for (row, run) in entries.chunks_exact_mut(length).enumerate() {
            first_of_row(row, part.shape(), first, &mut entry);
            self.copy_run(run, self.index(&entry), &mut drawn);
        }
        // Back in the kernel's own order of axes, in which its entries are likely to be neighbors.
        let mut own = vec![0; self.place.order.len()];
        for (at, &axis) in self.place.order.iter().enumerate() {
            own[axis] = at;
        }
        let own = IxDyn(&own);
        part.permuted_axes(own.clone())
            .assign(&piece.view().permuted_axes(own));
    }

    /// Copies the entries from `first` on, drawing blocks where they are not those drawn last.
    fn copy_run<T: Weight>(
        &self,
        mut run: &mut [T],
        mut first: usize,
        drawn: &mut (usize, Vec<T>),
    ) {
        while !run.is_empty() {
            let (block, skipped) = (first / BLOCK, first % BLOCK);
            if drawn.0 != block {
                drawn.0 = block;
                drawn.1.resize(BLOCK, T::round(0.0));
                self.draw_block(block, &mut drawn.1);
            }
            let length = run.len().min(BLOCK - skipped);
            let (head, rest) = run.split_at_mut(length);
            head.copy_from_slice(&drawn.1[skipped..skipped + length]);
            (run, first) = (rest, first + length);
        }
    }

    fn draw_block<T: Weight>(&self, block: usize, entries: &mut [T]) {
        (self.draw)(T::block(entries), &mut self.streams.block(block as u64));
    }
}

/// The first entry of a row of a part, a row being all entries that differ in the last axis alone.
fn first_of_row(row: usize, shape: &[usize], first: &[usize], entry: &mut [usize]) {
    let mut rest = row;
    for axis in (0..shape.len() - 1).rev() {
        entry[axis] = first[axis] + rest % shape[axis];
        rest /= shape[axis];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Convolution, KernelOrder};
    use crate::probability::Law;
    use ndarray::{Array2, Array4, ArrayD, s};

    // A cut at 1 rejects a third of the draws: the number of words an entry takes varies.
    fn draw(block: BlockMut<'_>, rng: &mut StreamRng) {
        Law::TruncatedNormal { cut: 1.0 }.fill_block(1.0, block, rng);
    }

    fn fill(mut kernel: ArrayViewMutD<'_, f64>, layout: Layout) {
        let whole = kernel.shape().to_vec();
        let first = vec![0; whole.len()];
        let place = Place::of(&whole, &first, &whole, layout).expect("a whole is its own part");
        fill_place(kernel.view_mut(), &place, Streams::new(5), &draw);
    }

    #[test]
    fn the_memory_order_of_the_target_does_not_matter() {
        let mut plain = Array2::zeros((700, 130));
        let mut transposed = Array2::zeros((130, 700)).reversed_axes();
        fill(plain.view_mut().into_dyn(), Layout::InOut);
        fill(transposed.view_mut().into_dyn(), Layout::InOut);
        assert_eq!(plain, transposed);
    }

    #[test]
    fn a_layer_has_the_same_weights_in_every_layout() {
        let mut jax = Array4::zeros((3, 3, 40, 70));
        let mut torch = Array4::zeros((70, 40, 3, 3));
        fill(
            jax.view_mut().into_dyn(),
            Convolution::new(KernelOrder::SpaceInOut).into(),
        );
        fill(
            torch.view_mut().into_dyn(),
            Convolution::new(KernelOrder::OutInSpace).into(),
        );
        assert_eq!(jax, torch.permuted_axes([2, 3, 1, 0]));
    }

    #[test]
    fn the_logical_order_is_that_of_jax() {
        let mut convolution = Array4::zeros((3, 2, 5, 700));
        let space_in_out = Convolution::new(KernelOrder::SpaceInOut).into();
        fill(convolution.view_mut().into_dyn(), space_in_out);
        let mut matrix = Array2::zeros((3 * 2 * 5, 700));
        fill(matrix.view_mut().into_dyn(), Layout::InOut);
        assert!(convolution.iter().eq(&matrix));
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let on = |threads, layout| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            let mut matrix = Array2::zeros((600, 370));
            pool.install(|| fill(matrix.view_mut().into_dyn(), layout));
            matrix
        };
        for layout in [Layout::InOut, Layout::OutIn] {
            assert_eq!(on(1, layout), on(2, layout));
            assert_eq!(on(1, layout), on(5, layout));
        }
    }

    #[test]
    fn no_two_blocks_are_alike() {
        let mut entries = ArrayD::zeros(IxDyn(&[1, 5 * BLOCK]));
        fill(entries.view_mut(), Layout::InOut);
        let entries = entries.as_slice().expect("in order");
        let mut blocks: Vec<Vec<u64>> = entries
            .chunks_exact(BLOCK)
            .map(|block| block.iter().map(|x| x.to_bits()).collect())
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        assert_eq!(blocks.len(), 5);
    }

    #[test]
    fn every_rectangle_of_a_kernel_can_be_drawn_alone() {
        let shape = [50, 7, 3, 40];
        for order in [
            KernelOrder::OutInSpace,
            KernelOrder::OutSpaceIn,
            KernelOrder::InSpaceOut,
            KernelOrder::SpaceInOut,
        ] {
            let layout = Layout::from(Convolution::new(order));
            let mut whole = Array4::zeros(shape);
            fill(whole.view_mut().into_dyn(), layout);
            for (first, part) in [
                ([0, 0, 0, 0], [1, 1, 1, 1]),
                ([10, 2, 1, 3], [20, 4, 2, 30]),
                ([0, 0, 0, 5], [50, 7, 3, 1]),
                ([49, 0, 0, 0], [1, 7, 3, 40]),
                ([3, 3, 0, 0], [0, 2, 3, 40]),
            ] {
                let place = Place::of(&part, &first, &shape, layout).expect("a part");
                let mut drawn = Array4::<f64>::zeros(part);
                fill_place(drawn.view_mut().into_dyn(), &place, Streams::new(5), &draw);
                let [a, b, c, d] = std::array::from_fn(|i| first[i]..first[i] + part[i]);
                assert_eq!(drawn, whole.slice(s![a, b, c, d]), "{order:?} {first:?}");
            }
        }
    }

    #[test]
    fn an_axis_of_length_one_changes_nothing() {
        // Scattered in memory, and long enough to be halved: not along its first axis in logical order, which has length 1.
        let mut kernel = ArrayD::zeros(IxDyn(&[300, 300, 1]));
        let out_in_space = Convolution::new(KernelOrder::OutInSpace).into();
        fill(kernel.view_mut(), out_in_space);
        let mut matrix = Array2::zeros((300, 300));
        fill(matrix.view_mut().into_dyn(), Layout::OutIn);
        assert!(kernel.len() > PIECE && kernel.iter().eq(&matrix));
    }
}
