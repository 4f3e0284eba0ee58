//! Converts a request from HTTP/1.1 to a header block of HTTP/2, compressed as Chromium does.
//!
//! HPACK lets an encoder choose what it adds to the table of its connection (RFC 7541, section 6.2).
//! Chromium adds every field, and `:authority` of the pseudo-fields. The crate `h2` leaves cookies
//! out, so each request would carry them in full.

use httlib_hpack::Encoder;

use crate::client::http1::framing::Garbled;

/// The default of SETTINGS_HEADER_TABLE_SIZE (RFC 9113, section 6.5.2), which our server keeps.
pub const TABLE_BYTES: u32 = 4096;

/// Fields about a connection of HTTP/1.1 (RFC 9113, section 8.2.2), and `Host`, which `:authority`
/// replaces.
const LEFT_OUT: [&str; 3] = ["connection", "host", "keep-alive"];

/// The header block of a request, with the fields in the same order. A browser's request has
/// `priority` at its end, as in Chromium over HTTP/2, with different values for documents and other
/// resources. `encoder` has the table of the connection.
///
/// # Errors
///
/// It is not a request of HTTP/1.1 with a host, or a field can't be encoded.
pub fn header_block(encoder: &mut Encoder<'_>, header: &[u8]) -> Result<Vec<u8>, Garbled> {
    let bad = || Garbled("a request that can't be converted to HTTP/2".into());
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut fields);
    request.parse(header).map_err(|_| bad())?;
    let value = |name: &str| {
        let mut fields = request.headers.iter();
        let found = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(found.value)
    };
    let pseudo = [
        (":method", request.method.ok_or_else(bad)?.as_bytes()),
        (":authority", value("host").ok_or_else(bad)?),
        (":scheme", b"https"),
        (":path", request.path.ok_or_else(bad)?.as_bytes()),
    ];
    let pseudo = pseudo.map(|(name, value)| (name.to_owned(), value));
    let fields = request.headers.iter();
    let fields = fields.map(|field| (field.name.to_ascii_lowercase(), field.value));
    let fields = fields.filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
    let priority = value("sec-fetch-mode").map(|mode| {
        let urgency: &[u8] = if mode == b"navigate" {
            b"u=0, i"
        } else {
            b"u=1, i"
        };
        ("priority".to_owned(), urgency)
    });
    let mut block = Vec::new();
    for (name, value) in pseudo.into_iter().chain(fields).chain(priority) {
        let is_added = !name.starts_with(':') || name == ":authority";
        let added = if is_added { Encoder::WITH_INDEXING } else { 0 };
        let how = Encoder::BEST_FORMAT | Encoder::HUFFMAN_NAME | Encoder::HUFFMAN_VALUE | added;
        encoder
            .encode((name.clone().into_bytes(), value.to_vec(), how), &mut block)
            .map_err(|error| Garbled(format!("the field {name} can't be encoded: {error}")))?;
    }
    Ok(block)
}
