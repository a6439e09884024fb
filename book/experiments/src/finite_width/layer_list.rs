//! Layers of a network, as the terminal writes them: `relu:80x24,relu:8x1,relu:80x25`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use unit_variance::theory::{LayerKind, Layers, ProductLaw};

/// Layers in their order: equal ones as kind, width and count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerList(pub Vec<Layers>);

/// The widest layer of a list.
const WIDEST: u64 = 1_000_000;

/// The most equal layers in a row.
const MOST: u32 = 1_000_000;

/// The most groups of equal layers.
const MOST_GROUPS: usize = 1000;

impl LayerList {
    /// Equal layers.
    pub fn equal(kind: LayerKind, width: u64, count: u32) -> Self {
        Self(vec![Layers { kind, width, count }])
    }

    /// How many layers there are.
    pub fn depth(&self) -> u64 {
        self.0.iter().map(|layers| u64::from(layers.count)).sum()
    }

    /// Its first `depth` layers.
    #[must_use]
    pub fn first(&self, depth: u64) -> Self {
        let mut left = depth;
        let mut layers = Vec::new();
        for group in &self.0 {
            let taken = left.min(u64::from(group.count));
            left -= taken;
            if taken > 0 {
                layers.push(Layers {
                    count: taken as u32,
                    ..*group
                });
            }
        }
        Self(layers)
    }

    /// The law of the product of its factors.
    ///
    /// # Panics
    ///
    /// If it has no layers.
    #[track_caller]
    pub fn law(&self) -> ProductLaw {
        ProductLaw::of(&self.0)
    }
}

impl fmt::Display for LayerList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Layers { kind, width, count }) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma}{kind}:{width}x{count}")?;
        }
        Ok(())
    }
}

impl FromStr for LayerList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let group = |group: &str| {
            let (kind, sizes) = group.trim().split_once(':')?;
            let (width, count) = sizes.split_once('x')?;
            let layers = Layers {
                kind: kind.parse().ok()?,
                width: whole(width)?,
                count: u32::try_from(whole(count)?).ok()?,
            };
            let is_in_range =
                (1..=WIDEST).contains(&layers.width) && (1..=MOST).contains(&layers.count);
            is_in_range.then_some(layers)
        };
        let layers: Option<Vec<Layers>> = text.split(',').map(group).collect();
        match layers {
            Some(layers) if layers.len() <= MOST_GROUPS => Ok(Self(layers)),
            _ => Err(format!(
                "layers as kind:width x count, as in relu:80x50,relu:8x1; the kinds are {}, widths and counts are from 1 to {WIDEST}, in at most {MOST_GROUPS} groups",
                LayerKind::ALL.map(LayerKind::name).join(", ")
            )),
        }
    }
}

/// A whole number of digits alone.
fn whole(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

impl Serialize for LayerList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back_as_it_is_written() {
        for text in [
            "relu:80x50",
            "relu:80x24,relu:8x1,linear:1x1,orthogonal-relu:3x1000000",
        ] {
            let list: LayerList = text.parse().unwrap();
            assert_eq!(list.to_string(), text);
        }
    }

    #[test]
    fn the_first_layers_of_a_list_are_a_list() {
        let list: LayerList = "relu:80x24,relu:8x1,relu:80x25".parse().unwrap();
        assert_eq!(list.depth(), 50);
        for (depth, first) in [
            (3, "relu:80x3"),
            (25, "relu:80x24,relu:8x1"),
            (27, "relu:80x24,relu:8x1,relu:80x2"),
        ] {
            assert_eq!(list.first(depth).to_string(), first);
        }
    }

    #[test]
    fn what_is_no_list_is_told_what_one_is() {
        for text in [
            "",
            "relu",
            "relu:80",
            "relu:0x3",
            "relu:3x0",
            "tanh:3x3",
            "relu:3x3,",
            "relu:+3x3",
            "relu:1000001x1",
            "relu:3x99999999999",
        ] {
            let message = text.parse::<LayerList>().unwrap_err();
            assert!(
                message.starts_with("layers as kind:width x count"),
                "{text}: {message}"
            );
            assert!(!message.contains('\n'));
        }
    }
}
