//! Sleep with a higher precision than tokio's timer, whose resolution is a millisecond.

use std::{
    collections::BTreeMap,
    hint,
    sync::{
        OnceLock,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

/// Sleeps until `instant`, within about 0.1 ms on an idle machine.
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
            .expect("the system can start one more thread");
        sender
    });
    let (wake, woken) = oneshot::channel();
    let sleeper = Sleeper { instant, wake };
    sleepers.send(sleeper).expect("the timer thread never ends");
    let _ = woken.await;
}

/// A sleeping thread is woken this much early. Waking takes about as long; the rest is spent
/// polling the clock.
const WAKING: Duration = Duration::from_micros(60);

/// Blocks this thread until `instant`, within a few microseconds on an idle machine.
pub fn sleep_thread_until(instant: Instant) {
    thread::sleep(before_waking(instant));
    poll_clock_until(instant);
}

/// Like [`sleep_thread_until`], but returns at once when a message arrives.
pub fn sleep_thread_or_receive<T>(
    instant: Instant,
    messages: &mpsc::Receiver<T>,
) -> Result<T, RecvTimeoutError> {
    let received = messages.recv_timeout(before_waking(instant));
    if let Err(RecvTimeoutError::Timeout) = received {
        poll_clock_until(instant);
    }
    received
}

fn before_waking(instant: Instant) -> Duration {
    instant.saturating_duration_since(Instant::now() + WAKING)
}

fn poll_clock_until(instant: Instant) {
    while Instant::now() < instant {
        hint::spin_loop();
    }
}

/// Makes this thread wake at the exact time. By default Linux combines wake-ups within 50 µs to
/// save power.
pub fn wake_precisely() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)) {
        tracing::debug!(%error, "can't set the timer slack; sleeps end about 50 us late");
    }
}

struct Sleeper {
    instant: Instant,
    wake: oneshot::Sender<()>,
}

/// One thread serves all sleepers. It waits for new ones until the earliest deadline.
fn wake_on_time(sleepers: &mpsc::Receiver<Sleeper>) {
    wake_precisely();
    // The number distinguishes sleepers with the same deadline.
    let mut asleep = BTreeMap::<(Instant, u64), oneshot::Sender<()>>::new();
    for number in 0.. {
        let first = asleep.first_key_value().map(|(&(instant, _), _)| instant);
        let wait = first.map_or(Duration::from_secs(3600), before_waking);
        // If a sleeper is due, nothing is received first: new sleepers must not delay it.
        let received = if wait.is_zero() {
            Err(RecvTimeoutError::Timeout)
        } else {
            sleepers.recv_timeout(wait)
        };
        match received {
            Ok(Sleeper { instant, wake }) => {
                asleep.insert((instant, number), wake);
            }
            Err(RecvTimeoutError::Timeout) => {
                // A sleeper whose future was dropped needs no wake-up.
                if let Some(((instant, _), wake)) = asleep.pop_first()
                    && !wake.is_closed()
                {
                    sleep_thread_until(instant);
                    let _ = wake.send(());
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
