//! Finds the HTTP messages in one direction of a connection.
//!
//! Bytes may be split anywhere. Only the header of one message is buffered, up to 64 KiB. After a
//! longer header, or bytes that are not HTTP, the position is lost for good.

/// The maximum length of a header.
const LONGEST_HEAD_BYTES: usize = 64 << 10;

/// Enough of a line between the chunks for the size of each possible chunk.
const LINE_BYTES: usize = 32;

/// The state of the parser of one direction.
#[derive(Debug, Default)]
pub(super) struct Messages {
    at: At,
    head: Vec<u8>,
    /// The first bytes of a line between the chunks.
    line: Vec<u8>,
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
    /// In a chunk's size line.
    ChunkSize,
    ChunkData(u64),
    ChunkEnd,
    /// In the trailer, which ends with an empty line.
    Trailer,
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
        let begins = match self.at {
            At::Between => true,
            At::ChunkSize => self.line.is_empty(),
            _ => false,
        };
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
            At::ChunkSize | At::ChunkEnd | At::Trailer => (Part::Chunk, self.read_line(bytes)),
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
                true => At::ChunkSize,
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

    /// Reads up to the end of a line between the chunks; returns how many of `bytes` belong to it.
    fn read_line(&mut self, bytes: &[u8]) -> usize {
        let line_end = bytes.iter().position(|&byte| byte == b'\n');
        let length = line_end.map_or(bytes.len(), |at| at + 1);
        let room = LINE_BYTES - self.line.len();
        self.line.extend(bytes[..length].iter().take(room));
        if line_end.is_some() {
            self.at = self.after_line();
            self.line.clear();
        }
        length
    }

    fn after_line(&self) -> At {
        match self.at {
            // An extension may follow the digits.
            At::ChunkSize => match hex_number(&self.line) {
                Some(0) => At::Trailer,
                Some(size) => At::ChunkData(size),
                None => At::Lost,
            },
            At::Trailer if matches!(&self.line[..], b"\n" | b"\r\n") => At::Between,
            At::Trailer => At::Trailer,
            _ => At::ChunkSize,
        }
    }
}

/// The number at the start of a line, in hexadecimal digits.
fn hex_number(line: &[u8]) -> Option<u64> {
    let end = line.iter().position(|byte| !byte.is_ascii_hexdigit())?;
    let digits = std::str::from_utf8(&line[..end]).ok()?;
    u64::from_str_radix(digits, 16).ok()
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
