//! What a standard normal signal feels of an activation, and the gain that makes up for it.

use super::{Cell, Experiment, Progress, Table};
use unit_variance::activation::Activation;

/// For `z ~ N(0, 1)`: `E φ(z)`, `E φ(z)²`, `E φ'(z)²`, the gains `1/√E φ²` and `1/√E φ'²` that keep the signal
/// and the gradient, and `χ = E φ'² / E φ²`, by which the squared gradient grows where the signal
/// is kept.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Gain {
    /// The activation; all of them if there is none.
    pub activation: Option<Activation>,
}

impl Experiment for Gain {
    fn name(&self) -> &'static str {
        "gain"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let name = self.activation.map_or("all".to_owned(), Activation::name);
        vec![("activation".into(), name.as_str().into())]
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let activations = self
            .activation
            .map_or(Activation::ALL.to_vec(), |activation| vec![activation]);
        let total = activations.len() as u64;
        let rows = (1..).zip(activations).map(|(done, phi)| {
            let numbers = [
                phi.mean(),
                phi.second_moment(),
                phi.slope_moment(),
                phi.gain(),
                phi.backward_gain(),
                phi.chi(),
            ];
            progress(Progress { done, total });
            std::iter::once(phi.name().as_str().into())
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        Table::of(
            self,
            &[
                "activation",
                "mean",
                "second_moment",
                "slope_moment",
                "gain",
                "backward_gain",
                "chi",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn one_activation_is_a_row_of_the_whole() {
        let all = Gain::default().run(&mut |_| {});
        assert_eq!(all.rows.len(), 18);
        for (phi, row) in Activation::ALL.into_iter().zip(&all.rows) {
            let activation = Some(phi);
            let alone = Gain { activation }.run(&mut |_| {});
            assert_eq!(alone.rows, std::slice::from_ref(row));
            assert_eq!(alone.parameters[0].1.to_string(), phi.name());
        }
    }

    #[test]
    fn chi_is_what_the_gain_leaves_to_the_gradient() {
        let table = Gain::default().run(&mut |_| {});
        let [gain, backward_gain, chi] =
            ["gain", "backward_gain", "chi"].map(|column| table.numbers(column));
        for i in 0..chi.len() {
            let ratio = gain[i] / backward_gain[i];
            assert_relative_eq!(chi[i], ratio * ratio, max_relative = 1e-14);
        }
    }
}
