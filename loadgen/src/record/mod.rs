//! The data of a record: no socket and no chart.

pub mod again;
pub mod arrow;
pub mod bytes;
pub mod calibration;
pub mod comparison;
pub mod conditions;
mod consistency;
pub mod environment;
pub mod folder;
pub mod header_profile;
pub mod histograms;
pub mod http_version;
pub mod invalid;
pub mod lines;
pub mod measurement;
pub mod peer;
pub mod published;
pub mod reader;
pub mod reconnect;
pub mod row;
pub mod scenario;
pub mod suite;
pub mod sweep;
pub mod torture;
pub mod units;
pub mod wire;

pub use self::{
    again::Again,
    arrow::{Arrow, CarriedUpdate, What},
    bytes::{ByDirection, Bytes, BytesPerUpdate},
    calibration::{Check, Unit},
    comparison::{Comparison, Exchange, Side},
    conditions::Conditions,
    environment::Environment,
    folder::Folder,
    header_profile::{ARTICLE_REQUEST_BYTES, ARTICLE_RESPONSE_BYTES, HeaderProfile},
    http_version::HttpVersion,
    invalid::{ErrorCode, Invalid},
    measurement::{ArrivalTime, LatencyUs, Measurement, Percentiles, Publish, ServerCost},
    peer::Peer,
    published::Published,
    reader::Record,
    reconnect::Reconnect,
    row::Row,
    scenario::Scenario,
    suite::{Step, Suite, SuitePart},
    sweep::{Parameter, Point, Sweep},
    torture::{
        Fault, ReceivedCounts, Torture, TortureHistory, TorturePublishing, TortureTransport,
    },
    wire::Wire,
};
pub use server::{Direction, base::Class};
