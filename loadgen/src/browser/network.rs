//! The headers that the browser reports in the Network domain of its DevTools protocol.
//!
//! For a response it reports the text. For a request it reports names and values, from which the bytes
//! are computed: request line, `name: value` and a line end each, an empty line. (For a handshake it
//! also reports a text, but with the whole URL, which differs from the sent bytes.)

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::Chromium;
use crate::record::Exchange;

/// Time between two readings of the browser's log.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// The longest time from a request to its report.
const LONGEST_REPORT: Duration = Duration::from_secs(5);

/// A request as the browser reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Path and query.
    pub target: String,
    /// Bytes of the request header, computed from its lines.
    pub request_bytes: Option<usize>,
    /// Bytes of the response header.
    pub response_bytes: Option<usize>,
}

/// The browser's reports of its requests to `authority`. Its log is delayed.
pub async fn reports(
    chromium: &Chromium,
    authority: &str,
    exchanges: &[Exchange],
) -> anyhow::Result<Vec<Reported>> {
    let deadline = Instant::now() + LONGEST_REPORT;
    let answered = exchanges.iter().filter(|exchange| exchange.is_answered());
    let expected = answered.clone().count();
    let targets: HashSet<_> = answered.map(Exchange::target).collect();
    let mut messages = Vec::new();
    loop {
        messages.extend(chromium.messages().await?);
        let reports = reported(&messages, authority);
        let is_whole = |report: &&Reported| {
            let headers = report.request_bytes.and(report.response_bytes);
            headers.is_some() && targets.contains(&report.target)
        };
        if reports.iter().filter(is_whole).count() >= expected || Instant::now() > deadline {
            return Ok(reports);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// The reports of requests to `authority`, in the order of their first messages.
fn reported(messages: &[Value], authority: &str) -> Vec<Reported> {
    let mut order = Vec::new();
    let mut requests: HashMap<&str, Request> = HashMap::new();
    for message in messages {
        let (method, params) = (&message["method"], &message["params"]);
        let (Some(method), Some(id)) = (method.as_str(), params["requestId"].as_str()) else {
            continue;
        };
        let request = requests.entry(id).or_insert_with(|| {
            order.push(id);
            Request::default()
        });
        request.take(method, params);
    }
    let known = order.into_iter().filter_map(|id| requests.get(id));
    known.filter_map(|request| request.of(authority)).collect()
}

/// The data of one request from several messages, in any order.
#[derive(Default)]
struct Request<'a> {
    url: Option<&'a str>,
    /// A handshake has no method in its messages, because it is always this one.
    method: Option<&'a str>,
    headers: Option<&'a Value>,
    response_text: Option<&'a str>,
}

impl<'a> Request<'a> {
    fn take(&mut self, method: &str, params: &'a Value) {
        match method {
            "Network.requestWillBeSent" => {
                self.url = params["request"]["url"].as_str();
                self.method = params["request"]["method"].as_str();
            }
            "Network.requestWillBeSentExtraInfo" => self.headers = Some(&params["headers"]),
            "Network.responseReceivedExtraInfo" => {
                self.response_text = params["headersText"].as_str();
            }
            "Network.webSocketCreated" => self.url = params["url"].as_str(),
            "Network.webSocketWillSendHandshakeRequest" => {
                self.headers = Some(&params["request"]["headers"]);
            }
            "Network.webSocketHandshakeResponseReceived" => {
                self.response_text = params["response"]["headersText"].as_str();
            }
            _ => {}
        }
    }

    fn of(&self, authority: &str) -> Option<Reported> {
        let (_, rest) = self.url?.split_once("://")?;
        let target = rest.strip_prefix(authority)?.split('#').next()?;
        Some(Reported {
            target: target.into(),
            request_bytes: self.request_bytes(target),
            response_bytes: self.response_text.map(str::len),
        })
    }

    fn request_bytes(&self, target: &str) -> Option<usize> {
        let headers = self.headers?.as_object()?;
        let method = self.method.unwrap_or("GET");
        let line = format!("{method} {target} HTTP/1.1\r\n").len();
        let header = |(name, value): (&String, &Value)| {
            let value = value.as_str().unwrap_or_default();
            name.len() + ": ".len() + value.len() + "\r\n".len()
        };
        let headers: usize = headers.iter().map(header).sum();
        Some(line + headers + "\r\n".len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(method: &str, params: Value) -> Value {
        json!({ "method": format!("Network.{method}"), "params": params })
    }

    #[test]
    fn a_request_is_assembled_from_messages_in_any_order() {
        let messages = [
            message(
                "requestWillBeSentExtraInfo",
                json!({ "requestId": "7", "headers": { "Host": "h:1", "Accept": "*/*" } }),
            ),
            message(
                "requestWillBeSent",
                json!({ "requestId": "7",
                        "request": { "url": "http://h:1/polling?after=3#x", "method": "GET" } }),
            ),
            message(
                "requestWillBeSent",
                json!({ "requestId": "8",
                        "request": { "url": "http://elsewhere/polling", "method": "GET" } }),
            ),
            message(
                "responseReceivedExtraInfo",
                json!({ "requestId": "7", "headersText": "HTTP/1.1 200 OK\r\n\r\n" }),
            ),
            json!({ "method": "Page.frameNavigated", "params": {} }),
        ];
        let wire = "GET /polling?after=3 HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\n\r\n";
        let expected = Reported {
            target: "/polling?after=3".into(),
            request_bytes: Some(wire.len()),
            response_bytes: Some(19),
        };
        assert_eq!(reported(&messages, "h:1"), [expected]);
    }
}
