//! Does every chart exist in every language, legible, and as a PNG if it is for slides?

use std::fs;

use loadgen::{
    record::{Record, folder::ROWS},
    show::{
        chart::{
            self,
            png::{self, Fonts},
        },
        language::Language,
    },
};
use resvg::tiny_skia::Pixmap;
use server::Transport;

use crate::{by_hand, chart_content::kept, legible, running};

/// A record of the full suite without rows, in a writable folder.
fn empty() -> (tempfile::TempDir, Record) {
    by_hand::opened(include_str!("../../scenarios/full.toml"), &[])
}

#[test]
fn charts_are_legible_in_each_language() {
    legible::whole(&chart::all(&kept()));
    let (_folder, empty) = empty();
    legible::check(&chart::all(&empty));
}

#[test]
fn comparisons_of_any_number_of_transports_are_legible() {
    for number in 2..=Transport::ALL.len() {
        let transports = &Transport::ALL[Transport::ALL.len() - number..];
        legible::check(&chart::beside_each_other(&kept(), transports).unwrap());
    }
}

#[test]
fn charts_for_slides_are_pngs_of_a_slides_size() {
    let (fonts, charts) = (Fonts::installed(), chart::all(&kept()));
    let for_slides = charts.iter().filter(|chart| chart.png_path().is_some());
    assert!(for_slides.clone().count() >= Language::ALL.len());
    for chart in for_slides {
        let png = match fonts.png(&chart.svg, chart.language) {
            Ok(png) => png,
            Err(reason) => return running::skipped(&reason.to_string()),
        };
        assert!(png == fonts.png(&chart.svg, chart.language).unwrap());
        let pixels = Pixmap::decode_png(&png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (png::WIDTH, png::HEIGHT));
        // The letters of the title; without them all pixels would be white.
        let title = pixels.pixels().chunks(png::WIDTH as usize).take(90);
        let dark = title.flatten().filter(|pixel| pixel.red() < 128).count();
        assert!(dark > 1000, "{}: {dark} pixels of the title", chart.path());
    }
}

#[test]
fn without_a_font_only_the_pngs_are_missing() {
    let (_folder, record) = empty();
    // A failed row, because a record without rows is not drawn.
    let mut row = by_hand::row("steady", "sse", 1);
    row["duration_s"] = 3.0.into();
    row["error"] = "it failed".into();
    fs::write(record.folder.path().join(ROWS), row.to_string() + "\n").unwrap();
    let record = Record::read(record.folder.path()).unwrap();
    let drawn = chart::draw(&record, &Fonts::default()).unwrap();
    assert_eq!(drawn.paths.len(), chart::all(&record).len());
    assert!(drawn.paths.iter().all(|path| path.is_file()));
    assert_eq!(drawn.refused.len(), Language::ALL.len());
    for reason in &drawn.refused {
        assert!(reason.contains("fonts-nanum"), "{reason}");
    }
}
