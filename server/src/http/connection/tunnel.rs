//! Hands a connection over to another protocol (RFC 9110, section 7.8).

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll},
};

use actix_codec::{Encoder, Framed, FramedParts};
use actix_http::{
    ConnectionType, Request,
    body::{BodySize, BoxBody, MessageBody},
    h1::{Codec, Message},
};
use actix_web::web::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::{
    Guarded,
    answer::{Application, answer},
    handle::ConnectionHandle,
    stream::Stream,
};

/// A protocol that runs on a connection after the response that switches protocols.
///
/// actix-http and its buffers have been dropped by then. Bytes are sent with the connection's
/// [`ConnectionHandle`].
pub trait Protocol {
    /// Runs until the connection should be closed. `unread` was received before; more is read from
    /// `io`.
    fn poll_run(
        &mut self,
        unread: &mut BytesMut,
        io: Pin<&mut (dyn AsyncRead + Unpin)>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>>;
}

/// The protocol to which a response with status 101 switches. Put it into the response's
/// extensions.
pub struct SwitchProtocol(pub Box<dyn Protocol>);

/// Answers an upgrade request and runs the protocol to which the response switches.
pub(super) async fn upgrade(
    app: Rc<impl Application>,
    request: Request,
    framed: Framed<Guarded<Stream>, Codec>,
) -> Result<(), Infallible> {
    let FramedParts {
        mut io,
        codec,
        read_buf: mut unread,
        write_buf,
        ..
    } = framed.into_parts();
    // The last bytes of the response to the previous request.
    if flush(&mut io, write_buf).await.is_err() {
        return Ok(());
    }
    // Boxed, so that a connection that continues keeps nothing of it.
    let answered = Box::pin(send_answer(app, request, codec, &mut io)).await;
    // An error means that the client has disconnected.
    if let Ok(Some(SwitchProtocol(mut protocol))) = answered {
        let _ = poll_fn(|cx| protocol.poll_run(&mut unread, Pin::new(&mut io), cx)).await;
    }
    let _ = io.shutdown().await;
    Ok(())
}

/// Sends the bytes and frees the buffer.
async fn flush(io: &mut Guarded<Stream>, bytes: BytesMut) -> io::Result<()> {
    io.write_all(&bytes).await?;
    io.flush().await
}

/// Answers the request. Returns the protocol if the response switches to one.
async fn send_answer(
    app: Rc<impl Application>,
    request: Request,
    mut codec: Codec,
    io: &mut Guarded<Stream>,
) -> io::Result<Option<SwitchProtocol>> {
    let (mut head, body) = answer(&*app, request).await.into_parts();
    let mut bytes = BytesMut::new();
    let protocol = head.extensions_mut().remove();
    if protocol.is_some() {
        codec.encode(Message::Item((head, BodySize::None)), &mut bytes)?;
        flush(io, bytes).await?;
        return Ok(protocol);
    }
    head.head_mut().set_connection_type(ConnectionType::Close);
    codec.encode(Message::Item((head, body.size())), &mut bytes)?;
    let (handle, mut byte) = (io.handle(), [0]);
    tokio::select! {
        biased;
        sent = send(&handle, codec, bytes, body) => sent?,
        // The client has disconnected, or has sent bytes that are not expected.
        _ = io.read(&mut byte) => {}
    }
    Ok(None)
}

/// Sends the header in `bytes` and a body.
async fn send(
    handle: &ConnectionHandle,
    mut codec: Codec,
    mut bytes: BytesMut,
    body: BoxBody,
) -> io::Result<()> {
    let mut body = pin!(body);
    loop {
        handle.send(bytes.split().freeze());
        poll_fn(|cx| handle.poll_write_backlog(cx)).await?;
        let Some(part) = poll_fn(|cx| body.as_mut().poll_next(cx)).await else {
            break;
        };
        let part = part.map_err(|error| io::Error::other(error.to_string()))?;
        codec.encode(Message::Chunk(Some(part)), &mut bytes)?;
    }
    codec.encode(Message::Chunk(None), &mut bytes)?;
    handle.send(bytes.freeze());
    poll_fn(|cx| handle.poll_write_backlog(cx)).await
}
