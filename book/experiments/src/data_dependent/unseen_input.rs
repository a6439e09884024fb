//! What a normalization by a batch makes of an input that was not in it.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory;

/// The second moment of a Gaussian input that is standardized by a batch in which it was not.
///
/// Columns: `batch` and `second_moment`, `(B + 1)/(B − 3)`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct UnseenInput {
    /// Sizes of the batch, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = batch, default_value = "4,8,16,32,64,128,256")]
    #[serde(serialize_with = "option::joined")]
    pub batch: Vec<u64>,
}

fn batch(text: &str) -> Result<u64, &'static str> {
    match text.parse() {
        Ok(batch) if batch > 3 => Ok(batch),
        _ => Err("a whole number, 4 or more (below that the second moment is infinite)"),
    }
}

impl Default for UnseenInput {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for UnseenInput {
    const NAME: &'static str = "unseen-input";

    /// # Panics
    ///
    /// If there are less than four inputs in a batch.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = |batch: &u64| -> Vec<Cell> {
            let moment = theory::UnseenInput::of(*batch).second_moment();
            let moment = moment.expect("four inputs or more have a second moment");
            vec![(*batch).into(), moment.into()]
        };
        let rows = self.batch.iter().map(row).collect();
        Table::of(self, &["batch", "second_moment"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_quotients() {
        let table = UnseenInput {
            batch: vec![4, 7, 403],
        }
        .run(&mut |_| {});
        assert_eq!(table.numbers("second_moment"), [5.0, 2.0, 1.01]);
    }

    #[test]
    fn three_inputs_are_refused() {
        assert!(
            ["3", "0", "-4", "4.5", ""]
                .iter()
                .all(|text| batch(text).is_err())
        );
        assert_eq!(batch("4"), Ok(4));
    }
}
