//! What is each response given on its way to the connection?

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, Version,
        header::{HeaderName, HeaderValue},
    },
    web::Bytes,
};

use super::{
    NeverEnds,
    handle::{ConnectionHandle, Expectation, Responding},
};

/// Proxies such as nginx keep a response until their buffer is full, unless this field says no.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);

/// A request that is being answered.
pub struct Answering {
    handle: Option<Rc<ConnectionHandle>>,
    responding: Option<Responding>,
    is_head: bool,
    is_old: bool,
}

impl Answering {
    /// The application begins to answer the request.
    pub fn begin(request: &ServiceRequest) -> Self {
        let handle = request.conn_data::<Rc<ConnectionHandle>>().cloned();
        Self {
            responding: handle.as_ref().map(ConnectionHandle::response),
            handle,
            is_head: request.method() == Method::HEAD,
            is_old: request.version() < Version::HTTP_11,
        }
    }

    /// Writes the response as its request can read it. It tells the guard of the connection when it
    /// has ended, or that it never will.
    pub fn end(self, mut response: ServiceResponse) -> ServiceResponse<impl MessageBody> {
        let handle = self.handle;
        if let Some(rejection) = handle.as_ref().and_then(|handle| handle.take_body_fault()) {
            response = response.error_response(rejection.problem());
            close(&mut response);
        }
        if handle.as_ref().map(|handle| handle.expectation()) == Some(Expectation::Waiting) {
            // The client was not told to continue: it need not send the body, and nobody would
            // know.
            close(&mut response);
        }
        let size = response.response().body().size();
        if response.response().extensions().contains::<NeverEnds>() {
            let (name, value) = UNBUFFERED;
            response.headers_mut().insert(name, value);
            if let Some(handle) = handle.filter(|_| !self.is_head) {
                handle.mark_never_ends();
            }
        }
        if size == BodySize::Stream && self.is_old {
            // The end of the connection is the end of the body (RFC 9112, sections 6.1 and 6.3).
            response.response_mut().head_mut().no_chunking(true);
            close(&mut response);
        }
        response.map_body(|_, body| Answer {
            body: (!self.is_head).then_some(body),
            size,
            _responding: self.responding,
        })
    }
}

fn close<B>(response: &mut ServiceResponse<B>) {
    let head = response.response_mut().head_mut();
    head.set_connection_type(ConnectionType::Close);
}

/// A body that tells the guard when it is dropped. The body for a HEAD request has a size only.
struct Answer {
    body: Option<BoxBody>,
    size: BodySize,
    _responding: Option<Responding>,
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}
