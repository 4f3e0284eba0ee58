//! Accessibility checks with axe-core against WCAG 2.2 AA.

use std::fs;

use serde_json::{Value, json};

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/axe/node_modules/axe-core/axe.min.js"
);
/// Frames are separate documents, so each panel is checked separately.
pub const LOOK: &str = "return axe.run(document, {
        iframes: false,
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }).then(({ violations, passes }) => ({
        passed: passes.length,
        found: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => [id, html.slice(0, 300), failureSummary])),
    }))";
/// The library, which must run in a page before a check.
pub fn axe() -> String {
    fs::read_to_string(AXE).expect("axe-core is missing: run .ci/setup test")
}

/// Fails if there are violations, and shows them.
pub fn assert_no_violations(report: &Value, place: &str) {
    assert!(
        report["passed"].as_u64().is_some_and(|rules| rules >= 5),
        "{place}: axe checked nothing: {report:#}"
    );
    assert_eq!(report["found"], json!([]), "{place}: {:#}", report["found"]);
}
