//! How is a chart shown on a page, and how is it read?

use maud::{Markup, PreEscaped, html};

use crate::{
    record::Direction,
    show::{chart::Chart, kind::Kind},
};

/// What to see in a kind of chart, in two sentences, and what not to conclude, in one. They hold
/// for any record: its charts speak for themselves.
const fn reading(kind: Kind, direction: Direction) -> (&'static str, &'static str) {
    match kind {
        Kind::Comparison => (
            "On the left, each answer has to be asked for: count the arrows that an update costs, \
             and see which updates wait at the server while a request is on its way. On the \
             right, a frame is all that an update costs once the handshake has opened the way.",
            "Do not conclude that long polling always makes updates wait: it does where updates \
             come sooner than the next request can, and this is one client in one short span.",
        ),
        Kind::Timeline => (
            "Time runs to the right, as on the figure that made the case for WebSocket in 2009: \
             count the arrows that reach the browser above the same piece of the ruler. There the \
             time of a message was assumed; here every arrow stands at the instants that were \
             captured.",
            "Do not conclude a latency from the number of arrows: it stands beside each update, \
             and is counted from the instant for which the update was planned.",
        ),
        Kind::Overhead if matches!(direction, Direction::Up) => (
            "The grey piece is what a client has published, and all that follows is what its \
             technique sends around it. Whoever publishes by POST pays two heads for it, a WebSocket \
             a frame.",
            "Do not conclude anything about receiving: what comes back to the client that \
             published is an update like any other, and is counted as one.",
        ),
        Kind::Overhead => (
            "The grey piece is the update itself, the same in every row; all that follows is what \
             a technique sends around it. Compare the row that sends a request for nearly every \
             update with the rows that keep one response open.",
            "Do not conclude that a technique which asks at intervals is thrifty because its bar \
             is short: where several updates share one answer they also share its heads, and they \
             have paid for it with latency.",
        ),
        Kind::Latency => (
            "Read a line from the left, where the luckiest updates are, to the right, where each \
             step shows ten times rarer misfortune. Look for two families: techniques that ask at \
             intervals wait for their next turn, the others only for the way and the machines.",
            "Do not conclude anything from small gaps between lines that lie close together, or \
             from their last points, which are few updates and say as much about the machine as \
             about the technique.",
        ),
        Kind::LatencySummary => (
            "The three marks of a row are the usual update, one in a hundred, and the worst; where \
             they lie together, a technique delivers evenly. Where intervals of two rows part, the \
             repeats show a difference.",
            "Do not conclude anything from maxima: each is a single update, and the next run has \
             another.",
        ),
        Kind::UseCasesLinear | Kind::UseCasesLog => (
            "Compare the hatched bar, as printed, with the filled ones beside it, as measured under \
             the article's own rule. The linear chart hides use case A and all of \
             WebSocket; the logarithmic one shows that the ratio is the same in all three.",
            "Do not conclude that this ratio is what a network carries: the rule leaves out the \
             payload and TCP/IP, which the last footnote counts.",
        ),
        Kind::Claims => (
            "Each row is one published number: the tick as it was printed, the diamond as \
             arithmetic has it, the dot as in this record. A dot on the tick confirms the print, a \
             dot on the diamond the correction; only a filled dot is measured.",
            "Do not conclude anything from a hollow dot, which could not lie elsewhere, nor from \
             “not recorded”: the record has no scenario that tells. And \
             where heads have grown since a source was written, a number of bytes differs for that.",
        ),
        Kind::LatencyOver => (
            "The marks are measured, the thin lines are what arithmetic expects of machines that \
             take no time. Look where a line leaves its neighbours: there a technique's own way \
             of asking begins to cost more than the distance.",
            "Do not conclude that a technique is slow in itself: what it waits for is set by its \
             interval, by the distance and by the rate, and other values move the lines.",
        ),
        Kind::CpuOver => (
            "Each mark is the CPU time of the server process for one update that it delivers to one \
             client. The more clients there are, the more of them share the work of publishing and \
             waking: compare what is left for each at the right end.",
            "Do not conclude how many clients a server of yours can serve: this is one process of \
             ours on the machine below, which it shares with the load generator.",
        ),
        Kind::MemoryOver => (
            "Each mark is the memory of the server process. Where a line is flat the program itself \
             outweighs its clients; where it rises, the slope is what one more client takes.",
            "Do not conclude how many clients a server of yours can hold: another server keeps other \
             buffers, and the kernel's own memory for each connection is not in it.",
        ),
        Kind::OverheadOver => (
            "Both scales are logarithmic: a fixed head around a growing payload is a falling \
             line. Where it passes below a few percent, the head has stopped mattering.",
            "Do not conclude that large updates are free: the payload itself takes the bandwidth, \
             and is the same in every technique.",
        ),
        Kind::Servers => (
            "Each server sends the same updates to the same clients with one thread. The write loop \
             makes one system call for each update and client and nothing else: what another server \
             takes above it is its own work.",
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
            "The bars on the left count how often something has to go to the server and back before \
             the first update arrives; those on the right count the bytes of TLS and of the headers \
             that open a stream. A resumed session saves the certificate, but no round trip.",
            "Do not conclude how long a browser takes: it can use a connection that is already open, \
             and the name has to be resolved first.",
        ),
        Kind::OverheadOverAge => (
            "Each line is a transport that sends a request every interval, and each mark on it one \
             interval: a shorter one makes updates fresher and takes more bytes. Compare transports \
             on one vertical line, where their updates are equally old; the thin line stands at the \
             age of long polling.",
            "Do not conclude what polling costs left of its first mark: the shortest interval that \
             was measured is a bound, and no interval makes it fresher than requests that follow \
             each other without a pause.",
        ),
    }
}

/// A chart, and how it is read.
pub fn captioned(chart: &Chart, direction: Direction) -> Markup {
    let (see, not) = reading(chart.kind, direction);
    // Inside a page the namespace is known.
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
