//! The page, read from its panels as a user would.

use std::time::{Duration, Instant};

use fantoccini::{Client, Locator};
use serde::Deserialize;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(90);

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
pub struct Page<'a>(pub &'a Client);

impl Page<'_> {
    /// The values of all panels.
    pub async fn panels(&self) -> Vec<Panel> {
        let panels = self.run(include_str!("panels.js")).await;
        serde_json::from_value(panels).expect("panels.js and Panel have the same fields")
    }

    /// Waits until every panel satisfies the condition. A failure names the others.
    pub async fn until(&self, wanted: &str, is: impl Fn(&Panel) -> bool) -> Vec<Panel> {
        let start = Instant::now();
        loop {
            let panels = self.panels().await;
            if panels.len() == 8 && panels.iter().all(&is) {
                return panels;
            }
            if start.elapsed() > PATIENCE {
                let not: Vec<_> = panels.iter().filter(|panel| !is(panel)).collect();
                panic!("{} of 8 panels; without {wanted}: {not:#?}", panels.len());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The text of the page and its panels.
    pub async fn text(&self) -> String {
        let text = self.run(include_str!("text.js")).await;
        text.as_str().expect("text.js returns text").to_owned()
    }

    /// Presses a button, as a user would.
    pub async fn press(&self, button: &str) {
        let button = self.0.find(Locator::Css(button)).await.expect("a button");
        button.click().await.expect("it can be pressed");
    }

    async fn run(&self, script: &str) -> Value {
        let result = self.0.execute(script, vec![]).await;
        result.expect("the script runs")
    }
}
