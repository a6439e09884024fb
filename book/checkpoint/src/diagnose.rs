//! From the files of a model to its diagnosis: each tensor is read once.

use unit_variance::diagnosis::{Diagnosis, Entry, Options, Plan};

use crate::{Checkpoint, CheckpointError, Model};

/// How many tensors are read at a time; each takes some forty megabytes.
#[cfg(not(target_family = "wasm"))]
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
        let examined = if values < FEW {
            (0..places.len()).map(examine).collect()
        } else {
            side_by_side(places.len(), examine)
        };
        let examined: Vec<_> = examined?.into_iter().flatten().collect();
        Ok(plan.judge(&examined))
    }
}

/// What `of` makes of the numbers below `count`. More of them at a time would be faster on many processors, and would take more memory.
#[cfg(not(target_family = "wasm"))]
fn side_by_side<T: Send, E: Send>(
    count: usize,
    of: impl Fn(usize) -> Result<T, E> + Send + Sync,
) -> Result<Vec<T>, E> {
    use rayon::prelude::*;

    match rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build() {
        Ok(pool) => pool.install(|| (0..count).into_par_iter().map(of).collect()),
        Err(_) => (0..count).map(of).collect(),
    }
}

/// A page has one thread.
#[cfg(target_family = "wasm")]
fn side_by_side<T, E>(count: usize, of: impl Fn(usize) -> Result<T, E>) -> Result<Vec<T>, E> {
    (0..count).map(of).collect()
}
