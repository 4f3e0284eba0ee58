//! The interface between requests and the lab's task.

use std::{io, net::IpAddr};

use actix_web::http::StatusCode;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    audience::Audience,
    board::Subscription,
    change::{Change, LabState},
    listener::LabOptions,
    peer::Relays,
    task::{Order, Task},
    vote::Vote,
};
use crate::{feed::ticker_handle::TickerHandle, http::problem::Problem};

/// A handle to the lab's task. The task ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct LabHandle {
    orders: mpsc::Sender<Order>,
    state: watch::Receiver<LabState>,
    audience: Audience,
}

/// The maximum number of queued orders.
const WAITING: usize = 16;

impl LabHandle {
    /// Opens a port of `listen` for each transport, each leading to the server or the cluster, and
    /// starts the task. The lab controls the ticker, if there is one.
    pub async fn start(
        listen: IpAddr,
        relays: &Relays,
        ticker: Option<TickerHandle>,
        options: LabOptions,
    ) -> io::Result<Self> {
        let (orders, received) = mpsc::channel(WAITING);
        let audience = Audience::default();
        let task = Task::new(listen, relays, ticker, options, audience.clone()).await?;
        let state = task.watch();
        task.start(received);
        Ok(Self {
            orders,
            state,
            audience,
        })
    }

    /// The current state.
    pub fn state(&self) -> LabState {
        self.state.borrow().clone()
    }

    /// Reports each new state.
    pub(super) fn watch(&self) -> watch::Receiver<LabState> {
        self.state.clone()
    }

    /// Whether the audience may publish.
    pub(super) fn may_publish(&self) -> bool {
        self.state.borrow().audience.may_publish
    }

    pub(super) fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Makes the whole change or nothing, and returns the new state.
    pub(super) async fn change(&self, change: Change) -> Result<LabState, Problem> {
        self.order(|reply| Order::Change(change, reply)).await?
    }

    /// Counts a vote from this address.
    pub(super) async fn vote(&self, vote: Vote, client: Option<IpAddr>) -> Result<(), Problem> {
        self.order(|reply| Order::Vote(vote, client, reply)).await?
    }

    /// The passages from now on.
    pub(super) async fn view(&self) -> Result<Subscription, Problem> {
        self.order(Order::View).await
    }

    async fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> Result<T, Problem> {
        let ended = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping");
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.send(order(reply)).await;
        sent.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())
    }
}
