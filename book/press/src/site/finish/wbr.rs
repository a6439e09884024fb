//! Where a long word of code may break on a narrow page: after `/`, `::`, `_` and `-`, as a person would break it.

use crate::site::rewrite::{Handler, replace_text};

/// A word of fewer letters has room on the narrowest page.
const LONG: usize = 18;

/// Marks such places in the code of a page's lines. Code in blocks keeps its own lines.
pub(super) fn insert_wbr<'h>() -> Handler<'h> {
    replace_text(":not(pre) > code", |text| {
        let mut out = String::with_capacity(text.len());
        for word in text.split_inclusive(' ') {
            if word.trim_end().len() < LONG {
                out.push_str(word);
            } else {
                push_with_breaks(&mut out, word);
            }
        }
        out
    })
}

/// A break stands between letters only: `--option` and `a/` stay as they are.
fn push_with_breaks(out: &mut String, word: &str) {
    let mut before = ' ';
    let mut letter_before = false;
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        let joint = matches!(c, '/' | '_' | '-') || (c == ':' && before == ':');
        let letter_behind = rest.peek().is_some_and(|c| c.is_alphanumeric());
        if joint && letter_before && letter_behind {
            out.push_str("<wbr>");
        }
        letter_before = c.is_alphanumeric() || (c == ':' && letter_before);
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::rewrite;

    fn broken(page: &str) -> String {
        rewrite(page, [insert_wbr()]).unwrap()
    }

    #[test]
    fn a_long_path_breaks_after_its_joints() {
        for (code, expected) in [
            (
                "src/network/gradient_check/mod.rs",
                "src/<wbr>network/<wbr>gradient_<wbr>check/<wbr>mod.rs",
            ),
            (
                "unit_variance::evidence::Check",
                "unit_<wbr>variance::<wbr>evidence::<wbr>Check",
            ),
            (
                "deep-signal --weight-variance-of-all",
                "deep-signal --weight-<wbr>variance-<wbr>of-<wbr>all",
            ),
            ("target/debug/deps_/", "target/<wbr>debug/<wbr>deps_/"),
            ("fan_in", "fan_in"),
        ] {
            assert_eq!(
                broken(&format!("<p><code>{code}</code></p>")),
                format!("<p><code>{expected}</code></p>")
            );
        }
    }

    #[test]
    fn blocks_and_words_that_are_no_code_keep_their_letters() {
        let page = "<p>src/network/gradient_check/mod.rs</p><pre><code>src/network/gradient_check/mod.rs</code></pre>";
        assert_eq!(broken(page), page);
    }
}
