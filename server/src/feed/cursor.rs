//! FROM: at which place of the feed does a client want to go on?

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use serde::Deserialize;
use std::future::{Ready, ready};

use crate::{feed::Feed, http::problem::Problem};

/// A place in the feed, and how much of what follows one answer may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What follows this `seq` is wanted; nothing is known of a client without one.
    pub after: Option<u64>,
    /// The most updates of one answer, where a bound is wanted.
    pub max: Option<usize>,
}

#[derive(Deserialize)]
struct Query {
    after: Option<String>,
    max: Option<String>,
}

impl Cursor {
    /// Reads `?after=SEQ` and `?max=N`.
    fn from_query(query: &str) -> Result<Self, Problem> {
        let query = web::Query::<Query>::from_query(query)
            .map_err(|error| Problem::bad_request(format!("the query can't be read: {error}")))?
            .into_inner();
        let after = query.after.map(|text| number("after", &text)).transpose()?;
        let max = query.max.map(|text| number("max", &text)).transpose()?;
        match max {
            Some(0) => Err(Problem::bad_request("max=0: an answer carries at least 1")),
            max => Ok(Self { after, max }),
        }
    }

    /// Where a browser that resumes by itself says it stands: `Last-Event-ID` wins over the URL,
    /// which it repeats unchanged (WHATWG HTML, section 9.2.4).
    pub fn or_last_event_id(mut self, request: &HttpRequest) -> Result<Self, Problem> {
        if let Some(id) = request.headers().get("Last-Event-ID") {
            let text = String::from_utf8_lossy(id.as_bytes());
            self.after = Some(number("Last-Event-ID", &text)?);
        }
        Ok(self)
    }

    /// The most updates of one answer.
    pub fn bound(&self) -> usize {
        self.max.unwrap_or(usize::MAX)
    }

    /// The `seq` after which to begin: without a place, the newest update is the first.
    pub fn place(&self, feed: &Feed) -> u64 {
        self.after.unwrap_or(feed.newest().saturating_sub(1))
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, Problem> {
    // A leading '+' is for Rust a number too; in a URL it would be a space.
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        Problem::bad_request(format!("{name}={text}: expected a whole number, 0 or more"))
    })
}

impl FromRequest for Cursor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_query(request.query_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_whole_number_or_absent() {
        let read = |query| Cursor::from_query(query).map(|cursor| (cursor.after, cursor.max));
        assert_eq!(read("").unwrap(), (None, None));
        assert_eq!(read("after=7&max=2&_=123").unwrap(), (Some(7), Some(2)));
        for bad in [
            "after=",
            "after=-1",
            "after=1.5",
            "after=%2B1",
            "max=0",
            "after=1&after=2",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
