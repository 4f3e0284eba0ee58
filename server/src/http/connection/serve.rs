//! How does an accepted connection reach the application?

use std::{fmt, io, net::TcpListener, rc::Rc, time::Duration};

use actix_http::{Extensions, HttpService, Protocol, Request, Response, error::DispatchError};
use actix_server::ServerBuilder;
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service,
    map_config,
};
use actix_web::{Error, HttpResponse, dev::AppConfig, rt::net::TcpStream};
use tokio::sync::OnceCell;

use super::{
    ConnectionLimits, Deadlines, Guarded, Rejections, Shared, answer::Answer,
    silent::SilentConnections, tunnel,
};

/// A browser tells its page of a closed WebSocket only when the connection has ended on both sides.
/// This is how long the server waits for that. (Less than 500 ms would be many seconds, by the
/// clock of actix-http.)
const DISCONNECT: Duration = Duration::from_millis(500);

/// How the connections of a server are treated.
#[derive(Clone, Debug)]
pub struct ConnectionPolicy {
    /// How many there may be.
    pub limits: ConnectionLimits,
    /// How many of each worker may be there without having sent a request.
    pub silent: usize,
    /// How long requests may take to arrive.
    pub deadlines: Deadlines,
    /// How long a connection is kept without a request.
    pub keep_alive: Duration,
    /// Counts what is rejected.
    pub rejections: Rejections,
}

impl ConnectionPolicy {
    /// Serves `app` to what connects to `listener`. Each connection is first shown to `on_connect`,
    /// which may leave data for its requests.
    ///
    /// # Errors
    ///
    /// The listener cannot be used.
    pub fn serve<App, Services, Factory>(
        self,
        builder: ServerBuilder,
        listener: TcpListener,
        app: App,
        on_connect: impl Fn(&TcpStream, &mut Extensions) + Clone + Send + 'static,
    ) -> io::Result<ServerBuilder>
    where
        App: Fn() -> Services + Clone + Send + 'static,
        Services: IntoServiceFactory<Factory, Request>,
        Factory: ServiceFactory<Request, Config = AppConfig> + 'static,
        Factory::Error: Into<Error> + 'static,
        Factory::InitError: fmt::Debug,
        Factory::Response: Into<Response<Answer>> + 'static,
    {
        let stop = builder.graceful_shutdown_signal();
        let name = format!("http-{}", listener.local_addr()?);
        builder.listen(name, listener, move || {
            let (stop, on_connect) = (stop.clone(), on_connect.clone());
            let app = app().into_factory();
            let app = app.map_err(|error| error.into().error_response());
            let app = Rc::new(map_config(app, |()| AppConfig::default()));
            // Requests of both kinds are for one service.
            let service = Rc::new(OnceCell::new());
            let service = move || {
                let (app, service) = (Rc::clone(&app), Rc::clone(&service));
                async move {
                    let new = async || app.new_service(()).await.map(Rc::new);
                    service.get_or_try_init(new).await.cloned()
                }
            };
            let upgraded = service.clone();
            let upgraded = fn_factory(move || {
                let service = upgraded();
                async move {
                    let service = service.await?;
                    let upgrade = move |(request, framed)| {
                        tunnel::upgrade(Rc::clone(&service), request, framed)
                    };
                    Ok::<_, Factory::InitError>(fn_service(upgrade))
                }
            });
            let answered = fn_factory(move || {
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
            });
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stop = stop.clone();
                    async move { stop.notified().await }
                })
                .keep_alive(self.keep_alive)
                // The guard has deadlines of its own.
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(DISCONNECT)
                // Or a client that has left would be noticed only when something is sent to it.
                .h1_allow_half_closed(false)
                .on_connect_ext(move |guarded: &Guarded<TcpStream>, data| {
                    data.insert(guarded.handle());
                    on_connect(&guarded.get_ref(), data);
                })
                .upgrade(upgraded)
                .finish(answered);
            self.clone().guards().and_then(http)
        })
    }

    /// Lets connections in, as far as the limits allow.
    fn guards(
        self,
    ) -> impl ServiceFactory<
        TcpStream,
        Config = (),
        Response = (Guarded<TcpStream>, Protocol, Option<std::net::SocketAddr>),
        Error = DispatchError,
        InitError = (),
    > {
        let silent = SilentConnections::new(self.silent);
        let shared = Rc::new(Shared {
            deadlines: self.deadlines,
            rejections: self.rejections,
        });
        let limits = self.limits;
        fn_service(move |stream: TcpStream| {
            let (limits, shared, silent) = (limits.clone(), Rc::clone(&shared), silent.clone());
            async move {
                let peer = stream.peer_addr().ok();
                match limits.acquire(peer.map(|peer| peer.ip())) {
                    Ok(permit) => {
                        stream.set_nodelay(true)?;
                        let guarded = Guarded::new(stream, shared, permit, &silent);
                        Ok((guarded, Protocol::Http1, peer))
                    }
                    Err(rejection) => {
                        // In a box, so that the connections that are let in need no room for it.
                        Box::pin(limits.reject(stream, &rejection)).await;
                        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
                        Err(DispatchError::Io(refused))
                    }
                }
            }
        })
    }
}
