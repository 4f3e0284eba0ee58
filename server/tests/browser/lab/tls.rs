//! The whole page over https.

use std::collections::HashSet;

use serde_json::json;

use super::{Lab, TRANSPORTS, received::assert_only_own_requests};

#[tokio::test]
async fn all_panels_receive_over_https_and_the_page_counts_the_records() {
    let lab = Lab::watched(&["--rate", "5", "--tls"], "lang=en").await;
    let page = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(lab.read(page).await, "h2");
    let panels = lab
        .until_panels("20 updates", |panel| panel.updates >= 20)
        .await;
    let ports: HashSet<_> = panels.iter().map(|panel| &panel.port).collect();
    assert_eq!(ports.len(), 8, "each has its own port");
    for (transport, panel) in TRANSPORTS.iter().zip(&panels) {
        assert_eq!((panel.gaps, panel.repeats), (0, 0), "{transport}");
        let own = "return [location.protocol, isSecureContext]";
        let own = lab.run_in(*transport, own).await;
        assert_eq!(own, Some(json!(["https:", true])), "{transport}");
    }
    // The 2 bytes of the frame header, and the 22 of the record.
    let around = "document.querySelector(\"[data-transport='websocket'] data.without\")";
    let shown = format!("{around}.textContent.startsWith('24')");
    lab.until("24 bytes around each frame", &shown).await;
    assert_only_own_requests(&lab).await;
}
