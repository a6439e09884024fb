//! What `cargo run -- <command>` does, one file a command.

pub(crate) mod mutants;
pub(crate) mod run;
