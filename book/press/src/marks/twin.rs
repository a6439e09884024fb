//! `{{#twin name}}` and the Rust fence below it: the snippet, and the same in NumPy, which is the file `book/twins/name.py`.
//!
//! The reader chooses by two radio buttons, which need no script. On paper both are there, one below the other.

use std::fs;
use std::path::Path;

use super::exercise::is_proper;
use super::listing::fenced;

/// Where the twins lie, relative to the project.
pub(crate) const FOLDER: &str = "book/twins";

/// Both snippets; `fence` is the one in Rust, as it stands in the chapter.
pub(crate) fn print(name: &str, fence: &str, root: &Path) -> Result<String, String> {
    if !is_proper(name) {
        return Err(format!(
            "a twin is `{{{{#twin name}}}}` (lowercase letters, digits and hyphens), but this one has the name `{name}`"
        ));
    }
    if fence.is_empty() {
        return Err(format!(
            "the twin `{name}` has no snippet: write its mark on the line above a Rust fence"
        ));
    }
    let path = format!("{FOLDER}/{name}.py");
    let code = fs::read_to_string(root.join(&path))
        .map_err(|error| format!("cannot read the twin `{path}`: {error}"))?;
    let choice = |language: &str, words: &str, checked: &str| {
        format!(
            "<label><input type=\"radio\" name=\"twin-{name}\" value=\"{language}\"{checked}><span>{words}</span></label>"
        )
    };
    let pane = |language: &str, words: &str, fence: &str| {
        format!(
            "<div class=\"twin {language}\">\n<p class=\"twin-name\">{words}</p>\n\n{fence}\n\n</div>"
        )
    };
    Ok(format!(
        "<div class=\"twins\">\n<fieldset><legend>This snippet in</legend>{}{}</fieldset>\n{}\n{}\n</div>",
        choice("rust", "Rust", " checked"),
        choice("numpy", "NumPy", ""),
        pane("rust", "Rust", fence),
        pane("numpy", "NumPy", &fenced(code.trim_end(), "python")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(name: &str, code: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(FOLDER)).unwrap();
        fs::write(root.path().join(FOLDER).join(name), code).unwrap();
        root
    }

    #[test]
    fn both_snippets_stand_behind_a_choice_and_the_first_is_chosen() {
        let root = project("he.py", "assert 1 + 1 == 2\n");
        let html = print("he", "```rust\nassert_eq!(1 + 1, 2);\n```", root.path()).unwrap();
        let order: Vec<usize> = [
            "value=\"rust\" checked>",
            "value=\"numpy\">",
            "\n\n```rust\nassert_eq!(1 + 1, 2);\n```\n\n",
            "\n\n```python\nassert 1 + 1 == 2\n```\n\n",
        ]
        .iter()
        .map(|part| html.find(part).unwrap_or_else(|| panic!("{part}: {html}")))
        .collect();
        assert!(order.is_sorted(), "{html}");
        assert_eq!(html.matches("name=\"twin-he\"").count(), 2, "{html}");
    }

    #[test]
    fn a_twin_that_cannot_be_printed_says_why() {
        let root = project("he.py", "");
        let message = |name: &str, fence: &str| print(name, fence, root.path()).unwrap_err();
        assert!(
            message("xavier", "```rust\n```")
                .starts_with("cannot read the twin `book/twins/xavier.py`: ")
        );
        assert!(message("he", "").contains("on the line above a Rust fence"));
        assert!(message("../he", "```rust\n```").contains("has the name `../he`"));
    }
}
