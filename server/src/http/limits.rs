//! How many connections can this process hold, and what does the next one receive?
//!
//! At its limit of open files a server cannot even accept a connection in order to reject it, and
//! clients hang until they give up. So a few files are reserved for rejections.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};

use crate::http::problem::Problem;

/// Files reserved for listeners, pages, logs, and connections that are rejected.
pub const RESERVED_FILES: usize = 128;

/// The connections of a server, counted.
#[derive(Debug)]
pub struct ConnectionLimit {
    most: usize,
    open: AtomicUsize,
}

/// One connection, counted until this is dropped.
#[derive(Debug)]
pub struct Permit {
    limit: Arc<ConnectionLimit>,
    granted: bool,
}

impl ConnectionLimit {
    /// As many connections as this process may open files, if each takes `files_per_connection`.
    pub fn new(files_per_connection: usize) -> Arc<Self> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        Arc::new(Self {
            most: (limit.saturating_sub(RESERVED_FILES) / files_per_connection).max(1),
            open: AtomicUsize::new(0),
        })
    }

    /// Counts a connection that was accepted.
    pub fn acquire(self: &Arc<Self>) -> Permit {
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        Permit {
            limit: Arc::clone(self),
            granted: before < self.most,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limit.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answers 503 and closes the connection where its permit was not granted.
pub async fn require_permit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let full = match request.conn_data::<Permit>() {
        Some(permit) if !permit.granted => Some(permit.limit.most),
        _ => None,
    };
    if let Some(most) = full {
        let detail =
            format!("{most} connections are open, and this server may not open more files");
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        let mut response = request.error_response(problem);
        response
            .response_mut()
            .head_mut()
            .set_connection_type(actix_web::http::ConnectionType::Close);
        return Ok(response.map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
