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
    pub request: Option<Request>,
}

/// A request, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// When it reached the server, since the Unix epoch.
    pub reached_us: u64,
    /// How much later that was than it should have been, because of the load generator.
    pub late_us: u64,
}

impl Request {
    /// By how much an update is late because the request was: not at all where the request was
    /// there before the update.
    pub fn delays(&self, at_us: u64) -> u64 {
        self.late_us.min(self.reached_us.saturating_sub(at_us))
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
        let request = Request {
            reached_us: 10_000,
            late_us: 300,
        };
        for (at_us, delay_us) in [(5_000, 300), (9_700, 300), (9_900, 100), (10_500, 0)] {
            assert_eq!(request.delays(at_us), delay_us);
        }
    }
}
