//! A strip of draws in `f64`, and its numbers in the precision that they are kept in.

use super::block_mut::BlockMut;
use super::float::Float;

/// How many draws are made at a time.
pub(super) const STRIP: usize = 512;

/// A strip to be filled: in place, if its numbers are kept in `f64`.
///
/// So no pass over a strip waits for the memory alone: lines of the cache are fetched while words or draws are made.
pub(super) struct Strip<'a, T> {
    pub(super) draws: &'a mut [f64; STRIP],
    pub(super) rounded: Option<&'a mut [T; STRIP]>,
}

impl<'a> Strip<'a, f64> {
    pub(super) fn of_f64(draws: &'a mut [f64; STRIP]) -> Self {
        Self {
            draws,
            rounded: None,
        }
    }
}

impl<T: Float> Strip<'_, T> {
    pub(super) fn set(&mut self, place: usize, draw: f64) {
        self.draws[place] = draw;
        if let Some(rounded) = &mut self.rounded {
            rounded[place] = T::round(draw);
        }
    }
}

/// Calls `fill` for one strip of `target` after the other, the last one cut to what is left.
pub(super) fn for_each_strip<T: Float>(target: &mut [T], mut fill: impl FnMut(Strip<'_, T>)) {
    let mut spare = [0.0; STRIP];
    let mut fill = |strip: &mut [T; STRIP]| {
        fill(match T::block(strip) {
            BlockMut::F64(draws) => Strip {
                draws: draws.try_into().expect("the block is the strip"),
                rounded: None,
            },
            _ => Strip {
                draws: &mut spare,
                rounded: Some(strip),
            },
        });
    };
    let (strips, rest) = target.as_chunks_mut();
    strips.iter_mut().for_each(&mut fill);
    if !rest.is_empty() {
        let mut last = [T::round(0.0); STRIP];
        fill(&mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}
