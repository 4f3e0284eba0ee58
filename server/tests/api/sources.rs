//! The sources of updates: the ticker and standard input.

use std::io::Write;

use crate::{
    client::Client,
    process::Server,
    transports::{TRANSPORTS, at_us, data, seq},
};

fn sse(server: &Server) -> Client {
    TRANSPORTS[6].client(server, Some(0))
}

#[test]
fn the_ticker_plans_its_updates_exactly_one_period_apart() {
    for (rate, period_us) in [("50", 20_000), ("200", 5_000)] {
        let server = Server::start(&["--rate", rate]);
        let texts = sse(&server).take(40);
        let first = at_us(&texts[0]);
        for (nth, text) in (0..).zip(&texts) {
            assert_eq!(at_us(text), first + nth * period_us, "{text}");
        }
    }
}

#[test]
fn each_update_of_the_ticker_has_exactly_the_requested_length() {
    for bytes in [100, 101, 5_000] {
        let bytes_word = bytes.to_string();
        let server = Server::start(&["--rate", "500", "--payload-bytes", &bytes_word]);
        // `seq` has one to three digits.
        for text in sse(&server).take(120) {
            assert_eq!(text.len(), bytes, "{text}");
        }
    }
}

#[test]
fn only_the_same_seed_produces_the_same_data() {
    let data_of = |options: &[&str]| -> Vec<String> {
        let server = Server::start(&[&["--rate", "200"], options].concat());
        let texts = sse(&server).take(40);
        texts.iter().map(|text| data(text).to_owned()).collect()
    };
    let by_default = data_of(&[]);
    assert_eq!(data_of(&["--seed", "1"]), by_default);
    assert_ne!(data_of(&["--seed", "2"]), by_default);
}

#[test]
fn clients_may_publish_in_addition_to_the_ticker() {
    let server = Server::start(&["--rate", "200"]);
    let mut client = sse(&server);
    let mine = server.publish("\"mine\"");
    let texts = client.take(mine as usize + 20);
    for (number, text) in (1..).zip(&texts) {
        assert_eq!(seq(text), Some(number), "{text}");
    }
    assert_eq!(data(&texts[mine as usize - 1]), "\"mine\"");
}

#[test]
fn each_line_of_standard_input_is_an_update_and_the_feed_outlives_it() {
    let mut server = Server::start(&["--source", "stdin"]);
    let mut input = server.stdin();
    let lines = b"{\"a\": [1, 2]}\nplain <text>\r\n\n\xff bytes\n7";
    input.write_all(lines).expect("the server reads");
    let expected = [
        "{\"a\":[1,2]}",
        "\"plain \\u003ctext\\u003e\"",
        "\"\"",
        "\"\u{fffd} bytes\"",
        "7",
    ];
    let mut client = sse(&server);
    let texts = client.take(4);
    // The last line has no line break; the end of the input ends it.
    drop(input);
    let texts = [texts, client.take(1)].concat();
    let received: Vec<_> = texts.iter().map(|text| data(text)).collect();
    assert_eq!(received, expected);
    assert_eq!(server.publish("8"), 6);
    assert_eq!(data(&client.next()), "8");
}

#[test]
fn with_the_option_the_server_stops_at_the_end_of_standard_input() {
    let mut server = Server::start(&["--until-stdin-ends"]);
    drop(server.stdin());
    server.assert_ends();
}

#[test]
fn a_line_of_standard_input_is_published_before_the_next_is_written() {
    let mut server = Server::start(&["--source", "stdin"]);
    let mut input = server.stdin();
    for number in 1..=3 {
        input.write_all(b"x\n").expect("the server reads");
        server.metric_becomes("feed_newest_seq", number);
    }
}

#[test]
fn without_a_source_only_clients_publish() {
    let server = Server::quiet(&["--rate", "1000"]);
    // A ticker would publish in between more than once.
    for number in 1..=50 {
        assert_eq!(server.publish("1"), number);
    }
}

#[test]
fn a_line_of_standard_input_that_never_ends_is_skipped_and_takes_no_memory() {
    const LINE: usize = 200 << 20;
    let mut server = Server::start_logging(&["--source", "stdin"]);
    let mut input = server.stdin();
    input.write_all(b"1\n").expect("the server reads");
    for _ in 0..LINE >> 20 {
        input.write_all(&[b'a'; 1 << 20]).expect("the server reads");
    }
    input.write_all(b"\n3\n").expect("the server reads");
    let texts = sse(&server).take(2);
    let published: Vec<_> = texts.iter().map(|text| data(text)).collect();
    assert_eq!(published, ["1", "3"]);
    let most = server.memory_kib("VmHWM:");
    assert!(most < 100 << 10, "{most} KiB");
    let log = server.stop_and_read_log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("line 2")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("more than 16777216 bytes"), "{log}");
}
