//! `> [!NOTE-MARGIN]`: a note beside the text, or within it where there is no room beside.

/// The note; `text` is Markdown.
pub(crate) fn print(text: &str) -> String {
    format!("<aside class=\"margin-note\">\n\n{text}\n\n</aside>")
}
