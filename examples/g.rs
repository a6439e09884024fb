use ndarray::Array2;
use std::time::Instant;
use unit_variance::network::product_into;
fn mat(m: usize, n: usize, s: f64) -> Array2<f64> {
    Array2::from_shape_fn((m, n), |(i, j)| ((i * 7 + j * 13) as f64 * s).sin())
}
fn main() {
    for (m, k, n, ta, tb) in [
        (1000, 80, 80, false, false),
        (300, 50, 50, false, false),
        (50, 300, 50, true, false),
        (300, 50, 50, false, true),
        (300, 2, 50, false, false),
        (300, 50, 3, false, false),
        (50, 300, 3, true, false),
        (300, 3, 50, false, true),
        (2, 300, 50, true, false),
        (100, 784, 100, false, false),
        (784, 100, 100, true, false),
    ] {
        let a = if ta {
            mat(k, m, 0.37).reversed_axes()
        } else {
            mat(m, k, 0.37)
        };
        let b = if tb {
            mat(n, k, 0.71).reversed_axes()
        } else {
            mat(k, n, 0.71)
        };
        let (mut c, mut c2) = (Array2::zeros((m, n)), Array2::zeros((m, n)));
        let fl = 2.0 * (m * k * n) as f64;
        let (mut t1, mut t2) = (f64::MAX, f64::MAX);
        for _ in 0..4000 {
            let t = Instant::now();
            ndarray::linalg::general_mat_mul(1.0, &a, &b, 0.0, &mut c);
            t1 = t1.min(t.elapsed().as_secs_f64());
            let t = Instant::now();
            product_into(&a, &b, &mut c2);
            t2 = t2.min(t.elapsed().as_secs_f64());
        }
        println!(
            "{m}x{k}x{n} {ta} {tb}: ndarray {:.1} GF  ours {:.1} GF | us {:.1} {:.1}",
            fl / t1 / 1e9,
            fl / t2 / 1e9,
            t1 * 1e6,
            t2 * 1e6
        );
    }
}
