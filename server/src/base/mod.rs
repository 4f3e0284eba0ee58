//! What everything else stands on: time, sockets, and the names that all parts share.

pub mod class;
pub mod clock;
pub mod direction;
pub mod frame;
pub mod socket;
pub mod timer;
pub mod transport;

pub use self::{class::Class, direction::Direction, transport::Transport};
