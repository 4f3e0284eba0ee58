//! A suite: the scenarios of a record and the order in which they are measured.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use server::Transport;

use crate::record::{Again, Parameter, Peer, Point, Scenario, Sweep, Wire, lines};

/// A suite: scenarios, each measured for all eight transports.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// The purpose of the suite, in prose.
    pub analysis: String,
    /// The scenarios.
    pub scenarios: Vec<SuitePart>,
}

/// A scenario with its other keys in a suite.
#[derive(Clone, Debug, PartialEq)]
pub struct SuitePart {
    /// The conditions.
    pub scenario: Scenario,
    /// Its place in a sweep, if it belongs to one.
    pub point: Option<Point>,
    /// The transports to measure.
    pub transports: Vec<Transport>,
    /// Number of measurements of each transport.
    pub repeats: u32,
    /// The purpose and the limits of the scenario, in prose.
    pub analysis: String,
    /// The name of the scenario in the suite's file, if that scenario is measured over several wires or
    /// with several servers.
    pub variant_of: Option<String>,
}

/// The text of a suite. `T` reads the keys of each scenario that it knows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    name: String,
    analysis: String,
    #[serde(rename = "scenario", default = "Vec::new")]
    scenarios: Vec<T>,
}

/// The keys of a scenario in a suite that are not conditions.
#[derive(Deserialize)]
struct PartKeys {
    #[serde(default = "all_transports")]
    transports: Vec<Transport>,
    /// One parameter and its values; each value becomes a scenario.
    sweep: Option<Sweep>,
    /// Wires; each becomes a scenario.
    #[serde(default)]
    wires: Vec<Wire>,
    /// Other servers to compare with ours; each becomes a scenario.
    #[serde(default)]
    peers: Vec<Peer>,
    repeats: u32,
    analysis: String,
}

/// One planned measurement.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The conditions.
    pub scenario: &'a Scenario,
    /// The transport.
    pub transport: Transport,
    /// Counts from 1.
    pub repeat: u32,
}

