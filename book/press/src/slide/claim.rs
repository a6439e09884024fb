//! A claim on a slide: its number, its sentence, and what its test found.

use experiments::drawing::svg::Element;
use experiments::drawing::text::{Anchor, literal};

use super::lines::Type;

/// A claim in words, and what its test found.
pub(super) struct Claim {
    pub(super) number: String,
    pub(super) id: String,
    /// Text of a drawing, with lowered indices.
    pub(super) sentence: String,
    /// Text of a drawing, with raised exponents.
    pub(super) verdict: String,
}

/// A claim that is set, from the upper left corner on.
pub(super) struct Block {
    pub(super) height: f64,
    parts: Vec<Element>,
}

const HEAD: Type = Type {
    class: "slide-head",
    size: 18.0,
};
const FOUND: Type = Type {
    class: "slide-found",
    size: 16.0,
};
const ID: Type = Type {
    class: "slide-id",
    size: 15.0,
};
/// The width of a letter of the id, whose letters are all of one width, over its size.
const ID_LETTER: f64 = 0.6;
/// The width of what is found, where it stands on the left of the sentence; and what is between the two.
const SIDE: f64 = 290.0;
const GAP: f64 = 32.0;

impl Claim {
    /// In a column: everything below the other. `size` is that of the sentence. `None` if a word is wider than the column.
    pub(super) fn column(&self, width: f64, size: f64) -> Option<Block> {
        let sentence = sentence_of(size);
        let lines = sentence.lines(&self.sentence, width);
        let found = FOUND.lines(&self.verdict, width);
        if !(sentence.fits(&lines, width) && FOUND.fits(&found, width)) {
            return None;
        }
        let first = 2.2 * HEAD.leading() + 0.6 * size;
        let below = first + lines.len() as f64 * sentence.leading() + 0.6 * FOUND.leading();
        let foot = below + found.len() as f64 * FOUND.leading() + 6.0;
        let mut parts = vec![
            self.head(),
            sentence.set((0.0, first), Anchor::Start, &lines),
            FOUND.set((0.0, below), Anchor::Start, &found),
        ];
        parts.extend(self.id(foot, width));
        Some(Block {
            height: foot + 0.3 * ID.size,
            parts,
        })
    }

    /// Over the whole width: the sentence on the right of the rest. `size` is that of the sentence. `None` if a word is too wide.
    pub(super) fn band(&self, width: f64, size: f64) -> Option<Block> {
        let left = SIDE + GAP;
        let sentence = sentence_of(size);
        let lines = sentence.lines(&self.sentence, width - left);
        let found = FOUND.lines(&self.verdict, SIDE);
        if !(sentence.fits(&lines, width - left) && FOUND.fits(&found, SIDE)) {
            return None;
        }
        let id = HEAD.size + HEAD.leading();
        let below = id + 1.1 * FOUND.leading();
        let mut parts = vec![
            self.head(),
            FOUND.set((0.0, below), Anchor::Start, &found),
            sentence.set((left, size), Anchor::Start, &lines),
        ];
        parts.extend(self.id(id, SIDE));
        // From the foot of the first line to what hangs below the last one.
        let depth = |kind: &Type, lines: &[String]| {
            (lines.len() as f64 - 1.0) * kind.leading() + 0.3 * kind.size
        };
        Some(Block {
            height: f64::max(
                below + depth(&FOUND, &found),
                size + depth(&sentence, &lines),
            ),
            parts,
        })
    }

    fn head(&self) -> Element {
        let words = format!("✓ Claim {}, verified", self.number);
        HEAD.set((0.0, HEAD.size), Anchor::Start, &[words])
    }

    /// The id, where there is room for it.
    fn id(&self, y: f64, width: f64) -> Option<Element> {
        let fits = self.id.chars().count() as f64 * ID_LETTER * ID.size <= width;
        fits.then(|| ID.set((0.0, y), Anchor::Start, &[literal(&self.id)]))
    }
}

impl Block {
    /// The claim with its corner at this place.
    pub(super) fn at(self, corner: (f64, f64)) -> Element {
        Element::group("slide-claim")
            .moved(corner)
            .children(self.parts)
    }
}

fn sentence_of(size: f64) -> Type {
    Type {
        class: "slide-sentence",
        size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(words: usize) -> Claim {
        Claim {
            number: "3.1".to_owned(),
            id: "forward.relu-layer".to_owned(),
            sentence: "word ".repeat(words),
            verdict: "0.999, accepted in [0.976, 1.024]; 3 words attacked".to_owned(),
        }
    }

    #[test]
    fn more_words_are_higher_and_a_wider_band_is_lower() {
        let of = |words, size| {
            let claim = claim(words);
            let column = claim.column(430.0, size).unwrap().height;
            (column, claim.band(1184.0, size).unwrap().height)
        };
        let (short, long) = (of(40, 20.0), of(80, 20.0));
        assert!(short.0 < long.0 && short.1 < long.1, "{short:?} {long:?}");
        assert!(long.1 < long.0, "{long:?}");
        assert!(of(80, 28.0).1 > long.1);
    }

    #[test]
    fn a_word_that_is_wider_than_its_room_is_not_set() {
        let mut claim = claim(3);
        claim.sentence = "m".repeat(30);
        assert!(claim.column(276.0, 20.0).is_none());
        assert!(claim.band(1184.0, 20.0).is_some());
        claim.verdict = "m".repeat(30);
        assert!(claim.band(1184.0, 20.0).is_none());
    }

    #[test]
    fn an_id_that_has_no_room_is_left_out() {
        let mut claim = claim(3);
        let ids = |claim: &Claim| {
            let block = claim.column(276.0, 20.0).unwrap();
            block.at((0.0, 0.0)).to_string().matches("slide-id").count()
        };
        assert_eq!(ids(&claim), 1);
        claim.id = "i".repeat(40);
        assert_eq!(ids(&claim), 0);
    }
}
