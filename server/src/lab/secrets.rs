//! Hides private parts of requests. The lab shows only the values of fields that are known to be
//! public, and the target without the presenter's token.
//!
//! Browsers store cookies and passwords per host, regardless of the port, so they also send those
//! of other programs on this host to a panel.

/// Fields whose values are shown. `Referer` is not included, since it may contain any URL. Neither
/// is `Sec-WebSocket-Protocol`, in which some programs send a password.
const SHOWN: [&[u8]; 33] = [
    b"accept",
    b"accept-charset",
    b"accept-encoding",
    b"accept-language",
    b"cache-control",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"dnt",
    b"expect",
    b"host",
    b"if-modified-since",
    b"if-none-match",
    b"keep-alive",
    b"last-event-id",
    b"origin",
    b"pragma",
    b"priority",
    b"range",
    b"sec-ch-ua",
    b"sec-ch-ua-mobile",
    b"sec-ch-ua-platform",
    b"sec-fetch-dest",
    b"sec-fetch-mode",
    b"sec-fetch-site",
    b"sec-websocket-extensions",
    b"sec-websocket-key",
    b"sec-websocket-version",
    b"te",
    b"transfer-encoding",
    b"upgrade",
    b"user-agent",
];

/// The value of a field with a longer name is not shown.
const LONGEST_NAME: usize = 24;

/// The state of the parser of one connection's requests.
#[derive(Debug, Default)]
pub struct Secrets {
    at: At,
    /// The received part of the field name, or the last bytes of the target.
    seen: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// In the request line.
    #[default]
    Target,
    /// In the token, which is part of the target.
    Token,
    Name,
    ShownValue,
    HiddenValue,
}

impl Secrets {
    /// Returns the bytes of headers, split anywhere, in the form that is shown: the same number of
    /// bytes, with stars in place of hidden values.
    pub fn hide(&mut self, head: &[u8]) -> Vec<u8> {
        head.iter().map(|&byte| self.shown(byte)).collect()
    }

    fn shown(&mut self, byte: u8) -> u8 {
        match (self.at, byte) {
            (_, b'\r') => return byte,
            (At::Name, b'\n') if self.seen.is_empty() => self.go(At::Target),
            (_, b'\n') => self.go(At::Name),
            (At::Target, _) => self.read_target(byte),
            (At::Token, b'&' | b' ') => self.go(At::Target),
            (At::Name, b' ' | b'\t') if self.seen.is_empty() => self.go(At::HiddenValue),
            (At::Name, b':') => self.end_name(),
            (At::Name, _) if self.seen.len() < LONGEST_NAME => self.seen.push(byte),
            (At::Name, _) => {
                self.go(At::HiddenValue);
                return b'*';
            }
            (At::HiddenValue, b' ') | (At::ShownValue, _) => {}
            (At::HiddenValue | At::Token, _) => return b'*',
        }
        byte
    }

    fn go(&mut self, at: At) {
        self.at = at;
        self.seen.clear();
    }

    fn read_target(&mut self, byte: u8) {
        const TOKEN: &[u8] = b"token=";
        // Every character that starts a query parameter is kept, with the bytes that follow it.
        match byte {
            b'?' | b'&' => self.seen.clear(),
            _ if self.seen.len() < TOKEN.len() => self.seen.push(byte),
            _ => {}
        }
        if self.seen == TOKEN && byte == b'=' {
            self.go(At::Token);
        }
    }

    fn end_name(&mut self) {
        let is_shown = |name: &&[u8]| self.seen.eq_ignore_ascii_case(name);
        let is_shown = SHOWN.iter().any(is_shown);
        self.go(match is_shown {
            true => At::ShownValue,
            false => At::HiddenValue,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_unknown_fields_and_the_token_are_hidden_in_every_split() {
        let head = b"GET /sse?after=3&token=0a&max=1 HTTP/1.1\r\nCookie: a=1; b=2\r\n\
            X-Cookie: c\r\nHOST: d:1\r\nauthorization: e f\r\nAccept:g\r\n h\r\n\
            A-Name-That-Is-Longer-Than-All: i\r\nReferer: j\r\nno-colon\r\n\r\n\
            POST /updates?token=k HTTP/1.1\r\nUser-Agent: l\r\nhost : m\r\n\r\n";
        let shown = b"GET /sse?after=3&token=**&max=1 HTTP/1.1\r\nCookie: **** ***\r\n\
            X-Cookie: *\r\nHOST: d:1\r\nauthorization: * *\r\nAccept:g\r\n *\r\n\
            A-Name-That-Is-Longer-Th******* *\r\nReferer: *\r\nno-colon\r\n\r\n\
            POST /updates?token=* HTTP/1.1\r\nUser-Agent: l\r\nhost : *\r\n\r\n";
        for cut in 0..head.len() {
            let mut secrets = Secrets::default();
            let (first, second) = head.split_at(cut);
            let hidden = [secrets.hide(first), secrets.hide(second)].concat();
            let texts = [&hidden[..], shown].map(String::from_utf8_lossy);
            assert_eq!(texts[0], texts[1], "split at {cut}");
        }
    }

    #[test]
    fn the_list_of_shown_names_is_searchable() {
        for name in SHOWN {
            assert!(name.len() <= LONGEST_NAME && !name.iter().any(u8::is_ascii_uppercase));
        }
    }
}