impl Suite {
    /// Reads a suite from its file. An error if it can't or should not be measured.
    pub fn read(path: &Path) -> anyhow::Result<(Self, String)> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("can't read the suite {}", path.display()))?;
        let text = lines::without_byte_order_mark(&text).to_owned();
        let suite = Self::to_measure(&text);
        let suite = suite.with_context(|| format!("the suite {}", path.display()))?;
        Ok((suite, text))
    }

    fn to_measure(text: &str) -> anyhow::Result<Self> {
        let suite = Self::parse(text)?;
        for SuitePart { scenario, .. } in &suite.scenarios {
            let checked = scenario.check_to_measure();
            checked.with_context(|| format!("the scenario '{}'", scenario.name))?;
        }
        Ok(suite)
    }

    /// Reads a suite from its text, which may be that of an old record.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (file, unknown) = read::<Scenario>(text)?;
        let (others, unknown_too) = read::<PartKeys>(text)?;
        // A mistyped key would silently be measured with its default.
        if let Some((nth, key)) = unknown.intersection(&unknown_too).next() {
            bail!(
                "the scenario '{}' has an unknown key '{key}'",
                file.scenarios[*nth].name
            );
        }
        let mut scenarios = Vec::new();
        for (scenario, keys) in file.scenarios.into_iter().zip(others.scenarios) {
            scenarios.extend(keys.parts(scenario)?);
        }
        ensure!(!scenarios.is_empty(), "it has no [[scenario]]");
        for part in &scenarios {
            let name = &part.scenario.name;
            let checked = part.scenario.check();
            checked.with_context(|| format!("the scenario '{name}'"))?;
            let same = scenarios
                .iter()
                .filter(|other| other.scenario.name == *name);
            ensure!(same.count() == 1, "two scenarios have the name '{name}'");
            part.check()?;
        }
        Ok(Self {
            name: file.name,
            analysis: file.analysis,
            scenarios,
        })
    }

    /// All measurements, interleaved: each repeat covers all scenarios and transports before the
    /// next repeat starts, so that a drift of the machine affects all equally. The repeats of a silent
    /// scenario come together.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let most = self.scenarios.iter().map(|part| part.repeats).max();
        let mut steps = Vec::new();
        for round in 1..=most.unwrap_or(0) {
            for part in &self.scenarios {
                let repeats = match part.scenario.is_silent() {
                    true if round == 1 => 1..=part.repeats,
                    false if round <= part.repeats => round..=round,
                    _ => continue,
                };
                for repeat in repeats {
                    steps.extend(part.transports.iter().map(|&transport| Step {
                        scenario: &part.scenario,
                        transport,
                        repeat,
                    }));
                }
            }
        }
        steps
    }

    /// The steps in batches that are measured at the same time. Only the steps of a silent scenario
    /// share a batch, because they do not disturb each other.
    pub fn batches<'a, 'b>(steps: &'b [Step<'a>]) -> impl Iterator<Item = &'b [Step<'a>]> {
        steps.chunk_by(|one, next| {
            one.scenario.is_silent() && one.scenario.name == next.scenario.name
        })
    }

    /// The scenarios, grouped by sweep.
    pub fn groups(&self) -> impl Iterator<Item = &[SuitePart]> {
        let sweep = |part: &SuitePart| part.point.as_ref().map(|point| point.sweep.clone());
        self.scenarios
            .chunk_by(move |one, next| sweep(one).is_some() && sweep(one) == sweep(next))
    }

    /// Whether it compares servers instead of transports.
    pub fn has_peers(&self) -> bool {
        self.scenarios
            .iter()
            .any(|part| part.scenario.target.is_some())
    }

    /// The scenarios without a sweep that are measured over several wires, grouped by their scenario
    /// in the suite's file.
    pub fn over_wires(&self) -> impl Iterator<Item = &[SuitePart]> {
        let same = |one: &SuitePart, next: &SuitePart| one.variant_of == next.variant_of;
        let groups = self.scenarios.chunk_by(same);
        let has_wires = |part: &SuitePart| {
            part.variant_of.is_some() && part.point.is_none() && !part.scenario.is_silent()
        };
        groups.filter(move |group| !self.has_peers() && has_wires(&group[0]))
    }

    /// The scenario of a sweep that represents all: the first one with updates, if there is one.
    pub fn base(sweep: &[SuitePart]) -> &SuitePart {
        let with_updates = sweep.iter().find(|part| !part.scenario.is_silent());
        with_updates.unwrap_or(&sweep[0])
    }

    /// An error if a name is neither that of a scenario, nor of a sweep, nor of a server.
    pub fn require(&self, names: &[String]) -> anyhow::Result<()> {
        for name in names {
            if !self.scenarios.iter().any(|part| part.has_name(name)) {
                let known: Vec<_> = self.groups().map(|group| group[0].group_name()).collect();
                bail!(
                    "the suite '{}' has no scenario '{name}': it has {}",
                    self.name,
                    known.join(", ")
                );
            }
        }
        Ok(())
    }

    /// Whether a scenario or its sweep has one of these names.
    pub fn is_one_of(&self, scenario: &str, names: &[String]) -> bool {
        let part = self.part(scenario);
        part.is_some_and(|part| names.iter().any(|name| part.has_name(name)))
    }

    /// The scenario with this name.
    pub fn part(&self, name: &str) -> Option<&SuitePart> {
        self.scenarios
            .iter()
            .find(|part| part.scenario.name == name)
    }
}

impl SuitePart {
    /// An error if it has wrong transports or no repeats.
    fn check(&self) -> anyhow::Result<()> {
        let (scenario, name) = (&self.scenario, &self.scenario.name);
        let transports: BTreeSet<_> = self.transports.iter().collect();
        ensure!(
            !transports.is_empty() && transports.len() == self.transports.len(),
            "the scenario '{name}' has no transport, or one of them twice: name each once, or omit \
             'transports' for all eight transports"
        );
        for &transport in &self.transports {
            let checked = scenario.check_transport(transport);
            checked.with_context(|| format!("the scenario '{name}'"))?;
        }
        if let Some(Point {
            sweep,
            parameter: Parameter::Interval,
        }) = &self.point
        {
            for &transport in &self.transports {
                ensure!(
                    matches!(
                        Again::of(transport, scenario.interval),
                        Again::EveryInterval(_)
                    ),
                    "the sweep '{sweep}' varies the interval, which {transport} does not have: set \
                     'transports' to some of page-refresh, polling and hidden-frame"
                );
            }
        }
        ensure!(
            self.repeats > 0,
            "the scenario '{name}' has 0 repeats: use 1 or more"
        );
        Ok(())
    }

