//! What is said of the six models, as the command says it: tensor by tensor, and verdict by verdict.

use clap::Args;
use serde::Serialize;
use unit_variance::Streams;
use unit_variance::diagnosis::Folded;

use super::model::{MODELS, Model, diagnose};
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// What a diagnosis says of each tensor of a model.
///
/// The columns are those of the command: the tensor, its shape, the laws that are not excluded, the interval of `n · Var(w)`, how
/// many rules fit, the first two of them, the rule of the whole file before the others, and the kinds of the verdicts that name the tensor. Tensors
/// whose names differ in a number, and of which the same is said, are one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ModelReport {
    /// The model.
    #[arg(long, value_enum, default_value = "sound")]
    pub model: Model,
    /// How many steps the trained one makes.
    #[arg(long, allow_hyphen_values = true, value_parser = option::index, default_value = "300")]
    pub steps: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for ModelReport {
    fn default() -> Self {
        without_options()
    }
}

impl ModelReport {
    /// Of this model.
    pub(super) fn of(model: Model) -> Self {
        Self {
            model,
            ..Self::default()
        }
    }
}

impl Configuration for ModelReport {
    const NAME: &'static str = "model-report";

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let tensors = self.model.tensors(Streams::new(self.seed), self.steps);
        let diagnosis = diagnose(&tensors);
        progress(Progress { done: 1, total: 1 });
        let rows = diagnosis.folded().iter().map(row).collect();
        let columns = ["tensor", "shape", "laws", "scale", "fit", "rules", "flags"];
        Table::of(self, &columns, rows)
    }
}

/// So many rules are written out.
const SHOWN: usize = 2;
/// How many laws are tried.
const ALL_LAWS: usize = 5;

/// The texts with this between them, or a dash.
fn joined(texts: impl Iterator<Item = String>, between: &str) -> Cell {
    let text = texts.collect::<Vec<_>>().join(between);
    let is_empty = text.is_empty();
    Cell::Text(if is_empty { "–".to_owned() } else { text })
}

fn row(group: &Folded<'_>) -> Vec<Cell> {
    let first = group.tensors[0];
    let laws = first.law_names();
    let scale = group.variance_times_fan_in();
    let scale = scale.map(|[low, high]| format!("{low:.3} to {high:.3}"));
    let mut rules = group.recipes();
    let fit = rules.len();
    if first.trained == Some(true) {
        rules = vec!["trained".to_owned()];
    } else if fit > SHOWN {
        rules.truncate(SHOWN);
        rules.push(format!("and {} more", fit - SHOWN));
    }
    vec![
        group.name().as_str().into(),
        joined(first.shape.iter().map(ToString::to_string), " × "),
        if laws.len() == ALL_LAWS {
            "all five".into()
        } else {
            joined(laws.into_iter().map(str::to_owned), " or ")
        },
        joined(scale.into_iter(), ""),
        fit.into(),
        joined(rules.into_iter(), ", "),
        joined(first.flags.iter().map(ToString::to_string), ", "),
    ]
}

/// All verdicts on the six models.
///
/// A model without one has a row of the level `none`. `state` says whether weights were moved since they were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct Verdicts {
    /// How many steps the trained one makes.
    #[arg(long, allow_hyphen_values = true, value_parser = option::index, default_value = "300")]
    pub steps: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for Verdicts {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for Verdicts {
    const NAME: &'static str = "model-verdicts";

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (done, model) in (1..).zip(MODELS) {
            let diagnosis = diagnose(&model.tensors(Streams::new(self.seed), self.steps));
            let state = format!("{:?}", diagnosis.state).to_lowercase();
            let mut push = |kind: &str, level: &str, tensors: usize, message: &str| {
                rows.push(vec![
                    model.name().into(),
                    kind.into(),
                    level.into(),
                    tensors.into(),
                    state.as_str().into(),
                    message.into(),
                ]);
            };
            for verdict in &diagnosis.verdicts {
                let level = format!("{:?}", verdict.level).to_lowercase();
                let kind = verdict.kind.to_string();
                push(&kind, &level, verdict.tensors.len(), &verdict.message);
            }
            if diagnosis.verdicts.is_empty() {
                push("–", "none", 0, "–");
            }
            let total = MODELS.len() as u64;
            progress(Progress { done, total });
        }
        let columns = ["model", "kind", "level", "tensors", "state", "message"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_the_verdict_of_its_mistake() {
        let table = Verdicts::default().run(&mut |_| {});
        let column =
            |name: &str| -> Vec<String> { table.column(name).map(ToString::to_string).collect() };
        let [models, kinds, levels, states] = ["model", "kind", "level", "state"].map(column);
        let found: Vec<_> = models.into_iter().zip(kinds).zip(levels).collect();
        let expected = [
            ("sound", "–", "none"),
            ("default", "forward", "warning"),
            ("bound", "bound_without_sqrt3", "fault"),
            ("stream", "same_stream", "fault"),
            ("residual", "residual_not_scaled", "warning"),
            ("trained", "–", "none"),
        ];
        let expected = expected
            .map(|(model, kind, level)| ((model.to_owned(), kind.to_owned()), level.to_owned()));
        assert_eq!(found, expected);
        assert_eq!(states[5], "trained");
        assert!(states[..5].iter().all(|state| state == "initialized"));
    }

    #[test]
    fn without_a_step_the_trained_model_is_the_sound_one() {
        let of = |model, steps| {
            let report = ModelReport {
                model,
                steps,
                ..ModelReport::default()
            };
            report.run(&mut |_| {}).rows
        };
        assert_eq!(of(Model::Trained, 0), of(Model::Sound, 300));
        assert_ne!(of(Model::Trained, 300), of(Model::Sound, 300));
    }
}
