//! The environment of a record.

use serde::{Deserialize, Serialize};

/// The machine, the build and the command behind a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Start time, RFC 3339 with the offset from UTC.
    pub began: String,
    /// The model name of the processor.
    pub cpu: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Memory of the machine, in bytes.
    pub memory_bytes: Option<u64>,
    /// Operating system and kernel.
    pub kernel: Option<String>,
    /// Limit of open files of a process.
    pub open_files_limit: Option<u64>,
    /// The compiler of this program.
    pub compiler: String,
    /// Whether it is an optimised build.
    pub optimised: bool,
    /// The revision of the project, `-dirty` if files differ from it.
    pub revision: Option<String>,
    /// The version of the brokers; `None` if none were measured.
    pub broker: Option<String>,
    /// The command line.
    pub command: String,
}

impl Environment {
    /// The properties of machine and program in which `other` differs. The command may differ, and one
    /// of them may have no brokers.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let brokers = self.broker.as_ref().zip(other.broker.as_ref());
        let pairs = [
            ("processor", self.cpu == other.cpu),
            ("number of cores", self.cores == other.cores),
            ("kernel", self.kernel == other.kernel),
            ("compiler", self.compiler == other.compiler),
            ("optimisation", self.optimised == other.optimised),
            ("revision of the project", self.revision == other.revision),
            (
                "version of the brokers",
                brokers.is_none_or(|(a, b)| a == b),
            ),
        ];
        let differ = pairs.into_iter().filter(|(_, same)| !same);
        differ.map(|(what, _)| what).collect()
    }

    /// The day of the record, for its folder and its captions.
    pub fn day(&self) -> &str {
        self.began.get(..10).unwrap_or_default()
    }
}
