//! The data that clients publish in direction up.

use serde::Deserialize;

/// The published data, by which a client recognises its own updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Published {
    /// The index of the client.
    pub by: usize,
    /// The planned time of publishing, in microseconds since the Unix epoch.
    pub planned_us: u64,
}

impl Published {
    /// The smallest possible length of the data, for this number of clients.
    pub fn least_bytes(clients: usize) -> usize {
        // Microseconds have 16 digits until the year 2286.
        let planned_us = 1_000_000_000_000_000;
        let by = clients;
        Self { by, planned_us }.data(0).len()
    }

    /// The published JSON value, padded to a length.
    pub fn data(self, length: usize) -> String {
        let Self { by, planned_us } = self;
        let bare = format!(r#"{{"by":{by},"planned_us":{planned_us},"pad":""}}"#);
        let pad = ".".repeat(length.saturating_sub(bare.len()));
        format!(r#"{{"by":{by},"planned_us":{planned_us},"pad":"{pad}"}}"#)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_data_have_exactly_the_requested_length() {
        let least = Published::least_bytes(1_000);
        for by in [0, 1_000] {
            let planned_us = 1_763_890_000_123_456;
            let published = Published { by, planned_us };
            let data = published.data(least);
            assert_eq!(data.len(), least);
            assert_eq!(serde_json::from_str::<Published>(&data).unwrap(), published);
        }
    }
}
