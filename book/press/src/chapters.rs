//! The chapters as documentation, so that `cargo test --doc` runs and counts their snippets; `build.rs` makes a module of each
//! that `SUMMARY.md` names.

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));
