//! The foundation of all other modules: time, sockets, limits, and shared names.

pub mod arrival;
pub mod bandwidth;
pub mod class;
pub mod clock;
pub mod direction;
pub mod frame;
pub mod limits;
pub mod number;
pub mod open_files;
pub mod position;
pub mod socket;
pub mod tcp_info;
pub mod timer;
pub mod tls_record;
pub mod transport;
pub mod way;

pub use self::{
    bandwidth::Bandwidth, class::Class, direction::Direction, transport::Transport, way::Way,
};
