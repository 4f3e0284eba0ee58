//! Serves the folders of the project, with a Content Security Policy for each document.

use std::{path::Path, sync::Arc};

use actix_files::Files;
use actix_web::{
    HttpRequest,
    body::MessageBody,
    dev::{HttpServiceFactory, Service as _, ServiceRequest, ServiceResponse, fn_service},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::DefaultHeaders,
    web,
};

use super::{
    open_file::{self, FileBody},
    origin::{Peer, Scheme, is_host, requested_authority, without_port},
    problem::Problem,
    range,
};

/// The index document of a folder.
const INDEX: &str = "index.html";

/// How long a browser behind a relay uses a file that is not a document without asking again. Eight
/// documents that load the same modules over one slow link need each module once. A module that a
/// developer changes is loaded again after this time.
const BEHIND_RELAY: &str = "max-age=10";

/// Computes the Content Security Policy (level 3) of a document.
type ContentPolicy = fn(&HttpRequest) -> HeaderValue;

/// The ports of this host whose documents a page may frame, and whose documents may frame it, in
/// addition to its own port.
#[derive(Clone, Debug, Default)]
pub struct FramePorts {
    /// Ports that the page may frame.
    pub frames: Vec<u16>,
    /// Ports that may frame the page.
    pub framed_by: Vec<u16>,
}

/// Decides which frames the requested page may use. Without a policy in the application's data,
/// pages frame only documents of their own port.
#[derive(Clone)]
pub struct FramePolicy(Arc<dyn Fn(&HttpRequest) -> FramePorts + Send + Sync>);

impl FramePolicy {
    /// A policy that calls `ports` for each request.
    pub fn new(ports: impl Fn(&HttpRequest) -> FramePorts + Send + Sync + 'static) -> Self {
        Self(Arc::new(ports))
    }
}

/// A folder whose documents are served with `policy`.
pub fn folder(
    path: &'static str,
    folder: &Path,
    policy: ContentPolicy,
) -> impl HttpServiceFactory + use<> {
    let headers = DefaultHeaders::new()
        .add((header::CACHE_CONTROL, "no-cache"))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let shown = folder.display().to_string();
    let absent = fn_service(move |request: ServiceRequest| {
        let detail = format!(
            "{}: not found in {shown} (--root sets the project folder)",
            request.path()
        );
        async move { Ok(request.error_response(Problem::new(StatusCode::NOT_FOUND, detail))) }
    });
    let root = folder.to_owned();
    let files = Files::new("/", folder)
        .index_file(INDEX)
        .path_filter(move |path, _| is_servable(&root, path))
        .default_handler(absent);
    web::scope(path)
        .wrap(headers)
        .wrap_fn(move |mut request, service| {
            range::keep_one(request.headers_mut());
            let policy = policy(request.request());
            let is_cached = is_behind_relay(request.request()) && !is_document(request.path());
            let response = match open_file::permit(request.request()) {
                Ok(permit) => Ok((service.call(request), permit)),
                Err(problem) => Err(request.error_response(problem)),
            };
            async move {
                let mut response = match response {
                    Ok((response, permit)) => response
                        .await?
                        .map_body(|_, body| FileBody::new(body, permit).boxed()),
                    Err(rejected) => rejected,
                };
                let status = response.status();
                let is_found = status.is_success() || status == StatusCode::NOT_MODIFIED;
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                if is_cached && is_found {
                    let cache = HeaderValue::from_static(BEHIND_RELAY);
                    headers.insert(header::CACHE_CONTROL, cache);
                }
                Ok(response)
            }
        })
        .service(files)
}

fn is_behind_relay(request: &HttpRequest) -> bool {
    Peer::of(request).is_some_and(|peer| peer.is_behind_relay())
}

fn is_document(path: &str) -> bool {
    path.ends_with('/') || path.ends_with(".html")
}

