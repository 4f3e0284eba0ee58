//! Is a known exchange counted byte for byte? The bytes are written out here, and not produced by
//! the code under test.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::bail;
use server::{Transport, base::position::Position};

use super::scripted;
use crate::{
    client::{
        Client,
        ledger::Ledger,
        plan::{Plan, Target},
        shared::Shared,
    },
    record::{
        Again, Check, Class,
        Direction::{self, Down, Up},
        HeaderProfile,
    },
};

const UPDATE: &str = r#"{"seq":1,"at_us":1000000,"data":"abc"}"#;

/// One long poll and its response.
pub async fn long_poll() -> anyhow::Result<Vec<Check>> {
    let header = "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n";
    let response = format!("{header}[{UPDATE}]");
    let server = scripted::answering(response.into_bytes()).await?;
    let address = server.address;
    let request = format!("GET /long-polling?after=0 HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let ledger = ask(Transport::LongPolling, &server).await?;
    Ok(checks(
        "long poll",
        &ledger,
        [
            ("request header", request.len(), Up, Class::RequestHead),
            ("response header", header.len(), Down, Class::ResponseHead),
            ("format", 2, Down, Class::Format),
            ("payload", UPDATE.len(), Down, Class::Payload),
        ],
    ))
}

/// A handshake and one message.
pub async fn message() -> anyhow::Result<Vec<Check>> {
    // The accept value for the key of the request below (RFC 6455, section 1.3).
    let header = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    // A final text frame, its length in the second byte (RFC 6455, section 5.2).
    let frame = [&[0x81, UPDATE.len() as u8], UPDATE.as_bytes()].concat();
    let server = scripted::answering([header.as_bytes(), &frame].concat()).await?;
    let address = server.address;
    let request = format!(
        "GET /websocket?after=0 HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    let ledger = ask(Transport::WebSocket, &server).await?;
    Ok(checks(
        "websocket",
        &ledger,
        [
            ("handshake up", request.len(), Up, Class::Setup),
            ("handshake down", header.len(), Down, Class::Setup),
            ("frame header", 2, Down, Class::WebsocketFrame),
            ("payload", UPDATE.len(), Down, Class::Payload),
        ],
    ))
}

/// Checks the bytes of an exchange by name, direction and class, and the unexplained bytes.
fn checks(
    exchange: &str,
    ledger: &Ledger,
    expected: [(&str, usize, Direction, Class); 4],
) -> Vec<Check> {
    let unexplained = ledger.unexplained().unsigned_abs();
    expected
        .map(|(what, bytes, way, class)| (what, bytes, ledger.bytes_of(&[way], class)))
        .into_iter()
        .chain([("unexplained", 0, unexplained)])
        .map(|(what, bytes, read)| Check::bytes(format!("{exchange}: {what}"), bytes, read))
        .collect()
}

/// The ledger of one client that receives one update.
async fn ask(transport: Transport, server: &scripted::Scripted) -> anyhow::Result<Ledger> {
    let plan = Plan {
        peer: None,
        resets: false,
        transport,
        target: Target::in_clear_text(server.address, HeaderProfile::Minimal),
        again: Again::of(transport, Duration::ZERO),
        begin: Instant::now(),
        max: None,
        way: Duration::ZERO,
        position: Some(Position::default()),
    };
    let mut client = Client::new(plan, Arc::new(Shared::of_the_past()), None);
    if let Err(failure) = client.run().await {
        bail!("the known exchange of {transport} failed: {failure}");
    }
    Ok(client.ledger)
}
