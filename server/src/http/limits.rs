//! How many connections can this process hold, and what is the next one told?
//!
//! At its limit of open files a server can't even accept a connection to refuse it: clients hang
//! until they give up. So the last few files are kept for saying no.

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

/// Files for what is no client: listeners, pages, logs, and connections that are told no.
pub const BESIDES: usize = 128;

/// The connections of a server, counted.
#[derive(Debug)]
pub struct Room {
    most: usize,
    open: AtomicUsize,
}

/// One connection, counted until this is dropped.
#[derive(Debug)]
pub struct Seat {
    room: Arc<Room>,
    granted: bool,
}

impl Room {
    /// Room for as many connections as this process may open files, if each takes so many.
    pub fn new(files_per_connection: usize) -> Arc<Self> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        Arc::new(Self {
            most: (limit.saturating_sub(BESIDES) / files_per_connection).max(1),
            open: AtomicUsize::new(0),
        })
    }

    /// Counts a connection that was accepted.
    pub fn seat(self: &Arc<Self>) -> Seat {
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        Seat {
            room: Arc::clone(self),
            granted: before < self.most,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.room.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answers 503 and closes where there was no seat.
pub async fn require_seat(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let full = match request.conn_data::<Seat>() {
        Some(seat) if !seat.granted => Some(seat.room.most),
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
