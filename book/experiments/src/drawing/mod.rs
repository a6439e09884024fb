//! Drawings: what a plot and its parts look like. Tables in, a picture out; nothing is computed here, no file is read.

pub(crate) mod labels;
pub(crate) mod layers;
pub(crate) mod panels;
pub mod plot;
pub mod scale;
pub mod sheet;
pub mod svg;
pub mod text;

use crate::Table;
use sheet::Sheet;
use svg::Element;

/// A drawing, what it shows, and its numbers.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What it is, in a few words.
    pub title: String,
    /// What one sees in it, for those who do not see it.
    pub description: String,
    /// The drawing, set for the page and for a phone; the theme shows one of the two.
    pub svg: String,
    /// The numbers that are drawn.
    pub data: Vec<Table>,
    /// Whether it is wider than the text.
    pub wide: bool,
}

impl Picture {
    /// A picture from its drawing on a sheet.
    pub fn of<D: Drawing>(
        name: &str,
        title: &str,
        description: &str,
        page: Sheet,
        data: Vec<Table>,
        draw: impl Fn(Sheet) -> D,
    ) -> Self {
        let on = |sheet| -> Element { draw(sheet).finish(name, title, description) };
        Self {
            title: title.to_owned(),
            description: description.to_owned(),
            svg: format!("{}\n{}", on(page), on(Sheet::PHONE)),
            data,
            wide: page.width > Sheet::COLUMN.width,
        }
    }
}

/// What can be put on a sheet: a plot, or several.
pub trait Drawing {
    /// The whole drawing, under its name and with its words for those who do not see it.
    fn finish(self, name: &str, title: &str, description: &str) -> Element;
}
