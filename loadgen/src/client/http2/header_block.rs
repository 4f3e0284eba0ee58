//! Compresses request headers as Chromium does.
//!
//! HPACK lets an encoder choose what it adds to the table of its connection (RFC 7541, section 6.2).
//! Chromium adds every field, and `:authority` of the pseudo-fields. The crate `h2` leaves cookies
//! out, so each request would carry them in full.

use std::fmt;

use httlib_hpack::Encoder;
use http::Request;

use crate::client::http1::framing::Garbled;

/// The default of SETTINGS_HEADER_TABLE_SIZE (RFC 9113, section 6.5.2), which our server keeps.
const TABLE_BYTES: u32 = 4096;

/// The header blocks of a connection's requests.
pub struct HeaderBlocks(Encoder<'static>);

/// Those of a new connection.
impl Default for HeaderBlocks {
    fn default() -> Self {
        Self(Encoder::with_dynamic_size(TABLE_BYTES))
    }
}

impl HeaderBlocks {
    /// The block of a request.
    ///
    /// # Errors
    ///
    /// A field can't be encoded.
    pub fn encode(&mut self, request: &Request<()>) -> Result<Vec<u8>, Garbled> {
        let uri = request.uri();
        let authority = uri.authority().map(|authority| authority.as_str());
        let target = uri.path_and_query().map(|target| target.as_str());
        let pseudo = [
            (":method", Some(request.method().as_str())),
            (":authority", authority),
            (":scheme", uri.scheme_str()),
            (":path", target),
        ];
        let pseudo = pseudo.map(|(name, value)| (name, value.unwrap_or_default().as_bytes()));
        let fields = request.headers().iter();
        let fields = fields.map(|(name, value)| (name.as_str(), value.as_bytes()));
        let mut block = Vec::new();
        for (name, value) in pseudo.into_iter().chain(fields) {
            let is_added = !name.starts_with(':') || name == ":authority";
            let added = if is_added { Encoder::WITH_INDEXING } else { 0 };
            let how = Encoder::BEST_FORMAT | Encoder::HUFFMAN_NAME | Encoder::HUFFMAN_VALUE | added;
            let field = (name.as_bytes().to_vec(), value.to_vec(), how);
            self.0
                .encode(field, &mut block)
                .map_err(|error| Garbled(format!("the field {name} can't be encoded: {error}")))?;
        }
        Ok(block)
    }
}

impl fmt::Debug for HeaderBlocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderBlocks").finish_non_exhaustive()
    }
}
