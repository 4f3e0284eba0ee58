//! Texts of the charts for the talk's slides.

/// A value that the audience has to guess.
pub const HIDDEN: &str = "?";

/// How many times as large the first of two values is.
pub fn ratio(number: &str) -> [String; 2] {
    [format!("{number} ×"), format!("{number}배")]
}

/// The headings of both pairs of bars about the article's figures.
pub const FIGURES: [[&str; 2]; 2] = [
    [
        "Headers only, as published in 2009",
        "헤더만, 2009년에 발표된 값",
    ],
    [
        "With TCP/IP and payload (partly computed)",
        "TCP/IP와 페이로드 포함(일부 계산)",
    ],
];

pub const WHEN_NOT: [&str; 2] = [
    "Overhead per update, with TCP/IP",
    "업데이트당 오버헤드(TCP/IP 포함)",
];

/// The mean latency of an update.
pub fn late(seconds: f64) -> [String; 2] {
    [
        format!("{seconds:.1} s late"),
        format!("{seconds:.1}초 늦음"),
    ]
}

/// The headings of both pairs about what came after.
pub const CAME_AFTER: [[&str; 2]; 2] = [
    [
        "Overhead per update over HTTP/1.1",
        "업데이트당 오버헤드, HTTP/1.1",
    ],
    [
        "Over TLS, with HTTP/2 for long polling",
        "TLS 사용, 롱 폴링은 HTTP/2",
    ],
];
