//! The two directions of a connection.

use serde::{Deserialize, Serialize};

/// A direction of a connection, as seen from the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    #[default]
    Down,
}
