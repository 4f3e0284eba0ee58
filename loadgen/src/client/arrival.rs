//! When did an update arrive, and how sure is that?

/// When the bytes of a read arrived.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// In microseconds since the Unix epoch: when the kernel received the last packet of the read;
    /// where it does not say, when the read returned.
    pub at_us: u64,
    /// From then until the read returned, in microseconds; `None` where the kernel does not say.
    pub read_delay_us: Option<u64>,
    /// Which read of its connection it was; counts from 1.
    pub nth: u64,
    /// The request that it answers, of a client that requests again and again.
    pub request: Option<RequestTiming>,
}

/// When a request was sent that the load generator may have sent late, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct RequestTiming {
    /// When it reached the server, since the Unix epoch.
    pub reached_us: u64,
    /// How much later that was than it should have been, because of the load generator.
    pub late_us: u64,
    /// Whether the server held it until the next update, if there was none yet.
    pub is_held: bool,
}

impl RequestTiming {
    /// By how much an update is late because the request was. Not at all where the request was
    /// there before the update; nor where the update came while the request was late, and a request
    /// in time would have been answered without it.
    pub fn delays(&self, at_us: u64) -> u64 {
        let waited_us = self.reached_us.saturating_sub(at_us);
        match self.late_us {
            late_us if waited_us >= late_us => late_us,
            _ if self.is_held => waited_us,
            _ => 0,
        }
    }
}

impl Arrival {
    /// The nth read, at an instant, without a time of the kernel.
    pub const fn read_at(at_us: u64, nth: u64) -> Self {
        Self {
            at_us,
            read_delay_us: None,
            nth,
            request: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_request_delays_the_updates_that_waited_for_it() {
        let delays = |is_held| {
            let request = RequestTiming {
                reached_us: 10_000,
                late_us: 300,
                is_held,
            };
            [5_000, 9_700, 9_900, 10_500].map(|at_us| request.delays(at_us))
        };
        assert_eq!(delays(true), [300, 300, 100, 0]);
        assert_eq!(delays(false), [300, 300, 0, 0]);
    }
}
