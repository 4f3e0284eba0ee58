//! tokio-tungstenite: one task per client, which forwards updates from a broadcast channel.

use futures_util::SinkExt;
use tokio::net::TcpListener;
use tokio_tungstenite::{
    accept_async,
    tungstenite::{Message, Utf8Bytes},
};

use crate::feed::Feed;

#[tokio::main(flavor = "current_thread")]
pub async fn serve(feed: Feed) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let updates = feed.broadcast(Utf8Bytes::from);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let updates = updates.clone();
        tokio::spawn(async move {
            let mut socket = accept_async(stream).await?;
            let mut updates = updates.subscribe();
            while let Ok(text) = updates.recv().await {
                socket.send(Message::Text(text)).await?;
            }
            anyhow::Ok(())
        });
    }
}
