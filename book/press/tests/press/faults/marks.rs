//! A mark must be resolved.

use super::refused;
use crate::fixture::Fixture;

#[test]
fn an_unknown_figure_value_table_or_mark() {
    refused(
        "# He\n\n{{#figure nowhere}}\nA caption.\n",
        "book/src/he.md:3",
        "unknown figure `nowhere`; known are `",
    );
    refused(
        "# He\n\nText\n{{#value nowhere.std.4}}\n",
        "book/src/he.md:4",
        "unknown run `nowhere`; known are `",
    );
    refused(
        "# He\n\n{{#value udl-5x8.nowhere.4}}\n",
        "book/src/he.md:3",
        "has no column `nowhere`; known are `layer`, `mean`, `std` and `rms`",
    );
    refused(
        "# He\n\n{{#value udl-5x8.std.9}}\n",
        "book/src/he.md:3",
        "has no row with layer `9`; known are `0`, `1`",
    );
    refused(
        "# He\n\n{{#value udl-5x8.std.4 3}}\n",
        "book/src/he.md:3",
        "`3` is no number format",
    );
    refused(
        "# He\n\n$x = {{#value udl-5x8.std.9}}$\n",
        "book/src/he.md:3",
        "has no row with layer `9`",
    );
    refused(
        "# He\n\n{{#table udl-5x8 nowhere}}\n",
        "book/src/he.md:3",
        "has no column `nowhere`",
    );
    refused(
        "# He\n\nA {{#nowhere x}}.\n",
        "book/src/he.md:3",
        "unknown mark `{{#nowhere}}`; known are `figure`",
    );
    refused(
        "# He\n\nA {{#ledger}}.\n",
        "book/src/he.md:3",
        "stands on a line of its own",
    );
}

#[test]
fn a_figure_without_a_caption() {
    let name = experiments::figures()
        .next()
        .expect("the book has figures")
        .1
        .name;
    refused(
        &format!("# He\n\n{{{{#figure {name}}}}}\n\nText.\n"),
        "book/src/he.md:3",
        "has no caption",
    );
}

#[test]
fn an_unknown_citation_or_reference() {
    refused(
        "# He\n\nSee\n[@nobody2020].\n",
        "book/src/he.md:4",
        "unknown citation `nobody2020`; in bibliography.bib known are `he2015`",
    );
    refused(
        "# He\n\nSee [](#eq-nowhere).\n",
        "book/src/he.md:3",
        "nothing in the book has the anchor `eq-nowhere`",
    );
    refused(
        "# He\n\nSee [@he2015.\n",
        "book/src/he.md:3",
        "`[@` has no `]` in its paragraph",
    );
}

#[test]
fn a_formula_that_is_no_tex() {
    refused(
        "# He\n\nA $\\nosuch$.\n",
        "book/src/he.md:3",
        "`\\nosuch` is not TeX: ",
    );
    refused(
        "# He\n\n$$\nx +\n\\frac{1}\n$$\n",
        "book/src/he.md:5",
        "`x + \\frac{1}` is not TeX: ",
    );
    refused(
        "# He\n\nFor $5.\n",
        "book/src/he.md:3",
        "a `$` without its partner",
    );
}

#[test]
fn an_exercise_without_a_solution_and_a_solution_without_an_exercise() {
    refused(
        "# He\n\n> [!EXERCISE] leaky problem\n> Why?\n",
        "book/src/he.md:3",
        "the exercise `leaky` has no solution",
    );
    refused(
        "# He\n\n> [!SOLUTION]\n> Because.\n",
        "book/src/he.md:3",
        "this solution follows no exercise",
    );
}

#[test]
fn an_exercise_without_a_level_and_a_solution_that_no_page_prints() {
    let exercise = |level: &str| {
        format!("# He\n\n> [!EXERCISE] leaky{level}\n> Why?\n\n> [!SOLUTION]\n> Because.\n")
    };
    let printed = format!("{}\n{{{{#solutions}}}}\n", exercise(""));
    refused(
        &printed,
        "book/src/he.md:3",
        "the exercise `leaky` has no level; known are `warm-up`, `problem` and `study`",
    );
    refused(
        &exercise(" study"),
        "book/src/he.md:3",
        "no page of the book has the solutions of this chapter: `{{#solutions}}` prints them",
    );
    let twice = format!(
        "{}\n{{{{#solutions}}}}\n\n{{{{#solutions}}}}\n",
        exercise(" study")
    );
    let said = Fixture::with_chapter(&twice)
        .build()
        .unwrap_err()
        .to_string();
    assert!(said.contains("are gathered on he.md already"), "{said}");
    refused(
        "# He\n\n{{#solutions Part II}}\n",
        "book/src/he.md:3",
        "no part with solutions has the name `Part II`; there are none",
    );
}

#[test]
fn what_is_wrong_in_a_solution_is_told_where_it_is_written() {
    refused(
        "# He\n\n> [!EXERCISE] leaky study\n> Why?\n\n> [!SOLUTION]\n> Because.\n>\n> See [](#eq-none).\n\n{{#solutions}}\n",
        "book/src/he.md:9",
        "nothing in the book has the anchor `eq-none`",
    );
    refused(
        "# He\n\n> [!EXERCISE] leaky study\n> Why?\n\n> [!SOLUTION]\n> Thus\n>\n> $$x$$ {#eq-x}\n\n{{#solutions}}\n",
        "book/src/he.md:9",
        "`eq-x` stands in a solution, where equations have no numbers",
    );
}

#[test]
fn a_project_that_does_not_say_when_it_is_done() {
    refused(
        "# He\n\n> [!PROJECT] skew How skewed?\n> **Question.** How?\n>\n> **Why it is open.** So.\n>\n> **How to begin.** Draw.\n",
        "book/src/he.md:3",
        "the project `skew` has no paragraph that begins with `**Done when**`",
    );
    refused(
        "# He\n\n> [!PROJECT] skew\n> Text.\n",
        "book/src/he.md:3",
        "a project begins with `> [!PROJECT] name Title`",
    );
}

#[test]
fn a_snippet_that_nobody_runs() {
    refused(
        "# He\n\n> [!NOTE-MARGIN]\n> Text.\n>\n> ```rust,ignore\n> let x = 1;\n> ```\n",
        "book/src/he.md:6",
        "an ignored snippet proves nothing",
    );
}

#[test]
fn a_mark_that_is_left_over() {
    refused(
        "# He\n\n<p>A $$ mark</p>\n",
        "book/src/he.md:3",
        "the mark `$$` is left over: A $$ mark",
    );
}

#[test]
fn html_that_mdbook_only_warns_of() {
    let said = Fixture::with_chapter("# He\n\n<div>\n\nText.\n")
        .build()
        .unwrap_err()
        .to_string();
    assert!(said.contains("unclosed HTML tag `<div>`"), "{said}");
}
