//! Running a measurement, and deciding whether it is valid.

pub mod bench;
pub mod bytes;
pub mod calibrate;
pub mod capture;
pub mod clients;
pub mod environment;
pub mod interval;
pub mod open_files;
pub mod receivers;
pub mod rig;
pub mod run;
pub mod server_process;
pub mod started;
pub mod target;
pub mod usage;
pub mod verdict;
pub mod warning;
pub mod watchdog;
