//! In which order does the report show its charts? In that of the lesson: pages that can only ask,
//! long polling beside WebSocket, what each costs, the other way, and what became of the claims.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{caption, tables};
use crate::{
    record::{Direction, Record},
    show::{chart::Chart, kind::Kind, language::Language},
};

/// Where all scenarios stand in numbers.
pub const NUMBERS: &str = "numbers";
/// Where the data are.
pub const DATA: &str = "data";

/// A step of the story, with the charts that show it.
struct Chapter {
    /// Of its heading, for links.
    id: &'static str,
    title: &'static str,
    told: &'static str,
    kinds: &'static [Kind],
    direction: Direction,
}

const CHAPTERS: [Chapter; 10] = [
    Chapter {
        id: "ask",
        title: "The browser asks, the server answers",
        told: "A page of the classic web could only ask. So it was drawn anew (page refresh), or a \
               part of it asked in its place (polling, hidden frame), and each update waits for the \
               next question. A question that waits at the server (long polling) and an answer that \
               does not end (forever frame, HTTP streaming, SSE) bring it at once.",
        kinds: &[Kind::Latency, Kind::LatencySummary],
        direction: Direction::Down,
    },
    Chapter {
        id: "comparison",
        title: "Long polling beside WebSocket",
        told: "A long poll has to ask again after each answer. A WebSocket opens with one question, \
               the handshake, and from then on both sides send when they have something to say.",
        kinds: &[Kind::Comparison, Kind::Timeline],
        direction: Direction::Down,
    },
    Chapter {
        id: "bytes",
        title: "What is sent around an update",
        told: "A question and an answer carry heads, a stream some bytes between its updates, a \
               WebSocket frame two. Under all of them lie the headers of TCP and IP, which no \
               technique saves.",
        kinds: &[Kind::Overhead, Kind::OverheadOverAge],
        direction: Direction::Down,
    },
    Chapter {
        id: "both-ways",
        title: "Both ways",
        told: "Whatever came before WebSocket needs a request of its own to send something up. On a \
               WebSocket it is a frame on the connection that is open.",
        kinds: &[Kind::Overhead],
        direction: Direction::Up,
    },
    Chapter {
        id: "distance-and-rate",
        title: "Distance and rate",
        told: "After each answer a long poll is gone for a round trip. As long as updates come more \
               seldom than that, it is as quick as a stream; beyond it, updates wait.",
        kinds: &[Kind::LatencyOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "clients",
        title: "Many clients",
        told: "Each client costs the server memory while it waits, and CPU when an update comes.",
        kinds: &[Kind::CpuOver, Kind::MemoryOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "payload",
        title: "Large updates",
        told: "Heads have a fixed length. The more an update holds, the less they matter.",
        kinds: &[Kind::OverheadOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "use-cases",
        title: "The bars that made the case",
        told: "The founding article drew what the heads of a thousand, ten thousand and a hundred \
               thousand clients take that get one message a second. These are its bars, as printed, \
               and ours under its own rule.",
        kinds: &[Kind::UseCasesLinear, Kind::UseCasesLog],
        direction: Direction::Down,
    },
    Chapter {
        id: "claims",
        title: "Claimed and recorded",
        told: "What others published, what arithmetic says of it, and what this record has.",
        kinds: &[Kind::Claims],
        direction: Direction::Down,
    },
    Chapter {
        id: "servers",
        title: "Our server and others",
        told: "The same updates to the same clients, by several servers that run one after the other.",
        kinds: &[Kind::Servers],
        direction: Direction::Down,
    },
];

/// The story, and which charts it shows, by their paths.
pub fn told(record: &Record, charts: &[Chart]) -> (Markup, BTreeSet<String>) {
    let chapters = CHAPTERS.each_ref().map(|chapter| {
        let shown = chapter.charts(record, charts);
        (chapter, shown)
    });
    let shown = chapters.iter().flat_map(|(_, shown)| shown);
    let paths = shown.map(|chart| chart.path()).collect();
    let chapters: Vec<_> = chapters
        .into_iter()
        .filter(|(_, shown)| !shown.is_empty())
        .collect();
    let markup = html! {
        @if !chapters.is_empty() {
            nav {
                ul {
                    @for (chapter, _) in &chapters {
                        li { a href={ "#" (chapter.id) } { (chapter.title) } }
                    }
                    li { a href={ "#" (NUMBERS) } { "All in numbers" } }
                    li { a href={ "#" (DATA) } { "Data" } }
                }
            }
        }
        @for (chapter, shown) in &chapters {
            section id=(chapter.id) {
                h2 { (chapter.title) }
                p { (chapter.told) }
                @for chart in shown { (caption::captioned(chart, chapter.direction)) }
                @if chapter.kinds == [Kind::Claims] {
                    (tables::claims(record))
                }
            }
        }
    };
    (markup, paths)
}

impl Chapter {
    /// Those of all sweeps, and of the first scenario that has them.
    fn charts<'a>(&self, record: &Record, charts: &'a [Chart]) -> Vec<&'a Chart> {
        let direction = |chart: &Chart| {
            let mut parts = record.suite.scenarios.iter();
            let part = parts.find(|part| part.scenario.name == chart.scenario);
            part.map_or(Direction::Down, |part| part.scenario.direction)
        };
        let mut shown: Vec<&Chart> = Vec::new();
        for chart in charts {
            let wanted = chart.language == Language::English
                && self.kinds.contains(&chart.kind)
                && direction(chart) == self.direction;
            let again = shown.iter().any(|other| other.kind == chart.kind);
            if wanted && (chart.kind.is_of_sweep() || !again) {
                shown.push(chart);
            }
        }
        shown
    }
}
