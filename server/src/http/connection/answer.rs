//! Prepares each response for its request and connection.

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_http::{Request, Response};
use actix_service::Service;
use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::ServiceRequest,
    http::{
        ConnectionType, Method, StatusCode, Version,
        header::{HeaderName, HeaderValue},
    },
    web::Bytes,
};

use super::{
    NeverEnds,
    handle::{ConnectionHandle, Expectation, Responding},
};

/// Proxies such as nginx buffer a response unless this field disables it.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);

/// A response that is not ready yet. Put it into the extensions of another response, which it
/// replaces. While it is pending, nothing of the request is kept in memory.
pub struct LaterResponse(Pin<Box<dyn Future<Output = HttpResponse>>>);

impl LaterResponse {
    /// The response that `future` returns.
    pub fn new(future: impl Future<Output = HttpResponse> + 'static) -> Self {
        Self(Box::pin(future))
    }
}

/// The application.
pub(super) trait Application:
    Service<Request, Response: Into<Response<Answer>>, Error: Into<Response<BoxBody>>>
{
}

impl<T> Application for T where
    T: Service<Request, Response: Into<Response<Answer>>, Error: Into<Response<BoxBody>>>
{
}

/// The complete response of the application.
pub(super) async fn answer(app: &impl Application, request: Request) -> Response<BoxBody> {
    match app.call(request).await {
        Ok(response) => Answer::complete(response.into())
            .await
            .map_into_boxed_body(),
        Err(error) => error.into(),
    }
}

/// A request that is being answered.
pub struct Answering {
    handle: Option<Rc<ConnectionHandle>>,
    responding: Option<Responding>,
    is_head: bool,
    is_old: bool,
}

impl Answering {
    /// Called before the application handles the request.
    pub fn begin(request: &ServiceRequest) -> Self {
        let handle = request.conn_data::<Rc<ConnectionHandle>>().cloned();
        Self {
            responding: handle.as_ref().map(ConnectionHandle::response),
            handle,
            is_head: request.method() == Method::HEAD,
            is_old: request.version() < Version::HTTP_11,
        }
    }

    /// Adapts the response to its request. It notifies the connection's guard when the response has
    /// ended, or that it never ends.
    pub fn end(self, mut response: HttpResponse) -> HttpResponse<Answer> {
        let later = response.extensions_mut().remove::<LaterResponse>();
        if let Some(response) = later {
            let (answering, placeholder) = (self, HttpResponse::new(StatusCode::OK));
            let later = |_: &mut _, _| Answer::Later {
                answering,
                response,
            };
            return placeholder.map_body(later);
        }
        let handle = self.handle;
        if let Some(rejection) = handle.as_ref().and_then(|handle| handle.body_fault.take()) {
            response = HttpResponse::from_error(rejection.problem());
            close(&mut response);
        }
        if handle.as_ref().map(|handle| handle.expectation.get()) == Some(Expectation::Waiting) {
            // The client did not receive `100 Continue`. It may send the body or not, so the next
            // bytes may be a body or a request.
            close(&mut response);
        }
        let size = response.body().size();
        if response.extensions().contains::<NeverEnds>() {
            let (name, value) = UNBUFFERED;
            response.headers_mut().insert(name, value);
            if let Some(handle) = handle.filter(|_| !self.is_head) {
                handle.mark_never_ends();
            }
        }
        if size == BodySize::Stream && self.is_old {
            // The end of the connection ends the body (RFC 9112, sections 6.1 and 6.3).
            response.head_mut().no_chunking(true);
            close(&mut response);
        }
        response.map_body(|_, body| Answer::Now {
            body: (!self.is_head).then_some(body),
            size,
            _responding: self.responding,
        })
    }
}

fn close(response: &mut HttpResponse) {
    response
        .head_mut()
        .set_connection_type(ConnectionType::Close);
}

/// The body of a response.
pub enum Answer {
    /// A body that notifies the guard when it is dropped. For a HEAD request it only has a size.
    Now {
        /// The body.
        body: Option<BoxBody>,
        /// Its size in the header.
        size: BodySize,
        /// Ends the response when dropped.
        _responding: Option<Responding>,
    },
    /// The response will be replaced by another one.
    Later {
        /// The request.
        answering: Answering,
        /// The other response.
        response: LaterResponse,
    },
}

impl Answer {
    /// Waits for the response that replaces this one, if any.
    pub(super) async fn complete(response: Response<Self>) -> Response<Self> {
        let (head, answer) = response.into_parts();
        match answer {
            Self::Now { .. } => head.set_body(answer),
            Self::Later {
                answering,
                response,
            } => {
                // It holds kilobytes for header fields.
                drop(head);
                answering.end(response.0.await).into()
            }
        }
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        match self {
            Self::Now { size, .. } => *size,
            Self::Later { .. } => BodySize::None,
        }
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match &mut *self {
            Self::Now {
                body: Some(body), ..
            } => Pin::new(body).poll_next(cx),
            _ => Poll::Ready(None),
        }
    }
}
