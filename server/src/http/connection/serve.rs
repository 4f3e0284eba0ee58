//! Accepts connections within the limits, performs the TLS handshake, and connects them to the
//! application.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr, TcpListener},
    rc::Rc,
    time::Duration,
};

use actix_http::{Extensions, HttpService, Protocol, Request, Response, error::DispatchError};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service,
    map_config,
};
use actix_web::{Error, HttpResponse, dev::AppConfig, rt::net::TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{
    ConnectionLimits, Deadlines, Guarded, Rejection, Rejections,
    answer::{Answer, Application},
    http2::{self, Http2Connection},
    limits::Permit,
    silent::{Silent, SilentConnections, SilentPeriod},
    stream::{Stream, socket_of},
    tunnel,
};
use crate::http::tls::H2;

/// The type of a TLS handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// How long the server waits for a client to close a connection that the server has closed. A
/// browser reports a closed WebSocket to its page only when both sides have closed. (Less than 500
/// ms would take many seconds, because of the resolution of actix-http's clock.)
const DISCONNECT: Duration = Duration::from_millis(500);

/// The limits and deadlines of a server's connections.
#[derive(Clone, Debug)]
pub struct ConnectionPolicy {
    /// The maximum number of connections.
    pub limits: ConnectionLimits,
    /// The connections that have not sent a request.
    pub silent: SilentConnections,
    /// Time limits for clients.
    pub deadlines: Deadlines,
    /// How long a connection without a request is kept open.
    pub keep_alive: Duration,
    /// The counters of rejections.
    pub rejections: Rejections,
}

impl ConnectionPolicy {
    /// Counts a connection from this address, or something that needs as many resources. At the
    /// total limit, it replaces the oldest connection that has not sent a request.
    ///
    /// # Errors
    ///
    /// The limit of the address is reached, or the total limit by connections that have all sent a
    /// request.
    pub fn acquire(&self, client: Option<IpAddr>) -> Result<Permit, Rejection> {
        self.limits.acquire(client, || self.silent.evict_oldest())
    }

    /// Serves `app` on the connections of `listener`. With `tls`: HTTPS, with HTTP/2, or HTTP/1.1
    /// with WebSocket. Each connection is first passed to `on_connect`. The returned value is
    /// available through [`data`](super::data).
    ///
    /// # Errors
    ///
    /// The listener cannot be used.
    pub fn serve<App, Services, Factory, Data>(
        self,
        builder: ServerBuilder,
        listener: TcpListener,
        tls: Option<TlsAcceptor>,
        app: App,
        on_connect: impl Fn(&TcpStream) -> Data + Clone + Send + 'static,
    ) -> io::Result<ServerBuilder>
    where
        App: Fn() -> Services + Clone + Send + 'static,
        Services: IntoServiceFactory<Factory, Request>,
        Factory: ServiceFactory<Request, Config = AppConfig> + 'static,
        Factory::Error: Into<Error> + 'static,
        Factory::InitError: fmt::Debug,
        Factory::Response: Into<Response<Answer>> + 'static,
        Data: Clone + 'static,
    {
        let stop = builder.graceful_shutdown_signal();
        let name = format!("http-{}", listener.local_addr()?);
        builder.listen(name, listener, move || {
            let app = app().into_factory();
            let app = app.map_err(|error| error.into().error_response());
            let app = Rc::new(map_config(app, |()| AppConfig::default()));
            let policy = Rc::new(self.clone());
            let (tls, stop, on_connect) = (tls.clone(), stop.clone(), on_connect.clone());
            fn_factory(move || {
                let (app, policy) = (Rc::clone(&app), Rc::clone(&policy));
                let (tls, stop, on_connect) = (tls.clone(), stop.clone(), on_connect.clone());
                async move {
                    // One service handles all kinds of requests.
                    let app = Rc::new(app.new_service(()).await.map_err(|_| ())?);
                    let http1 = http1(
                        Rc::clone(&app),
                        policy.keep_alive,
                        stop.clone(),
                        on_connect.clone(),
                    );
                    let worker = Rc::new(Worker {
                        http1: http1.await?,
                        app,
                        policy,
                        tls,
                        stop,
                        on_connect,
                    });
                    Ok::<_, ()>(fn_service(move |stream| {
                        let worker = Rc::clone(&worker);
                        async move { worker.serve(stream).await }
                    }))
                }
            })
        })
    }
}

/// A service for connections over HTTP/1.1 and 1.0.
async fn http1<App, Data: Clone + 'static>(
    app: Rc<App>,
    keep_alive: Duration,
    stop: GracefulShutdownSignal,
    on_connect: impl Fn(&TcpStream) -> Data + 'static,
) -> Result<
    impl Service<(Guarded<Stream>, Protocol, Option<SocketAddr>), Response = (), Error = DispatchError>,
    (),
