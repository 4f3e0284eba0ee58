//! Tests of the load generator: the program, the library, real sockets and real browsers.
//!
//! They are one binary, which is linked once and shares helpers.

// A row has many fields, and `json!` recurses for each.
#![recursion_limit = "256"]

// Tests, by subject.
mod brokers;
mod browser;
mod browser_headers;
mod chart_content;
mod charts;
mod claims;
mod cli;
mod compare;
mod consistency;
mod freshness;
mod harness;
mod histories;
mod hpack;
mod invalid;
mod labels;
mod languages;
mod late;
mod ledger;
mod packets;
mod phases;
mod record_files;
mod second_opinion;
mod servers;
mod several_servers;
mod slides;
mod sweeps;
mod terminal;
mod tls;
mod torture;
mod wires;

// Helpers.
mod by_hand;
mod decrypting;
mod legible;
mod pcap;
mod running;
mod scripted;
