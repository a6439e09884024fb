//! The product of two matrices in registers: tiles of a few rows and columns, whose sums stay there
//! from the first product to the last.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::borrow::Cow;
use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::Aligned;
use super::fused::{IS_SLOW, mul_add_lanes};

/// How many rows of `C` are made at a time. With up to five registers of columns that is 25 sums;
/// five registers of `B` and one of `A` beside them still fit into 32.
pub(super) const ROWS: usize = 5;

/// How many rows of a strip of `B` stay in the cache nearest to the processor: up to 40 KiB.
const DEPTH: usize = 128;

/// How many columns of `C` are made at a time at most: five registers of eight.
const WIDEST: usize = 40;

/// The entries of the left factor.
pub(super) enum Left<'a> {
    /// Row by row.
    Rows(Cow<'a, [f64]>),
    /// Column by column.
    Columns(&'a [f64]),
}

/// What the sums begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accumulate {
    /// Zeros.
    Nothing,
    /// What is in `C`.
    Itself,
}

/// `C = A B`, or `C + A B`, and then a bias: the factors, and where the product goes.
pub(super) struct Tiles<'a> {
    /// `A`, of shape `(m, depth)`.
    pub(super) a: &'a Left<'a>,
    /// `B`, of shape `(depth, n)`, row by row.
    pub(super) b: &'a [f64],
    /// `C`, of shape `(m, n)`, row by row.
    pub(super) c: &'a mut [f64],
    pub(super) m: usize,
    pub(super) depth: usize,
    pub(super) n: usize,
    pub(super) onto: Accumulate,
    /// What is added to every row in the end, or nothing.
    pub(super) bias: &'a [f64],
}

impl WithSimd for Tiles<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if self.n < S::F64_LANES {
            self.narrow(simd);
            return;
        }
        let widest = if S::REGISTER_COUNT < 32 { 2 } else { 5 };
        let mut done = 0;
        while done < self.n {
            let registers = (self.n - done).div_ceil(S::F64_LANES);
            let width = registers
                .div_ceil(registers.div_ceil(widest))
                .min(self.n / S::F64_LANES);
            // The last strip ends with the matrix, and may begin within the one before it.
            let first = done.min(self.n - width * S::F64_LANES);
            match width {
                1 => self.strip::<S, 1>(simd, first, done),
                2 => self.strip::<S, 2>(simd, first, done),
                3 => self.strip::<S, 3>(simd, first, done),
                4 => self.strip::<S, 4>(simd, first, done),
                _ => self.strip::<S, 5>(simd, first, done),
            }
            done = first + width * S::F64_LANES;
        }
    }
}

