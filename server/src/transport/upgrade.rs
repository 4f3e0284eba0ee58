//! The parts that every WebSocket needs: the handshake and its rejections, replies to pings and
//! closes, and a close code for each fault (RFC 6455).

use std::{
    convert::Infallible,
    io,
    mem::MaybeUninit,
    net::IpAddr,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_http::ws::HandshakeError;
use actix_web::{
    HttpRequest, HttpResponse, ResponseError, Result,
    body::BoxBody,
    http::{Method, StatusCode, Version},
    web::{self, Bytes, BytesMut},
};
use actix_ws::{CloseCode, CloseReason};
use futures_util::Stream;
use tokio::{
    io::{AsyncRead, ReadBuf},
    task::yield_now,
    time::{Sleep, sleep},
};

use super::frame::{Decoder, Message, Sender};
use crate::{
    base::frame::{CLOSE, PONG, frame},
    feed::data::LONGEST_PUBLISHED,
    format::close_frame,
    http::{
        connection::{
            Cause, ConnectionHandle, Deadlines, Rejections,
            handle::Written,
            tunnel::{Protocol, SwitchProtocol},
        },
        metrics::Metrics,
        origin::{client_address, require_same_origin},
        problem::Problem,
    },
};

/// After this number of control frames of one client, the task yields. It also yields after each
/// message with data.
const YIELD_AFTER: usize = 32;

/// Upgrades the request. `frames` are sent unchanged, and each text of the client is passed to
/// `receive`. While `receive` is pending, nothing more is read. If it fails, the connection is
/// closed with 1008 or 1013 and the reason. Binary data close the connection with 1003.
///
/// # Errors
///
/// The page is of another origin, or the handshake is not valid (RFC 6455, section 4.2.1).
pub fn upgrade(
    request: &HttpRequest,
    payload: web::Payload,
    mut receive: impl FnMut(&str, &mut Context<'_>) -> Poll<Result<(), Problem>> + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    let receive = move |message: &Message, _: &mut Vec<u8>, cx: &mut Context<'_>| match message {
        Message::Text(text) => {
            receive(text, cx).map_err(|problem| (close_code(&problem), problem.to_string()).into())
        }
        _ => Poll::Ready(Err(CloseCode::Unsupported.into())),
    };
    upgrade_for_messages(request, payload, LONGEST_PUBLISHED, receive, frames)
}

/// 1013 if the client may try again later (the IANA registry of close codes), else 1008 (RFC 6455,
/// section 7.4.1).
fn close_code(problem: &Problem) -> CloseCode {
    match problem.status() {
        StatusCode::SERVICE_UNAVAILABLE => CloseCode::Again,
        _ => CloseCode::Policy,
    }
}

/// Like [`upgrade`], for texts and binary data of up to `longest_bytes`. `receive` may add frames,
/// which are sent before more is received. If it fails, the connection is closed with its reason.
///
/// # Errors
///
/// Those of [`upgrade`].
pub fn upgrade_for_messages(
    request: &HttpRequest,
    payload: web::Payload,
    longest_bytes: usize,
    receive: impl FnMut(&Message, &mut Vec<u8>, &mut Context<'_>) -> Received + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    require_one_of_each(request)?;
    require_same_origin(request)?;
    // HTTP/2 has no upgrade. HEAD gets the header of the response to a GET without an upgrade.
    let connection = ConnectionHandle::of(request).filter(|_| request.method() != Method::HEAD);
    let Some(connection) = connection else {
        return Ok(rejection(&HandshakeError::NoWebsocketUpgrade.into()));
    };
    // Only the handshake: the decoder of actix-ws reports an error before the messages that precede
    // it, and buffers frames of any declared length.
    let (mut response, ..) = match actix_ws::handle(request, payload) {
        Ok(accepted) => accepted,
        Err(error) => return Ok(rejection(&error)),
    };
    let deadlines: &Deadlines = request.app_data().expect("the app has deadlines");
    let metrics: &web::Data<Metrics> = request.app_data().expect("the app has metrics");
    let session = Session {
        connection: Rc::clone(connection),
        decoder: Decoder::new(Sender::Client, longest_bytes),
        receive,
        message: None,
        replies: Vec::new(),
        frames: Some(Box::pin(frames)),
        timeout: deadlines.message,
        deadline: None,
        rejections: metrics.rejections().clone(),
        client: client_address(request),
    };
    let protocol = SwitchProtocol(Box::new(session));
    response.extensions_mut().insert(protocol);
    Ok(response.map_body(|_, _| BoxBody::new(())))
}

/// Whether a message was received, or why the connection should be closed. While it is pending, the
/// function is called again with the same message.
type Received = Poll<Result<(), CloseReason>>;

/// A WebSocket after its handshake.
struct Session<Receiver, Frames> {
    connection: Rc<ConnectionHandle>,
    decoder: Decoder,
    receive: Receiver,
    /// A message with data that has not been received yet. No more is read until then.
    message: Option<Message>,
    /// Frames that reply to the client. Nothing is received until they are sent.
    replies: Vec<u8>,
    /// All other frames to send; `None` once a close frame is among the replies.
    frames: Option<Pin<Box<Frames>>>,
    /// How long a message may take to arrive, from its first byte.
    timeout: Duration,
    /// When the incomplete message must be complete.
    deadline: Option<Pin<Box<Sleep>>>,
    rejections: Rejections,
    client: Option<IpAddr>,
}

impl<Receiver, Frames> Protocol for Session<Receiver, Frames>
where
    Receiver: FnMut(&Message, &mut Vec<u8>, &mut Context<'_>) -> Received,
    Frames: Stream<Item = Result<Bytes, Infallible>>,
{
    fn poll_run(
        &mut self,
        unread: &mut BytesMut,
        mut io: Pin<&mut (dyn AsyncRead + Unpin)>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let sent = self.poll_send(cx)?;
            if sent.is_ready() {
                return Poll::Ready(Ok(()));
            }
            if !self.replies.is_empty() || self.frames.is_none() {
                return Poll::Pending;
            }
            ready!(self.poll_receive(unread, io.as_mut(), cx))?;
        }
    }
}

impl<Receiver, Frames> Session<Receiver, Frames>
where
    Receiver: FnMut(&Message, &mut Vec<u8>, &mut Context<'_>) -> Received,
    Frames: Stream<Item = Result<Bytes, Infallible>>,
{
    /// Sends the replies and then the frames. Ready when the last frame was sent.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.connection.poll_write_backlog(cx))?;
            if !self.replies.is_empty() {
                self.connection
                    .send(std::mem::take(&mut self.replies).into());
                continue;
            }
            let Some(frames) = &mut self.frames else {
                return Poll::Ready(Ok(()));
            };
            match ready!(frames.as_mut().poll_next(cx)) {
                Some(Ok(frame)) => {
                    if let Written::None | Written::Blocked = self.connection.write(&frame) {
                        self.connection.send(frame);
                    }
                }
                None => self.frames = None,
            }
        }
    }

    /// Receives messages as long as they need no reply. Ready when there are replies or the task
    /// should yield; an error when the client has disconnected.
    fn poll_receive(
        &mut self,
        unread: &mut BytesMut,
        mut io: Pin<&mut (dyn AsyncRead + Unpin)>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        for _ in 0..YIELD_AFTER {
            if let Some(message) = self.message.take() {
                let received = (self.receive)(&message, &mut self.replies, cx);
                let Poll::Ready(received) = received else {
                    self.message = Some(message);
                    return Poll::Pending;
                };
                if let Err(reason) = received {
                    self.reject(reason);
                }
                if !self.replies.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                break;
            }
            let mut rest = &unread[..];
            let decoded = self.decoder.decode(&mut rest);
            let taken = unread.len() - rest.len();
            let _ = unread.split_to(taken);
            match decoded {
                Ok(Some(decoded)) => {
                    // A control frame inside a message does not complete the message.
                    if !self.decoder.is_in_message() {
                        self.deadline = None;
                    }
                    self.answer(decoded.message);
                }
                Ok(None) => {
                    if self.poll_late(cx).is_ready() {
                        return Poll::Ready(Ok(()));
                    }
                    ready!(read(unread, io.as_mut(), cx))?;
                }
                Err(fault) => self.reject((fault.code, fault.reason).into()),
            }
            if !self.replies.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        // Wakes this task after those that are ready now.
        let _ = pin!(yield_now()).poll(cx);
        Poll::Pending
    }

    /// Replies to a control frame; keeps a message with data for [`Self::poll_receive`].
    fn answer(&mut self, message: Message) {
        match message {
            Message::Ping(payload) => self.replies.extend(frame(PONG, &payload, None)),
            Message::Pong(_) => {}
            // The echo carries the same code (RFC 6455, section 5.5.1).
            Message::Close(reason) => self.close(reason.map(|(code, _)| code.into())),
            data => self.message = Some(data),
        }
    }

    /// Closes the connection because the client sent something that is not accepted.
    fn reject(&mut self, reason: CloseReason) {
        let detail = reason.description.as_deref().unwrap_or("binary data");
        if let Some(cause) = Cause::of_close(reason.code) {
            self.rejections.record(cause, detail, self.client);
        }
        self.close(Some(reason));
    }

    /// Ready if the current message is late; the connection is then closed.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.decoder.is_incomplete() {
            return Poll::Pending;
        }
        let deadline = || Box::pin(sleep(self.timeout));
        let deadline = self.deadline.get_or_insert_with(deadline);
        ready!(deadline.as_mut().poll(cx));
        let reason = "the message was not complete in time";
        self.rejections
            .record(Cause::MessageTimeout, reason, self.client);
        self.close(Some((CloseCode::Policy, reason).into()));
        Poll::Ready(())
    }

    /// Sends a close frame. Nothing is sent after it.
    fn close(&mut self, reason: Option<CloseReason>) {
        let close = match reason {
            Some(CloseReason { code, description }) => {
                close_frame(code, &description.unwrap_or_default())
            }
            None => frame(CLOSE, &[], None).into(),
        };
        self.replies.extend(close);
        self.frames = None;
    }
}

/// Appends received bytes to `unread`; an error at the end of the input.
fn read(
    unread: &mut BytesMut,
    io: Pin<&mut (dyn AsyncRead + Unpin)>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    if unread.is_empty() {
        // An idle connection holds no buffer.
        *unread = BytesMut::new();
    }
    let mut bytes = [MaybeUninit::uninit(); 4096];
    let mut received = ReadBuf::uninit(&mut bytes);
    ready!(io.poll_read(cx, &mut received))?;
    if received.filled().is_empty() {
        return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
    }
    unread.extend_from_slice(received.filled());
    Poll::Ready(Ok(()))
}

/// Rejects requests that actix-http accepts: an upgrade over HTTP/1.0, and a second key or version
/// (RFC 6455, section 4.2.1).
fn require_one_of_each(request: &HttpRequest) -> Result<(), Problem> {
    if request.version() < Version::HTTP_11 {
        return Err(Problem::bad_request(
            "a WebSocket handshake requires HTTP/1.1",
        ));
    }
    for name in ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        if request.headers().get_all(name).count() > 1 {
            return Err(Problem::bad_request(format!("more than one {name} field")));
        }
    }
    Ok(())
}

/// The response to a handshake that actix-ws rejects: its status and headers (such as the supported
/// version), with the reason as a problem.
fn rejection(error: &actix_web::Error) -> HttpResponse {
    let bare = error.error_response();
    let problem = Problem::new(bare.status(), format!("not a WebSocket handshake: {error}"));
    let mut response = problem.error_response();
    for (name, value) in bare.headers() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
