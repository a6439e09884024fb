//! What names say: which bias goes with which weight, and which layer a tensor is in.

/// What the bias beside a weight may be called.
pub(super) fn bias_names(name: &str) -> Vec<String> {
    let at = name.rfind(['.', '/']).map_or(0, |at| at + 1);
    let (stem, last) = name.split_at(at);
    let swaps = [
        ("weight", "bias"),
        ("kernel", "bias"),
        ("W", "b"),
        ("w", "b"),
        ("Weight", "Bias"),
    ];
    let mut names = Vec::new();
    for (from, to) in swaps {
        if let Some(end) = last.strip_suffix(from) {
            names.push(format!("{stem}{end}{to}"));
        }
        if let Some(rest) = last.strip_prefix(from) {
            names.push(format!("{stem}{to}{rest}"));
        }
    }
    names
}

/// The part of a name behind its last dot or slash.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or(name)
}

/// The name with its first number left out, and the number: `h.*.c_attn` and 3 of `h.3.c_attn`.
pub(super) fn indexed(name: &str) -> Option<(String, usize)> {
    let parts: Vec<&str> = name.split_inclusive(['.', '/', '_']).collect();
    let at = parts.iter().position(|part| {
        part.trim_end_matches(['.', '/', '_'])
            .parse::<usize>()
            .is_ok()
    })?;
    let number = parts[at].trim_end_matches(['.', '/', '_']);
    let index = number.parse().ok()?;
    let rest: String = parts[at + 1..].concat();
    let end = &parts[at][number.len()..];
    Some((format!("{}*{end}{rest}", parts[..at].concat()), index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_name_is_its_layer() {
        assert_eq!(
            indexed("h.3.mlp.0.weight"),
            Some(("h.*.mlp.0.weight".to_owned(), 3))
        );
        assert_eq!(
            indexed("Dense_2/kernel"),
            Some(("Dense_*/kernel".to_owned(), 2))
        );
        assert_eq!(indexed("conv1.weight"), None);
    }

    #[test]
    fn a_bias_is_called_after_its_weight() {
        for (weight, bias) in [
            ("fc.weight", "fc.bias"),
            ("Dense_0/kernel", "Dense_0/bias"),
            ("linear/w", "linear/b"),
            ("W1", "b1"),
            ("in_proj_weight", "in_proj_bias"),
        ] {
            assert!(bias_names(weight).contains(&bias.to_owned()), "{weight}");
        }
        assert!(bias_names("table").is_empty());
    }
}
