//! The languages of the charts.

/// A language in which every chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The language of the report.
    English,
    /// The language of the lesson.
    Korean,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// Its language tag (BCP 47).
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The infix between a file's name and its extension.
    pub const fn infix(self) -> &'static str {
        match self {
            Self::English => "",
            Self::Korean => ".ko",
        }
    }
}
