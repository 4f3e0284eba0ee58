//! Does each HTTP client get what the RFCs promise it, and not only ours?

mod bodies;
mod fields;
mod files;
mod head;
mod old;
