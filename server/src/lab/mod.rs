//! How does one see what passes between a browser and the server?

mod message;
pub mod proxy;
pub mod reader;
