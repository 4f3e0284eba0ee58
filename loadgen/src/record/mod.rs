//! What does a record contain? Data only: no socket and no chart.

pub mod again;
pub mod arrow;
pub mod bytes;
pub mod calibration;
pub mod conditions;
pub mod environment;
pub mod error_code;
pub mod folder;
pub mod header_profile;
pub mod measurement;
pub mod published;
pub mod scenario;
pub mod suite;
pub mod sweep;

pub use server::{Direction, base::Class};
