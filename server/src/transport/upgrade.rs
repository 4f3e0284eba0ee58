//! What does every WebSocket of this server need, whatever it carries? The handshake and its
//! rejections, answers to pings and closes, and a close code for each fault (RFC 6455).

use std::{convert::Infallible, io::ErrorKind, pin::Pin, rc::Rc, task::Poll};

use actix_http::ws::HandshakeError;
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError, Result,
    body::{BodyStream, BoxBody, MessageBody},
    dev::Payload,
    http::{Method, Version, header},
    rt,
    web::{self, Bytes},
};
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session,
};
use futures_util::{Stream, StreamExt, stream};

use super::frame_guard::{Fault, FrameGuard, MESSAGE_TIMEOUT};
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
/// `receive`. Where that fails, the connection is closed with 1008 and the reason.
///
/// # Errors
///
/// A page of another origin, and a handshake that RFC 6455, section 4.2.1 does not allow.
pub async fn upgrade(
    request: &HttpRequest,
    payload: web::Payload,
    receive: impl FnMut(&str) -> Result<(), Problem> + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    require_one_key(request)?;
    require_same_origin(request)?;
    let fault = Fault::default();
    let deadlines: &Deadlines = request.app_data().expect("the app has deadlines");
    let guarded = FrameGuard::new(
        payload.into_inner(),
        LONGEST_PUBLISHED,
        deadlines.message,
        Rc::clone(&fault),
    );
    let mut guarded: Payload = Payload::Stream {
        payload: Box::pin(guarded),
    };
    let guarded = web::Payload::from_request(request, &mut guarded).await?;
    if request.method() == Method::HEAD {
        // The header of the response to a GET that asks for no upgrade: HEAD upgrades nothing.
        return Ok(rejection(&HandshakeError::NoWebsocketUpgrade.into()));
    }
    let (response, session, messages) = match actix_ws::handle(request, guarded) {
        Ok(accepted) => accepted,
        Err(error) => return Ok(rejection(&error)),
    };
    let messages = messages
        .max_frame_size(LONGEST_PUBLISHED)
        .aggregate_continuations()
        .max_continuation_size(LONGEST_PUBLISHED);
    let metrics: &web::Data<Metrics> = request.app_data().expect("the app has metrics");
    let faults = Faults {
        fault,
        rejections: metrics.rejections().clone(),
    };
    rt::spawn(listen(receive, session, messages, faults));
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

/// Reads what the client sends: text is received, a ping is answered, all else ends the connection.
async fn listen(
    mut receive: impl FnMut(&str) -> Result<(), Problem>,
    mut session: Session,
    mut messages: AggregatedMessageStream,
    faults: Faults,
) {
    let reason: CloseReason = loop {
        match messages.next().await {
            Some(Ok(AggregatedMessage::Text(text))) => {
                if let Err(problem) = receive(&text) {
                    break (CloseCode::Policy, problem.to_string()).into();
                }
            }
            Some(Ok(AggregatedMessage::Ping(payload))) => {
                if session.pong(&payload).await.is_err() {
                    return;
                }
            }
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            Some(Ok(AggregatedMessage::Binary(_))) => break CloseCode::Unsupported.into(),
            Some(Ok(AggregatedMessage::Close(reason))) => {
                // The echo carries the same code (RFC 6455, section 5.5.1).
                let _ = session.close(reason).await;
                return;
            }
            Some(Err(error)) => break faults.take().unwrap_or(close_code(&error).into()),
            // The client has disconnected without a close frame.
            None => return,
        }
    };
    let _ = session.close(Some(reason)).await;
}

/// Why the guard of the frames stopped, and how that is counted.
struct Faults {
    fault: Fault,
    rejections: Rejections,
}

impl Faults {
    fn take(&self) -> Option<CloseReason> {
        let reason = self.fault.take()?;
        if reason.description.as_deref() == Some(MESSAGE_TIMEOUT) {
            self.rejections.count(Cause::MessageTimeout);
        }
        Some(reason)
    }
}

/// RFC 6455, section 7.4.1.
fn close_code(error: &ProtocolError) -> CloseCode {
    match error {
        ProtocolError::Overflow => CloseCode::Size,
        // The fragments of a message are too long together. (A lost connection gives the same kind of
        // error, and then nobody receives the close frame.)
        ProtocolError::Io(error) if error.kind() == ErrorKind::Other => CloseCode::Size,
        ProtocolError::Io(error) if error.kind() == ErrorKind::InvalidData => CloseCode::Invalid,
        _ => CloseCode::Protocol,
    }
}

/// Rejects what actix-http accepts: an upgrade over HTTP/1.0, and a second key (RFC 6455, section
/// 4.2.1).
fn require_one_key(request: &HttpRequest) -> Result<(), Problem> {
    if request.version() < Version::HTTP_11 {
        return Err(Problem::bad_request("a WebSocket handshake needs HTTP/1.1"));
    }
    let keys = request.headers().get_all(header::SEC_WEBSOCKET_KEY);
    if keys.count() > 1 {
        return Err(Problem::bad_request(
            "two Sec-WebSocket-Key headers: send one",
        ));
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
