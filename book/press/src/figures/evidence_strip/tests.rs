use super::*;
use proptest::prelude::*;
use unit_variance::evidence::{Exactness, Grade, Interval};

fn evidence(value: f64, low: f64, high: f64, foils: &[(&str, f64)]) -> Evidence {
    let interval = Interval { low, high };
    Evidence {
        statistic: "second moment".into(),
        law: "some law".into(),
        grade: Grade::Exact,
        n: 100,
        subject: "He".into(),
        value,
        interval,
        p_value: None,
        found: Vec::new(),
        tails: None,
        alpha: 1e-9,
        beta: 1e-9,
        resolution: None,
        foils: foils
            .iter()
            .map(|(name, value)| FoilOutcome {
                name: (*name).into(),
                value: *value,
                caught: !interval.contains(*value),
                miss: None,
                predicted: None,
                words: Vec::new(),
                lawless: None,
            })
            .collect(),
        domains: Vec::new(),
    }
}

fn well_formed(svg: &str) {
    roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error} in {svg}"));
    assert!(!svg.contains("NaN\"") && !svg.contains("inf"), "{svg}");
    assert!(!svg.contains("\n\n"), "{svg}");
}

#[test]
fn the_strip_shows_the_value_and_every_foil() {
    let svg = evidence_strip(
        &evidence(
            1.004,
            0.81,
            1.21,
            &[("LeCun: 1 / n", 0.498), ("4 / n", 2.01)],
        ),
        "he.forward",
    );
    well_formed(&svg);
    for words in [">1.00<", "0.50 (LeCun: 1 / n)", "2.01 (4 / n)"] {
        assert!(svg.contains(words), "{svg}");
    }
    assert!(
        svg.contains("inside the accepted range from 0.81 to 1.21"),
        "{svg}"
    );
}

#[test]
fn a_foil_far_away_is_an_arrow_at_the_edge() {
    let near = evidence_strip(&evidence(1.0, 0.9, 1.1, &[("half", 0.5)]), "near");
    assert!(near.contains("cross") && !near.contains("arrow"));
    let far = evidence_strip(&evidence(1.0, 0.99, 1.01, &[("half", 0.5)]), "far");
    assert!(far.contains("arrow") && !far.contains("cross"));
}

#[test]
fn a_value_beyond_all_reading_is_pointed_at_and_leaves_room_to_the_others() {
    let exact = Exactness::of("distance", 20)
        .within(1e-12)
        .holds_for("ours", 3e-16)
        .foil("no mask", 3.9e299)
        .foil("half", 0.5)
        .judge();
    let svg = evidence_strip(&exact, "far");
    well_formed(&svg);
    assert!(!svg.contains("299") && svg.contains("above 10"), "{svg}");
    assert!(svg.contains("Foil, no mask: above 10^99, outside"), "{svg}");
    assert_eq!(svg.matches("class=\"arrow\"").count(), 1, "{svg}");
    assert_eq!(svg.matches("class=\"cross\"").count(), 1, "{svg}");
    let far = Spectrum::of(&exact).place(0.5).at;
    assert!(far > 0.9, "{far}");
}

#[test]
fn nothing_measured_is_drawn_as_nothing_accepted() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 7.0] {
        let svg = evidence_strip(&evidence(value, 0.9, 1.1, &[("none", f64::NAN)]), "bad");
        well_formed(&svg);
        assert!(svg.contains("value missed"), "{svg}");
    }
}

#[test]
fn a_claim_without_chance_has_zero_on_its_line() {
    let exact = Exactness::of("deviation", 100)
        .within(0.0)
        .holds_for("ours", 0.0)
        .foil("a mutant", 0.25)
        .foil("another", 1e-7)
        .judge();
    let svg = evidence_strip(&exact, "exact");
    well_formed(&svg);
    assert!(svg.contains("class=\"break\""), "{svg}");
    let close = Exactness::of("deviation", 100)
        .within(1e-12)
        .holds_for("ours", 3e-16)
        .foil("a mutant", f64::INFINITY)
        .judge();
    well_formed(&evidence_strip(&close, "close"));
}

proptest! {
    #[test]
    fn labels_of_a_row_never_overlap(foils in prop::collection::vec((0.0..1.0, "[a-z ]{1,34}"), 0..7)) {
        let mut labels: Vec<(f64, String)> = foils;
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        let placed = place_labels(&labels);
        for (i, a) in placed.iter().enumerate() {
            for b in &placed[..i] {
                prop_assert!(a.row != b.row || a.reach.0 >= b.reach.1 || b.reach.0 >= a.reach.1);
            }
        }
    }

    #[test]
    fn every_strip_is_well_formed(
        value in prop::num::f64::ANY,
        ends in (prop::num::f64::ANY, prop::num::f64::ANY),
        foil in prop::num::f64::ANY,
    ) {
        let (low, high) = if ends.0 > ends.1 { (ends.1, ends.0) } else { ends };
        well_formed(&evidence_strip(&evidence(value, low, high, &[("foil", foil)]), "any"));
    }
}

#[test]
fn a_distant_foil_keeps_its_digits() {
    let foil = FoilOutcome {
        name: String::new(),
        value: 0.0012,
        caught: true,
        miss: None,
        predicted: None,
        words: Vec::new(),
        lawless: None,
    };
    assert_eq!(foil_format(&foil, Format::Fixed(2)), Format::Significant(3));
    assert_eq!(
        foil_format(&FoilOutcome { value: 0.5, ..foil }, Format::Fixed(2)),
        Format::Fixed(2)
    );
}
