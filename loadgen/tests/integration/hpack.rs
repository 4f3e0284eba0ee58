//! Do the header blocks of HTTP/2 have the intended fields and the counted length? A decoder that
//! shares no code with `h2` reads them on the wire, in clear text.

use std::net::SocketAddr;

use http::Response;
use loadgen::{
    client::{connection::Connection, ledger::Ledger, plan::Target},
    record::{
        Class,
        Direction::{self, Down, Up},
        HeaderProfile, HttpVersion,
    },
};
use loona_hpack::Decoder;
use server::{
    Transport,
    base::{Way, position::Position},
    link::{Link, Passage},
};
use tokio::{net::TcpListener, sync::mpsc};

/// The fields of a header, in their order.
pub type Fields = Vec<(String, String)>;

/// A server in clear text that answers every request with `[]`.
async fn start_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            tokio::spawn(async move {
                let mut body = request.into_body();
                while let Some(Ok(_)) = body.data().await {}
                let response = Response::builder()
                    .header("content-type", "application/json")
                    .header("content-length", "2");
                let response = response.body(()).unwrap();
                let mut stream = respond.send_response(response, false).unwrap();
                stream.send_data("[]".into(), true).unwrap();
            });
        }
    });
    address
}

/// The header blocks of one direction.
pub fn header_blocks(passages: &[Passage], direction: Direction) -> Vec<Vec<u8>> {
    let passages = passages.iter().filter(|it| it.direction == direction);
    let bytes: Vec<u8> = passages.flat_map(|it| it.bytes.iter().copied()).collect();
    let mut rest = match direction {
        Up => bytes
            .strip_prefix(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap(),
        Down => &bytes[..],
    };
    let mut blocks = Vec::new();
    while let [high, middle, low, kind, flags, _, _, _, _, after @ ..] = rest {
        let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        let (payload, next) = after.split_at(length);
        rest = next;
        if *kind == 1 {
            const END_HEADERS: u8 = 4;
            const PADDED: u8 = 8;
            const PRIORITY: u8 = 32;
            assert_eq!(flags & (END_HEADERS | PADDED), END_HEADERS);
            // Weight and parent of the stream (RFC 7540, section 6.2), which Chromium sends.
            let priority_bytes = if flags & PRIORITY == 0 { 0 } else { 5 };
            blocks.push(payload[priority_bytes..].to_vec());
        }
    }
    assert!(rest.is_empty());
    blocks
}

/// The fields of each of these blocks of one direction, which are all that there were.
pub fn decoded(blocks: &[Vec<u8>]) -> Vec<Fields> {
    let mut decoder = Decoder::new();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let mut decode = |block: &Vec<u8>| {
        let fields = decoder.decode(block).unwrap().into_iter();
        fields
            .map(|(name, value)| (text(name), text(value)))
            .collect()
    };
    blocks.iter().map(&mut decode).collect()
}

/// The fields of a request, from its text in HTTP/1.1.
fn expected(header: &[u8], priority: Option<&str>) -> Fields {
    let header = String::from_utf8(header.to_vec()).unwrap();
    let mut lines = header.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (first.next().unwrap(), first.next().unwrap());
    let fields = lines.filter_map(|line| line.split_once(": "));
    let mut fields: Fields = fields
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let host = fields.iter().position(|(name, _)| name == "host").unwrap();
    let (_, host) = fields.remove(host);
    fields.retain(|(name, _)| !["connection", "keep-alive"].contains(&name.as_str()));
    let pseudo = [
        (":method", method),
        (":authority", &host),
        (":scheme", "https"),
        (":path", path),
    ];
    let priority = priority.map(|value| ("priority", value));
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let pseudo = pseudo.into_iter().map(own);
    pseudo.chain(fields).chain(priority.map(own)).collect()
}

#[tokio::test]
async fn each_header_block_has_the_sent_fields_and_the_counted_length() {
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let server = start_server().await;
    let link = Link::start(server, Way::default(), Some(tap))
        .await
        .unwrap();
    let target = Target {
        http_version: HttpVersion::Http2,
        ..Target::in_clear_text(link.address(), HeaderProfile::Browser)
    };
    let request = |profile: HeaderProfile, transport, seq: Option<u64>, max| {
        let position = seq.map(|seq| Position::of_update(seq, 1_763_890_000_123_456 + seq));
        profile.request(transport, &target.host, position, max)
    };
    let (fetch, document) = (Some("u=1, i"), Some("u=0, i"));
    let body = "{\"price\":1}";
    use HeaderProfile::*;
    use Transport::*;
    let requests = [
        (request(Browser, LongPolling, None, None), None, fetch),
        (request(Browser, LongPolling, Some(42), None), None, fetch),
        (
            request(Browser, LongPolling, Some(43), Some(1)),
            None,
            fetch,
        ),
        (
            request(Browser, PageRefresh, Some(43), None),
            None,
            document,
        ),
        (request(Browser, Sse, None, None), None, fetch),
        (target.publish(body.len()), Some(body), fetch),
        (request(Minimal, Polling, Some(7), None), None, None),
        (request(Article2009, HttpStreaming, None, None), None, None),
        (request(Browser, LongPolling, Some(44), None), None, fetch),
    ];
    let mut ledger = Ledger::default();
    let mut connection = Connection::open(&target, &mut ledger).await.unwrap();
    for (header, body, _) in &requests {
        let answer = connection.exchange(header, *body, &mut ledger).await;
        assert_eq!(answer.unwrap().unwrap(), b"[]");
    }
    drop((connection, link));
    let mut passages = Vec::new();
    while let Some(passage) = tapped.recv().await {
        passages.push(passage);
    }
    let up = header_blocks(&passages, Up);
    for (fields, (header, _, priority)) in decoded(&up).iter().zip(&requests) {
        assert_eq!(fields, &expected(header, *priority));
    }
    let down = header_blocks(&passages, Down);
    for fields in decoded(&down) {
        assert_eq!(fields[0], (":status".into(), "200".into()));
        assert!(fields.contains(&("content-length".into(), "2".into())));
    }
    for (blocks, way, class) in [
        (&up, Up, Class::RequestHead),
        (&down, Down, Class::ResponseHead),
    ] {
        assert_eq!(blocks.len(), requests.len());
        let bytes: usize = blocks.iter().map(Vec::len).sum();
        assert_eq!(ledger.bytes_of(&[way], class), bytes as u64);
    }
    // The dynamic table makes the header of a repeated request small.
    assert!(up[0].len() > 300, "{}", up[0].len());
    assert!(up[8].len() < 60, "{}", up[8].len());
    let payload = ledger.bytes_of(&[Up], Class::Payload);
    assert_eq!(payload, body.len() as u64);
}
