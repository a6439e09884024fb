//! The chapters as documentation, so that `cargo test --doc` runs and counts their snippets.

macro_rules! chapters {
    ($($module:ident => $path:literal),* $(,)?) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../src/", $path))]
            pub mod $module {}
        )*

        /// The chapters whose snippets are run here.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($path),*];
    };
}

chapters! {
    introduction => "introduction.md",
    notation => "notation.md",
    variance => "variance.md",
    activations => "activations.md",
    forward => "forward.md",
    backward => "backward.md",
    gradient_check => "gradient-check.md",
    symmetry => "symmetry.md",
    lecun => "lecun.md",
    xavier => "xavier.md",
    he => "he.md",
    laws => "laws.md",
    fans => "fans.md",
    gains => "gains.md",
    testing => "testing.md",
    ten_initializers => "ten-initializers.md",
    deep_signal => "deep-signal.md",
    vanishing_gradient => "vanishing-gradient.md",
    mnist => "mnist.md",
    errata => "errata.md",
    ledger => "ledger.md",
    bibliography => "bibliography.md",
}

#[cfg(test)]
mod tests {
    use super::CHAPTERS;
    use std::path::Path;

    #[test]
    fn every_chapter_of_the_summary_is_here() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let book = mdbook_driver::MDBook::load(root).unwrap().book;
        let mut summary: Vec<String> = book
            .chapters()
            .filter_map(|chapter| Some(chapter.source_path.as_ref()?.to_str()?.to_owned()))
            .collect();
        summary.sort();
        let mut here = CHAPTERS.to_vec();
        here.sort_unstable();
        assert_eq!(
            here,
            summary,
            "the list in {} is not that of SUMMARY.md",
            file!()
        );
    }
}
