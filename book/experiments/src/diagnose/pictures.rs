//! What a sound layer looks like, and what each fault does to it: the numbers behind twelve small pictures.

use clap::Args;
use ndarray::{Array2, ArrayView1, s};
use serde::Serialize;
use unit_variance::evidence::{BinomialShare, NullLaw, largest};
use unit_variance::matrix::{product, singular_values};
use unit_variance::{Fan, Initializer, Law, Streams, VarianceScaling};

use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// Square layers, sound and faulty, each measured in the way that shows its fault.
///
/// Columns: `layer`, `x`, `y`, and from `low` to `high` what a sound layer shows but for one picture in a million.
/// Of the first seven the shares of the weights in bins, over the width of a bin, by weights in units of He's standard deviation; the law that
/// they are compared with is He's, normal or uniform. Of `rank` and `direction` the singular values by their place, over He's standard deviation, below the edge of
/// independent normal weights. Of `stream` and `layers` pairs of the first weights of two layers. Of `units` for each unit the largest
/// cosine with another one, in size, below what all pairs of independent normal units reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct FaultPictures {
    /// Inputs and outputs of a layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "64")]
    pub width: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for FaultPictures {
    fn default() -> Self {
        without_options()
    }
}

/// The probability that a sound layer leaves what is drawn as its range.
const ALPHA: f64 = 1e-6;
/// Bins of a histogram, between so many standard deviations.
const BINS: usize = 32;
const REACH: f64 = 4.0;
/// Pairs of weights that are drawn.
const PAIRS: usize = 100;
/// How many channels a wrong fan counts.
const CHANNELS: f64 = 4.0;
/// How long a step along one direction is: so many times `σ √width`.
const STEP: f64 = 2.6;

impl FaultPictures {
    /// A square matrix by this rule.
    fn draw(&self, rule: VarianceScaling, name: &str) -> Array2<f64> {
        let shape = (self.width, self.width);
        rule.sample(shape, &mut Streams::new(self.seed).stream(name))
    }

    fn std_dev(&self) -> f64 {
        (2.0 / self.width as f64).sqrt()
    }

    /// The histogram of these weights beside the law that they should have.
    fn histogram(&self, layer: &str, weight: &Array2<f64>, law: Law) -> Vec<Vec<Cell>> {
        let width = 2.0 * REACH / BINS as f64;
        let count = weight.len() as u64;
        let edge = |bin: usize| -REACH + bin as f64 * width;
        let rows = (0..BINS).map(|bin| {
            let (from, to) = (edge(bin), edge(bin + 1));
            let inside = |w: &&f64| (from..to).contains(&(**w / self.std_dev()));
            let share = weight.iter().filter(inside).count() as f64 / count as f64;
            let probability = law.cdf(to) - law.cdf(from);
            let (low, high) = if probability > 0.0 {
                BinomialShare::new(count, probability).interval(ALPHA / BINS as f64)
            } else {
                (0.0, 0.0)
            };
            let numbers = [0.5 * (from + to), share / width, low / width, high / width];
            row(layer, numbers)
        });
        rows.collect()
    }

    /// The singular values of a layer, and the edge of independent ones.
    fn spectrum(&self, layer: &str, weight: &Array2<f64>) -> Vec<Vec<Cell>> {
        let edge = 2.0 * (self.width as f64).sqrt() + (-2.0 * libm::log(ALPHA)).sqrt();
        let values = singular_values(weight).into_iter().zip(1..);
        let rows = values.map(|(value, place)| {
            row(layer, [f64::from(place), value / self.std_dev(), 0.0, edge])
        });
        rows.collect()
    }

    /// For each unit the largest cosine with another.
    fn cosines(&self, layer: &str, weight: &Array2<f64>) -> Vec<Vec<Cell>> {
        let units = weight.ncols();
        let cosine = |i: usize, j: usize| {
            let (a, b) = (weight.column(i), weight.column(j));
            (inner(&a, &b) / (inner(&a, &a) * inner(&b, &b)).sqrt()).abs()
        };
        let pairs = (units * (units - 1) / 2) as f64;
        let limit = cosine_limit(self.width, ALPHA / pairs);
        let rows = (0..units).map(|i| {
            let others = (0..units).filter(|j| *j != i);
            // A unit alone is similar to none.
            let most = largest(others.map(|j| cosine(i, j)).chain([0.0]));
            row(layer, [(i + 1) as f64, most, 0.0, limit])
        });
        rows.collect()
    }
}

fn row(layer: &str, numbers: [f64; 4]) -> Vec<Cell> {
    let numbers = numbers.map(Cell::from);
    std::iter::once(Cell::from(layer)).chain(numbers).collect()
}

/// The size that the cosine of two independent normal vectors of `n` entries exceeds with at most this probability:
/// `P(|c| ≥ t) ≤ (1 − t²)^((n−1)/2)`.
fn cosine_limit(n: usize, probability: f64) -> f64 {
    let rest = libm::pow(probability, 2.0 / (n - 1) as f64);
    (1.0 - rest).sqrt()
}

