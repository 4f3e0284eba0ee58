//! The tables of `loadgen torture`.

use std::fmt::Write;

use crate::{
    record::{Fault, Torture, TortureTransport},
    show::{columns::TextColumn, number::grouped, table::of_columns},
};

/// The result as text: what was published, what each transport received, and the faults.
pub fn of_torture(torture: &Torture) -> String {
    let mut text = published(torture);
    text += &format!("\n{}\n", of_columns(TRANSPORTS, &torture.transports));
    for history in &torture.histories {
        let counts = &history.received;
        let _ = writeln!(
            text,
            "  read from {} in the end: {} updates, {}",
            history.server,
            count(counts.deliveries),
            match counts.is_correct() && counts.notices() == 0 {
                true => "complete",
                false => "not complete",
            }
        );
    }
    text + &format!("\n{}\n", of_columns(FAULTS, &torture.faults))
}

/// What was published, in three lines.
pub fn published(torture: &Torture) -> String {
    let published = &torture.published;
    let (brokers, servers, clients) = (torture.brokers, torture.servers, torture.clients);
    let duration_s = torture.duration_s;
    let ms = |time: Option<u64>| time.map_or("-".into(), |us| crate::show::number::ms(us as f64));
    format!(
        "{brokers} brokers, {servers} servers, {clients} clients of each transport, {duration_s} s\n  \
         {} updates acknowledged ({} requests repeated), {} never acknowledged, {} lost, {} duplicated, \
         {} reordered; {} updates of tickers\n  \
         acknowledged requests took {} (p50), {} (p99)\n",
        count(published.acknowledged),
        count(published.retries),
        count(published.unacknowledged),
        count(published.lost),
        count(published.duplicated),
        count(published.reordered),
        count(published.ticks),
        ms(published.acknowledged_us_p50),
        ms(published.acknowledged_us_p99),
    )
}

/// The columns of the table of transports.
pub const TRANSPORTS: [TextColumn<TortureTransport>; 10] = [
    ("transport", |row| row.transport.to_string()),
    ("deliveries", |row| count(row.received.deliveries)),
    ("reconnects", |row| count(row.reconnects)),
    ("rejected", |row| count(row.rejected)),
    ("missed", |row| count(row.received.missed_notices)),
    ("started over", |row| {
        count(row.received.started_over_notices)
    }),
    ("silent losses", |row| count(row.received.silent_losses)),
    ("duplicates", |row| count(row.received.duplicates)),
    ("mismatches", |row| count(row.received.mismatches)),
    ("longest silence", |row| seconds(row.longest_silence_s)),
];

/// The columns of the table of faults.
pub const FAULTS: [TextColumn<Fault>; 5] = [
    ("at", |fault| format!("{:.0} s", fault.at_s)),
    ("fault", |fault| fault.what.clone()),
    ("repaired after", |fault| seconds(fault.lasted_s)),
    ("all receive again after", |fault| {
        recovered(fault.recovered_s)
    }),
    ("and after the repair within", |fault| {
        recovered(fault.recovered_after_repair_s)
    }),
];

fn recovered(time_s: Option<f64>) -> String {
    time_s.map_or("too late".into(), seconds)
}

fn seconds(time_s: f64) -> String {
    format!("{time_s:.1} s")
}

fn count(number: u64) -> String {
    grouped(number as f64, 0)
}
