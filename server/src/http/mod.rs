//! What the server needs around any HTTP request. There are no routes here.

pub mod files;
pub mod limits;
pub mod metrics;
pub mod origin;
pub mod problem;
