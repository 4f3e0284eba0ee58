//! Accessibility checks with axe-core against WCAG 2.2 AA.

use std::fs;

use serde_json::json;

use super::chromium::Chromium;

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/axe/node_modules/axe-core/axe.min.js"
);
/// Frames are separate documents, so each panel is checked separately.
const LOOK: &str = "return axe.run(document, {
        iframes: false,
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }).then(({ violations, passes }) => ({
        passed: passes.length,
        found: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => [id, html.slice(0, 300), failureSummary])),
    }))";

impl Chromium {
    /// Fails if axe-core finds violations in the current document, and shows them.
    pub async fn assert_accessible(&self, place: &str) {
        if self.read("typeof axe").await == "undefined" {
            let axe = fs::read_to_string(AXE);
            self.run(&axe.expect("axe-core is missing: run .ci/setup test"))
                .await;
        }
        let report = self.run(LOOK).await;
        assert!(
            report["passed"].as_u64().is_some_and(|rules| rules >= 5),
            "{place}: axe checked nothing: {report:#}"
        );
        assert_eq!(report["found"], json!([]), "{place}: {:#}", report["found"]);
    }
}
