//! How do all clients of a run start, wait for each other, and end?

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use server::{
    Transport,
    base::{clock, timer},
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::{
        Client,
        failure::Failure,
        plan::{Plan, Target},
        publisher::{Own, Publisher, Turns},
        shared::{Shared, Window},
    },
    record::{Again, Direction, Scenario},
};

/// So long may it take until all clients have their first update, beyond two periods of the feed.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// So long after the window an update of it may come, beyond what period, interval and distance
/// explain, before it counts as lost.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);
/// From the start of one client that is kept open or asks at once to that of the next.
pub const BETWEEN_CONNECTS: Duration = Duration::from_micros(500);

/// All clients of a run.
#[derive(Debug)]
pub struct Clients {
    /// What they have in common.
    pub shared: Arc<Shared>,
    running: JoinSet<(Client, Result<(), Failure>)>,
    over: watch::Sender<bool>,
    /// Those that are done.
    pub ended: Vec<Client>,
    /// Why clients gave up.
    pub failures: Vec<Failure>,
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

    /// Lets those that have ended connect once more, each at its place but for the newest update,
    /// so that there is one for each to receive at once. Returns when all have.
    pub async fn come_back(
        &self,
        transport: Transport,
        scenario: &Scenario,
        address: SocketAddr,
    ) -> Self {
        let mut clients = Self::none(Shared::of_the_past());
        for (nth, gone) in self.ended.iter().enumerate() {
            let begin = BETWEEN_CONNECTS * nth as u32;
            let mut plan = plan(transport, scenario, address, begin);
            plan.place = gone.received.place.map(|seq| seq.saturating_sub(1));
            clients.spawn(plan, None, 0);
        }
        clients.drain(scenario).await;
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

    /// Waits until every client has its first update, and so its place in the feed.
    pub async fn all_placed(&mut self, scenario: &Scenario) {
        let longest = LONGEST_CONNECT + 2 * scenario.period() + 2 * scenario.interval;
        let deadline = Instant::now() + longest;
        let mut placed = self.shared.placed.subscribe();
        let count = self.count;
        tokio::select! {
            _ = placed.wait_for(|&placed| placed == count) => {}
            () = self.failing() => {}
            () = timer::sleep_until(deadline) => {
                let placed = *self.shared.placed.borrow();
                self.failures.push(Failure::Silent {
                    silent: count - placed,
                    clients: count,
                    within: longest,
                });
            }
        }
    }

    /// Opens the measuring window after the warm-up.
    pub fn open_window(&mut self, scenario: &Scenario) -> Window {
        let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
        let to_us = from_us + scenario.duration.as_micros() as u64;
        let window = Window { from_us, to_us };
        self.shared.open(window);
        // Who publishes begins now, so that the window finds it in its stride.
        self.shared.publishing.send_replace(Some(clock::now_us()));
        window
    }

    /// Waits for an instant; returns at once when a client has failed.
    pub async fn until(&mut self, at_us: u64) {
        if self.failures.is_empty() {
            let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
            tokio::select! {
                () = timer::sleep_until(Instant::now() + rest) => {}
                () = self.failing() => {}
            }
        }
    }

    /// Waits until every client has received an update that was planned after the window, or no
    /// more can be expected.
    pub async fn drain(&mut self, scenario: &Scenario) {
        let way = scenario.way();
        let bits = 8.0 * scenario.payload_bytes.unwrap_or(0) as f64;
        let on_the_wire = way
            .bandwidth
            .map_or(0.0, |bandwidth| bits / bandwidth.bit_per_s() as f64);
        // With a bound on its answers a long poll that is far away takes its updates one round
        // trip after the other.
        let updates = (scenario.warm_up + scenario.duration).div_duration_f64(scenario.period());
        let answers = scenario.max.map_or(0.0, |max| updates / max as f64);
        let longest = LONGEST_DRAIN
            + scenario.rtt.mul_f64(answers)
            + 2 * (scenario.period() + scenario.interval)
            + 8 * (way.delay + way.jitter)
            + Duration::from_secs_f64(4.0 * on_the_wire);
        let longest = longest + BETWEEN_CONNECTS * self.count as u32;
        if self.failures.is_empty() {
            // Who is late is ended below; what it lacks is told from what it has.
            let _ = tokio::time::timeout(longest, self.failing()).await;
        }
        self.over.send_replace(true);
        while self.end_one().await {}
        let hangs = |client: &&Client| !client.received.after_window;
        let hanging = self.ended.iter().filter(hangs).count();
        if self.failures.is_empty() && hanging > 0 {
            self.failures.push(Failure::Hanging {
                hanging,
                clients: self.count,
                within: longest,
            });
        }
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
