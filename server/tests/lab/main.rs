//! Does the page of the lab show what happens, and do what it is told, in a real browser?

mod accessible;
mod bytes;
mod faults;
mod keyboard;
mod lab;
mod motion;
mod received;
mod way;

#[path = "../browser/axe.rs"]
mod axe;
#[path = "../browser/chromium.rs"]
mod chromium;
#[path = "../browser/driver.rs"]
mod driver;
#[path = "../browser/process.rs"]
mod process;

/// In the order of every list.
const EIGHT: [server::Transport; 8] = server::Transport::ALL;
