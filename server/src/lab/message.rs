//! Finds the HTTP messages in one direction of a connection.
//!
//! Bytes may be split anywhere. Only the header of one message is buffered, up to 64 KiB. After a
//! longer header, or bytes that are not HTTP, the position is lost for good.

/// The maximum length of a header.
const LONGEST_HEAD_BYTES: usize = 64 << 10;

/// The state of the parser of one direction.
#[derive(Debug, Default)]
pub(super) struct Messages {
    at: At,
    head: Vec<u8>,
    /// The next header has no body, since it is the response to HEAD.
    pub bodiless: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before the first byte of a message.
    #[default]
    Between,
    Head,
    /// This number of bytes of the body follow.
    Length(u64),
    /// In a chunk's size line, with the size so far.
    ChunkSize {
        size: Option<u64>,
        is_read: bool,
    },
    ChunkData(u64),
    ChunkEnd,
    /// In the trailer, which ends with an empty line.
    Trailer {
        line_is_empty: bool,
    },
    /// In a body that ends with the connection.
    UntilEnd,
    Upgraded,
    Lost,
}

/// Adjacent bytes of the same part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageSpan {
    pub part: Part,
    pub length: usize,
    /// Whether it starts a header or a chunk.
    pub begins: bool,
    /// Whether it ends the message.
    pub ends: bool,
}

/// The parts of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Head,
    /// A chunk's size line and line breaks.
    Chunk,
    Body,
    /// Bytes after a 101 response, which are not HTTP.
    Upgraded,
}

impl Messages {
    /// Classifies the first of `bytes`, which must not be empty. `None` if the position is lost.
    pub fn next(&mut self, bytes: &[u8]) -> Option<MessageSpan> {
        let begins = matches!(
            self.at,
            At::Between
                | At::ChunkSize {
                    size: None,
                    is_read: false
                }
        );
        let (part, length) = match self.at {
            At::Between => {
                self.head.clear();
                self.at = At::Head;
                (Part::Head, self.read_head(bytes))
            }
            At::Head => (Part::Head, self.read_head(bytes)),
            At::Length(rest) => {
                let length = least(rest, bytes);
                self.at = after_body(rest - length as u64);
                (Part::Body, length)
            }
            At::ChunkData(rest) => {
                let length = least(rest, bytes);
                self.at = match rest - length as u64 {
                    0 => At::ChunkEnd,
                    rest => At::ChunkData(rest),
                };
                (Part::Body, length)
            }
            At::ChunkSize { .. } | At::ChunkEnd | At::Trailer { .. } => {
                (Part::Chunk, self.read_line(bytes))
            }
            At::UntilEnd => (Part::Body, bytes.len()),
            At::Upgraded => (Part::Upgraded, bytes.len()),
            At::Lost => return None,
        };
        (self.at != At::Lost).then_some(MessageSpan {
            part,
            length,
            begins,
            ends: self.at == At::Between,
        })
    }

    /// The following bytes are not HTTP.
    pub fn upgrade(&mut self) {
        self.at = At::Upgraded;
    }

    /// The position is lost.
    pub fn lose(&mut self) {
        self.at = At::Lost;
    }

    /// Whether the position is lost.
    pub fn is_lost(&self) -> bool {
        self.at == At::Lost
    }

    /// Whether a header is incomplete.
    pub fn is_in_head(&self) -> bool {
        self.at == At::Head
    }

    /// Whether the connection has been upgraded.
    pub fn is_upgraded(&self) -> bool {
        self.at == At::Upgraded
    }

    /// The received part of the header.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The status of a response; `None` while it is incomplete, and for a request.
    pub fn status(&self) -> Option<u16> {
        let digits = self.head.strip_prefix(b"HTTP/1.")?.get(2..5)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// Reads up to the empty line; returns how many of `bytes` belong to the header.
    fn read_head(&mut self, bytes: &[u8]) -> usize {
        let earlier = self.head.len();
        // The empty line may have started in earlier bytes.
        let from = earlier.saturating_sub(3);
        self.head.extend_from_slice(bytes);
        let mut ends = self.head[from..].windows(4);
        match ends.position(|end| end == b"\r\n\r\n") {
            Some(at) if from + at < LONGEST_HEAD_BYTES => {
                self.head.truncate(from + at + 4);
                self.at = self.after_head();
            }
            None if self.head.len() < LONGEST_HEAD_BYTES => {}
            _ => {
                self.head = Vec::new();
                self.at = At::Lost;
                return bytes.len();
            }
        }
        self.head.len() - earlier
    }

    /// The framing of the bytes after the header (RFC 9112, section 6.3).
    fn after_head(&self) -> At {
        let status = self.status();
        if status.is_none() && self.head.starts_with(b"HTTP/") {
            return At::Lost;
        }
        match status {
            Some(101) => return At::Upgraded,
            Some(100..=199 | 204 | 304) => return At::Between,
            Some(_) if self.bodiless => return At::Between,
            _ => {}
        }
        if let Some(coding) = self.field("transfer-encoding") {
            return match coding.to_ascii_lowercase().ends_with("chunked") {
                true => CHUNK,
                false => At::UntilEnd,
            };
        }
        match (self.field("content-length").map(str::parse), status) {
            (Some(Ok(length)), _) => after_body(length),
            (Some(Err(_)), _) => At::Lost,
            (None, Some(_)) => At::UntilEnd,
            (None, None) => At::Between,
        }
    }

    /// The value of a field of the header.
    pub fn field(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.head).ok()?;
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let (_, value) = fields.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(value.trim())
    }

    /// Reads up to the end of a chunk's line; returns how many of `bytes` belong to it.
    fn read_line(&mut self, bytes: &[u8]) -> usize {
        for (nth, &byte) in bytes.iter().enumerate() {
            let (at, is_line_end) = (self.at, byte == b'\n');
            self.at = match at {
                At::ChunkSize { size, .. } if is_line_end => match size {
                    Some(0) => At::Trailer {
                        line_is_empty: true,
                    },
                    Some(size) => At::ChunkData(size),
                    None => At::Lost,
                },
                At::ChunkSize {
                    size,
                    is_read: false,
                } => chunk_size(size, byte),
                At::ChunkEnd if is_line_end => CHUNK,
                At::Trailer { line_is_empty } if is_line_end => match line_is_empty {
                    true => At::Between,
                    false => At::Trailer {
                        line_is_empty: true,
                    },
                },
                At::Trailer { line_is_empty } => At::Trailer {
                    line_is_empty: line_is_empty && byte == b'\r',
                },
                other => other,
            };
            if is_line_end {
                return nth + 1;
            }
        }
        bytes.len()
    }
}

/// Before a chunk's size line.
const CHUNK: At = At::ChunkSize {
    size: None,
    is_read: false,
};

/// Parses another byte of a chunk's size. An extension may follow the digits.
fn chunk_size(size: Option<u64>, byte: u8) -> At {
    let Some(digit) = char::from(byte).to_digit(16) else {
        return At::ChunkSize {
            size,
            is_read: true,
        };
    };
    let longer = size.unwrap_or(0).checked_mul(16);
    longer.map_or(At::Lost, |longer| At::ChunkSize {
        size: Some(longer + u64::from(digit)),
        is_read: false,
    })
}

fn after_body(rest: u64) -> At {
    match rest {
        0 => At::Between,
        rest => At::Length(rest),
    }
}

/// How many of `bytes` belong to a part of which `rest` bytes follow.
pub(super) fn least(rest: u64, bytes: &[u8]) -> usize {
    usize::try_from(rest).map_or(bytes.len(), |rest| rest.min(bytes.len()))
}
