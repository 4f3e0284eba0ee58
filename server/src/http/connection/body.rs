//! Finds the end of a request's body (RFC 9112, sections 6 and 7.1).

use super::rejection::Rejection;

/// How the end of a body is found, and the progress so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// This number of bytes follow.
    Length(u64),
    /// Chunks up to the last one of size 0, and a trailer.
    Chunked(Chunked),
}

/// The next expected byte of a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunked {
    /// A digit of the size; `digits` have arrived.
    Size { size: u64, digits: u8 },
    /// The rest of the size line.
    Extension { size: u64 },
    /// The line feed of the size line.
    SizeLineFeed { size: u64 },
    /// A byte of a chunk.
    Data { rest: u64 },
    /// The carriage return after a chunk.
    DataCarriageReturn,
    /// The line feed after a chunk.
    DataLineFeed,
    /// A trailer line; `empty` if it has no bytes so far.
    Trailer { empty: bool },
    /// The line feed of a trailer line.
    TrailerLineFeed { empty: bool },
    /// None: the body is complete.
    End,
}

impl BodyEnd {
    /// A chunked body of which nothing has arrived.
    pub fn chunked() -> Self {
        Self::Chunked(Chunked::Size { size: 0, digits: 0 })
    }

    /// Whether the body is complete.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Length(0) | Self::Chunked(Chunked::End))
    }

    /// Parses the body in `bytes` and returns the number of bytes that belong to it.
    ///
    /// # Errors
    ///
    /// The chunked coding is not valid.
    pub fn advance(&mut self, bytes: &[u8]) -> Result<usize, Rejection> {
        match self {
            Self::Length(rest) => {
                let taken = rest.min(&mut (bytes.len() as u64)).to_owned();
                *rest -= taken;
                Ok(taken as usize)
            }
            Self::Chunked(chunked) => chunked.advance(bytes),
        }
    }
}

impl Chunked {
    fn advance(&mut self, bytes: &[u8]) -> Result<usize, Rejection> {
        let mut taken = 0;
        while taken < bytes.len() && *self != Self::End {
            if let Self::Data { rest } = *self {
                let some = rest.min((bytes.len() - taken) as u64);
                taken += some as usize;
                *self = match rest - some {
                    0 => Self::DataCarriageReturn,
                    rest => Self::Data { rest },
                };
            } else {
                let next = self.after(bytes[taken]);
                *self =
                    next.ok_or_else(|| Rejection::bad_request("the chunked coding is not valid"))?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// The state after a byte outside a chunk's data.
    fn after(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Size { size, digits }, byte) if byte.is_ascii_hexdigit() && digits < 16 => {
                let digit = (byte as char).to_digit(16)?;
                Self::Size {
                    size: size << 4 | u64::from(digit),
                    digits: digits + 1,
                }
            }
            (Self::Size { digits: 0, .. }, _) => return None,
            (Self::Size { size, .. } | Self::Extension { size }, b'\r') => {
                Self::SizeLineFeed { size }
            }
            (Self::Size { size, .. }, b';' | b' ' | b'\t') => Self::Extension { size },
            (Self::Extension { size }, b'\t' | b' '..=b'~' | 0x80..) => Self::Extension { size },
            (Self::SizeLineFeed { size: 0 }, b'\n') => Self::Trailer { empty: true },
            (Self::SizeLineFeed { size }, b'\n') => Self::Data { rest: size },
            (Self::DataCarriageReturn, b'\r') => Self::DataLineFeed,
            (Self::DataLineFeed, b'\n') => Self::Size { size: 0, digits: 0 },
            (Self::Trailer { empty }, b'\r') => Self::TrailerLineFeed { empty },
            (Self::Trailer { .. }, b'\t' | b' '..=b'~' | 0x80..) => Self::Trailer { empty: false },
            (Self::TrailerLineFeed { empty: true }, b'\n') => Self::End,
            (Self::TrailerLineFeed { empty: false }, b'\n') => Self::Trailer { empty: true },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses the body in pieces of `step` bytes. Returns its length if it is complete.
    fn end_of(text: &str, step: usize) -> Result<Option<usize>, Rejection> {
        let mut body = BodyEnd::chunked();
        let mut end = 0;
        for piece in text.as_bytes().chunks(step) {
            end += body.advance(piece)?;
        }
        Ok(body.is_complete().then_some(end))
    }

    #[test]
    fn chunks_end_with_the_empty_line_after_the_last_one() {
        for text in [
            "0\r\n\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            "A;name=\"v\"\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\n",
            "3 \r\n\r\n\n\r\n0\r\n\r\n",
        ] {
            let followed = format!("{text}GET / HTTP/1.1\r\n");
            for step in 1..=followed.len() {
                assert_eq!(end_of(&followed, step), Ok(Some(text.len())), "{text:?}");
            }
            for cut in 0..text.len() {
                assert_eq!(end_of(&text[..cut], 1), Ok(None), "{text:?}");
            }
        }
    }

    #[test]
    fn invalid_chunks_are_rejected() {
        for text in ["\r\n", "0\r\n\n", "3;\u{1}\r\n"] {
            assert!(end_of(text, 1).is_err(), "{text:?}");
        }
    }
}
