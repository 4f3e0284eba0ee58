//! Adaptations for peers: the same requests with the header fields that a peer needs.

use server::Transport;

use crate::{client::decode::Decode, record::Peer};

/// Response header fields that the next long poll to nchan must repeat: its cursor (`Last-Modified`
/// and `Etag`).
#[derive(Debug, Default)]
pub struct Validators(String);

impl Validators {
    /// The validators of a response header; empty if it lacks one of the fields.
    pub fn of<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Self {
        let both = header("last-modified").zip(header("etag"));
        let fields = |(at, tag)| format!("If-Modified-Since: {at}\r\nIf-None-Match: {tag}\r\n");
        Self(both.map(fields).unwrap_or_default())
    }
}

/// A request with the header fields that a peer needs.
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

/// The decoder for the bodies of a server; `None` is our own server.
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
