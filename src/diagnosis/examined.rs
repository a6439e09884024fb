//! What was found of one tensor, and what it says by itself.

use super::angles::Angles;
use super::facts::Facts;
use super::kernel::{Entry, Kernel, Role};
use super::law_set::Allowed;
use super::rank::Rank;
use super::recipe::Recipe;
use super::shifted::Shifted;
use super::spectrum::Spectrum;

/// What was found of one tensor.
#[derive(Debug, Clone)]
pub struct Examined {
    /// Its name and shape.
    pub entry: Entry,
    /// What it is for.
    pub kernel: Kernel,
    /// What one pass found.
    pub facts: Facts,
    /// The laws and scales that its values allow, taken one by one.
    pub laws: Vec<Allowed>,
    /// Those of them under which rows, columns and singular values are those of independent values as well.
    pub independent: Vec<Allowed>,
    /// Rows or columns at right angles.
    pub angles: Option<Angles>,
    /// The rank of a block.
    pub rank: Option<Rank>,
    /// The largest singular value.
    pub spectrum: Option<Spectrum>,
    /// A law about a mean that is not zero, where no other fits.
    pub shifted: Option<Shifted>,
    /// The rules that fit, the likelier first.
    pub recipes: Vec<Recipe>,
}

impl Examined {
    /// Whether it is the kernel of a layer with at least two long axes.
    pub fn is_matrix(&self) -> bool {
        self.kernel.role == Role::Weight && self.facts.long_axes() >= 2
    }

    /// Whether the values are numbers, and not all the same.
    pub fn varies(&self) -> bool {
        self.facts.count > 1 && self.facts.non_finite() == 0 && !self.facts.is_constant()
    }

    /// Whether rows depend on others as those of independent draws never do.
    pub fn is_rank_deficient(&self) -> bool {
        self.rank.is_some_and(Rank::is_deficient)
    }

    /// Rows or columns at right angles and of one length.
    pub fn rotation(&self) -> Option<Angles> {
        self.angles.filter(|angles| angles.equal_lengths)
    }

    /// Whether the values have been changed since they were drawn: `Some(true)` if no independent draw from a law of the list and
    /// no rotation explains them, `Some(false)` if one does, `None` where that says nothing.
    pub fn trained(&self) -> Option<bool> {
        if !self.varies() {
            return None;
        }
        let is_explained = self.is_rank_deficient() || self.shifted.is_some();
        match self.kernel.role {
            Role::Weight | Role::Table if is_explained => None,
            Role::Weight | Role::Table => {
                if self.rotation().is_some() || !self.independent.is_empty() {
                    Some(false)
                } else {
                    // Draws of which a part was set to zero, as a sparse or an identity matrix.
                    (self.facts.zeros * 4 < self.facts.count && self.distinct_units())
                        .then_some(true)
                }
            }
            Role::Bias => {
                let drawn = self.recipes.iter().any(|recipe| recipe.tier == 1);
                Some(!drawn && !self.is_two_valued())
            }
            Role::Vector => None,
        }
    }

    /// Whether all units differ.
    fn distinct_units(&self) -> bool {
        let mut prints: Vec<u64> = self.units().iter().map(|unit| unit.fingerprint).collect();
        let all = prints.len();
        prints.sort_unstable();
        prints.dedup();
        prints.len() == all
    }

    /// Whether there are only two values, the smallest and the largest: zeros with the ones of a forget gate.
    fn is_two_valued(&self) -> bool {
        let Facts {
            count,
            mean,
            minimum,
            maximum,
            kurtosis,
            ..
        } = self.facts;
        // Of a share p of ones the kurtosis is 1/(p(1−p)) − 3, and of no other law with that mean between them.
        let share = (mean - minimum) / (maximum - minimum);
        let of_two = (share * (1.0 - share)).recip() - 3.0;
        count > 1 && (kurtosis - of_two).abs() < 1e-6 * of_two.max(1.0)
    }

    /// The slices of the outputs: rows or columns.
    pub fn units(&self) -> &[super::Slice] {
        if self.kernel.outputs_last()
            || self.kernel.depthwise && self.kernel.order != Some(super::Order::OutIn)
        {
            &self.facts.columns
        } else {
            &self.facts.rows
        }
    }
}
