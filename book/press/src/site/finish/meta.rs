//! What a page says about itself to those who link to it: description, address, picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use lol_html::element;
use lol_html::html_content::ContentType;

use super::ChapterPage;
use crate::html::escaped;
use crate::site::rewrite::{Handler, on_text};

/// Where the site will be, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address of the site, with its last slash, if it is known: `https://example.org/book/`.
    pub address: Option<String>,
    /// The title of the book.
    pub title: String,
    /// The picture that stands for the book, as a file of the site.
    pub picture: Option<String>,
}

/// What a page says of itself, as it is written there.
#[derive(Debug, Default)]
pub(super) struct Words {
    title: String,
    /// Its first paragraph without the tags.
    summary: String,
}

/// Reads the title of a page, and the first paragraph after its heading.
pub(super) fn read_words(words: &RefCell<Words>) -> [Handler<'_>; 4] {
    // The paragraphs after the heading, once it has come.
    let paragraphs = Rc::new(Cell::new(None));
    let (at_heading, at_paragraph) = (Rc::clone(&paragraphs), Rc::clone(&paragraphs));
    [
        on_text("head > title", |text| {
            words.borrow_mut().title.push_str(text);
        }),
        element!("main h1", move |_| {
            at_heading.set(at_heading.get().or(Some(0)));
            Ok(())
        }),
        element!("main p", move |_| {
            at_paragraph.set(at_paragraph.get().map(|count: usize| count + 1));
            Ok(())
        }),
        on_text("main p", move |text| {
            if paragraphs.get() == Some(1) {
                words.borrow_mut().summary.push_str(text);
            }
        }),
    ]
}

/// Describes pages.
#[derive(Debug)]
pub(super) struct Meta<'a> {
    place: &'a Place,
    chapters: &'a [ChapterPage],
}

/// The longest description that is shown in full.
const LONGEST: usize = 200;

impl<'a> Meta<'a> {
    pub(super) fn of(place: &'a Place, chapters: &'a [ChapterPage]) -> Self {
        Self { place, chapters }
    }

    /// Gives a chapter its description, its place among the others, and what a link to it shows.
    pub(super) fn describe<'h>(&self, page: &str, words: &Words) -> Handler<'h> {
        let summary = words.summary();
        let card = self.card(page, &words.title, summary.as_deref());
        element!("meta[name=\"description\"]", move |meta| {
            if let Some(summary) = &summary {
                meta.set_attribute("content", summary)?;
            }
            meta.after(&card, ContentType::Html);
            Ok(())
        })
    }

    /// What a link to the page shows elsewhere.
    fn card(&self, page: &str, title: &str, text: Option<&str>) -> String {
        let mut card = Vec::new();
        let mut say = |property: &str, content: &str| {
            card.push(format!(
                "<meta property=\"og:{property}\" content=\"{content}\">"
            ));
        };
        say(
            "type",
            if page == self.chapters[0].page {
                "book"
            } else {
                "article"
            },
        );
        say("site_name", &escaped(&self.place.title));
        say("title", title);
        if let Some(text) = text {
            say("description", text);
        }
        if let Some(address) = &self.place.address {
            let url = self.url(address, page);
            say("url", &url);
            if let Some(picture) = &self.place.picture {
                say("image", &format!("{address}{picture}"));
                say("image:width", "1200");
                say("image:height", "630");
            }
            card.push(format!("<link rel=\"canonical\" href=\"{url}\">"));
        }
        card.push("<meta name=\"twitter:card\" content=\"summary_large_image\">".into());
        format!("\n{}", card.join("\n"))
    }

    /// The pages for machines that read the whole site, if its address is known.
    pub(super) fn site_map(&self) -> Option<String> {
        let address = self.place.address.as_ref()?;
        let urls: Vec<String> = self
            .chapters
            .iter()
            .map(|chapter| escaped(&self.url(address, &chapter.page)))
            .map(|url| format!("<url><loc>{url}</loc></url>\n"))
            .collect();
        let urls = urls.concat();
        Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
        ))
    }

    fn url(&self, address: &str, page: &str) -> String {
        if self
            .chapters
            .first()
            .is_some_and(|first| first.page == page)
        {
            address.to_owned()
        } else {
            format!("{address}{page}")
        }
    }
}

impl Words {
    /// The first paragraph in a line, cut after a word; its characters stay escaped.
    fn summary(&self) -> Option<String> {
        let text = ledger::one_line(&self.summary);
        if text.is_empty() {
            return None;
        }
        if text.len() <= LONGEST {
            return Some(text);
        }
        let mut cut = String::new();
        for word in text.split(' ') {
            if cut.len() + word.len() + 1 > LONGEST {
                break;
            }
            cut.push_str(word);
            cut.push(' ');
        }
        Some(cut.trim_end().to_owned() + " …")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{read, rewrite};

    const PAGE: &str = "<head><title>He - A &amp; B</title><meta name=\"description\" content=\"The book\"></head>\
        <main><p>Above.</p><h1>He</h1><p class=\"lede\">Half of it\n <em>survives</em>.</p></main>";

    fn place() -> Place {
        Place {
            address: Some("https://example.org/book/".to_owned()),
            title: "A & B".to_owned(),
            picture: Some("card.png".to_owned()),
        }
    }

    fn chapters() -> [ChapterPage; 2] {
        ["introduction.html", "he.html"].map(ChapterPage::named)
    }

    fn described(place: &Place, page: &str) -> String {
        let words = RefCell::default();
        read(PAGE, read_words(&words)).unwrap();
        let handler = Meta::of(place, &chapters()).describe(page, &words.into_inner());
        rewrite(PAGE, [handler]).unwrap()
    }

    #[test]
    fn a_page_is_described_by_its_first_paragraph() {
        let page = described(&place(), "he.html");
        for part in [
            "<meta name=\"description\" content=\"Half of it survives.\">",
            "<meta property=\"og:site_name\" content=\"A &amp; B\">",
            "<meta property=\"og:url\" content=\"https://example.org/book/he.html\">",
            "<meta property=\"og:image\" content=\"https://example.org/book/card.png\">",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn without_an_address_nothing_is_promised() {
        let place = Place {
            address: None,
            ..place()
        };
        let page = described(&place, "introduction.html");
        assert!(
            !page.contains("og:url") && !page.contains("og:image") && !page.contains("canonical"),
            "{page}"
        );
        assert!(Meta::of(&place, &chapters()).site_map().is_none());
    }

    #[test]
    fn the_map_names_the_first_page_by_the_site() {
        let place = place();
        let map = Meta::of(&place, &chapters()).site_map().unwrap();
        assert!(
            map.contains("<loc>https://example.org/book/</loc>")
                && map.contains("<loc>https://example.org/book/he.html</loc>"),
            "{map}"
        );
    }
}
