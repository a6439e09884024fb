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
            // A chapter is often called by the stem of its file.
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
