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
            "Do not conclude that long polling always makes updates wait: an update waits only if it is \
             published before the next request arrives. The chart shows one client for a short time.",
        ),
        Kind::Timeline => (
            "Time runs to the right, as in the article's figure of 2009: count the arrows that reach \
             the browser in the same time. The article assumed how long a message takes; here every \
             arrow has its captured times.",
            "Do not conclude a latency from the number of arrows. The latency is written next to each \
             update, and starts at its planned time.",
        ),
        Kind::Overhead if matches!(direction, Direction::Up) => (
            "The payload is the published data; the rest is overhead. A POST adds the headers of a \
             request and a response; a WebSocket adds a frame header.",
            "Do not conclude anything about receiving: when an update returns to its publisher, it is \
             counted like any other update, not as part of the publish.",
        ),
        Kind::Overhead => (
            "The payload is the update itself, the same in every row; the rest is overhead. Compare \
             the rows that need a request for each update with those that keep one response open.",
            "Do not conclude that polling is cheap because its bar is short: several updates that \
             share a response also share its headers, at the price of latency.",
        ),
        Kind::Latency => (
            "Read a line from the fastest updates on the left to the slowest on the right; each step \
             on the axis is ten times rarer. There are two groups: with polling, updates wait for the \
             next request; with the other transports, they only need time for the network and the \
             machines.",
            "Do not conclude anything from small gaps between lines, or from their last points. \
             Few updates are there, and they depend on the machine as much as on the transport.",
        ),
        Kind::LatencySummary => (
            "The three marks of a row are the median, the 99th percentile and the maximum. If they \
             are close together, latency is steady. Two rows differ if their intervals do not \
             overlap.",
            "Do not conclude anything from a maximum: it is a single update, and the next run has \
             another one.",
        ),
        Kind::UseCasesLinear | Kind::UseCasesLog => (
            "Compare the hatched bars (published) with the filled bars (measured, and computed by the \
             article's own rule). On the linear axis, use case A and all of WebSocket are too small \
             to see; the logarithmic axis shows that the ratio is the same in all three.",
            "Do not conclude that a network carries bytes in this ratio: the rule omits the payload \
             and TCP/IP, which the last footnote includes.",
        ),
        Kind::Claims => (
            "Each row is a claim. The tick is the published number, the diamond the computed one, and \
             the dot the one of this record. A dot on the tick confirms the publication; a dot on \
             the diamond confirms the correction. Only a filled dot is measured.",
            "Do not conclude anything from a hollow dot, whose value follows from how the scenario is \
             built, nor from “not recorded”, which means that the record has no scenario for the \
             claim. Numbers of bytes also differ because headers have grown since the publication.",
        ),
        Kind::LatencyOver => (
            "The marks are measured; the thin lines are theory without processing time. A line that \
             rises above the others shows that updates wait for a request.",
            "Do not conclude that a transport is always slow: how long updates wait depends on \
             interval, distance and rate.",
        ),
        Kind::CpuOver => (
            "Each mark is the CPU time of the server process per update and client. The more clients, \
             the smaller each one's share of the work of publishing. Compare the transports at the \
             right end, where the cost of each client remains.",
            "Do not conclude how many clients your server can serve: this is one process, on a machine \
             (described below) that it shares with the load generator.",
        ),
        Kind::MemoryOver => (
            "Each mark is the memory of the server process. Where a line is flat, most of it belongs \
             to the program itself; where it rises, the slope is the memory of one more client.",
            "Do not conclude how many clients your server can hold: other servers have other buffers, \
             and the kernel's memory for each connection is not included.",
        ),
        Kind::OverheadOver => (
            "Each mark is the overhead relative to the payload. If the payload grows \
             and the headers do not, the line falls; if a cookie grows, the line rises, unless HPACK \
             replaces the repeated field with an index.",
            "Do not conclude that large updates are free: the payload itself needs bandwidth, the \
             same with every transport.",
        ),
        Kind::Servers => (
            "Each server sends the same updates to the same clients with one thread. The write loop \
             makes one system call for each update and client, and nothing else. What a server costs \
             in addition is its own work.",
            "Do not conclude which server is best: they check, count and guarantee different things, \
             and each was measured with few options.",
        ),
        Kind::Wires => (
            "The length of a bar is the overhead of one update over one wire. HPACK compresses \
             the headers of repeated requests, and TLS adds a record to each message. Therefore the \
             ratio in the last column shrinks from the first bar of a transport to the last.",
            "Do not conclude that long polling and WebSocket cost the same over HTTP/2: their bytes \
             are closer, but each update still needs a request, and the latency at a distance is the \
             same as before.",
        ),
        Kind::Setup => (
            "The bars on the left count the round trips before the first update \
             arrives; those on the right count the bytes of TLS and of the headers \
             that open a stream. A resumed session saves the certificate, but no round trip.",
            "Do not conclude how long a browser takes: it may use a connection that is already open, \
             or it may have to resolve the host name first.",
        ),
        // The report shows the charts with all numbers instead.
        Kind::SlideFigures | Kind::SlideWhenNot | Kind::SlideWhatCameAfter => ("", ""),
        Kind::OverheadOverAge => (
            "Each line is a polling transport, and each mark on it is one interval: with a shorter \
             interval, updates are fresher and cost more bytes. Compare transports on a vertical line, \
             where updates have the same age. The thin vertical line is at the age of long polling.",
            "Do not extend the line of polling to the left of its first mark: that is the shortest \
             measured interval, and polling can't be fresher than with requests that follow each \
             other without a pause.",
        ),
    }
}

/// A chart with its explanation.
pub fn captioned(chart: &Chart, direction: Direction) -> Markup {
    let (see, not) = reading(chart.kind, direction);
    // Inside an HTML page the namespace is implied.
    let namespace = " xmlns=\"http://www.w3.org/2000/svg\"";
    let svg = chart.svg.replacen(namespace, "", 1);
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
