//! Which scenarios make up a record, and in which order are they measured?

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, bail};
use serde::{Deserialize, de::DeserializeOwned};
use server::Transport;

use crate::record::{
    lines,
    scenario::Scenario,
    sweep::{Point, Sweep},
};

/// A suite file: scenarios, each measured for all eight transports.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What the suite is for, in prose.
    pub analysis: String,
    /// What is measured.
    pub scenarios: Vec<SuitePart>,
}

/// A scenario with what belongs to it in a suite.
#[derive(Clone, Debug, PartialEq)]
pub struct SuitePart {
    /// The conditions.
    pub scenario: Scenario,
    /// Where it stands in a sweep, if it is a value of one.
    pub point: Option<Point>,
    /// Which transports are measured.
    pub transports: Vec<Transport>,
    /// How often each transport is measured.
    pub repeats: u32,
    /// What the scenario shows and what it does not, in prose.
    pub analysis: String,
}

/// The text of a suite, of which `T` reads the keys of each scenario that it knows.
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
    /// One parameter and its values, each a scenario of its own.
    sweep: Option<Sweep>,
    repeats: u32,
    analysis: String,
}

/// One measurement to be made.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Under which conditions.
    pub scenario: &'a Scenario,
    /// Of which transport.
    pub transport: Transport,
    /// Counts from 1.
    pub repeat: u32,
}

impl Suite {
    /// Reads a suite from its file, and refuses one that can't or should not be measured.
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

    /// Reads a suite from its text, also that of an old record.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (file, unknown) = read::<Scenario>(text)?;
        let (others, unknown_too) = read::<PartKeys>(text)?;
        // A mistyped key would be measured with its default.
        if let Some((nth, key)) = unknown.intersection(&unknown_too).next() {
            bail!(
                "the scenario '{}': there is no key '{key}'",
                file.scenarios[*nth].name
            );
        }
        let mut suite = Self {
            name: file.name,
            analysis: file.analysis,
            scenarios: Vec::new(),
        };
        for (scenario, keys) in file.scenarios.into_iter().zip(others.scenarios) {
            suite.scenarios.extend(keys.parts(scenario)?);
        }
        for part in &suite.scenarios {
            let scenario = &part.scenario;
            let checked = scenario.check();
            checked.with_context(|| format!("the scenario '{}'", scenario.name))?;
            let same = suite
                .scenarios
                .iter()
                .filter(|other| other.scenario.name == part.scenario.name);
            if same.count() > 1 {
                bail!("two scenarios are called '{}'", part.scenario.name);
            }
            let transports: BTreeSet<_> = part.transports.iter().map(|one| one.name()).collect();
            if transports.is_empty() || transports.len() < part.transports.len() {
                bail!(
                    "the scenario '{}' has no transport or one twice: name each once, or leave \
                     out 'transports' for all eight",
                    part.scenario.name
                );
            }
            if part.repeats == 0 {
                bail!(
                    "the scenario '{}' has 0 repeats: take 1 or more",
                    part.scenario.name
                );
            }
        }
        if suite.scenarios.is_empty() {
            bail!("there is no [[scenario]] in it");
        }
        Ok(suite)
    }

    /// All measurements, interleaved: each repeat goes through all scenarios and transports
    /// before the next begins, so that a drift of the machine hits all alike. Where the feed is
    /// silent, all repeats come at once.
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

    /// The steps, those together that are made at once: where the feed is silent, they leave each
    /// other alone.
    pub fn batches<'a, 'b>(steps: &'b [Step<'a>]) -> impl Iterator<Item = &'b [Step<'a>]> {
        steps.chunk_by(|one, next| {
            one.scenario.is_silent() && one.scenario.name == next.scenario.name
        })
    }

    /// The scenarios, those of one sweep together.
    pub fn groups(&self) -> impl Iterator<Item = &[SuitePart]> {
        let sweep = |part: &SuitePart| part.point.as_ref().map(|point| point.sweep.clone());
        self.scenarios
            .chunk_by(move |one, next| sweep(one).is_some() && sweep(one) == sweep(next))
    }

    /// The scenario of a name.
    pub fn part(&self, name: &str) -> Option<&SuitePart> {
        self.scenarios
            .iter()
            .find(|part| part.scenario.name == name)
    }
}

/// The keys of a suite that are not known, each with the number of its scenario.
type UnknownKeys = BTreeSet<(usize, String)>;

