//! HOW is an update written? Each format knows its own text and nothing of HTTP.

mod event_stream;
mod json;
mod json_lines;
pub mod page;
mod script_tags;
mod text_frame;

pub use self::{
    event_stream::EVENT_STREAM,
    json::JSON,
    json_lines::JSON_LINES,
    page::PAGE,
    script_tags::SCRIPT_TAGS,
    text_frame::{TEXT_FRAME, close_frame, text_frame},
};

use std::{sync::Arc, time::Duration};

use actix_web::web::{Bytes, BytesMut};

use crate::feed::{Due, Position, Update};

/// One way to write updates.
#[derive(Debug)]
pub struct Format {
    id: Id,
    /// The media type of what it writes.
    pub media_type: &'static str,
    /// What stands before the first update, given where and when the client asks again.
    begin: fn(&Repeat) -> String,
    /// One update.
    update: fn(&Update) -> Bytes,
    /// What stands between two updates of one answer.
    between: &'static str,
    /// What the client missed, given as JSON, and its position after that.
    notice: fn(&str, Position) -> Bytes,
    /// What shows that an open stream is alive, and means nothing.
    pub heartbeat: &'static [u8],
    /// What stands after the last update of one answer.
    end: &'static str,
    /// What an open stream says before the server ends it.
    farewell: fn(Farewell) -> Bytes,
}

/// Which format encoded a copy of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    Plain,
    Json,
    JsonLines,
    ScriptTags,
    Page,
    EventStream,
    TextFrame,
}

/// Where and when a client that repeats by itself asks again.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// Its position in the feed after this answer.
    pub after: Position,
    /// The most updates of one answer, where it asked for a bound.
    pub max: Option<usize>,
    /// From request to request.
    pub interval: Duration,
}

/// Why the server ends an open stream.
#[derive(Clone, Copy, Debug)]
pub enum Farewell {
    /// The server stops.
    GoingAway,
    /// The client has taken nothing for too long.
    TooSlow,
}

impl Format {
    /// The texts of updates one after another, with nothing around them. Each format states how it
    /// differs from this one.
    const PLAIN: Self = Self {
        id: Id::Plain,
        media_type: "application/json",
        begin: |_| String::new(),
        update: |update| update.text.clone(),
        between: "",
        notice: |text, _| text.to_owned().into(),
        heartbeat: b"",
        end: "",
        farewell: |_| Bytes::new(),
    };

    /// A whole answer of at most `most_bytes`; `None` if it is longer.
    pub fn document(&self, due: &Due, again: &Repeat, most_bytes: usize) -> Option<Bytes> {
        let mut text = BytesMut::from((self.begin)(again).as_bytes());
        for (nth, part) in self.parts(due).enumerate() {
            if nth > 0 {
                text.extend_from_slice(self.between.as_bytes());
            }
            text.extend_from_slice(&part);
            if text.len() + self.end.len() > most_bytes {
                return None;
            }
        }
        text.extend_from_slice(self.end.as_bytes());
        Some(text.freeze())
    }

    /// What stands between two updates of one answer.
    pub fn between(&self) -> Bytes {
        Bytes::from_static(self.between.as_bytes())
    }

    /// What stands after the last update of one answer.
    pub fn end(&self) -> Bytes {
        Bytes::from_static(self.end.as_bytes())
    }

    /// What stands before the first update.
    pub fn begin(&self, again: &Repeat) -> Bytes {
        (self.begin)(again).into()
    }

    /// The parts of an open stream that are due now.
    pub fn parts(&self, due: &Due) -> impl Iterator<Item = Bytes> {
        let notice = due
            .notice
            .map(|notice| (self.notice)(&notice.text(), due.from));
        let updates = due.updates.iter();
        let encode = |update: &Arc<Update>| update.encoded(self.id as u8, self.update);
        notice.into_iter().chain(updates.map(encode))
    }

    /// The last words of an open stream.
    pub fn farewell(&self, why: Farewell) -> Bytes {
        (self.farewell)(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_an_id_of_its_own() {
        let mut ids = [
            Format::PLAIN,
            JSON,
            JSON_LINES,
            SCRIPT_TAGS,
            PAGE,
            EVENT_STREAM,
            TEXT_FRAME,
        ]
        .map(|format| format.id as u8)
        .to_vec();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 7);
    }
}
