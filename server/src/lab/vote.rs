//! Votes: the presenter opens a question, and each client of the audience votes once.
//!
//! A voter is a random ID that a phone keeps. A client can invent IDs; the limits of publishing apply
//! to votes too, so this does not affect others.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::http::problem::Problem;

/// The maximum number of voters of one question.
const MOST_VOTERS: usize = 10_000;
/// The maximum number of options of a question.
const MOST_OPTIONS: usize = 10;
/// The maximum length of an ID.
const LONGEST_ID: usize = 64;
/// The maximum length of a vote in JSON.
pub const LONGEST_VOTE: usize = 1_024;

/// The current question.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Question {
    question: String,
    options: usize,
    open: bool,
}

/// A vote as a client sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    question: String,
    option: usize,
    voter: String,
}

/// The question and its votes, as visible to one client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tally {
    question: String,
    options: usize,
    open: bool,
    votes: usize,
    /// The votes for each option.
    counts: Option<Vec<usize>>,
}

/// The current question and its votes.
#[derive(Debug)]
pub struct Votes {
    question: Question,
    /// The option of each voter.
    voters: HashMap<String, usize>,
    counts: Vec<usize>,
}

impl Question {
    /// Rejects values that are out of range.
    pub fn require_range(&self) -> Result<(), Problem> {
        require_id("vote: question", &self.question, 1)?;
        match self.options {
            2..=MOST_OPTIONS => Ok(()),
            options => Err(Problem::bad_request(format!(
                "vote: options: {options} is not in the range 2 to {MOST_OPTIONS}"
            ))),
        }
    }
}

impl Vote {
    /// Parses a vote.
    pub fn from_json(body: &[u8]) -> Result<Self, Problem> {
        let vote: Self = from_object("vote", body)?;
        require_id("question", &vote.question, 1)?;
        require_id("voter", &vote.voter, 8)?;
        Ok(vote)
    }
}

impl Tally {
    /// Hides the counts while the question is open.
    pub fn without_open_counts(mut self) -> Self {
        self.counts = self.counts.filter(|_| !self.open);
        self
    }
}

impl Votes {
    /// A question without votes.
    pub fn new(question: Question) -> Self {
        Self {
            voters: HashMap::new(),
            counts: vec![0; question.options],
            question,
        }
    }

    /// The same question with its votes, open or closed, or another one without votes.
    pub fn ask(self, question: Question) -> Self {
        let is_same = self.question.question == question.question;
        match is_same && self.question.options == question.options {
            true => Self { question, ..self },
            false => Self::new(question),
        }
    }

    /// Counts a vote. It replaces an earlier one of the same voter.
    pub fn count(&mut self, vote: Vote) -> Result<(), Problem> {
        let Question {
            question,
            options,
            open,
        } = &self.question;
        let conflict = |detail: String| Err(Problem::new(StatusCode::CONFLICT, detail));
        if vote.question != *question {
            return conflict(format!(
                "question: the current question is {question}, not {}",
                vote.question
            ));
        }
        if !open {
            return conflict(format!("question: {question} is closed"));
        }
        if vote.option >= *options {
            let (option, last) = (vote.option, options - 1);
            return Err(Problem::bad_request(format!(
                "option: {option} is not in the range 0 to {last}"
            )));
        }
        if self.voters.len() >= MOST_VOTERS && !self.voters.contains_key(&vote.voter) {
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("voter: {question} already has {MOST_VOTERS} voters"),
            ));
        }
        if let Some(earlier) = self.voters.insert(vote.voter, vote.option) {
            self.counts[earlier] -= 1;
        }
        self.counts[vote.option] += 1;
        Ok(())
    }

    /// The votes so far.
    pub fn tally(&self) -> Tally {
        Tally {
            question: self.question.question.clone(),
            options: self.question.options,
            open: self.question.open,
            votes: self.voters.len(),
            counts: Some(self.counts.clone()),
        }
    }
}

/// Parses a JSON object.
pub fn from_object<T: DeserializeOwned>(name: &str, body: &[u8]) -> Result<T, Problem> {
    // serde would also accept an array of the values, in the order of the fields.
    if !body.trim_ascii_start().starts_with(b"{") {
        let detail = format!("the {name} is not a JSON object");
        return Err(Problem::bad_request(detail));
    }
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("the {name} is not valid: {error}")))
}

fn require_id(name: &str, id: &str, least: usize) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (least..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_plain) {
        return Ok(());
    }
    Err(Problem::bad_request(format!(
        "{name}: expected {least} to {LONGEST_ID} characters of A-Z, a-z, 0-9 and -"
    )))
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

    fn vote(votes: &mut Votes, option: usize, voter: impl ToString) -> Result<(), Problem> {
        votes.count(Vote {
            question: "one".to_owned(),
            option,
            voter: voter.to_string(),
        })
    }

    fn counts(votes: &Votes) -> Vec<usize> {
        votes.tally().counts.expect("the votes knows them")
    }

    #[test]
    fn a_voter_has_one_vote_and_may_change_it() {
        let mut votes = Votes::new(question("one", true));
        vote(&mut votes, 0, "a").unwrap();
        vote(&mut votes, 2, "b").unwrap();
        vote(&mut votes, 0, "a").unwrap();
        assert_eq!(counts(&votes), [1, 0, 1]);
        vote(&mut votes, 2, "a").unwrap();
        assert_eq!((counts(&votes), votes.tally().votes), (vec![0, 0, 2], 2));
    }

    #[test]
    fn voters_beyond_the_limit_are_rejected() {
        let mut votes = Votes::new(question("one", true));
        for nth in 0..MOST_VOTERS {
            vote(&mut votes, 1, nth).unwrap();
        }
        assert!(vote(&mut votes, 1, "new").is_err());
        vote(&mut votes, 0, "0").unwrap();
        assert_eq!(counts(&votes), [1, MOST_VOTERS - 1, 0]);
    }

    #[test]
    fn the_same_question_keeps_its_votes_and_another_one_has_none() {
        let mut votes = Votes::new(question("one", true));
        vote(&mut votes, 1, "a").unwrap();
        votes = votes.ask(question("one", false));
        assert!(vote(&mut votes, 1, "b").is_err());
        votes = votes.ask(question("one", true));
        assert_eq!(counts(&votes), [0, 1, 0]);
        votes = votes.ask(Question {
            options: 4,
            ..question("one", true)
        });
        assert_eq!(counts(&votes), [0; 4]);
        vote(&mut votes, 1, "a").unwrap();
        votes = votes.ask(question("two", true));
        assert_eq!(counts(&votes), [0; 3]);
        assert!(vote(&mut votes, 1, "a").is_err());
    }
}
