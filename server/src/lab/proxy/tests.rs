//! The effect of each behaviour on bytes and on real connections.

use super::*;

const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
const HANDSHAKE: &str = "GET /websocket HTTP/1.1\r\nHost: feed.test\r\n\
                         Connection: keep-alive, Upgrade\r\nUPGRADE: websocket\r\n\
                         Upgrade-Insecure-Requests: 1\r\n\r\n";
const PLAIN: &str = "GET /websocket HTTP/1.1\r\nHost: feed.test\r\n\
                     Upgrade-Insecure-Requests: 1\r\n\r\n";

/// A client, the proxy, and its server.
async fn connect(habit: Habit) -> (TcpStream, TcpStream, Proxy) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let relays = Relays::to(listener.local_addr().unwrap(), 9);
    let proxy = Proxy::start(&relays, habit).await.unwrap();
    let client = TcpStream::connect(proxy.address()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, server, proxy)
}

fn way(habit: Habit, direction: Direction) -> ProxiedWay {
    ProxiedWay::new(habit, direction, Arc::default())
}

async fn receives(stream: &mut TcpStream, expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    stream.read_exact(&mut received).await.unwrap();
    assert_eq!(received, expected);
}

#[test]
fn a_response_is_held_until_it_is_complete() {
    let mut down = way(Habit::Buffers, Direction::Down);
    for part in [HEAD, "2\r\n{}", "\r\n0\r\n\r"] {
        assert_eq!(down.take(part.as_bytes()), b"");
    }
    let whole = [HEAD, "2\r\n{}\r\n0\r\n\r\n"].concat();
    assert_eq!(down.take(b"\n"), whole.as_bytes());
    // The next response on the same connection is held again.
    assert_eq!(down.take(HEAD.as_bytes()), b"");
}

#[test]
fn a_response_to_head_is_complete_with_its_header() {
    let asks_head = Arc::default();
    let way = |direction| ProxiedWay::new(Habit::Buffers, direction, Arc::clone(&asks_head));
    let (mut up, mut down) = (way(Direction::Up), way(Direction::Down));
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n";
    up.take(b"HEAD / HTTP/1.1\r\n\r\n");
    assert_eq!(down.take(answer), answer);
    up.take(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(down.take(answer), b"");
}

#[test]
fn upgrade_fields_are_removed_in_every_split() {
    for cut in 0..HANDSHAKE.len() {
        let mut up = way(Habit::StripsUpgrade, Direction::Up);
        let (first, second) = HANDSHAKE.as_bytes().split_at(cut);
        let passed = [up.take(first), up.take(second)].concat();
        assert_eq!(String::from_utf8(passed).unwrap(), PLAIN);
    }
}

#[tokio::test]
async fn a_stream_passes_a_buffer_late_and_in_parts() {
    let (mut client, mut server, _proxy) = connect(Habit::Buffers).await;
    // A request is forwarded at once.
    client.write_all(PLAIN.as_bytes()).await.unwrap();
    receives(&mut server, PLAIN.as_bytes()).await;
    // A stream is forwarded in parts.
    let chunk = format!("{:x}\r\n{}\r\n", BUFFER_BYTES, "x".repeat(BUFFER_BYTES));
    let stream = [HEAD, &chunk].concat();
    server.write_all(stream.as_bytes()).await.unwrap();
    receives(&mut client, &stream.as_bytes()[..BUFFER_BYTES]).await;
    // The rest is forwarded at the end of the connection.
    drop(server);
    receives(&mut client, &stream.as_bytes()[BUFFER_BYTES..]).await;
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_handshake_without_its_fields_is_an_ordinary_request() {
    let (mut client, mut server, proxy) = connect(Habit::StripsUpgrade).await;
    client.write_all(HANDSHAKE.as_bytes()).await.unwrap();
    receives(&mut server, PLAIN.as_bytes()).await;
    // Bodies and responses are unchanged.
    let publish = b"POST /updates HTTP/1.1\r\nContent-Length: 12\r\n\r\n\"\nUpgrade:x\"";
    client.write_all(publish).await.unwrap();
    receives(&mut server, publish).await;
    server.write_all(SWITCHED.as_bytes()).await.unwrap();
    receives(&mut client, SWITCHED.as_bytes()).await;
    // The connections of a dropped proxy end.
    drop(proxy);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}
