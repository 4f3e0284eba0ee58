//! fastwebsockets with hyper: one task per client, which forwards updates from a broadcast channel.

use bytes::Bytes;
use fastwebsockets::{Frame, Payload, WebSocketError, upgrade};
use http_body_util::Empty;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::broadcast};

use crate::feed::Feed;

#[tokio::main(flavor = "current_thread")]
pub async fn serve(feed: Feed) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let updates = feed.broadcast(Bytes::from);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let updates = updates.clone();
        let service = service_fn(move |request| {
            let updates = updates.clone();
            async move { answer(request, &updates) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection.with_upgrades());
    }
}

fn answer(
    mut request: Request<Incoming>,
    updates: &broadcast::Sender<Bytes>,
) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, upgraded) = upgrade::upgrade(&mut request)?;
    let updates = updates.clone();
    tokio::spawn(async move {
        let mut socket = upgraded.await?;
        let mut updates = updates.subscribe();
        while let Ok(text) = updates.recv().await {
            let frame = Frame::text(Payload::Borrowed(&text));
            socket.write_frame(frame).await?;
        }
        Ok::<_, WebSocketError>(())
    });
    Ok(response)
}
