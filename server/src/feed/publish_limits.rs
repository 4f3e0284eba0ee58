//! Limits on the updates per second that clients and standard input publish.
//!
//! Each rate is a token bucket that holds the updates of one second. A burst of that size is
//! published at once; further updates at the rate.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::base::socket::network_of;

/// The time in which an empty bucket becomes full.
const FILL_TIME: Duration = Duration::from_secs(1);
/// A longer update counts as several, so that a few long updates do not displace the others from
/// the history.
pub const BYTES_OF_ONE: usize = 8 << 10;
/// Above this number of clients, those with full buckets are removed.
const MANY_CLIENTS: usize = 1024;

/// The limits on publishing, in total and per client. A client is an IPv4 address, or the first 64
/// bits of an IPv6 address.
///
/// The default total limit is less than the default length of the history, so a burst does not
/// displace updates before clients have read them.
#[derive(Debug)]
pub struct PublishLimits {
    per_client: u32,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    total: Bucket,
    clients: HashMap<IpAddr, Bucket>,
    /// Above this number of clients, those with full buckets are removed.
    many: usize,
}

/// The limit that was exceeded, and when the next update is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{limit} {rate} updates per second")]
pub struct OverLimit {
    limit: &'static str,
    rate: u32,
    /// When the update is allowed, if no other client publishes.
    pub until: Instant,
}

/// A token bucket, stored as the instant at which it is full.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Tokens per second; 0: no limit.
    rate: u32,
    full_at: Instant,
}

impl PublishLimits {
    /// Limits in updates per second; 0: no limit.
    pub fn new(total: u32, per_client: u32) -> Self {
        Self {
            per_client,
            buckets: Mutex::new(Buckets {
                total: Bucket::full(total, Instant::now()),
                clients: HashMap::new(),
                many: MANY_CLIENTS,
            }),
        }
    }

    /// Counts an update of this many bytes. `None` is a source to which only the total limit
    /// applies.
    pub fn count(&self, client: Option<IpAddr>, bytes: usize) {
        self.count_at(client, bytes, Instant::now());
    }

    /// Fails if a limit does not allow an update now.
    pub fn check(&self, client: Option<IpAddr>) -> Result<(), OverLimit> {
        self.check_at(client, Instant::now())
    }

    fn count_at(&self, client: Option<IpAddr>, bytes: usize, now: Instant) {
        let updates = bytes.div_ceil(BYTES_OF_ONE).max(1) as u32;
        let mut buckets = self.lock();
        buckets.total.take(updates, now);
        if let Some(client) = client.filter(|_| self.per_client > 0) {
            buckets.forget_full(now);
            let full = Bucket::full(self.per_client, now);
            let bucket = buckets.clients.entry(network_of(client)).or_insert(full);
            bucket.take(updates, now);
        }
    }

    fn check_at(&self, client: Option<IpAddr>, now: Instant) -> Result<(), OverLimit> {
        let buckets = self.lock();
        let client = client.map(network_of);
        if let Some(bucket) = client.and_then(|client| buckets.clients.get(&client)) {
            bucket.check("the limit per client (--publish-rate-per-client) is", now)?;
        }
        let limit = "the limit of all clients together (--publish-rate) is";
        buckets.total.check(limit, now)
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buckets {
    /// Removes the clients with full buckets each time their number has doubled.
    fn forget_full(&mut self, now: Instant) {
        if self.clients.len() >= self.many {
            self.clients.retain(|_, bucket| bucket.full_at > now);
            self.many = MANY_CLIENTS.max(2 * self.clients.len());
        }
    }
}

impl Bucket {
    fn full(rate: u32, now: Instant) -> Self {
        Self { rate, full_at: now }
    }

    /// The time in which one token is added.
    fn period(&self) -> Duration {
        FILL_TIME.checked_div(self.rate).unwrap_or_default()
    }

    /// Fails if there is no token.
    fn check(&self, limit: &'static str, now: Instant) -> Result<(), OverLimit> {
        let until = self.full_at + self.period() - FILL_TIME;
        let rate = self.rate;
        match until > now && rate > 0 {
            true => Err(OverLimit { limit, rate, until }),
            false => Ok(()),
        }
    }

    /// Takes tokens. A long update may take more than there are.
    fn take(&mut self, tokens: u32, now: Instant) {
        self.full_at = self.full_at.max(now) + self.period() * tokens;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(nth: u32) -> Option<IpAddr> {
        Some(IpAddr::from((0x0a00_0000 + nth).to_be_bytes()))
    }

    /// Counts a short update, if it is allowed.
    fn take(limits: &PublishLimits, client: Option<IpAddr>, now: Instant) -> Result<(), OverLimit> {
        limits.check_at(client, now)?;
        limits.count_at(client, 1, now);
        Ok(())
    }

    /// How many updates a client can publish at once.
    fn burst(limits: &PublishLimits, client: Option<IpAddr>, now: Instant) -> usize {
        (0..)
            .take_while(|_| take(limits, client, now).is_ok())
            .count()
    }

    #[test]
    fn a_burst_of_one_second_is_allowed_then_the_rate_applies() {
        let limits = PublishLimits::new(1_000, 100);
        let now = Instant::now();
        assert_eq!(burst(&limits, client(1), now), 100);
        let over = take(&limits, client(1), now).unwrap_err();
        assert_eq!(over.until, now + Duration::from_millis(10));
        assert_eq!(
            over.to_string(),
            "the limit per client (--publish-rate-per-client) is 100 updates per second"
        );
        let later = now + Duration::from_millis(255);
        assert_eq!(burst(&limits, client(1), later), 25);
        let much_later = now + Duration::from_secs(60);
        assert_eq!(burst(&limits, client(1), much_later), 100);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let limits = PublishLimits::new(0, 2);
        let now = Instant::now();
        let address = |text: &str| Some(text.parse().unwrap());
        assert_eq!(burst(&limits, address("2001:db8::1"), now), 2);
        assert_eq!(burst(&limits, address("2001:db8::2"), now), 0);
        assert_eq!(burst(&limits, address("2001:db8:0:1::2"), now), 2);
    }

    #[test]
    fn clients_that_have_stopped_are_forgotten() {
        let limits = PublishLimits::new(0, 1_000);
        let now = Instant::now();
        for nth in 0..100_000 {
            let now = now + Duration::from_micros(u64::from(nth) * 10);
            take(&limits, client(nth), now).unwrap();
        }
        let clients = limits.lock().clients.len();
        assert!(clients <= MANY_CLIENTS, "{clients}");
    }
}
