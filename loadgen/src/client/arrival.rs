//! Arrival times of updates, and delays by late requests.

/// The arrival of the bytes of a read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// In microseconds since the Unix epoch: the kernel's timestamp of the last packet of the read or,
    /// without one, the time when the read returned.
    pub at_us: u64,
    /// Time from then until the read returned, in microseconds; `None` without a kernel timestamp.
    pub read_delay_us: Option<u64>,
    /// The number of the read on its connection, counted from 1.
    pub nth: u64,
    /// The request that it answers, for a client that sends one request after the other.
    pub request: Option<RequestTiming>,
}

/// The timing of a request that the load generator may have sent late, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct RequestTiming {
    /// Its arrival at the server, since the Unix epoch.
    pub reached_us: u64,
    /// Its delay by the load generator.
    pub late_us: u64,
    /// Whether the server holds it until the next update if none is due.
    pub is_held: bool,
}

impl RequestTiming {
    /// The delay of an update by a late request. It is zero if the request reached the server before the
    /// update was published, or if the update was published during the delay and a punctual request
    /// would have been answered without it.
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
    /// The nth read, at a time without a kernel timestamp.
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
