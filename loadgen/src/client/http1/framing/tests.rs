use super::*;

/// Feeds `wire` byte by byte and returns the results, the body and the ledger.
fn trickle(mut framing: Framing, wire: &[u8]) -> (Vec<Framed>, Vec<u8>, Ledger) {
    let (mut pending, mut body, mut ledger) = (Vec::new(), Vec::new(), Ledger::default());
    let mut framed = Vec::new();
    for &byte in wire {
        pending.push(byte);
        match framing.take(&mut pending, &mut body, &mut ledger).unwrap() {
            Framed::Nothing | Framed::Part => {}
            whole => framed.push(whole),
        }
    }
    assert!(pending.is_empty());
    (framed, body, ledger)
}

#[test]
fn chunks_and_a_trailer_may_be_cut_anywhere() {
    let chunks = b"4\r\nab\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n";
    let trailer = b"1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n";
    for (wire, expected) in [(&chunks[..], &b"ab\r\n0123456789"[..]), (trailer, b"a")] {
        let (framed, body, ledger) = trickle(Framing::Chunked(Chunk::Size), wire);
        assert_eq!((framed, &body[..]), (vec![Framed::End], expected));
        let chunk_bytes = wire.len() - body.len();
        assert_eq!(ledger.bytes(Class::Chunk), chunk_bytes as u64);
    }
}

#[test]
fn frames_may_be_cut_anywhere_with_control_frames_in_between() {
    let long = [b'x'; 126];
    let wire = [
        &b"\x81\x02hi\x89\x01?"[..],
        b"\x81\x7e\x00\x7e",
        &long,
        b"\x88\x04\x03\xe9by",
    ]
    .concat();
    let (framed, body, ledger) = trickle(Framing::frames(), &wire);
    let close = Framed::Close(1001, "by".into());
    let ping = Framed::Ping(b"?".into());
    assert_eq!(framed, [Framed::Message, ping, Framed::Message, close]);
    assert_eq!(body.len(), 2 + 126);
    assert_eq!(ledger.bytes(Class::WebsocketFrame), 2 + 4 + 6);
    assert_eq!(ledger.bytes(Class::Idle), 3);
}

#[test]
fn invalid_bytes_are_rejected_before_they_are_buffered() {
    let long_line = [b"1;".as_slice(), &[b'x'; LONGEST_LINE_BYTES]].concat();
    let chunked = || Framing::Chunked(Chunk::Size);
    let cases: [(&str, Framing, &[u8]); 7] = [
        (
            "a declared length of 10^12",
            Framing::frames(),
            b"\x81\x7f\0\0\0\xe8\xd4\xa5\x10\0",
        ),
        ("a mask", Framing::frames(), b"\x81\x81\0\0\0\0x"),
        ("binary data", Framing::frames(), b"\x82\x01x"),
        ("no chunk size", chunked(), b"x\r\n"),
        ("no line end after a chunk", chunked(), b"1\r\nabc"),
        ("a chunk extension without an end", chunked(), &long_line),
        (
            "a long body",
            Framing::Length(usize::MAX),
            &vec![0; LONGEST_BODY_BYTES + 1],
        ),
    ];
    for (name, mut framing, wire) in cases {
        let (mut wire, mut body) = (wire.to_vec(), Vec::new());
        let mut ledger = Ledger::default();
        let refused = loop {
            match framing.take(&mut wire, &mut body, &mut ledger) {
                Ok(Framed::Nothing) => break false,
                Ok(_) => {}
                Err(_) => break true,
            }
        };
        assert!(refused, "{name}");
    }
}
