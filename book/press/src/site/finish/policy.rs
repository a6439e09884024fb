//! The Content-Security-Policy of a page: it loads files of the book, and nothing leaves it.

use std::cell::RefCell;

use lol_html::element;
use lol_html::html_content::ContentType;
use sha2::{Digest, Sha256};

use crate::site::rewrite::{Handler, on_text};

/// Reads the inline scripts of a page, as the policy names them.
pub(super) fn read_scripts(hashes: &RefCell<Vec<String>>) -> Handler<'_> {
    on_text("script:not([src])", |script| {
        let hash = base64(&Sha256::digest(script));
        hashes.borrow_mut().push(format!(" 'sha256-{hash}'"));
    })
}

/// Gives the page its policy, which allows exactly the inline scripts that it has.
///
/// `file:` stands beside `'self'` since a page from disk has no origin; on the web it allows nothing.
pub(super) fn enforce<'h>(hashes: &[String]) -> Handler<'h> {
    let scripts = hashes.concat();
    let policy = format!(
        "default-src 'none'; script-src 'self' file:{scripts}; style-src 'self' file:; font-src 'self' file:; img-src 'self' file: data:; base-uri 'self'; form-action 'none'"
    );
    // Right after the encoding: a policy governs what comes after it.
    element!("meta[charset]", move |charset| {
        charset.after(
            &format!("\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"),
            ContentType::Html,
        );
        Ok(())
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i| u32::from(chunk.get(i).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            out.push(if i <= chunk.len() {
                char::from(DIGITS[(word >> (18 - 6 * i) & 63) as usize])
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{read, rewrite};

    #[test]
    fn a_page_may_run_its_own_scripts_and_no_others() {
        let page =
            "<meta charset=\"utf-8\"><script>alert(1)</script><script src=\"a.js\"></script>";
        let hashes = RefCell::default();
        read(page, [read_scripts(&hashes)]).unwrap();
        let page = rewrite(page, [enforce(&hashes.into_inner())]).unwrap();
        // The digest of `alert(1)`, as browsers print it.
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert!(
            page.contains(&format!("script-src 'self' file: {hash}; ")),
            "{page}"
        );
        assert_eq!(page.matches("sha256-").count(), 1);
    }

    #[test]
    fn bytes_are_padded_to_full_groups() {
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(b"ab"), "YWI=");
        assert_eq!(base64(b"abc"), "YWJj");
    }
}