    /// The name of its sweep, or else of its scenario.
    fn group_name(&self) -> &str {
        let sweep = self.point.as_ref().map(|point| &point.sweep);
        sweep.unwrap_or(&self.scenario.name)
    }

    /// Whether its scenario, the one in the suite's file, its sweep or its server has this name.
    fn has_name(&self, name: &str) -> bool {
        let variant_of = self.variant_of.as_deref();
        let is_server = variant_of.is_some() && name == Peer::name_of(self.scenario.target);
        is_server
            || [&self.scenario.name, self.group_name()].contains(&name)
            || variant_of == Some(name)
    }

    /// The same over a wire, named after it, with the transports that it carries.
    fn over(&self, wire: Wire) -> Self {
        let mut part = self.clone();
        part.scenario = wire.carry(&self.scenario);
        part.transports.retain(|&transport| wire.carries(transport));
        part
    }

    /// The same with our own server or a peer, named after it, with the transports that it has.
    fn with_server(&self, target: Option<Peer>) -> Self {
        let mut part = self.clone();
        part.scenario.name = format!("{}-{}", self.scenario.name, Peer::name_of(target));
        part.scenario.target = target;
        part.scenario.resets = true;
        part.transports
            .retain(|&transport| target.is_none_or(|peer| peer.speaks(transport)));
        part
    }
}

/// The unknown keys of a suite, each with the index of its scenario.
type UnknownKeys = BTreeSet<(usize, String)>;

/// A suite as `T` reads it, and the keys that `T` does not know. Read as two types, since serde can't
/// reject unknown keys of a type that is flattened into another.
fn read<T: DeserializeOwned>(text: &str) -> anyhow::Result<(File<T>, UnknownKeys)> {
    let mut unknown = UnknownKeys::new();
    let text = toml::Deserializer::parse(text)?;
    let file = serde_ignored::deserialize(text, |path| {
        if let serde_ignored::Path::Map { parent, key } = path
            && let serde_ignored::Path::Seq { index, .. } = parent
        {
            unknown.insert((*index, key));
        }
    })?;
    Ok((file, unknown))
}

impl PartKeys {
    /// The parts of the suite that a scenario becomes: one for each combination of wire, value of the
    /// sweep and server.
    fn parts(self, scenario: Scenario) -> anyhow::Result<Vec<SuitePart>> {
        let (has_wires, has_peers) = (!self.wires.is_empty(), !self.peers.is_empty());
        ensure!(
            !has_wires || Wire::of(&scenario) == Wire::Http1,
            "the scenario '{}' has 'wires' and also 'tls' or 'http_version': remove the latter",
            scenario.name
        );
        let (name, has_transports) = (scenario.name.clone(), !self.transports.is_empty());
        let mut parts = vec![SuitePart {
            variant_of: (has_wires || has_peers).then(|| scenario.name.clone()),
            scenario,
            point: None,
            transports: self.transports,
            repeats: self.repeats,
            analysis: self.analysis,
        }];
        if has_wires {
            parts = self.wires.iter().map(|&wire| parts[0].over(wire)).collect();
        }
        if let Some(sweep) = self.sweep {
            let swept = parts.iter().map(|part| sweep.expand(part));
            parts = swept.collect::<anyhow::Result<Vec<_>>>()?.concat();
        }
        if has_peers {
            let servers = std::iter::once(None).chain(self.peers.into_iter().map(Some));
            let of_each =
                |part: SuitePart| servers.clone().map(move |server| part.with_server(server));
            parts = parts.into_iter().flat_map(of_each).collect();
        }
        // An empty list in the file is reported later.
        if has_transports {
            parts.retain(|part| !part.transports.is_empty());
            ensure!(
                !parts.is_empty(),
                "the scenario '{name}' has no transport that its wires or servers support: add one to \
                 'transports'"
            );
        }
        Ok(parts)
    }
}

fn all_transports() -> Vec<Transport> {
    Transport::ALL.into()
}

#[cfg(test)]
mod tests;
