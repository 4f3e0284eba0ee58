//! The chart of servers: CPU time of an update and memory of a client, two bars per row.

use super::{
    canvas::{self, Canvas, HPos, INK, MARGIN, SMALL},
    plane::{Axis, Ruler, Spread},
    transport_style,
};
use crate::{
    record::{Peer, Record},
    show::{
        servers::{Line, lines},
        statistics::Variation,
        words::{Words, servers as texts},
    },
};

const TOP: i32 = 148;
const BOTTOM: i32 = 620;
const CPU: (i32, i32) = (236, 600);
const MEMORY: (i32, i32) = (750, 1160);
/// Half the height of a bar.
const HALF: i32 = 8;

/// Draws the chart of a record.
pub fn draw(id: &str, record: &Record, words: &Words) -> String {
    let lines = lines(record);
    let title = words.of(texts::TITLE);
    let description = description(&lines, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let repeats = lines.iter().filter_map(|line| Some(line.cpu_us?.repeats));
        let explained = words.of(texts::explained(repeats.max().unwrap_or(1)));
        canvas.headline(title, &[explained]);
        // Median and upper end of the interval.
        let cpu = lines.iter().filter_map(|line| line.cpu_us);
        let cpu = cpu.flat_map(|cpu_us| {
            let high = cpu_us
                .variation()
                .map_or(0.0, |variation| variation.ends().1);
            [cpu_us.median, high]
        });
        let cpu = Axis::over(words.of(texts::CPU), Spread::Linear, cpu);
        let cpu = Ruler::drawn(canvas, cpu, CPU, (TOP, BOTTOM), words);
        let memory = lines.iter().map(|line| memory_kb(line).iter().sum());
        let memory = Axis::over(words.of(texts::MEMORY), Spread::Linear, memory);
        let memory = Ruler::drawn(canvas, memory, MEMORY, (TOP, BOTTOM), words);
        let entries = [texts::PROCESS, texts::KERNEL].map(|text| words.of(text));
        canvas.legend((MEMORY.0, TOP - 24), entries);
        let by_transport = || lines.chunk_by(|one, next| one.transport == next.transport);
        let rows = lines.len() + by_transport().count();
        let high = (BOTTOM - TOP) / rows.max(1) as i32;
        let mut y = TOP + high / 2;
        for group in by_transport() {
            canvas.heading(group[0].transport.name(), (MARGIN, y));
            for line in group {
                y += high;
                row(canvas, line, y, (&cpu, &memory), record, words);
            }
            y += high;
        }
        canvas.foot(&[words.origin(record)]);
    })
}

/// Memory of the process and of the kernel.
fn memory_kb(line: &Line) -> [f64; 2] {
    [line.user_bytes, line.kernel_bytes].map(|of| of.map_or(0.0, |bytes| bytes.median / 1000.0))
}

fn row(
    canvas: &Canvas<'_>,
    line: &Line,
    y: i32,
    (cpu, memory): (&Ruler, &Ruler),
    record: &Record,
    words: &Words,
) {
    let name = Peer::name_of(line.target);
    let at = (CPU.0 - 12, y);
    let ink = transport_style::ink(line.transport);
    match line.target {
        None => canvas.bold(&name, at, SMALL, HPos::Right, INK),
        Some(_) => canvas.text(&name, at, SMALL, HPos::Right, INK),
    }
    match line.cpu_us {
        Some(cpu_us) => {
            let ends = cpu_us.variation().map(Variation::ends);
            let end = cpu.x(cpu_us.median);
            canvas.bar((CPU.0, y - HALF), (end, y + HALF), ink);
            if let Some((low, high)) = ends {
                canvas.line(vec![(cpu.x(low), y), (cpu.x(high), y)], INK, 2);
            }
            let right = ends.map_or(end, |(_, high)| cpu.x(high).max(end));
            let text = format!("{:.1}", cpu_us.median);
            canvas.label_from(&text, (right + 8, y), INK);
        }
        None => {
            let gap = words.missing(record, &line.scenario, line.transport);
            let gap = gap.unwrap_or_else(|| words.gap([""; 2]));
            canvas.gap(&gap, (CPU.0 + 8, y), MEMORY.0 - CPU.0 - 20);
        }
    }
    let [process, kernel] = memory_kb(line);
    if process + kernel > 0.0 {
        let (between, end) = (memory.x(process), memory.x(process + kernel));
        canvas.bar((MEMORY.0, y - HALF), (between, y + HALF), ink);
        canvas.outlined((between, y - HALF), (end, y + HALF), ink);
        let text = format!("{process:.1} + {kernel:.1}");
        canvas.label_from(&text, (end + 8, y), INK);
    }
}

fn description(lines: &[Line], words: &Words) -> String {
    let lines = lines.iter().map(|line| {
        let cpu = line.cpu_us.map(|cpu_us| format!("{:.1}", cpu_us.median));
        let [process, kernel] = memory_kb(line);
        format!(
            "{}, {}: {} {}; {} {process:.1} + {kernel:.1}",
            line.transport,
            Peer::name_of(line.target),
            words.of(texts::CPU),
            cpu.as_deref().unwrap_or("–"),
            words.of(texts::MEMORY)
        )
    });
    lines.collect::<Vec<_>>().join("; ") + "."
}
