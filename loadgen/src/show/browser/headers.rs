//! Finds the header lines in which two messages differ in size.

/// A header line with different sizes in two messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The header's name, or `request line` or `status line`.
    pub name: String,
    /// The line in the first header, with its line end; empty if it is missing.
    pub first: String,
    /// The same in the second.
    pub second: String,
}

impl Line {
    /// Bytes of the second line minus those of the first.
    pub fn more_bytes(&self) -> i64 {
        self.second.len() as i64 - self.first.len() as i64
    }

    /// Its name, the difference and both values.
    pub fn words(&self) -> String {
        let value = |text: &str| {
            let text = text.trim_end();
            let value = text.strip_prefix(&self.name).unwrap_or(text);
            value.trim_start_matches(": ").to_owned()
        };
        let (first, second) = (value(&self.first), value(&self.second));
        let values = match (&self.first[..], &self.second[..]) {
            ("", _) => format!("only in the browser: {second}"),
            (_, "") => format!("not in the browser: {first}"),
            _ => format!("{second} instead of {first}"),
        };
        format!("{} {:+} ({values})", self.name, self.more_bytes())
    }
}

/// All lines that differ in length, in the order of the second header, then those that only the first
/// has. Their differences add up to that of the headers.
pub fn differing(first: &[u8], second: &[u8]) -> Vec<Line> {
    let (first, second) = (lines(first), lines(second));
    let text = |lines: &[(String, String)], name: &str| {
        let same = lines.iter().filter(|(of, _)| of.eq_ignore_ascii_case(name));
        same.map(|(_, text)| text.as_str()).collect()
    };
    let mut all: Vec<Line> = Vec::new();
    for (name, _) in second.iter().chain(&first) {
        if !all.iter().any(|line| line.name.eq_ignore_ascii_case(name)) {
            all.push(Line {
                name: name.clone(),
                first: text(&first, name),
                second: text(&second, name),
            });
        }
    }
    all.retain(|line| line.more_bytes() != 0);
    all
}

/// Each line, with its name.
fn lines(header: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(header);
    let named = |line: &str| match line.split_once(": ") {
        Some((name, _)) => name.to_owned(),
        None if line.starts_with("HTTP/") => "status line".into(),
        None if line.trim_end().is_empty() => "empty line".into(),
        None => "request line".into(),
    };
    let lines = text.split_inclusive("\r\n");
    lines.map(|line| (named(line), line.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_names_and_add_up_to_the_total() {
        let first = b"GET /sse HTTP/1.1\r\nHost: h:1\r\nReferer: http://h:1/\r\nDNT: 1\r\n\r\n";
        let second = b"GET /sse?after=1 HTTP/1.1\r\nreferer: http://h:1/bench\r\nhost: h:2\r\n\
                       sec-ch-ua: x\r\n\r\n";
        let lines = differing(first, second);
        let sizes = lines.iter();
        let sizes = sizes.map(|line| (line.name.as_str(), line.first.len(), line.second.len()));
        let expected = [
            ("request line", 19, 27),
            ("referer", 22, 27),
            ("sec-ch-ua", 0, 14),
            ("DNT", 8, 0),
        ];
        assert_eq!(sizes.collect::<Vec<_>>(), expected);
        let sum: i64 = lines.iter().map(Line::more_bytes).sum();
        assert_eq!(sum, second.len() as i64 - first.len() as i64);
    }

    #[test]
    fn headers_with_values_of_equal_length_do_not_differ() {
        let header = |key: &str| format!("HTTP/1.1 101 x\r\nkey: {key}\r\n\r\n").into_bytes();
        assert_eq!(differing(&header("abc"), &header("xyz")), []);
    }
}
