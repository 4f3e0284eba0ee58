//! Writes the answer, the chart and the tables of records into the READMEs, between markers.

use std::{fmt::Write, fs, path::Path};

use anyhow::Context;
use server::Transport;

use crate::{
    record::{Measurement, Record, units::duration},
    show::{
        answer, brokers, claims,
        columns::{self, ms},
        freshness::Freshness,
        kind::Kind,
        language::Language,
        number::trimmed,
        statistics::median,
        table::{of_claim, of_notes},
        words::{claims as texts, common, freshness as fresh},
    },
};

/// The texts of one README.
struct ReadmeWords {
    file: &'static str,
    language: Language,
    /// The alternative text of the moving picture.
    picture: &'static str,
    /// The alternative text of the chart of messages.
    chart: &'static str,
    /// The sentence above the table, from the record's link, the scenario's name and its conditions.
    measured: fn(&str, &str, &str) -> String,
    heading: &'static str,
    /// The sentence behind the answer, from the links of the records on which it is based.
    answer_of: fn(&[String; 3]) -> String,
    /// The sentence above the table of claims, from the link of its record.
    claims_of: fn(&str) -> String,
}

const WORDS: [ReadmeWords; 2] = [
    ReadmeWords {
        file: "README.md",
        language: Language::English,
        picture: "Requests cost time: ten updates per second at a round trip of 1,000 ms. With long polling, updates wait at the server for the next request; WebSocket sends each one at once",
        chart: "Long polling and WebSocket: a timeline of server and browser, drawn from captured traffic",
        measured: |link, name, conditions| {
            format!("Medians of the record {link}, scenario “{name}”: {conditions}.")
        },
        heading: "| transport | p50 ms | p99 ms | bytes per update | overhead | overhead at equal freshness | requests per update |",
        answer_of: |[record, wires, claims]| {
            format!(
                "Measured on one machine over loopback: latency in the record {record} (`just bench`), bytes in {wires} (`just bench wires`), claims in {claims} (`just bench full`)."
            )
        },
        claims_of: |link| format!("The column “this record” has the values of the record {link}."),
    },
    ReadmeWords {
        file: "README.ko.md",
        language: Language::Korean,
        picture: "요청에 드는 시간: 왕복 시간 1,000 ms에서 업데이트가 초당 10개 발행됩니다. 롱 폴링에서는 업데이트가 서버에서 다음 요청을 기다리고, 웹소켓은 바로 보냅니다",
        chart: "롱 폴링과 웹소켓: 캡처한 트래픽으로 그린 서버와 브라우저의 타임라인",
        measured: |link, name, conditions| {
            format!("기록 {link}의 중앙값, 시나리오 “{name}”: {conditions}.")
        },
        heading: "| 전송 방식 | p50 ms | p99 ms | 업데이트당 바이트 | 오버헤드 | 지연 시간이 같을 때 오버헤드 | 업데이트당 요청 수 |",
        answer_of: |[record, wires, claims]| {
            format!(
                "컴퓨터 한 대의 루프백에서 측정했습니다. 지연 시간은 기록 {record}(`just bench`), 바이트는 {wires}(`just bench wires`), 발표된 수치는 {claims}(`just bench full`)에 있습니다."
            )
        },
        claims_of: |link| format!("“이 기록” 열은 기록 {link}의 값입니다."),
    },
];

/// Writes the table of a record and the table of claims of another into the READMEs in `root`; with
/// a record of several wires, the answer too; with a record of brokers, their table too.
pub fn write(
    record: &Record,
    claims: &Record,
    wires: Option<&Record>,
    cluster: Option<&Record>,
    root: &Path,
) -> anyhow::Result<()> {
    for words in &WORDS {
        let path = root.join(words.file);
        let mut text =
            fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        let mut blocks = vec![
            ("record", block(record, words)),
            ("claims", published(claims, words)),
        ];
        if let Some(wires) = wires {
            let answer = answer_block(record, wires, claims, words);
            let answer = answer.context("the records lack the numbers of the answer")?;
            blocks.push(("answer", answer));
        }
        if let Some(cluster) = cluster {
            let table = brokers::markdown(cluster, &link(cluster), words.language.words());
            blocks.push(("brokers", table.context("the record compares no brokers")?));
        }
        for (name, block) in blocks {
            let written = replaced(&text, name, &block);
            text = written.with_context(|| format!("{} lacks the markers", path.display()))?;
        }
        fs::write(&path, text)?;
    }
    Ok(())
}

