//! The product of a matrix that is mostly zeros with another, in registers: the sums of a whole row stay
//! there while its entries are gone through.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use pulp::{Simd, WithSimd};

use super::Aligned;
use super::fused::{mul_add, mul_add_lanes};

/// The place of an entry in its line, and in the last eight bits its byte: a quarter of the memory that
/// a place and a number would take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry(u32);

impl Entry {
    /// The places that fit beside a byte.
    pub(super) const PLACES: usize = 1 << 24;

    #[inline(always)]
    pub(super) fn new(place: usize, byte: u8) -> Self {
        Self((place as u32) << 8 | u32::from(byte))
    }

    #[inline(always)]
    pub(super) fn place(self) -> usize {
        (self.0 >> 8) as usize
    }

    #[inline(always)]
    pub(super) fn byte(self) -> u8 {
        self.0 as u8
    }
}

/// How many numbers of a strip of `B` stay in the cache nearest to the processor: 42 KiB.
const L1_FLOATS: usize = 42 * 1024 / size_of::<f64>();

/// `C = A B`: the entries of `A` that are not zero, `B`, and where the product goes.
pub(super) struct Strips<'a> {
    /// What the bytes of the entries stand for.
    pub(super) values: &'a [f64; 256],
    pub(super) entries: &'a [Entry],
    /// Where the first line of `A` begins among the entries.
    pub(super) first: usize,
    /// Where each line ends.
    pub(super) ends: &'a [usize],
    /// `B`, of shape `(depth, n)`, row by row.
    pub(super) b: &'a [f64],
    /// `C`, with a row of length `n` for each line.
    pub(super) c: &'a mut [f64],
    pub(super) depth: usize,
    pub(super) n: usize,
}

impl WithSimd for Strips<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if self.n < S::F64_LANES {
            return self.plain();
        }
        let widest = if S::REGISTER_COUNT < 32 { 7 } else { 13 };
        let registers = self.n.div_ceil(S::F64_LANES);
        let mut done = 0;
        while done < registers {
            let first = done * S::F64_LANES;
            // A few widths make every number; thirteen registers of eight are a hundred columns.
            done += match (registers - done).min(widest) {
                1 => self.strip::<S, 1>(simd, first),
                2..=3 => self.strip::<S, 2>(simd, first),
                4..=6 => self.strip::<S, 4>(simd, first),
                7..=12 => self.strip::<S, 7>(simd, first),
                _ => self.strip::<S, 13>(simd, first),
            };
        }
    }
}

impl Strips<'_> {
    /// Fewer columns than a register holds.
    fn plain(self) {
        let starts = std::iter::once(&self.first).chain(self.ends);
        let lines = starts.zip(self.ends);
        for (c, (start, end)) in self.c.chunks_exact_mut(self.n).zip(lines) {
            c.fill(0.0);
            for entry in &self.entries[*start..*end] {
                let a = self.values[usize::from(entry.byte())];
                for (c, b) in c.iter_mut().zip(&self.b[entry.place() * self.n..]) {
                    *c = mul_add(a, *b, *c);
                }
            }
        }
    }

    /// The columns of `C` from `first` on, as many as `V` registers hold; returns `V`.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(&mut self, simd: S, first: usize) -> usize {
        let n = self.n;
        let blocks = (self.depth * V * S::F64_LANES).div_ceil(L1_FLOATS);
        let mut near = vec![Aligned([simd.splat_f64s(0.0); V]); self.depth.div_ceil(blocks)];
        let mut starts: Vec<usize> = [&[self.first], self.ends].concat();
        for block in 0..blocks {
            let places = self.depth * block / blocks..self.depth * (block + 1) / blocks;
            let b = &self.b[places.start * n..places.end * n];
            for (near, b) in near.iter_mut().zip(b.chunks_exact(n)) {
                load::<S, V>(&mut near.0, b, first);
            }
            let lines = self.c.chunks_exact_mut(n).zip(&mut starts).zip(self.ends);
            for ((c, start), end) in lines {
                let mut sums = [simd.splat_f64s(0.0); V];
                if block > 0 {
                    load::<S, V>(&mut sums, c, first);
                }
                let line = &self.entries[*start..*end];
                let mut count = 0;
                for entry in line {
                    let place = entry.place();
                    if place >= places.end {
                        break;
                    }
                    count += 1;
                    let a = simd.splat_f64s(self.values[usize::from(entry.byte())]);
                    let Aligned(b) = &near[place - places.start];
                    for (sum, b) in sums.iter_mut().zip(b) {
                        *sum = mul_add_lanes(simd, a, *b, *sum);
                    }
                }
                *start += count;
                store::<S, V>(&sums, c, first);
            }
        }
        V
    }
}

/// Reads `V` registers from the columns of a row from `first` on. The last register ends with the
/// row at the latest, and may begin within the one before.
#[inline(always)]
fn load<S: Simd, const V: usize>(registers: &mut [S::f64s; V], row: &[f64], first: usize) {
    let last = (first + (V - 1) * S::F64_LANES).min(row.len() - S::F64_LANES);
    let (columns, _) = S::as_simd_f64s(&row[first..][..(V - 1) * S::F64_LANES]);
    for (register, columns) in registers.iter_mut().zip(columns) {
        *register = *columns;
    }
    registers[V - 1] = S::as_simd_f64s(&row[last..][..S::F64_LANES]).0[0];
}

/// Writes what [`load`] reads.
#[inline(always)]
fn store<S: Simd, const V: usize>(registers: &[S::f64s; V], row: &mut [f64], first: usize) {
    let last = (first + (V - 1) * S::F64_LANES).min(row.len() - S::F64_LANES);
    let (columns, _) = S::as_mut_simd_f64s(&mut row[first..][..(V - 1) * S::F64_LANES]);
    for (columns, register) in columns.iter_mut().zip(registers) {
        *columns = *register;
    }
    S::as_mut_simd_f64s(&mut row[last..][..S::F64_LANES]).0[0] = registers[V - 1];
}
