//! Counts the votes: the presenter opens a question, and each phone of the audience votes once.

use std::net::IpAddr;

use actix_web::http::StatusCode;

use super::{
    vote::{Question, Tally, Vote},
    voters::Voters,
};
use crate::{base::clock, http::problem::Problem};

/// The votes on the current question, if there is one.
#[derive(Debug)]
pub struct Votes {
    /// Grows each time a question is opened without votes.
    opened: u64,
    current: Option<Ballot>,
}

/// A question and its votes.
#[derive(Debug)]
struct Ballot {
    question: Question,
    voters: Voters,
    counts: Vec<usize>,
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
        self.current = match (self.current.take(), question) {
            (_, None) => None,
            (Some(same), Some(question)) if same.is_about(&question) => {
                Some(Ballot { question, ..same })
            }
            (_, Some(question)) => {
                self.opened += 1;
                Some(Ballot::new(question))
            }
        };
    }

    /// Counts a vote from this address. It replaces an earlier one of the same voter.
    ///
    /// # Errors
    ///
    /// 409 if there is no such open question, 400 if it has no such option, 429 or 503 if a limit on
    /// voters is reached.
    pub fn count(&mut self, vote: Vote, client: Option<IpAddr>) -> Result<(), Problem> {
        match &mut self.current {
            Some(ballot) => ballot.count(vote, client),
            None => Err(conflict("question: there is no question now")),
        }
    }

    /// The votes so far, if there is a question.
    pub fn tally(&self) -> Option<Tally> {
        self.current.as_ref().map(|ballot| Tally {
            question: ballot.question.question.clone(),
            options: ballot.question.options,
            open: ballot.question.open,
            opened: self.opened,
            votes: ballot.voters.len(),
            counts: Some(ballot.counts.clone()),
        })
    }
}

impl Ballot {
    fn new(question: Question) -> Self {
        Self {
            voters: Voters::default(),
            counts: vec![0; question.options],
            question,
        }
    }

    /// Whether its votes count for this question.
    fn is_about(&self, question: &Question) -> bool {
        let own = &self.question;
        own.question == question.question && own.options == question.options
    }

    fn count(&mut self, vote: Vote, client: Option<IpAddr>) -> Result<(), Problem> {
        self.require_acceptable(&vote)?;
        if let Some(earlier) = self.voters.choose(vote.voter, vote.option, client)? {
            self.counts[earlier] -= 1;
        }
        self.counts[vote.option] += 1;
        Ok(())
    }

    fn require_acceptable(&self, vote: &Vote) -> Result<(), Problem> {
        let Question {
            question,
            options,
            open,
        } = &self.question;
        if vote.question != *question {
            return Err(conflict(format!(
                "question: the current question is {question}, not {}",
                vote.question
            )));
        }
        if !open {
            return Err(conflict(format!("question: {question} is closed")));
        }
        if vote.option >= *options {
            let (option, last) = (vote.option, options - 1);
            return Err(Problem::bad_request(format!(
                "option: {option} is not in the range 0 to {last}"
            )));
        }
        Ok(())
    }
}

fn conflict(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, open: bool) -> Question {
        Question {
            question: id.to_owned(),
            options: 3,
            open,
        }
    }

    fn asked(id: &str) -> Votes {
        let mut votes = Votes::new();
        votes.ask(Some(question(id, true)));
        votes
    }

    fn vote(votes: &mut Votes, option: usize, voter: &str) -> Result<(), Problem> {
        let vote = Vote {
            question: "one".to_owned(),
            option,
            voter: voter.to_owned(),
        };
        votes.count(vote, None)
    }

    fn counts(votes: &Votes) -> Vec<usize> {
        let tally = votes.tally().expect("there is a question");
        tally.counts.expect("the votes know them")
    }

    fn opened(votes: &Votes) -> u64 {
        votes.tally().expect("there is a question").opened
    }

    #[test]
    fn a_voter_has_one_vote_and_may_change_it() {
        let mut votes = asked("one");
        vote(&mut votes, 0, "a").unwrap();
        vote(&mut votes, 2, "b").unwrap();
        vote(&mut votes, 0, "a").unwrap();
        assert_eq!(counts(&votes), [1, 0, 1]);
        vote(&mut votes, 2, "a").unwrap();
        assert_eq!(counts(&votes), [0, 0, 2]);
        assert_eq!(votes.tally().unwrap().votes, 2);
    }

    #[test]
    fn the_same_question_keeps_its_votes_and_another_one_has_none() {
        let mut votes = asked("one");
        let first = opened(&votes);
        vote(&mut votes, 1, "a").unwrap();
        votes.ask(Some(question("one", false)));
        assert!(vote(&mut votes, 1, "b").is_err());
        votes.ask(Some(question("one", true)));
        assert_eq!(counts(&votes), [0, 1, 0]);
        assert_eq!(opened(&votes), first);
        votes.ask(Some(Question {
            options: 4,
            ..question("one", true)
        }));
        assert_eq!((counts(&votes), opened(&votes)), (vec![0; 4], first + 1));
        vote(&mut votes, 1, "a").unwrap();
        votes.ask(Some(question("two", true)));
        assert_eq!((counts(&votes), opened(&votes)), (vec![0; 3], first + 2));
        assert!(vote(&mut votes, 1, "a").is_err());
        votes.ask(None);
        assert_eq!(votes.tally(), None);
        votes.ask(Some(question("two", true)));
        assert_eq!(opened(&votes), first + 3);
    }
}
