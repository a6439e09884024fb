//! The product of two matrices in registers: tiles of a few rows and columns, whose sums stay there
//! from the first product to the last.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::borrow::Cow;
use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::fused::{IS_SLOW, mul_add_lanes};

/// How many rows of `C` are made at a time. With two registers of columns that is ten sums, enough for the
/// eight or ten multiply-adds that a processor with AVX2 has on their way at once, and two registers of `B` and one of `A` beside them still fit into 16; with four it is 20, and they fit into 32.
/// It divides the round numbers that widths and batches often are, so that no row is made twice.
pub(super) const ROWS: usize = 5;

/// How many rows of a strip of `B` stay in the cache nearest to the processor: up to 32 KiB.
const DEPTH: usize = 128;

/// How many columns of `C` are made at a time at most: four registers of eight.
const WIDEST: usize = 32;

/// The entries of a factor.
pub(super) enum Factor<'a> {
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
    pub(super) a: &'a Factor<'a>,
    /// `B`, of shape `(depth, n)`.
    pub(super) b: &'a Factor<'a>,
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
        let widest = if S::REGISTER_COUNT < 32 { 2 } else { 4 };
        let copied = match self.in_place() {
            Some(_) => 0,
            None => self.depth.div_ceil(self.depth.div_ceil(DEPTH)),
        };
        let mut near = vec![simd.splat_f64s(0.0); copied * widest];
        if self.n < S::F64_LANES {
            self.narrow(simd, &mut near);
            return;
        }
        let mut done = 0;
        while done < self.n {
            let registers = (self.n - done).div_ceil(S::F64_LANES);
            let width = registers
                .div_ceil(registers.div_ceil(widest))
                .min(self.n / S::F64_LANES);
            // The last strip ends with the matrix, and may begin within the one before it.
            let first = done.min(self.n - width * S::F64_LANES);
            match width {
                1 => self.strip::<S, 1>(simd, first, done, &mut near),
                2 => self.strip::<S, 2>(simd, first, done, &mut near),
                3 => self.strip::<S, 3>(simd, first, done, &mut near),
                _ => self.strip::<S, 4>(simd, first, done, &mut near),
            }
            done = first + width * S::F64_LANES;
        }
    }
}

impl<'a> Tiles<'a> {
    /// A product of fewer columns than a register holds, by filling them up with zeros.
    #[inline(always)]
    fn narrow<S: Simd>(&mut self, simd: S, near: &mut [S::f64s]) {
        let mut b = vec![0.0; self.depth * S::F64_LANES];
        let shape = (self.depth, self.n);
        self.b
            .copy_part(shape, 0..self.depth, 0..self.n, &mut b, S::F64_LANES);
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
            b: &Factor::Rows(b.into()),
            c: &mut c,
            n: S::F64_LANES,
            bias: &bias,
            ..*self
        }
        .strip::<S, 1>(simd, 0, 0, near);
        for (to, from) in self
            .c
            .chunks_exact_mut(self.n)
            .zip(c.chunks_exact(S::F64_LANES))
        {
            to.copy_from_slice(&from[..self.n]);
        }
    }

    /// `B`, where it is gone through once, and not worth copying.
    fn in_place(&self) -> Option<&'a [f64]> {
        match self.b {
            Factor::Rows(b) if self.m <= ROWS => Some(b),
            _ => None,
        }
    }

    /// The columns of `C` from `first` on, as many as `V` registers hold; those before `done` are
    /// made already. A strip of `B` that is gone through more than once is copied to `near`, some rows at a time.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(
        &mut self,
        simd: S,
        first: usize,
        done: usize,
        near: &mut [S::f64s],
    ) {
        let width = V * S::F64_LANES;
        // Making an entry twice does no harm, unless it would be added twice.
        let skipped = match self.onto {
            Accumulate::Nothing => 0,
            Accumulate::Itself => done - first,
        };
        let (m, n, b) = (self.m, self.n, self.b);
        let tile = |row: usize, depth: &Range<usize>| Tile {
            // The last tile ends with the matrix too; what is above `row` is made already.
            top: row.min(m.saturating_sub(ROWS)),
            row,
            first,
            skipped,
            depth: depth.clone(),
        };
        if let Some(b) = self.in_place() {
            let lines = b.chunks_exact(n).map(|line| {
                let (registers, _) = S::as_simd_f64s(&line[first..][..width]);
                registers
                    .first_chunk::<V>()
                    .expect("as many as a strip has")
            });
            return self.tile(simd, tile(0, &(0..self.depth)), lines);
        }
        let blocks = self.depth.div_ceil(DEPTH);
        for block in 0..blocks {
            let depth = self.depth * block / blocks..self.depth * (block + 1) / blocks;
            let near = &mut near[..depth.len() * V];
            let to = pulp::bytemuck::cast_slice_mut(near);
            let shape = (self.depth, n);
            b.copy_part(shape, depth.clone(), first..first + width, to, width);
            let (near, _) = near.as_chunks::<V>();
            for row in (0..m).step_by(ROWS) {
                self.tile(simd, tile(row, &depth), near.iter());
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
            Factor::Rows(a) => {
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
            Factor::Columns(a) => {
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

impl Factor<'_> {
    /// Copies some rows and columns of a matrix of this shape into rows of length `width`.
    #[inline(always)]
    fn copy_part(
        &self,
        shape: (usize, usize),
        rows: Range<usize>,
        columns: Range<usize>,
        to: &mut [f64],
        width: usize,
    ) {
        match self {
            Self::Rows(entries) => {
                let lines = entries[rows.start * shape.1..].chunks_exact(shape.1);
                for (to, line) in to.chunks_exact_mut(width).zip(lines) {
                    to[..columns.len()].copy_from_slice(&line[columns.clone()]);
                }
            }
            Self::Columns(entries) => {
                for (j, column) in columns.enumerate() {
                    let column = &entries[column * shape.0..][rows.clone()];
                    for (to, from) in to[j..].iter_mut().step_by(width).zip(column) {
                        *to = *from;
                    }
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
