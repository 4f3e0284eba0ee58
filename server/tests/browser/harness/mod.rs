//! Shared parts of the browser tests: a running server, Chromium, and axe-core.

mod axe;
pub mod chromium;
pub mod driver;
pub mod process;
