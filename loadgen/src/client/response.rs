//! What does a server answer?

use crate::client::{
    connection::Connection,
    failure::Failure,
    framing::{Chunk, Framing, Garbled, LONGEST_BODY_BYTES, LONGEST_LINE_BYTES},
    request::ACCEPT,
};

/// Reads until a response head has come and takes it out: its length, and how what follows is
/// framed. `None` where the connection was cut before.
pub async fn read_head(connection: &mut Connection) -> Result<Option<(usize, Framing)>, Failure> {
    loop {
        if let Some((length, framing)) = head(&connection.unread)? {
            connection.unread.drain(..length);
            return Ok(Some((length, framing)));
        }
        if connection.unread.len() > LONGEST_LINE_BYTES {
            let long = format!("more than {LONGEST_LINE_BYTES} bytes without the end of a header");
            return Err(Garbled(long).into());
        }
        if !connection.read().await {
            return Ok(None);
        }
    }
}

/// A response head; `None` while it is incomplete.
fn head(wire: &[u8]) -> Result<Option<(usize, Framing)>, Failure> {
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
        (101, _, _) => match header("sec-websocket-accept") {
            Some(ACCEPT) => Framing::frames(),
            accept => {
                let accept = accept.unwrap_or_default();
                let wrong = format!("the Sec-WebSocket-Accept '{accept}' where '{ACCEPT}' is due");
                return Err(Garbled(wrong).into());
            }
        },
        (200 | 201, Some(length), None) => match length.parse() {
            Ok(length) if length <= LONGEST_BODY_BYTES => Framing::Length(length),
            _ => return Err(Garbled(format!("the content length '{length}'")).into()),
        },
        (200 | 201, None, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => {
            Framing::Chunked(Chunk::Size)
        }
        (200 | 201, _, _) => return Err(Garbled("a body without a length".into()).into()),
        (status, _, _) => {
            let body = String::from_utf8_lossy(&wire[length..]).into_owned();
            return Err(Failure::Status(status, body));
        }
    };
    Ok(Some((length, framing)))
}
