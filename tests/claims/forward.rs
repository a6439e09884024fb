//! The claims of the chapter on the forward pass.
