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

    /// Sets the option of a voter at this address, and returns the earlier one.
    ///
    /// # Errors
    ///
    /// The voter is new, and its network has reached its limit (429), or the question (503).
    pub fn choose(
        &mut self,
        voter: String,
        option: usize,
        client: Option<IpAddr>,
    ) -> Result<Option<usize>, Problem> {
        if !self.options.contains_key(&voter) {
            self.admit(client.map(network_of))?;
        }
        Ok(self.options.insert(voter, option))
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

    fn choose(
        voters: &mut Voters,
        voter: impl ToString,
        option: usize,
        address: &str,
    ) -> Result<Option<usize>, String> {
        let client = Some(address.parse().unwrap());
        let chosen = voters.choose(voter.to_string(), option, client);
        chosen.map_err(|problem| problem.to_string())
    }

    #[test]
    fn voters_beyond_the_limit_are_rejected() {
        let mut voters = Voters::default();
        for nth in 0..MOST {
            let address = format!("10.0.{}.1", nth / MOST_OF_NETWORK);
            assert_eq!(choose(&mut voters, nth, 1, &address), Ok(None));
        }
        let rejected = choose(&mut voters, "new", 1, "192.0.2.7").unwrap_err();
        assert!(rejected.contains("10000 voters"), "{rejected}");
        assert_eq!(choose(&mut voters, 0, 2, "192.0.2.7"), Ok(Some(1)));
        assert_eq!(voters.len(), MOST);
    }

    #[test]
    fn voters_of_a_network_beyond_its_limit_are_rejected_and_others_are_not() {
        for (first, same, other) in [
            ("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8"),
            ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"),
        ] {
            let mut voters = Voters::default();
            for nth in 0..MOST_OF_NETWORK {
                assert_eq!(choose(&mut voters, nth, 1, first), Ok(None));
            }
            let rejected = choose(&mut voters, "new", 1, same).unwrap_err();
            assert!(rejected.contains("your network"), "{rejected}");
            assert_eq!(choose(&mut voters, 0, 2, same), Ok(Some(1)));
            assert_eq!(choose(&mut voters, "new", 1, other), Ok(None));
            assert_eq!(voters.len(), MOST_OF_NETWORK + 1);
        }
    }
}
