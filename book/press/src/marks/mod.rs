//! The marks of a chapter, one module each: from its arguments to what stands on the page.
//!
//! A mark knows nothing of files and lines; what is wrong with it is a message, and the place is added by whoever asked.

pub(crate) mod bibliography;
pub(crate) mod citation;
pub(crate) mod claim;
pub(crate) mod compute;
pub(crate) mod contents;
pub(crate) mod exercise;
pub(crate) mod figure;
pub(crate) mod ledger;
pub(crate) mod listing;
pub(crate) mod margin;
pub(crate) mod math;
pub(crate) mod project;
pub(crate) mod reference;
pub(crate) mod snippet;
pub(crate) mod table;
pub(crate) mod twin;
pub(crate) mod value;
