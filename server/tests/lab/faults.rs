//! Do the faults hit whom they hit in the world, and nobody else?

use server::Transport;

use crate::lab::Lab;

#[tokio::test]
async fn each_fault_stops_whom_it_must_and_is_undone() {
    let lab = Lab::open(&["--rate", "5"], "lang=en").await;
    for (button, silent, going_on) in [
        ("#buffers", Transport::Sse, Transport::LongPolling),
        ("#strips", Transport::WebSocket, Transport::LongPolling),
        ("#six", Transport::LongPolling, Transport::WebSocket),
    ] {
        lab.press(button).await;
        let pressed = format!("document.querySelector('{button}').getAttribute('aria-pressed')");
        lab.until(button, &format!("{pressed} === 'true'")).await;
        lab.until(
            "a sentence about it",
            "document.querySelectorAll('#outcome p').length === 1",
        )
        .await;
        starves(&lab, silent, going_on).await;

        lab.press(button).await;
        lab.until("the fault undone", &format!("{pressed} === 'false'"))
            .await;
        lab.until(
            "no sentence",
            "document.querySelectorAll('#outcome p').length === 0",
        )
        .await;
        for transport in [silent, going_on] {
            let before = lab.updates(transport).await;
            // Shared or not, on its way back to a port of its own a panel begins anew.
            let back = |now: u64| now > before + 10 || (now > 10 && now < before);
            let panel = lab
                .until_panel(transport, "updates", |panel| back(panel.updates))
                .await;
            assert_eq!(
                (panel.gaps, panel.repeats),
                (0, 0),
                "{transport} after {button}"
            );
        }
    }
}

/// Waits until one has got ten updates more while the other got none: at five a second, some two
/// seconds of silence, which nobody has who is sent each update.
async fn starves(lab: &Lab, silent: Transport, going_on: Transport) {
    let mut silent_at = u64::MAX;
    let mut before = 0;
    lab.until_panel(going_on, "ten updates while the other has none", |_| true)
        .await;
    let start = std::time::Instant::now();
    loop {
        let now = (lab.updates(silent).await, lab.updates(going_on).await);
        if now.0 != silent_at || now.1 < before {
            (silent_at, before) = now;
        } else if now.1 >= before + 10 {
            return;
        }
        assert!(
            start.elapsed().as_secs() < 90,
            "{silent} goes on, or {going_on} does not: {now:?}"
        );
        crate::lab::pause().await;
    }
}
