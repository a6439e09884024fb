//! The claims of the chapter on width.

mod every_network;
mod features;
mod forms;
mod law;
mod linear;
mod readout;
