//! Is every byte in its class: in each direction, with each header profile, when publishing, and for
//! idle clients?

use serde_json::Value;
use server::Transport;

use crate::running::{self, counted, measured};

fn bytes(of: &Value, class: &str) -> f64 {
    of[class].as_f64().unwrap()
}

#[test]
fn no_byte_is_unexplained_with_one_client_or_five_hundred() {
    for transport in Transport::ALL {
        for (clients, profile) in [(1, "browser"), (1, "minimal"), (500, "browser")] {
            let what =
                format!("--transport {transport} --clients {clients} --header-profile {profile}");
            let row = counted(&format!("{what} --rate 2 --duration 1s"));
            assert_eq!(row["unexplained_bytes"], 0, "{what}");
            assert_eq!(row["updates_received"], row["updates_expected"], "{what}");
            assert!(bytes(&row["bytes_total"], "payload") > 0.0, "{what}");
        }
    }
}

#[test]
fn headers_over_ipv6_are_20_bytes_longer() {
    let loadgen = std::path::Path::new(env!("CARGO_BIN_EXE_loadgen"));
    let mut server = std::process::Command::new(loadgen.with_file_name("server"));
    server.args(["--bind", "[::1]:0", "--rate", "20"]);
    let (_server, port) = running::listening(&mut server).unwrap();
    for transport in ["long-polling", "websocket"] {
        let row = measured(&format!(
            "--url http://[::1]:{port} --transport {transport} --clients 2 --duration 1s"
        ));
        assert_eq!(row["unexplained_bytes"], 0, "{transport}");
        let headers = bytes(&row["bytes_per_update"], "tcp_ip");
        let packets = row["packets_per_update"].as_f64().unwrap();
        // 40 of IPv6, 20 of TCP, 12 of timestamps.
        assert!(
            (headers - 72.0 * packets).abs() < 0.1,
            "{transport}: {headers}"
        );
    }
}

#[test]
fn both_directions_add_up_to_the_total() {
    for transport in ["long-polling", "sse", "websocket"] {
        let row = measured(&format!(
            "--transport {transport} --clients 2 --rate 20 --duration 500ms"
        ));
        let by_direction = &row["bytes_total_by_direction"];
        for (class, whole) in row["bytes_total"].as_object().unwrap() {
            let [up, down] = ["up", "down"].map(|way| bytes(&by_direction[way], class));
            assert_eq!(up + down, whole.as_f64().unwrap(), "{transport}: {class}");
        }
        assert_eq!(bytes(&by_direction["up"], "payload"), 0.0);
        assert_eq!(bytes(&by_direction["down"], "request_head"), 0.0);
        assert!(bytes(&by_direction["up"], "tcp_ip") > 0.0);
    }
}

#[test]
fn the_articles_profile_sends_716_bytes_and_its_response_is_arithmetic() {
    let row = measured(
        "--transport long-polling --clients 2 --rate 20 --duration 1s --header-profile article-2009",
    );
    assert_eq!(row["header_profile"], "article-2009");
    let near = |one: f64, other: f64| (one - other).abs() < 0.01 * other;
    let requests = row["requests_per_update"].as_f64().unwrap();
    let measured = &row["bytes_per_update"];
    let computed = &row["bytes_per_update_by_arithmetic"];
    assert!(near(bytes(measured, "request_head"), 716.0 * requests));
    assert!(near(bytes(computed, "response_head"), 193.0 * requests));
    let change = bytes(computed, "response_head") - bytes(measured, "response_head");
    let total = bytes(measured, "total") + change;
    assert!((bytes(computed, "total") - total).abs() < 0.01);
}

#[test]
fn a_publish_is_a_post_or_a_frame_on_a_websocket() {
    for transport in Transport::ALL {
        let row = measured(&format!(
            "--transport {transport} --direction up --clients 4 --rate 20 --duration 1s \
             --interval 200ms"
        ));
        let publish = &row["publish"];
        // Twenty per second, for one second.
        assert_eq!(publish["count"], 20, "{transport}");
        for times in ["accepted_us", "round_trip_us"] {
            assert_eq!(publish[times]["count"], 20, "{transport}: {times}");
        }
        let (accepted, returned) = (&publish["accepted_us"], &publish["round_trip_us"]);
        assert!(accepted["min"].as_u64() <= returned["min"].as_u64());
        assert_eq!(row["unexplained_bytes"], 0, "{transport}");
        let per_publish = &publish["bytes_per_publish"];
        assert_eq!(bytes(per_publish, "payload"), 100.0);
        let headers = ["request_head", "response_head", "websocket_frame"];
        let [request, response, frame] = headers.map(|class| bytes(per_publish, class));
        match transport {
            // Two bytes and a mask of four (RFC 6455, section 5.2).
            Transport::WebSocket => assert_eq!((request, response, frame), (0.0, 0.0, 6.0)),
            _ => assert!(request > 500.0 && response > 100.0 && frame == 0.0),
        }
        // The update that returns is in the classes of receiving.
        let update = &row["bytes_per_update"];
        assert!(bytes(update, "payload") > 130.0, "{transport}: {update}");
    }
}

#[test]
fn a_publish_and_its_return_each_take_the_one_way_delay() {
    let row =
        measured("--transport sse --direction up --clients 2 --rate 10 --duration 1s --rtt 60ms");
    let us = |times: &str| row["publish"][times]["p50"].as_u64().unwrap();
    // Never earlier; the upper bounds allow for a busy machine.
    assert!((30_000..50_000).contains(&us("accepted_us")));
    assert!((60_000..90_000).contains(&us("round_trip_us")));
}

#[test]
fn idle_clients_cost_empty_responses() {
    let row = measured(
        "--transport polling --clients 4 --rate 0 --interval 100ms --duration 2s \
         --header-profile minimal",
    );
    assert_eq!(
        (&row["updates_expected"], &row["lost"]),
        (&Value::from(0), &Value::from(0))
    );
    assert_eq!(row["latency_us"]["p50"], Value::Null);
    let idle = row["idle_bytes_per_client_minute"].as_f64().unwrap();
    // 600 requests per minute, each with two headers, an empty array and the headers of three packets.
    let total = &row["bytes_total"];
    let header_bytes = bytes(total, "request_head") + bytes(total, "response_head");
    assert!(header_bytes > 0.0);
    assert!((600.0 * 300.0..600.0 * 460.0).contains(&idle), "{idle}");
}

#[test]
fn a_silent_window_without_received_bytes_gives_a_warning() {
    let row = measured("--transport websocket --clients 1 --rate 0 --duration 300ms");
    assert_eq!(row["idle_bytes_per_client_minute"], Value::Null);
    let warnings = row["warnings"].to_string();
    assert!(warnings.contains("no-sign-of-life"), "{warnings}");
}

#[test]
fn a_reconnect_costs_connection_setup_again() {
    let row = measured(
        "--transport websocket --clients 3 --rate 20 --duration 500ms --rtt 40ms --reconnect",
    );
    assert_eq!(row["reconnect_us"]["count"], 3);
    // Two round trips: the handshakes of TCP and of WebSocket, which returns the waiting update.
    let us = row["reconnect_us"]["min"].as_u64().unwrap();
    assert!((80_000..120_000).contains(&us), "{us}");
    let bytes_of_setup = bytes(&row["bytes_total"], "setup") / 6.0;
    let reconnect = row["reconnect_bytes"].as_f64().unwrap();
    assert!(reconnect > bytes_of_setup, "{reconnect}");
    assert_eq!(row["unexplained_bytes"], 0);
}
