//! The Content-Security-Policy of a page: it loads files of the book, and nothing leaves it.

use std::cell::RefCell;

use lol_html::element;
use lol_html::html_content::ContentType;
use sha2::{Digest, Sha256};

use crate::base64::base64;
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
///
/// A page with a lab may compile the module that computes it, in a worker that it writes itself.
pub(super) fn enforce<'h>(hashes: &[String], has_lab: bool) -> Handler<'h> {
    let wasm = if has_lab { " 'wasm-unsafe-eval'" } else { "" };
    let workers = if has_lab { " worker-src blob:;" } else { "" };
    let scripts = wasm.to_owned() + &hashes.concat();
    let policy = format!(
        "default-src 'none'; script-src 'self' file:{scripts};{workers} style-src 'self' file:; font-src 'self' file:; img-src 'self' file: data:; base-uri 'self'; form-action 'none'"
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
        let page = rewrite(page, [enforce(&hashes.into_inner(), false)]).unwrap();
        // The digest of `alert(1)`, as browsers print it.
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert!(
            page.contains(&format!("script-src 'self' file: {hash}; ")),
            "{page}"
        );
        assert_eq!(page.matches("sha256-").count(), 1);
        assert!(!page.contains("wasm"));
    }

    #[test]
    fn a_page_with_a_lab_may_compile_its_module() {
        let page = rewrite("<meta charset=\"utf-8\">", [enforce(&[], true)]).unwrap();
        assert!(
            page.contains("script-src 'self' file: 'wasm-unsafe-eval'; worker-src blob:; "),
            "{page}"
        );
    }
}
