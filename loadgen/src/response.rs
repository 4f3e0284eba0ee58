//! What does a server answer, and how does a client answer a ping?

use crate::{
    failure::Failure,
    framing::{Chunk, Framing, Garbled},
};

/// Reads a response head; `None` while it is incomplete.
pub fn head(wire: &[u8]) -> Result<Option<(usize, Framing)>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let length = match head.parse(wire) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(Garbled(format!("no HTTP response: {error}")).into()),
    };
    let status = head.code.unwrap_or_default();
    let header = |name: &str| {
        let mut all = head.headers.iter();
        let found = all.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let framing = match (
        status,
        header("content-length"),
        header("transfer-encoding"),
    ) {
        (101, _, _) => Framing::Frames,
        (200, Some(length), None) => match length.parse() {
            Ok(length) => Framing::Length(length),
            Err(_) => return Err(Garbled(format!("the content length '{length}'")).into()),
        },
        (200, None, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => {
            Framing::Chunked(Chunk::Size)
        }
        (200, _, _) => return Err(Garbled("a body without a length".into()).into()),
        (status, _, _) => {
            let body = String::from_utf8_lossy(&wire[length..]).into_owned();
            return Err(Failure::Status(status, body));
        }
    };
    Ok(Some((length, framing)))
}

/// The answer to a ping: the same payload, masked (RFC 6455, sections 5.3 and 5.5.3).
pub fn pong(payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x5a, 0x3c, 0x96, 0xe1];
    let mut frame = vec![0x8a, 0x80 | payload.len() as u8];
    frame.extend(MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}