impl Tiles<'_> {
    /// A product of fewer columns than a register holds, by filling them up with zeros.
    #[inline(always)]
    fn narrow<S: Simd>(&mut self, simd: S) {
        let mut b = vec![0.0; self.depth * S::F64_LANES];
        for (to, from) in b
            .chunks_exact_mut(S::F64_LANES)
            .zip(self.b.chunks_exact(self.n))
        {
            to[..self.n].copy_from_slice(from);
        }
        let mut c = vec![0.0; self.m * S::F64_LANES];
        if self.onto == Accumulate::Itself {
            for (to, from) in c
                .chunks_exact_mut(S::F64_LANES)
                .zip(self.c.chunks_exact(self.n))
            {
                to[..self.n].copy_from_slice(from);
            }
        }
        let mut bias = self.bias.to_vec();
        if !bias.is_empty() {
            bias.resize(S::F64_LANES, 0.0);
        }
        Tiles {
            b: &b,
            c: &mut c,
            n: S::F64_LANES,
            bias: &bias,
            ..*self
        }
        .strip::<S, 1>(simd, 0, 0);
        for (to, from) in self
            .c
            .chunks_exact_mut(self.n)
            .zip(c.chunks_exact(S::F64_LANES))
        {
            to.copy_from_slice(&from[..self.n]);
        }
    }

    /// The columns of `C` from `first` on, as many as `V` registers hold; those before `done` are
    /// made already.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(&mut self, simd: S, first: usize, done: usize) {
        let (n, width) = (self.n, V * S::F64_LANES);
        let b = self.b;
        let lines = |from: usize| {
            b[from * n..].chunks_exact(n).map(|line| {
                let (registers, _) = S::as_simd_f64s(&line[first..][..width]);
                registers
                    .first_chunk::<V>()
                    .expect("as many as a strip has")
            })
        };
        // Making an entry twice does no harm, unless it would be added twice.
        let skipped = match self.onto {
            Accumulate::Nothing => 0,
            Accumulate::Itself => done - first,
        };
        let m = self.m;
        let tile = |row: usize, depth: &Range<usize>| Tile {
            // The last tile ends with the matrix too; what is above `row` is made already.
            top: row.min(m.saturating_sub(ROWS)),
            row,
            first,
            skipped,
            depth: depth.clone(),
        };
        if self.m <= ROWS {
            let all = tile(0, &(0..self.depth));
            return self.tile(simd, all, lines(0));
        }
        let blocks = self.depth.div_ceil(DEPTH);
        let mut strip = vec![Aligned([simd.splat_f64s(0.0); V]); self.depth.div_ceil(blocks)];
        for block in 0..blocks {
            let depth = self.depth * block / blocks..self.depth * (block + 1) / blocks;
            for (Aligned(to), line) in strip.iter_mut().zip(lines(depth.start)) {
                for (to, b) in to.iter_mut().zip(line) {
                    *to = *b;
                }
            }
            for row in (0..self.m).step_by(ROWS) {
                let tile = tile(row, &depth);
                let strip = strip[..depth.len()].iter().map(|Aligned(line)| line);
                self.tile(simd, tile, strip);
            }
        }
    }

    /// Adds to a tile of `C` the products with a strip of `B`.
    #[inline(always)]
    fn tile<'b, S: Simd, const V: usize>(
        &mut self,
        simd: S,
        tile: Tile,
        strip: impl Iterator<Item = &'b [S::f64s; V]>,
    ) {
        let Tile {
            top,
            row,
            first,
            skipped,
            depth,
        } = tile;
        let (m, n, width) = (self.m, self.n, V * S::F64_LANES);
        // To make a row again that is made already costs less than to ask, where a product is an instruction.
        let rows = if IS_SLOW { m.min(ROWS) } else { ROWS };
        let mut sums = [[simd.splat_f64s(0.0); V]; ROWS];
        if depth.start > 0 || self.onto == Accumulate::Itself {
            for (i, sums) in sums.iter_mut().enumerate() {
                let c = &self.c[(top + i).min(m - 1) * n + first..][..width];
                for (sum, c) in sums.iter_mut().zip(S::as_simd_f64s(c).0) {
                    *sum = *c;
                }
            }
        }
        match self.a {
            Left::Rows(a) => {
                let start = |i: usize| (top + i).min(m - 1) * self.depth + depth.start;
                let (a0, a1, a2) = (&a[start(0)..], &a[start(1)..], &a[start(2)..]);
                let left = a0
                    .iter()
                    .zip(a1)
                    .zip(a2)
                    .zip(&a[start(3)..])
                    .zip(&a[start(4)..]);
                for (b, ((((a0, a1), a2), a3), a4)) in strip.zip(left) {
                    accumulate(simd, rows, &mut sums, [a0, a1, a2, a3, a4], b);
                }
            }
            Left::Columns(a) => {
                for (b, column) in strip.zip(a[depth.start * m + top..].chunks(m)) {
                    let column: &[f64; ROWS] = column.first_chunk().expect("as many as a tile has");
                    accumulate(simd, rows, &mut sums, column.each_ref(), b);
                }
            }
        }
        if depth.end == self.depth && !self.bias.is_empty() {
            let (bias, _) = S::as_simd_f64s(&self.bias[first..][..width]);
            for sums in &mut sums {
                for (sum, bias) in sums.iter_mut().zip(bias) {
                    *sum = simd.add_f64s(*sum, *bias);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            if (row..m).contains(&(top + i)) {
                let c = &mut self.c[(top + i) * n + first..][..width];
                if skipped > 0 {
                    let mut row = [0.0; WIDEST];
                    store::<S, V>(&mut row[..width], sums);
                    c[skipped..].copy_from_slice(&row[skipped..width]);
                } else {
                    store::<S, V>(c, sums);
                }
            }
        }
    }
}

/// Writes registers into as many numbers as they hold.
#[inline(always)]
fn store<S: Simd, const V: usize>(to: &mut [f64], registers: &[S::f64s; V]) {
    for (to, register) in S::as_mut_simd_f64s(to).0.iter_mut().zip(registers) {
        *to = *register;
    }
}

/// `ROWS` rows of a strip of `C`, and which of the products are to be added to it.
struct Tile {
    top: usize,
    /// The first row that is to be written.
    row: usize,
    /// The first column.
    first: usize,
    /// How many of its columns are not to be written.
    skipped: usize,
    depth: Range<usize>,
}

/// `sums ← a b + sums`, the outer product of the first `rows` of `ROWS` entries of `A` and `V` registers of `B`.
#[inline(always)]
fn accumulate<S: Simd, const V: usize>(
    simd: S,
    rows: usize,
    sums: &mut [[S::f64s; V]; ROWS],
    a: [&f64; ROWS],
    b: &[S::f64s; V],
) {
    for (sums, a) in sums.iter_mut().zip(a).take(rows) {
        let a = simd.splat_f64s(*a);
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = mul_add_lanes(simd, a, *b, *sum);
        }
    }
}
