//! The bars that experiments show while they run, on a terminal and nowhere else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use experiments::{Experiment, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A reporter that draws one bar an experiment on stderr. In a pipe or a file it draws nothing.
pub(crate) fn bars() -> impl Fn(&dyn Experiment, Progress) + Send + Sync + 'static {
    // indicatif hides this target where stderr is not a terminal.
    let terminal = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
    // By name and address, which are an experiment's own as long as it runs.
    let running: Mutex<HashMap<(&str, usize), ProgressBar>> = Mutex::default();
    move |experiment, progress| {
        // A bar that was left behind by a panic is still a bar.
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (experiment.name(), std::ptr::from_ref(experiment).addr());
        let bar = running
            .entry(key)
            .or_insert_with(|| terminal.add(new_bar(experiment.name(), progress.total)));
        bar.set_position(progress.done);
        if progress.done >= progress.total {
            bar.finish_and_clear();
            running.remove(&key);
        }
    }
}

fn new_bar(name: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} [{bar:32}] {pos}/{len} {eta}")
        .expect("the template is well formed")
        .progress_chars("=> ");
    ProgressBar::new(total).with_style(style).with_prefix(name)
}
