//! The claims of the chapter on starts that look at the data.
