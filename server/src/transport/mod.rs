//! The eight transports, one file each that says how it starts, resumes and ends, and what it
//! can't do.

pub mod echo;
pub mod forever_frame;
pub mod frame;
pub mod hidden_frame;
pub mod http_streaming;
pub mod long_polling;
pub mod page_refresh;
pub mod polling;
pub mod publish;
pub mod sse;
pub mod upgrade;
pub mod websocket;
