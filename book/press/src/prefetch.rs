//! The runs that the chapters ask for, computed in the background while the claims are still being verified.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use experiments::Progress;
use mdbook_driver::MDBook;

use crate::TableCache;

/// Runs that are computed in the background. Dropped, it starts no more of them.
#[derive(Debug)]
pub struct Prefetch(Arc<Runs>);

/// The runs, and how many have been started and done.
#[derive(Debug)]
struct Runs {
    names: Vec<&'static str>,
    started: AtomicUsize,
    done: AtomicUsize,
}

impl Prefetch {
    /// Starts the runs of the book at `root`, as many at a time as there are processors; `report` is called with the number of those done.
    ///
    /// What is wrong with one of them, its chapter will say.
    pub fn start(
        root: &Path,
        cache: &Arc<TableCache>,
        report: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Self {
        let runs = Arc::new(Runs {
            names: runs_of(root),
            started: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        });
        let report = Arc::new(report);
        report(runs.progress());
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let (runs, cache, report) = (Arc::clone(&runs), Arc::clone(cache), Arc::clone(&report));
            thread::spawn(move || {
                while let Some(name) = runs.next() {
                    let _ = cache.run(name);
                    runs.done.fetch_add(1, Ordering::Relaxed);
                    report(runs.progress());
                }
            });
        }
        Self(runs)
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        self.0.started.store(self.0.names.len(), Ordering::Relaxed);
    }
}

impl Runs {
    fn next(&self) -> Option<&'static str> {
        let next = self.started.fetch_add(1, Ordering::Relaxed);
        self.names.get(next).copied()
    }

    fn progress(&self) -> Progress {
        Progress {
            done: self.done.load(Ordering::Relaxed) as u64,
            total: self.names.len() as u64,
        }
    }
}

/// The runs that the chapters ask for, each once. A book that cannot be read asks for none, and will say why when it is printed.
fn runs_of(root: &Path) -> Vec<&'static str> {
    let mut runs = Vec::new();
    let Ok(book) = MDBook::load(root) else {
        return runs;
    };
    for chapter in book.book.chapters() {
        for run in asked_for(&chapter.content) {
            if !runs.contains(&run) {
                runs.push(run);
            }
        }
    }
    runs
}

/// The runs behind the values, tables and figures of a text. A mark that stands in code as an example counts as well: it is
/// mostly one of the book's.
fn asked_for(text: &str) -> Vec<&'static str> {
    let marks = text.split("{{#").skip(1);
    let runs = marks.filter_map(|mark| {
        let (name, arguments) = mark.split_once("}}")?.0.split_once(' ')?;
        match name {
            "figure" => Some(experiments::figure(arguments.trim())?.runs.to_vec()),
            "table" | "value" => {
                let run = arguments.trim_start().split([' ', '.', ':']).next()?;
                Some(vec![experiments::run(run)?.1.name])
            }
            _ => None,
        }
    });
    runs.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tables_and_figures_ask_for_runs_and_other_marks_for_none() {
        let run = experiments::runs().next().unwrap().1.name;
        let figure = experiments::figures().next().unwrap().1;
        for mark in [
            format!("{{{{#value {run}.std.4 .3}}}}"),
            format!("$x = {{{{#value {run}:depth}}}}$"),
            format!("{{{{#table {run} layer std:.3}}}}"),
        ] {
            assert_eq!(asked_for(&mark), [run], "{mark}");
        }
        assert_eq!(
            asked_for(&format!("{{{{#figure {}}}}}", figure.name)),
            figure.runs
        );
        for mark in [
            "{{#value nothing.std.4}}",
            "{{#figure nothing}}",
            "{{#listing src/lib.rs:he}}",
            "{{#value",
        ] {
            assert_eq!(asked_for(mark), [""; 0], "{mark}");
        }
    }
}
