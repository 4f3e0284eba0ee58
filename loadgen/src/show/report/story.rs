//! The order of the report's charts, which is that of the lesson: requests and responses, long polling
//! and WebSocket side by side, costs, both directions, and the published claims.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{caption, tables};
use crate::{
    record::{Direction, Record},
    show::{chart::Chart, kind::Kind, language::Language},
};

/// The id of the section with all numbers.
pub const NUMBERS: &str = "numbers";
/// The id of the section with the data.
pub const DATA: &str = "data";

/// A step of the story, with the charts that show it.
struct Chapter {
    /// The id of its heading, for links.
    id: &'static str,
    title: &'static str,
    text: &'static str,
    kinds: &'static [Kind],
    direction: Direction,
}

const CHAPTERS: [Chapter; 10] = [
    Chapter {
        id: "ask",
        title: "Requests and responses",
        text: "A classic web page could only send requests. Either the page was reloaded (page \
               refresh), or a script or a frame sent requests in the background (polling, hidden \
               frame); an update then waits for the next request. If the server holds a request \
               (long polling) or does not end a response (forever frame, HTTP streaming, SSE), it \
               can send an update immediately.",
        kinds: &[Kind::Latency, Kind::LatencySummary],
        direction: Direction::Down,
    },
    Chapter {
        id: "comparison",
        title: "Long polling and WebSocket",
        text: "Long polling needs a new request after each response. A WebSocket opens with one \
               request, the handshake; after that both sides can send at any time.",
        kinds: &[Kind::Comparison, Kind::Timeline],
        direction: Direction::Down,
    },
    Chapter {
        id: "bytes",
        title: "Overhead of an update",
        text: "A request and a response have headers, a stream adds a few bytes to each update, and a \
               WebSocket frame adds two. Every packet also has TCP and IP headers.",
        kinds: &[Kind::Overhead, Kind::OverheadOverAge],
        direction: Direction::Down,
    },
    Chapter {
        id: "both-ways",
        title: "Both directions",
        text: "All other transports need a separate request to send data to the server. A WebSocket \
               sends a frame on its open connection.",
        kinds: &[Kind::Overhead],
        direction: Direction::Up,
    },
    Chapter {
        id: "distance-and-rate",
        title: "Distance and rate",
        text: "After each response, the server has no request to answer until the next one arrives, a \
               round trip later. An update that is published in between has to wait. If updates are \
               less frequent than that, long polling is as fast as a stream.",
        kinds: &[Kind::LatencyOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "clients",
        title: "Many clients",
        text: "Each client costs memory while it waits, and CPU time when an update is delivered.",
        kinds: &[Kind::CpuOver, Kind::MemoryOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "payload",
        title: "The size of updates and of headers",
        text: "The larger an update is, the less its headers matter. A larger cookie makes them matter \
               more.",
        kinds: &[Kind::OverheadOver],
        direction: Direction::Down,
    },
    Chapter {
        id: "use-cases",
        title: "The article's use cases",
        text: "The article of 2009 shows the header bytes of 1,000, 10,000 and 100,000 clients that \
               receive one message per second. The chart shows the published bars next to ours, which \
               are computed by the same rule.",
        kinds: &[Kind::UseCasesLinear, Kind::UseCasesLog],
        direction: Direction::Down,
    },
    Chapter {
        id: "claims",
        title: "Published claims",
        text: "Published numbers, computed numbers, and the values of this record.",
        kinds: &[Kind::Claims],
        direction: Direction::Down,
    },
    Chapter {
        id: "servers",
        title: "Our server and others",
        text: "Several servers, one after the other, send the same updates to the same clients.",
        kinds: &[Kind::Servers],
        direction: Direction::Down,
    },
];

/// The story, and the paths of the charts in it.
pub fn story(record: &Record, charts: &[Chart]) -> (Markup, BTreeSet<String>) {
    let chapters = CHAPTERS.iter();
    let chapters = chapters.map(|chapter| (chapter, chapter.charts(record, charts)));
    let chapters: Vec<_> = chapters.filter(|(_, shown)| !shown.is_empty()).collect();
    let shown = chapters.iter().flat_map(|(_, shown)| shown);
    let paths = shown.map(|chart| chart.path()).collect();
    let markup = html! {
        @if !chapters.is_empty() {
            nav {
                ul {
                    @for (chapter, _) in &chapters {
                        li { a href={ "#" (chapter.id) } { (chapter.title) } }
                    }
                    li { a href={ "#" (NUMBERS) } { "All numbers" } }
                    li { a href={ "#" (DATA) } { "Data" } }
                }
            }
        }
        @for (chapter, shown) in &chapters {
            section id=(chapter.id) {
                h2 { (chapter.title) }
                p { (chapter.text) }
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
    /// The charts of all sweeps, and of the first scenario that has them.
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
