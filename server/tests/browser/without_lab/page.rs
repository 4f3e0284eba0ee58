//! The page, read from its panels as a user would.

use serde::Deserialize;

use crate::harness::{chromium::Chromium, driver::eventually};

/// The numbers that one panel shows; a missing number is 0.
#[derive(Debug, Deserialize)]
pub struct Panel {
    pub name: String,
    pub updates: u64,
    pub requests: u64,
    pub bytes: u64,
    pub gaps: u64,
    pub repeats: u64,
    #[serde(rename = "startedOver")]
    pub started_over: u64,
    pub cuts: u64,
    /// How many times the page in the panel was loaded, counted by the test.
    pub loads: u64,
    pub seqs: Vec<u64>,
}

/// The page at `/`, open in a browser.
pub struct Page<'a>(pub &'a Chromium);

impl Page<'_> {
    /// The values of all panels.
    pub async fn panels(&self) -> Vec<Panel> {
        let panels = self.0.run(include_str!("panels.js")).await;
        serde_json::from_value(panels).expect("panels.js and Panel have the same fields")
    }

    /// Waits until every panel satisfies the condition. A failure names the others.
    pub async fn until(&self, wanted: &str, is: impl Fn(&Panel) -> bool) -> Vec<Panel> {
        eventually(async || {
            let panels = self.panels().await;
            let not: Vec<_> = panels.iter().filter(|panel| !is(panel)).collect();
            if panels.len() == 8 && not.is_empty() {
                return Ok(panels);
            }
            let shown = panels.len();
            Err(format!("{shown} of 8 panels; without {wanted}: {not:#?}"))
        })
        .await
    }

    /// The text of the page and its panels.
    pub async fn text(&self) -> String {
        let text = self.0.run(include_str!("text.js")).await;
        text.as_str().expect("text.js returns text").to_owned()
    }
}

/// Whether this is a key such as `when.now`, which is shown if its translation is missing.
pub fn is_key(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_name = |part: &str| {
        let mut rest = part.chars();
        rest.next().is_some_and(|first| first.is_ascii_lowercase())
            && rest.all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    word.contains('.') && parts.all(is_name)
}
