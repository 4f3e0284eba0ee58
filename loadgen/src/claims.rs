//! What have others published, what does arithmetic expect, and what is measured?
//!
//! The founding article is Lubbers and Greco, "HTML5 WebSocket: A Quantum Leap in Scalability for
//! the Web" (websocket.org). Its figures are of polling once a second with the heads of 2009.

use server::Transport;

use crate::{heads::Profile, measurement::Measurement, record::Record, statistics::median};

/// A published figure beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed, with its unit.
    pub what: &'static str,
    /// Where.
    pub source: &'static str,
    /// As printed; `None` where no figure could be had.
    pub published: Option<f64>,
    /// By arithmetic.
    pub predicted: f64,
    /// In the record; `None` where it holds nothing that tells.
    pub measured: Option<f64>,
    /// By which part of itself the measured may differ.
    tolerance: f64,
}

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it was published.
    Holds,
    /// As arithmetic corrects it.
    Corrected,
    /// There was no figure, and arithmetic is right.
    Predicted,
    /// Neither.
    Differs,
    /// The record does not tell.
    Open,
}

impl Verdict {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Corrected => "not as published, but as computed",
            Self::Predicted => "as computed",
            Self::Differs => "differs",
            Self::Open => "not measured in this record",
        }
    }
}

impl Claim {
    /// How it stands.
    pub fn verdict(&self) -> Verdict {
        let Some(measured) = self.measured else {
            return Verdict::Open;
        };
        let near = |figure: f64| (measured - figure).abs() <= self.tolerance * figure;
        match self.published {
            Some(published) if near(published) => Verdict::Holds,
            Some(_) if near(self.predicted) => Verdict::Corrected,
            None if near(self.predicted) => Verdict::Predicted,
            _ => Verdict::Differs,
        }
    }
}

const ARTICLE: &str = "founding article";
/// The article's heads as they are on the wire: 716 bytes to ask and 193 to answer.
const ON_THE_WIRE: f64 = 909.0;
/// What it printed: visible characters only.
const PRINTED: f64 = 871.0;
/// Three packets of a poll, two of a message, 52 bytes of headers each.
const PACKETS: [f64; 2] = [156.0, 104.0];

/// All claims, with what a record has to say of them.
pub fn of_record(record: &Record) -> Vec<Claim> {
    let rows = Rows(record);
    let head = rows.polled(|row| {
        let classes = row.bytes_per_update_by_arithmetic?.classes;
        Some((classes.request_head? + classes.response_head?) / row.requests_per_update?)
    });
    let around = rows.polled(|row| {
        let around = row.bytes_per_update_by_arithmetic?.overhead()?;
        Some(around / row.requests_per_update?)
    });
    let frame = rows.median(Transport::WebSocket, short, |row| {
        row.bytes_per_update.classes.websocket_frame
    });
    let socket = rows.median(Transport::WebSocket, short, |row| {
        row.bytes_per_update.overhead()
    });
    let claim = |what, source, published, predicted, measured| Claim {
        what,
        source,
        published,
        predicted,
        measured,
        tolerance: 0.01,
    };
    let loose = |tolerance, claim| Claim { tolerance, ..claim };
    let mut claims = vec![
        claim(
            "header bytes of a poll",
            ARTICLE,
            Some(PRINTED),
            ON_THE_WIRE,
            head,
        ),
        claim(
            "header bytes of a WebSocket message",
            ARTICLE,
            Some(2.0),
            2.0,
            frame,
        ),
        claim(
            "header traffic, polling : WebSocket",
            ARTICLE,
            Some(PRINTED / 2.0),
            ON_THE_WIRE / 2.0,
            ratio(head, frame),
        ),
        loose(
            0.05,
            claim(
                "the same with TCP/IP",
                ARTICLE,
                None,
                (ON_THE_WIRE + PACKETS[0]) / (2.0 + PACKETS[1]),
                ratio(around, socket),
            ),
        ),
    ];
    claims.extend(rows.cases());
    claims.extend(rows.times());
    claims
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other).map(|(one, other)| one / other)
}

/// A frame's head has two bytes up to a payload of 125.
fn short(row: &Measurement) -> bool {
    row.payload_bytes.is_some_and(|bytes| bytes <= 125)
}

/// Near the article's one poll a second, with its heads.
fn of_2009(row: &Measurement) -> bool {
    row.header_profile == Profile::Article2009
}

struct Rows<'a>(&'a Record);

