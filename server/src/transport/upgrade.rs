//! What does every WebSocket of this server need, whatever it carries? The handshake and its
//! rejections, answers to pings and closes, and a close code for each fault (RFC 6455).

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    task::Poll,
    time::{Duration, Instant},
};

use actix_http::ws::HandshakeError;
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError, Result,
    body::{BodyStream, BoxBody, MessageBody},
    dev::Payload,
    http::{Method, Version},
    rt,
    web::{self, Bytes},
};
use actix_ws::{CloseCode, CloseReason, Session};
use futures_util::{Stream, StreamExt, stream};

use super::frame::{Decoder, Fault, Message, Sender};
use crate::{
    feed::data::LONGEST_PUBLISHED,
    http::{
        connection::{Cause, Deadlines, Rejections},
        metrics::Metrics,
        origin::require_same_origin,
        problem::Problem,
    },
};

/// Upgrades the request: `frames` are sent as they are, and each text of the client is handed to
/// `receive`. Where that fails, the connection is closed with 1008 and the reason. Binary data
/// close it with 1003.
///
/// # Errors
///
/// A page of another origin, and a handshake that RFC 6455, section 4.2.1 does not allow.
pub async fn upgrade(
    request: &HttpRequest,
    payload: web::Payload,
    mut receive: impl FnMut(&str) -> Result<(), Problem> + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    let receive = async move |_: &mut Session, message| match message {
        Message::Text(text) => receive(&text)
            .map_err(|problem| CloseReason::from((CloseCode::Policy, problem.to_string()))),
        _ => Err(CloseCode::Unsupported.into()),
    };
    upgrade_for_messages(request, payload, LONGEST_PUBLISHED, receive, frames).await
}

/// The same for texts and binary data of up to `longest_bytes`, which `receive` may answer in the
/// session. Where it fails, the connection is closed with its reason.
///
/// # Errors
///
/// Those of [`upgrade`].
pub async fn upgrade_for_messages(
    request: &HttpRequest,
    payload: web::Payload,
    longest_bytes: usize,
    receive: impl AsyncFnMut(&mut Session, Message) -> Result<(), CloseReason> + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    require_one_of_each(request)?;
    require_same_origin(request)?;
    if request.method() == Method::HEAD {
        // The header of the response to a GET that asks for no upgrade: HEAD upgrades nothing.
        return Ok(rejection(&HandshakeError::NoWebsocketUpgrade.into()));
    }
    // The messages of actix-ws are not read: its decoder lets an error overtake the messages before
    // it, and buffers a frame of any declared length.
    let nothing = web::Payload::from_request(request, &mut Payload::None).await?;
    let (response, session, _) = match actix_ws::handle(request, nothing) {
        Ok(accepted) => accepted,
        Err(error) => return Ok(rejection(&error)),
    };
    let deadlines: &Deadlines = request.app_data().expect("the app has deadlines");
    let metrics: &web::Data<Metrics> = request.app_data().expect("the app has metrics");
    let messages = ClientMessages {
        payload,
        unread: Bytes::new(),
        decoder: Decoder::new(Sender::Client, longest_bytes),
        timeout: deadlines.message,
        deadline: None,
        rejections: metrics.rejections().clone(),
        client: request.peer_addr().map(|peer| peer.ip()),
    };
    rt::spawn(listen(receive, session, messages));
    Ok(response.map_body(|_, control| beside(control, frames)))
}

