//! x
use loadgen::*;
#[tokio::main]
async fn main() {
    let t: server::Transport = std::env::args().nth(1).unwrap().parse().unwrap();
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let ms: u64 = std::env::args().nth(3).unwrap().parse().unwrap();
    let s = scenario::Scenario {
        name: "x".into(),
        clients: n,
        rate_per_s: Some(10.0),
        payload_bytes: Some(100),
        rtt: std::time::Duration::from_millis(ms),
        duration: std::time::Duration::from_secs(5),
        warm_up: std::time::Duration::from_secs(1),
        interval: std::time::Duration::from_secs(1),
        capture: false,
    };
    let o = run::run(t, &s, None, &|_| ()).await.unwrap();
    println!("{}", serde_json::to_string(&o.measurement).unwrap());
}
