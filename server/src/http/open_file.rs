//! Limits the files that are sent at the same time. Each is an open file in addition to its
//! connection, so it counts as a connection.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    web::{Bytes, Data},
};

use super::{
    connection::{ConnectionPolicy, limits::Permit},
    problem::Problem,
};

/// A body that is read from a file. The file counts as a connection until this is dropped.
pub struct FileBody {
    body: BoxBody,
    _permit: Permit,
}

impl FileBody {
    /// The body of a response that has this permit.
    pub fn new(body: impl MessageBody + 'static, permit: Permit) -> Self {
        Self {
            body: body.boxed(),
            _permit: permit,
        }
    }
}

/// Counts a file that is opened for the request.
///
/// # Errors
///
/// A limit on connections is reached.
pub fn permit(request: &HttpRequest) -> Result<Permit, Problem> {
    let policy = request.app_data::<Data<ConnectionPolicy>>();
    let policy = policy.expect("the app has the policy of its connections");
    let client = request.peer_addr().map(|peer| peer.ip());
    policy.acquire(client).map_err(|rejection| {
        policy.rejections.record_rejection(&rejection, client);
        rejection.problem()
    })
}

impl MessageBody for FileBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
