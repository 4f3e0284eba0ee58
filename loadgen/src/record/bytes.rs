//! Bytes by class, by direction and per update.

use std::{
    collections::HashMap,
    ops::{Index, IndexMut},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::record::{
    Class,
    Direction::{self, Down, Up},
};

/// A value for each direction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByDirection<T> {
    /// From the clients to the server.
    pub up: T,
    /// From the server to the clients.
    pub down: T,
}

impl<T> ByDirection<T> {
    /// The values of both directions.
    pub fn of(each: impl Fn(&[Direction]) -> T) -> Self {
        Self {
            up: each(&[Up]),
            down: each(&[Down]),
        }
    }
}

/// Bytes by class of the ledger, in the order of [`Class::ALL`]. In JSON, an object with a key for
/// each class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bytes<N>([Option<N>; Class::ALL.len()]);

/// Bytes by class, per delivery in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BytesPerUpdate {
    /// By class.
    #[serde(flatten)]
    pub classes: Bytes<f64>,
    /// The sum of all known classes except `setup`, which is paid once and not per update.
    pub total: Option<f64>,
}

impl<N> Bytes<N> {
    /// The value for each class.
    pub fn of(class: impl Fn(Class) -> Option<N>) -> Self {
        Self(Class::ALL.map(class))
    }
}

impl<N> Index<Class> for Bytes<N> {
    type Output = Option<N>;

    fn index(&self, class: Class) -> &Option<N> {
        &self.0[class as usize]
    }
}

impl<N> IndexMut<Class> for Bytes<N> {
    fn index_mut(&mut self, class: Class) -> &mut Option<N> {
        &mut self.0[class as usize]
    }
}

impl<N: Serialize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = Class::ALL.map(Class::name);
        serializer.collect_map(names.iter().zip(&self.0))
    }
}

impl<'de, N: Deserialize<'de>> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = HashMap::<String, Option<N>>::deserialize(deserializer)?;
        Ok(Self(
            Class::ALL.map(|class| bytes.remove(class.name()).flatten()),
        ))
    }
}

impl BytesPerUpdate {
    /// All bytes except the payload.
    pub fn overhead(&self) -> Option<f64> {
        Some(self.total? - self.classes[Class::Payload]?)
    }

    /// The sum of all known classes except `setup`; [`total`](Self::total) must equal it.
    pub fn sum(&self) -> f64 {
        let paid = Class::ALL.into_iter();
        let paid = paid.filter(|&class| class != Class::Setup);
        paid.filter_map(|class| self.classes[class]).sum()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_json_of_a_row_is_read_and_written_unchanged() {
        let fixture = include_str!("../../tests/fixtures/quick/measurements.jsonl");
        for line in fixture.lines() {
            let row: crate::record::Row = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&row).unwrap(), line);
        }
    }
}
