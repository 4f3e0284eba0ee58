//! How does a task sleep more precisely than tokio's timer, which counts milliseconds?

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    hint,
    sync::{
        OnceLock,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

/// Sleeps until `instant`, within some 0.1 ms on an idle machine.
pub async fn sleep_until(instant: Instant) {
    static SLEEPERS: OnceLock<mpsc::Sender<Sleeper>> = OnceLock::new();
    if instant <= Instant::now() {
        return;
    }
    let sleepers = SLEEPERS.get_or_init(|| {
        let (sender, sleepers) = mpsc::channel();
        thread::Builder::new()
            .name("timer".into())
            .spawn(move || wake_on_time(&sleepers))
            .expect("the machine has room for one more thread");
        sender
    });
    let (wake, woken) = oneshot::channel();
    let sleeper = Sleeper { instant, wake };
    sleepers.send(sleeper).expect("the timer thread never ends");
    let _ = woken.await;
}

/// So long before its instant a sleeping thread is woken: waking takes about as long, and the rest
/// is spent looking at the clock.
const WAKING: Duration = Duration::from_micros(60);

/// Lets this thread sleep until `instant`, within a few microseconds on an idle machine.
pub fn sleep_thread_until(instant: Instant) {
    thread::sleep(before_waking(instant));
    look_at_the_clock_until(instant);
}

/// The same for a thread that can be spoken to: it wakes at once when something is said.
pub fn sleep_thread_or_hear<T>(
    instant: Instant,
    said: &mpsc::Receiver<T>,
) -> Result<T, RecvTimeoutError> {
    let heard = said.recv_timeout(before_waking(instant));
    if let Err(RecvTimeoutError::Timeout) = heard {
        look_at_the_clock_until(instant);
    }
    heard
}

fn before_waking(instant: Instant) -> Duration {
    instant.saturating_duration_since(Instant::now() + WAKING)
}

fn look_at_the_clock_until(instant: Instant) {
    while Instant::now() < instant {
        hint::spin_loop();
    }
}

/// Lets this thread wake at the instant that it asks for: Linux else puts wake-ups together that
/// lie within 50 µs, to save power.
pub fn wake_precisely() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)) {
        tracing::debug!(%error, "the timer slack can't be set; sleeps end some 50 us later");
    }
}

struct Sleeper {
    instant: Instant,
    wake: oneshot::Sender<()>,
}

impl PartialEq for Sleeper {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Sleeper {}

impl PartialOrd for Sleeper {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sleeper {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.instant.cmp(&other.instant)
    }
}

/// One thread for all sleepers: the earliest deadline decides how long it waits for a new one.
fn wake_on_time(sleepers: &mpsc::Receiver<Sleeper>) {
    wake_precisely();
    let mut asleep = BinaryHeap::<Reverse<Sleeper>>::new();
    loop {
        let first = asleep.peek().map(|Reverse(sleeper)| sleeper.instant);
        let wait = first.map_or(Duration::from_secs(3600), before_waking);
        // Receiving first also when someone is due would let newcomers delay the due.
        let received = if wait.is_zero() {
            Err(RecvTimeoutError::Timeout)
        } else {
            sleepers.recv_timeout(wait)
        };
        match received {
            Ok(sleeper) => asleep.push(Reverse(sleeper)),
            Err(RecvTimeoutError::Timeout) if first.is_some() => {
                let Reverse(sleeper) = asleep.pop().expect("someone is due");
                // A sleeper that was dropped no longer waits, and nothing waits for it.
                if !sleeper.wake.is_closed() {
                    sleep_thread_until(sleeper.instant);
                    let _ = sleeper.wake.send(());
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
