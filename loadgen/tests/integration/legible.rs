//! Legibility checks that every chart must pass, for any values.

use std::sync::LazyLock;

use loadgen::show::{
    chart::{Chart, canvas, png::Fonts},
    language::Language,
};
use resvg::{
    tiny_skia::Rect,
    usvg::{Group, Node},
};

use crate::running;

static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::installed);

/// A text of a chart and the box around its letters, in the font that a PNG is drawn with.
#[derive(Debug)]
struct Text {
    text: String,
    letters: Rect,
}

/// The texts of a chart; none, with a skipped test, if no font has its letters.
fn texts(chart: &Chart) -> Vec<Text> {
    let mut texts = Vec::new();
    match FONTS.tree(&chart.svg, chart.language) {
        Ok(tree) => collect(tree.root(), &mut texts),
        Err(reason) => running::skipped(&format!("{reason:#}")),
    }
    texts
}

fn collect(group: &Group, texts: &mut Vec<Text>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, texts),
            Node::Text(text) => texts.push(Text {
                text: text.chunks().iter().map(|chunk| chunk.text()).collect(),
                letters: text.flattened().abs_bounding_box(),
            }),
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

/// Each chart exists in English and in Korean.
fn in_each_language(charts: &[Chart]) {
    for pair in charts.chunks(2) {
        let [english, korean] = pair else {
            panic!("{} is alone", pair[0].path());
        };
        // The path has the kind and the scenario.
        assert_eq!(korean.path(), english.path().replace(".svg", ".ko.svg"));
        for (chart, code) in [(english, "en"), (korean, "ko")] {
            assert!(chart.svg.contains(&format!(" lang=\"{code}\"")));
        }
    }
}

/// A chart is in one language, except names of transports and error messages.
fn in_one_language(charts: &[Chart]) {
    const ENGLISH: [&str; 14] = [
        "the", "of", "and", "in", "with", "it", "was", "no", "update", "updates", "latency",
        "bytes", "measured", "request",
    ];
    let hangul = |text: &str| text.contains(|letter| ('가'..='힣').contains(&letter));
    for chart in charts {
        let (path, (_, drawn)) = (chart.path(), chart.svg.split_once("<title").unwrap());
        match chart.language {
            Language::English => assert!(!hangul(drawn), "{path}"),
            Language::Korean => {
                let headline = drawn.split("<text ").nth(1);
                assert!(headline.is_some_and(hangul), "{path}");
                let spoken = drawn.split('<').filter_map(|tag| tag.split_once('>'));
                for word in spoken.flat_map(|(_, text)| text.split_whitespace()) {
                    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
                    let word = word.to_lowercase();
                    assert!(!ENGLISH.contains(&word.as_str()), "{path}: {word}");
                }
            }
        }
    }
}

/// No text overlaps another or leaves the chart.
fn in_its_place(charts: &[Chart]) {
    let (width, height) = (canvas::WIDTH as f32, canvas::HEIGHT as f32);
    let area = Rect::from_xywh(0.0, 0.0, width, height).unwrap();
    for chart in charts {
        let (path, texts) = (chart.path(), texts(chart));
        for (nth, one) in texts.iter().enumerate() {
            let inside = area.intersect(&one.letters);
            assert_eq!(inside, Some(one.letters), "{path}: {one:?}");
            for other in &texts[..nth] {
                let overlap = one.letters.intersect(&other.letters);
                assert_eq!(overlap, None, "{path}: {one:?} lies on {other:?}");
            }
        }
    }
}

/// No text was shortened for lack of room, except error messages.
pub fn whole(charts: &[Chart]) {
    for chart in charts {
        for Text { text, .. } in texts(chart) {
            let failed = text.contains("no measurement") || text.contains("측정값 없음");
            assert!(failed || !text.ends_with('…'), "{}: {text}", chart.path());
        }
    }
}

/// All checks, for all charts of a record.
pub fn check(charts: &[Chart]) {
    assert!(!charts.is_empty());
    in_each_language(charts);
    in_one_language(charts);
    in_its_place(charts);
}
