//! The frame of all pages.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const ICON: &str = include_str!("../../../../web/icon.svg");
const STYLE: &str = include_str!("style.css");
/// Marks a page as our gallery. Any other file of that name is not overwritten.
pub const GALLERY: &str = "loadgen gallery";

/// The page's icon, in the page, because a page that is opened as a file has no server.
fn icon() -> String {
    let escaped = ICON.trim().chars().map(|letter| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '=' | '/' | ' ' => letter.to_string(),
        letter => format!("%{:02X}", u32::from(letter)),
    });
    format!("data:image/svg+xml,{}", escaped.collect::<String>())
}

/// A whole page.
pub fn document(title: &str, generator: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(generator);
                link rel="icon" href=(icon());
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}
