//! HTTP/2 (RFC 9113): the layer between TLS and a format, like `http1`.
//!
//! The `h2` crate implements the protocol, but does not report frames, so they are counted between
//! the crate and the connection.
//!
//! SETTINGS, the first WINDOW_UPDATE, header lists and HPACK choices are those of Chromium. Two
//! things differ: Chromium's HEADERS also contain 5 bytes of priority (RFC 7540, section 6.2), and
//! Chromium sends a POST on the same connection.
//!
//! `cargo test --locked -p loadgen --test integration chromium_and_the_profile -- --nocapture` compares
//! the header blocks: 343 bytes for the first long poll of a connection, then 38 or 39, in both.
//! `--test integration hpack` decodes them with a second decoder.

pub mod frames;
mod pipe;
pub mod request;

use std::{
    future::Future,
    ops::Deref,
    pin::pin,
    task::{Context, Poll, Waker},
};

use h2::{
    RecvStream,
    client::{Builder, Connection, ResponseFuture, SendRequest},
};
use httlib_hpack::Encoder;
use http::{Request, Response, StatusCode, header::CONTENT_LENGTH};

use self::{
    frames::{Frames, with_header_block},
    pipe::Pipe,
};
use crate::{
    client::{
        failure::Failure,
        http1::framing::{self, Framed, Garbled},
        ledger::Ledger,
        stream::Stream,
    },
    record::{
        Class,
        Direction::{Down, Up},
    },
};

/// The type of a body's data in `h2`.
type Data = std::io::Cursor<Vec<u8>>;

/// An HTTP/2 connection, with one request at a time.
pub struct Http2 {
    /// Its stream.
    pub stream: Stream,
    pipe: Pipe,
    requests: SendRequest<Data>,
    connection: Connection<Pipe, Data>,
    up: Frames,
    down: Frames,
    /// Compresses the headers of requests.
    encoder: Encoder<'static>,
    /// The class of the newest request's header.
    request_header: Class,
    /// The class of the newest response's header.
    response_header: Class,
    response: Option<ResponseFuture>,
    body: Option<RecvStream>,
    /// Whether the length of the body is known, so that it is taken only when complete.
    is_sized: bool,
}

impl Http2 {
    /// An HTTP/2 connection on a stream. The preface is sent with the first request, as in browsers.
    pub fn new(stream: Stream) -> Result<Self, Failure> {
        let pipe = Pipe::default();
        // The values in Chromium's SETTINGS and its first WINDOW_UPDATE, in bytes.
        let handshake = Builder::new()
            .enable_push(false)
            .header_table_size(65_536)
            .initial_window_size(6_291_456)
            .initial_connection_window_size(15_728_640)
            .max_header_list_size(262_144)
            .handshake(pipe.clone());
        let Poll::Ready(opened) = poll(handshake) else {
            return Err(Garbled("bytes that are not HTTP/2".into()).into());
        };
        let (requests, connection) = opened.map_err(garbled)?;
        Ok(Self {
            stream,
            pipe,
            requests,
            connection,
            up: Frames::with_preface(),
            down: Frames::default(),
            encoder: Encoder::with_dynamic_size(request::TABLE_BYTES),
            request_header: Class::RequestHead,
            response_header: Class::ResponseHead,
            response: None,
            body: None,
            is_sized: false,
        })
    }

    /// Sends a request, given in HTTP/1.1 form, and counts its header as `class`. Returns false if the
    /// connection is cut.
    pub async fn request(
        &mut self,
        class: Class,
        head: &[u8],
        body: Option<&str>,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        self.request_header = class;
        self.body = None;
        let block = request::header_block(&mut self.encoder, head)?;
        // The block that `h2` writes for this request is replaced below.
        let replaced = Request::get("https://host/").body(());
        let replaced = replaced.expect("the request is valid");
        let sent = self.requests.send_request(replaced, body.is_none());
        let (response, mut stream) = sent.map_err(garbled)?;
        if let Some(body) = body {
            let body = Data::new(body.as_bytes().to_vec());
            stream.send_data(body, true).map_err(garbled)?;
        }
        self.response = Some(response);
        if !self.drive() {
            return Ok(false);
        }
        let written = self.pipe.take_written();
        let written = with_header_block(&written, &block);
        Ok(self.send(&written, ledger).await)
    }

