//! One feed of live updates, sent through every technique that the web has used for it.
//!
//! A transport is WHEN its response ends × HOW an update is written. In reading order:
//!
//! - [`data`]: what may an update carry?
//! - [`clock`]: what time is it?
//! - [`feed`]: what follows a client's place?
//! - [`source`], [`dial`]: where does the next update come from, and when is it due?
//! - [`cursor`]: at which place does a client go on?
//! - [`format`](mod@format): HOW is an update written?
//! - [`reply`]: WHEN does the response end?
//! - [`transport`]: the eight, each a few lines.
//! - [`publish`], [`origin`], [`frame_guard`]: what do clients send, and what is refused?
//! - [`files`]: what does it give from its folders?
//! - [`app`], [`settings`], [`socket`], [`room`], [`metrics`], [`problem`]: the server around them.
//! - [`link`], [`timer`]: distance, for the load generator and the page.
//! - [`lab`]: how does one see what passes?
//! - [`class`]: to which class does each byte on the wire belong?

pub mod app;
pub mod class;
pub mod clock;
pub mod cursor;
pub mod data;
pub mod dial;
pub mod feed;
pub mod files;
pub mod format;
pub mod frame_guard;
pub mod lab;
pub mod link;
pub mod metrics;
pub mod origin;
pub mod problem;
pub mod publish;
pub mod reply;
pub mod room;
pub mod settings;
pub mod socket;
pub mod source;
pub mod timer;
pub mod transport;

pub use self::{settings::Settings, transport::Transport};
