//! What do the figures say in English?

use super::{
    Common, Comparison, Language, Latency, Over, Overhead, Words, claims, latency_summary,
    use_cases,
};
use crate::{
    record::{
        Class,
        Direction::{Down, Up},
        arrow::What,
        scenario::Scenario,
        sweep::Parameter,
    },
    show::{
        chart::Kind,
        number::{count, value_of},
    },
};

/// See [`super::Language::words`].
pub const WORDS: Words = Words {
    language: Language::English,
    common: Common {
        not_measured: "it was not measured",
        undelivered: "no update was delivered",
        gap: |reason| format!("no measurement: {reason}"),
        conditions: Scenario::words,
        scenario: |name, conditions| format!("Scenario “{name}”: {conditions}."),
        origin: |day, revision, optimised| {
            let revision = revision.unwrap_or("unknown");
            let slow = if optimised {
                ""
            } else {
                ", not built for speed"
            };
            format!("Measured {day}, revision {revision}{slow}.")
        },
        repeats: |repeats, failed| {
            let failed = match failed {
                0 => String::new(),
                failed => format!(", but for {} without a result", count(failed, "run")),
            };
            match repeats {
                1 => format!("one measurement each{failed}"),
                repeats => format!("medians of {repeats} repeats{failed}"),
            }
        },
        list: |names| match names {
            [] => String::new(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        },
        logarithmic: |axis| format!("{axis}, logarithmic"),
    },
    comparison: Comparison {
        title: |names| format!("{names}: the same feed, message by message"),
        title_of_many: |many| format!("{many} transports: the same feed, message by message"),
        down: |way| {
            format!(
                "Time runs down; {way}. An update has the same number, colour and height on all \
                 sides."
            )
        },
        across: |way| {
            format!("Time runs right; {way}. Same number and colour, same update; a bar: it waits.")
        },
        near: "nothing but the machine lies between",
        far: |time| format!("a message takes {time} each way"),
        browser: "browser",
        server: "server",
        latency: "latency",
        update: "update",
        held: "held",
        waits: |time| format!("waits {time}"),
        what: |what, carries| match (what, carries) {
            (What::Request, _) => "request",
            (What::Response, _) => "response",
            (What::Handshake, false) => "handshake",
            (What::Handshake, true) => "handshake + frame",
            (What::Chunk, _) => "chunk",
            (What::Frame, _) => "frame",
        },
        updates: |many| count(many as usize, "update"),
        mean: |time| format!("mean latency {time}"),
        shown: |first, last, shown, all| match shown == all {
            true => format!("All updates are drawn: {all}."),
            false => format!(
                "Drawn: updates {first} to {last}, {shown} of {all} captured; sums: the window."
            ),
        },
        before: "Earlier ones have no latency.",
        crowded: "Dots, bare arrows: no room.",
        bytes: |with_packets| match with_packets {
            true => "Arrows: bytes on the sockets. Sums: with TCP/IP headers.",
            false => "Bytes on the sockets.",
        },
        unreadable: "its capture can't be read",
        uncaptured: "the record has no capture of its messages",
    },
    overhead: Overhead {
        title: |direction| match direction {
            Down => "What is sent around an update, by technique",
            Up => "What is sent around a publish, by technique",
        },
        explained: |direction, repeats| match direction {
            Down => format!(
                "Bytes per delivered update: ▼ to clients, ▲ to the server; connecting left out; \
                 {repeats}."
            ),
            Up => {
                format!("Bytes per publish of a client, both ways; connecting left out; {repeats}.")
            }
        },
        unit: |direction| match direction {
            Down => "bytes per update",
            Up => "bytes per publish",
        },
        nothing: |direction| match direction {
            Down => "no update was delivered",
            Up => "no publish was counted",
        },
        overhead: "overhead",
        class: |class| match class {
            Class::RequestHead => "request head",
            Class::ResponseHead => "response head",
            Class::WebsocketFrame => "websocket frame",
            Class::Tls => "TLS",
            Class::TcpIp => "TCP/IP",
            other => other.name(),
        },
        shared: |updates| format!("about {updates:.0} updates share one answer"),
        several: |requests| format!("an update costs {requests:.1} requests"),
        with: |names, said| format!("with {names}, {said}"),
        mind: |said| format!("Mind: {said}."),
        told: |payload, overhead| {
            format!("{payload:.1} bytes payload, {overhead:.1} bytes overhead")
        },
    },
    latency: Latency {
        title: "Latency by percentile, from the usual update to the worst",
        explained: "Every update of every client in all repeats, from its planned instant to its \
                    arrival; beside each name, the worst.",
        time: "latency in ms",
        part: "percent of the updates that came this soon or sooner",
        unreadable: "its histogram can't be read",
        worst: |latency| format!("at worst {latency}"),
    },
    latency_summary: latency_summary::ENGLISH,
    use_cases: use_cases::ENGLISH,
    claims: claims::ENGLISH,
    over: Over {
        title: |kind, parameter| {
            let subject = match kind {
                Kind::CpuOver => "Server CPU of a delivered update",
                Kind::MemoryOver => "Memory of the server",
                Kind::OverheadOver => "Overhead as a part of the payload",
                _ => "Mean latency",
            };
            let over = match parameter {
                Parameter::Rtt => "the round trip",
                Parameter::Rate => "the rate of updates",
                Parameter::Clients => "the number of clients",
                Parameter::Payload => "the length of an update",
            };
            format!("{subject} over {over}")
        },
        explained: |kind| match kind {
            Kind::CpuOver | Kind::MemoryOver => {
                "Marks are medians of the repeats, bars 95 % intervals of the mean. The server is \
                 one process."
            }
            Kind::OverheadOver => {
                "Marks are medians of the repeats: all bytes around the payload, both ways, in % \
                 of it."
            }
            _ => {
                "Marks are medians of the repeats, bars 95 % intervals of the mean; thin lines \
                 are theory."
            }
        },
        unit: |kind| match kind {
            Kind::CpuOver => "microseconds",
            Kind::MemoryOver => "MB",
            Kind::OverheadOver => "% of the payload",
            _ => "milliseconds",
        },
        parameter: Parameter::words,
        sweep: |name, conditions| format!("Sweep “{name}”, from: {conditions}."),
        point: |figure, value| format!("{figure} at {}", value_of(value)),
        missing: |points| format!("No result: {points}."),
        at_most: |max| format!(", at most {max} in an answer"),
        grows: "Beyond the knee it grows as long as it is measured.",
        told: |parameter, lines| format!("Over {parameter}. {lines}."),
    },
};
