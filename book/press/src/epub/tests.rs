//! Editions of small sites.

use std::fs;

use super::*;

const HE: &str = "<html><head><script>if (a < b) {}</script></head><body><nav><a href=\"xavier.html\">no</a></nav><main id=\"text\">\
    <h1 id=\"he\"><a class=\"header\" href=\"#he\">He &amp; co</a></h1><h2 id=\"half\"><a class=\"header\" href=\"#half\">A <em>half</em></a></h2>\
    <p tabindex=\"0\">See <a href=\"xavier.html#two\">two</a>,<br> <a href=\"data/a.csv\">rows</a>, <a href=\"#gone\">folded</a> and <math><mfrac displaystyle=\"true\"><mn>1</mn><mn>2</mn></mfrac></math>.</p>\
    <div class=\"claim\"><details class=\"claim-details\"><summary>0.5, <strong>accepted</strong></summary>\n<p id=\"gone\">All of it.</p> </details></div>\
    <figure><svg viewbox=\"0 0 1 1\" class=\"plot on-page\" data-scales=\"x\"><path d=\"M0 0\" /></svg><svg class=\"plot on-phone\"><g></g></svg>\
    <figcaption>Drawn.</figcaption>\n<p class=\"command\"><code>run <wbr>it</code></p><details class=\"figure-data\"><summary>Numbers</summary></details></figure>\
    <details class=\"aside\"><summary>More</summary><p>Yes.</p></details><button>Copy</button></main><p>Below.</p></body></html>";

const XAVIER: &str = "<main><h1>Xavier</h1><p id=\"two\"><img src=\"a.png\" alt=\"A\"></p></main>";

fn site() -> tempfile::TempDir {
    let site = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("he.html", HE),
        ("xavier.html", XAVIER),
        ("a.png", ""),
        ("card.png", ""),
    ] {
        fs::write(site.path().join(name), text).unwrap();
    }
    site
}

fn edition() -> Edition {
    let chapter = |page: &str, title: &str, part: &str| Chapter {
        page: page.to_owned(),
        title: title.to_owned(),
        part: part.to_owned(),
    };
    Edition {
        title: "Unit & Variance".to_owned(),
        description: "Weights".to_owned(),
        language: "en".to_owned(),
        authors: vec!["A".to_owned()],
        rights: "MIT".to_owned(),
        cover: Some("card.png".to_owned()),
        modified: 0,
        style: String::new(),
        chapters: vec![
            chapter("he.html", "1. He", ""),
            chapter("xavier.html", "2. Xavier", "Part I"),
        ],
    }
}

