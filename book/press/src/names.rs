//! Names that people use for one thing, and names that are nearly right.

/// Words that stand for others: what a reader may write, and what the book calls it.
pub const SYNONYMS: &[(&str, &[&str])] = &[
    ("kaiming", &["he"]),
    ("msra", &["he"]),
    ("glorot", &["xavier"]),
    ("dying", &["dead", "die", "death"]),
    ("dead", &["dying", "die", "death"]),
    ("exploding", &["explode", "explosion", "overflow", "grow"]),
    ("explosion", &["explode", "exploding", "overflow"]),
    ("vanishing", &["vanish"]),
    ("distribution", &["law"]),
    ("init", &["initialization", "initializer"]),
    ("initialisation", &["initialization"]),
    ("std", &["standard deviation"]),
    ("fan-in", &["fan_in"]),
    ("fan-out", &["fan_out"]),
    ("logistic", &["sigmoid"]),
    ("swish", &["silu"]),
];

/// Places of the book that a reader looks for under other words, by page and id.
pub const INDEX: &[(&str, &str)] = &[
    ("activations#death", "dead units dying relu"),
    ("forward#depth", "exploding vanishing signals explosion"),
    ("backward#size", "exploding gradients"),
    ("vanishing-gradient#why", "vanishing gradients"),
    ("forward#range", "overflow underflow infinity"),
    ("he", "kaiming"),
    ("xavier", "glorot"),
    ("symmetry", "zero initialization symmetry breaking constant"),
];

/// The known name that was probably meant: its synonym, or one that is spelled nearly so.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = plain(given);
    let known: Vec<&str> = known.into_iter().collect();
    let mut synonyms = SYNONYMS.iter().filter(|(word, _)| *word == given);
    let of_synonym = synonyms.find_map(|(_, names)| {
        let mut known = known.iter().copied();
        known.find(|name| names.contains(name))
    });
    of_synonym.or_else(|| {
        let likeness = |name: &str| {
            let name = plain(name);
            // The chapter `he.md` is often called `he`.
            let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
            strsim::jaro_winkler(stem, &given).max(strsim::jaro_winkler(&name, &given))
        };
        let likely = known.iter().map(|name| (likeness(name), *name));
        let best = likely.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        (best.0 > 0.8).then_some(best.1)
    })
}

/// A name without the differences that are easily confused.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "-")
}

/// " (did you mean `he`?)", or nothing.
pub fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_the_index_are_in_the_book() {
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
        for (place, _) in INDEX {
            let (page, id) = place.split_once('#').unwrap_or((place, ""));
            let text = std::fs::read_to_string(sources.join(page).with_extension("md"));
            let text = text.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(
                id.is_empty() || text.contains(&format!("{{#{id}}}")),
                "{place}"
            );
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_finds_the_right_one() {
        let names = [
            "he",
            "xavier",
            "relu",
            "silu",
            "deep-signal",
            "forward.md",
            "gelu_tanh",
        ];
        for (given, meant) in [
            ("kaiming", "he"),
            ("Glorot", "xavier"),
            ("RELU", "relu"),
            ("swish", "silu"),
            ("deep_signal", "deep-signal"),
            ("forward", "forward.md"),
            ("gelu-tanh", "gelu_tanh"),
        ] {
            assert_eq!(nearest(given, names), Some(meant), "{given}");
        }
        assert_eq!(nearest("nobody", names), None);
        assert_eq!(nearest("he", []), None);
    }
}
