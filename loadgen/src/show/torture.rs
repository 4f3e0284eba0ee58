//! The tables of `loadgen torture`.

use std::fmt::Write;

use crate::{
    record::{ReceivedCounts, Torture},
    show::{
        number::grouped,
        table::{add, aligned},
    },
};

/// The result as text: what was published, what each transport received, and the faults.
pub fn of_torture(torture: &Torture) -> String {
    let mut text = published(torture);
    text += &format!("\n{}\n", aligned(&transports(torture)));
    for history in &torture.histories {
        let counts = &history.received;
        let _ = writeln!(
            text,
            "  read from {} in the end: {} updates, {}",
            history.server,
            count(counts.deliveries),
            match counts.is_correct() {
                true => "complete",
                false => "not complete",
            }
        );
    }
    text + &format!("\n{}\n", aligned(&faults(torture)))
}

fn published(torture: &Torture) -> String {
    let Torture {
        brokers,
        servers,
        clients,
        duration_s,
        published,
        ..
    } = torture;
    let us = |time: Option<u64>| time.map_or("-".into(), |us| crate::show::number::ms(us as f64));
    format!(
        "{brokers} brokers, {servers} servers, {clients} clients of each transport, {duration_s} s\n  \
         {} updates acknowledged ({} requests repeated), {} never acknowledged, {} lost, {} duplicated\n  \
         acknowledged within {} (p50), {} (p99)\n",
        count(published.acknowledged),
        count(published.retries),
        count(published.unacknowledged),
        count(published.lost),
        count(published.duplicated),
        us(published.acknowledged_us_p50),
        us(published.acknowledged_us_p99),
    )
}

fn transports(torture: &Torture) -> Vec<Vec<String>> {
    const HEADINGS: [&str; 10] = [
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
    let mut columns: Vec<_> = HEADINGS.map(|heading| vec![heading.to_string()]).into();
    for row in &torture.transports {
        let ReceivedCounts {
            deliveries,
            missed_notices,
            started_over_notices,
            silent_losses,
            duplicates,
            mismatches,
            ..
        } = row.received;
        let numbers = [
            deliveries,
            row.reconnects,
            row.rejected,
            missed_notices,
            started_over_notices,
            silent_losses,
            duplicates,
            mismatches,
        ];
        let silence = format!("{:.1} s", row.longest_silence_s);
        let cells = [row.transport.to_string()].into_iter();
        let cells = cells.chain(numbers.map(count)).chain([silence]);
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    columns
}

fn faults(torture: &Torture) -> Vec<Vec<String>> {
    const HEADINGS: [&str; 4] = ["at", "fault", "repaired after", "all receive again after"];
    let mut columns: Vec<_> = HEADINGS.map(|heading| vec![heading.to_string()]).into();
    for fault in &torture.faults {
        let recovered = fault.recovered_s;
        let recovered = recovered.map_or("not within the time".into(), |s| format!("{s:.1} s"));
        let cells = [
            format!("{:.0} s", fault.at_s),
            fault.what.clone(),
            format!("{:.1} s", fault.lasted_s),
            recovered,
        ];
        add(&mut columns, cells);
    }
    columns
}

fn count(number: u64) -> String {
    grouped(number as f64, 0)
}
