//! Can a chart be read? What every chart must keep, whatever was measured.

use loadgen::show::{
    chart::{Chart, canvas},
    language::Language,
};

/// A text of a chart and the room that it takes.
#[derive(Debug)]
struct Text {
    text: String,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

fn texts(svg: &str) -> Vec<Text> {
    let mut texts = Vec::new();
    for element in svg.split("<text ").skip(1) {
        let (attributes, rest) = element.split_once(">\n").unwrap();
        let of = |name: &str| {
            let (_, value) = attributes.split_once(&format!("{name}=\"")).unwrap();
            value.split('"').next().unwrap()
        };
        let number = |name: &str| of(name).parse::<f64>().unwrap().round() as i32;
        let text = unescaped(rest.split("\n</text>").next().unwrap());
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        // Bold letters are up to a tenth wider.
        let bold = attributes.contains("font-weight=\"bold\"");
        let wide = canvas::width(&text, size) * if bold { 11 } else { 10 } / 10;
        let left = match of("text-anchor") {
            "start" => x,
            "middle" => x - wide / 2,
            _ => x - wide,
        };
        texts.push(Text {
            text,
            left,
            right: left + wide,
            top: y - size / 2,
            bottom: y + size / 2,
        });
    }
    assert!(!texts.is_empty());
    texts
}

fn unescaped(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let signs = signs.into_iter();
    signs.fold(text.into(), |text: String, (from, to)| {
        text.replace(from, to)
    })
}

/// Each chart is there in English and in Korean.
fn in_each_language(charts: &[Chart]) {
    for pair in charts.chunks(2) {
        let [english, korean] = pair else {
            panic!("{} is alone", pair[0].path());
        };
        assert_eq!(
            (english.kind, &english.scenario),
            (korean.kind, &korean.scenario)
        );
        assert_eq!(korean.path(), english.path().replace(".svg", ".ko.svg"));
        for (chart, code) in [(english, "en"), (korean, "ko")] {
            assert!(chart.svg.contains(&format!(" lang=\"{code}\"")));
        }
    }
}

/// A chart speaks one language, but for the names of transports and the messages of failed runs.
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
                assert!(hangul(&texts(drawn)[0].text), "{path}");
                let spoken = drawn.split('<').filter_map(|tag| tag.split_once('>'));
                for word in spoken.flat_map(|(_, text)| text.split_whitespace()) {
                    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
                    assert!(
                        !ENGLISH.contains(&word.to_lowercase().as_str()),
                        "{path}: {word}"
                    );
                }
            }
        }
    }
}

/// No text lies on another or leaves the picture, in whatever font.
fn in_its_place(charts: &[Chart]) {
    for chart in charts {
        let (path, texts) = (chart.path(), texts(&chart.svg));
        for (nth, one) in texts.iter().enumerate() {
            assert!(
                one.left >= 0 && one.right <= canvas::WIDTH,
                "{path}: {one:?}"
            );
            assert!(
                one.top >= 0 && one.bottom <= canvas::HEIGHT,
                "{path}: {one:?}"
            );
            for other in &texts[..nth] {
                let beside = one.left >= other.right || other.left >= one.right;
                let apart = one.top >= other.bottom || other.top >= one.bottom;
                assert!(beside || apart, "{path}: {one:?} lies on {other:?}");
            }
        }
    }
}

/// No text lost its end for want of room, but for the messages of failed runs.
pub fn whole(charts: &[Chart]) {
    for chart in charts {
        for Text { text, .. } in texts(&chart.svg) {
            let failed = text.contains("no measurement") || text.contains("측정값 없음");
            assert!(failed || !text.ends_with('…'), "{}: {text}", chart.path());
        }
    }
}

/// All of it, for all charts of a record.
pub fn check(charts: &[Chart]) {
    assert!(!charts.is_empty());
    in_each_language(charts);
    in_one_language(charts);
    in_its_place(charts);
}
