//! What `cargo run -- <command>` does, one file a command.

pub(crate) mod run;