fn text(files: &Files, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

#[test]
fn a_page_becomes_text_that_needs_no_script() {
    let files = files(site().path(), &edition()).unwrap();
    let page = text(&files, "EPUB/he.xhtml");
    let body = page
        .split_once("<body>\n")
        .unwrap()
        .1
        .split_once("\n</body>")
        .unwrap()
        .0;
    assert_eq!(
        body,
        "<h1 id=\"he\">He &amp; co</h1><h2 id=\"half\">A <em>half</em></h2>\
         <p>See <a href=\"xavier.xhtml#two\">two</a>,<br/> <span>rows</span>, <span>folded</span> and <math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mstyle displaystyle=\"true\"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle></math>.</p>\
         <div class=\"claim\"><section class=\"claim-details\"><p class=\"summary\">0.5, <strong>accepted</strong></p></section></div>\
         <figure><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\" class=\"plot on-page\"><path d=\"M0 0\"/></svg><figcaption>Drawn.\n<p class=\"command\"><code>run <wbr/>it</code></p></figcaption></figure>\
         <section class=\"aside\"><p class=\"summary\">More</p><p>Yes.</p></section>"
    );
    assert_eq!(check::faults(&files, PACKAGE), Vec::<String>::new());
}

#[test]
fn the_contents_have_parts_chapters_and_sections() {
    let files = files(site().path(), &edition()).unwrap();
    let contents = text(&files, "EPUB/contents.xhtml");
    assert!(
        contents.contains(
            "<li><a href=\"he.xhtml\">1. He</a>\n<ol>\n<li><a href=\"he.xhtml#half\">A half</a></li>\n</ol></li>\n\
             <li><span>Part I</span>\n<ol>\n<li><a href=\"xavier.xhtml\">2. Xavier</a></li>\n</ol></li>"
        ),
        "{contents}"
    );
}

#[test]
fn the_package_says_what_each_file_is() {
    let files = files(site().path(), &edition()).unwrap();
    let package = text(&files, PACKAGE);
    for line in [
        "<item id=\"contents\" href=\"contents.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>",
        "<item id=\"chapter-1\" href=\"he.xhtml\" media-type=\"application/xhtml+xml\" properties=\"mathml svg\"/>",
        "<item id=\"picture-2\" href=\"card.png\" media-type=\"image/png\" properties=\"cover-image\"/>",
        "<dc:title>Unit &amp; Variance</dc:title>",
        "<meta property=\"dcterms:modified\">1970-01-01T00:00:00Z</meta>",
        "<itemref idref=\"chapter-1\"/>\n<itemref idref=\"contents\"/>\n<itemref idref=\"chapter-2\"/>",
    ] {
        assert!(package.contains(line), "{line} in {package}");
    }
}

#[test]
fn what_a_device_would_refuse_is_a_fault() {
    let files = files(site().path(), &edition()).unwrap();
    let changed = |file: &str, old: &str, new: &str| {
        let mut files = files.clone();
        let text = text(&files, file);
        assert!(text.contains(old), "{old} in {text}");
        files.insert(file.to_owned(), text.replacen(old, new, 1).into_bytes());
        check::faults(&files, PACKAGE)
    };
    let he = "EPUB/he.xhtml";
    for (file, old, new, fault) in [
        (he, "<br/>", "<br>", "expected 'br' tag, not 'p'"),
        (he, "<br/>", "<button/>", "<button> is no element of a text"),
        (he, "<br/>", "<div/>", "<div> stands in <p>"),
        (
            he,
            "<p>See",
            "<p style=\"\">See",
            "<p> has the attribute `style`",
        ),
        (he, "id=\"half\"", "id=\"he\"", "the id `he` is given twice"),
        (
            he,
            "xavier.xhtml#two",
            "xavier.xhtml#three",
            "has no `three`",
        ),
        (
            he,
            "xavier.xhtml#two",
            "lecun.xhtml",
            "there is no EPUB/lecun.xhtml",
        ),
        (he, "<p>See", "<p aria-labelledby=\"x\">See", "names `x`"),
        (
            PACKAGE,
            " properties=\"mathml svg\"",
            " properties=\"svg\"",
            "has `mathml`",
        ),
        (
            PACKAGE,
            "<item id=\"style\"",
            "<other id=\"style\"",
            "style.css is not listed",
        ),
        (
            PACKAGE,
            "<itemref idref=\"contents\"/>",
            "",
            "contents.xhtml is read 0 times",
        ),
        (
            PACKAGE,
            "properties=\"nav\"",
            "",
            "there are 0 tables of contents",
        ),
        (
            PACKAGE,
            "<dc:language>en",
            "<dc:language>",
            "there is no `dc:language`",
        ),
    ] {
        let found = changed(file, old, new);
        assert!(
            found.iter().any(|found| found.contains(fault)),
            "{new}: {found:?}"
        );
    }
}

#[test]
fn the_same_site_makes_the_same_bytes() {
    let site = site();
    let make = || {
        let (name, faults) = write(site.path(), &edition()).unwrap();
        assert_eq!((name.as_str(), faults.len()), ("unit-variance.epub", 0));
        fs::read(site.path().join(name)).unwrap()
    };
    assert_eq!(make(), make());
}
