//! From the files of a model to its diagnosis: each tensor is read once.

use rayon::prelude::*;
use unit_variance::diagnosis::{Diagnosis, Entry, Options, Plan};

use super::{Checkpoint, CheckpointError, Model};

/// How many tensors are read at a time; each takes some forty megabytes.
const AT_ONCE: usize = 2;

/// So many values are read before two threads are begun.
const FEW: u64 = 1 << 20;

impl Model {
    /// The diagnosis of those tensors whose names are wanted.
    ///
    /// # Errors
    ///
    /// If a file cannot be read to its end.
    pub fn diagnose(
        &self,
        options: Options,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Diagnosis, CheckpointError> {
        let mut places: Vec<(&Checkpoint, usize)> = Vec::new();
        let mut entries = Vec::new();
        let mut values: u64 = 0;
        for file in &self.files {
            for (i, tensor) in file.tensors.iter().enumerate() {
                if wanted(&tensor.name) {
                    places.push((file, i));
                    let lengths = tensor.shape.iter().map(|&length| length as u64);
                    values = values.saturating_add(lengths.product());
                    entries.push(Entry {
                        name: tensor.name.clone(),
                        shape: tensor.shape.clone(),
                        dtype: tensor.dtype.to_string(),
                        precision: tensor.dtype.precision(),
                    });
                }
            }
        }
        let format = self.files.iter().find_map(|file| file.format.clone());
        let plan = Plan::new(entries, format.as_deref(), options);
        let examine = |i: usize| {
            let Some(mut scan) = plan.scan(i) else {
                return Ok(None);
            };
            let (file, at) = places[i];
            file.read(at, &mut |block| scan.add(block))?;
            Ok(Some(plan.examine(i, scan.finish())))
        };
        let all = 0..places.len();
        let examined: Result<Vec<_>, CheckpointError> = if values < FEW {
            all.map(examine).collect()
        } else {
            // More at a time would be faster on many processors, and would take more memory.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build();
            match pool {
                Ok(pool) => pool.install(|| all.into_par_iter().map(examine).collect()),
                Err(_) => all.map(examine).collect(),
            }
        };
        let examined: Vec<_> = examined?.into_iter().flatten().collect();
        Ok(plan.judge(&examined))
    }
}
