//! Connects accepted connections to the application.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr, TcpListener},
    rc::Rc,
    time::Duration,
};

use actix_http::{HttpService, Protocol, Request, Response, body::BoxBody, error::DispatchError};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service,
    map_config,
};
use actix_web::{Error, HttpResponse, dev::AppConfig, rt::net::TcpStream};
use tokio::sync::OnceCell;
use tokio_rustls::TlsAcceptor;

use super::{
    ConnectionLimits, Deadlines, Guarded, Rejection, Rejections, Shared, Stream,
    accept::{Accepted, Acceptor},
    answer::Answer,
    http2,
    limits::Permit,
    silent::SilentConnections,
    tunnel,
};

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
        on_connect: impl Fn(&Stream) -> Data + Clone + Send + 'static,
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
            // One service handles all kinds of requests.
            let service = Rc::new(OnceCell::new());
            let service = move || {
                let (app, service) = (Rc::clone(&app), Rc::clone(&service));
                async move {
                    let new = async || app.new_service(()).await.map(Rc::new);
                    service.get_or_try_init(new).await.cloned()
                }
            };
            let upgraded = {
                let service = service.clone();
                fn_factory(move || {
                    let service = service();
                    async move {
                        let service = service.await?;
                        let upgrade = move |(request, framed)| {
                            tunnel::upgrade(Rc::clone(&service), request, framed)
                        };
                        Ok::<_, Factory::InitError>(fn_service(upgrade))
                    }
                })
            };
            let answered = {
                let service = service.clone();
                fn_factory(move || {
                    let service = service();
                    async move {
                        let service = service.await?;
                        let answer = move |request| {
                            let service = Rc::clone(&service);
                            async move {
                                let response = service.call(request).await?;
                                Ok::<_, HttpResponse>(Answer::complete(response.into()).await)
                            }
                        };
                        Ok::<_, Factory::InitError>(fn_service(answer))
                    }
                })
            };
            let stopped = stop.clone();
            let http1 = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stop = stopped.clone();
                    async move { stop.notified().await }
                })
                .keep_alive(self.keep_alive)
                // The guard has its own deadlines.
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(DISCONNECT)
                // Otherwise a client that has left would be noticed only when something is sent to
                // it.
                .h1_allow_half_closed(false)
                .on_connect_ext({
                    let on_connect = on_connect.clone();
                    move |guarded: &Guarded<Stream>, data| {
                        data.insert(guarded.handle());
                        data.insert(on_connect(&guarded.get_ref()));
                    }
                })
                .upgrade(upgraded)
                .finish(answered);
            let (http1, stop, on_connect) = (Rc::new(http1), stop.clone(), on_connect.clone());
            let acceptor = Acceptor {
                shared: Rc::new(Shared {
                    deadlines: self.deadlines,
                    rejections: self.rejections.clone(),
                }),
                policy: self.clone(),
                tls: tls.clone(),
            };
            fn_factory(move || {
                let (http1, service) = (Rc::clone(&http1), service());
                let (acceptor, stop, on_connect) =
                    (acceptor.clone(), stop.clone(), on_connect.clone());
                async move {
                    let http1 = http1.new_service(()).await?;
                    let service = service.await.map_err(|_| ())?;
                    let worker = Rc::new(Worker {
                        http1,
                        app: service,
                        acceptor,
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

/// Serves the connections of one worker.
struct Worker<Http1, App, OnConnect> {
    http1: Http1,
    app: Rc<App>,
    acceptor: Acceptor,
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
    App: Service<Request> + 'static,
    App::Response: Into<Response<Answer>>,
    App::Error: Into<Response<BoxBody>>,
    App::Future: 'static,
    OnConnect: Fn(&Stream) -> Data,
    Data: Clone + 'static,
{
    /// Serves a connection until it ends. One in clear text needs no memory for what is boxed.
    async fn serve(&self, stream: TcpStream) -> Result<(), DispatchError> {
        let permit = match self.acceptor.admit(&stream) {
            Ok(permit) => permit,
            Err(rejection) => {
                Box::pin(self.acceptor.reject(stream, &rejection)).await;
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
            }
        };
        stream.set_nodelay(true)?;
        match &self.acceptor.tls {
            None => self.serve_http1(self.acceptor.accept(stream, permit)).await,
            Some(tls) => Box::pin(self.serve_tls(tls, stream, permit)).await,
        }
    }

    async fn serve_tls(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        permit: Permit,
    ) -> Result<(), DispatchError> {
        match self.acceptor.accept_tls(tls, stream, permit).await? {
            Accepted::Http1(guarded) => self.serve_http1(guarded).await,
            Accepted::Http2(connection) => {
                let data = (self.on_connect)(&connection.io.get_ref());
                let (policy, stop) = (self.acceptor.policy.clone(), self.stop.clone());
                let app = Rc::clone(&self.app);
                Ok(http2::serve(connection, policy, app, data, stop).await?)
            }
        }
    }

    fn serve_http1(&self, guarded: Guarded<Stream>) -> Http1::Future {
        let peer = guarded.get_ref().tcp().peer_addr().ok();
        self.http1.call((guarded, Protocol::Http1, peer))
    }
}
