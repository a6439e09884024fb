//! The sheets a figure is drawn on. Each figure is set twice, for the page and for a phone, so that
//! its type has the size of the text around it on both.

use super::svg::Element;

/// Width and height in pixels, and whether there is little room.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sheet {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// Whether there is little room.
    pub is_phone: bool,
}

impl Sheet {
    /// The size of type, in pixels.
    pub const TYPE: f64 = 13.0;

    /// As wide as text and margin together.
    pub const WIDE: Self = Self {
        width: 880.0,
        height: 430.0,
        is_phone: false,
    };

    /// As wide as the text.
    pub const COLUMN: Self = Self {
        width: 620.0,
        height: 340.0,
        is_phone: false,
    };

    /// As wide as a phone.
    pub const PHONE: Self = Self {
        width: 360.0,
        height: 320.0,
        is_phone: true,
    };

    /// The same sheet with another height.
    pub fn of_height(self, height: f64) -> Self {
        Self { height, ..self }
    }

    /// One thing for the page, another for a phone.
    pub fn pick<T>(self, page: T, phone: T) -> T {
        if self.is_phone { phone } else { page }
    }

    /// The root element, with its name and its description for those who do not see it.
    pub fn root(self, name: &str, title: &str, description: &str) -> Element {
        let (suffix, class) = self.pick(("", "plot on-page"), ("-phone", "plot on-phone"));
        let (title_id, description_id) = (
            format!("{name}{suffix}-title"),
            format!("{name}{suffix}-desc"),
        );
        let size = |length: f64| format!("{length:.0}");
        Element::new("svg")
            .with("class", class)
            .with("viewBox", format!("0 0 {} {}", self.width, self.height))
            .with("width", size(self.width))
            .with("height", size(self.height))
            .with("font-size", Self::TYPE)
            .with("role", "img")
            .with("aria-labelledby", format!("{title_id} {description_id}"))
            .child(Element::new("title").with("id", title_id).text(title))
            .child(
                Element::new("desc")
                    .with("id", description_id)
                    .text(description),
            )
    }
}
