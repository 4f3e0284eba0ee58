//! Which bytes of a request are not for all to see? What a browser adds of other programs at this
//! host: it keeps cookies by host, whatever the port, and sends theirs to a panel too.

/// Where the next byte of the requests of one connection stands.
#[derive(Debug, Default)]
pub struct Secrets {
    /// How the line begins, as far as a name can be.
    line: Vec<u8>,
    /// Whether a value follows that is nobody else's.
    follows: bool,
}

/// What begins a line whose value is hidden.
const HIDDEN: [&[u8]; 2] = [b"cookie:", b"authorization:"];
const LONGEST_BYTES: usize = 14;

impl Secrets {
    /// Bytes of heads, cut anywhere, as they are shown: as many, but stars for what is hidden.
    pub fn hide(&mut self, head: &[u8]) -> Vec<u8> {
        head.iter().map(|&byte| self.shown(byte)).collect()
    }

    fn shown(&mut self, byte: u8) -> u8 {
        match byte {
            b'\n' => *self = Self::default(),
            b'\r' | b' ' => {}
            _ if self.follows => return b'*',
            _ if self.line.len() < LONGEST_BYTES => {
                self.line.push(byte);
                let begins = |name: &&[u8]| self.line.eq_ignore_ascii_case(name);
                self.follows = HIDDEN.iter().any(begins);
            }
            _ => {}
        }
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_so_wherever_heads_are_cut() {
        let head =
            b"GET /sse HTTP/1.1\r\nCookie: a=1; b=2\r\nX-Cookie: c\r\nauthorization: d e\r\n\
                     Cookies: f\r\n\r\nGET /sse HTTP/1.1\r\nCOOKIE:g\r\n\r\n";
        let shown =
            b"GET /sse HTTP/1.1\r\nCookie: **** ***\r\nX-Cookie: c\r\nauthorization: * *\r\n\
                      Cookies: f\r\n\r\nGET /sse HTTP/1.1\r\nCOOKIE:*\r\n\r\n";
        for cut in 0..head.len() {
            let mut secrets = Secrets::default();
            let (first, second) = head.split_at(cut);
            let told = [secrets.hide(first), secrets.hide(second)].concat();
            assert_eq!(told, shown, "cut at {cut}");
        }
    }
}
