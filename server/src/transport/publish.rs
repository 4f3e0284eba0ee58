//! `POST /updates`: how does a client of a one-way transport speak?

use actix_web::{
    HttpRequest, HttpResponse,
    error::PayloadError,
    http::{StatusCode, header},
    web,
};
use futures_util::StreamExt;
use serde_json::json;

use crate::{
    feed::{
        Feed,
        data::{Data, DataError, LONGEST_PUBLISHED},
    },
    http::{origin::require_same_origin, problem::Problem},
    lab::audience::Speaker,
};

/// Publishes the body, one JSON value, or any text where the content type is `text/plain`.
/// Answers 201 with the `seq` of the update.
pub async fn post(
    request: HttpRequest,
    body: web::Payload,
    feed: web::Data<Feed>,
) -> Result<HttpResponse, Problem> {
    require_same_origin(&request)?;
    Speaker::of(&request).require_leave()?;
    let body = read(body).await?;
    let text = std::str::from_utf8(&body).map_err(DataError::from)?;
    let plain = actix_web::HttpMessage::content_type(&request).eq_ignore_ascii_case("text/plain");
    let data = if plain {
        Data::json_or_text(text)
    } else {
        Data::json(text)?
    };
    let seq = feed.accept(&data);
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "seq": seq })))
}

/// The whole body, up to the longest that can be published.
pub(crate) async fn read(mut body: web::Payload) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = body.next().await {
        let part = part.map_err(|error: PayloadError| Problem::bad_request(error.to_string()))?;
        if bytes.len() + part.len() > LONGEST_PUBLISHED {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the data is longer than {LONGEST_PUBLISHED} bytes"),
            ));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

impl From<DataError> for Problem {
    fn from(error: DataError) -> Self {
        let hint = match error {
            DataError::NotJson(_) => " (send text with Content-Type: text/plain)",
            _ => "",
        };
        Self::bad_request(format!("{error}{hint}"))
    }
}
