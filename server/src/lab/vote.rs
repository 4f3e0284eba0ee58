//! The question of the presenter, the vote of a phone, and the tally that all see. They are counted in
//! `votes`.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::http::problem::Problem;

/// The maximum number of options of a question.
const MOST_OPTIONS: usize = 10;
/// The maximum length of an ID.
const LONGEST_ID: usize = 64;
/// The maximum length of a vote in JSON.
pub const LONGEST_VOTE: usize = 1_024;

/// The current question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its ID.
    pub question: String,
    /// The number of options.
    pub options: usize,
    /// Whether it accepts votes.
    pub open: bool,
}

/// A vote as a client sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The ID of the question.
    pub question: String,
    /// The index of the option.
    pub option: usize,
    /// A random ID that the phone keeps.
    pub voter: String,
}

/// The question and its votes, as visible to one client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tally {
    /// The question.
    #[serde(flatten)]
    pub question: Question,
    /// Grows each time a question is opened without votes. A vote from before no longer counts.
    pub opened: u64,
    /// The number of votes.
    pub votes: usize,
    /// The votes for each option.
    pub counts: Option<Vec<usize>>,
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

    /// Whether votes on the other question count for this one, which may only be opened or closed.
    pub fn has_votes_of(&self, other: &Self) -> bool {
        self.question == other.question && self.options == other.options
    }

    /// Rejects a vote on another question (409), after the end (409), or for an option that does
    /// not exist (400).
    pub fn require_acceptable(&self, vote: &Vote) -> Result<(), Problem> {
        let question = &self.question;
        if vote.question != *question {
            let asked = &vote.question;
            let detail = format!("question: the current question is {question}, not {asked}");
            return Err(Problem::new(StatusCode::CONFLICT, detail));
        }
        if !self.open {
            let detail = format!("question: {question} is closed");
            return Err(Problem::new(StatusCode::CONFLICT, detail));
        }
        if vote.option >= self.options {
            let (option, last) = (vote.option, self.options - 1);
            let detail = format!("option: {option} is not in the range 0 to {last}");
            return Err(Problem::bad_request(detail));
        }
        Ok(())
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