>
where
    App: Application<Error = HttpResponse, Future: 'static> + 'static,
{
    let upgraded = {
        let app = Rc::clone(&app);
        move |(request, framed)| tunnel::upgrade(Rc::clone(&app), request, framed)
    };
    let answered = move |request| {
        let app = Rc::clone(&app);
        async move {
            let response = app.call(request).await?;
            Ok::<_, HttpResponse>(Answer::complete(response.into()).await)
        }
    };
    let stopped = move || {
        let stop = stop.clone();
        async move { stop.notified().await }
    };
    let connected = move |guarded: &Guarded<Stream>, data: &mut Extensions| {
        data.insert(guarded.handle());
        data.insert(on_connect(socket_of(&guarded.get_ref())));
    };
    let http1 = HttpService::build()
        .graceful_shutdown_signal(stopped)
        .keep_alive(keep_alive)
        // The guard has its own deadlines.
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(DISCONNECT)
        // Otherwise a client that has left would be noticed only when something is sent to it.
        .h1_allow_half_closed(false)
        .on_connect_ext(connected)
        .upgrade(fn_service(upgraded))
        .finish(fn_service(answered));
    http1.new_service(()).await
}

/// Serves the connections of one worker.
struct Worker<Http1, App, OnConnect> {
    http1: Http1,
    app: Rc<App>,
    policy: Rc<ConnectionPolicy>,
    tls: Option<TlsAcceptor>,
    stop: GracefulShutdownSignal,
    on_connect: OnConnect,
}

impl<Http1, App, OnConnect, Data> Worker<Http1, App, OnConnect>
where
    Http1: Service<
            (Guarded<Stream>, Protocol, Option<SocketAddr>),
            Response = (),
            Error = DispatchError,
        >,
    App: Application<Future: 'static> + 'static,
    OnConnect: Fn(&TcpStream) -> Data,
    Data: Clone + 'static,
{
    /// Serves a connection until it ends. One in clear text needs no memory for what is boxed.
    async fn serve(&self, stream: TcpStream) -> Result<(), DispatchError> {
        let client = stream.peer_addr().ok().map(|peer| peer.ip());
        let permit = match self.policy.acquire(client) {
            Ok(permit) => permit,
            Err(rejection) => {
                self.policy.rejections.record_rejection(&rejection, client);
                // Without TLS the client receives the reason. With TLS that would cost a handshake.
                if self.tls.is_none() {
                    Box::pin(self.policy.limits.reject(stream, &rejection)).await;
                }
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
            }
        };
        stream.set_nodelay(true)?;
        match &self.tls {
            None => {
                let silent = self.policy.silent.add();
                let stream = Stream::Left(stream);
                self.serve_http1(stream, permit, silent).await
            }
            Some(tls) => Box::pin(self.serve_tls(tls, stream, permit)).await,
        }
    }

    fn serve_http1(&self, stream: Stream, permit: Permit, silent: Silent) -> Http1::Future {
        let peer = socket_of(&stream).peer_addr().ok();
        let guarded = Guarded::new(stream, Rc::clone(&self.policy), permit, Some(silent));
        self.http1.call((guarded, Protocol::Http1, peer))
    }

    /// Performs the handshake of TLS and serves the version of HTTP that the client selected in it.
    async fn serve_tls(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        permit: Permit,
    ) -> Result<(), DispatchError> {
        let policy = &self.policy;
        let peer = stream.peer_addr().ok();
        let silent = SilentPeriod::begin(policy, peer);
        let stream = match silent.within(handshake(tls, stream)).await?? {
            Stream::Right(stream) => stream,
            // The client did not start a handshake.
            Stream::Left(stream) => {
                let detail = "this port requires https: use a URL with https://";
                let rejection = Rejection::bad_request(detail);
                policy
                    .rejections
                    .record_rejection(&rejection, permit.client());
                policy.limits.reject(stream, &rejection).await;
                return Err(io::Error::from(io::ErrorKind::InvalidData).into());
            }
        };
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(H2);
        let stream = Stream::Right(stream);
        if !is_http2 {
            return self.serve_http1(stream, permit, silent.silent).await;
        }
        let data = (self.on_connect)(socket_of(&stream));
        let io = Guarded::new(stream, Rc::clone(policy), permit, None).into_tunnel();
        let connection = Http2Connection { io, peer, silent };
        let (app, stop) = (Rc::clone(&self.app), self.stop.clone());
        Ok(http2::serve(connection, Rc::clone(policy), app, data, stop).await?)
    }
}

/// The TLS stream, or the plain TCP stream if the client does not start a TLS handshake.
async fn handshake(tls: &TlsAcceptor, stream: TcpStream) -> io::Result<Stream> {
    let mut first = [HANDSHAKE];
    stream.peek(&mut first).await?;
    Ok(match first {
        [HANDSHAKE] => Stream::Right(Box::new(tls.accept(stream).await?)),
        _ => Stream::Left(stream),
    })
}
