//! What does a record contain? Data only: no socket and no chart.

pub mod bytes;
pub mod environment;
pub mod folder;
pub mod measurement;
pub mod scenario;
pub mod suite;
pub mod sweep;
