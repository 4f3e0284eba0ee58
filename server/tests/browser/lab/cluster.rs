//! Clients of a server that is stopped continue at another one.

use std::io::{Write, stderr};

use server::{Transport, cluster::installed};

use super::Lab;
use crate::harness::axe::{LOOK, assert_no_violations, axe};

#[tokio::test]
async fn clients_of_a_stopped_server_continue_at_another_without_a_gap() {
    for program in ["nats-server", "haproxy"] {
        if let Err(why) = installed(program) {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            let _ = writeln!(stderr(), "skipped: {why}");
            return;
        }
    }
    let lab = Lab::open(&["--cluster", "--rate", "5"], "lang=en").await;
    for transport in [Transport::WebSocket, Transport::Sse, Transport::LongPolling] {
        let served = format!("document.querySelector('[data-transport={transport}] .served')");
        lab.until("a server", &format!("{served}.textContent !== ''"))
            .await;
        let before = lab.panel(transport).await;
        let name = lab.text(&format!("{served}.textContent.trim()")).await;
        let number = name.strip_prefix("server-").expect("the name of a server");
        // The legend is the first child.
        let server = format!("#servers .server:nth-of-type({number})");
        let becomes =
            |runs| format!("document.querySelector('{server}').dataset.running === '{runs}'");

        lab.press(&format!("{server} button")).await;
        lab.until("a stopped server", &becomes(false)).await;
        lab.run(&axe(), vec![]).await;
        let report = lab.run(LOOK, vec![]).await;
        assert_no_violations(&report, &format!("{name} stopped"));
        lab.until(
            "another server",
            &format!("{served}.textContent.trim() !== '{name}'"),
        )
        .await;
        let became = format!("document.querySelector('[data-transport={transport}] .became')");
        let sentence = format!("after {name} stopped · lost 0 · duplicated 0");
        lab.until(
            &sentence,
            &format!("{became}.textContent.endsWith('{sentence}')"),
        )
        .await;
        let panel = lab
            .until_panel(transport, "ten more updates", |panel| {
                panel.updates > before.updates + 10
            })
            .await;
        let losses = (panel.gaps, panel.repeats, panel.missed);
        assert_eq!(losses, (0, 0, 0), "{transport}: {panel:#?}");

        lab.press(&format!("{server} button")).await;
        lab.until("a server that runs again", &becomes(true)).await;
    }
}
