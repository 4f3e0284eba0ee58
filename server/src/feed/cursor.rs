//! FROM: the position after which a client continues.

use thiserror::Error;

use super::{Feed, Position};
use crate::base::number::whole_number;

/// A position in the feed, and how many of the following updates one response may carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The client wants the updates after this position; `None` if it does not know its position.
    pub after: Option<Position>,
    /// The maximum number of updates in one response, if the client limits it.
    pub max: Option<usize>,
}

/// The text is not a cursor.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages explain them")]
pub enum BadCursor {
    #[error(
        "{name}={text}: expected a position: SEQ, or SEQ.CHECK with four digits of 0-9 and a-z"
    )]
    NotAPosition { name: &'static str, text: String },
    #[error("max={text}: expected a whole number, 1 or more")]
    NotALimit { text: String },
}

impl Cursor {
    /// Parses the values of `?after=SEQ.CHECK` (or `?after=SEQ`) and `?max=N`, if present.
    pub fn parse(after: Option<&str>, max: Option<&str>) -> Result<Self, BadCursor> {
        let after = after.map(|text| position("after", text)).transpose()?;
        let max = max.map(limit).transpose()?;
        Ok(Self { after, max })
    }

    /// The same cursor at the position in a browser's `Last-Event-ID` header. The header takes
    /// precedence over the URL, which the browser repeats unchanged (WHATWG HTML, section 9.2.4).
    pub fn at_last_event_id(self, id: &str) -> Result<Self, BadCursor> {
        Ok(Self {
            after: Some(position("Last-Event-ID", id)?),
            ..self
        })
    }

    /// The maximum number of updates in one response.
    pub fn limit(&self) -> usize {
        self.max.unwrap_or(usize::MAX)
    }

    /// The position after which to start. Without one, the newest update is the first.
    pub fn position(&self, feed: &Feed) -> Position {
        let before_newest = || Position::without_check(feed.newest().saturating_sub(1));
        self.after.unwrap_or_else(before_newest)
    }
}

fn position(name: &'static str, text: &str) -> Result<Position, BadCursor> {
    text.parse().map_err(|_| BadCursor::NotAPosition {
        name,
        text: text.to_owned(),
    })
}

fn limit(text: &str) -> Result<usize, BadCursor> {
    let limit = whole_number(text).filter(|&limit| limit > 0);
    limit.ok_or_else(|| BadCursor::NotALimit {
        text: text.to_owned(),
    })
}
