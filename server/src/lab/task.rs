//! The task that owns the lab.

use std::{
    future::{pending, poll_fn},
    io,
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

use super::{
    audience::{Audience, Standing, presence_after},
    board::{Board, Subscription},
    change::{Change, LabState},
    counts::Counts,
    listener::LabOptions,
    panel::Panel,
    peer::Relays,
    servers::ClusterState,
    vote::Vote,
    votes::Votes,
};
use crate::{
    base::Transport, cluster::Cluster, feed::ticker_handle::TickerHandle, http::problem::Problem,
    link::Passage,
};

/// An order to the task.
#[derive(Debug)]
pub enum Order {
    Change(Change, oneshot::Sender<Result<LabState, Problem>>),
    /// A vote from this address.
    Vote(Vote, Option<IpAddr>, oneshot::Sender<Result<(), Problem>>),
    View(oneshot::Sender<Subscription>),
}

/// The interval at which the audience is counted. It is reported at most this often.
const EACH_COUNT: Duration = Duration::from_secs(1);

/// The interval at which votes and the kernel's counts are reported.
const EACH_REPORT: Duration = Duration::from_millis(250);

/// The state of the task.
pub struct Task {
    ticker: Option<TickerHandle>,
    panels: Vec<Panel>,
    /// The cluster to which the panels lead.
    cluster: Option<Cluster>,
    /// The number of connections so far, over all links.
    connections: u64,
    board: Board,
    state: watch::Sender<LabState>,
    audience: Audience,
    /// How long a client of the audience counts as present after its last response.
    presence: Duration,
    /// When the audience is counted next.
    count_due: Instant,
    votes: Votes,
    /// Whether there are votes that have not been reported.
    has_new_votes: bool,
    /// When the last report permits the next one.
    next_report: Instant,
}

impl Task {
    /// Opens the panels; see [`super::LabHandle::start`].
    pub async fn new(
        listen: IpAddr,
        relays: &Relays,
        ticker: Option<TickerHandle>,
        options: LabOptions,
        audience: Audience,
    ) -> io::Result<Self> {
        let mut cluster = options.cluster;
        let mut panels = Vec::new();
        for transport in Transport::ALL {
            panels.push(Panel::open(transport, listen, relays, options.rtt).await?);
        }
        let presence = presence_after(options.interval);
        let state = watch::Sender::new(LabState {
            interval_us: options.interval.as_micros() as u64,
            feed: ticker.as_ref().map(TickerHandle::ticking),
            panels: panels.iter().map(Panel::state).collect(),
            audience: Standing {
                may_publish: false,
                clients: audience.clients(presence),
            },
            vote: None,
            cluster: cluster.as_mut().map(ClusterState::of),
        });
        Ok(Self {
            ticker,
            panels,
            cluster,
            connections: 0,
            board: Board::new(),
            state,
            audience,
            presence,
            count_due: Instant::now(),
            votes: Votes::new(),
            has_new_votes: false,
            next_report: Instant::now(),
        })
    }

    /// Reports each new state.
    pub fn watch(&self) -> watch::Receiver<LabState> {
        self.state.subscribe()
    }

    /// Runs until the last sender of orders is dropped.
    pub fn start(self, orders: mpsc::Receiver<Order>) {
        // On the thread of the links, and without yielding while there are passages: if reading is
        // slow, the wires wait and nothing accumulates.
        rt::spawn(unconstrained(self.run(orders)));
    }

    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            let plug_due = self.panels.iter().filter_map(Panel::plug_due).min();
            let board_due = self.board.due();
            let has_report = self.has_new_votes || self.board.has_viewers();
            let report_due = has_report.then_some(self.next_report);
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.follow(order).await,
                    None => return,
                },
                (nth, passage) = passes(&mut self.panels) => self.tell(nth, &passage),
                () = until(board_due) => self.board.flush(),
                () = tokio::time::sleep_until(self.count_due) => self.count(),
                () = until(report_due) => self.report(),
                () = until(plug_due) => {
                    self.panels.iter_mut().for_each(Panel::plug_in_if_due);
                    self.show();
                }
            }
        }
    }

    /// The sender of an order may be gone.
    async fn follow(&mut self, order: Order) {
        match order {
            Order::View(reply) => {
                let viewer = self.board.view(self.tcp_ip_bytes());
                drop(reply.send(viewer));
            }
            Order::Vote(vote, client, reply) => {
                let counted = self.votes.count(vote, client);
                self.has_new_votes |= counted.is_ok();
                let _ = reply.send(counted);
            }
            Order::Change(change, reply) => {
                let made = self.make(&change).await;
                let _ = reply.send(made.map(|()| self.state.borrow().clone()));
            }
        }
    }

    /// First the steps that can fail, then the changes.
    async fn make(&mut self, change: &Change) -> Result<(), Problem> {
        let ticking = change.ticking(self.ticker.as_ref().map(TickerHandle::ticking))?;
        change.require_range()?;
        let mut started = Vec::new();
        for panel in &self.panels {
            started.push(panel.start(change).await.map_err(no_proxy)?);
        }
        if let Some(change) = &change.server {
            change.apply(self.cluster.as_mut())?;
        }
        for (panel, started) in self.panels.iter_mut().zip(started) {
            panel.apply(change, started);
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
            self.update(|state| state.audience.may_publish = may_publish);
        }
        if let Some(question) = &change.vote {
            self.votes.ask(question.clone());
        }
        self.show();
        Ok(())
    }

    /// Reports the votes and the kernel's counts, if they have changed.
    fn report(&mut self) {
        self.next_report = Instant::now() + EACH_REPORT;
        if self.has_new_votes {
            self.show();
        }
        if self.board.has_viewers() {
            self.board.tell_tcp_ip_bytes(self.tcp_ip_bytes());
        }
    }

    /// The TCP/IP headers of each panel, if the system counts them.
    fn tcp_ip_bytes(&self) -> Option<Counts> {
        let mut bytes = Counts::default();
        for (count, panel) in bytes.0.iter_mut().zip(&self.panels) {
            *count = panel.tcp_ip_bytes()?;
        }
        Some(bytes)
    }

    /// Reports the audience, and the servers of a cluster, if they have changed.
    fn count(&mut self) {
        self.count_due = Instant::now() + EACH_COUNT;
        if self.cluster.is_some() {
            self.show();
        }
        let clients = self.audience.clients(self.presence);
        self.update(|state| state.audience.clients = clients);
    }

    /// Reports the state, if it has changed.
    fn show(&mut self) {
        self.has_new_votes = false;
        // Computed before the update, which excludes readers of the state.
        let panels = self.panels.iter().map(Panel::state).collect();
        let feed = self.ticker.as_ref().map(TickerHandle::ticking);
        let vote = self.votes.tally();
        let cluster = self.cluster.as_mut().map(ClusterState::of);
        self.update(|state| {
            state.panels = panels;
            state.feed = feed;
            state.vote = vote;
            state.cluster = cluster;
        });
    }

    /// Updates the state, and reports it if it has changed.
    fn update(&self, update: impl FnOnce(&mut LabState)) {
        self.state.send_if_modified(|state| {
            let before = state.clone();
            update(state);
            *state != before
        });
    }

    fn tell(&mut self, nth: usize, passage: &Passage) {
        for reading in self.panels[nth].read(passage, &mut self.connections) {
            self.board.tell(&reading);
        }
        if self.cluster.is_some() && self.panels[nth].read_server(passage) {
            self.show();
        }
    }
}

/// The next passage on any wire.
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
        format!("can't start the proxy: {error}"),
    )
}
