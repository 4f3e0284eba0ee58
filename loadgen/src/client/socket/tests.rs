//! Each test runs in a runtime of one thread, which is blocked while the test works, so that bytes
//! that arrive in the meantime are read late.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use super::*;

/// Time for which the thread of the socket is blocked.
const BLOCKED: Duration = Duration::from_millis(300);
/// Less than that, but more than a machine needs to send bytes to itself.
const MUCH_US: u64 = 150_000;

/// A socket and the other side of its connection.
async fn connected() -> (Socket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = Socket::connect(listener.local_addr().unwrap());
    let (socket, accepted) = (socket.await.unwrap(), listener.accept().unwrap().0);
    accepted.set_nodelay(true).unwrap();
    (socket, accepted)
}

/// The bytes of one read; `None` if the connection is cut.
async fn read(socket: &mut Socket) -> Option<String> {
    let mut unread = Vec::new();
    let more = tokio::time::timeout(Duration::from_secs(20), socket.read(&mut unread));
    let more = more.await.expect("bytes arrive, or the connection ends");
    assert_eq!(more, !unread.is_empty());
    more.then(|| String::from_utf8(unread).unwrap())
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_arrival_of_a_late_read_is_that_of_its_last_packet() {
    let (mut socket, mut other) = connected().await;
    other.write_all(b"one ").unwrap();
    assert_eq!(read(&mut socket).await.unwrap(), "one ");
    other.write_all(b"two ").unwrap();
    thread::sleep(BLOCKED);
    let before_us = clock::now_us();
    other.write_all(b"three").unwrap();
    let after_us = clock::now_us();
    thread::sleep(BLOCKED);
    assert_eq!(read(&mut socket).await.unwrap(), "two three");
    let (arrival, at_us) = (socket.arrival, socket.arrival.at_us);
    assert!((before_us..after_us + MUCH_US).contains(&at_us));
    // The kernel's clock and ours have different resolutions.
    let since_us = clock::now_us() - at_us;
    let delay_us = arrival.read_delay_us.unwrap();
    assert!((MUCH_US..=since_us).contains(&delay_us), "{delay_us}");
    assert_eq!(arrival.nth, 2);
    assert_eq!(socket.carried[Down as usize], 13);
}

#[tokio::test]
async fn after_a_short_read_the_socket_is_not_read_again_until_it_is_ready() {
    let (mut socket, mut other) = connected().await;
    other.write_all(b"one").unwrap();
    assert_eq!(read(&mut socket).await.unwrap(), "one");
    // Over loopback the bytes are in the socket when the call returns, but the runtime has not
    // waited since and does not know. A read attempt would return them.
    other.write_all(b"two").unwrap();
    let mut unread = Vec::new();
    assert_eq!(socket.read(&mut unread).now_or_never(), None);
    assert_eq!(read(&mut socket).await.unwrap(), "two");
}

#[tokio::test]
async fn data_longer_than_a_read_arrive_complete() {
    let (mut socket, mut other) = connected().await;
    const LENGTH: usize = 5 * READ_BYTES;
    let sending = thread::spawn(move || {
        other.write_all(&vec![b'x'; LENGTH]).unwrap();
        other
    });
    let mut length = 0;
    while length < LENGTH {
        length += read(&mut socket).await.unwrap().len();
    }
    assert_eq!(length, LENGTH);
    assert_eq!(socket.carried[Down as usize], LENGTH as u64);
    drop(sending.join().unwrap());
    assert_eq!(read(&mut socket).await, None);
}

#[tokio::test]
async fn an_end_with_or_after_the_last_bytes_is_noticed() {
    let (mut socket, mut other) = connected().await;
    other.write_all(b"last").unwrap();
    drop(other);
    assert_eq!(read(&mut socket).await.unwrap(), "last");
    assert_eq!(read(&mut socket).await, None);
    let (mut socket, mut other) = connected().await;
    other.write_all(b"last").unwrap();
    assert_eq!(read(&mut socket).await.unwrap(), "last");
    let ending = thread::spawn(|| drop(other));
    assert_eq!(read(&mut socket).await, None);
    ending.join().unwrap();
}

#[tokio::test]
async fn a_reset_ends_the_connection() {
    let (mut socket, mut other) = connected().await;
    assert!(socket.send(b"ab").await);
    other.read_exact(&mut [0]).unwrap();
    other.write_all(b"last").unwrap();
    assert_eq!(read(&mut socket).await.unwrap(), "last");
    // Closing a socket with unread bytes resets its connection.
    drop(other);
    assert_eq!(read(&mut socket).await, None);
    assert_eq!(socket.carried[Down as usize], 4);
}
