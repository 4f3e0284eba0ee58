//! Does the page do what it should in a real browser?

mod harness;
mod join;
mod lab;
mod panel;
mod talk;
mod without_lab;
