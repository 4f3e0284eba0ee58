//! The charts of a record. Each is a pure function of the record: the same rows give the same
//! bytes.
//!
//! There is a module for each chart, or for two charts of the same values. They share [`canvas`],
//! [`classes`] and [`transport_style`], with [`number`](crate::show::number) and
//! [`words`](crate::show::words).

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::{Context, bail};
use server::Transport;

use self::{plane::Spread, png::Fonts};
use crate::{
    record::{Direction, Record, Suite, SuitePart},
    show::{kind::Kind, language::Language, words::Words},
};

mod annotations;
pub mod canvas;
pub mod claims;
pub mod classes;
pub mod comparison;
pub mod excerpt;
pub mod freshness;
pub mod latency;
pub mod latency_summary;
mod lifelines;
mod message;
pub mod overhead;
mod plane;
pub mod png;
pub mod servers;
pub mod setup;
mod sides;
pub mod slides;
pub mod sweep;
pub mod timeline;
pub mod transport_style;
pub mod use_cases;
pub mod wires;

/// A drawn chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The kind of chart.
    pub kind: Kind,
    /// The scenario or the sweep.
    pub scenario: String,
    /// The language.
    pub language: Language,
    /// The document.
    pub svg: String,
}

/// In place of a scenario's name, for a chart of the whole record.
pub const ALL: &str = "all";
/// The same for a chart of a slide, and for its version for the question.
const ALL_SHOWN: &str = "";
const QUESTION: &str = "question";

impl Chart {
    /// Its path inside the record's folder.
    pub fn path(&self) -> String {
        self.kind.path(&self.scenario, self.language)
    }

    /// The path of its PNG, if it has one.
    pub fn png_path(&self) -> Option<String> {
        let file = || self.kind.file(&self.scenario, self.language, "png");
        self.kind.has_png().then(file)
    }
}

/// All charts of a record, scenario by scenario, each in every language.
pub fn all(record: &Record) -> Vec<Chart> {
    if record.suite.has_peers() {
        let draw = |id: &str, words: &Words| servers::draw(id, record, words);
        return each(Kind::Servers, 0, ALL, draw).into();
    }
    let mut charts = Vec::new();
    let parts = &record.suite.scenarios;
    let first_case = parts.iter().position(use_cases::is_measured_by);
    for (nth, part) in parts.iter().enumerate() {
        if part.scenario.capture {
            let name = &part.scenario.name;
            charts.extend(messages(record, nth, part, name, &comparison::SIDES));
        }
        let mut add = |kind: Kind, draw: fn(&str, &Record, &SuitePart, &Words) -> String| {
            charts.extend(each(kind, nth, &part.scenario.name, |id, words| {
                draw(id, record, part, words)
            }));
        };
        if first_case == Some(nth) {
            add(Kind::UseCasesLinear, |id, record, _, words| {
                use_cases::draw(id, record, Spread::Linear, words)
            });
            add(Kind::UseCasesLog, |id, record, _, words| {
                use_cases::draw(id, record, Spread::Logarithmic, words)
            });
        }
        // The measurements of a silent scenario are in the tables.
        if part.scenario.is_silent() || part.point.is_some() || part.variant_of.is_some() {
            continue;
        }
        add(Kind::Overhead, overhead::draw);
        // The latencies of direction up are in the tables.
        if part.scenario.direction == Direction::Down {
            add(Kind::Latency, latency::draw);
            add(Kind::LatencySummary, latency_summary::draw);
        }
    }
    charts.extend(over_wires(record));
    charts.extend(swept(record));
    charts.extend(claimed(record));
    charts.extend(slides::all(record));
    charts
}

/// A chart in each language.
fn each(
    kind: Kind,
    nth: usize,
    scenario: &str,
    draw: impl Fn(&str, &Words) -> String,
) -> [Chart; Language::ALL.len()] {
    Language::ALL.map(|language| Chart {
        kind,
        scenario: scenario.into(),
        language,
        svg: draw(&kind.id(nth, language), language.words()),
    })
}

/// The chart of all claims, if the record has a value for any of them.
fn claimed(record: &Record) -> Vec<Chart> {
    let claims = crate::show::claims::of_record(record);
    if claims.iter().all(|claim| claim.recorded.is_none()) {
        return Vec::new();
    }
    let draw = |id: &str, words: &Words| claims::draw(id, record, words);
    each(Kind::Claims, 0, ALL, draw).into()
}

/// Both charts of the messages of these transports, with this name.
fn messages(
    record: &Record,
    nth: usize,
    part: &SuitePart,
    name: &str,
    transports: &[Transport],
) -> Vec<Chart> {
    let comparison = each(Kind::Comparison, nth, name, |id, words| {
        comparison::draw(id, record, part, transports, words)
    });
    let timeline = each(Kind::Timeline, nth, name, |id, words| {
        timeline::draw(id, record, part, transports, words)
    });
    [comparison, timeline].concat()
}

