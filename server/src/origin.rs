//! Did a page of this server ask, or a page of somebody else?

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

use crate::problem::Problem;

/// Refuses what a page from elsewhere sends.
///
/// There is no CORS for WebSocket (RFC 6455, section 10.2), and a form of any page may POST: only
/// the server can check. Programs send no `Origin` and pass.
pub fn require_same_origin(request: &HttpRequest) -> Result<(), Problem> {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let host = request.headers().get(header::HOST);
    let origin = String::from_utf8_lossy(origin.as_bytes()).to_ascii_lowercase();
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let same = host.is_some_and(|host| {
        authority
            .is_some_and(|authority| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()))
    });
    if same {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        format!("a page of {origin} asks: only pages of this server may"),
    ))
}
