//! The bar that an experiment shows while it runs, on a terminal and nowhere else.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unit_variance::experiments::{Experiment, Progress};

/// A reporter that draws one bar an experiment on stderr. In a pipe or a file it draws nothing.
pub(crate) fn bar() -> impl Fn(&dyn Experiment, Progress) + Send + Sync + 'static {
    let current: Mutex<Option<ProgressBar>> = Mutex::new(None);
    move |experiment, progress| {
        // A bar that was left behind by a panic is still a bar.
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = current.get_or_insert_with(|| new_bar(experiment.name(), progress.total));
        bar.set_position(progress.done);
        if progress.done >= progress.total {
            bar.finish_and_clear();
            *current = None;
        }
    }
}

fn new_bar(name: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} [{bar:32}] {pos}/{len} {eta}")
        .expect("the template is well formed")
        .progress_chars("=> ");
    // indicatif hides this target where stderr is not a terminal.
    ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_prefix(name)
}
