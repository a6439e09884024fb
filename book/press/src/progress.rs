//! What is going on while the book is printed: bars on a terminal, and a state that the server's pages tell.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use experiments::{Experiment, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;

use crate::say::complain;

/// The state of a printing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    /// The claims that hold; `None` until they are counted.
    pub(crate) claims: Option<TaskProgress>,
    /// The runs that are done; `None` until it is known which the chapters ask for.
    pub(crate) runs: Option<TaskProgress>,
    /// The experiments that are running, in the order in which they began.
    pub(crate) running: Vec<(Id, TaskProgress)>,
    /// Why the book was not printed.
    pub(crate) fault: Option<String>,
    /// Whether the program itself is being compiled, to begin anew.
    pub(crate) compiling: bool,
}

/// A running experiment: its name and its address, which are its own as long as it runs.
pub(crate) type Id = (&'static str, usize);

/// The progress of a task, and its pace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskProgress {
    pub(crate) now: Progress,
    /// When the first step was seen, and how many were done then: what comes before it, as a compiler, is no measure for the rest.
    pace: Option<(Instant, u64)>,
}

impl TaskProgress {
    fn after(before: Option<Self>, now: Progress) -> Self {
        let moves = before.is_some_and(|before| now.done > before.now.done);
        let known = before.and_then(|before| before.pace);
        let pace = known.or_else(|| moves.then(|| (Instant::now(), now.done)));
        Self { now, pace }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.now.done >= self.now.total
    }

    /// Whether a step was seen.
    pub(crate) fn moves(&self) -> bool {
        self.pace.is_some()
    }

    /// The time that the rest takes at the pace so far, once that has been watched for a while.
    pub(crate) fn left(&self) -> Option<Duration> {
        const A_WHILE: Duration = Duration::from_secs(2);
        let (begun, first) = self.pace?;
        let (elapsed, steps) = (begun.elapsed(), self.now.done - first);
        let rest = self.now.total.saturating_sub(self.now.done);
        (elapsed > A_WHILE && steps > 0).then(|| elapsed.mul_f64(rest as f64 / steps as f64))
    }
}

/// Hears of all work, and tells whoever watches.
#[derive(Debug, Clone)]
pub(crate) struct Reporter {
    terminal: MultiProgress,
    bars: Arc<Mutex<Bars>>,
    work: watch::Sender<Work>,
}

#[derive(Debug, Default)]
struct Bars {
    claims: Option<ProgressBar>,
    running: HashMap<Id, ProgressBar>,
}

impl Reporter {
    /// One that draws on stderr. In a pipe or a file it draws nothing.
    pub(crate) fn new() -> Self {
        Self {
            // indicatif hides this target where stderr is not a terminal.
            terminal: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            bars: Arc::default(),
            work: watch::Sender::default(),
        }
    }

    /// The state of the work, now and whenever it changes.
    pub(crate) fn watch(&self) -> watch::Receiver<Work> {
        self.work.subscribe()
    }

    /// A printing begins. What an earlier one has left running goes on.
    pub(crate) fn begin(&self) {
        self.work.send_modify(|work| {
            *work = Work {
                running: std::mem::take(&mut work.running),
                ..Work::default()
            }
        });
    }

    /// The program is being compiled.
    pub(crate) fn compiling(&self) {
        self.begin();
        self.work.send_modify(|work| work.compiling = true);
    }

    /// So many claims hold.
    pub(crate) fn claims(&self, now: Progress) {
        let mut bars = self.bars();
        if now.done < now.total {
            let bar = bars.claims.get_or_insert_with(|| self.new_claims_bar(now));
            bar.set_position(now.done);
        }
        self.work
            .send_modify(|work| work.claims = Some(TaskProgress::after(work.claims, now)));
    }

    /// All claims are verified, or one is not.
    pub(crate) fn end_of_claims(&self) {
        if let Some(bar) = self.bars().claims.take() {
            bar.finish_and_clear();
        }
    }

    /// So many runs are done.
    pub(crate) fn runs(&self, now: Progress) {
        self.work
            .send_modify(|work| work.runs = Some(TaskProgress::after(work.runs, now)));
    }

    /// What a cache of tables reports to.
    pub(crate) fn steps(&self) -> impl Fn(&dyn Experiment, Progress) + Send + Sync + 'static {
        let reporter = self.clone();
        move |experiment, now| reporter.step(experiment, now)
    }

    /// An experiment has come so far.
    fn step(&self, experiment: &dyn Experiment, now: Progress) {
        let id = (experiment.name(), std::ptr::from_ref(experiment).addr());
        let is_done = now.done >= now.total;
        let mut bars = self.bars();
        let bar = bars.running.entry(id);
        let bar = bar.or_insert_with(|| self.terminal.add(new_bar(id.0, now.total)));
        bar.set_position(now.done);
        if is_done {
            bar.finish_and_clear();
            bars.running.remove(&id);
        }
        self.work.send_modify(|work| {
            match work.running.iter().position(|(other, _)| *other == id) {
                Some(at) if is_done => drop(work.running.remove(at)),
                Some(at) => work.running[at].1 = TaskProgress::after(Some(work.running[at].1), now),
                None if is_done => {}
                None => work.running.push((id, TaskProgress::after(None, now))),
            }
        });
    }

    /// The printing has ended without a book.
    pub(crate) fn failed(&self, error: &anyhow::Error) {
        self.work
            .send_modify(|work| work.fault = Some(format!("{error:#}")));
    }

    /// Says something else between the bars.
    pub(crate) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.terminal.suspend(say)
    }

    fn bars(&self) -> MutexGuard<'_, Bars> {
        // A bar that was left behind by a panic is still a bar.
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_claims_bar(&self, now: Progress) -> ProgressBar {
        let open = now.total - now.done;
        let plural = if open == 1 { "" } else { "s" };
        let message = format!("Verifying {open} claim{plural} (cargo test --test claims)");
        let style = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} {elapsed}")
            .expect("the template is well formed");
        let bar = ProgressBar::new(now.total).with_style(style);
        let bar = self.terminal.add(bar.with_message(message.clone()));
        if bar.is_hidden() {
            // Who does not read this may still want the book.
            complain(format_args!("{message}"));
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }
}

fn new_bar(name: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} [{bar:32}] {pos}/{len} {eta}")
        .expect("the template is well formed")
        .progress_chars("=> ");
    ProgressBar::new(total).with_style(style).with_prefix(name)
}
