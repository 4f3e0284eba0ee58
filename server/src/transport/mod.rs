//! The eight transports, one file each. Each states how the transport starts, resumes and ends, and
//! its limitations.

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
