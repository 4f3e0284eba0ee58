//! Finds the texts of updates in the body of a response.
//!
//! No format has a brace around the texts, so a brace starts a text and its matching brace ends it.
//! Streams consist of blocks. A block that is empty or starts with a colon is a heartbeat.

use super::UpdateId;
use crate::base::{Class, Transport};

/// The state of the parser of a body.
#[derive(Debug)]
pub(super) struct Body {
    /// The number of consecutive line breaks that end a block; 0 if there are no blocks.
    block_ends: usize,
    line_ends: usize,
    at: BodyAt,
    text: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyAt {
    BlockStart,
    Heartbeat,
    AroundTexts,
    Text,
}

/// Adjacent bytes of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BodySpan {
    pub class: Class,
    pub length: usize,
    /// Whether it is separate from the previous bytes, even if they have the same class.
    pub begins: bool,
    /// The update that ends with it.
    pub carried: Option<UpdateId>,
}

impl Body {
    pub fn of(transport: Transport) -> Self {
        let block_ends = match transport {
            Transport::Polling | Transport::LongPolling | Transport::WebSocket => 0,
            Transport::Sse => 2,
            Transport::PageRefresh
            | Transport::HiddenFrame
            | Transport::ForeverFrame
            | Transport::HttpStreaming => 1,
        };
        Self {
            block_ends,
            line_ends: 0,
            at: BodyAt::BlockStart,
            text: Text::default(),
        }
    }

    /// Classifies the first of `bytes`, which must not be empty.
    pub fn next(&mut self, bytes: &[u8]) -> BodySpan {
        let starts_block = self.at == BodyAt::BlockStart;
        self.at = match (self.at, bytes[0]) {
            (BodyAt::BlockStart | BodyAt::AroundTexts, b'{') => {
                self.text = Text::default();
                self.line_ends = 0;
                BodyAt::Text
            }
            (BodyAt::BlockStart, b'\n' | b':') if self.block_ends > 0 => BodyAt::Heartbeat,
            (BodyAt::BlockStart, _) => BodyAt::AroundTexts,
            (at, _) => at,
        };
        match self.at {
            BodyAt::Text => self.read_text(bytes),
            at => BodySpan {
                class: match at {
                    BodyAt::Heartbeat => Class::Idle,
                    _ => Class::Format,
                },
                length: self.read_block(bytes),
                begins: starts_block && at == BodyAt::Heartbeat,
                carried: None,
            },
        }
    }

    fn read_text(&mut self, bytes: &[u8]) -> BodySpan {
        let length = self.text.read(bytes);
        let is_whole = self.text.depth == 0;
        if is_whole {
            self.at = BodyAt::AroundTexts;
        }
        BodySpan {
            class: match self.text.is_update() {
                true => Class::Payload,
                false => Class::Format,
            },
            length,
            begins: false,
            carried: self.text.carried().filter(|_| is_whole),
        }
    }

    /// Reads up to the end of the block, or to a text in it.
    fn read_block(&mut self, bytes: &[u8]) -> usize {
        for (nth, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => self.line_ends += 1,
                b'{' if self.at == BodyAt::AroundTexts => return nth,
                _ => self.line_ends = 0,
            }
            if self.line_ends > 0 && self.line_ends == self.block_ends {
                self.line_ends = 0;
                self.at = BodyAt::BlockStart;
                return nth + 1;
            }
        }
        bytes.len()
    }
}

/// The received part of a JSON object.
#[derive(Debug, Default)]
struct Text {
    /// Its first bytes, which identify it.
    start: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

/// The maximum length of the part before an update's data: two names and two numbers.
const START_BYTES: usize = 64;

impl Text {
    /// Reads up to the brace that matches the first.
    fn read(&mut self, bytes: &[u8]) -> usize {
        let mut length = bytes.len();
        for (nth, &byte) in bytes.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' if !self.in_string => self.depth += 1,
                b'}' if !self.in_string => self.depth -= 1,
                _ => {}
            }
            if self.depth == 0 {
                length = nth + 1;
                break;
            }
        }
        let wanted = START_BYTES - self.start.len();
        self.start.extend(bytes[..length].iter().take(wanted));
        length
    }

    /// Whether it is an update and not a notice. A text that is too short to decide counts as an
    /// update, since updates are frequent and a notice is rarely split in its first two bytes.
    fn is_update(&self) -> bool {
        let mut first = self.start.iter().zip(UPDATE);
        first.all(|(byte, of_update)| byte == of_update)
    }

    fn carried(&self) -> Option<UpdateId> {
        // The data that follow may be split inside a character.
        let start = self.start.utf8_chunks().next()?.valid();
        let (seq, rest) = start.strip_prefix("{\"seq\":")?.split_once(',')?;
        let (at_us, _) = rest.strip_prefix("\"at_us\":")?.split_once(',')?;
        Some(UpdateId {
            seq: seq.parse().ok()?,
            at_us: at_us.parse().ok()?,
        })
    }
}

/// The start of an update, and of no other text.
const UPDATE: &[u8] = b"{\"s";
