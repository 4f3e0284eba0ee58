//! Charts, tables, reports and comparisons of records.

pub mod answer;
pub mod brokers;
pub mod browser;
pub mod chart;
pub mod claims;
pub mod columns;
pub mod compare;
pub mod estimate;
pub mod freshness;
pub mod kind;
pub mod language;
pub mod number;
pub mod readme;
pub mod report;
pub mod servers;
pub mod statistics;
pub mod table;
pub mod theory;
pub mod torture;
pub mod words;
