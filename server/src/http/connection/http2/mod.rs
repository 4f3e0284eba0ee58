//! HTTP/2 (RFC 9113): passes the streams of a connection to the application.
//!
//! A dispatcher of our own, since the one of actix-http notices a disconnected client only when it
//! writes, sends no GOAWAY, and limits neither streams nor headers. It uses the same service.

mod convert;
mod respond;

use std::{io, net::SocketAddr, pin::pin, rc::Rc};

use actix_server::GracefulShutdownSignal;
use actix_web::{
    rt::{
        self,
        time::{Instant, sleep},
    },
    web::Bytes,
};
use h2::server::{Builder, Connection};

use self::respond::Responder;
use super::{
    ConnectionPolicy, Guarded, answer::Application, head, silent::SilentPeriod, stream::Stream,
};

/// Concurrent requests of one connection: the minimum recommended by RFC 9113, section 6.5.2.
const MAX_CONCURRENT_STREAMS: u32 = 100;

/// The maximum number of bytes of one response that wait for the client's window.
const SEND_BUFFER_BYTES: usize = 64 << 10;

/// A connection that has not sent a request.
pub(super) struct Http2Connection {
    pub io: Guarded<Stream>,
    pub peer: Option<SocketAddr>,
    pub silent: SilentPeriod,
}

/// Serves the streams of a connection until it ends.
pub(super) async fn serve(
    connection: Http2Connection,
    policy: Rc<ConnectionPolicy>,
    app: Rc<impl Application<Future: 'static> + 'static>,
    data: impl Clone + 'static,
    stop: GracefulShutdownSignal,
) -> io::Result<()> {
    let Http2Connection { io, peer, silent } = connection;
    let first = async {
        let mut connection = builder().handshake(io).await?;
        let accepted = connection.accept().await;
        Ok::<_, h2::Error>((connection, accepted))
    };
    let first = silent.within(first).await?;
    drop(silent);
    let (mut connection, mut accepted): (Connection<Guarded<Stream>, Bytes>, _) =
        first.map_err(io::Error::other)?;
    let mut stopping = pin!(stop.notified());
    let mut idle = pin!(sleep(policy.keep_alive));
    let mut ends = false;
    while let Some(request) = accepted {
        let (request, response) = request.map_err(io::Error::other)?;
        let responder = Responder {
            response,
            peer,
            policy: Rc::clone(&policy),
        };
        rt::spawn(responder.respond(request, Rc::clone(&app), data.clone()));
        accepted = loop {
            tokio::select! {
                biased;
                () = &mut stopping, if !ends => {
                    connection.graceful_shutdown();
                    ends = true;
                }
                accepted = connection.accept() => break accepted,
                () = &mut idle => {
                    if !connection.has_streams() {
                        if ends {
                            // The client does not respond to the end of the connection.
                            return Ok(());
                        }
                        connection.graceful_shutdown();
                        ends = true;
                    }
                    idle.as_mut().reset(Instant::now() + policy.keep_alive);
                }
            }
        };
        idle.as_mut().reset(Instant::now() + policy.keep_alive);
    }
    Ok(())
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .max_header_list_size(head::LONGEST as u32)
        .max_send_buffer_size(SEND_BUFFER_BYTES);
    builder
}
