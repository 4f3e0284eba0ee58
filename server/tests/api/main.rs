//! Contract tests of the real server over raw sockets. The expected bytes are written out here, so
//! that the server is not tested against its own code.

mod client;
mod http;
mod process;
#[path = "../proxy/mod.rs"]
mod proxy;
mod transports;
mod websocket;

mod bad_input;
mod bytes;
mod cluster;
mod conformance;
mod connection;
mod every_client;
mod frames;
mod handshake;
mod history_bytes;
mod hostile;
mod idle;
mod imports;
mod jetstream;
mod lab;
mod long_responses;
mod metrics;
mod proxies;
mod publish_rate;
mod publishing;
mod slow;
mod sources;
mod start;
mod stop;
mod tls;
mod withstands;