impl Rows<'_> {
    /// The median of a transport's good rows of a kind.
    fn median(
        &self,
        transport: Transport,
        kind: impl Fn(&Measurement) -> bool,
        of: impl Fn(&Measurement) -> Option<f64>,
    ) -> Option<f64> {
        let rows = self.0.rows.iter().map(|row| &row.measurement);
        let good = rows.filter(|row| row.error.is_none() && row.transport == transport);
        let rows: Vec<_> = good.filter(|row| kind(row)).collect();
        median(&rows, of)
    }

    fn polled(&self, of: impl Fn(&Measurement) -> Option<f64>) -> Option<f64> {
        self.median(Transport::Polling, of_2009, of)
    }

    /// Use cases A and B: header bits a second, of all clients.
    fn cases(&self) -> Vec<Claim> {
        let claim = |what, clients: f64, printed: f64, on_the_wire: f64, measured| Claim {
            what,
            source: ARTICLE,
            published: Some(printed * 8.0 * clients),
            predicted: on_the_wire * 8.0 * clients,
            measured,
            tolerance: 0.01,
        };
        let bits = |transport, clients: usize| {
            let kind = move |row: &Measurement| {
                of_2009(row) && row.clients == clients && row.rate_per_s == Some(1.0)
            };
            self.median(transport, kind, |row| {
                let classes = match transport {
                    Transport::WebSocket => row.bytes_per_update.classes,
                    _ => row.bytes_per_update_by_arithmetic?.classes,
                };
                let heads = classes.request_head? + classes.response_head?;
                let bytes = heads + classes.websocket_frame?;
                Some(bytes * 8.0 * clients as f64)
            })
        };
        let (polling, socket) = (Transport::Polling, Transport::WebSocket);
        vec![
            claim(
                "use case A, polling, bit/s",
                1e3,
                PRINTED,
                ON_THE_WIRE,
                bits(polling, 1_000),
            ),
            claim(
                "use case A, WebSocket, bit/s",
                1e3,
                2.0,
                2.0,
                bits(socket, 1_000),
            ),
            claim(
                "use case B, polling, bit/s",
                1e4,
                PRINTED,
                ON_THE_WIRE,
                bits(polling, 10_000),
            ),
            claim(
                "use case B, WebSocket, bit/s",
                1e4,
                2.0,
                2.0,
                bits(socket, 10_000),
            ),
        ]
    }

    /// Latencies: means in one transit of 50 ms, the worst of a long poll, and where it gives way.
    fn times(&self) -> Vec<Claim> {
        let away = |row: &Measurement| row.rtt_us == 100_000 && row.rate_per_s == Some(4.0);
        let mean = |transport| self.median(transport, away, |row| row.latency_us.mean);
        let socket = mean(Transport::WebSocket);
        let worst = self.median(Transport::LongPolling, beyond_the_knee, |row| {
            Some(row.latency_us.max? as f64 / (row.rtt_us as f64 / 2.0))
        });
        vec![
            Claim {
                what: "mean latency 50 ms away, polling : WebSocket",
                source: ARTICLE,
                published: Some(3.0),
                predicted: 11.0,
                measured: ratio(mean(Transport::Polling), socket),
                tolerance: 0.1,
            },
            Claim {
                what: "mean latency of rare updates by long polling, in transits",
                source: "RFC 6202, 2.2",
                published: Some(1.0),
                predicted: 1.0,
                measured: mean(Transport::LongPolling).map(|mean_us| mean_us / 50_000.0),
                tolerance: 0.1,
            },
            Claim {
                what: "worst latency of long polling, in transits",
                source: "RFC 6202, 2.2",
                published: Some(3.0),
                predicted: 3.0,
                measured: worst,
                tolerance: 0.1,
            },
            Claim {
                what: "knee of long polling at 4 updates/s, one in an answer, round trip in ms",
                source: "Pimentel and Nickerson 2012 (tables not obtainable)",
                published: None,
                predicted: 250.0,
                measured: self.knee(),
                tolerance: 0.08,
            },
        ]
    }

    /// The middle between the longest round trip at which the mean is one way, and the shortest at
    /// which it is more than half a way longer.
    fn knee(&self) -> Option<f64> {
        let mut low: f64 = 0.0;
        let mut high = f64::INFINITY;
        let rows = self.0.rows.iter().map(|row| &row.measurement);
        let rows = rows.filter(|row| {
            row.transport == Transport::LongPolling
                && row.max == Some(1)
                && row.rate_per_s == Some(4.0)
        });
        for row in rows {
            let (rtt_us, Some(mean_us)) = (row.rtt_us as f64, row.latency_us.mean) else {
                continue;
            };
            match mean_us < 0.75 * rtt_us {
                true => low = low.max(rtt_us),
                false => high = high.min(rtt_us),
            }
        }
        let found = low > 0.0 && high.is_finite() && low < high;
        found.then(|| (low + high) / 2.0 / 1000.0)
    }
}

/// Where an update may wait for the next request, and all that are due come in one answer.
fn beyond_the_knee(row: &Measurement) -> bool {
    let period_us = row.rate_per_s.map(|rate| 1e6 / rate);
    // Not far beyond: there the worst update, which just misses a request, is not rare.
    row.max.is_none() && period_us.is_some_and(|period_us| row.rtt_us as f64 > 1.5 * period_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_tells_the_published_from_the_computed() {
        let claim = |published, measured| Claim {
            what: "",
            source: "",
            published,
            predicted: 909.0,
            measured,
            tolerance: 0.01,
        };
        let verdict = |published, measured| claim(published, measured).verdict();
        assert_eq!(verdict(Some(871.0), Some(872.0)), Verdict::Holds);
        assert_eq!(verdict(Some(871.0), Some(908.0)), Verdict::Corrected);
        assert_eq!(verdict(None, Some(908.0)), Verdict::Predicted);
        assert_eq!(verdict(Some(871.0), Some(700.0)), Verdict::Differs);
        assert_eq!(verdict(Some(871.0), None), Verdict::Open);
    }
}
