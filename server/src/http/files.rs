//! What does the server give from its folders, and what may those pages load?

use std::path::Path;

use actix_files::Files;
use actix_web::{
    HttpRequest,
    dev::{HttpServiceFactory, Service as _, ServiceRequest, ServiceResponse, fn_service},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::DefaultHeaders,
    web::{self, Data},
};

use crate::{
    http::{
        origin::{is_host, without_port},
        problem::Problem,
    },
    lab::{Came, Open, Ports},
};

/// Says what a document may load (Content Security Policy, level 3).
type Policy = fn(&HttpRequest) -> HeaderValue;

/// A folder whose documents are told their `policy`.
pub fn folder(
    path: &'static str,
    folder: &Path,
    policy: Policy,
) -> impl HttpServiceFactory + use<> {
    let headers = DefaultHeaders::new()
        .add((header::CACHE_CONTROL, "no-cache"))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let shown = folder.display().to_string();
    let absent = fn_service(move |request: ServiceRequest| {
        let detail = format!(
            "{}: nothing here (looked in {shown}; --root tells where)",
            request.path()
        );
        async move { Ok(request.error_response(Problem::new(StatusCode::NOT_FOUND, detail))) }
    });
    let files = Files::new("/", folder)
        .index_file("index.html")
        .default_handler(absent);
    web::scope(path)
        .wrap(headers)
        .wrap_fn(move |request, service| {
            let policy = policy(request.request());
            let response = service.call(request);
            async move {
                let mut response = response.await?;
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                Ok(response)
            }
        })
        .service(files)
}

/// A folder of Rust: a browser shows plain text, and would take Rust for something to be saved, in
/// a legacy encoding.
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

/// A report is one file that opens offline: its style and pictures are in it.
pub fn record_policy(_: &HttpRequest) -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
         frame-ancestors 'self'",
    )
}

/// A page loads nothing from elsewhere. With the lab, it frames panels that are documents of other
/// ports, and they let it.
pub fn page_policy(request: &HttpRequest) -> HeaderValue {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let ports = request.app_data::<Data<Open>>().map(|lab| &lab.ports);
    let over_panel = request.conn_data::<Came>().is_some_and(Came::over_panel);
    let text = policy_of_page(host, ports, over_panel);
    text.try_into().expect("ASCII without line ends")
}

fn policy_of_page(host: Option<&str>, ports: Option<&Ports>, over_panel: bool) -> String {
    let host = host.filter(|host| is_host(host)).unwrap_or_default();
    let name = match without_port(host) {
        // A policy can't name an address of IPv6, but a port of whatever host.
        ipv6 if ipv6.starts_with('[') => "*",
        name => name,
    };
    let at = |ports: &[u16]| -> String {
        let ports = ports.iter().filter(|_| !name.is_empty());
        ports.map(|port| format!(" http://{name}:{port}")).collect()
    };
    let socket = match name {
        "" => String::new(),
        name => format!(" ws://{name}{}", &host[without_port(host).len()..]),
    };
    let (frames, framed_by) = match ports {
        Some(ports) if over_panel => (String::new(), at(&[ports.page])),
        Some(ports) => (at(&ports.panels), String::new()),
        None => Default::default(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{socket}; frame-src 'self'{frames}; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'self'{framed_by}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports() -> Ports {
        Ports {
            page: 8080,
            panels: vec![40_001, 40_002],
        }
    }

    fn has(policy: &str, directive: &str) -> bool {
        policy.split("; ").any(|part| part == directive)
    }

    #[test]
    fn the_page_frames_the_panels_and_a_panel_is_framed_by_the_page() {
        let page = policy_of_page(Some("lab.test:8080"), Some(&ports()), false);
        assert!(page.starts_with("default-src 'none'; "), "{page}");
        let frames = "frame-src 'self' http://lab.test:40001 http://lab.test:40002";
        assert!(has(&page, frames), "{page}");
        assert!(has(&page, "connect-src 'self' ws://lab.test:8080"));
        assert!(has(&page, "frame-ancestors 'self'"), "{page}");
        let panel = policy_of_page(Some("lab.test:40002"), Some(&ports()), true);
        assert!(has(&panel, "frame-ancestors 'self' http://lab.test:8080"));
        assert!(has(&panel, "frame-src 'self'"), "{panel}");
    }

    #[test]
    fn at_an_address_of_ipv6_the_ports_alone_are_named() {
        let page = policy_of_page(Some("[::1]:8080"), Some(&ports()), false);
        assert!(has(&page, "frame-src 'self' http://*:40001 http://*:40002"));
        assert!(has(&page, "connect-src 'self' ws://*:8080"), "{page}");
        let panel = policy_of_page(Some("[::1]:40002"), Some(&ports()), true);
        assert!(has(&panel, "frame-ancestors 'self' http://*:8080"));
    }

    #[test]
    fn a_name_of_the_host_can_not_write_the_policy() {
        for host in [
            None,
            Some(""),
            Some("a; script-src *"),
            Some("a b"),
            Some("a,b"),
        ] {
            let policy = policy_of_page(host, Some(&ports()), false);
            assert!(has(&policy, "connect-src 'self'"), "{policy}");
            assert!(has(&policy, "frame-src 'self'"), "{policy}");
        }
    }
}
