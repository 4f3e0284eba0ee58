//! HTTP conformance for all clients, not only our own.

mod bodies;
mod fields;
mod files;
mod head;
mod old;
