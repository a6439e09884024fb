//! Whatever is put in, what comes out is an error that says why, or what was claimed.
//!
//! | file | what is put in |
//! |---|---|
//! | `kernels` | 100 000 initializers, layouts, shapes and precisions |
//! | `texts` | 100 000 texts, for everything that is read from one |
//! | `files` | 100 000 pieces of JSON, for everything that is read from a file |

mod configuration;
mod files;
mod given;
mod kernels;
mod numbers;
mod pools;
mod texts;

/// How many of each.
const CASES: u32 = 100_000;
