//! How are the bytes of a ledger told: by class, by direction, for each update?

use crate::{
    client::ledger::Ledger,
    record::{
        Class,
        Direction::{self, Down, Up},
        bytes::{Bytes, BytesPerUpdate},
    },
};

impl<N> Bytes<N> {
    fn of(ledger: &Ledger, ways: &[Direction], measure: impl Fn(u64) -> Option<N>) -> Self {
        let class = |class| measure(ledger.bytes_of(ways, class));
        Self {
            payload: class(Class::Payload),
            format: class(Class::Format),
            request_head: class(Class::RequestHead),
            response_head: class(Class::ResponseHead),
            chunk: class(Class::Chunk),
            websocket_frame: class(Class::WebsocketFrame),
            idle: class(Class::Idle),
            setup: class(Class::Setup),
            // No connection of ours is encrypted.
            tls: measure(0),
            tcp_ip: ledger
                .knows_packets()
                .then(|| class(Class::TcpIp))
                .flatten(),
        }
    }
}

impl BytesPerUpdate {
    /// The bytes of a span divided by its deliveries; null without one.
    pub fn of(ledger: &Ledger) -> Self {
        Self::of_ways(ledger, &[Up, Down])
    }

    /// The same of some directions.
    pub fn of_ways(ledger: &Ledger, ways: &[Direction]) -> Self {
        let paid = |&class: &Class| class != Class::Setup;
        let paid = Class::ALL.into_iter().filter(paid);
        let total = paid.map(|class| ledger.bytes_of(ways, class)).sum();
        Self {
            classes: Bytes::of(ledger, ways, |bytes| per(bytes, ledger.deliveries)),
            total: per(total, ledger.deliveries),
        }
    }

    /// The same if each response head had so many bytes.
    pub fn with_response_heads_of(self, ledger: &Ledger, head_bytes: u64) -> Self {
        let measured = self.classes.response_head.unwrap_or(0.0);
        let answered = if measured > 0.0 { ledger.requests } else { 0 };
        let response_head = per(answered * head_bytes, ledger.deliveries);
        let change = response_head.map(|bytes| bytes - measured);
        Self {
            total: self
                .total
                .zip(change)
                .map(|(total, change)| rounded(total + change)),
            classes: Bytes {
                response_head,
                ..self.classes
            },
        }
    }
}

impl Bytes<u64> {
    /// Bytes of whole connections.
    pub fn total(ledger: &Ledger) -> Self {
        Self::total_of(ledger, &[Up, Down])
    }

    /// The same of some directions.
    pub fn total_of(ledger: &Ledger, ways: &[Direction]) -> Self {
        Self::of(ledger, ways, Some)
    }
}

/// `amount` for each of `count`, to a thousandth; `None` for none.
pub fn per(amount: u64, count: u64) -> Option<f64> {
    (count > 0).then(|| rounded(amount as f64 / count as f64))
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
