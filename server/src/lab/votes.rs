//! Counts the votes: the presenter opens a question, and each phone of the audience votes once.

use std::net::IpAddr;

use actix_web::http::StatusCode;

use super::{
    vote::{Question, Tally, Vote},
    voters::Voters,
};
use crate::{base::clock, http::problem::Problem};

/// The current question, if there is one, and its voters.
#[derive(Debug)]
pub struct Votes {
    /// Grows each time a question is opened without votes.
    opened: u64,
    current: Option<(Question, Voters)>,
}

impl Votes {
    /// Without a question.
    pub fn new() -> Self {
        Self {
            // A phone may remember the number longer than the server runs.
            opened: clock::now_us(),
            current: None,
        }
    }

    /// Sets the question. The same question keeps its votes; another one, or another number of
    /// options, starts without votes.
    pub fn ask(&mut self, question: Option<Question>) {
        let before = self.current.take();
        self.current = question.map(|question| match before {
            Some((same, voters)) if question.has_votes_of(&same) => (question, voters),
            _ => {
                self.opened += 1;
                (question, Voters::default())
            }
        });
    }

    /// Counts a vote from this address. It replaces an earlier one of the same voter.
    ///
    /// # Errors
    ///
    /// 409 if there is no such open question, 400 if it has no such option, 429 or 503 if a limit on
    /// voters is reached.
    pub fn count(&mut self, vote: Vote, client: Option<IpAddr>) -> Result<(), Problem> {
        let Some((question, voters)) = &mut self.current else {
            let detail = "question: there is no question now";
            return Err(Problem::new(StatusCode::CONFLICT, detail));
        };
        question.require_acceptable(&vote)?;
        voters.choose(vote.voter, vote.option, client)
    }

    /// The votes so far, if there is a question.
    pub fn tally(&self) -> Option<Tally> {
        self.current.as_ref().map(|(question, voters)| Tally {
            question: question.clone(),
            opened: self.opened,
            votes: voters.len(),
            counts: Some(voters.counts(question.options)),
        })
    }
}
