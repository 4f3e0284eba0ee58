//! The presenter: a client on this host, or one with the token that was printed at start.

use std::io;

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

use crate::http::{
    origin::{Peer, is_this_host},
    problem::Problem,
};

/// The token of a presenter on another machine.
#[derive(Clone, Debug)]
pub struct Token(String);

impl Token {
    /// A new token of 128 random bits from the system.
    pub fn new() -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self(random.map(|byte| format!("{byte:02x}")).concat()))
    }

    /// The text in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the request is from the presenter.
    pub fn presents(&self, request: &HttpRequest) -> bool {
        let peer = Peer::of(request);
        let bearer = request.headers().get(header::AUTHORIZATION);
        let bearer = bearer.and_then(|value| value.to_str().ok()?.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let mut query = request.query_string().split('&');
        let over_panel = peer.is_some_and(|peer| peer.is_behind_relay());
        (!over_panel && is_this_host(request))
            || bearer.is_some_and(|(_, token)| self.is(token.trim()))
            || query.any(|part| part.strip_prefix("token=").is_some_and(|it| self.is(it)))
    }

    /// Rejects requests that are not from the presenter.
    pub fn require(&self, request: &HttpRequest) -> Result<(), Problem> {
        if self.presents(request) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "only the presenter may do this: connect from the server's own host to the page's port \
             without a proxy, or send the token that the server printed at start",
        ))
    }

    /// Takes the same time, regardless of which character differs.
    fn is(&self, text: &str) -> bool {
        let pairs = self.0.bytes().zip(text.bytes());
        self.0.len() == text.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}
