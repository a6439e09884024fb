//! The claims of the chapter on He initialization.