/// The text with `block` between the markers of this name; `None` if they are missing.
fn replaced(text: &str, name: &str, block: &str) -> Option<String> {
    let begin = format!("<!-- {name}: written by `just readme`, not by hand -->\n");
    let end = format!("<!-- end of {name} -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some([before, &begin, block, &end, after].concat())
}

/// The answer, the moving picture, and the records on which the answer is based.
fn answer_block(
    record: &Record,
    wires: &Record,
    claims: &Record,
    words: &ReadmeWords,
) -> Option<String> {
    let language = words.language;
    let [answer, details] = answer::paragraphs(record, wires, claims, language.words())?;
    let sources = (words.answer_of)(&[record, wires, claims].map(link));
    let path = format!("web/pictures/requests-cost-time{}.svg", language.infix());
    let picture = format!("![{}]({path})", words.picture);
    Some(format!("{answer}\n\n{picture}\n\n{details} {sources}\n"))
}

fn block(record: &Record, words: &ReadmeWords) -> String {
    let mut text = String::new();
    let Some(part) = record.suite.scenarios.first() else {
        return text;
    };
    let charts = words.language.words();
    let conditions = charts.of(common::conditions(&part.scenario));
    text += &(words.measured)(&link(record), &part.scenario.name, &conditions);
    if let Some(fan_out) = charts.few_updates(&part.scenario) {
        text += &format!(" {fan_out}");
    }
    text += &format!("\n\n{}\n|---|--:|--:|--:|--:|--:|--:|\n", words.heading);
    let freshness = Freshness::of(record, part);
    for transport in Transport::ALL {
        let rows = record.good(&part.scenario.name, transport);
        let _ = writeln!(text, "{}", line(transport, &rows, freshness.as_ref()));
    }
    let reference = freshness.and_then(|freshness| freshness.reference_ms());
    if let Some(age_ms) = reference {
        let _ = writeln!(text, "\n{}", charts.of(fresh::note(age_ms)));
    }
    let mut parts = record.suite.scenarios.iter();
    if let Some(captured) = parts.find(|part| part.scenario.capture) {
        let path = Kind::Comparison.path(&captured.scenario.name, words.language);
        let _ = writeln!(text, "\n![{}]({}/{path})", words.chart, folder(record));
    }
    text
}

fn folder(record: &Record) -> String {
    format!("results/{}", record.folder.name())
}

/// A link to the report of a record.
fn link(record: &Record) -> String {
    format!("[{}]({}/index.html)", record.folder.name(), folder(record))
}

/// The table of claims.
fn published(record: &Record, words: &ReadmeWords) -> String {
    let charts = words.language.words();
    let mut text = format!(
        "{}\n\n| {} |\n|---|--:|--:|--:|---|---|---|\n",
        (words.claims_of)(&link(record)),
        charts.of(texts::COLUMNS).join(" | ")
    );
    let claims = claims::of_record(record);
    for claim in &claims {
        let _ = writeln!(text, "| {} |", of_claim(claim, charts).join(" | "));
    }
    for note in of_notes(record, &claims, charts) {
        let _ = writeln!(text, "\n{note}");
    }
    text
}

/// The overhead at the mean age of long polling: for a transport that polls, at another interval; for
/// the others, their own.
fn at_equal_freshness(
    transport: Transport,
    own: Option<f64>,
    freshness: Option<&Freshness>,
) -> String {
    let Some(equal) = freshness.and_then(|freshness| freshness.equal(transport)) else {
        return own.map_or("-".into(), |own| trimmed(own, 1));
    };
    let bytes = fresh::bytes(&equal, 1);
    match fresh::interval(&equal) {
        Some(interval) => format!("{bytes} ({})", duration(interval)),
        None => bytes,
    }
}

fn line(transport: Transport, rows: &[&Measurement], freshness: Option<&Freshness>) -> String {
    let cell = |value: Option<f64>, digits: usize| {
        value.map_or("-".into(), |value| format!("{value:.digits$}"))
    };
    let bytes = |value: Option<f64>| value.map_or("-".into(), |value| trimmed(value, 1));
    let overhead = median(rows, |row| row.bytes_per_update.overhead());
    format!(
        "| {transport} | {} | {} | {} | {} | {} | {} |",
        cell(median(rows, |row| ms(row.latency_us.p50)), 1),
        cell(median(rows, columns::P99.of), 1),
        bytes(median(rows, |row| row.bytes_per_update.total)),
        bytes(overhead),
        at_equal_freshness(transport, overhead, freshness),
        cell(median(rows, |row| row.requests_per_update), 2),
    )
}