/// The frames of actix-ws (pongs and closes) and, where there are none, those that are ready to be
/// sent. The connection ends with whichever stream ends first.
fn beside(
    mut control: BoxBody,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> BoxBody {
    let mut frames = Box::pin(frames);
    let both = stream::poll_fn(move |cx| match Pin::new(&mut control).poll_next(cx) {
        Poll::Pending => frames
            .as_mut()
            .poll_next(cx)
            .map_err(|never| match never {}),
        sent => sent,
    });
    BodyStream::new(both).boxed()
}

/// What a client sends.
struct ClientMessages {
    payload: web::Payload,
    unread: Bytes,
    decoder: Decoder,
    /// How long a message may take to arrive, from its first byte.
    timeout: Duration,
    /// When the incomplete message must be complete.
    deadline: Option<Instant>,
    rejections: Rejections,
    client: Option<IpAddr>,
}

impl ClientMessages {
    /// The next message or fault; `None` where the client has disconnected.
    async fn next(&mut self) -> Option<Result<Message, Fault>> {
        loop {
            let mut unread = &self.unread[..];
            let decoded = self.decoder.decode(&mut unread);
            self.unread = self.unread.split_off(self.unread.len() - unread.len());
            if let Some(decoded) = decoded.transpose() {
                // A control frame does not complete the message around it.
                if !self.decoder.is_in_message() {
                    self.deadline = None;
                }
                return Some(decoded.map(|decoded| decoded.message));
            }
            match self.arrived().await {
                Ok(bytes) => self.unread = bytes?,
                Err(timeout) => return Some(Err(timeout)),
            }
        }
    }

    /// Counts the fault of the client that ends the connection with this code, if it is one.
    fn record(&self, code: CloseCode, detail: &str) {
        if let Some(cause) = Cause::of_close(code) {
            self.rejections.record(cause, detail, self.client);
        }
    }

    /// The next bytes; `None` where the client has disconnected.
    async fn arrived(&mut self) -> Result<Option<Bytes>, Fault> {
        let next = self.payload.next();
        let arrived = match self.decoder.is_incomplete() {
            false => next.await,
            true => {
                let deadline = || Instant::now() + self.timeout;
                let deadline = *self.deadline.get_or_insert_with(deadline);
                let Ok(arrived) = tokio::time::timeout_at(deadline.into(), next).await else {
                    let reason = "the message was not complete in time";
                    let (cause, code) = (Cause::MessageTimeout, CloseCode::Policy);
                    self.rejections.record(cause, reason, self.client);
                    return Err(Fault { code, reason });
                };
                arrived
            }
        };
        Ok(arrived.and_then(Result::ok))
    }
}

/// Reads what the client sends: data are received, a ping is answered, a close and a fault end the
/// connection.
async fn listen(
    mut receive: impl AsyncFnMut(&mut Session, Message) -> Result<(), CloseReason>,
    mut session: Session,
    mut messages: ClientMessages,
) {
    let reason = loop {
        match messages.next().await {
            Some(Ok(Message::Ping(payload))) => {
                if session.pong(&payload).await.is_err() {
                    return;
                }
            }
            Some(Ok(Message::Pong(_))) => {}
            // The echo carries the same code (RFC 6455, section 5.5.1).
            Some(Ok(Message::Close(reason))) => {
                break reason.map(|(code, _)| CloseReason::from(code));
            }
            Some(Ok(data)) => {
                // Thousands of short messages in one read leave the other tasks their turns.
                tokio::task::consume_budget().await;
                if let Err(reason) = receive(&mut session, data).await {
                    let detail = reason.description.as_deref();
                    messages.record(reason.code, detail.unwrap_or("binary data"));
                    break Some(reason);
                }
            }
            Some(Err(fault)) => {
                messages.record(fault.code, fault.reason);
                break Some((fault.code, fault.reason).into());
            }
            // The client has disconnected without a close frame.
            None => return,
        }
    };
    // It fails where the client has disconnected meanwhile.
    let _ = session.close(reason).await;
}

/// Rejects what actix-http accepts: an upgrade over HTTP/1.0, and a second key or version (RFC
/// 6455, section 4.2.1).
fn require_one_of_each(request: &HttpRequest) -> Result<(), Problem> {
    if request.version() < Version::HTTP_11 {
        return Err(Problem::bad_request("a WebSocket handshake needs HTTP/1.1"));
    }
    for name in ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        if request.headers().get_all(name).count() > 1 {
            return Err(Problem::bad_request(format!(
                "two {name} headers: send one"
            )));
        }
    }
    Ok(())
}

/// The response to a handshake that actix-ws rejects: its status and headers (such as the version
/// that would do), with the reason as a problem.
fn rejection(error: &actix_web::Error) -> HttpResponse {
    let bare = error.error_response();
    let problem = Problem::new(bare.status(), format!("no WebSocket handshake: {error}"));
    let mut response = problem.error_response();
    for (name, value) in bare.headers() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
