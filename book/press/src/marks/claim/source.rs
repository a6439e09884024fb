//! The test of a claim, as it stands in its file.

use std::fs;
use std::path::Path;

use ledger::Record;
use unit_variance::evidence::Verdict;

use crate::marks::listing::fenced;

/// The test's own text, between its attribute and its last brace.
pub(super) fn test(record: &Record<Verdict>, root: &Path) -> String {
    let read = || {
        let text = fs::read_to_string(root.join(&record.file)).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let at = (record.line as usize)
            .checked_sub(1)
            .filter(|at| *at < lines.len())?;
        let start = lines[..=at].iter().rposition(|line| *line == "#[test]")?;
        let length = lines[start..].iter().position(|line| *line == "}")?;
        Some(fenced(&lines[start..=start + length].join("\n"), "rust"))
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdicts::tests::record;

    #[test]
    fn the_test_is_shown_from_its_attribute_to_its_brace() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("tests/claims")).unwrap();
        fs::write(
            root.path().join("tests/claims/he.rs"),
            "#[test]\nfn a() {\n    claim!()\n}\n\nfn b() {}\n",
        )
        .unwrap();
        let source = test(&record("he.forward", "A *sentence*.", "now"), root.path());
        assert_eq!(source, "```rust\n#[test]\nfn a() {\n    claim!()\n}\n```");
    }
}
