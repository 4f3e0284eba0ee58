//! One update on two wires, and the line that a client is running.

use super::Lab;

#[tokio::test]
async fn one_update_is_compared_byte_by_byte_on_both_wires() {
    let lab = Lab::open("--rate 5", "lang=en").await;
    lab.press("#compare-open").await;
    let cell = |css: &str, transport: &str| {
        format!("document.querySelector('#compare {css}[data-transport={transport}]')")
    };
    let payload = |transport: &str| {
        let cell = cell(".payload", transport);
        format!("{cell}.querySelector('code').textContent")
    };
    let update = lab.text(&payload("long-polling")).await;
    assert!(update.starts_with("{\"seq\":"), "{update}");
    assert_eq!(lab.text(&payload("websocket")).await, update);

    let overhead = |transport: &str| {
        let spent = cell(".spent", transport);
        format!("parseInt({spent}.querySelector('strong').textContent)")
    };
    // All parts but the update.
    let parts = |transport: &str| {
        format!(
            "[...document.querySelectorAll('#compare > div > div:not(.payload)[data-transport={transport}] h4 b')]
                .reduce((sum, {{ textContent }}) => sum + parseInt(textContent), 0)"
        )
    };
    assert_eq!(lab.number(&overhead("websocket")).await, 2.0);
    for transport in ["long-polling", "websocket"] {
        let sum = lab.number(&parts(transport)).await;
        assert_eq!(lab.number(&overhead(transport)).await, sum, "{transport}");
    }
    lab.assert_accessible("the comparison").await;

    lab.press("#compare .request button").await;
    let title = "document.querySelector('#bytes[open] h2')?.textContent ?? ''";
    let asked = "websocket · client → server · handshake";
    assert_eq!(lab.text(title).await, asked);
    lab.press("#bytes [data-bytes=next]").await;
    let answered = "websocket · server → client · handshake";
    assert_eq!(lab.text(title).await, answered);
}

#[tokio::test]
async fn the_line_that_a_client_is_running_is_marked() {
    let lab = Lab::open("--rate 2", "lang=en&show=pair").await;
    lab.press(".client-code summary").await;
    for (transport, line) in [
        ("long-polling", "const answer = await fetch("),
        ("websocket", "socket.onmessage = "),
    ] {
        let css = format!("[data-transport={transport}] .line[data-running=true]");
        let running = format!("document.querySelector('{css}')?.textContent.trimStart()");
        lab.until(&format!("{running}?.startsWith('{line}')")).await;
    }
}
