//! Text made safe for a page that mdBook reads as Markdown once more, and read from one.

/// Text for an attribute or for an element within a block of HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// Text with the characters that its entities stand for.
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let entity = from.split_once(';').filter(|(name, _)| name.len() < 10);
        let known = entity.and_then(|(name, after)| Some((character(name)?, after)));
        rest = if let Some((character, after)) = known {
            out.push(character);
            after
        } else {
            out.push('&');
            from
        };
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
        return char::from_u32(code.ok()?);
    }
    let known = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
    ];
    let found = known.iter().find(|(name, _)| *name == entity);
    found.map(|(_, character)| *character)
}

/// Text for a line of Markdown: no character of it is taken for a mark.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            push_entity(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

/// HTML within a line of Markdown: tags stay, and in the text between them no character is taken for a mark.
pub(crate) fn inert(html: &str) -> String {
    let mut out = String::with_capacity(html.len() * 2);
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                out.push(c);
                continue;
            }
            _ => {}
        }
        // `&`, `;` and `#` may be an entity's own.
        if !in_tag && c.is_ascii_punctuation() && !matches!(c, '&' | ';' | '#') {
            push_entity(&mut out, c);
        } else {
            out.push(if c == '\n' { ' ' } else { c });
        }
    }
    out
}

/// HTML as one block of Markdown: a blank line would end it.
pub(crate) fn one_block(html: &str) -> String {
    let lines: Vec<&str> = html
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.join("\n")
}

fn push_entity(out: &mut String, c: char) {
    out.push_str("&#");
    out.push_str(&u32::from(c).to_string());
    out.push(';');
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Parser};

    fn text_of(markdown: &str) -> String {
        Parser::new(markdown)
            .filter_map(|event| match event {
                Event::Text(text) => Some(text.into_string()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn literal_text_comes_out_of_markdown_as_it_went_in() {
        let text = "*a* _b_ `c` [d](e) <f> & \"g\" 1. | # ~ \\ $";
        assert_eq!(text_of(&literal(text)), text);
    }

    #[test]
    fn inert_html_keeps_its_tags_and_entities() {
        let html = r#"<mi mathvariant="normal">*</mi><mo>&lt;</mo><mi>a_b_c</mi>"#;
        assert_eq!(
            inert(html),
            r#"<mi mathvariant="normal">&#42;</mi><mo>&lt;</mo><mi>a&#95;b&#95;c</mi>"#
        );
        assert_eq!(text_of(&inert(html)), "*<a_b_c");
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(
            unescaped("a &lt; b &#42; &#x3c3;&unknown; & c"),
            "a < b * σ&unknown; & c"
        );
    }

    #[test]
    fn a_block_has_no_blank_lines() {
        assert_eq!(
            one_block("<svg>\n\n  \n<g/>\n</svg>\n"),
            "<svg>\n<g/>\n</svg>"
        );
    }
}
