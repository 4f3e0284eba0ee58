//! AGAIN: when does a client send its next request?

use std::time::Duration;

use server::{Transport, base::limits};

/// AGAIN: when does a client ask next?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// From request to request.
    EveryInterval(Duration),
    /// As soon as it is answered.
    AtOnce,
    /// When it is cut.
    KeptOpen,
}

impl Again {
    /// When the clients of a transport ask again.
    pub fn of(transport: Transport, interval: Duration) -> Self {
        match transport {
            Transport::PageRefresh => Self::EveryInterval(limits::refresh_after(interval)),
            Transport::Polling | Transport::HiddenFrame => Self::EveryInterval(interval),
            Transport::LongPolling => Self::AtOnce,
            Transport::ForeverFrame
            | Transport::HttpStreaming
            | Transport::Sse
            | Transport::WebSocket => Self::KeptOpen,
        }
    }
}
