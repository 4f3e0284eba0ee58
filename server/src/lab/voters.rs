//! The voters for one question, and the limits on their number.
//!
//! A voter is only a random ID that a phone keeps, and a client can invent IDs. The limits of
//! publishing and those below bound the effect. A client can still:
//!
//! - distort a result by [`MOST_OF_NETWORK`] votes for each network that it can use;
//! - use up the voters of its own network: new phones of that network get 429;
//! - use up all voters from [`MOST`] / [`MOST_OF_NETWORK`] networks: all new phones get 503.
//!
//! A phone that has voted can always change its vote.

use std::{collections::HashMap, net::IpAddr};

use actix_web::http::StatusCode;

use crate::{base::socket::network_of, http::problem::Problem};

/// The maximum number of voters.
const MOST: usize = 10_000;
/// The maximum number of voters of one network: an IPv4 address, or the first 64 bits of an IPv6
/// address. It is the size of a large hall, since all phones of a hall may be in one network: behind
/// one NAT address, behind a proxy that is not trusted, or with IPv6 addresses of one prefix.
const MOST_OF_NETWORK: usize = 500;

/// The voters, each with an option.
#[derive(Debug, Default)]
pub struct Voters {
    options: HashMap<String, usize>,
    /// The number of voters of each network. Clients without a known address share one.
    networks: HashMap<Option<IpAddr>, usize>,
}

impl Voters {
    /// The number of voters.
    pub fn len(&self) -> usize {
        self.options.len()
    }

    /// The number of voters for each of the options.
    pub fn counts(&self, options: usize) -> Vec<usize> {
        let mut counts = vec![0; options];
        for option in self.options.values() {
            counts[*option] += 1;
        }
        counts
    }

    /// Sets the option of a voter at this address.
    ///
    /// # Errors
    ///
    /// The voter is new, and its network has reached its limit (429), or the question (503).
    pub fn choose(
        &mut self,
        voter: String,
        option: usize,
        client: Option<IpAddr>,
    ) -> Result<(), Problem> {
        if !self.options.contains_key(&voter) {
            self.admit(client.map(network_of))?;
        }
        self.options.insert(voter, option);
        Ok(())
    }

    /// Counts a new voter in its network, if the limits allow it.
    fn admit(&mut self, network: Option<IpAddr>) -> Result<(), Problem> {
        let of_network = self.networks.get(&network).copied().unwrap_or_default();
        if of_network >= MOST_OF_NETWORK {
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!(
                    "voter: your network has reached its limit of {MOST_OF_NETWORK} voters for this \
                     question"
                ),
            ));
        }
        if self.len() >= MOST {
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("voter: this question has reached its limit of {MOST} voters"),
            ));
        }
        self.networks.insert(network, of_network + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voters_beyond_the_limit_are_rejected() {
        let mut voters = Voters::default();
        let mut choose = |voter: usize, option| {
            let network = [10, 0, (voter / MOST_OF_NETWORK) as u8, 1];
            voters.choose(voter.to_string(), option, Some(network.into()))
        };
        for voter in 0..MOST {
            choose(voter, 1).unwrap();
        }
        let rejected = choose(MOST, 1).unwrap_err().to_string();
        assert!(rejected.contains("10000 voters"), "{rejected}");
        choose(0, 2).unwrap();
        assert_eq!(voters.counts(3), [0, MOST - 1, 1]);
    }
}
