//! Many mutants in one program: in the body of a function, a switch chooses among its right version and its mistaken ones.
//!
//! Of `fn f() { B }` with the mutants 3 and 7 becomes
//!
//! ```text
//! fn f() { match crate::mutant::number() { 3 => { B with 3 } 7 => { B with 7 } _ => { B } } }
//! ```
//!
//! where `number` is what the environment variable `MUTANT` says. So the mutants, which take minutes to compile, are compiled once. This is
//! the method of mutant schemata (Untch, Offutt, Harrold 1993).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Block, Expr, Signature};

use super::change::{Change, changed, is_inside};

/// The environment variable that says which mutant a program is.
pub(crate) const VARIABLE: &str = "MUTANT";

/// The module that reads it, for the end of a crate's `lib.rs`.
pub(crate) fn module() -> String {
    format!(
        r#"
/// Which of the mistakes of `tests/mutants.toml` this program makes.
mod mutant {{
    use std::sync::LazyLock;

    static NUMBER: LazyLock<usize> = LazyLock::new(|| match std::env::var("{VARIABLE}") {{
        Ok(number) => number.parse().expect("the number of a mutant"),
        Err(_) => 0,
    }});

    /// The number of the mutant, or 0.
    #[inline]
    pub(crate) fn number() -> usize {{
        *NUMBER
    }}
}}
"#
    )
}

/// A source file, and where in it there can be a switch.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: &'a str,
    /// What stands between the braces of its functions, without the attributes at their beginnings; the innermost first.
    bodies: Vec<Range<usize>>,
}

impl<'a> Source<'a> {
    /// Reads a source file.
    ///
    /// # Errors
    ///
    /// If it is not Rust.
    pub(crate) fn parse(text: &'a str) -> syn::Result<Self> {
        let mut bodies = Bodies {
            text,
            found: Vec::new(),
            closures_count: false,
        };
        bodies.visit_file(&syn::parse_file(text)?);
        let mut bodies = bodies.found;
        bodies.sort_by_key(ExactSizeIterator::len);
        Ok(Self { text, bodies })
    }

    /// Whether all of these changes are in bodies of functions, so that they can be made while the program runs.
    pub(crate) fn can_switch(&self, changes: &[Change]) -> bool {
        changes
            .iter()
            .all(|change| self.innermost(change).is_some())
    }

    /// The body that a change is in.
    fn innermost(&self, change: &Change) -> Option<usize> {
        let mut bodies = self.bodies.iter();
        bodies.position(|body| is_inside(&change.place, body))
    }

    /// The text with a switch in each of the functions that these mutants change. A mutant of several functions is an arm in each.
    pub(crate) fn switched(&self, mutants: &[(usize, Vec<Change>)]) -> String {
        let mut arms: BTreeMap<usize, String> = BTreeMap::new();
        for (number, changes) in mutants {
            let bodies: BTreeSet<usize> = changes
                .iter()
                .filter_map(|change| self.innermost(change))
                .collect();
            for body in bodies {
                let mistaken = changed(self.text, &self.bodies[body], changes);
                let arm = format!("{number} => {{{mistaken}\n}} ");
                arms.entry(body).or_default().push_str(&arm);
            }
        }
        // The innermost come first: a function's right version holds the switches of those that are in it.
        let mut switches: Vec<Change> = Vec::new();
        for (body, arms) in arms {
            let place = &self.bodies[body];
            let right = changed(self.text, place, &switches);
            switches.retain(|switch| !is_inside(&switch.place, place));
            switches.push(Change {
                place: place.clone(),
                // On a new line, as a comment may stand before it.
                text: format!("\nmatch crate::mutant::number() {{ {arms}_ => {{{right}\n}} }} "),
            });
            switches.sort_by_key(|switch| switch.place.start);
        }
        changed(self.text, &(0..self.text.len()), &switches)
    }
}

/// Collects the bodies of functions that are not `const`: these can read no environment.
struct Bodies<'a> {
    text: &'a str,
    found: Vec<Range<usize>>,
    /// Whether the function that is being read returns `impl Trait`: it must return one type, and two versions of it would
    /// return two, so the closures in it are switched in its place.
    closures_count: bool,
}

impl Bodies<'_> {
    fn function(&mut self, signature: &Signature, attributes: &[Attribute], block: &Block) {
        let outer = self.closures_count;
        let inside = inside(block, attributes);
        let before = &self.text[signature.paren_token.span.close().byte_range().end..inside.start];
        self.closures_count = before
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "impl");
        if !self.closures_count && signature.constness.is_none() {
            self.found.push(inside);
        }
        visit::visit_block(self, block);
        self.closures_count = outer;
    }
}

/// What is between the braces of a block, behind the attributes at its beginning.
fn inside(block: &Block, attributes: &[Attribute]) -> Range<usize> {
    let braces = block.brace_token.span;
    let inner = attributes
        .iter()
        .filter(|attribute| matches!(attribute.style, AttrStyle::Inner(_)));
    let start = inner
        .map(|attribute| attribute.bracket_token.span.close().byte_range().end)
        .fold(braces.open().byte_range().end, usize::max);
    start..braces.close().byte_range().start
}

