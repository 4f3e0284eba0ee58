//! What a record shows about brokers and several servers: what they cost, and what clients receive
//! while they fail.

use maud::{Markup, html};

use super::tables::{of_columns, of_texts};
use crate::{
    record::Record,
    show::{
        brokers,
        language::Language,
        torture,
        words::{Words, brokers as texts},
    },
};

/// The report is in English.
const WORDS: &Words = Language::English.words();

/// Both sections; empty if the record has neither.
pub fn sections(record: &Record) -> Markup {
    let lines = brokers::lines(record);
    html! {
        @if !lines.is_empty() {
            section id="brokers" {
                h2 { (WORDS.of(texts::TITLE)) }
                (of_texts(WORDS.of(texts::HEADINGS), lines.iter().map(|line| line.cells(WORDS))))
                p.quiet { (WORDS.of(texts::NOTES)) }
            }
        }
        @if let Some(result) = &record.torture {
            section id="torture" {
                h2 { "What clients receive while brokers and servers fail" }
                p {
                    "Processes were killed, stopped and disconnected, one after the other, while \
                     updates were published. Every client verifies that each update arrives exactly \
                     once and in order. The servers keep all updates, so a notice is a fault, too."
                }
                @for line in torture::published(result).lines() { p { (line.trim()) } }
                (of_columns(torture::TRANSPORTS, &result.transports))
                p.quiet {
                    "Missed, started over: the notices that clients received. Silent losses and \
                     duplicates: without a notice."
                }
                h3 { "Faults" }
                (of_columns(torture::FAULTS, &result.faults))
            }
        }
    }
}
