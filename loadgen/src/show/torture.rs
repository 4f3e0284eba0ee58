//! The tables of `loadgen torture`.

use std::fmt::Write;

use crate::{
    record::{Fault, Torture, TortureTransport},
    show::{number::grouped, table::of_rows},
};

/// The result as text: what was published, what each transport received, and the faults.
pub fn of_torture(torture: &Torture) -> String {
    let mut text = published(torture);
    let transports = torture.transports.iter().map(of_transport);
    text += &format!("\n{}\n", of_rows(TRANSPORTS, transports));
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
    let faults = torture.faults.iter().map(of_fault);
    text + &format!("\n{}\n", of_rows(FAULTS, faults))
}

/// What was published, in three lines.
pub fn published(torture: &Torture) -> String {
    let Torture {
        brokers,
        servers,
        clients,
        duration_s,
        published,
        ..
    } = torture;
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

/// The headings of the table of transports.
pub const TRANSPORTS: [&str; 10] = [
    "transport",
    "deliveries",
    "reconnects",
    "rejected",
    "missed",
    "started over",
    "silent losses",
    "duplicates",
    "mismatches",
    "longest silence",
];

/// The row of a transport.
pub fn of_transport(row: &TortureTransport) -> [String; TRANSPORTS.len()] {
    let received = row.received;
    [
        row.transport.to_string(),
        count(received.deliveries),
        count(row.reconnects),
        count(row.rejected),
        count(received.missed_notices),
        count(received.started_over_notices),
        count(received.silent_losses),
        count(received.duplicates),
        count(received.mismatches),
        format!("{:.1} s", row.longest_silence_s),
    ]
}

/// The headings of the table of faults.
pub const FAULTS: [&str; 5] = [
    "at",
    "fault",
    "repaired after",
    "all receive again after",
    "and after the repair within",
];

/// The row of a fault.
pub fn of_fault(fault: &Fault) -> [String; FAULTS.len()] {
    let time = |time: Option<f64>| time.map_or("too late".into(), |s| format!("{s:.1} s"));
    [
        format!("{:.0} s", fault.at_s),
        fault.what.clone(),
        format!("{:.1} s", fault.lasted_s),
        time(fault.recovered_s),
        time(fault.recovered_after_repair_s),
    ]
}

fn count(number: u64) -> String {
    grouped(number as f64, 0)
}
