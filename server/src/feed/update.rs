//! An update, encoded once for each format in use.

use std::{
    fmt::Write,
    sync::{OnceLock, Weak},
};

use actix_web::web::Bytes;

use super::{
    Position,
    data::Data,
    history::{CountedBytes, History},
};
use crate::base::limits::text_bytes;

/// One entry of the feed.
#[derive(Debug)]
pub struct Update {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// The planned publishing time, in microseconds since the Unix epoch.
    pub at_us: u64,
    /// `{"seq":…,"at_us":…,"data":…}`, the same bytes in every transport.
    pub text: Bytes,
    copies: Copies,
    /// The bytes of the text and the copies.
    pub(super) counted: CountedBytes,
}

impl Update {
    pub(super) fn new(seq: u64, at_us: u64, data: &Data, history: Weak<History>) -> Self {
        let data = data.as_str();
        // Exact capacity, since the history counts only the length of the text.
        let mut text = String::with_capacity(text_bytes(seq, at_us, data.len()));
        write!(text, r#"{{"seq":{seq},"at_us":{at_us},"data":{data}}}"#)
            .expect("writing to memory does not fail");
        let text = Bytes::from(text);
        Self {
            seq,
            at_us,
            counted: CountedBytes::new(text.len(), history),
            text,
            copies: Copies::default(),
        }
    }

    /// The position after this update.
    pub fn position(&self) -> Position {
        Position::of_update(self.seq, self.at_us)
    }

    /// The update in the format with this number. It is encoded for the first client and shared
    /// with the others.
    pub fn encoded(&self, format: u8, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        let mut new_bytes = 0;
        let copy = self.copies.get_or_encode(format, || {
            let copy = encode(self);
            let is_text = copy.as_ptr() == self.text.as_ptr();
            new_bytes = if is_text { 0 } else { copy.len() };
            copy
        });
        if new_bytes > 0 {
            self.counted.add(new_bytes);
        }
        copy
    }
}

/// The encoded copies of an update, one for each format that clients use. A list, since few formats
/// are in use at a time; readers never wait for each other.
#[derive(Debug, Default)]
struct Copies(OnceLock<Box<EncodedCopy>>);

#[derive(Debug)]
struct EncodedCopy {
    format: u8,
    bytes: Bytes,
    others: Copies,
}

impl Copies {
    fn get_or_encode(&self, format: u8, encode: impl FnOnce() -> Bytes) -> Bytes {
        let mut encode = Some(encode);
        let mut copies = self;
        loop {
            let copy = copies.0.get_or_init(|| {
                let encode = encode.take().expect("the copy that it makes ends the loop");
                Box::new(EncodedCopy {
                    format,
                    bytes: encode(),
                    others: Self::default(),
                })
            });
            if copy.format == format {
                return copy.bytes.clone();
            }
            copies = &copy.others;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_encoded_once_for_each_format() {
        let update = Update::new(1, 0, &Data::text("x"), Weak::new());
        assert_eq!(&update.text[..], br#"{"seq":1,"at_us":0,"data":"x"}"#);
        let first = update.encoded(3, |_| "three".into());
        assert_eq!(update.encoded(9, |_| "nine".into()), "nine");
        for (format, text) in [(3, "three"), (9, "nine")] {
            let again = update.encoded(format, |_| unreachable!("encoded before"));
            assert_eq!(again, text);
        }
        let again = update.encoded(3, |_| unreachable!("encoded before"));
        assert_eq!(first.as_ptr(), again.as_ptr());
    }
}
