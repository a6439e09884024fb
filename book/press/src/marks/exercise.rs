//! `> [!EXERCISE] name` and the `> [!SOLUTION]` that follows it.

/// The anchor of an exercise.
pub(crate) fn anchor(name: &str) -> String {
    format!("exercise-{name}")
}

/// The exercise; `text` is Markdown.
pub(crate) fn print(name: &str, number: &str, text: &str) -> String {
    let id = anchor(name);
    format!(
        "<div class=\"exercise\" id=\"{id}\">\n<p class=\"exercise-head\"><a href=\"#{id}\">Exercise {number}</a></p>\n\n{text}\n\n</div>"
    )
}

/// Its solution, folded; `text` is Markdown.
pub(crate) fn print_solution(number: &str, text: &str) -> String {
    format!(
        "<details class=\"solution\">\n<summary>Solution of exercise {number}</summary>\n\n{text}\n\n</details>"
    )
}
