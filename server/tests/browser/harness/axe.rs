//! What does axe-core find against WCAG 2.2 AA?

use std::fs;

use serde_json::{Value, json};

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/axe/node_modules/axe-core/axe.min.js"
);
/// Frames are documents of their own, so one panel is looked at by itself.
pub const LOOK: &str = "return axe.run(document, {
        iframes: false,
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }).then(({ violations, passes }) => ({
        passed: passes.length,
        found: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => [id, html.slice(0, 300), failureSummary])),
    }))";
/// The library, to be run in a page first.
pub fn axe() -> String {
    fs::read_to_string(AXE).expect("axe-core is missing: run .ci/setup test")
}

/// Fails with what was found.
pub fn nothing_found(told: &Value, place: &str) {
    assert!(
        told["passed"].as_u64().is_some_and(|rules| rules >= 5),
        "{place}: axe has looked at nothing: {told:#}"
    );
    assert_eq!(told["found"], json!([]), "{place}: {:#}", told["found"]);
}
