//! The answer of the project: the bytes and the latency of long polling and WebSocket.

use server::Transport::{self, LongPolling, WebSocket};

use crate::{
    record::{Measurement, Record, Wire},
    show::{
        chart::wires::{bar_of, bars, of_updates, websocket_beside},
        claims::{self, claim::Quantity},
        statistics::median,
        words::{
            Words,
            answer::{self as texts, Distance, Overhead},
        },
    },
};

/// The answer in one sentence, and its details, by three records: one with captured messages at a
/// distance, one of several wires, and one of the published claims. `None` where one of them lacks
/// its numbers.
pub fn paragraphs(
    record: &Record,
    wires: &Record,
    published: &Record,
    words: &Words,
) -> Option<[String; 2]> {
    let bytes = bytes(wires, words)?;
    let latency = latency(record)?;
    let claims = claims::of_record(published);
    let claim = |quantity| {
        let claim = claims.iter().find(|claim| claim.quantity == quantity)?;
        claim.published
    };
    let headers = [claim(Quantity::PollHeaders)?, claim(Quantity::FrameHeader)?];
    Some([
        words.of(texts::answer(&bytes)),
        words.of(texts::details(&latency, headers)),
    ])
}

fn bytes(record: &Record, words: &Words) -> Option<Overhead> {
    let parts = of_updates(record)?;
    let bars = bars(record, parts, words);
    let pair = |wire: Wire| {
        let long_poll = bar_of(&bars, LongPolling, wire)?.overhead?;
        Some([long_poll, websocket_beside(&bars, wire)?])
    };
    Some(Overhead {
        payload_bytes: parts[0].scenario.payload_bytes?,
        http1: pair(Wire::Http1)?,
        today: pair(Wire::Http2Tls)?,
    })
}

fn latency(record: &Record) -> Option<Distance> {
    let mut parts = record.suite.scenarios.iter();
    let scenario = &parts.find(|part| part.scenario.capture)?.scenario;
    let mean_ms = |transport: Transport| {
        let rows = record.good(&scenario.name, transport);
        let mean = |row: &Measurement| Some(row.latency_us.mean? / 1000.0);
        median(&rows, mean)
    };
    Some(Distance {
        rtt_ms: scenario.rtt.as_secs_f64() * 1000.0,
        rate_per_s: scenario.rate_per_s?,
        mean_ms: [mean_ms(LongPolling)?, mean_ms(WebSocket)?],
    })
}
