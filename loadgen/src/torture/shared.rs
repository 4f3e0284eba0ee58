//! What the clients, the publishers and the schedule share.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use server::base::clock;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::truth::Truth;
use crate::client::plan::Target;

/// How often the progress of the clients is read.
const READ_EVERY: Duration = Duration::from_millis(20);
/// The maximum number of remarks.
const MOST_REMARKS: usize = 100;

/// The phase of the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phase {
    /// Publishers end when this is set. They repeat unacknowledged updates until this time.
    pub publish_until: Option<Instant>,
    /// Clients end when they have received everything, at the latest at the time.
    pub drain: Option<Drain>,
    /// Increases when clients have to move to other servers.
    pub moves: u64,
}

/// The end of the run.
#[derive(Clone, Copy, Debug)]
pub struct Drain {
    /// The newest update.
    pub last: u64,
    /// The time limit.
    pub until: Instant,
}

/// State that all tasks read and write.
#[derive(Debug)]
pub struct Shared {
    /// The servers, in the order of the cluster.
    pub targets: Vec<Target>,
    /// The updates.
    pub truth: Truth,
    /// The phase of the run.
    pub phase: watch::Sender<Phase>,
    /// The number of the next update.
    pub next_number: AtomicU64,
    /// All deliveries so far.
    pub deliveries: AtomicU64,
    /// The time of the newest update of each client, in microseconds since the Unix epoch.
    newest_us: Vec<AtomicU64>,
    /// The remarks, and the number of those that are not kept.
    remarks: Mutex<(Vec<String>, usize)>,
}

impl Shared {
    /// The state of a run with this number of clients.
    pub fn new(targets: Vec<Target>, clients: usize) -> Self {
        Self {
            targets,
            truth: Truth::default(),
            phase: watch::Sender::default(),
            next_number: AtomicU64::new(1),
            deliveries: AtomicU64::new(0),
            newest_us: (0..clients).map(|_| AtomicU64::new(0)).collect(),
            remarks: Mutex::default(),
        }
    }

    /// A client has received an update with this time.
    pub fn received(&self, client: usize, at_us: u64) {
        self.deliveries.fetch_add(1, Ordering::Relaxed);
        if let Some(newest) = self.newest_us.get(client) {
            newest.store(at_us, Ordering::Relaxed);
        }
    }

    /// Keeps a remark about a notice or an error, unless there are many.
    pub fn remark(&self, remark: String) {
        let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, others) = &mut *remarks;
        match kept.len() < MOST_REMARKS {
            true => kept.push(remark),
            false => *others += 1,
        }
    }

    /// The remarks since the last call.
    pub fn take_remarks(&self) -> Vec<String> {
        let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut kept, others) = std::mem::take(&mut *remarks);
        if others > 0 {
            kept.push(format!("{others} more notices or errors"));
        }
        kept
    }

    /// Waits until every client has received an update that is published from now on. Returns the
    /// time, or `None` if it is longer than `longest`.
    pub async fn every_client_receives(&self, longest: Duration) -> Option<Duration> {
        let (begin, now_us) = (Instant::now(), clock::now_us());
        let is_newer = |newest: &AtomicU64| newest.load(Ordering::Relaxed) > now_us;
        let wait = async {
            while !self.newest_us.iter().all(is_newer) {
                sleep(READ_EVERY).await;
            }
        };
        timeout(longest, wait).await.ok().map(|()| begin.elapsed())
    }
}
