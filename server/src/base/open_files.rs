//! How many files may this process open?

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most files that this process may open now (`ulimit -Sn`).
pub fn limit() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(usize::MAX, |limit| limit as usize)
}

/// Raises this limit as far as the process may (`ulimit -Hn`).
pub fn raise_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "the limit of open files can't be raised");
    }
}