/// `a · b`.
fn inner(a: &ArrayView1<f64>, b: &ArrayView1<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Configuration for FaultPictures {
    const NAME: &'static str = "fault-pictures";

    fn numbers_in_memory(&self) -> f64 {
        9.0 * (self.width as f64).powi(2)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let he = VarianceScaling::he(Law::Normal);
        let of_scale = |scale: f64, law: Law| VarianceScaling::new(scale, Fan::In, law);
        let sound = self.draw(he, "sound");
        let mut rows = self.histogram("sound", &sound, Law::Normal);
        let bound = self.draw(of_scale(2.0 / 3.0, Law::Uniform), "bound");
        rows.extend(self.histogram("bound", &bound, Law::Uniform));
        let cut = Law::TRUNCATED_NORMAL;
        let kept = (2.0 / cut.bound()).powi(2);
        let short = self.draw(of_scale(2.0 * kept, cut), "cut");
        rows.extend(self.histogram("cut", &short, cut));
        let twice = self.draw(of_scale(4.0, Law::Normal), "twice");
        rows.extend(self.histogram("twice", &twice, Law::Normal));
        // Uniform from zero to the bound, where the bound on both sides was meant.
        let half = self
            .draw(VarianceScaling::he(Law::Uniform), "mean")
            .mapv(f64::abs);
        rows.extend(self.histogram("mean", &half, Law::Uniform));
        // Filters for one channel each, with a fan that counts four.
        let channels = self.draw(of_scale(2.0 / CHANNELS, Law::Normal), "channels");
        rows.extend(self.histogram("channels", &channels, Law::Normal));
        let constant = Array2::from_elem((self.width, self.width), 0.5 * self.std_dev());
        rows.extend(self.histogram("constant", &constant, Law::Normal));

        let rank = self.width / 4;
        let (thin, flat) = (self.draw(he, "thin"), self.draw(he, "flat"));
        let low_rank = product(&thin.slice(s![.., ..rank]), &flat.slice(s![..rank, ..]));
        // A product of r terms of variance 4/n² each; 2/n is wanted.
        let factor = (self.width as f64 / (2 * rank) as f64).sqrt();
        rows.extend(self.spectrum("rank", &(low_rank * factor)));
        let mut stepped = self.draw(he, "direction");
        let length = STEP * self.std_dev() * (self.width as f64).sqrt();
        let [u, v] = ["u", "v"].map(|name| {
            let column = self.draw(he, name).column(0).to_owned();
            let length = inner(&column.view(), &column.view()).sqrt();
            column / length
        });
        for ((i, j), w) in stepped.indexed_iter_mut() {
            *w += length * u[i] * v[j];
        }
        rows.extend(self.spectrum("direction", &stepped));

        // Two layers from the beginning of one stream, the second half as wide in its inputs.
        let first = he.sample(
            (self.width, self.width),
            &mut Streams::new(self.seed).stream("stream"),
        );
        let second = of_scale(1.0, Law::Normal).sample(
            (self.width, self.width),
            &mut Streams::new(self.seed).stream("stream"),
        );
        let pairs = first.iter().zip(&second).take(PAIRS);
        let over = |w: &f64| w / self.std_dev();
        rows.extend(pairs.map(|(a, b)| row("stream", [over(a), over(b), -REACH, REACH])));
        let original = self.draw(he, "layers");
        let pairs = original.iter().zip(&original).take(PAIRS);
        rows.extend(pairs.map(|(a, b)| row("layers", [over(a), over(b), -REACH, REACH])));

        let mut copied = self.draw(he, "units");
        for (to, from) in [
            (self.width / 8, 0),
            (self.width / 4, 1),
            (self.width / 2, 0),
        ] {
            let unit = copied.column(from).to_owned();
            copied.column_mut(to).assign(&unit);
        }
        rows.extend(self.cosines("units", &copied));
        progress(Progress { done: 1, total: 1 });
        Table::of(self, &["layer", "x", "y", "low", "high"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(table: &Table, layer: &str) -> usize {
        let number = |cell: &Cell| cell.number().expect("a number");
        let rows = table.rows.iter().filter(|row| row[0].to_string() == layer);
        rows.filter(|row| !(number(&row[3])..=number(&row[4])).contains(&number(&row[2])))
            .count()
    }

    #[test]
    fn a_sound_layer_stays_inside_and_every_fault_leaves() {
        let table = FaultPictures::default().run(&mut |_| {});
        assert_eq!(outside(&table, "sound"), 0);
        for layer in [
            "bound",
            "cut",
            "twice",
            "mean",
            "channels",
            "constant",
            "direction",
            "units",
        ] {
            assert!(outside(&table, layer) > 0, "{layer}");
        }
        // All of the singular values can be below the edge; most are zero.
        let zeros = table.rows.iter().filter(|row| {
            row[0].to_string() == "rank" && row[2].number().is_some_and(|y| y < 1e-9)
        });
        assert_eq!(zeros.count(), 48);
    }

    #[test]
    fn two_layers_of_one_stream_are_one_up_to_their_scale() {
        let table = FaultPictures::default().run(&mut |_| {});
        let pairs = table
            .rows
            .iter()
            .filter(|row| row[0].to_string() == "stream");
        for row in pairs {
            let [x, y] = [1, 2].map(|i| row[i].number().expect("a number"));
            assert!((x - 2_f64.sqrt() * y).abs() < 1e-12);
        }
    }

    #[test]
    fn the_limit_of_a_cosine_in_three_dimensions_is_above_archimedes() {
        // There |c| is uniform, and P(|c| ≥ t) = 1 − t.
        let t = cosine_limit(3, 0.01);
        assert!(1.0 - t <= 0.01 && t < 1.0, "{t}");
    }
}
