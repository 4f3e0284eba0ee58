//! All clients of a run: start, wait for each other, end.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::ClientConfig;
use server::Transport;
use tokio::{
    sync::{mpsc, watch},
    task::{JoinError, JoinSet},
};

use crate::{
    client::{
        Client,
        failure::Failure,
        plan::{Plan, Target},
        publisher::{Own, Publisher},
        shared::Shared,
        tap::Tap,
        trust::Trust,
    },
    measure::{
        capture::Capture,
        receivers::{BETWEEN_CONNECTS, Receiver, ReceiverResults, Receivers, sleep_until},
    },
    record::{Again, Direction, Reconnect, Scenario},
};

/// Time until all clients reconnect.
const UNTIL_RECONNECT: Duration = Duration::from_millis(50);

/// All clients of a run.
#[derive(Debug)]
pub struct Clients {
    shared: Arc<Shared>,
    running: JoinSet<()>,
    /// Receives each client when it ends.
    ending: mpsc::UnboundedSender<Ended>,
    endings: mpsc::UnboundedReceiver<Ended>,
    /// The clients that have ended.
    ended: Vec<Receiver>,
    failures: Vec<Failure>,
    count: usize,
    /// The phase of the first client, if the transport polls.
    phase_offset: Option<Duration>,
    /// The TLS configuration of each client; empty in clear text.
    tls: Vec<Arc<ClientConfig>>,
}

/// Time per client to start its task before the first client connects.
const START: Duration = Duration::from_micros(10);

impl Clients {
    /// Starts all clients, which connect one after the other, each to the next of the `addresses`.
    pub fn start(
        transport: Transport,
        scenario: &Scenario,
        addresses: &[SocketAddr],
        trust: Trust,
        tap: Option<Tap>,
    ) -> Self {
        let mut clients = Self::none(match (addresses, scenario.direction) {
            ([_], Direction::Down) => Shared::new(),
            _ => Shared::of_several_publishers(),
        });
        clients.ended.reserve_exact(scenario.clients);
        let origin = Instant::now() + START * scenario.clients as u32;
        let again = Again::of(transport, scenario.interval);
        if let Again::EveryInterval(interval) = again {
            clients.phase_offset = Some(interval.mul_f64(fastrand::f64()));
        }
        for nth in 0..scenario.clients {
            let begin = match again {
                Again::EveryInterval(interval) => {
                    let offset = clients.phase_offset.unwrap_or_default();
                    phase(nth, scenario.clients, interval, offset)
                }
                Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * nth as u32,
            };
            let own = (scenario.direction == Direction::Up).then(|| Own {
                by: nth,
                first: nth_turn(nth, scenario.clients) as u64,
                step: scenario.clients as u64,
                per_s: scenario.rate_per_s.unwrap_or(1.0),
            });
            // Each client has its own configuration, so that it resumes only its own sessions.
            let config = || trust.client_config(scenario.http_version);
            let tls = scenario.tls.then(config);
            clients.tls.extend(tls.clone());
            let address = addresses[nth % addresses.len()];
            let mut plan = plan(transport, scenario, (address, tls), origin + begin);
            plan.target.tap.clone_from(&tap);
            clients.spawn(plan, own, scenario.payload_bytes.unwrap_or(0));
        }
        clients
    }

    fn none(shared: Shared) -> Self {
        let (ending, endings) = mpsc::unbounded_channel();
        Self {
            shared: Arc::new(shared),
            running: JoinSet::new(),
            ending,
            endings,
            ended: Vec::new(),
            failures: Vec::new(),
            count: 0,
            phase_offset: None,
            tls: Vec::new(),
        }
    }

    fn spawn(&mut self, plan: Plan, own: Option<Own>, payload_bytes: usize) {
        self.count += 1;
        let transport = plan.transport;
        let publisher = own.map(|own| {
            let shared = Arc::clone(&self.shared);
            let target = plan.target.clone();
            Box::new(Publisher::new(own, payload_bytes, target, shared))
        });
        let mut running = Running {
            client: Some(Client::new(plan, Arc::clone(&self.shared), own)),
            publisher,
            result: Ok(()),
            ending: self.ending.clone(),
        };
        self.running.spawn(async move {
            let running = &mut running;
            let client = running.client.as_mut().expect("only dropping takes it");
            running.result = receive_and_publish(client, &mut running.publisher, transport).await;
        });
    }

