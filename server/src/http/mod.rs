//! Everything around an HTTP request. There are no routes here.

pub mod connection;
pub mod files;
pub mod metrics;
mod open_file;
pub mod origin;
pub mod problem;
pub mod range;
pub mod request_body;
pub mod tls;
