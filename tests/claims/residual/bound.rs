//! What the root of the depth buys.

use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::{ResidualBlock, feed_forward_spread, scaled_spread_bound};

use crate::harness::Report;

/// By how much bounds of a stack's growth and spread are exceeded, and how far from the second bound the deepest stack is.
fn excess(
    widths: &[(u64, u64)],
    (growth_bound, exponent): (f64, f64),
    branch_variance: fn(u64) -> f64,
) -> f64 {
    const DEEPEST: u64 = 1 << 40;
    let depths = || (1..200).chain([1 << 10, 1 << 20, DEEPEST]);
    let cases = widths.iter().flat_map(|&(n, m)| {
        depths().map(move |depth| {
            let block = ResidualBlock::new(branch_variance(depth), n, m);
            let bound = libm::exp(exponent / n as f64);
            let spread = block.spread(depth) / bound - 1.0;
            let distance = if depth == DEEPEST { spread.abs() } else { 0.0 };
            largest([block.growth(depth) / growth_bound - 1.0, spread, distance])
        })
    });
    largest(cases.chain([0.0]))
}

#[test]
fn the_root_of_the_depth_bounds_mean_and_spread() -> Report {
    claim!(
        "residual.two-things",
        r"Let a stream of $n$ features pass $L$ blocks $h + a\,\mathrm{relu}(hU_\ell)V_\ell$ of $m$ units with $a =$
        *$1/\sqrt L$*, without biases and with independent normal weights of mean zero, of variance $2/n$ in the
        $U_\ell$ and $1/m$ in the $V_\ell$. For an input other than zero that is chosen before the weights are drawn,
        *all* widths with *$6m \ge 5n + 10$* and *every* depth $L \ge 1$, $\mathbb{E}\|h_L\|^2$ is below
        *$e$* times $\|h_0\|^2$, and $\mathbb{E}\|h_L\|^4$ is below *$e^{4/n}$* times $(\mathbb{E}\|h_L\|^2)^2$.
        For $L \to \infty$ the quotient of the two sides of the second *tends to one*.",
        || {
            let widths = [
                (1, 3),
                (4, 5),
                (10, 10),
                (16, 15),
                (64, 64),
                (100, 85),
                (50, 200),
            ];
            let bounds = (std::f64::consts::E, 4.0);
            assert_eq!(scaled_spread_bound(10), libm::exp(0.4));
            let scaled = |depth: u64| 1.0 / depth as f64;
            let cases = widths.len() as u64 * 202;
            Exactness::of(
                "largest share by which a bound is exceeded, or not reached in the limit",
                cases,
            )
            .proved()
            .within(1e-10)
            .proved_beyond("all", "seven pairs of widths, at or above the condition")
            .proved_beyond("every", "depths 1 to 199, and 2^10, 2^20 and 2^40")
            .holds_for("as said", excess(&widths, bounds, scaled))
            .foil(
                "over the fourth root of L",
                excess(&widths, bounds, |depth| (depth as f64).sqrt().recip()),
            )
            .attacks(&[r"$1/\sqrt L$"])
            .foil(
                "one feature and one unit",
                excess(&[(1, 1)], bounds, scaled),
            )
            .attacks(&[r"$6m \ge 5n + 10$"])
            .foil("e less one percent", excess(&widths, (2.69, 4.0), scaled))
            .attacks(&["$e$"])
            .foil(
                "4.1/n: not reached",
                excess(&widths, (bounds.0, 4.1), scaled),
            )
            .attacks(&["$e^{4/n}$", "tends to one"])
            .foil(
                "no skip, and 5/n a layer",
                largest(
                    widths.map(|(n, _)| feed_forward_spread(n, 50) / scaled_spread_bound(n) - 1.0),
                ),
            )
            .attacks(&["$e^{4/n}$"])
            .judge()
        },
    )
}
