//! The places in a strip where something holds.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use crate::probability::strip::STRIP;

/// How many entries are looked at together.
const GROUP: usize = 64;

/// Some places of a strip, in order.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// Longer than a strip, as a group's worth of places may be written, of which only those that are found count.
    places: [u16; STRIP + GROUP],
    count: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            places: [0; STRIP + GROUP],
            count: 0,
        }
    }
}

impl Places {
    /// Finds the places where something holds that does now and then, up to `LIKELY` times in a group: as many places are written
    /// in any case, so that the processor need not guess how many they are.
    #[inline(always)]
    pub(super) fn find<const LIKELY: usize>(
        &mut self,
        strip: &[f64; STRIP],
        holds: impl Fn(f64) -> bool,
    ) {
        let mut count = 0;
        for (g, group) in strip.as_chunks::<GROUP>().0.iter().enumerate() {
            let mut ones = ones(group, &holds);
            let found = ones.count_ones() as usize;
            let (likely, others) = self.places[count..][..GROUP].split_at_mut(LIKELY);
            let mut write = |place: &mut u16| {
                *place = (GROUP * g) as u16 + ones.trailing_zeros() as u16;
                ones &= ones.wrapping_sub(1);
            };
            likely.iter_mut().for_each(&mut write);
            let others = &mut others[..found.saturating_sub(LIKELY)];
            others.iter_mut().for_each(write);
            count += found;
        }
        self.count = count;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let found = self.places[..self.count].iter();
        found.map(|&place| usize::from(place))
    }
}

/// A bit for each entry of a group, the first one lowest: whether the condition holds.
#[inline(always)]
fn ones(group: &[f64; GROUP], holds: impl Fn(f64) -> bool) -> u64 {
    let entries = group.iter().enumerate();
    entries.fold(0, |bits, (i, &entry)| bits | u64::from(holds(entry)) << i)
}
