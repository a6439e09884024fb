//! The real book: verified, and printed without a fault.

use std::fs;

use press::{claims, print};
use roxmltree::{Document, Node};

use crate::fixture::{cache, project};

/// Every text of a slide, with the size of its type in pixels of the canvas.
fn sizes(slide: &str) -> Vec<(String, f64)> {
    let slide = Document::parse(slide).expect("a slide is well-formed");
    let named = |name: &'static str| {
        let nodes = slide.descendants();
        nodes.filter(move |node| node.has_tag_name(name))
    };
    // What the rules say of a class, over the size around it.
    let rules: String = named("style").filter_map(|style| style.text()).collect();
    let factor = |class: &str| -> f64 {
        let rule = rules.split('}').find_map(|rule| {
            let (selector, body) = rule.split_once('{')?;
            let (_, size) = body.split_once("font-size: ")?;
            let is_its = selector.trim().ends_with(&format!(".{class}"));
            is_its.then(|| size.split_once("em;").expect("a size in em").0)
        });
        rule.map_or(1.0, |size| size.parse().expect("a number"))
    };
    let scale = |node: Node| -> Option<f64> {
        let (_, scale) = node.attribute("transform")?.split_once("scale(")?;
        scale.split_once(')')?.0.parse().ok()
    };
    let size = |text: Node| {
        let around = text
            .ancestors()
            .find_map(|node| node.attribute("font-size"));
        let around: f64 = around.expect("a size").parse().expect("a number");
        let classes = text.attribute("class").unwrap_or_default().split(' ');
        around
            * classes.map(factor).product::<f64>()
            * text.ancestors().filter_map(scale).product::<f64>()
    };
    let words = |text: Node| {
        let texts = text.descendants().filter(Node::is_text);
        texts.filter_map(|text| text.text()).collect()
    };
    named("text")
        .map(|text| (words(text), size(text)))
        .collect()
}

#[test]
fn the_size_of_type_on_a_slide_comes_from_scales_attributes_and_rules() {
    let slide = "<svg><style>.plot .small { fill: red; font-size: 0.5em; }</style><text font-size=\"20\">a<tspan>b</tspan></text>\
                 <g font-size=\"14\" transform=\"translate(1 2) scale(2.0)\"><g transform=\"translate(3 4)\"><text>c</text>\
                 <text class=\"s1 small\">d</text></g></g></svg>";
    let found = sizes(slide);
    let expected = [("ab", 20.0), ("c", 28.0), ("d", 14.0)];
    assert_eq!(found, expected.map(|(text, size)| (text.to_owned(), size)));
}

#[test]
fn the_book_is_printed_and_every_link_of_it_leads_somewhere() {
    claims::verify(&project(), &|_| {}).unwrap_or_else(|error| panic!("{error:#}"));
    let printed = print::build(&project(), &cache()).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(printed.folder.join("index.html").exists());
    no_type_on_a_slide_is_smaller_than_fourteen_pixels(&printed);
    // A second time there is nothing to verify.
    assert!(!claims::verify(&project(), &|_| {}).unwrap().ran);
}

/// Of the text around exponents and indices, which are smaller everywhere.
fn no_type_on_a_slide_is_smaller_than_fourteen_pixels(printed: &print::Printed) {
    let slides = fs::read_dir(printed.folder.join("slides")).expect("the book has slides");
    let slides: Vec<_> = slides
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    assert!(slides.len() > 20, "only {slides:?}");
    for path in slides {
        let slide = fs::read_to_string(&path).expect("a slide can be read");
        let sizes = sizes(&slide);
        // A number, a title, a foot of two parts, and the figure's.
        assert!(sizes.len() > 4, "{}: {sizes:?}", path.display());
        for (text, size) in sizes {
            assert!(size > 13.99, "{}: {text} has {size} pixels", path.display());
        }
    }
}
