//! The page in a real browser.

mod chat;
#[allow(dead_code, reason = "only the examples use some of it")]
mod harness;
mod join;
mod lab;
mod origins;
mod panel;
#[path = "../proxy/mod.rs"]
mod proxy;
mod talk;
mod without_lab;
