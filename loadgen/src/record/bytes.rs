//! How are the bytes of a ledger told: by class, by direction, for each update?

use serde::{Deserialize, Serialize};

use crate::record::{
    Class,
    Direction::{self, Down, Up},
};

/// A thing of each direction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByDirection<T> {
    /// From the clients to the server.
    pub up: T,
    /// From the server to the clients.
    pub down: T,
}

impl<T> ByDirection<T> {
    /// The same of both.
    pub fn of(each: impl Fn(&[Direction]) -> T) -> Self {
        Self {
            up: each(&[Up]),
            down: each(&[Down]),
        }
    }
}

/// Bytes by class of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "see Class")]
pub struct Bytes<N> {
    pub payload: Option<N>,
    pub format: Option<N>,
    pub request_head: Option<N>,
    pub response_head: Option<N>,
    pub chunk: Option<N>,
    pub websocket_frame: Option<N>,
    pub idle: Option<N>,
    pub setup: Option<N>,
    pub tls: Option<N>,
    pub tcp_ip: Option<N>,
}

/// Bytes by class for each delivery inside the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BytesPerUpdate {
    /// By class.
    #[serde(flatten)]
    pub classes: Bytes<f64>,
    /// All that is known of the classes but `setup`, which is paid once and not per update.
    pub total: Option<f64>,
}

impl<N> Bytes<N> {
    /// The same for each class.
    pub fn of(class: impl Fn(Class) -> Option<N>) -> Self {
        Self {
            payload: class(Class::Payload),
            format: class(Class::Format),
            request_head: class(Class::RequestHead),
            response_head: class(Class::ResponseHead),
            chunk: class(Class::Chunk),
            websocket_frame: class(Class::WebsocketFrame),
            idle: class(Class::Idle),
            setup: class(Class::Setup),
            tls: class(Class::Tls),
            tcp_ip: class(Class::TcpIp),
        }
    }

    /// The bytes of a class.
    pub fn class(&self, class: Class) -> Option<&N> {
        match class {
            Class::Payload => self.payload.as_ref(),
            Class::Format => self.format.as_ref(),
            Class::RequestHead => self.request_head.as_ref(),
            Class::ResponseHead => self.response_head.as_ref(),
            Class::Chunk => self.chunk.as_ref(),
            Class::WebsocketFrame => self.websocket_frame.as_ref(),
            Class::Idle => self.idle.as_ref(),
            Class::Setup => self.setup.as_ref(),
            Class::Tls => self.tls.as_ref(),
            Class::TcpIp => self.tcp_ip.as_ref(),
        }
    }
}

impl BytesPerUpdate {
    /// Everything around the payload.
    pub fn overhead(&self) -> Option<f64> {
        Some(self.total? - self.classes.payload?)
    }
}
