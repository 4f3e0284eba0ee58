//! Charts on a page, each with its explanation.

use maud::{Markup, PreEscaped, html};

use crate::{
    record::Direction,
    show::{chart::Chart, kind::Kind},
};

/// How to read a kind of chart, and what not to conclude from it. Both hold for any record.
const fn reading(kind: Kind, direction: Direction) -> (&'static str, &'static str) {
    match kind {
        Kind::Comparison => (
            "On the left, each response needs a request: count the arrows per update, and see which \
             updates wait at the server for the next request. On the right, after the handshake an \
             update takes a single frame.",
            "Do not conclude that long polling always makes updates wait: it does so if updates are \
             published before the next request can arrive, and this is one client in one short span.",
        ),
        Kind::Timeline => (
            "Time runs to the right, as in the article's figure of 2009: count the arrows that reach \
             the browser in the same span. The figure assumed the time of a message; here every \
             arrow is drawn at its captured times.",
            "Do not conclude a latency from the number of arrows: it is written next to each update, \
             and starts at the planned time of the update.",
        ),
        Kind::Overhead if matches!(direction, Direction::Up) => (
            "The grey section is the published data; the rest is overhead. A POST adds the headers \
             of a request and a response, a WebSocket adds a frame header.",
            "Do not conclude anything about receiving: the update that returns to its publisher is \
             counted like any other update.",
        ),
        Kind::Overhead => (
            "The grey section is the update itself, the same in every row; the rest is overhead. \
             Compare the rows with a request for nearly every update with the rows that keep one \
             response open.",
            "Do not conclude that polling is cheap because its bar is short: several updates that \
             share a response also share its headers, at the price of latency.",
        ),
        Kind::Latency => (
            "Read a line from the fastest updates on the left to the slowest on the right, where \
             each step is ten times rarer. There are two groups: polling transports wait for their \
             next request, the others only for the network and the machines.",
            "Do not conclude anything from small gaps between lines, or from their last points: \
             these are few updates and depend on the machine as much as on the transport.",
        ),
        Kind::LatencySummary => (
            "The three marks of a row are the median, the 99th percentile and the maximum; if they \
             are close together, latency is steady. If the intervals of two rows do not overlap, the \
             repeats show a difference.",
            "Do not conclude anything from maxima: each is a single update and differs in the next \
             run.",
        ),
        Kind::UseCasesLinear | Kind::UseCasesLog => (
            "Compare the hatched bars (published) with the filled bars (measured, by the article's \
             own rule). The linear chart hides use case A and all of WebSocket; the logarithmic \
             one shows that the ratio is the same in all three.",
            "Do not conclude that a network carries bytes in this ratio: the rule omits the payload \
             and TCP/IP, which the last footnote includes.",
        ),
        Kind::Claims => (
            "Each row is a claim: the tick is the published number, the diamond the computed one, \
             the dot that of this record. A dot on the tick confirms the publication, a dot on the \
             diamond the correction; only a filled dot is measured.",
            "Do not conclude anything from a hollow dot, which could not be elsewhere, nor from “not \
             recorded”: the record has no scenario for it. Numbers of bytes also differ because \
             headers have grown since the publication.",
        ),
        Kind::LatencyOver => (
            "The marks are measured; the thin lines are theory without processing time. Where a line \
             leaves its neighbours, the transport's waiting begins to cost more than the distance.",
            "Do not conclude that a transport is slow in itself: its waiting depends on interval, \
             distance and rate, and other values move the lines.",
        ),
        Kind::CpuOver => (
            "Each mark is the CPU time of the server process per update and client. More clients \
             share the work of publishing and waking: compare the remaining cost per client at the \
             right end.",
            "Do not conclude how many clients your server can serve: this is one process on the \
             machine below, which it shares with the load generator.",
        ),
        Kind::MemoryOver => (
            "Each mark is the memory of the server process. Where a line is flat, the program itself \
             dominates; where it rises, the slope is the memory of one more client.",
            "Do not conclude how many clients your server can hold: other servers have other buffers, \
             and the kernel's memory for each connection is not included.",
        ),
        Kind::OverheadOver => (
            "Each mark is the overhead relative to the payload. A fixed header around a growing \
             payload is a falling line; a cookie that grows is a rising one, unless HPACK replaces \
             the repeated field by an index.",
            "Do not conclude that large updates are free: the payload itself takes bandwidth, the \
             same with every transport.",
        ),
        Kind::Servers => (
            "Each server sends the same updates to the same clients with one thread. The write loop \
             only makes one system call for each update and client: any cost above it is the \
             server's own work.",
            "Do not conclude which server is the best one: they differ in what they check, count and \
             guarantee, and each runs with few options.",
        ),
        Kind::Wires => (
            "The length of a bar is the overhead of one update over one wire. HPACK shrinks the \
             headers of a request that repeats, and TLS adds a record to each message, so the ratio \
             in the last column shrinks from the first bar of a transport to the last.",
            "Do not conclude that long polling and WebSocket cost the same over HTTP/2: the bytes are \
             closer, but each update still takes a request, and the latency at a distance stays.",
        ),
        Kind::Setup => (
            "The bars on the left count the round trips before the first update \
             arrives; those on the right count the bytes of TLS and of the headers \
             that open a stream. A resumed session saves the certificate, but no round trip.",
            "Do not conclude how long a browser takes: it can use a connection that is already open, \
             and the name has to be resolved first.",
        ),
        Kind::OverheadOverAge => (
            "Each line is a polling transport, and each mark on it one interval: a shorter interval \
             makes updates fresher and takes more bytes. Compare transports on a vertical line, where \
             updates have the same age; the thin line is at the age of long polling.",
            "Do not conclude the cost of polling left of its first mark: the shortest measured \
             interval is a bound, and polling can't be fresher than with back-to-back requests.",
        ),
    }
}

/// A chart with its explanation.
pub fn captioned(chart: &Chart, direction: Direction) -> Markup {
    let (see, not) = reading(chart.kind, direction);
    // Inside an HTML page the namespace is implied.
    let svg = chart
        .svg
        .replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    html! {
        figure {
            div.chart tabindex="0" { (PreEscaped(svg)) }
            figcaption {
                p { (see) }
                p.not { (not) }
            }
        }
    }
}
