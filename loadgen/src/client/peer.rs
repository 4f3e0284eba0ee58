//! What does a client do differently where the server is not ours?
//!
//! It sends the same requests, with the fields that a peer needs.

use server::Transport;

use crate::{client::decode::Decode, record::Peer};

/// Fields of a response header that nchan wants back in the next request of a long poll: its
/// cursor (`Last-Modified` and `Etag`).
#[derive(Debug, Default)]
pub struct Validators(String);

impl Validators {
    /// From a response header; empty where it lacks one of them.
    pub fn of<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Self {
        let both = header("last-modified").zip(header("etag"));
        let fields = |(at, tag)| format!("If-Modified-Since: {at}\r\nIf-None-Match: {tag}\r\n");
        Self(both.map(fields).unwrap_or_default())
    }
}

/// A request of ours with what a peer needs in its header.
pub fn adapted(
    peer: Peer,
    transport: Transport,
    validators: &Validators,
    mut request: Vec<u8>,
) -> Vec<u8> {
    let fields = match (peer, transport) {
        (Peer::Nchan, Transport::Sse) => "Accept: text/event-stream\r\n",
        (Peer::Nchan, Transport::LongPolling) => &validators.0,
        _ => return request,
    };
    let end = request.len() - "\r\n".len();
    request.splice(end..end, fields.bytes());
    request
}

/// How the bodies of a server are taken apart; `None` is our own.
pub fn decode(peer: Option<Peer>, transport: Transport) -> Decode {
    match (peer, transport) {
        (Some(Peer::Nchan), Transport::LongPolling) => Decode::Message,
        (Some(Peer::EngineIo), _) => Decode::Packets,
        _ => Decode::of(transport),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_poll_of_nchan_repeats_the_validators_of_the_response() {
        let header = |name: &str| match name {
            "last-modified" => Some("Sun, 29 Nov 2026 14:07:29 GMT"),
            "etag" => Some("3"),
            _ => None,
        };
        let request = || b"GET /long-polling HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
        let adapted = |validators: &Validators| {
            adapted(Peer::Nchan, Transport::LongPolling, validators, request())
        };
        assert_eq!(adapted(&Validators::of(|_| None)), request());
        assert_eq!(
            String::from_utf8(adapted(&Validators::of(header))).unwrap(),
            "GET /long-polling HTTP/1.1\r\nHost: x\r\n\
             If-Modified-Since: Sun, 29 Nov 2026 14:07:29 GMT\r\nIf-None-Match: 3\r\n\r\n"
        );
    }
}
