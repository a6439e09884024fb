//! The press as a whole: the real book, small ones, and the terminal.

mod fixture;

mod architecture;
mod book;
mod build;
mod cli;
mod diagnose;
mod faults;
mod figures;
mod pages;
mod serve;
mod snippets;
mod stock;
mod theme;
mod twins;
