//! `{{#listing src/file.rs:anchor}}`: the project's own source, between two anchors.

use std::fs;
use std::path::Path;

use crate::html::escaped;
use crate::includes::lines_between;

/// The source with its path as caption.
pub(crate) fn print(arguments: &str, root: &Path) -> Result<String, String> {
    let Some((path, anchor)) = arguments.split_once(':') else {
        return Err(format!(
            "a listing is `{{{{#listing src/file.rs:anchor}}}}`, but this one is `{arguments}`"
        ));
    };
    let text = fs::read_to_string(root.join(path))
        .map_err(|error| format!("cannot list `{path}`: {error}"))?;
    let (line, lines) = lines_between(&text, anchor)
        .map_err(|problem| problem.describe(Path::new(path), anchor))?;
    let name = escaped(path);
    Ok(format!(
        "<figure class=\"listing\">\n<figcaption><code>{name}</code><span class=\"line\">, line {line}</span></figcaption>\n\n{}\n\n</figure>",
        fenced(&dedented(&lines), language(path))
    ))
}

/// A fence that no line of the code closes.
pub(super) fn fenced(code: &str, language: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{language}\n{code}\n{fence}")
}

/// The lines without the white space that all of them begin with.
fn dedented(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect();
    lines.join("\n")
}

fn language(path: &str) -> &'static str {
    match Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("rs") => "rust",
        Some("toml") => "toml",
        Some("json") => "json",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_dedented_and_names_its_file_and_line() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.rs"), "impl A {\n    // ANCHOR: he\n    fn he() {\n        ```\n    }\n\n    // ANCHOR_END: he\n}\n").unwrap();
        let listing = print("a.rs:he", root.path()).unwrap();
        assert!(
            listing.contains("<code>a.rs</code><span class=\"line\">, line 3</span>"),
            "{listing}"
        );
        assert!(
            listing.contains("````rust\nfn he() {\n    ```\n}\n\n````"),
            "{listing}"
        );
    }

    #[test]
    fn a_missing_file_or_anchor_is_named() {
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join("a.rs"),
            "// ANCHOR: he\n//\n// ANCHOR_END: he\n",
        )
        .unwrap();
        assert!(
            print("b.rs:he", root.path())
                .unwrap_err()
                .starts_with("cannot list `b.rs`: ")
        );
        assert_eq!(
            print("a.rs:ho", root.path()).unwrap_err(),
            "no anchor `ho` in a.rs; known are `he`"
        );
        assert!(
            print("a.rs", root.path())
                .unwrap_err()
                .contains("this one is `a.rs`")
        );
    }
}
