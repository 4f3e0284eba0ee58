//! Delivers updates when the feed grows. One task per worker serves all clients that wait.

use std::{
    cell::{RefCell, RefMut},
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use actix_web::{rt, web::Bytes};
use futures_util::Stream;
use slab::Slab;
use tokio::{
    sync::Notify,
    task::{unconstrained, yield_now},
    time::{Instant, sleep_until},
};

use super::{
    FeedRequest, Timing,
    batch::{Shape, Source},
    open_stream::OpenStream,
};
use crate::{
    feed::Feed,
    format::{Format, Repeat},
};

/// After this number of clients the task yields to the other tasks of the worker.
const YIELD_AFTER: usize = 128;

/// The clients of one worker that wait for the feed, and the task that serves them. The task writes
/// to open streams and wakes held requests. Clones share it.
///
/// It uses one timer for all clients, so all idle streams send their heartbeats at the same time.
#[derive(Clone)]
pub struct Delivery(Rc<State>);

struct State {
    source: Rc<Source>,
    streams: RefCell<Slab<OpenStream>>,
    held: RefCell<HeldRequests>,
    /// Notifies the task when the first request is held.
    held_first: Notify,
}

/// The held requests, ordered by the end of their holds.
#[derive(Default)]
struct HeldRequests {
    /// The number of the first request.
    first: u64,
    /// `None` for a request that is no longer held.
    queue: VecDeque<Option<Held>>,
}

struct Held {
    until: Instant,
    waker: Waker,
}

impl Delivery {
    /// Starts the task. It ends with the feed.
    pub fn start(feed: Arc<Feed>, timing: Timing) -> Self {
        let delivery = Self(Rc::new(State {
            source: Rc::new(Source::new(feed, timing)),
            streams: RefCell::default(),
            held: RefCell::default(),
            held_first: Notify::new(),
        }));
        // The task yields by itself.
        rt::spawn(unconstrained(delivery.clone().run()));
        delivery
    }

    pub(super) fn source(&self) -> &Rc<Source> {
        &self.0.source
    }

    fn feed(&self) -> &Feed {
        &self.0.source.feed
    }

    fn streams(&self) -> RefMut<'_, Slab<OpenStream>> {
        self.0.streams.borrow_mut()
    }

    /// Opens a stream and returns it as a body.
    pub(super) fn open(
        self,
        request: FeedRequest,
        format: &'static Format,
        shape: Shape,
    ) -> OpenBody {
        let position = request.cursor.position(self.feed());
        let begin = format.begin(&Repeat {
            after: position,
            max: request.cursor.max,
            interval: self.source().timing.interval,
        });
        let stream = OpenStream::new(request, (shape, format), begin, position);
        let key = self.streams().insert(stream);
        OpenBody {
            delivery: self,
            key,
        }
    }

    /// Waits until the feed grows or ends, for at most `hold`, which must be the same for every
    /// request.
    pub(super) async fn wait(&self, hold: Duration) {
        if !self.feed().has_ended() {
            Wait {
                delivery: self,
                until: Instant::now() + hold,
                number: None,
            }
            .await;
        }
    }

    async fn run(self) {
        let state = &self.0;
        let mut changes = 0;
        let mut tick = Instant::now() + state.source.timing.heartbeat;
        loop {
            let wake_at = state
                .held
                .borrow()
                .next_end()
                .map_or(tick, |end| end.min(tick));
            tokio::select! {
                biased;
                () = self.feed().changed_since(changes) => {
                    // Read before the streams are served, since they must observe the end.
                    let ended = self.feed().has_ended();
                    changes = self.feed().changes();
                    state.held.borrow_mut().wake_all();
                    self.for_each_stream(|stream| stream.write_due(self.source())).await;
                    if ended {
                        return;
                    }
                    tick = Instant::now() + state.source.timing.heartbeat;
                }
                () = state.held_first.notified() => {}
                () = sleep_until(wake_at) => {
                    let now = Instant::now();
                    state.held.borrow_mut().wake_until(now);
                    if now >= tick {
                        self.for_each_stream(OpenStream::write_heartbeat).await;
                        tick = now + state.source.timing.heartbeat;
                    }
                }
            }
        }
    }

    async fn for_each_stream(&self, mut visit: impl FnMut(&mut OpenStream)) {
        let mut begin = 0;
        while begin < self.streams().capacity() {
            for key in begin..begin + YIELD_AFTER {
                if let Some(stream) = self.streams().get_mut(key) {
                    visit(stream);
                }
            }
            begin += YIELD_AFTER;
            yield_now().await;
        }
    }
}

impl HeldRequests {
    /// Adds a request. Its hold must not end before those of earlier requests.
    fn push(&mut self, held: Held) -> u64 {
        self.queue.push_back(Some(held));
        self.first + self.queue.len() as u64 - 1
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Option<Held>> {
        let index = number.checked_sub(self.first)?;
        self.queue.get_mut(usize::try_from(index).ok()?)
    }

    fn next_end(&self) -> Option<Instant> {
        self.queue.front()?.as_ref().map(|held| held.until)
    }

    /// Removes leading requests that are no longer held.
    fn remove_gone(&mut self) {
        while let Some(None) = self.queue.front() {
            self.queue.pop_front();
            self.first += 1;
        }
    }

    fn wake_all(&mut self) {
        self.first += self.queue.len() as u64;
        for held in self.queue.drain(..).flatten() {
            held.waker.wake();
        }
    }

    /// Wakes the requests whose holds have ended.
    fn wake_until(&mut self, now: Instant) {
        while let Some(first) = self.queue.front_mut()
            && let Some(held) = first.take_if(|held| held.until <= now)
        {
            held.waker.wake();
            self.remove_gone();
        }
    }
}

/// The wait of a held request until the delivery task wakes it.
struct Wait<'a> {
    delivery: &'a Delivery,
    until: Instant,
    /// Its number, if it is held.
    number: Option<u64>,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut requests = self.delivery.0.held.borrow_mut();
        match self.number {
            None => {
                if requests.queue.is_empty() {
                    self.delivery.0.held_first.notify_one();
                }
                let number = requests.push(Held {
                    until: self.until,
                    waker: cx.waker().clone(),
                });
                drop(requests);
                self.number = Some(number);
                Poll::Pending
            }
            Some(number) => match requests.get_mut(number) {
                Some(Some(held)) => {
                    held.waker.clone_from(cx.waker());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            },
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut requests = self.delivery.0.held.borrow_mut();
        if let Some(number) = self.number
            && let Some(held) = requests.get_mut(number)
        {
            *held = None;
            requests.remove_gone();
        }
    }
}

/// The body of a response that never ends. The client receives updates while this exists.
pub struct OpenBody {
    delivery: Delivery,
    key: usize,
}

impl Stream for OpenBody {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut streams = self.delivery.streams();
        let part = streams[self.key].poll_part(self.delivery.source(), cx);
        part.map(|part| part.map(Ok))
    }
}

impl Drop for OpenBody {
    fn drop(&mut self) {
        let stream = self.delivery.streams().remove(self.key);
        // After the borrow has ended, since dropping an attachment may run any code.
        drop(stream);
    }
}
