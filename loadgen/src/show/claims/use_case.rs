//! The use cases of the article.

use crate::record::HeaderProfile;

/// A use case of the article: a number of clients that receive one update per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseCase {
    /// 1,000 clients.
    A,
    /// 10,000 clients.
    B,
    /// 100,000 clients.
    C,
}

impl UseCase {
    /// All, in the article's order.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The number of clients.
    pub const fn clients(self) -> usize {
        match self {
            Self::A => 1_000,
            Self::B => 10_000,
            Self::C => 100_000,
        }
    }

    /// The scenario that measures it; `None` if one machine can't.
    pub const fn scenario(self, profile: HeaderProfile) -> Option<&'static str> {
        match (self, profile) {
            (Self::A, HeaderProfile::Article2009) => Some("case-a-2009"),
            (Self::A, _) => Some("case-a"),
            (Self::B, HeaderProfile::Article2009) => Some("case-b-2009"),
            (Self::B, _) => Some("case-b"),
            (Self::C, _) => None,
        }
    }

    /// Bits per second of all clients, from bytes per second of one client.
    pub const fn bits(self, bytes: f64) -> f64 {
        bytes * 8.0 * self.clients() as f64
    }
}
