//! The columns of tables: which numbers of a measurement, with which name and how many digits.

use server::Transport;

use crate::{
    record::{Class, Direction, LatencyUs, Measurement, Parameter, Record, Scenario, SuitePart},
    show::{
        statistics::{Estimate, Rank, Resolution, ranks},
        words::common::FAN_OUT,
    },
};

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, with the unit.
    pub name: &'static str,
    /// Digits after the point.
    pub digits: usize,
    /// Whether a lower number is better, so that the transports are ranked by it.
    pub ranked: bool,
    /// The resolution of its numbers.
    pub resolution: Resolution,
    /// Whether it is a high percentile over the updates of all clients.
    pub is_tail: bool,
    /// Its number in a row.
    pub of: fn(&Measurement) -> Option<f64>,
}

const fn ranked(name: &'static str, digits: usize, of: fn(&Measurement) -> Option<f64>) -> Column {
    Column {
        ranked: true,
        ..plain(name, digits, of)
    }
}

/// A time in milliseconds. Histograms have three significant digits, the clock has microseconds.
const fn time(name: &'static str, of: fn(&Measurement) -> Option<f64>) -> Column {
    Column {
        resolution: Resolution {
            relative: 0.001,
            absolute: 0.001,
        },
        ..ranked(name, 2, of)
    }
}

/// A column that is not ranked.
const fn plain(name: &'static str, digits: usize, of: fn(&Measurement) -> Option<f64>) -> Column {
    Column {
        name,
        digits,
        ranked: false,
        resolution: Resolution::EXACT,
        is_tail: false,
        of,
    }
}

/// A 99th percentile needs this many different values.
const LEAST_VALUES: u64 = 100;

impl Column {
    /// Its heading in a scenario. A high percentile of few updates and many clients shows how one
    /// update spreads over the clients, and not how late a rare update is.
    pub fn heading(&self, scenario: &Scenario) -> String {
        match self.is_tail && is_fan_out(scenario) {
            true => format!("{} ({})", self.name, FAN_OUT[0]),
            false => self.name.into(),
        }
    }

    /// Its heading over several scenarios with these names.
    pub fn heading_over(&self, parts: &[&SuitePart], names: &[String]) -> String {
        let parts = parts.iter().zip(names);
        let fan_out = parts.filter(|(part, _)| self.is_tail && is_fan_out(&part.scenario));
        let names: Vec<_> = fan_out.map(|(_, name)| name.as_str()).collect();
        match names.is_empty() {
            true => self.name.into(),
            false => format!("{} ({} at {})", self.name, FAN_OUT[0], names.join(", ")),
        }
    }
}

/// Whether several clients receive fewer than 100 updates, so that high percentiles show fan-out.
pub fn is_fan_out(scenario: &Scenario) -> bool {
    let updates = scenario.updates().filter(|&updates| updates > 0.0);
    scenario.clients > 1 && updates.is_some_and(|updates| updates < LEAST_VALUES as f64)
}

/// The main columns of a scenario.
pub fn main(scenario: &Scenario) -> &'static [Column] {
    match scenario.direction {
        _ if scenario.is_silent() => &IDLE,
        Direction::Down => &DOWN,
        Direction::Up => &UP,
    }
}

/// Latency in milliseconds: median, 99th percentile and maximum.
pub const LATENCY: [Column; 3] = [
    time("p50 ms", |row| ms(row.latency_us.p50)),
    P99,
    plain("max ms", 2, |row| ms(row.latency_us.max)),
];

const DOWN: [Column; 7] = [
    LATENCY[0],
    LATENCY[1],
    LATENCY[2],
    plain("bytes/update", 1, |row| row.bytes_per_update.total),
    AROUND,
    REQUESTS,
    CPU,
];

const UP: [Column; 8] = [
    time("accepted p50 ms", |row| ms(row.publish?.accepted_us.p50)),
    time("accepted p99 ms", |row| ms(p99(&row.publish?.accepted_us))),
    time("round trip p50 ms", |row| {
        ms(row.publish?.round_trip_us.p50)
    }),
    time("round trip p99 ms", |row| {
        ms(p99(&row.publish?.round_trip_us))
    }),
    plain("bytes/publish", 1, |row| {
        row.publish?.bytes_per_publish.total
    }),
    ranked("overhead", 1, |row| {
        row.publish?.bytes_per_publish.overhead()
    }),
    plain("packets/publish", 2, |row| row.publish?.packets_per_publish),
    ranked("server CPU µs/publish", 1, |row| {
        row.publish?.server_cpu_us_per_publish
    }),
];

const IDLE: [Column; 3] = [
    ranked("idle bytes per client and minute", 0, |row| {
        row.idle_bytes_per_client_minute
    }),
    ranked("idle server CPU µs per client and second", 2, |row| {
        row.server.idle_cpu_us_per_client_s
    }),
    MEMORY_OF_CLIENT,
];

const MEMORY_OF_CLIENT: Column = ranked("server memory per client, bytes", 0, |row| {
    row.server.rss_bytes_per_client
});

const KERNEL_MEMORY_OF_CLIENT: Column = ranked("kernel memory per client, bytes", 0, |row| {
    row.server.kernel_bytes_per_client
});

