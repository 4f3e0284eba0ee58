//! Distance and unplugging affect every wire, and the page shows it.

use fantoccini::key::Key;

use super::{Lab, TRANSPORTS};

/// A counter of every row, as shown.
fn shown(key: &str) -> String {
    format!(
        "[...document.querySelectorAll('.row data.{key}')].map(({{ textContent }}) => parseFloat(textContent.replaceAll(',', '')) * (textContent.endsWith(' s') ? 1000 : 1))"
    )
}

#[tokio::test]
async fn distance_and_unplugging_affect_every_row_without_loss() {
    let lab = Lab::open(&["--rate", "10"], "lang=en").await;
    distance(&lab).await;
    plug(&lab).await;
}

async fn distance(lab: &Lab) {
    let kept_open = ["forever-frame", "http-streaming", "sse", "websocket"]
        .map(|name| {
            format!(
                "document.querySelector(\"[data-transport='{name}'] data.connections\").textContent"
            )
        })
        .join(", ");
    lab.focus("#rtt").await;
    lab.keys(&[Key::End]).await;
    let every = |is: &str| format!("{}.every((ms) => ms {is})", shown("latency"));
    lab.until("500 ms of latency in every row", &every(">= 500"))
        .await;
    assert_eq!(
        lab.text("document.getElementById('rtt-said').textContent")
            .await,
        "1,000 ms round trip"
    );
    // They were opened before the distance was set.
    assert_eq!(lab.text(&format!("[{kept_open}].join()")).await, "1,1,1,1");
    lab.keys(&[Key::Home]).await;
    // Not a speed: without distance, an update waits on average half a second for a poll that comes
    // once a second, and not at all for an open response. This allows half a second more for a slow
    // machine. Before, each waited for half a round trip in addition.
    let below = format!(
        "{}.every((ms, nth) => ms < (nth < 3 ? 1000 : 500))",
        shown("latency")
    );
    lab.until("latency below the previous distance", &below)
        .await;
}

async fn plug(lab: &Lab) {
    let became =
        "[...document.querySelectorAll('.row .became')].map(({ textContent }) => textContent)";
    lab.press("#unplug").await;
    lab.until(
        "eight cut rows",
        &format!("{became}.every((text) => text === 'disconnected')"),
    )
    .await;
    let back = r"/^back after [\d.,]+ s · lost 0 · duplicated \d+$/.test(text)";
    lab.until(
        "eight rows that are back",
        &format!("{became}.every((text) => {back})"),
    )
    .await;
    for transport in TRANSPORTS {
        let before = lab.updates(transport).await;
        let panel = lab
            .until_panel(transport, "updates after the cut", |panel| {
                panel.updates > before + 10
            })
            .await;
        assert_eq!(
            (panel.gaps, panel.repeats, panel.missed),
            (0, 0, 0),
            "{transport}"
        );
    }
}
