//! A QR code with the URL of the page, for phones.

use actix_web::{HttpRequest, HttpResponse, http::header};
use qrcode::{Color, EcLevel, QrCode};

use super::Lab;
use crate::http::{
    origin::{is_host, requested_authority},
    problem::Problem,
};

/// The light modules around the code (ISO/IEC 18004 requires four).
const QUIET: usize = 4;

/// `GET /join.svg`: the QR code of the page's URL.
pub async fn svg(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let url = url(&request, Lab::of(&request)?);
    let svg = drawn(&url)
        .ok_or_else(|| Problem::bad_request("the Host field is too long: use a shorter name"))?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .body(svg))
}

/// The URL for phones: the address at which other machines reach this server if it is known,
/// otherwise the host of the request.
pub fn url(request: &HttpRequest, lab: &Lab) -> String {
    if let Some(address) = lab.reached_at {
        return format!("{}://{address}/join.html", lab.scheme.name());
    }
    let (scheme, authority) = requested_authority(request);
    match is_host(&authority) {
        true => format!("{}://{authority}/join.html", scheme.name()),
        false => {
            let (scheme, port) = (lab.scheme.name(), lab.ports.page);
            format!("{scheme}://localhost:{port}/join.html")
        }
    }
}

/// Black on white, independent of the page; `None` if the text is too long for a QR code.
fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in (QUIET..).zip(colors.chunks(width)) {
        let mut x = QUIET;
        for run in row.chunk_by(|a, b| a == b) {
            let length = run.len();
            if run[0] == Color::Dark {
                path += &format!("M{x} {y}h{length}v1h-{length}z");
            }
            x += length;
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\">\n<title>{text}</title>\n\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\n<path d=\"{path}\"/>\n</svg>\n"
    ))
}
