//! What do the figures look like? Each is a pure function of the record: the same rows give the
//! same bytes.
//!
//! - [`comparison`]: who sent what when? It draws an [`exchange`] of each side.
//! - [`overhead`]: what is sent around an update?
//! - [`latency`]: how late do updates come, from the usual one to the worst?
//! - [`over`]: what happens as one parameter varies, and what does theory expect?
//! - [`canvas`], [`eight`], [`number`], [`words`]: what they share.

use std::{fs, path::PathBuf};

use anyhow::Context;
use server::link::Direction;

use self::words::{Language, Words};
use crate::{record::Record, suite::Part};

mod beside;
pub mod canvas;
pub mod comparison;
pub mod eight;
pub mod exchange;
pub mod latency;
mod nines;
pub mod number;
pub mod over;
pub mod overhead;
mod panel;
mod plane;
pub mod words;

/// A drawn figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it shows.
    pub kind: Kind,
    /// Of which scenario or sweep.
    pub scenario: String,
    /// In which language.
    pub language: Language,
    /// The document.
    pub svg: String,
}

/// The kinds of figures, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Long polling beside WebSocket, message by message.
    Comparison,
    /// Bytes per update by class.
    Overhead,
    /// Latency by percentile.
    Latency,
    /// Mean latency over distance or rate.
    LatencyOver,
    /// Server CPU over clients.
    CpuOver,
    /// Server memory over clients.
    MemoryOver,
    /// Overhead over payload.
    OverheadOver,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Overhead => "overhead",
            Self::Latency => "latency",
            Self::LatencyOver => "latency-over",
            Self::CpuOver => "cpu-over",
            Self::MemoryOver => "memory-over",
            Self::OverheadOver => "overhead-over",
        }
    }

    /// Where the figure of a scenario lies in a record's folder.
    pub fn path(self, scenario: &str, language: Language) -> String {
        format!("charts/{}-{scenario}{}.svg", self.name(), language.infix())
    }

    /// Unique on a page that shows all figures of a record.
    fn id(self, nth: usize, language: Language) -> String {
        format!("{}-{nth}-{}", self.name(), language.code())
    }
}

impl Figure {
    /// Its path inside the record's folder.
    pub fn path(&self) -> String {
        self.kind.path(&self.scenario, self.language)
    }
}

/// All figures of a record, scenario by scenario, each in every language.
pub fn figures(record: &Record) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (nth, part) in record.suite.scenarios.iter().enumerate() {
        let mut add = |kind: Kind, draw: fn(&str, &Record, &Part, &Words) -> String| {
            figures.extend(Language::ALL.map(|language| Figure {
                kind,
                scenario: part.scenario.name.clone(),
                language,
                svg: draw(&kind.id(nth, language), record, part, language.words()),
            }));
        };
        if part.scenario.capture {
            add(Kind::Comparison, comparison::draw);
        }
        // Where clients publish, or nobody does, the tables tell what was measured.
        let told = part.scenario.direction == Direction::Up || part.scenario.is_silent();
        if told || part.point.is_some() {
            continue;
        }
        add(Kind::Overhead, overhead::draw);
        add(Kind::Latency, latency::draw);
    }
    figures.extend(swept(record));
    figures
}

/// The figures of all sweeps of a record.
fn swept(record: &Record) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (nth, group) in record.suite.groups().enumerate() {
        let Some(point) = &group[0].point else {
            continue;
        };
        for &kind in over::kinds(point.parameter) {
            figures.extend(Language::ALL.map(|language| {
                let id = kind.id(nth, language);
                Figure {
                    kind,
                    scenario: point.sweep.clone(),
                    language,
                    svg: over::draw(&id, kind, record, group, language.words()),
                }
            }));
        }
    }
    figures
}

/// Draws all charts of a record into its `charts` folder and returns their paths.
pub fn draw(record: &Record) -> anyhow::Result<Vec<PathBuf>> {
    let folder = record.folder.path();
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).with_context(|| format!("can't write to {}", charts.display()))?;
    let mut paths = Vec::new();
    for figure in figures(record) {
        let path = folder.join(figure.path());
        fs::write(&path, figure.svg).with_context(|| format!("can't write {}", path.display()))?;
        paths.push(path);
    }
    Ok(paths)
}
