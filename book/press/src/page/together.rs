//! A formula and the marks that belong to it stay in one line.

/// Signs of a formula that may not fit on a phone's line.
const LONG: usize = 28;

/// Writes a formula so that no line ends between it and the marks that belong to it; the length of
/// those that stand after it. A long formula may be scrolled where it does not fit.
pub(super) fn keep_with_punctuation(out: &mut String, formula: &str, behind: &str) -> usize {
    let closes = |c: char| ".,;:!?)\"”’".contains(c);
    let length = behind.find(|c| !closes(c)).unwrap_or(behind.len());
    let opened = out.ends_with('(');
    let class = if signs(formula) > LONG {
        "together long"
    } else if length > 0 || opened {
        "together"
    } else {
        out.push_str(formula);
        return 0;
    };
    if opened {
        out.pop();
    }
    let open = if opened { "(" } else { "" };
    let close = &behind[..length];
    for part in [
        "<span class=\"",
        class,
        "\">",
        open,
        formula,
        close,
        "</span>",
    ] {
        out.push_str(part);
    }
    length
}

/// How many signs the reader sees.
fn signs(html: &str) -> usize {
    let mut signs = 0;
    let mut hidden = None;
    for c in html.chars() {
        match (c, hidden) {
            ('<', _) => hidden = Some('>'),
            // An entity is one sign.
            ('&', None) => hidden = Some(';'),
            (c, Some(end)) if c == end => {
                signs += usize::from(end == ';');
                hidden = None;
            }
            (_, Some(_)) => {}
            _ => signs += 1,
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::{keep_with_punctuation, signs};

    #[test]
    fn a_formula_keeps_its_full_stop_and_its_brackets() {
        let print = |before: &str, behind: &str| {
            let mut out = before.to_owned();
            let length = keep_with_punctuation(&mut out, "<math/>", behind);
            out + &behind[length..]
        };
        assert_eq!(print("is ", " here."), "is <math/> here.");
        assert_eq!(
            print("is ", ". Then"),
            "is <span class=\"together\"><math/>.</span> Then"
        );
        assert_eq!(
            print("half (", "), say"),
            "half <span class=\"together\">(<math/>),</span> say"
        );
        assert_eq!(
            print("the \"factor ", "\", say"),
            "the \"factor <span class=\"together\"><math/>\",</span> say"
        );
        assert_eq!(print("", " here."), "<math/> here.");
    }

    #[test]
    fn a_long_formula_is_known_by_what_the_reader_sees() {
        assert_eq!(signs("<mi class=\"a\">x</mi>&#42;<mn>12</mn>"), 4);
        let mut out = String::new();
        let formula = format!("<mn>{}</mn>", "1".repeat(40));
        keep_with_punctuation(&mut out, &formula, " here");
        assert!(out.starts_with("<span class=\"together long\">"), "{out}");
    }
}
