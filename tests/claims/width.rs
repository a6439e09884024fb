//! The claims of the chapter on width.