/// Whether it is a regular file, or a folder whose index is one, and no symbolic link leads out of
/// `root`. (Opening a FIFO would block the worker.) A path that does not exist is left to the 404
/// response.
fn is_servable(root: &Path, path: &Path) -> bool {
    let (Ok(root), Ok(found)) = (root.canonicalize(), root.join(path).canonicalize()) else {
        return true;
    };
    match found.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            found.starts_with(&root) && is_servable_file(&root, &found.join(INDEX))
        }
        _ => is_servable_file(&root, &found),
    }
}

fn is_servable_file(root: &Path, file: &Path) -> bool {
    file.canonicalize()
        .map_or(true, |file| file.starts_with(root) && file.is_file())
}

/// A folder of Rust files, served as plain text in UTF-8. Otherwise a browser would download them.
pub fn source(path: &'static str, of: &Path) -> impl HttpServiceFactory + use<> {
    web::scope(path)
        .wrap_fn(|request, service| {
            let response = service.call(request);
            async move { response.await.map(as_text) }
        })
        .service(folder("", of, page_policy))
}

fn as_text<B>(mut response: ServiceResponse<B>) -> ServiceResponse<B> {
    if response.status() == StatusCode::OK {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, text);
    }
    response
}

/// The policy of a report, which is one file that works offline: its style and images are inline.
pub fn record_policy(_: &HttpRequest) -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
         frame-ancestors 'self'",
    )
}

/// The policy of a page, which loads nothing from other hosts and frames only the documents allowed
/// by the [`FramePolicy`].
pub fn page_policy(request: &HttpRequest) -> HeaderValue {
    let (scheme, authority) = requested_authority(request);
    let ports = request.app_data::<FramePolicy>();
    let ports = ports.map_or_else(FramePorts::default, |policy| policy.0(request));
    let text = policy_of_page(scheme, &authority, &ports);
    text.try_into().expect("ASCII without line breaks")
}

fn policy_of_page(scheme: Scheme, authority: &str, ports: &FramePorts) -> String {
    let host = if is_host(authority) { authority } else { "" };
    let name = match without_port(host) {
        // A policy can't name an IPv6 address, but it can name a port of any host.
        ipv6 if ipv6.starts_with('[') => "*",
        name => name,
    };
    let at = |ports: &[u16]| -> String {
        let ports = ports.iter().filter(|_| !name.is_empty());
        let scheme = scheme.name();
        ports
            .map(|port| format!(" {scheme}://{name}:{port}"))
            .collect()
    };
    let socket = match name {
        "" => String::new(),
        name => {
            let port = &host[without_port(host).len()..];
            format!(" {}://{name}{port}", scheme.of_websocket())
        }
    };
    let (frames, framed_by) = (at(&ports.frames), at(&ports.framed_by));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{socket}; frame-src 'self'{frames}; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'self'{framed_by}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(host: &str) -> String {
        let ports = FramePorts {
            frames: vec![40_001, 40_002],
            framed_by: vec![8080],
        };
        policy_of_page(Scheme::Http, host, &ports)
    }

    fn has(policy: &str, directive: &str) -> bool {
        policy.split("; ").any(|part| part == directive)
    }

    #[test]
    fn at_an_ipv6_address_only_ports_are_named() {
        let policy = policy("[::1]:40002");
        let frames = "frame-src 'self' http://*:40001 http://*:40002";
        assert!(has(&policy, frames), "{policy}");
        assert!(has(&policy, "connect-src 'self' ws://*:40002"), "{policy}");
        assert!(has(&policy, "frame-ancestors 'self' http://*:8080"));
    }

    #[test]
    fn a_host_name_cannot_inject_into_the_policy() {
        for host in ["", "a; script-src *", "a b", "a,b"] {
            let policy = policy(host);
            assert!(has(&policy, "connect-src 'self'"), "{policy}");
            assert!(has(&policy, "frame-src 'self'"), "{policy}");
        }
    }
}
