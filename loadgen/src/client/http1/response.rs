//! Parsing response headers.

use super::framing::{Chunk, Framing, Garbled, LONGEST_BODY_BYTES};
use crate::{
    client::{failure::Failure, peer::Validators, request::ACCEPT},
    record::Peer,
};

/// A response header.
pub struct Header {
    /// Its length in bytes.
    pub length: usize,
    /// The framing of the bytes that follow.
    pub framing: Framing,
    /// The validators for nchan's next request.
    pub validators: Validators,
}

/// The response header of our server or of a peer; `None` while it is incomplete.
pub fn parse(wire: &[u8], peer: Option<Peer>) -> Result<Option<Header>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(wire) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => {
            return Err(Garbled(format!("bytes that are not an HTTP response: {error}")).into());
        }
    };
    let status = response.code.unwrap_or_default();
    let header = |name: &str| {
        let mut all = response.headers.iter();
        let found = all.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let framing = match status {
        101 => frames(header)?,
        200 if peer == Some(Peer::Nchan) && header("content-length").is_none() => Framing::Rest,
        200 | 201 => body(header("content-length"), header("transfer-encoding"))?,
        status => {
            let body = String::from_utf8_lossy(&wire[length..]).into_owned();
            return Err(Failure::Status(status, body));
        }
    };
    let validators = match peer {
        Some(Peer::Nchan) => Validators::of(header),
        _ => Validators::default(),
    };
    Ok(Some(Header {
        length,
        framing,
        validators,
    }))
}

/// The framing after a handshake, if the server has accepted it (RFC 6455, section 4.1).
fn frames<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Result<Framing, Garbled> {
    let due = [("upgrade", "websocket"), ("connection", "upgrade")];
    for (name, due) in due {
        let value = header(name).unwrap_or_default();
        let mut tokens = value.split(',').map(str::trim);
        if !tokens.any(|token| token.eq_ignore_ascii_case(due)) {
            return Err(Garbled(format!(
                "a 101 with '{name}: {value}' instead of '{due}'"
            )));
        }
    }
    match header("sec-websocket-accept").unwrap_or_default() {
        ACCEPT => Ok(Framing::frames()),
        accept => {
            let wrong = format!("the Sec-WebSocket-Accept '{accept}' instead of '{ACCEPT}'");
            Err(Garbled(wrong))
        }
    }
}

/// The framing of a body (RFC 9112, section 6.3).
fn body(length: Option<&str>, coding: Option<&str>) -> Result<Framing, Garbled> {
    match (length, coding) {
        (Some(_), Some(_)) => Err(Garbled(
            "both a content length and a transfer coding".into(),
        )),
        (Some(length), None) => {
            let is_number = length.bytes().all(|byte| byte.is_ascii_digit());
            match length.parse() {
                Ok(length) if is_number && length <= LONGEST_BODY_BYTES => {
                    Ok(Framing::Length(length))
                }
                _ => Err(Garbled(format!("the content length '{length}'"))),
            }
        }
        (None, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => {
            Ok(Framing::Chunked(Chunk::Size))
        }
        (None, Some(coding)) => Err(Garbled(format!("the transfer coding '{coding}'"))),
        (None, None) => Err(Garbled("a body without a length".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The framing after a response header, or the error.
    fn framing_after(status: u16, fields: &str) -> String {
        let wire = format!("HTTP/1.1 {status} \r\n{fields}\r\n");
        match parse(wire.as_bytes(), None).map(|header| header.expect("it is complete").framing) {
            Ok(Framing::Frames(_)) => "frames".into(),
            Ok(framing) => format!("{framing:?}"),
            Err(failure) => failure.to_string().replace("the server sent ", ""),
        }
    }

    #[test]
    fn a_body_has_one_valid_length() {
        let long = format!("Content-Length: {}\r\n", LONGEST_BODY_BYTES + 1);
        for (fields, expected) in [
            ("Content-Length: 5\r\n", "Length(5)"),
            ("Content-Length: 0\r\n", "Length(0)"),
            ("Content-Length: +5\r\n", "the content length '+5'"),
            ("Content-Length: -5\r\n", "the content length '-5'"),
            ("Content-Length: \r\n", "the content length ''"),
            ("Content-Length: 5, 5\r\n", "the content length '5, 5'"),
            (
                &long,
                &format!("the content length '{}'", LONGEST_BODY_BYTES + 1),
            ),
            ("Transfer-Encoding: Chunked\r\n", "Chunked(Size)"),
            ("Transfer-Encoding: gzip\r\n", "the transfer coding 'gzip'"),
            (
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "both a content length and a transfer coding",
            ),
            ("", "a body without a length"),
        ] {
            for status in [200, 201] {
                assert_eq!(framing_after(status, fields), expected, "{fields:?}");
            }
        }
    }

    #[test]
    fn a_body_of_nchan_may_last_until_the_connection_closes() {
        let wire = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let header = parse(wire, Some(Peer::Nchan)).unwrap().unwrap();
        assert!(matches!(header.framing, Framing::Rest));
        assert!(parse(wire, Some(Peer::NpmWs)).is_err());
    }

    #[test]
    fn a_handshake_is_accepted_by_three_fields() {
        const ACCEPTED: [(&str, &str); 3] = [
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-accept", ACCEPT),
        ];
        let framing = |fields: &[(&str, &str)]| {
            let lines = fields
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"));
            framing_after(101, &lines.collect::<String>())
        };
        assert_eq!(framing(&ACCEPTED), "frames");
        for (nth, value, due) in [(0, "h2c", "websocket"), (1, "close", "upgrade")] {
            let (name, _) = ACCEPTED[nth];
            let error = |value| format!("a 101 with '{name}: {value}' instead of '{due}'");
            let mut fields = ACCEPTED.to_vec();
            fields[nth] = (name, value);
            assert_eq!(framing(&fields), error(value));
            fields.remove(nth);
            assert_eq!(framing(&fields), error(""));
        }
        let mut fields = ACCEPTED;
        fields[2].1 = "x";
        let wrong = format!("the Sec-WebSocket-Accept 'x' instead of '{ACCEPT}'");
        assert_eq!(framing(&fields), wrong);
    }
}