    /// Reads until a response header has arrived, and counts it as `class`. Returns false if the
    /// connection is cut before.
    pub async fn read_header(
        &mut self,
        class: Class,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        self.response_header = class;
        loop {
            let response = self.response.as_mut().expect("a request was sent");
            match poll(response) {
                Poll::Ready(Err(error)) if error.is_go_away() || error.is_io() => return Ok(false),
                Poll::Ready(response) => {
                    let response = response.map_err(garbled)?;
                    self.response = None;
                    self.begin_body(response)?;
                    return Ok(true);
                }
                Poll::Pending if !self.read(ledger).await => return Ok(false),
                Poll::Pending => {}
            }
        }
    }

    fn begin_body(&mut self, response: Response<RecvStream>) -> Result<(), Failure> {
        let status = response.status();
        self.is_sized = response.headers().contains_key(CONTENT_LENGTH);
        let mut body = response.into_body();
        if !matches!(status, StatusCode::OK | StatusCode::CREATED) {
            let mut begin = Vec::new();
            while let Poll::Ready(Some(Ok(part))) = poll_data(&mut body) {
                begin.extend_from_slice(&part);
            }
            let begin = String::from_utf8_lossy(&begin).into_owned();
            return Err(Failure::Status(status.as_u16(), begin));
        }
        self.body = Some(body);
        Ok(())
    }

    /// Reads received bytes; false if the connection is cut.
    pub async fn read(&mut self, ledger: &mut Ledger) -> bool {
        if !self.flush(ledger).await {
            return false;
        }
        let mut received = Vec::new();
        if !self.stream.read(&mut received, ledger).await {
            return false;
        }
        self.down
            .book(&received, Down, self.response_header, ledger);
        self.pipe.receive(&received);
        self.drive() && self.flush(ledger).await
    }

    /// Moves the body bytes that were read to `body`.
    pub fn take(&mut self, body: &mut Vec<u8>) -> Result<Framed, Garbled> {
        let Some(stream) = &mut self.body else {
            return Ok(Framed::End);
        };
        let before = body.len();
        let framed = loop {
            match poll_data(stream) {
                Poll::Ready(Some(Ok(part))) => {
                    body.extend_from_slice(&part);
                    let released = stream.flow_control().release_capacity(part.len());
                    released.map_err(garbled)?;
                }
                Poll::Ready(Some(Err(error))) => return Err(garbled(error)),
                Poll::Ready(None) => break Framed::End,
                Poll::Pending if body.len() > before && !self.is_sized => break Framed::Part,
                Poll::Pending => break Framed::Nothing,
            }
        };
        if framed == Framed::End {
            self.body = None;
        }
        framing::check_length(body)?;
        Ok(framed)
    }

    /// Runs `h2`: it reads received bytes and writes those to send. Returns false if the connection is over.
    fn drive(&mut self) -> bool {
        poll(&mut self.connection).is_pending()
    }

    /// Sends the bytes that `h2` has written.
    async fn flush(&mut self, ledger: &mut Ledger) -> bool {
        let bytes = self.pipe.take_written();
        bytes.is_empty() || self.send(&bytes, ledger).await
    }

    async fn send(&mut self, bytes: &[u8], ledger: &mut Ledger) -> bool {
        let sent = self.stream.send(bytes, ledger).await;
        if sent {
            self.up.book(bytes, Up, self.request_header, ledger);
        }
        sent
    }

    /// Whether everything that the kernel has received was read and counted.
    pub fn settle(&mut self) -> bool {
        self.down.is_between() && self.stream.settle()
    }
}

/// Polls once, without a waker: the client continues after each read or write.
fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The next part of a body, as a buffer of `h2`.
fn poll_data(
    body: &mut RecvStream,
) -> Poll<Option<Result<impl Deref<Target = [u8]> + use<>, h2::Error>>> {
    body.poll_data(&mut Context::from_waker(Waker::noop()))
}

fn garbled(error: h2::Error) -> Garbled {
    Garbled(format!("bytes that are not HTTP/2: {error}"))
}
