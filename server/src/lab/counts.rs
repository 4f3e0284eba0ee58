//! Numbers of each transport, as the page receives them.

use serde::{Serialize, Serializer};

use crate::base::Transport;

/// A number for each transport, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub [u64; Transport::ALL.len()]);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Transport::ALL.iter().zip(self.0))
    }
}
