//! Names with a `*` for any characters.

/// Whether `name` is `names`, in which each `*` stands for any number of characters.
pub(crate) fn fit(names: &str, name: &str) -> bool {
    let Some((head, rest)) = names.split_once('*') else {
        return names == name;
    };
    let Some(mut left) = name.strip_prefix(head) else {
        return false;
    };
    let (between, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The first place of each part leaves the most for the others.
    for part in between.split('*') {
        let Some(at) = left.find(part) else {
            return false;
        };
        left = &left[at + part.len()..];
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By trying every number of characters for every star.
    fn reference(names: &[u8], name: &[u8]) -> bool {
        match names.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|n| reference(rest, &name[n..])),
            Some((first, rest)) => name.first() == Some(first) && reference(rest, &name[1..]),
        }
    }

    /// All texts of these letters up to a length.
    fn texts(letters: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut longest = all.clone();
        for _ in 0..length {
            longest = longest
                .iter()
                .flat_map(|text| letters.chars().map(move |letter| format!("{text}{letter}")))
                .collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    #[test]
    fn a_star_stands_for_any_characters_and_nothing_else_does() {
        for names in texts("ab*", 5) {
            for name in texts("ab", 6) {
                assert_eq!(
                    fit(&names, &name),
                    reference(names.as_bytes(), name.as_bytes()),
                    "`{names}` and `{name}`"
                );
            }
        }
    }

    #[test]
    fn stars_reach_over_dots() {
        assert!(fit("blocks.*.weight", "blocks.11.attention.weight"));
        assert!(!fit("blocks.*.weight", "blocks.weight"));
    }
}
