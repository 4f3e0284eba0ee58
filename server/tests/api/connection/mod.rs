//! Limits of a connection: pipelined requests, deadlines, and the number of other connections.

mod deadlines;
mod few_files;
mod flood;
mod limits;
mod parser;
mod pipelining;
