//! Answers one stream.

use std::{future::poll_fn, net::SocketAddr, pin::pin, rc::Rc};

use actix_http::{
    HttpMessage, Response,
    body::{BodySize, BoxBody, MessageBody},
};
use actix_web::{ResponseError, web::Bytes};
use h2::{Reason, RecvStream, SendStream, server::SendResponse};
use tokio::time::timeout;

use super::convert;
use crate::http::connection::{
    Cause, ConnectionPolicy, Rejection,
    answer::{Application, answer},
};

/// Answers one request.
pub(super) struct Responder {
    pub response: SendResponse<Bytes>,
    pub peer: Option<SocketAddr>,
    pub policy: Rc<ConnectionPolicy>,
}

/// The client has reset the stream or disconnected.
struct Gone;

impl Responder {
    /// Answers the request. The response is dropped as soon as the client resets the stream or
    /// disconnects.
    pub async fn respond(
        mut self,
        request: http::Request<RecvStream>,
        app: Rc<impl Application>,
        data: impl Clone + 'static,
    ) {
        let is_head = request.method() == http::Method::HEAD;
        let converted = convert::request(request, self.peer, &self.policy);
        let Some(request) = converted else {
            self.record(Cause::BadRequest, "the request over HTTP/2 is malformed");
            self.response.send_reset(Reason::PROTOCOL_ERROR);
            return;
        };
        // A stream needs as many resources as a connection, so it is counted like one.
        let _permit = match self.policy.acquire(self.peer.map(|peer| peer.ip())) {
            Ok(permit) => permit,
            Err(rejection) => return self.reject(&rejection, is_head).await,
        };
        request.extensions_mut().insert(data);
        let response = tokio::select! {
            biased;
            _ = poll_fn(|cx| self.response.poll_reset(cx)) => return,
            response = answer(&*app, request) => response,
        };
        let _ = self.send(response, is_head).await;
    }

    async fn reject(mut self, rejection: &Rejection, is_head: bool) {
        self.record(rejection.cause, &rejection.detail);
        let response = rejection.problem().error_response();
        let _ = self.send(response.into(), is_head).await;
    }

    async fn send(&mut self, response: Response<BoxBody>, is_head: bool) -> Result<(), Gone> {
        let (head, body) = response.into_parts();
        let size = body.size();
        let has_body = !is_head && !size.is_eof();
        let head = convert::response(head.head(), size);
        let stream = self.response.send_response(head, !has_body);
        let stream = stream.map_err(|_| Gone)?;
        match has_body {
            true => self.send_body(stream, body, size).await,
            false => Ok(()),
        }
    }

    async fn send_body(
        &self,
        mut stream: SendStream<Bytes>,
        body: BoxBody,
        size: BodySize,
    ) -> Result<(), Gone> {
        let mut body = pin!(body);
        let mut rest = match size {
            BodySize::Sized(length) => Some(length),
            BodySize::None | BodySize::Stream => None,
        };
        loop {
            let part = tokio::select! {
                biased;
                _ = poll_fn(|cx| stream.poll_reset(cx)) => return Err(Gone),
                part = poll_fn(|cx| body.as_mut().poll_next(cx)) => part,
            };
            let part = match part {
                Some(Ok(part)) => part,
                Some(Err(_)) => {
                    stream.send_reset(Reason::INTERNAL_ERROR);
                    return Err(Gone);
                }
                None => return stream.send_data(Bytes::new(), true).map_err(|_| Gone),
            };
            rest = rest.map(|rest| rest.saturating_sub(part.len() as u64));
            // If the length of the body is known, its last frame ends the stream.
            let is_last = rest == Some(0);
            self.send_part(&mut stream, part, is_last).await?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Sends a part of a body, as the client's window permits. Resets the stream if the client does
    /// not open its window in time.
    async fn send_part(
        &self,
        stream: &mut SendStream<Bytes>,
        mut part: Bytes,
        is_last: bool,
    ) -> Result<(), Gone> {
        while !part.is_empty() {
            stream.reserve_capacity(part.len());
            let capacity = poll_fn(|cx| stream.poll_capacity(cx));
            let Ok(capacity) = timeout(self.policy.deadlines.write, capacity).await else {
                self.record(Cause::TooSlow, "the client does not read");
                stream.send_reset(Reason::CANCEL);
                return Err(Gone);
            };
            let Some(Ok(capacity)) = capacity else {
                return Err(Gone);
            };
            let sent = part.split_to(capacity.min(part.len()));
            let ends = is_last && part.is_empty();
            stream.send_data(sent, ends).map_err(|_| Gone)?;
        }
        Ok(())
    }

    fn record(&self, cause: Cause, detail: &str) {
        let client = self.peer.map(|peer| peer.ip());
        self.policy.rejections.record(cause, detail, client);
    }
}
