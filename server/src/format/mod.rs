//! How an update is written. A format defines only its own text and does not depend on HTTP.

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
    page::{PAGE, PAGE_WITH_INPUT},
    script_tags::SCRIPT_TAGS,
    text_frame::{TEXT_FRAME, close_frame, text_frame},
};

use std::{sync::Arc, time::Duration};

use actix_web::web::{Bytes, BytesMut};

use crate::feed::{Due, Position, Update};

/// A way to write updates.
#[derive(Debug)]
pub struct Format {
    id: Id,
    /// Its media type.
    pub media_type: &'static str,
    /// The text before the first update, given when and from which position the client requests
    /// again.
    begin: fn(&Repeat) -> String,
    /// One update.
    update: fn(&Update) -> Bytes,
    /// The separator between two updates of one response.
    between: &'static str,
    /// A notice, given as JSON, and the client's position after it.
    notice: fn(&str, Position) -> Bytes,
    /// A text without meaning that shows that an open stream is alive.
    pub heartbeat: &'static [u8],
    /// The text after the last update of one response.
    end: &'static str,
    /// The text that ends an open stream.
    farewell: fn(Farewell) -> Bytes,
}

/// The format of an encoded copy. Formats that write an update alike share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    Plain,
    JsonLines,
    ScriptTags,
    Page,
    EventStream,
    TextFrame,
}

/// The next request of a client that repeats.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// Its position in the feed after this response.
    pub after: Position,
    /// The maximum number of updates in one response, if the client limits it.
    pub max: Option<usize>,
    /// The interval from request to request.
    pub interval: Duration,
}

/// Why the server ends an open stream.
#[derive(Clone, Copy, Debug)]
pub enum Farewell {
    /// The server is stopping.
    GoingAway,
    /// The client has read nothing for too long.
    TooSlow,
}

impl Format {
    /// The texts of updates without anything around them. Each format states its differences from
    /// this one.
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

    /// A complete response of at most `most_bytes`; `None` if it is longer.
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

    /// The separator between two updates of one response.
    pub fn between(&self) -> Bytes {
        Bytes::from_static(self.between.as_bytes())
    }

    /// The text after the last update of one response.
    pub fn end(&self) -> Bytes {
        Bytes::from_static(self.end.as_bytes())
    }

    /// The text before the first update.
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

    /// The text that ends an open stream.
    pub fn farewell(&self, why: Farewell) -> Bytes {
        (self.farewell)(why)
    }
}
