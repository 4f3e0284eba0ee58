//! WebSocket: after one handshake both sides speak on one connection, in frames (RFC 6455).
//!
//! - Starts with an HTTP request that is upgraded.
//! - Resumes by `?after=` in the URL of the next handshake.
//! - Ends with a close frame that tells why: 1001 the server stops, 1002 a protocol error, 1003
//!   binary data, 1007 text that is not UTF-8, 1008 the client was too slow or may not publish,
//!   1009 too long.
//! - Can't resume by itself: the page's script connects again, backing off.

use std::{cell::Cell, convert::Infallible, io::ErrorKind, pin::Pin, rc::Rc, task::Poll};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError, Result,
    body::{BodyStream, BoxBody, MessageBody},
    dev::Payload,
    http::{Version, header},
    rt,
    web::{self, Bytes},
};
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session,
};
use futures_util::{Stream, StreamExt, stream};

use crate::{
    feed::data::{Data, LONGEST_PUBLISHED},
    format::TEXT_FRAME,
    http::{origin::require_same_origin, problem::Problem},
    lab::audience::Speaker,
    reply::{self, Ask},
    transport::frame_guard::FrameGuard,
};

/// `GET /websocket`: upgraded, then both sides speak.
pub async fn get(request: HttpRequest, payload: web::Payload, ask: Ask) -> Result<HttpResponse> {
    let feed = ask.feed.clone();
    let speaker = Speaker::of(&request);
    let publish = move |text: &str| {
        speaker.require_leave()?;
        feed.accept(&Data::json_or_text(text));
        Ok(())
    };
    upgrade(&request, payload, publish, reply::updates(ask, &TEXT_FRAME)).await
}

/// Upgrades the request: `frames` are sent as they are, and each text that comes is handed to
/// `hear`, which may refuse it.
pub async fn upgrade(
    request: &HttpRequest,
    payload: web::Payload,
    hear: impl FnMut(&str) -> Result<(), Problem> + 'static,
    frames: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> Result<HttpResponse> {
    require_one_key(request)?;
    require_same_origin(request)?;
    let fault = Rc::default();
    let guarded = FrameGuard::new(payload.into_inner(), LONGEST_PUBLISHED, Rc::clone(&fault));
    let mut guarded: Payload = Payload::Stream {
        payload: Box::pin(guarded),
    };
    let guarded = web::Payload::from_request(request, &mut guarded).await?;
    let (response, session, messages) = match actix_ws::handle(request, guarded) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(refused(&refusal)),
    };
    let messages = messages
        .max_frame_size(LONGEST_PUBLISHED)
        .aggregate_continuations()
        .max_continuation_size(LONGEST_PUBLISHED);
    rt::spawn(listen(hear, session, messages, fault));
    Ok(response.map_body(|_, control| beside(control, frames)))
}

/// What actix-ws says (pongs, closes) and, when it says nothing, frames that are ready to be sent.
/// The connection ends with whichever ends first.
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
        said => said,
    });
    BodyStream::new(both).boxed()
}

/// What the client says: text is heard, a ping is answered, all else ends the connection.
async fn listen(
    mut hear: impl FnMut(&str) -> Result<(), Problem>,
    mut session: Session,
    mut messages: AggregatedMessageStream,
    fault: Rc<Cell<Option<CloseCode>>>,
) {
    let why: CloseReason = loop {
        match messages.next().await {
            Some(Ok(AggregatedMessage::Text(text))) => {
                if let Err(refusal) = hear(&text) {
                    break (CloseCode::Policy, refusal.to_string()).into();
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
            Some(Err(error)) => break fault.take().unwrap_or(close_code(&error)).into(),
            // The client left without a word: nobody is there to be told.
            None => return,
        }
    };
    let _ = session.close(Some(why)).await;
}

/// RFC 6455, section 7.4.1.
fn close_code(error: &ProtocolError) -> CloseCode {
    match error {
        ProtocolError::Overflow => CloseCode::Size,
        // The parts of a message together are too long; a lost connection can't be told anyway.
        ProtocolError::Io(error) if error.kind() == ErrorKind::Other => CloseCode::Size,
        ProtocolError::Io(error) if error.kind() == ErrorKind::InvalidData => CloseCode::Invalid,
        _ => CloseCode::Protocol,
    }
}

/// What actix-http lets pass: an upgrade of HTTP/1.0 and a second key (RFC 6455, section 4.2.1).
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

/// The refusal of a handshake, with its headers (which version would do) and in our words.
fn refused(refusal: &actix_web::Error) -> HttpResponse {
    let bare = refusal.error_response();
    let problem = Problem::new(bare.status(), format!("no WebSocket handshake: {refusal}"));
    let mut response = problem.error_response();
    for (name, value) in bare.headers() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
