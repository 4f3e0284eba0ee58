//! Bytes of a ledger by class, by direction and per update.

use crate::{
    client::ledger::Ledger,
    record::{
        Bytes, BytesPerUpdate, Class,
        Direction::{self, Down, Up},
    },
};

/// Both directions.
pub const BOTH: &[Direction] = &[Up, Down];

impl Ledger {
    /// Bytes of whole connections in these directions.
    pub fn totals(&self, ways: &[Direction]) -> Bytes<u64> {
        self.by_class(ways, Some)
    }

    /// Bytes per delivery in these directions; null without a delivery. Where
    /// the classes are not known, the total is the number of bytes on the sockets.
    pub fn per_update(&self, ways: &[Direction]) -> BytesPerUpdate {
        let paid = |&class: &Class| class != Class::Setup;
        let paid = Class::ALL.into_iter().filter(paid);
        let total = match self.knows_classes() {
            true => paid.map(|class| self.bytes_of(ways, class)).sum(),
            false => self.socket_bytes_of(ways),
        };
        BytesPerUpdate {
            classes: self.by_class(ways, |bytes| per(bytes, self.deliveries)),
            total: per(total, self.deliveries),
        }
    }

    /// The same in both directions, as if each response header had this many bytes.
    pub fn per_update_with_response_headers_of(&self, header_bytes: u64) -> BytesPerUpdate {
        let counted = self.per_update(BOTH);
        let measured = counted.classes[Class::ResponseHead].unwrap_or(0.0);
        let responses = if measured > 0.0 { self.requests } else { 0 };
        let response_head = per(responses * header_bytes, self.deliveries);
        let change = response_head.map(|bytes| bytes - measured);
        let total = counted.total.zip(change);
        let mut classes = counted.classes;
        classes[Class::ResponseHead] = response_head;
        BytesPerUpdate {
            total: total.map(|(total, change)| rounded(total + change)),
            classes,
        }
    }

    fn by_class<N>(&self, ways: &[Direction], measure: impl Fn(u64) -> Option<N>) -> Bytes<N> {
        Bytes::of(|class| match class {
            Class::TcpIp if !self.knows_packets() => None,
            _ if !self.knows_classes() => None,
            class => measure(self.bytes_of(ways, class)),
        })
    }
}

/// `amount` divided by `count`, rounded to a thousandth; `None` if `count` is 0.
pub fn per(amount: u64, count: u64) -> Option<f64> {
    (count > 0).then(|| rounded(amount as f64 / count as f64))
}

/// `number` rounded to a thousandth.
pub fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
