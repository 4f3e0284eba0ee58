//! A feed, and the texts that its clients should receive.

use std::{ops::Range, time::Duration};

use fastrand::Rng;
use server::feed::{Feed, data::Data};

/// The interval of polling clients.
pub const INTERVAL: Duration = Duration::from_secs(1);

const CONTENTS: [&str; 4] = [
    "x",
    "</script>&\u{2028}",
    "id: 9\n\ndata: 한글",
    "\\\"[{\r\n",
];

/// A feed and its published texts.
pub struct Server {
    pub history: usize,
    pub feed: Feed,
    /// The texts of the current feed; the first has the `seq` 1.
    pub texts: Vec<String>,
    pub restarts: usize,
    now_us: u64,
}

impl Server {
    pub fn new(history: usize) -> Self {
        Self {
            history,
            feed: Feed::new(history, usize::MAX),
            texts: Vec::new(),
            restarts: 0,
            now_us: 1_763_890_000_000_000,
        }
    }

    pub fn publish(&mut self, count: Range<usize>, random: &mut Rng) {
        for _ in 0..random.usize(count) {
            self.now_us += random.u64(1..2_000_000);
            let data = Data::text(CONTENTS[random.usize(..CONTENTS.len())]);
            let (seq, at_us) = (self.texts.len() + 1, self.now_us);
            let data_text = data.as_str();
            let text = format!(r#"{{"seq":{seq},"at_us":{at_us},"data":{data_text}}}"#);
            self.texts.push(text);
            self.feed
                .publish(at_us, |_, _| data)
                .expect("the feed is in memory");
        }
    }

    pub fn restart(&mut self) {
        self.feed = Feed::new(self.history, usize::MAX);
        self.texts.clear();
        self.restarts += 1;
    }

    /// Number of updates that have left the history.
    pub fn dropped(&self) -> usize {
        self.texts.len().saturating_sub(self.history)
    }

    /// The texts that a client receives, by the description of cursors and not by the code of the feed.
    pub fn expected(&self, known: Option<Known>, max: usize) -> Vec<String> {
        let dropped = self.dropped();
        let newest = self.texts.len().saturating_sub(1);
        let (notice, from) = match known {
            None => (None, newest),
            Some(Known { seq, .. }) if seq < dropped => {
                (Some(format!(r#"{{"missed":{}}}"#, dropped - seq)), dropped)
            }
            Some(known) if known.seq == 0 || known.restarts == self.restarts => (None, known.seq),
            Some(_) => {
                let notice = format!(r#"{{"started_over":true,"missed":{dropped}}}"#);
                (Some(notice), dropped)
            }
        };
        let updates = self.texts[from..].iter().take(max).cloned();
        notice.into_iter().chain(updates).collect()
    }
}

/// A position: an update of a feed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    pub seq: usize,
    pub restarts: usize,
    /// Whether a client has the update and can compute its check.
    pub has_check: bool,
}

impl Known {
    /// Position 0 of the first feed.
    pub const START: Self = Self {
        seq: 0,
        restarts: 0,
        has_check: false,
    };

    /// Whether the position cannot be mistaken for one of another feed.
    pub fn reveals_restart(self) -> bool {
        self.has_check || self.seq == 0
    }
}
