//! What do the figures say in English?

use super::{Common, Comparison, Language, Latency, Overhead, Words};
use crate::{chart::number::count, scenario::Scenario};

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
        title: "long-polling beside websocket: the same feed, message by message",
    },
    overhead: Overhead {
        title: "What is sent around an update, by technique",
    },
    latency: Latency {
        title: "Latency by percentile, from the usual update to the worst",
        explained: "Every update of every client, from its planned instant to its arrival; beside \
                    each name, the worst.",
        time: "latency in ms",
        part: "percent of the updates that came this soon or sooner",
        unreadable: "its histogram can't be read",
        worst: |latency| format!("at worst {latency}"),
    },
};
