//! The limit of open files bounds the number of clients.

use anyhow::ensure;
use server::http::connection::limits;

use crate::record::{Direction, Scenario};

impl Scenario {
    /// Checks before the run that the limit of open files allows this number of clients in `runs`
    /// runs at the same time. The server has the same limit and needs one more file per client.
    pub fn require_room(&self, runs: usize) -> anyhow::Result<()> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = limit
            .map_or(usize::MAX, |limit| limit as usize)
            .saturating_sub(limits::RESERVED_FILES);
        // A POST uses a second connection. The link opens two files for each connection.
        let connections = match self.direction {
            Direction::Up => 2,
            Direction::Down => 1,
        };
        let each = connections * if self.is_linked() { 3 } else { 1 };
        let most = files / each / runs;
        ensure!(
            self.clients <= most,
            "{} clients exceed the limit of open files: the maximum is {most} (ulimit -n: {}, files \
             per client: {each}, runs at the same time: {runs})",
            self.clients,
            limit.unwrap_or_default(),
        );
        Ok(())
    }
}
