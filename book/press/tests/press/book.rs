//! The real book: verified, and printed without a fault.

use press::{claims, print};

use crate::fixture::{lab, project};

#[test]
fn the_book_is_printed_and_every_link_of_it_leads_somewhere() {
    claims::verify(&project(), &|_| {}).unwrap_or_else(|error| panic!("{error:#}"));
    let printed = print::build(&project(), &lab()).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(printed.folder.join("index.html").exists());
    // A second time there is nothing to verify.
    assert!(!claims::verify(&project(), &|_| {}).unwrap().ran);
}