/// Further costs of a client.
pub const COST: [Column; 11] = [
    ranked("packets/update", 2, |row| row.packets_per_update),
    time("connect to first update ms", |row| {
        ms(row.first_update_us.p50)
    }),
    time("reconnect ms", |row| ms(row.reconnect_us.p50)),
    plain("reconnect max ms", 2, |row| ms(row.reconnect_us.max)),
    ranked("reconnect bytes", 1, |row| row.reconnect_bytes),
    MEMORY_OF_CLIENT,
    KERNEL_MEMORY_OF_CLIENT,
    plain("generator late p99 ms", 2, |row| {
        ms(row.generator_late_us_p99)
    }),
    plain("read delay p99 ms", 2, |row| ms(row.read_delay_us.p99)),
    plain("delay by late requests, p99 ms", 2, |row| {
        ms(row.ask_again_us.p99)
    }),
    plain("arrivals sharing a timestamp, %", 2, |row| {
        let received = Some(row.updates_received).filter(|&received| received > 0)?;
        Some(100.0 * row.arrivals_sharing_timestamp? as f64 / received as f64)
    }),
];

/// Bytes of a class: of an update or, in direction up, of a publish.
pub fn bytes_of(class: Class, scenario: &Scenario, row: &Measurement) -> Option<f64> {
    let bytes = match scenario.direction {
        Direction::Up => row.publish?.bytes_per_publish,
        Direction::Down => row.bytes_per_update,
    };
    bytes.classes[class]
}

/// The value of a column for one transport.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The estimate over the repeats.
    pub estimate: Option<Estimate>,
    /// The rank, if the column is ranked and there are several repeats.
    pub rank: Option<Rank>,
}

/// The values of a column for a scenario's transports, in order.
pub fn cells(record: &Record, part: &SuitePart, column: &Column) -> Vec<Cell> {
    let estimate = |&transport: &Transport| {
        let rows = record.good(&part.scenario.name, transport);
        Estimate::of(&rows, column.resolution, column.of)
    };
    let estimates: Vec<_> = part.transports.iter().map(estimate).collect();
    let cells = ranks(&estimates).into_iter().zip(estimates);
    let cells = cells.map(|(rank, estimate)| Cell {
        estimate,
        rank: rank.filter(|_| column.ranked),
    });
    cells.collect()
}

/// The columns of a scenario in a sweep.
pub fn of_point(scenario: &Scenario, parameter: Parameter) -> &'static [Column] {
    match (scenario.direction, parameter) {
        _ if scenario.is_silent() => &IDLE,
        (Direction::Up, _) => &UP,
        (_, Parameter::Rtt) => &LATE,
        (_, Parameter::Rate) => &RATE,
        (_, Parameter::Clients) => &LOAD,
        (_, Parameter::Payload | Parameter::Cookie) => &OVERHEAD,
        (_, Parameter::Interval) => &INTERVAL,
    }
}

/// The columns of a sweep, each with the scenarios that have it. Rate 0 has the columns of idle
/// clients, any other rate those of updates.
pub fn swept(
    sweep: &[SuitePart],
    parameter: Parameter,
) -> impl Iterator<Item = (&'static Column, Vec<&SuitePart>)> {
    let (silent, rated): (Vec<_>, Vec<_>) =
        sweep.iter().partition(|part| part.scenario.is_silent());
    let with_columns = move |parts: Vec<_>| {
        let first: Option<&&SuitePart> = parts.first();
        let columns = first.map_or(&[][..], |part| of_point(&part.scenario, parameter));
        columns.iter().map(move |column| (column, parts.clone()))
    };
    [rated, silent].into_iter().flat_map(with_columns)
}

/// Whether a sweep has tables of bytes.
pub fn is_by_bytes(parameter: Parameter) -> bool {
    matches!(
        parameter,
        Parameter::Rate | Parameter::Payload | Parameter::Cookie | Parameter::Interval
    )
}

/// The mean latency.
pub const MEAN: Column = time("mean ms", |row| Some(row.latency_us.mean? / 1000.0));
/// The 99th percentile of latency.
pub const P99: Column = Column {
    is_tail: true,
    ..time("p99 ms", |row| ms(p99(&row.latency_us)))
};
/// CPU time of the server per delivered update.
pub const CPU: Column = ranked("server CPU µs/update", 1, |row| {
    row.server.cpu_us_per_update
});
/// The server's resident memory at the end of the window.
pub const MEMORY: Column = ranked("server memory, MB", 1, |row| {
    Some(row.server.rss_bytes? as f64 / 1e6)
});
const REQUESTS: Column = plain("requests/update", 3, |row| row.requests_per_update);
const AROUND: Column = ranked("overhead", 1, |row| row.bytes_per_update.overhead());
/// Overhead relative to the payload.
pub const AROUND_PERCENT: Column = ranked("overhead in % of the payload", 1, |row| {
    let payload = row.bytes_per_update.classes[Class::Payload]?;
    Some(row.bytes_per_update.overhead()? / payload * 100.0)
});

const LATE: [Column; 2] = [MEAN, P99];
const RATE: [Column; 4] = [MEAN, P99, AROUND, CPU];
const LOAD: [Column; 4] = [CPU, MEMORY, KERNEL_MEMORY_OF_CLIENT, P99];
const OVERHEAD: [Column; 2] = [AROUND, AROUND_PERCENT];
const INTERVAL: [Column; 3] = [MEAN, AROUND, REQUESTS];

/// A column: its heading, and the text of a row in it.
pub type TextColumn<Row> = (&'static str, fn(&Row) -> String);

/// Of fewer than 100 values, the 99th percentile would be the maximum.
pub fn p99(times: &LatencyUs) -> Option<u64> {
    times.p99.filter(|_| times.count >= LEAST_VALUES)
}

/// Microseconds in milliseconds.
pub fn ms(us: Option<u64>) -> Option<f64> {
    us.map(|us| us as f64 / 1000.0)
}
