//! Finds the TLS records that end in a passage on the link.

use std::collections::{HashMap, VecDeque};

use server::link::Passage;

use crate::{client::tap::TappedRecord, record::Direction};

/// The records that clients have reported, by connection and direction.
pub(super) struct Records(HashMap<(u64, Direction), OneWay>);

/// The records of a direction whose end has not passed yet.
#[derive(Default)]
struct OneWay {
    records: VecDeque<TappedRecord>,
    /// The passed bytes of the first record.
    passed_bytes: usize,
}

impl Records {
    pub fn of(records: impl IntoIterator<Item = TappedRecord>) -> Self {
        let mut ways = HashMap::<_, OneWay>::new();
        for record in records {
            let way = ways.entry((record.connection, record.direction));
            way.or_default().records.push_back(record);
        }
        Self(ways)
    }

    /// The lengths of the records that end in a passage, and their contents; `None` if no client
    /// has reported the records of the connection.
    pub fn ending_in(&mut self, passage: &Passage) -> Option<(Vec<usize>, Vec<u8>)> {
        let way = self.0.get_mut(&(passage.connection, passage.direction))?;
        way.passed_bytes += passage.bytes.len();
        let (mut lengths, mut contents) = (Vec::new(), Vec::new());
        while let Some(record) = way.records.front()
            && record.length <= way.passed_bytes
        {
            way.passed_bytes -= record.length;
            lengths.push(record.length);
            contents.extend_from_slice(&record.contents);
            way.records.pop_front();
        }
        Some((lengths, contents))
    }
}
