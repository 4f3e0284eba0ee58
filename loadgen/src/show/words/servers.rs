//! Texts of the chart of several servers.

pub const TITLE: [&str; 2] = [
    "Cost of an update and of a client, by server",
    "서버별 업데이트 비용과 클라이언트 비용",
];
pub const CPU: [&str; 2] = [
    "CPU time per delivered update, µs",
    "전달된 업데이트당 CPU 시간(µs)",
];
pub const MEMORY: [&str; 2] = ["memory per client, kB", "클라이언트당 메모리(kB)"];
pub const PROCESS: [&str; 2] = ["server process", "서버 프로세스"];
pub const KERNEL: [&str; 2] = ["kernel", "커널"];

/// Explains the bars, from the number of repeats.
pub fn explained(repeats: usize) -> [String; 2] {
    [
        format!(
            "Bars: medians of {repeats} interleaved repeats, each server with one thread. Lines: \
             95 % confidence interval of the mean."
        ),
        format!(
            "막대: 서버마다 스레드 하나로 번갈아 {repeats}회 측정한 중앙값. 선: 평균의 95% 신뢰 구간."
        ),
    ]
}
