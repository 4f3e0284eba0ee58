//! The servers of a cluster, which the presenter can stop and start.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::{
    cluster::{Cluster, Process},
    http::problem::Problem,
};

/// The state of the cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterState {
    pub servers: Vec<ServerState>,
}

/// The state of a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerState {
    pub name: String,
    /// Whether its process runs.
    pub running: bool,
}

impl ClusterState {
    /// The current state.
    pub fn of(cluster: &mut Cluster) -> Self {
        let state = |server: &mut Process| ServerState {
            running: server.is_running(),
            name: server.name().to_owned(),
        };
        Self {
            servers: cluster.servers.iter_mut().map(state).collect(),
        }
    }
}

/// A server to stop or to start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerChange {
    name: String,
    running: bool,
}

impl ServerChange {
    /// Kills the server, so that it cannot end its streams, or starts it.
    pub fn apply(&self, cluster: Option<&mut Cluster>) -> Result<(), Problem> {
        let Some(cluster) = cluster else {
            let detail = "there is no cluster: start the server with --cluster";
            return Err(Problem::new(StatusCode::CONFLICT, detail));
        };
        let mut servers = cluster.servers.iter_mut();
        let Some(server) = servers.find(|server| server.name() == self.name) else {
            let detail = format!("server: there is no {}", self.name);
            return Err(Problem::bad_request(detail));
        };
        if !self.running {
            server.kill();
            return Ok(());
        }
        server.run().map_err(|error| {
            let detail = format!("can't start {}: {error:#}", self.name);
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        })
    }
}
