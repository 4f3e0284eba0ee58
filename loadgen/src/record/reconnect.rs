//! Reconnecting all clients after a run, at least one update behind.
//!
//! The time of a reconnect begins at its planned time, so with [`Reconnect::AtOnce`] it includes the
//! load generator's own work of opening the connections. Our server accepts up to 4,096 waiting
//! connections (Linux limits that by `net.core.somaxconn`). If the queue is full, the kernel drops
//! the SYN, and the client sends it again after 1 s. `nstat -z TcpExtListenOverflows TcpRetransSegs`
//! during `loadgen run --transport websocket --clients 9000 --duration 1s --reconnect=at-once`
//! counted none.

use clap::ValueEnum;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// How clients reconnect after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Reconnect {
    /// One after the other, half a millisecond apart
    Spread,
    /// All at the same time
    AtOnce,
}

impl Reconnect {
    /// Reads the value in a suite: `true` for spread, `false` for none, or a name.
    pub fn from_suite<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Whether(bool),
            Name(String),
        }
        let name = match Given::deserialize(from) {
            Ok(Given::Whether(whether)) => return Ok(whether.then_some(Self::Spread)),
            Ok(Given::Name(name)) => name,
            Err(_) => "another type".into(),
        };
        match Self::from_str(&name, false) {
            Ok(how) => Ok(Some(how)),
            Err(_) => Err(D::Error::custom(format!(
                "reconnect is {name}: use true, false, \"spread\" or \"at-once\""
            ))),
        }
    }
}
