//! All tensors of a file, and one seed.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use safetensors::{SafeTensors, serialize, serialize_to_file};
use serde::{Deserialize, Serialize};
use unit_variance::Streams;

use crate::parameter::Drawn;
use crate::{Error, Parameter};

/// Where the metadata of a file keeps the model that it was written from.
pub(crate) const KEY: &str = "unit-variance";

/// The tensors of a file and their seed: each is drawn from `stream(name)` of that seed, so that it is the same whatever else is in the file.
///
/// All weights are in memory while a file is made.
///
/// ```
/// use safetensors::SafeTensors;
/// use unit_variance_safetensors::{Model, values};
///
/// let model: Model = serde_json::from_str(r#"{"seed": 7, "parameters": [
///     {"name": "fc1.weight", "shape": [256, 784], "initializer": "he/uniform", "layout": "OutIn", "dtype": "BF16"},
///     {"name": "fc1.bias", "shape": [256], "initializer": "zeros"}
/// ]}"#)?;
/// let bytes = model.serialize()?;
///
/// let file = SafeTensors::deserialize(&bytes)?;
/// let weight = values(&file.tensor("fc1.weight")?).unwrap();
/// assert_eq!(weight.len(), 256 * 784);
/// assert_eq!(values(&file.tensor("fc1.bias")?).unwrap(), [0.0; 256]);
///
/// // A file says how its weights were drawn, so that anybody can draw them again.
/// let written_from = Model::of(&bytes)?;
/// assert_eq!(written_from, model);
/// assert!(written_from.differences(&file)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The seed of all streams.
    pub seed: u64,
    /// The tensors.
    pub parameters: Vec<Parameter>,
}

impl Model {
    /// The bytes of a file with these weights: the same on every machine. Its metadata has this model, in JSON.
    ///
    /// # Errors
    ///
    /// If a parameter does not take its weights, two have the same name, or one has a name that the format does not allow.
    pub fn serialize(&self) -> Result<Vec<u8>, Error> {
        Ok(serialize(self.drawn()?, self.metadata()?)?)
    }

    /// Writes a file with these weights: what [`serialize`](Self::serialize) makes. It is there as a whole or not at all.
    ///
    /// # Errors
    ///
    /// As [`serialize`](Self::serialize), and if the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        Ok(serialize_to_file(self.drawn()?, self.metadata()?, path)?)
    }

    /// The model that a file was written from.
    ///
    /// # Errors
    ///
    /// If the bytes are no such file, or it says nothing of its model.
    pub fn of(file: &[u8]) -> Result<Self, Error> {
        let (_, metadata) = SafeTensors::read_metadata(file)?;
        let said = metadata.metadata().as_ref().and_then(|said| said.get(KEY));
        serde_json::from_str(said.ok_or(Error::NoModel)?).map_err(Error::Model)
    }

    /// The names of the tensors that are not in the file as this model draws them, and of those that only the file has, in alphabetical order.
    ///
    /// # Errors
    ///
    /// As [`serialize`](Self::serialize).
    pub fn differences(&self, file: &SafeTensors<'_>) -> Result<Vec<String>, Error> {
        let mut of_file: BTreeSet<String> = file.names().into_iter().map(str::to_owned).collect();
        let mut different = BTreeSet::new();
        self.check_names()?;
        for parameter in &self.parameters {
            let drawn = parameter.drawn(Streams::new(self.seed))?;
            let is_same =
                of_file.remove(&parameter.name) && drawn.is_in(&file.tensor(&parameter.name)?);
            if !is_same {
                different.insert(parameter.name.clone());
            }
        }
        different.append(&mut of_file);
        Ok(different.into_iter().collect())
    }

    fn drawn(&self) -> Result<Vec<(&str, Drawn<'_>)>, Error> {
        self.check_names()?;
        let streams = Streams::new(self.seed);
        let drawn = self.parameters.iter().map(|parameter| {
            let weights = parameter.drawn(streams)?;
            Ok((parameter.name.as_str(), weights))
        });
        drawn.collect()
    }

    fn check_names(&self) -> Result<(), Error> {
        let mut names = BTreeSet::from(["__metadata__"]);
        match self.parameters.iter().find(|it| !names.insert(&it.name)) {
            None => Ok(()),
            Some(reserved) if reserved.name == "__metadata__" => Err(Error::Reserved),
            Some(twice) => Err(Error::Twice(twice.name.clone())),
        }
    }

    /// One entry, as the format writes several in no order.
    fn metadata(&self) -> Result<Option<HashMap<String, String>>, Error> {
        let model = serde_json::to_string(self).map_err(Error::Model)?;
        Ok(Some(HashMap::from([(KEY.to_owned(), model)])))
    }
}
