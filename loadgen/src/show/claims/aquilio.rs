//! Claims from the captures of Aquilio's comparison (2017, Chrome 60, five updates). Its published
//! numbers are downloaded kilobytes, for WebSocket those of the page only, so they are not comparable.
//! The bytes in its own captures are.

use server::Transport::{LongPolling, WebSocket};

use super::{
    claim::{Claim, Quantity},
    rows::{of_kind, ratio},
};
use crate::record::{Class, Conditions, Direction, HeaderProfile, Record};

/// Captured bytes of each long poll: request header, response header and body.
const REQUEST: f64 = 428.0;
const RESPONSE: f64 = 108.0;
const BODY: f64 = 39.0;
/// Captured bytes of the WebSocket handshake: request and response.
const HANDSHAKE: f64 = 594.0 + 129.0;
const FRAME: f64 = 2.0;
const UPDATES: f64 = 5.0;

pub(super) fn claims(record: &Record) -> Vec<Claim> {
    let poll = |of: fn(f64, f64) -> f64| {
        of_kind(record, LongPolling, of_today, |row| {
            let classes = row.bytes_per_update.classes;
            let requests = row.requests_per_update.filter(|&requests| requests > 0.0)?;
            Some(of(
                classes[Class::RequestHead]? / requests,
                classes[Class::ResponseHead]? / requests,
            ))
        })
    };
    let share = |request: f64, response: f64| 100.0 * request / (request + response + BODY);
    let five_polls = |request: f64, response: f64| UPDATES * (request + response + BODY);
    let five_messages = |handshake: f64| handshake + UPDATES * (FRAME + BODY);
    let handshake = of_kind(record, WebSocket, of_today, |row| {
        // A reconnected client would count its setup twice.
        let once = row.reconnects == 0 && row.reconnect_bytes.is_none();
        let setup = row.bytes_total[Class::Setup].filter(|_| once)?;
        Some(setup as f64 / row.conditions.clients as f64)
    });
    let request_share = share(REQUEST, RESPONSE);
    let five_updates = five_polls(REQUEST, RESPONSE) / five_messages(HANDSHAKE);
    let measured = ratio(poll(five_polls), handshake.map(five_messages));
    vec![
        Claim::new(Quantity::RequestShare, request_share, poll(share), 0.1),
        Claim::new(Quantity::FiveUpdatesRatio, five_updates, measured, 0.1),
    ]
}

/// With the headers of a browser, without a page, in direction down.
fn of_today(of: &Conditions) -> bool {
    of.header_profile == HeaderProfile::Browser && of.direction == Direction::Down
}
