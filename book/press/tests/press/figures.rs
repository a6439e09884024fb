//! What the figures of the book show.

use std::collections::HashSet;

use experiments::drawing::Picture;

use crate::fixture::cache;

fn picture(name: &str) -> Picture {
    let figure = experiments::figure(name).expect("the name is known");
    cache().picture(figure).unwrap()
}

#[test]
fn every_figure_is_well_formed_and_names_what_it_shows() {
    let cache = cache();
    let mut ids = HashSet::new();
    for (_, figure) in experiments::figures() {
        let (name, figure) = (figure.name, cache.picture(figure).unwrap());
        assert!(!figure.svg.contains("\n\n"), "a blank line in {name}");
        assert!(!figure.svg.contains("NaN"), "{name}");
        assert!(!figure.data.is_empty(), "{name} shows no numbers");

        // Two drawings, for the page and for a phone.
        let both = format!("<figure>{}</figure>", figure.svg);
        let document =
            roxmltree::Document::parse(&both).unwrap_or_else(|error| panic!("{name}: {error}"));
        let drawings: Vec<_> = document
            .root_element()
            .children()
            .filter(roxmltree::Node::is_element)
            .collect();
        assert_eq!(drawings.len(), 2, "{name}");
        for drawing in drawings {
            let words = |tag: &str| {
                drawing
                    .children()
                    .find(|child| child.has_tag_name(tag))
                    .and_then(|child| child.text())
            };
            assert_eq!(words("title"), Some(figure.title.as_str()), "{name}");
            assert_eq!(words("desc"), Some(figure.description.as_str()), "{name}");
        }
        for node in document.descendants() {
            if let Some(id) = node.attribute("id") {
                assert!(id.starts_with(name), "`{id}` of {name} may meet another");
                assert!(ids.insert(id.to_owned()), "`{id}` twice");
            }
        }
    }
}

#[test]
fn the_hero_names_the_three_fates() {
    let svg = picture("fifty-layers").svg;
    for fate in ["explodes", "survives", "vanishes"] {
        assert!(svg.contains(fate));
    }
    // Twelve networks for each of three variances, on two sheets.
    assert_eq!(svg.matches("class=\"line ").count(), 2 * 3 * 12);
}

#[test]
fn the_five_printed_numbers_are_written_beside_their_points() {
    let svg = picture("udl-small").svg;
    for printed in ["0.981", "0.811", "1.472", "4.547", "8.896"] {
        assert!(svg.contains(&format!("<tspan>{printed}</tspan>")));
    }
}

#[test]
fn every_activation_has_a_panel() {
    let svg = picture("activations").svg;
    assert_eq!(svg.matches("class=\"panel\"").count(), 2 * 18);
    assert!(svg.contains("<tspan>gelu</tspan>") && svg.contains("<tspan>sine</tspan>"));
}

#[test]
fn the_four_printed_gradients_are_written_beside_their_points() {
    let svg = picture("udl-backward").svg;
    for printed in ["446.654", "340.657", "109.132", "56.472"] {
        assert!(svg.contains(&format!("<tspan>{printed}</tspan>")));
    }
    // Four and thirty-two printed numbers, on two sheets.
    assert_eq!(svg.matches("class=\"point\"").count(), 2 * (4 + 32));
}

#[test]
fn the_slopes_of_both_errors_are_named() {
    let svg = picture("difference-error").svg;
    for slope in ["slope 2", "slope 1", "slope −1"] {
        assert!(svg.contains(slope), "{slope}");
    }
}

#[test]
fn three_matrices_are_shown_cell_by_cell() {
    let svg = picture("symmetry").svg;
    assert_eq!(svg.matches("class=\"cell ").count(), 2 * 3 * 6 * 8);
}

#[test]
fn eight_networks_lie_about_one_curve() {
    let svg = picture("lecun-tanh").svg;
    assert_eq!(svg.matches("class=\"line run s2\"").count(), 2 * 8);
}

#[test]
fn every_shape_of_layer_has_a_point_forward_and_backward() {
    let svg = picture("xavier-factors").svg;
    assert_eq!(svg.matches("class=\"point\"").count(), 2 * 2 * 17);
}

#[test]
fn the_law_that_lost_its_variance_is_dashed() {
    let svg = picture("laws").svg;
    assert_eq!(svg.matches("class=\"line s4 dashed\"").count(), 2);
    for law in ["normal", "uniform", "truncated", "not scaled back"] {
        assert!(svg.contains(law), "{law}");
    }
}

#[test]
fn every_activation_has_two_gains() {
    let svg = picture("gains").svg;
    assert_eq!(svg.matches("class=\"point\"").count(), 2 * 2 * 18);
}

#[test]
fn the_ten_have_three_histograms_each_but_zero() {
    for (name, what) in [
        ("ten-histograms", "signals"),
        ("ten-gradients", "gradients"),
    ] {
        let svg = picture(name).svg;
        // As written and as named, on two sheets.
        assert_eq!(svg.matches("class=\"band ").count(), 2 * 2 * 9 * 3);
        let zeros = format!("all {what} are 0");
        assert_eq!(svg.matches(&zeros).count(), 2 * 2);
        assert_eq!(svg.matches("layer 1").count(), 2 * 2, "{name}");
    }
}

#[test]
fn every_initializer_that_the_notebook_plots_has_a_line_by_epoch() {
    for (name, panels) in [("ten-epochs", 3), ("ten-layers", 12)] {
        let svg = picture(name).svg;
        assert_eq!(svg.matches("class=\"line ").count(), 2 * panels * 8);
    }
}

#[test]
fn the_spirals_nets_end_where_the_notebook_ends() {
    let cache = cache();
    let table = cache.run("spiral").unwrap();
    let last = |column: &str| *table.numbers(column).last().unwrap();
    // The reference's losses at step 49,999 and its accuracies.
    assert_eq!(last("step"), 49_999.0);
    for (column, loss) in [
        ("sigmoid_loss", 0.432_507_360_037_817_65),
        ("relu_loss", 0.114_464_340_498_804_66),
    ] {
        assert!((last(column) / loss - 1.0).abs() < 1e-6, "{column}");
    }
    let summary = |name: &str| {
        let found = table.summary.iter().find(|(known, _)| known == name);
        found.and_then(|(_, cell)| cell.number()).unwrap()
    };
    assert_eq!(summary("sigmoid_accuracy"), 0.97);
    assert_eq!((300.0 * summary("relu_accuracy")).round(), 298.0);
}

#[test]
fn the_connections_of_six_layers_are_drawn() {
    let svg = picture("connections").svg;
    assert_eq!(svg.matches("class=\"panel\"").count(), 2 * 6);
    // Into one output of each layer: its fan-in.
    let lines = |class: &str| svg.matches(&format!("class=\"line {class}\"")).count();
    assert_eq!(lines("s1"), 2 * (6 + 3 + 3 + 3 + 3 + 2));
    assert_eq!(lines("s2 dashed"), 2 * (4 + 2 + 3 + 3 + 2 + 4));
}

#[test]
fn six_tests_show_how_often_they_pass_half_the_variance() {
    let svg = picture("pass-curves").svg;
    assert_eq!(svg.matches("class=\"panel\"").count(), 2 * 6);
    // Keras' test, on two sheets.
    assert_eq!(svg.matches("<tspan>0.89</tspan>").count(), 2);
}
