//! The claims of the chapter on residual networks.