    /// Returns when a client has failed or all have ended.
    async fn failing(&mut self) {
        while self.failures.is_empty() && self.end_one().await {}
    }

    async fn end_one(&mut self) -> bool {
        if self.ended.len() == self.count {
            return false;
        }
        let Some((receiver, result)) = self.endings.recv().await else {
            return false;
        };
        self.ended.push(receiver);
        self.failures.extend(result.err());
        // The memory of a task is kept until it is joined.
        while let Some(joined) = self.running.try_join_next() {
            resume_panic(joined);
        }
        true
    }
}

/// Resumes the panic of a client's task, if there was one.
fn resume_panic(joined: Result<(), JoinError>) {
    if let Some(Ok(panic)) = joined.err().map(JoinError::try_into_panic) {
        std::panic::resume_unwind(panic);
    }
}

/// The results of a client that has ended, and its failure if it failed.
type Ended = (Receiver, Result<(), Failure>);

/// A client with a running task. When the task ends or is aborted, the client is sent to the run. A
/// signal that ends the task would cost time at every arrival.
struct Running {
    client: Option<Client>,
    publisher: Option<Box<Publisher>>,
    result: Result<(), Failure>,
    ending: mpsc::UnboundedSender<Ended>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(mut client) = self.client.take() else {
            return;
        };
        client.close();
        if let Some(mut publisher) = self.publisher.take() {
            publisher.close();
            client.publisher = Some(publisher);
        }
        let result = std::mem::replace(&mut self.result, Ok(()));
        // The receiver is gone if the run was aborted.
        let _ = self.ending.send((Receiver::from(client), result));
    }
}

impl Receivers for Clients {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn failures(&mut self) -> &mut Vec<Failure> {
        &mut self.failures
    }

    async fn placed(&mut self) -> anyhow::Result<()> {
        let mut placed = self.shared.placed.subscribe();
        let count = self.count;
        tokio::select! {
            _ = placed.wait_for(|&placed| placed == count) => {}
            () = self.failing() => {}
        }
        Ok(())
    }

    async fn until(&mut self, at_us: u64) {
        if self.failures.is_empty() {
            tokio::select! {
                () = sleep_until(at_us) => {}
                () = self.failing() => {}
            }
        }
    }

    async fn finished(&mut self) -> anyhow::Result<()> {
        self.failing().await;
        Ok(())
    }

    async fn end(&mut self) -> anyhow::Result<usize> {
        self.running.abort_all();
        while self.end_one().await {}
        while let Some(joined) = self.running.join_next().await {
            resume_panic(joined);
        }
        let ended = self.ended.iter();
        let hanging = ended.filter(|receiver| !receiver.is_complete);
        Ok(hanging.count())
    }

    /// Each client connects with the position before its newest update, so that one update is due
    /// immediately.
    async fn reconnect(
        &self,
        transport: Transport,
        scenario: &Scenario,
        addresses: &[SocketAddr],
    ) -> anyhow::Result<Option<ReceiverResults>> {
        let mut clients = Self::none(Shared::of_the_past());
        let first = Instant::now() + UNTIL_RECONNECT;
        let apart = match scenario.reconnect {
            Some(Reconnect::AtOnce) => Duration::ZERO,
            Some(Reconnect::Spread) | None => BETWEEN_CONNECTS,
        };
        for (nth, gone) in self.ended.iter().enumerate() {
            let begin = first + apart * nth as u32;
            let tls = self.tls.get(nth).cloned();
            let address = addresses[nth % addresses.len()];
            let mut plan = plan(transport, scenario, (address, tls), begin);
            plan.position = gone.before_newest;
            clients.spawn(plan, None, 0);
        }
        clients.drain(scenario).await?;
        Ok(Some(clients.results(&Capture::default())))
    }

