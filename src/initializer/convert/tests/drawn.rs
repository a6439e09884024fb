//! The numbers of drawn weights are those that are stated.

use super::table::TABLE;
use super::*;

#[test]
fn drawn_weights_have_the_variance_that_is_stated() {
    let (shape, streams) = ((300, 200), Streams::new(5));
    let fans = Fans::dense(shape);
    for row in TABLE {
        let recipe = read(row[0]);
        let initializer = recipe.initializer().expect("in its range");
        let weight = initializer.sample(shape, &mut streams.stream(row[0]));
        let moments: Moments = weight.iter().collect();
        // Six standard errors of the mean square of normal weights.
        let error = moments.variance() / recipe.variance(fans) - 1.0;
        assert!(
            error.abs() < 6.0 * (2.0 / 60_000_f64).sqrt(),
            "{}: {error}",
            row[0]
        );
        let largest = weight.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        assert!(
            largest <= recipe.bound(fans) * (1.0 + 1e-12),
            "{}: {largest}",
            row[0]
        );
    }
    // The mean of what begins at 0.
    let from_zero = read("uniform(0.1)").initializer().expect("in its range");
    let moments: Moments = from_zero
        .sample(shape, &mut streams.stream("zero"))
        .iter()
        .collect();
    assert!((moments.mean() - 0.05).abs() < 1e-3);
}

#[test]
fn an_orthogonal_matrix_has_the_variance_of_its_longer_side() {
    for shape in [(3, 5), (5, 3), (7, 7)] {
        let weight = Orthogonal::new(2.0).sample(shape, &mut Streams::new(1).stream("w"));
        let mean_square = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
        let stated = read("orthogonal(2)").variance(Layout::InOut.fans(&[shape.0, shape.1]));
        assert!((mean_square / stated - 1.0).abs() < 1e-12, "{shape:?}");
    }
}

#[test]
fn the_standard_deviation_is_stated() {
    let fans = Fans::new(100, 1);
    for (recipe, std_dev) in [
        (
            Recipe::Uniform {
                low: -3.0,
                high: 3.0,
            },
            3_f64.sqrt(),
        ),
        (Recipe::Orthogonal { gain: 5.0 }, 0.5),
        (VarianceScaling::lecun(Law::Uniform).into(), 0.1),
        // Where the square is 0, or has lost its digits.
        (
            Recipe::Normal {
                mean: 3.0,
                std_dev: 1e-200,
            },
            1e-200,
        ),
        (
            VarianceScaling::new(5e-324, Fan::In, Law::Normal).into(),
            0.1 * 5e-324_f64.sqrt(),
        ),
    ] {
        let stated = recipe.std_dev(fans);
        assert!((stated / std_dev - 1.0).abs() < 1e-14, "{recipe}: {stated}");
    }
}

#[test]
fn the_standard_deviation_before_a_cut_is_that_of_the_law_that_is_cut() {
    let fans = Fans::new(200, 100);
    let he = |law| Recipe::from(VarianceScaling::he(law));
    // What the cut at 2 leaves of a standard deviation is SciPy's `truncnorm(-2, 2).std()`.
    let before = he(Law::TRUNCATED_NORMAL).std_dev_before_cut(fans);
    let left = before.expect("it is cut") * 0.879_625_661_03;
    assert!((left - 0.1).abs() < 1e-11, "{left}");
    let given = read("truncated-normal:0.5:3");
    assert_eq!(given.std_dev_before_cut(fans), Some(0.5));
    for uncut in [
        he(Law::Normal),
        he(Law::Uniform),
        read("normal:0.5"),
        read("uniform:0.5"),
        read("orthogonal:0.5"),
    ] {
        assert_eq!(uncut.std_dev_before_cut(fans), None, "{uncut}");
    }
}
