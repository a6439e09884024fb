//! What `cargo run -- <command>` does, one file a command.

pub(crate) mod calibrate;
pub(crate) mod diagnose;
pub(crate) mod mutants;
pub(crate) mod preprocess;
pub(crate) mod print;
pub(crate) mod run;
pub(crate) mod serve;
