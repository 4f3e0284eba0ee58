//! Each fault affects only the transports that it should.

use server::Transport;

use super::Lab;
use crate::harness::driver::eventually;

#[tokio::test]
async fn each_fault_stops_the_expected_transports_and_can_be_undone() {
    let lab = Lab::open("--rate 5", "lang=en").await;
    let sentences = "document.querySelectorAll('#outcome p').length";
    for (button, silent, going_on) in [
        ("#buffers", Transport::Sse, Transport::LongPolling),
        ("#strips", Transport::WebSocket, Transport::LongPolling),
        ("#six", Transport::LongPolling, Transport::WebSocket),
    ] {
        lab.press(button).await;
        let pressed = format!("document.querySelector('{button}').getAttribute('aria-pressed')");
        lab.until(&format!("{pressed} === 'true'")).await;
        lab.until(&format!("{sentences} === 1")).await;
        wait_for_starvation(&lab, silent, going_on).await;

        lab.press(button).await;
        lab.until(&format!("{pressed} === 'false'")).await;
        lab.until(&format!("{sentences} === 0")).await;
        for transport in [silent, going_on] {
            let before = lab.updates(transport).await;
            // A panel that returns to its own port starts again, whether it shared the port or not.
            let back = |now: u64| now > before + 10 || (now > 10 && now < before);
            let panel = lab
                .until_panel(transport, |panel| back(panel.updates))
                .await;
            let losses = (panel.gaps, panel.repeats);
            assert_eq!(losses, (0, 0), "{transport} after {button}");
        }
    }
}

#[tokio::test]
async fn eight_panels_on_one_distant_port_are_each_loaded_once() {
    let lab = Lab::open("--rate 5 --rtt 200ms", "lang=en").await;
    let watch = "window.loads = 0; window.ready = new Set();
        for (const frame of document.querySelectorAll('#panels iframe')) {
            frame.addEventListener('load', () => (loads += 1));
        }
        addEventListener('message', ({ source, data }) => data.ready && ready.add(source));";
    lab.run(watch).await;
    for _ in ["on", "off"] {
        lab.press("#six").await;
        lab.until("loads >= 8 && ready.size === 8").await;
        assert_eq!(lab.number("loads").await, 8.0, "panels were loaded again");
        lab.run("window.loads = 0; ready.clear();").await;
    }
}

/// Waits until one panel has received ten more updates and the other none: at five updates per
/// second, about two seconds of silence, which a working transport never has.
async fn wait_for_starvation(lab: &Lab, silent: Transport, going_on: Transport) {
    let mut before = (u64::MAX, u64::MAX);
    eventually(async || {
        let now = (lab.updates(silent).await, lab.updates(going_on).await);
        if now.0 == before.0 && now.1 >= before.1 + 10 {
            return Ok(());
        }
        if now.0 != before.0 || now.1 < before.1 {
            before = now;
        }
        Err(format!(
            "{silent} continues, or {going_on} does not: {now:?}"
        ))
    })
    .await;
}
