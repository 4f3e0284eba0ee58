//! What passes on the wires, for all to see, and what does the presenter make of them?
//!
//! Each transport has a port of its own, and behind it a link that tells what passes:
//!
//! - `panel`: what stands behind one port?
//! - `connections`, `reader`, `secrets`: which bytes are what, and which are not shown?
//! - `board`: how does everybody learn of it, and nobody wait?
//! - `change`, `proxy`: what can the presenter change?
//! - `presenter`, `inside`: who is that?
//! - `audience`, `join`: who else is there, and how did they come?
//! - `routes`: how does the page ask?
//!
//! One task holds all of it, so that changes and what passes come in one order; requests speak to
//! that task through [`Lab`].

pub mod audience;
mod board;
mod change;
mod connections;
mod inside;
pub mod join;
mod message;
mod panel;
mod presenter;
pub mod proxy;
pub mod reader;
pub mod routes;
mod secrets;

pub use self::{
    change::State,
    inside::{Came, Entrance, FILES_PER_CONNECTION, Inside, Ports},
    presenter::Token,
    routes::Open,
};

use std::{
    future::{pending, poll_fn},
    io, mem,
    net::IpAddr,
    task::Poll,
    time::Duration,
};

use actix_web::{http::StatusCode, rt};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::unconstrained,
    time::Instant,
};

use self::{
    audience::{Audience, Standing, lately},
    board::{Board, Wire},
    change::Change,
    panel::Panel,
};
use crate::{base::Transport, feed::dial::Dial, http::problem::Problem, link::Passage};

/// The lab as requests reach it.
#[derive(Clone, Debug)]
pub struct Lab {
    orders: mpsc::Sender<Order>,
    state: watch::Receiver<State>,
    audience: Audience,
}

#[derive(Debug)]
enum Order {
    Change(Change, oneshot::Sender<Result<State, Problem>>),
    View(oneshot::Sender<Wire>),
}

/// The audience is counted so often, and no oftener told.
const EACH_COUNT: Duration = Duration::from_secs(1);

/// So many orders may wait for the lab.
const WAITING: usize = 16;

impl Lab {
    /// Opens a port of `listen` for each transport, all leading to the `entrance` at a distance of
    /// `rtt`.
    /// It works until the last of its handles is dropped. The ticker, where there is one, is told
    /// by its dial.
    pub async fn open(
        listen: IpAddr,
        entrance: &Entrance,
        ticker: Option<Dial>,
        interval: Duration,
        rtt: Duration,
    ) -> io::Result<Self> {
        let mut panels = Vec::new();
        for transport in Transport::ALL {
            panels.push(Panel::open(transport, listen, entrance, rtt).await?);
        }
        let audience = Audience::default();
        let (state, seen) = watch::channel(State {
            interval_us: interval.as_micros() as u64,
            feed: ticker.as_ref().map(Dial::ticking),
            panels: panels.iter().map(Panel::state).collect(),
            audience: Standing {
                may_publish: false,
                clients: audience.clients(lately(interval)),
            },
        });
        let (orders, taken) = mpsc::channel(WAITING);
        let work = Work {
            ticker,
            panels,
            connections: 0,
            board: Board::new(),
            state,
            audience: audience.clone(),
            lately: lately(interval),
            count_due: Instant::now(),
        };
        // On the thread of the links, and never made to yield while something waits to be read: so
        // where reading is slow the wires wait, and nothing piles up.
        rt::spawn(unconstrained(work.run(taken)));
        Ok(Self {
            orders,
            state: seen,
            audience,
        })
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Makes a change, all of it or nothing, and returns how it stands then.
    async fn change(&self, change: Change) -> Result<State, Problem> {
        self.order(|reply| Order::Change(change, reply)).await?
    }

    /// What passes from now on.
    async fn view(&self) -> Result<Wire, Problem> {
        self.order(Order::View).await
    }

    async fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> Result<T, Problem> {
        let ended = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the server stops");
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.send(order(reply)).await;
        sent.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())
    }
}

/// What the one task holds.
struct Work {
    ticker: Option<Dial>,
    panels: Vec<Panel>,
    /// How many connections there were, over all links.
    connections: u64,
    board: Board,
    state: watch::Sender<State>,
    audience: Audience,
    /// For so long after its last answer a client is still there.
    lately: Duration,
    /// When the audience is counted next.
    count_due: Instant,
}

impl Work {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            let plug_due = self.panels.iter().filter_map(Panel::plug_due).min();
            let board_due = self.board.due();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.follow(order).await,
                    None => return,
                },
                (nth, passage) = passes(&mut self.panels) => self.tell(nth, &passage),
                () = until(board_due) => self.board.flush(),
                () = tokio::time::sleep_until(self.count_due) => self.count(),
                () = until(plug_due) => {
                    self.panels.iter_mut().for_each(Panel::plug_in_if_due);
                    self.show();
                }
            }
        }
    }

    /// Whoever gave an order may have gone meanwhile.
    async fn follow(&mut self, order: Order) {
        match order {
            Order::View(reply) => drop(reply.send(self.board.view())),
            Order::Change(change, reply) => {
                let made = self.make(&change).await;
                let _ = reply.send(made.map(|()| self.state.borrow().clone()));
            }
        }
    }

    /// First all that can fail, then all that changes.
    async fn make(&mut self, change: &Change) -> Result<(), Problem> {
        let ticking = change.ticking(self.ticker.as_ref().map(Dial::ticking))?;
        change.require_range()?;
        let mut started = Vec::new();
        for panel in &self.panels {
            started.push(panel.start(change).await.map_err(no_proxy)?);
        }
        for (panel, started) in self.panels.iter_mut().zip(started) {
            if let Some(started) = started {
                panel.apply(change, started);
            }
        }
        if let (Some(ticker), Some(ticking)) = (&mut self.ticker, ticking) {
            if ticking != ticker.ticking() {
                ticker.set(ticking);
            }
            if change.publishes() {
                ticker.publish_one();
            }
        }
        if let Some(may_publish) = change.audience_may_publish {
            self.state.send_if_modified(|state| {
                let before = mem::replace(&mut state.audience.may_publish, may_publish);
                before != may_publish
            });
        }
        self.show();
        Ok(())
    }

    /// Shows who is there, where that is new.
    fn count(&mut self) {
        self.count_due = Instant::now() + EACH_COUNT;
        let clients = self.audience.clients(self.lately);
        self.state.send_if_modified(|state| {
            let before = mem::replace(&mut state.audience.clients, clients);
            before != clients
        });
    }

    /// Shows how all stands, where that is new.
    fn show(&self) {
        let panels: Vec<_> = self.panels.iter().map(Panel::state).collect();
        let feed = self.ticker.as_ref().map(Dial::ticking);
        self.state.send_if_modified(|state| {
            let new = state.panels != panels || state.feed != feed;
            state.panels = panels;
            state.feed = feed;
            new
        });
    }

    fn tell(&mut self, nth: usize, passage: &Passage) {
        if let Some(told) = self.panels[nth].read(passage, &mut self.connections) {
            self.board.tell(&told);
        }
    }
}

/// What passes next on any wire.
async fn passes(panels: &mut [Panel]) -> (usize, Passage) {
    poll_fn(|context| {
        for (nth, panel) in panels.iter_mut().enumerate() {
            if let Poll::Ready(Some(passage)) = panel.poll_passage(context) {
                return Poll::Ready((nth, passage));
            }
        }
        Poll::Pending
    })
    .await
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => pending().await,
    }
}

fn no_proxy(error: io::Error) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        format!("the proxy can't be started: {error}"),
    )
}