/// The charts of the messages of two or more transports side by side, for each captured scenario. An
/// error if one of them was not captured, or if the record is inconsistent.
pub fn beside_each_other(record: &Record, transports: &[Transport]) -> anyhow::Result<Vec<Chart>> {
    record.check_consistency()?;
    let names = transports.iter().map(|transport| transport.name());
    let names: Vec<_> = names.collect();
    let different = BTreeSet::from_iter(&names);
    if different.len() < 2 || different.len() < names.len() {
        bail!("--compare needs two or more transports, each named once");
    }
    let folder = record.folder.path().display();
    let scenarios = record.suite.scenarios.iter().enumerate();
    let mut charts = Vec::new();
    for (nth, part) in scenarios.filter(|(_, part)| part.scenario.capture) {
        let name = &part.scenario.name;
        let is_missing = |&&transport: &&Transport| !record.captured(name, transport);
        if let Some(transport) = transports.iter().find(is_missing) {
            bail!("{folder} has no capture of {transport} in the scenario '{name}'");
        }
        let name = format!("{name}-{}", names.join("-"));
        charts.extend(messages(record, nth, part, &name, transports));
    }
    if charts.is_empty() {
        bail!("{folder} has no captures: none of its scenarios has 'capture = true'");
    }
    Ok(charts)
}

/// The charts of the scenarios that were measured over several wires, each under the name of the
/// scenario in the suite's file.
fn over_wires(record: &Record) -> Vec<Chart> {
    let groups = record.suite.over_wires().enumerate();
    let charts = groups.flat_map(|(nth, parts)| {
        let name = parts[0].variant_of.as_deref().expect("it is a variant");
        // If distant clients reconnect, the scenario is about connection setup.
        let is_far = !parts[0].scenario.rtt.is_zero();
        let (kind, draw) = match parts[0].scenario.reconnect.filter(|_| is_far) {
            Some(_) => (Kind::Setup, setup::draw as fn(&_, &_, &_, &_) -> String),
            None => (Kind::Wires, wires::draw as fn(&_, &_, &_, &_) -> String),
        };
        each(kind, nth, name, |id, words| draw(id, record, parts, words))
    });
    charts.collect()
}

/// A value for each transport in each of these scenarios, transport by transport.
fn by_transport<T>(parts: &[SuitePart], of: impl Fn(&SuitePart, Transport) -> T) -> Vec<T> {
    let of = &of;
    let of_transport = |transport| {
        let measured = parts
            .iter()
            .filter(move |part| part.transports.contains(&transport));
        measured.map(move |part| of(part, transport))
    };
    Transport::ALL.into_iter().flat_map(of_transport).collect()
}

/// The charts of all sweeps of a record.
fn swept(record: &Record) -> Vec<Chart> {
    let mut charts = Vec::new();
    for (nth, group) in record.suite.groups().enumerate() {
        let base = Suite::base(group);
        // The measurements of direction up and of silent scenarios are in the tables.
        let is_drawn = base.scenario.direction == Direction::Down && !base.scenario.is_silent();
        let Some(point) = base.point.as_ref().filter(|_| is_drawn) else {
            continue;
        };
        let rated = group.iter().filter(|part| !part.scenario.is_silent());
        let group: Vec<_> = rated.cloned().collect();
        for &kind in sweep::kinds(point.parameter) {
            charts.extend(each(kind, nth, &point.sweep, |id, words| match kind {
                Kind::OverheadOverAge => freshness::draw(id, record, &group, words),
                _ => sweep::draw(id, kind, record, &group, words),
            }));
        }
    }
    charts
}

/// The drawn charts, and the reasons for missing ones.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// The reasons for missing PNGs, each once.
    pub refused: BTreeSet<String>,
}

/// Draws all charts of a record into its `charts` folder, the PNGs with these fonts. Nothing is
/// written if the record is inconsistent.
pub fn draw(record: &Record, fonts: &Fonts) -> anyhow::Result<Drawn> {
    record.check_consistency()?;
    write(record, &all(record), fonts)
}

/// Writes charts of a record into its `charts` folder, the PNGs with these fonts.
pub fn write(record: &Record, charts: &[Chart], fonts: &Fonts) -> anyhow::Result<Drawn> {
    let folder = record.folder.path();
    let into = folder.join("charts");
    fs::create_dir_all(&into).with_context(|| format!("can't write to {}", into.display()))?;
    let mut drawn = Drawn::default();
    let mut write = |path: String, bytes: &[u8]| {
        let path = folder.join(path);
        fs::write(&path, bytes).with_context(|| format!("can't write {}", path.display()))?;
        drawn.paths.push(path);
        anyhow::Ok(())
    };
    for chart in charts {
        write(chart.path(), chart.svg.as_bytes())?;
        let Some(path) = chart.png_path() else {
            continue;
        };
        match fonts.png(&chart.svg, chart.language) {
            Ok(png) => write(path, &png)?,
            Err(reason) => {
                drawn.refused.insert(format!("{reason:#}"));
            }
        }
    }
    Ok(drawn)
}
