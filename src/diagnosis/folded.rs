//! Tensors of which the same is said, as one: the twelve `layers.*.weight` of a deep model.

use super::report::{Diagnosis, TensorReport};

/// Tensors whose names differ in their numbers alone, and of which the same is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded<'a> {
    /// The tensors, in the order of the file: at least one.
    pub tensors: Vec<&'a TensorReport>,
}

impl Diagnosis {
    /// All tensors, equal ones together, in the order of the first of them.
    ///
    /// ```
    /// use unit_variance::diagnosis::{Entry, Options, Plan, Precision};
    ///
    /// let entry = |i: usize| Entry {
    ///     name: format!("layers.{i}.weight"),
    ///     shape: vec![2, 3],
    ///     dtype: "F32".to_owned(),
    ///     precision: Some(Precision::F32),
    /// };
    /// let plan = Plan::new(vec![entry(0), entry(1)], None, Options::default());
    /// let examined = [0, 1].map(|i| {
    ///     let mut scan = plan.scan(i).expect("it holds floats");
    ///     scan.add(&[0.0; 6]);
    ///     plan.examine(i, scan.finish())
    /// });
    /// let diagnosis = plan.judge(&examined);
    /// // The last matrix of a network may be zero, the one before it may not.
    /// assert_eq!(diagnosis.folded().len(), 2);
    /// assert_eq!(diagnosis.folded()[0].name(), "layers.0.weight");
    /// ```
    pub fn folded(&self) -> Vec<Folded<'_>> {
        let mut groups: Vec<Folded<'_>> = Vec::new();
        for tensor in &self.tensors {
            match groups
                .iter_mut()
                .find(|group| is_alike(group.tensors[0], tensor))
            {
                Some(group) => group.tensors.push(tensor),
                None => groups.push(Folded {
                    tensors: vec![tensor],
                }),
            }
        }
        groups
    }
}

fn is_alike(one: &TensorReport, other: &TensorReport) -> bool {
    pattern(&one.name) == pattern(&other.name)
        && one.shape == other.shape
        && one.recipes == other.recipes
        && one.scheme == other.scheme
        && one.trained == other.trained
        && one.law_names() == other.law_names()
        && one.flags == other.flags
}

impl Folded<'_> {
    /// The name of the tensor, or of many their number and a star for the number in which they differ.
    pub fn name(&self) -> String {
        let name = &self.tensors[0].name;
        match self.tensors.len() {
            1 => name.clone(),
            many => format!("{many} × {}", pattern(name)),
        }
    }

    /// `n · Var(w)`, the least and the most over all of them.
    pub fn variance_times_fan_in(&self) -> Option<[f64; 2]> {
        let ends = self
            .tensors
            .iter()
            .filter_map(|tensor| tensor.variance_times_fan_in);
        ends.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)])
    }

    /// The rules that fit, that of the whole file first.
    pub fn recipes(&self) -> Vec<String> {
        let first = self.tensors[0];
        let mut recipes = first.recipes.clone();
        if let Some(scheme) = &first.scheme
            && let Some(at) = recipes.iter().position(|recipe| recipe == scheme)
        {
            recipes[..=at].rotate_right(1);
        }
        recipes
    }
}

impl TensorReport {
    /// The names of the laws that are not excluded.
    pub fn law_names(&self) -> Vec<&str> {
        self.laws.iter().map(|law| law.law.as_str()).collect()
    }
}

/// The name with a star for every number.
fn pattern(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('*') {
            text.push('*');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_name_is_one_star() {
        assert_eq!(pattern("h.12.mlp.0.weight"), "h.*.mlp.*.weight");
        assert_eq!(pattern("weight"), "weight");
    }
}
