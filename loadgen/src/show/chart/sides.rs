//! Headline and foot of every chart of messages, and the text in place of a missing side.

use server::Transport;

use super::{
    canvas::{self, Canvas, LARGE, MARGIN, WIDTH},
    excerpt::{self, Excerpt},
    message,
};
use crate::{
    record::{Class, Record, SuitePart},
    show::{
        number,
        words::{Words, common, messages as texts},
    },
};

/// The content of a chart of messages, for any layout.
pub(super) struct Sides<'a> {
    transports: &'a [Transport],
    /// The excerpt of each transport, or the reason why it is missing.
    sides: Vec<Result<Excerpt<'a>, String>>,
    record: &'a Record,
    part: &'a SuitePart,
    words: &'a Words,
}

impl<'a> Sides<'a> {
    pub(super) fn of(
        record: &'a Record,
        part: &'a SuitePart,
        transports: &'a [Transport],
        words: &'a Words,
    ) -> Self {
        let sides = excerpt::excerpts(record, part, transports).into_iter();
        let sides = sides.zip(transports);
        let sides =
            sides.map(|(side, &transport)| side.ok_or_else(|| gap(record, part, transport, words)));
        Self {
            transports,
            sides: sides.collect(),
            record,
            part,
            words,
        }
    }

    /// Each transport and its side.
    pub(super) fn each(&self) -> impl Iterator<Item = (Transport, &Result<Excerpt<'a>, String>)> {
        self.transports.iter().copied().zip(&self.sides)
    }

    /// The whole chart with the panels from `draw`; `direction` explains the direction of time.
    pub(super) fn svg(
        &self,
        id: &str,
        direction: fn(&str) -> [String; 2],
        draw: impl FnOnce(&Canvas<'_>),
    ) -> String {
        let title = self.title();
        let words = self.words;
        canvas::svg(words.language, id, &title, &self.description(), |canvas| {
            let way = match self.part.scenario.rtt.as_micros() {
                0 => words.of(texts::NEAR).into(),
                us => words.of(texts::far(&number::ms(us as f64 / 2.0))),
            };
            canvas.headline(&title, &[words.of(direction(&way))]);
            draw(canvas);
            canvas.foot(&self.foot(canvas.is_crowded.get()));
        })
    }

    fn title(&self) -> String {
        let names = self.transports.iter().map(Transport::to_string);
        let names = self.words.list(&names.collect::<Vec<_>>());
        let title = self.words.of(texts::title(&names));
        // Bold letters are wider.
        match canvas::width(&title, LARGE) * 23 / 20 <= WIDTH - 2 * MARGIN {
            true => title,
            false => self.words.of(texts::title_of_many(self.transports.len())),
        }
    }

    fn foot(&self, crowded: bool) -> Vec<String> {
        let [scenario, origin] = self.words.caption(self.record, self.part);
        let sides = || self.sides.iter().flatten();
        let [all, shown] = excerpt::extent(sides());
        let classes = |side: &Excerpt<'_>| side.row.bytes_per_update.classes;
        let with_packets = sides().all(|side| classes(side)[Class::TcpIp].is_some());
        let mut remarks = Vec::new();
        if let Some((&first, &last)) = shown.first().zip(shown.last()) {
            let shown = texts::shown(first, last, shown.len(), all.len());
            remarks.push(self.words.of(shown));
        }
        // The first response may contain earlier updates, which have no latency.
        let early = |side: &Excerpt<'_>| {
            let mut updates = side.updates.iter();
            updates.any(|update| side.was_there(update) && side.shows(update.reached_us))
        };
        if sides().any(early) {
            remarks.push(self.words.of(texts::BEFORE).into());
        }
        if crowded {
            remarks.push(self.words.of(texts::CROWDED).into());
        }
        let bytes = self.words.of(texts::bytes(with_packets));
        vec![scenario, remarks.join(" "), format!("{bytes} {origin}")]
    }

    /// The text version of the chart, for screen readers.
    fn description(&self) -> String {
        let sides = self.each().map(|(transport, side)| match side {
            Ok(side) => {
                let [bytes, mean] = message::sums(side.row, false, self.words);
                format!("{transport}: {bytes}; {mean}.")
            }
            Err(gap) => format!("{transport}: {gap}."),
        });
        sides.collect::<Vec<_>>().join(" ")
    }
}

fn gap(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> String {
    let name = &part.scenario.name;
    let mut rows = record.rows.iter();
    let first = rows.find(|row| {
        let of = &row.measurement;
        of.conditions.scenario == *name && of.transport == transport && row.repeat == 1
    });
    words.gap(match first.map(|row| &row.measurement.error) {
        None => common::NOT_MEASURED,
        Some(Some(error)) => [error; 2],
        Some(None) => texts::UNCAPTURED,
    })
}
