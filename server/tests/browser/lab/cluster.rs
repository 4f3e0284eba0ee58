//! Clients of a server that is stopped continue at another one.

use std::io::{Write, stderr};

use server::{Transport, cluster::installed};

use super::Lab;

#[tokio::test]
async fn clients_of_a_stopped_server_continue_at_another_without_a_gap() {
    for program in ["nats-server", "haproxy"] {
        if let Err(why) = installed(program) {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            let _ = writeln!(stderr(), "skipped: {why}");
            return;
        }
    }
    let lab = Lab::open("--cluster --rate 5", "lang=en").await;
    for transport in [Transport::WebSocket, Transport::Sse, Transport::LongPolling] {
        let text = |class: &str| {
            let row = format!("[data-transport={transport}]");
            format!("document.querySelector('{row} .{class}').textContent.trim()")
        };
        let served_by = text("served");
        lab.until(&format!("{served_by} !== ''")).await;
        let before = lab.updates(transport).await;
        let name = lab.text(&served_by).await;
        let number = name.strip_prefix("server-").expect("the name of a server");
        // The legend is the first child.
        let server = format!("#servers .server:nth-of-type({number})");
        let runs = format!("document.querySelector('{server}').dataset.running");

        lab.press(&format!("{server} button")).await;
        lab.until(&format!("{runs} === 'false'")).await;
        lab.assert_accessible(&format!("{name} stopped")).await;
        lab.until(&format!("{served_by} !== '{name}'")).await;
        let sentence = format!("after {name} stopped · lost 0 · duplicated 0");
        lab.until(&format!("{}.endsWith('{sentence}')", text("became")))
            .await;
        let panel = lab.until_more_updates(transport, before).await;
        panel.assert_no_loss(transport);

        lab.press(&format!("{server} button")).await;
        lab.until(&format!("{runs} === 'true'")).await;
    }
}
