//! The page that stands at every address until the book is printed: what is done, what remains, or what is wrong.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use press::html::escaped;

use super::pages::{NONCE, THEME};
use crate::progress::{TaskProgress, Work};

/// The style sheets of the book's theme that the page is set with, in their order.
const SHEETS: [&str; 4] = ["fonts/fonts.css", "palette.css", "frame.css", "page.css"];

/// The page's frame.
#[derive(Debug)]
pub(super) struct ProgressPage {
    title: String,
    theme: PathBuf,
    style: String,
}

impl ProgressPage {
    /// The page of a book with this title and the theme in this folder. A style sheet that is not there is none.
    pub(super) fn of(title: &str, theme: &Path) -> Self {
        let sheets = SHEETS.map(|sheet| fs::read_to_string(theme.join(sheet)).unwrap_or_default());
        // mdBook's way to name a file of the theme.
        let sheets = sheets
            .concat()
            .replace("{{ resource \"", &format!("{THEME}/"));
        Self {
            title: escaped(title),
            theme: theme.to_owned(),
            style: sheets.replace("\" }}", "") + include_str!("progress_page.css"),
        }
    }

    /// The folder of the theme.
    pub(super) fn theme(&self) -> &Path {
        &self.theme
    }

    /// The page, which is kept up to date by this script, and by being asked for again where no script runs.
    pub(super) fn page(&self, work: &Work, script: &str) -> String {
        let Self { title, style, .. } = self;
        let text = text(work);
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self'; script-src 'nonce-{NONCE}'; style-src 'unsafe-inline'">
<title>Printing {title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<link rel="icon" href="{THEME}/favicon.svg">
<style>
{style}</style>
<script nonce="{NONCE}">
try {{ document.documentElement.dataset.theme = localStorage.getItem("theme") ?? ""; }} catch {{}}
</script>
</head>
<body>
<header class="bar"><span class="bar-title">{title}</span></header>
<div class="content"><main id="work">{text}</main></div>
{script}
</body>
</html>
"#
        )
    }
}

/// How far the work is.
pub(super) fn text(work: &Work) -> String {
    if let Some(fault) = &work.fault {
        return format!(
            "<h1>The book is not printed</h1>\n<p class=\"lede\">When what is wrong is changed, it is tried again, and this page becomes the one that \
             you have asked for.</p>\n<pre class=\"faults\">{}</pre>",
            escaped(fault)
        );
    }
    if work.compiling {
        return "<h1>The program is being compiled</h1>\n<p class=\"lede\">Then the book is printed.</p>".to_owned();
    }
    let mut text = String::from(
        "<h1>The book is being printed</h1>\n<p class=\"lede\">Every claim is verified first, and every number computed. \
         Then this page becomes the one that you have asked for.</p>\n<ol class=\"steps\">\n",
    );
    step(&mut text, "Claims", work.claims.as_ref(), &claims(work), "");
    step(
        &mut text,
        "Experiments",
        work.runs.as_ref(),
        &runs(work),
        &running(work),
    );
    let is_ready = [work.claims, work.runs]
        .iter()
        .all(|task| task.is_some_and(|task| task.is_done()));
    let pages = if is_ready {
        "being printed"
    } else {
        "once both are done"
    };
    step(&mut text, "Pages", None, pages, "");
    text + "</ol>"
}

/// A step: its name, what is said of it, and a bar while it goes on.
fn step(text: &mut String, name: &str, task: Option<&TaskProgress>, said: &str, more: &str) {
    let is_done = task.is_some_and(TaskProgress::is_done);
    let class = if is_done { " class=\"done\"" } else { "" };
    let _ = write!(text, "<li{class}><p><b>{name}</b> <span>{said}</span></p>");
    if let Some(task) = task.filter(|_| !is_done) {
        let _ = write!(
            text,
            "<progress aria-label=\"{name}\" max=\"{}\" value=\"{}\"></progress>",
            task.now.total, task.now.done
        );
    }
    let _ = writeln!(text, "{more}</li>");
}

fn claims(work: &Work) -> String {
    let Some(task) = work.claims else {
        return "being counted".to_owned();
    };
    let (done, total) = (task.now.done, task.now.total);
    if task.is_done() {
        format!("all {total} hold")
    } else if task.moves() {
        format!("{done} of {total} hold{}", left(&task))
    } else {
        format!("{} to verify; compiling their tests", total - done)
    }
}

fn runs(work: &Work) -> String {
    match &work.runs {
        None => "being counted".to_owned(),
        Some(task) if task.is_done() => format!("all {} done", task.now.total),
        Some(task) => format!("{} of {} done", task.now.done, task.now.total),
    }
}

/// The experiments that are running.
fn running(work: &Work) -> String {
    let items = work.running.iter().map(|((name, _), task)| {
        let percent = 100 * task.now.done / task.now.total.max(1);
        let left = left(task);
        format!("<li><p>{name} <span>{percent} %{left}</span></p></li>")
    });
    let items: String = items.collect();
    if items.is_empty() {
        return items;
    }
    format!("<ul>{items}</ul>")
}

/// ", about 20 s left", if that can be said.
fn left(task: &TaskProgress) -> String {
    task.left().map_or_else(String::new, in_words)
}

/// The time left, no more exactly than it is known.
fn in_words(left: Duration) -> String {
    match left.as_secs() {
        0..5 => ", a few seconds left".to_owned(),
        seconds @ 5..55 => format!(", about {} s left", seconds.next_multiple_of(5)),
        seconds => format!(", about {} min left", (seconds + 5).div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Reporter;
    use experiments::Progress;

    fn text_after(report: impl Fn(&Reporter)) -> String {
        let reporter = Reporter::new();
        report(&reporter);
        text(&reporter.watch().borrow())
    }

    #[test]
    fn claims_and_runs_are_counted() {
        let so_far = |done| Progress { done, total: 12 };
        let compiling = text_after(|reporter| reporter.claims(so_far(5)));
        assert!(compiling.contains("7 to verify; compiling"), "{compiling}");
        let on = text_after(|reporter| {
            reporter.claims(so_far(5));
            reporter.claims(so_far(6));
            reporter.runs(so_far(3));
        });
        assert!(on.contains("6 of 12 hold<"), "{on}");
        assert!(on.contains("3 of 12 done<"), "{on}");
        assert!(!on.contains("<span>being printed<"), "{on}");
        let ready = text_after(|reporter| {
            reporter.claims(so_far(12));
            reporter.runs(so_far(12));
        });
        assert!(ready.contains("all 12 hold<"), "{ready}");
        assert!(ready.contains("<span>being printed<"), "{ready}");
    }

    #[test]
    fn a_fault_is_shown_as_text_until_the_next_attempt() {
        let fault = |reporter: &Reporter| reporter.failed(&anyhow::anyhow!("he.md:3: 1 < 2"));
        let text = text_after(fault);
        assert!(
            text.contains("<pre class=\"faults\">he.md:3: 1 &lt; 2</pre>"),
            "{text}"
        );
        let text = text_after(|reporter| {
            fault(reporter);
            reporter.begin();
        });
        assert!(!text.contains("faults"), "{text}");
    }

    #[test]
    fn the_time_left_is_rounded() {
        for (seconds, words) in [
            (3, ", a few seconds left"),
            (16, ", about 20 s left"),
            (56, ", about 2 min left"),
            (54, ", about 55 s left"),
            (110, ", about 2 min left"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
