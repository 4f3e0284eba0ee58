//! What the browser tests share: a running server, a real Chromium, and axe-core.

pub mod axe;
pub mod chromium;
pub mod driver;
pub mod process;
