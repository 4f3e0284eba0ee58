//! A publisher that repeats each update until a server has acknowledged it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::shared::Shared;
use crate::client::{connection::Connection, ledger::Ledger, plan::Target};

/// The longest request, longer than the time-out of the servers.
const LONGEST_REQUEST: Duration = Duration::from_secs(5);
/// The pause before a request is repeated.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
struct Acknowledgement {
    seq: u64,
}

/// Publishes an update in each period, and ends when the phase says so.
pub async fn publish(shared: Arc<Shared>, period: Duration) {
    let mut due = interval(period);
    // What an outage has prevented is not caught up, since that would be a burst.
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut previous = 0;
    loop {
        due.tick().await;
        if shared.phase.borrow().publish_until.is_some() {
            return;
        }
        let number = shared.next_number.fetch_add(1, Ordering::Relaxed);
        match publish_one(&shared, number).await {
            Some(seq) if seq > previous => previous = seq,
            Some(_) => shared.truth.count(|counts| counts.reordered += 1),
            None => shared.truth.count(|counts| counts.unacknowledged += 1),
        }
    }
}

/// Returns the `seq` of the update, if a server has acknowledged it in time.
async fn publish_one(shared: &Shared, number: u64) -> Option<u64> {
    loop {
        let target = &shared.targets[fastrand::usize(..shared.targets.len())];
        let begin = Instant::now();
        if let Ok(Some(seq)) = timeout(LONGEST_REQUEST, post(target, number)).await {
            shared.truth.acknowledge(number, seq, begin.elapsed());
            return Some(seq);
        }
        let until = shared.phase.borrow().publish_until;
        if until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        shared.truth.count(|counts| counts.retries += 1);
        sleep(PAUSE).await;
    }
}

/// Returns the `seq` of the update, if the server has acknowledged it.
async fn post(target: &Target, number: u64) -> Option<u64> {
    let body = format!(r#"{{"number":{number}}}"#);
    let mut header = target.publish(body.len());
    // The same in each request, so that the update is published once.
    let key = format!("Idempotency-Key: torture-{number}\r\n\r\n");
    header.truncate(header.len() - "\r\n".len());
    header.extend_from_slice(key.as_bytes());
    let mut ledger = Ledger::default();
    let mut connection = Connection::open(target, &mut ledger).await.ok()?;
    let answer = connection.exchange(&header, Some(&body), &mut ledger);
    let answer = answer.await.ok()??;
    let Acknowledgement { seq } = serde_json::from_slice(&answer).ok()?;
    Some(seq)
}
