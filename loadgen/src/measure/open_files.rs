//! How many clients fit in the files that a process may open?

use anyhow::bail;
use server::http::connection::limits;

use crate::record::{Direction, Scenario};

impl Scenario {
    /// Refuses more clients than fit in so many runs at once, before it is found out half-way: this
    /// process opens files for each, and the server, which keeps as many free as this one, one
    /// more.
    pub fn require_room(&self, runs: usize) -> anyhow::Result<()> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = limit
            .map_or(usize::MAX, |limit| limit as usize)
            .saturating_sub(limits::RESERVED_FILES);
        // A POST goes on a connection of its own; the link opens two files for each connection.
        let connections = match self.direction {
            Direction::Up => 2,
            Direction::Down => 1,
        };
        let each = connections * if self.is_linked() { 3 } else { 1 };
        let most = files / each / runs;
        if self.clients > most {
            bail!(
                "{} clients are more than the {most} that fit: ulimit -n is {}, a client takes \
                 {each} of it, and {runs} measured at the same time",
                self.clients,
                limit.unwrap_or_default(),
            );
        }
        Ok(())
    }
}