    fn results(self, _: &Capture) -> ReceiverResults {
        ReceiverResults {
            shared: self.shared,
            receivers: self.ended,
            failures: self.failures,
            clock_off_us: None,
            phase_offset_us: self.phase_offset.map(|offset| offset.as_micros() as u64),
        }
    }
}

/// The time of the nth client's request within an interval. Clients are spread evenly over it, like
/// independent clients. The offset differs between runs, so that repeats have different phases
/// relative to the feed.
fn phase(nth: usize, clients: usize, interval: Duration, offset: Duration) -> Duration {
    let share = nth as f64 / clients as f64 + offset.div_duration_f64(interval);
    interval.mul_f64(share.fract())
}

/// The first turn of the nth client. The order differs from that of the requests; otherwise a
/// polling client would always receive its own update with the same delay.
fn nth_turn(nth: usize, clients: usize) -> usize {
    const fn common(a: usize, b: usize) -> usize {
        if b == 0 { a } else { common(b, a % b) }
    }
    // A stride near the golden section keeps neighbours apart.
    let mut strides = (clients * 618 / 1000).max(1)..;
    let stride = strides.find(|&stride| common(stride, clients) == 1);
    nth * stride.unwrap_or(1) % clients
}

fn plan(
    transport: Transport,
    scenario: &Scenario,
    (address, tls): (SocketAddr, Option<Arc<ClientConfig>>),
    begin: Instant,
) -> Plan {
    Plan {
        transport,
        peer: scenario.target,
        target: Target {
            http_version: scenario.http_version,
            tls,
            cookie_bytes: scenario.cookie_bytes,
            ..Target::in_clear_text(address, scenario.header_profile)
        },
        again: Again::of(transport, scenario.interval),
        begin,
        max: scenario.max,
        way: scenario.way().delay,
        position: None,
        resets: scenario.resets,
    }
}

/// A WebSocket carries both directions; any other client publishes on a second connection.
async fn receive_and_publish(
    client: &mut Client,
    publisher: &mut Option<Box<Publisher>>,
    transport: Transport,
) -> Result<(), Failure> {
    if transport == Transport::WebSocket {
        client.publisher = publisher.take();
    }
    let Some(publisher) = publisher else {
        return client.run().await;
    };
    let (received, mut all) = watch::channel(false);
    let over = async {
        // A dropped sender ends it too.
        let _ = all.wait_for(|&all| all).await;
    };
    let receive = async {
        client.run().await?;
        received.send_replace(true);
        Ok(())
    };
    // In a box, because most clients do not publish and need no memory for it.
    let publish = Box::pin(publisher.post_until(over));
    tokio::try_join!(receive, publish)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_turn_and_neighbours_are_apart() {
        for clients in [1, 2, 7, 20, 200] {
            let mut turns: Vec<_> = (0..clients).map(|nth| nth_turn(nth, clients)).collect();
            assert!(clients < 7 || turns[1].abs_diff(turns[0]) > 1);
            turns.sort_unstable();
            assert_eq!(turns, (0..clients).collect::<Vec<_>>());
        }
    }

    #[test]
    fn phases_are_spread_evenly_and_start_at_the_offset() {
        let interval = Duration::from_millis(1000);
        for clients in [1, 2, 7, 5000] {
            for offset_ms in [0, 1, 999] {
                let offset = Duration::from_millis(offset_ms);
                let phases = (0..clients).map(|nth| phase(nth, clients, interval, offset));
                let mut phases: Vec<_> = phases.collect();
                assert!(phases[0].abs_diff(offset) < Duration::from_nanos(10));
                phases.sort_unstable();
                assert!(*phases.last().unwrap() < interval, "{offset_ms} ms");
                let step = interval.div_f64(clients as f64);
                for pair in phases.windows(2) {
                    let apart = pair[1] - pair[0];
                    assert!(apart.abs_diff(step) < Duration::from_nanos(10), "{apart:?}");
                }
            }
        }
    }
}
