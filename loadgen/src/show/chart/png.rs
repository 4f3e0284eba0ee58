//! Charts as PNG for slides, rendered from their SVG with a font of this machine.

use std::{fs, sync::Arc};

use anyhow::{Context, anyhow};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{
        FontResolver, Options, Tree,
        fontdb::{Database, Family, ID, Query, Source, Weight},
    },
};
use skrifa::{FontRef, MetadataProvider};

use super::canvas;
use crate::show::language::Language;

/// Pixels of a slide that fills a projector.
pub const WIDTH: u32 = 1920;
/// See [`WIDTH`].
pub const HEIGHT: u32 = 1080;

/// The Debian package of fonts with the letters of all our languages.
const PACKAGE: &str = "fonts-nanum";

/// Fonts for drawing; none by default.
#[derive(Clone, Debug, Default)]
pub struct Fonts(Arc<Database>);

impl Fonts {
    /// The installed fonts that our charts use.
    pub fn installed() -> Self {
        let mut installed = Database::new();
        installed.load_system_fonts();
        let families = Language::ALL.map(|language| family(&installed, language));
        let mut fonts = Database::new();
        for face in installed.faces() {
            let mut names = face.families.iter().map(|(name, _)| Some(name));
            let is_taken = names.any(|name| families.iter().any(|family| family.as_ref() == name));
            // In memory: a font in a file is mapped into memory again for each letter.
            if is_taken
                && let Source::File(path) = &face.source
                && let Ok(data) = fs::read(path)
            {
                fonts.load_font_data(data);
            }
        }
        Self(Arc::new(fonts))
    }

    /// A chart as a PNG.
    ///
    /// # Errors
    /// See [`tree`](Self::tree).
    pub fn png(&self, svg: &str, language: Language) -> anyhow::Result<Vec<u8>> {
        let tree = self.tree(svg, language)?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).context("a PNG has no pixels")?;
        let scale = WIDTH as f32 / canvas::WIDTH as f32;
        let scale = Transform::from_scale(scale, scale);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        pixels.encode_png().context("a PNG can't be packed")
    }

    /// A chart with its texts in a font.
    ///
    /// # Errors
    /// No font has the letters of the language.
    pub fn tree(&self, svg: &str, language: Language) -> anyhow::Result<Tree> {
        let family = family(&self.0, language).ok_or_else(|| {
            anyhow!(
                "no PNG in {language:?} is drawn, as no font here has its letters: install the \
                 Debian package {PACKAGE}, and draw the charts again"
            )
        })?;
        let options = Options {
            fontdb: Arc::clone(&self.0),
            // Replaces the document's font families, which are for other viewers.
            font_resolver: FontResolver {
                select_font: Box::new(|font, fonts| face(fonts, &family, Weight(font.weight()))),
                ..FontResolver::default()
            },
            ..Options::default()
        };
        Tree::from_str(svg, &options).context("a chart is no SVG for resvg")
    }
}

/// The first installed family with the letters of the language: preferred families first, then the
/// others in alphabetical order, so that the choice is always the same on a machine.
fn family(fonts: &Database, language: Language) -> Option<String> {
    let (letter, preferred) = match language {
        Language::English => ('a', ["DejaVu Sans", "Liberation Sans", "NanumGothic"]),
        Language::Korean => ('가', ["NanumGothic", "Noto Sans CJK KR", "Noto Sans KR"]),
    };
    let glyph = |family: &str| {
        let face = face(fonts, family, Weight::NORMAL)?;
        let charmap =
            |data: &[u8], index| FontRef::from_index(data, index).ok()?.charmap().map(letter);
        fonts.with_face_data(face, charmap)?
    };
    let names = fonts.faces().flat_map(|face| &face.families);
    let mut others: Vec<_> = names.map(|(name, _)| name.as_str()).collect();
    others.sort_unstable();
    let mut families = preferred.into_iter().chain(others);
    families
        .find(|family| glyph(family).is_some())
        .map(String::from)
}

fn face(fonts: &Database, family: &str, weight: Weight) -> Option<ID> {
    fonts.query(&Query {
        families: &[Family::Name(family)],
        weight,
        ..Query::default()
    })
}