impl<'ast> Visit<'ast> for Bodies<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.attrs, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.attrs, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, &item.attrs, block);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if let Expr::Block(body) = &*closure.body
            && self.closures_count
        {
            self.found.push(inside(&body.block, &body.attrs));
        }
        visit::visit_expr_closure(self, closure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a source under mutants, each of which has changes `from`, `to`, with blanks made one.
    fn switched(text: &str, mutants: &[&[(&str, &str)]]) -> Option<String> {
        let source = Source::parse(text).expect("it is Rust");
        let change = |(from, to): &(&str, &str)| {
            let start = text.find(from).expect("it stands there");
            Change {
                place: start..start + from.len(),
                text: (*to).to_owned(),
            }
        };
        let mutants: Vec<(usize, Vec<Change>)> = mutants
            .iter()
            .map(|changes| changes.iter().map(change).collect())
            .enumerate()
            .map(|(i, changes)| (i + 1, changes))
            .collect();
        let all_can = mutants
            .iter()
            .all(|(_, changes)| source.can_switch(changes));
        let text = all_can.then(|| source.switched(&mutants))?;
        syn::parse_file(&text).expect("it is Rust still");
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn assert_switched(text: &str, mutants: &[&[(&str, &str)]], expected: &str) {
        assert_eq!(switched(text, mutants).as_deref(), Some(expected));
    }

    #[test]
    fn a_function_of_an_impl_has_a_switch_in_its_body() {
        assert_switched(
            "impl A { /// One.\n #[inline] fn f(&self) -> u8 { 1 } fn g() {} }",
            &[&[("1", "2")]],
            "impl A { /// One. #[inline] fn f(&self) -> u8 \
             { match crate::mutant::number() { 1 => { 2 } _ => { 1 } } } fn g() {} }",
        );
    }

    #[test]
    fn a_default_of_a_trait_has_one_too() {
        assert_switched(
            "trait A { fn f() -> u8 { 1 } fn g(); }",
            &[&[("1", "2")]],
            "trait A { fn f() -> u8 { match crate::mutant::number() { 1 => { 2 } _ => { 1 } } } fn g(); }",
        );
    }

    #[test]
    fn two_mutants_of_one_function_are_two_arms() {
        assert_switched(
            "fn f() -> u8 { 1 + 2 }",
            &[&[("1", "3")], &[("2", "4")]],
            "fn f() -> u8 { match crate::mutant::number() \
             { 1 => { 3 + 2 } 2 => { 1 + 4 } _ => { 1 + 2 } } }",
        );
    }

    #[test]
    fn a_mutant_of_two_functions_is_an_arm_in_each() {
        assert_switched(
            "fn f() { 1 } fn g() { 2 }",
            &[&[("1", "3"), ("2", "4")]],
            "fn f() { match crate::mutant::number() { 1 => { 3 } _ => { 1 } } } \
             fn g() { match crate::mutant::number() { 1 => { 4 } _ => { 2 } } }",
        );
    }

    #[test]
    fn the_innermost_function_is_switched_also_in_one_that_is() {
        let inner = "fn g() { match crate::mutant::number() { 1 => { 3 } _ => { 1 } } }";
        assert_switched(
            "fn f() { fn g() { 1 } g() + 2 }",
            &[&[("1", "3")]],
            &format!("fn f() {{ {inner} g() + 2 }}"),
        );
        assert_switched(
            "fn f() { fn g() { 1 } g() + 2 }",
            &[&[("1", "3")], &[("2", "4")]],
            &format!(
                "fn f() {{ match crate::mutant::number() \
                 {{ 2 => {{ fn g() {{ 1 }} g() + 4 }} _ => {{ {inner} g() + 2 }} }} }}"
            ),
        );
    }

    #[test]
    fn a_const_function_is_switched_with_the_one_around_it_only() {
        assert_switched(
            "fn f() { const fn g() { 1 } g() }",
            &[&[("1", "2")]],
            "fn f() { match crate::mutant::number() \
             { 1 => { const fn g() { 2 } g() } _ => { const fn g() { 1 } g() } } }",
        );
    }

    #[test]
    fn attributes_at_the_beginning_of_a_body_stay_there() {
        assert_switched(
            "fn f() { #![allow(unused)] 1 }",
            &[&[("1", "2")]],
            "fn f() { #![allow(unused)] match crate::mutant::number() { 1 => { 2 } _ => { 1 } } }",
        );
    }

    #[test]
    fn a_comment_at_the_beginning_of_a_body_ends_before_the_switch() {
        assert_switched(
            "fn f() { //! One.\n 1 }",
            &[&[("1", "2")]],
            "fn f() { //! One. match crate::mutant::number() { 1 => { 2 } _ => { 1 } } }",
        );
    }

    #[test]
    fn a_macro_s_closure_belongs_to_the_function_around_it() {
        assert_switched(
            "fn f() { claim!(|x| { x + 1 }) }",
            &[&[("1", "2")]],
            "fn f() { match crate::mutant::number() \
             { 1 => { claim!(|x| { x + 2 }) } _ => { claim!(|x| { x + 1 }) } } }",
        );
    }

    #[test]
    fn where_a_function_returns_an_impl_its_closure_is_switched() {
        assert_switched(
            "fn f() -> impl Fn() -> u8 { || { 1 } }",
            &[&[("1", "2")]],
            "fn f() -> impl Fn() -> u8 { || { match crate::mutant::number() { 1 => { 2 } _ => { 1 } } } }",
        );
        let without_braces = "fn f() -> impl Fn() -> u8 { || 1 }";
        assert_eq!(switched(without_braces, &[&[("1", "2")]]), None);
    }

    #[test]
    fn what_is_outside_of_functions_cannot_be_switched() {
        for text in [
            "const A: u8 = 1;",
            "const fn f() { 1 }",
            "#[cfg(a = \"1\")] fn f() {}",
            "fn f(x: [u8; 1]) {}",
            "macro_rules! f { () => { fn f() { 1 } } }",
        ] {
            assert_eq!(switched(text, &[&[("1", "2")]]), None, "{text}");
        }
        let both = "const A: u8 = 1; fn f() { 3 }";
        assert_eq!(switched(both, &[&[("1", "2"), ("3", "4")]]), None);
    }
}
