//! What a page says about itself to those who link to it: description, address, picture.

use super::rewrite::{Piece, name, pieces, tags};
use crate::html::escaped;

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

/// Describes pages.
#[derive(Debug)]
pub(super) struct About<'a> {
    place: &'a Place,
    chapters: &'a [String],
}

/// The longest description that is shown in full.
const LONGEST: usize = 200;

impl<'a> About<'a> {
    pub(super) fn of(place: &'a Place, chapters: &'a [String]) -> Self {
        Self { place, chapters }
    }

    /// The page with its description, its place among the others, and what a link to it shows.
    pub(super) fn describe(&self, page: &str, html: &str) -> String {
        let own = own_name(page, self.chapters);
        let described = self.chapters.iter().any(|chapter| chapter == own);
        let text = described.then(|| summary(html)).flatten();
        tags(html, |tag| match name(tag) {
            "meta" if tag.contains("name=\"description\"") => {
                let own_words = text
                    .as_ref()
                    .map(|text| format!("<meta name=\"description\" content=\"{text}\">"));
                let mut head = own_words.unwrap_or_else(|| tag.to_owned());
                if described {
                    head.push_str(&self.card(own, title(html)?, text.as_deref()));
                }
                Some(head)
            }
            _ => None,
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
            if page == self.chapters[0] {
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
            .map(|page| escaped(&self.url(address, page)))
            .map(|url| format!("<url><loc>{url}</loc></url>\n"))
            .collect();
        let urls = urls.concat();
        Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
        ))
    }

    fn url(&self, address: &str, page: &str) -> String {
        if self.chapters.first().is_some_and(|first| first == page) {
            address.to_owned()
        } else {
            format!("{address}{page}")
        }
    }
}

/// A page's name in the contents: the first page has two.
pub(super) fn own_name<'a>(page: &'a str, chapters: &'a [String]) -> &'a str {
    match chapters.first() {
        Some(first) if page == "index.html" => first,
        _ => page,
    }
}

fn title(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("<title>")?;
    rest.split_once("</title>").map(|(title, _)| title)
}

/// The first paragraph after the heading without its tags, cut after a word; its characters stay escaped.
fn summary(html: &str) -> Option<String> {
    let (_, main) = html.split_once("<main")?;
    let body = main.split_once("</h1>").map_or(main, |(_, body)| body);
    let (paragraph, _) = body[body.find("<p")?..].split_once("</p>")?;
    let text: String = pieces(paragraph)
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Tag(_) => None,
        })
        .collect();
    let text = ledger::one_line(&text).replace('"', "&quot;");
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<title>He - A &amp; B</title><meta name=\"description\" content=\"The book\">\
        <main><h1>He</h1><p class=\"lede\">Half of it\n <em>survives</em>.</p></main>";

    fn place() -> Place {
        Place {
            address: Some("https://example.org/book/".to_owned()),
            title: "A & B".to_owned(),
            picture: Some("card.png".to_owned()),
        }
    }

    #[test]
    fn a_page_is_described_by_its_first_paragraph() {
        let chapters = ["introduction.html".to_owned(), "he.html".to_owned()];
        let place = place();
        let page = About::of(&place, &chapters).describe("he.html", PAGE);
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
        let chapters = ["he.html".to_owned()];
        let about = About::of(&place, &chapters);
        let page = about.describe("index.html", PAGE);
        assert!(
            !page.contains("og:url") && !page.contains("og:image") && !page.contains("canonical"),
            "{page}"
        );
        assert!(about.site_map().is_none());
    }

    #[test]
    fn the_map_names_the_first_page_by_the_site() {
        let place = place();
        let chapters = ["introduction.html".to_owned(), "he.html".to_owned()];
        let map = About::of(&place, &chapters).site_map().unwrap();
        assert!(
            map.contains("<loc>https://example.org/book/</loc>")
                && map.contains("<loc>https://example.org/book/he.html</loc>"),
            "{map}"
        );
    }
}
