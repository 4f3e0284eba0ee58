//! How do all clients of a run start, wait for each other, and end?

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use server::Transport;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::{
        Client,
        failure::Failure,
        plan::{Plan, Target},
        publisher::{Own, Publisher, Turns},
        shared::Shared,
    },
    measure::{
        capture::Capture,
        receivers::{BETWEEN_CONNECTS, Receiver, ReceiverResults, Receivers, sleep_until},
    },
    record::{Again, Direction, Reconnect, Scenario},
};

/// Until then all clients wait for the instant at which they connect once more.
const UNTIL_RECONNECT: Duration = Duration::from_millis(50);

/// All clients of a run.
#[derive(Debug)]
pub struct Clients {
    shared: Arc<Shared>,
    running: JoinSet<(Client, Result<(), Failure>)>,
    over: watch::Sender<bool>,
    /// Those that are done.
    ended: Vec<Client>,
    failures: Vec<Failure>,
    count: usize,
}

impl Clients {
    /// Starts them all, to connect to `address` one after the other.
    pub fn start(transport: Transport, scenario: &Scenario, address: SocketAddr) -> Self {
        let mut clients = Self::none(Shared::new());
        let again = Again::of(transport, scenario.interval);
        // In step with the feed all repeats would find the same luck.
        let phase = fastrand::f64();
        for nth in 0..scenario.clients {
            // Who repeats is spread over the interval: real clients do not ask in step.
            let begin = match again {
                Again::EveryInterval(interval) => {
                    let spread = (nth as f64 + phase) / scenario.clients as f64;
                    interval.mul_f64(spread)
                }
                Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * nth as u32,
            };
            let own = (scenario.direction == Direction::Up).then(|| Own {
                by: nth,
                turns: Turns {
                    first: nth_turn(nth, scenario.clients) as u64,
                    step: scenario.clients as u64,
                    per_s: scenario.rate_per_s.unwrap_or(1.0),
                },
            });
            let plan = plan(transport, scenario, address, begin);
            clients.spawn(plan, own, scenario.payload_bytes.unwrap_or(0));
        }
        clients
    }

    fn none(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
            running: JoinSet::new(),
            over: watch::Sender::new(false),
            ended: Vec::new(),
            failures: Vec::new(),
            count: 0,
        }
    }

    fn spawn(&mut self, plan: Plan, own: Option<Own>, payload_bytes: usize) {
        self.count += 1;
        let mut client = Client::new(plan.clone(), Arc::clone(&self.shared), own);
        let mut publisher = own.map(|own| {
            let shared = Arc::clone(&self.shared);
            Publisher::new(own, payload_bytes, plan.target, shared)
        });
        let mut over = self.over.subscribe();
        self.running.spawn(async move {
            let result = tokio::select! {
                result = receive_and_publish(&mut client, &mut publisher, plan.transport) => result,
                _ = over.wait_for(|&over| over) => Ok(()),
            };
            client.close();
            if let Some(mut publisher) = publisher {
                publisher.close();
                client.publisher = Some(publisher);
            }
            (client, result)
        });
    }

    /// Returns when a client has failed, or all have ended.
    async fn failing(&mut self) {
        while self.failures.is_empty() && self.end_one().await {}
    }

    async fn end_one(&mut self) -> bool {
        let Some(ended) = self.running.join_next().await else {
            return false;
        };
        let (client, result) = ended.expect("a client does not panic");
        self.ended.push(client);
        self.failures.extend(result.err());
        true
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
        self.over.send_replace(true);
        while self.end_one().await {}
        let hangs = |client: &&Client| !client.received.after_window;
        Ok(self.ended.iter().filter(hangs).count())
    }

    /// Each connects at its place but for the newest update, so that there is one for each to
    /// receive at once.
    async fn come_back(
        &self,
        transport: Transport,
        scenario: &Scenario,
        address: SocketAddr,
    ) -> anyhow::Result<Option<ReceiverResults>> {
        let mut clients = Self::none(Shared::of_the_past());
        let first = Instant::now() + UNTIL_RECONNECT;
        let apart = match scenario.reconnect {
            Some(Reconnect::AtOnce) => Duration::ZERO,
            Some(Reconnect::Spread) | None => BETWEEN_CONNECTS,
        };
        for (nth, gone) in self.ended.iter().enumerate() {
            let mut plan = plan(transport, scenario, address, Duration::ZERO);
            plan.begin = first + apart * nth as u32;
            plan.place = gone.received.place.map(|seq| seq.saturating_sub(1));
            clients.spawn(plan, None, 0);
        }
        clients.drain(scenario).await?;
        Ok(Some(clients.results(&Capture::default())))
    }

    fn results(self, _: &Capture) -> ReceiverResults {
        ReceiverResults {
            shared: self.shared,
            receivers: self.ended.into_iter().map(Receiver::from).collect(),
            failures: self.failures,
            clock_off_us: None,
        }
    }
}

/// Which of the first turns is whose: each client has one, but not in the order of their requests.
/// In step with those, a client that polls would find its own update always equally late.
fn nth_turn(nth: usize, clients: usize) -> usize {
    const fn common(a: usize, b: usize) -> usize {
        if b == 0 { a } else { common(b, a % b) }
    }
    // A stride of about the golden section leaves no two neighbours near each other.
    let mut strides = (clients * 618 / 1000).max(1)..;
    let stride = strides.find(|&stride| common(stride, clients) == 1);
    nth * stride.unwrap_or(1) % clients
}

fn plan(transport: Transport, scenario: &Scenario, address: SocketAddr, begin: Duration) -> Plan {
    Plan {
        transport,
        target: Target {
            address,
            host: address.to_string(),
            profile: scenario.header_profile,
        },
        again: Again::of(transport, scenario.interval),
        begin: Instant::now() + begin,
        max: scenario.max,
        place: None,
    }
}

/// A WebSocket carries both ways; any other client publishes on a second connection.
async fn receive_and_publish(
    client: &mut Client,
    publisher: &mut Option<Publisher>,
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
        // An end without a word is an end too.
        let _ = all.wait_for(|&all| all).await;
    };
    let receive = async {
        client.run().await?;
        received.send_replace(true);
        Ok(())
    };
    tokio::try_join!(receive, publisher.post_until(over))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_a_turn_of_its_own_and_neighbours_lie_apart() {
        for clients in [1, 2, 7, 20, 200] {
            let mut turns: Vec<_> = (0..clients).map(|nth| nth_turn(nth, clients)).collect();
            assert!(clients < 7 || turns[1].abs_diff(turns[0]) > 1);
            turns.sort_unstable();
            assert_eq!(turns, (0..clients).collect::<Vec<_>>());
        }
    }
}