/// What `T` reads of a suite, and the keys that it does not know.
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
    /// The scenario as a part of its suite; with a sweep, a part for each value.
    fn parts(self, scenario: Scenario) -> anyhow::Result<Vec<SuitePart>> {
        let scenarios = match &self.sweep {
            Some(sweep) => sweep.expand(&scenario)?,
            None => vec![(scenario, None)],
        };
        let part = |(scenario, point)| SuitePart {
            scenario,
            point,
            transports: self.transports.clone(),
            repeats: self.repeats,
            analysis: self.analysis.clone(),
        };
        Ok(scenarios.into_iter().map(part).collect())
    }
}

fn all_transports() -> Vec<Transport> {
    Transport::ALL.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: &str = include_str!("../../scenarios/quick.toml");

    #[test]
    fn repeats_are_interleaved_over_scenarios_and_transports() {
        let suite = Suite::parse(QUICK).unwrap();
        let steps = suite.steps();
        assert_eq!(steps.len(), 4 * 8 * 3);
        let shown = |nth: usize| {
            let step = &steps[nth];
            (step.repeat, step.scenario.name.as_str(), step.transport)
        };
        assert_eq!(shown(0), (1, "steady", Transport::PageRefresh));
        assert_eq!(shown(8), (1, "distance", Transport::PageRefresh));
        assert_eq!(shown(24), (1, "silent", Transport::PageRefresh));
        assert_eq!(shown(47), (3, "silent", Transport::WebSocket));
        assert_eq!(shown(48), (2, "steady", Transport::PageRefresh));
        assert_eq!(shown(95), (3, "publish", Transport::WebSocket));
    }

    #[test]
    fn only_a_silent_scenario_is_measured_at_once() {
        let suite = Suite::parse(QUICK).unwrap();
        let steps = suite.steps();
        let together: Vec<_> = Suite::batches(&steps)
            .filter(|batch| batch.len() > 1)
            .map(|batch| (batch[0].scenario.name.as_str(), batch.len()))
            .collect();
        assert_eq!(together, [("silent", 24)]);
    }

    #[test]
    fn a_sweep_is_a_scenario_for_each_of_its_values() {
        let suite = Suite::parse(include_str!("../../scenarios/full.toml")).unwrap();
        let knee: Vec<_> = suite
            .groups()
            .find(|group| group[0].scenario.name.starts_with("knee-one-"))
            .unwrap()
            .iter()
            .map(|part| (part.scenario.name.as_str(), part.scenario.rtt.as_millis()))
            .collect();
        assert_eq!(knee.len(), 7);
        assert_eq!(knee[0], ("knee-one-100ms", 100));
        assert_eq!(knee[6], ("knee-one-600ms", 600));
    }

    #[test]
    fn a_bad_suite_is_refused_with_the_reason() {
        let refused = |from: &str, to: &str| {
            let error = Suite::to_measure(&QUICK.replace(from, to)).unwrap_err();
            format!("{error:#}")
        };
        let bad = refused("rtt = \"100ms\"", "rtt = \"100\"");
        let line = QUICK
            .lines()
            .position(|line| line.contains("rtt = \"100ms\""));
        let line = format!("at line {}, ", line.unwrap() + 1);
        for said in [&line, "rtt = \"100\"", "'100' is no duration"] {
            assert!(bad.contains(said), "{bad}");
        }
        assert!(refused("clients = 200", "clients = 0").contains("clients"));
        assert!(refused("\"distance\"", "\"steady\"").contains("two scenarios"));
        assert!(refused("repeats = 3", "repeats = 0").contains("0 repeats"));
        let unknown = refused("rtt =", "round_trip =");
        assert_eq!(
            unknown,
            "the scenario 'distance': there is no key 'round_trip'"
        );
        assert!(refused("\"distance\"", "\"../x\"").contains("../x"));
        let long = format!("\"{}\"", "x".repeat(300));
        assert!(refused("\"distance\"", &long).contains("too long"));
        for transports in ["[]", "[\"sse\", \"sse\"]"] {
            let named = format!("repeats = 3\ntransports = {transports}");
            assert!(
                refused("repeats = 3", &named).contains("name each once"),
                "{transports}"
            );
        }
        let no_values = refused("repeats = 3", "repeats = 3\nsweep = { rtt = [] }");
        assert!(no_values.contains("has no values"), "{no_values}");
        let rare = refused("rate_per_s = 12", "rate_per_s = 0.4");
        assert!(rare.contains("take 2s 500ms or more"), "{rare}");
    }
}
