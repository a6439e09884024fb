//! Embeddings: row `t` of a table for token `t`.

use ndarray::{Array2, ArrayRef2, Axis};

use crate::network::contract::{refuse_nan, same_shape};

/// An embedding `Y_i = E_{t_i}`: for each token, a whole number, the row of a table `E` of shape `(tokens, features)`.
///
/// It is the product of one-hot rows with `E`, so the gradient of a row is the sum of `∂L/∂Y_i` over all places `i`
/// where its token stands. Tokens have no gradient, which is why this is no [`Layer`](super::Layer).
///
/// ```
/// use ndarray::array;
/// use unit_variance::Embedding;
///
/// let embedding = Embedding { table: array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]] };
/// let tokens = [2, 0, 2];
/// assert_eq!(embedding.forward(&tokens), array![[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]]);
///
/// let gradient = embedding.backward(&tokens, &array![[1.0, 0.0], [0.0, 7.0], [10.0, 0.5]]);
/// assert_eq!(gradient, array![[0.0, 7.0], [0.0, 0.0], [11.0, 0.5]]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// `E`, of shape `(tokens, features)`; the parameter.
    pub table: Array2<f64>,
}

impl Embedding {
    /// The rows of these tokens, of shape `(length, features)`.
    ///
    /// # Panics
    ///
    /// If there is no token, one is not in the table, or its row has a NaN.
    #[track_caller]
    pub fn forward(&self, tokens: &[usize]) -> Array2<f64> {
        self.demand(tokens);
        let rows = self.table.select(Axis(0), tokens);
        refuse_nan("the embedding", &rows, &[("table", &self.table)]);
        rows
    }

    /// `∂L/∂E`, of the shape of the table, from `∂L/∂Y` of shape `(length, features)`.
    ///
    /// # Panics
    ///
    /// If there is no token, one is not in the table, the shape does not fit, or a sum is NaN.
    #[track_caller]
    pub fn backward(&self, tokens: &[usize], d_output: &ArrayRef2<f64>) -> Array2<f64> {
        self.demand(tokens);
        let shape = (tokens.len(), self.table.ncols());
        same_shape("gradient", d_output.dim(), "the output", shape);
        let mut gradient = Array2::zeros(self.table.dim());
        for (token, d) in tokens.iter().zip(d_output.rows()) {
            let mut row = gradient.row_mut(*token);
            row += &d;
        }
        refuse_nan(
            "the gradient of the table",
            &gradient,
            &[("gradient above", d_output)],
        );
        gradient
    }

    #[track_caller]
    fn demand(&self, tokens: &[usize]) {
        assert!(!tokens.is_empty(), "there is no token to embed");
        let rows = self.table.nrows();
        for (place, token) in tokens.iter().enumerate() {
            assert!(
                *token < rows,
                "the token at {place} is {token}, but the table has {rows} rows, counted from 0"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::network::Dense;
    use crate::probability::Streams;
    use ndarray::array;
    use rand::RngExt;

    #[test]
    fn an_embedding_is_a_linear_layer_of_one_hot_rows() {
        let mut rng = Streams::new(1).stream("integers");
        let mut integers =
            |shape| Array2::from_shape_simple_fn(shape, || f64::from(rng.random_range(-9..=9)));
        let table = integers((5, 3));
        let d_output = integers((7, 3));
        let tokens = [4, 0, 0, 2, 4, 4, 1]; // 3 is missing, and 0 and 4 come again
        let one_hot = Array2::from_shape_fn((7, 5), |(i, t)| f64::from(tokens[i] == t));

        let embedding = Embedding {
            table: table.clone(),
        };
        let linear = Dense::new(table, Activation::Identity);
        let signal = linear.forward(&one_hot);
        assert_eq!(embedding.forward(&tokens), signal.activation);
        let (gradient, _) = linear.backward(&one_hot, &signal.preactivation, d_output.clone());
        assert_eq!(embedding.backward(&tokens, &d_output), gradient.weight);
    }

    #[test]
    fn the_gradient_is_exact_by_coordinate_in_a_direction_and_by_euler() {
        let mut rng = Streams::new(2).stream("integers");
        let mut integers =
            |shape| Array2::from_shape_simple_fn(shape, || f64::from(rng.random_range(-9..=9)));
        let (table, direction, cotangent) = (integers((5, 3)), integers((5, 3)), integers((7, 3)));
        let tokens = [4, 0, 0, 2, 4, 4, 1];
        let loss = |table: &Array2<f64>| {
            let embedding = Embedding {
                table: table.clone(),
            };
            (embedding.forward(&tokens) * &cotangent).sum()
        };
        let embedding = Embedding {
            table: table.clone(),
        };
        let gradient = embedding.backward(&tokens, &cotangent);
        // A linear function has its differences for derivatives, and of integers nothing is rounded.
        for (place, g) in gradient.indexed_iter() {
            let mut moved = table.clone();
            moved[place] += 1.0;
            assert_eq!(loss(&moved) - loss(&table), *g, "at {place:?}");
        }
        assert_eq!(
            loss(&(&table + &direction)) - loss(&table),
            (&gradient * &direction).sum()
        );
        assert_eq!((&gradient * &table).sum(), loss(&table));
    }

    fn two() -> Embedding {
        Embedding {
            table: array![[1.0], [2.0]],
        }
    }

    #[test]
    #[should_panic(expected = "the token at 1 is 2, but the table has 2 rows, counted from 0")]
    fn a_token_outside_of_the_table_is_refused() {
        let _ = two().forward(&[0, 2]);
    }

    #[test]
    #[should_panic(expected = "there is no token to embed")]
    fn an_empty_sequence_is_refused() {
        let _ = two().forward(&[]);
    }

    #[test]
    #[should_panic(expected = "the gradient has shape (1, 1), but the output has (2, 1)")]
    fn a_gradient_of_another_sequence_is_refused() {
        let _ = two().backward(&[0, 1], &array![[1.0]]);
    }

    #[test]
    #[should_panic(expected = "the gradient of the table is NaN at [0, 0] of (2, 1), though")]
    fn infinite_gradients_of_both_signs_are_refused_where_they_meet() {
        let _ = two().backward(&[0, 0], &array![[f64::INFINITY], [f64::NEG_INFINITY]]);
    }
}
