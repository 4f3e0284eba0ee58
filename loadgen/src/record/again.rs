//! AGAIN: when does a client send its next request?

use std::time::Duration;

use server::{Transport, base::limits};

/// AGAIN: the time of a client's next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Every interval, from request to request.
    EveryInterval(Duration),
    /// Immediately after the response.
    AtOnce,
    /// Only after a disconnect.
    KeptOpen,
}

impl Again {
    /// The time of the next request for the clients of a transport.
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
