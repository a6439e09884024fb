//! Which files make one model: shards by their names or by an index, arrays that are given together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fields::Members;
use crate::{Checkpoint, CheckpointError, Problem, Source};

/// The files of one model.
#[derive(Debug)]
pub struct Model {
    /// What it is called: the file, `model-*-of-00003.safetensors` of shards, or the files that were given, with commas between them.
    pub label: String,
    /// The files, with their tensors.
    pub files: Vec<Checkpoint>,
}

/// Groups the files: those called `…-00001-of-00003.…` and those that an `….index.json` names make one model, and so do all
/// `.npy` that are given together. Any other file is a model.
///
/// # Errors
///
/// If a file cannot be read, or two shards have a tensor of the same name.
pub fn models(paths: &[PathBuf]) -> Result<Vec<Model>, CheckpointError> {
    let mut groups: Vec<(String, Vec<Source>)> = Vec::new();
    for path in paths {
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let files = of_index(path)?.into_iter().map(Source::Disk);
            groups.push((path.display().to_string(), files.collect()));
            continue;
        }
        let (label, source) = (label_of(path), Source::Disk(path.clone()));
        match groups.iter_mut().find(|(known, _)| *known == label) {
            Some((_, files)) if label != path.display().to_string() => files.push(source),
            _ => groups.push((label, vec![source])),
        }
    }
    groups
        .into_iter()
        .map(|(label, files)| model(label, &files))
        .collect()
}

impl Model {
    /// The model that one file makes, whose bytes are in memory.
    ///
    /// # Errors
    ///
    /// If the bytes are not what they say.
    pub fn in_memory(name: &str, bytes: Vec<u8>) -> Result<Self, CheckpointError> {
        let (name, bytes) = (PathBuf::from(name), Arc::new(bytes));
        model(label_of(&name), &[Source::Memory { name, bytes }])
    }
}

fn model(label: String, sources: &[Source]) -> Result<Model, CheckpointError> {
    let files = sources
        .iter()
        .map(Checkpoint::open)
        .collect::<Result<Vec<_>, _>>()?;
    let mut names = BTreeSet::new();
    for file in &files {
        for tensor in &file.tensors {
            if !names.insert(tensor.name.as_str()) {
                let problem = Problem::Duplicate {
                    of: "shards of one model".to_owned(),
                    name: tensor.name.clone(),
                };
                return Err(CheckpointError::new(file.source.path(), problem));
            }
        }
    }
    let names = sources.iter().map(|file| file.path().display().to_string());
    let label = if label.starts_with("*.") {
        names.collect::<Vec<_>>().join(", ")
    } else {
        label
    };
    Ok(Model { label, files })
}

/// What is common to the names of shards, or the name of the file.
fn label_of(path: &Path) -> String {
    let shown = path.display().to_string();
    if path.extension().is_some_and(|extension| extension == "npy") {
        return "*.npy".to_owned();
    }
    // model-00001-of-00003.safetensors
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((before, after)) = shown.rsplit_once("-of-") else {
        return shown;
    };
    let Some((stem, number)) = before.rsplit_once('-') else {
        return shown;
    };
    let total = after.split('.').next().unwrap_or_default();
    if digits(number) && digits(total) {
        format!("{stem}-*-of-{after}")
    } else {
        shown
    }
}

/// The files that an index of shards names, in order.
fn of_index(path: &Path) -> Result<Vec<PathBuf>, CheckpointError> {
    let named = |problem| CheckpointError::new(path, problem);
    let text = std::fs::read_to_string(path).map_err(|error| named(error.into()))?;
    let index: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| named(Problem::Json(error.to_string())))?;
    let map = index.get("weight_map").ok_or_else(|| {
        named(Problem::Shards(
            "an index of shards has a `weight_map`, and this has none".to_owned(),
        ))
    })?;
    let map: Members<String> = serde_json::from_value(map.clone())
        .map_err(|error| named(Problem::Json(format!("weight_map: {error}"))))?;
    let files: BTreeSet<String> = map.0.into_iter().map(|(_, file)| file).collect();
    let folder = path.parent().unwrap_or(Path::new(""));
    files
        .into_iter()
        .map(|file| {
            // A shard lies beside its index, not somewhere else on the disk.
            if Path::new(&file).components().count() == 1 && !file.starts_with('.') {
                Ok(folder.join(file))
            } else {
                Err(named(Problem::Shards(format!(
                    "weight_map: `{file}` is no file beside the index"
                ))))
            }
        })
        .collect()
}
