//! Distance and unplugging affect every wire, and the page shows it.

use fantoccini::key::Key;
use server::Transport;

use super::Lab;

/// The latency of every row in milliseconds, as shown.
const LATENCY: &str = "[...document.querySelectorAll('.row data.latency')].map(({ textContent }) => parseFloat(textContent.replaceAll(',', '')) * (textContent.endsWith(' s') ? 1000 : 1))";

#[tokio::test]
async fn distance_and_unplugging_affect_every_row_without_loss() {
    let lab = Lab::open("--rate 10", "lang=en").await;
    distance(&lab).await;
    plug(&lab).await;
}

async fn distance(lab: &Lab) {
    lab.keys_at("#rtt", [Key::End]).await;
    lab.until(&format!("{LATENCY}.every((ms) => ms >= 500)"))
        .await;
    let said = lab.text("document.getElementById('rtt-said').textContent");
    assert_eq!(said.await, "1,000 ms round trip");
    // They were opened before the distance was set.
    for name in ["forever-frame", "http-streaming", "sse", "websocket"] {
        let count = format!("[data-transport='{name}'] data.connections");
        let count = format!("document.querySelector(\"{count}\").textContent");
        assert_eq!(lab.text(&count).await, "1", "{name}");
    }
    lab.keys([Key::Home]).await;
    // Not a speed: without distance, an update waits on average half a second for a poll that comes
    // once a second, and not at all for an open response. This allows half a second more for a slow
    // machine. Before, each waited for half a round trip in addition.
    let is_below = "(ms, nth) => ms < (nth < 3 ? 1000 : 500)";
    lab.until(&format!("{LATENCY}.every({is_below})")).await;
}

async fn plug(lab: &Lab) {
    let rows = "[...document.querySelectorAll('.row .became')]";
    lab.press("#unplug").await;
    let is_cut = "({ textContent }) => textContent === 'disconnected'";
    lab.until(&format!("{rows}.every({is_cut})")).await;
    let back = r"/^back after [\d.,]+ s · lost 0 · duplicated \d+$/";
    let is_back = format!("({{ textContent }}) => {back}.test(textContent)");
    lab.until(&format!("{rows}.every({is_back})")).await;
    for transport in Transport::ALL {
        let before = lab.updates(transport).await;
        let panel = lab.until_more_updates(transport, before).await;
        panel.assert_no_loss(transport);
    }
}
