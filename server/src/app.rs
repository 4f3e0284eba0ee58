//! Assembles the server: routes, sockets, start and stop.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    rc::Rc,
    sync::Arc,
};

use actix_web::{
    App, FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder,
    body::BoxBody,
    dev::{self, ServiceRequest, ServiceResponse},
    guard,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    rt::net::TcpStream,
    web::{self, Data},
};

use anyhow::bail;

use crate::{
    base::{Transport, socket},
    cluster::Cluster,
    feed::{Feed, publish_limits::PublishLimits, stdin, ticker::Ticker, ticker_handle},
    http::{
        connection::{
            Cause,
            answer::{Answer, Answering},
        },
        files,
        metrics::Metrics,
        origin::{self, Peer, Scheme},
        problem::{self, Problem},
        tls::Tls,
    },
    lab::{self, LabListener, LabOptions, LabSocket, audience},
    reply::{Delivery, Timing},
    settings::{Settings, Source},
    transport::{
        echo, forever_frame, hidden_frame, http_streaming, long_polling, page_refresh, polling,
        publish, sse, websocket,
    },
};

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    ticker: Option<Ticker>,
    lab: Option<LabSocket>,
    cluster: Option<Cluster>,
    tls: Option<Tls>,
    settings: Settings,
}

impl Server {
    /// Checks the settings, opens the socket, and starts the cluster of `--cluster`. An error is one
    /// sentence.
    pub async fn start(mut settings: Settings) -> anyhow::Result<Self> {
        if settings.until_stdin_ends && settings.source == Source::Stdin {
            bail!(
                "--until-stdin-ends can't be used with --source stdin: the end of the updates would stop the server"
            );
        }
        if settings.cluster && !settings.bind.ip().is_loopback() {
            bail!("--cluster is for this machine only: use --bind with a loopback address");
        }
        let ticker = match settings.source {
            Source::Ticker => Some(Ticker::new(settings.payload_bytes, settings.seed)?),
            Source::Stdin | Source::None => None,
        };
        let listener = listen(settings.listen_at())?;
        let lab = settings.lab.then(LabSocket::open).transpose()?;
        let tls = settings.tls()?;
        let cluster = match &lab {
            Some(lab) if settings.cluster => {
                Some(start_cluster(&mut settings, lab.address()?).await?)
            }
            _ => None,
        };
        Ok(Self {
            listener,
            ticker,
            lab,
            cluster,
            tls,
            settings,
        })
    }

    /// The address of the server; with `--lan`, the one for other machines.
    pub fn address(&self) -> io::Result<SocketAddr> {
        let address = self.listener.local_addr()?;
        Ok(match self.settings.lan {
            true => socket::reached_at(address),
            false => address,
        })
    }

    /// The scheme of its URLs.
    pub fn scheme(&self) -> Scheme {
        Scheme::of_tls(self.tls.is_some())
    }

    /// The certificate, with TLS.
    pub fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// The presenter's URL for another machine, if the lab is open.
    pub fn presenter_url(&self) -> io::Result<Option<String>> {
        let (scheme, address) = (self.scheme().name(), socket::reached_at(self.address()?));
        let token = self.lab.as_ref().map(|lab| lab.token.as_str());
        Ok(token.map(|token| format!("{scheme}://{address}/?token={token}")))
    }

    /// Serves until `stop` completes. Then held polls are answered, streams end, and WebSockets are
    /// closed with 1001.
    pub async fn run(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let feed = self.settings.feed();
        let (total, per_client) = (
            self.settings.publish_rate,
            self.settings.publish_rate_per_client,
        );
        let limits = Arc::new(PublishLimits::new(total, per_client));
        if self.settings.source == Source::Stdin {
            stdin::publish_lines(Arc::clone(&feed), Arc::clone(&limits));
        }
        let start = |ticker| ticker_handle::start(Arc::clone(&feed), ticker, self.settings.rate);
        let reached_at = self.settings.lan.then(|| self.address()).transpose()?;
        let ticker = self.ticker.map(start);
        // The ticker stops when its handle is dropped: by the lab, or at the end.
        let (lab, _ticker) = match self.lab {
            Some(socket) => {
                let page = self.listener.local_addr()?;
                let options = LabOptions {
                    interval: self.settings.interval.into(),
                    rtt: self.settings.rtt.into(),
                    most_connections: self.settings.most_connections(),
                    cluster: self.cluster,
                };
                let tls = self.tls.as_ref();
                let lab = LabListener::open(page, tls, reached_at, socket, ticker, options);
                (Some(lab.await?), None)
            }
            None => (None, ticker),
        };
        let page = (self.listener, self.tls);
        let server = serve(page, &self.settings, Arc::clone(&feed), limits, lab)?;
        let handle = server.handle();
        let stopped = async move {
            stop.await;
            tracing::info!("stopping: ending streams and answering held polls");
            feed.end();
            handle.stop(true).await;
        };
        let (served, ()) = tokio::join!(server, stopped);
        Ok(served?)
    }
}

/// Starts the cluster of the lab. Its stream becomes the feed of this server too, so that its source is
/// that of the cluster.
async fn start_cluster(settings: &mut Settings, pages: SocketAddr) -> anyhow::Result<Cluster> {
    let cluster = Cluster::start(settings.cluster_options(pages)).await?;
    settings.join(&cluster)?;
    for server in &cluster.servers {
        tracing::info!("{} serves on http://{}", server.name(), server.address());
    }
    if let Some(proxy) = &cluster.proxy {
        tracing::info!("HAProxy serves on http://{}", proxy.address());
    }
    Ok(cluster)
}

fn serve(
    page: (TcpListener, Option<Tls>),
    settings: &Settings,
    feed: Arc<Feed>,
    limits: Arc<PublishLimits>,
    lab: Option<LabListener>,
) -> io::Result<dev::Server> {
    let metrics = Data::new(Metrics::new());
    if let Some(status) = feed.stream_status() {
        metrics.add(status.collectors());
    }
    let timing = Timing {
        interval: settings.interval.into(),
        hold: settings.hold.into(),
        heartbeat: settings.heartbeat.into(),
    };
    let connections = settings.connection_policy(metrics.rejections());
    let deadlines = connections.deadlines;
    let connection_policy = Data::new(connections.clone());
    let most_accepted = connections.limits.most_accepted();
    let origins = Data::new(settings.origin_policy());
    let root = settings.root.clone();
    let has_echo = settings.echo;
    // Also that of clients whose TLS ends at the lab's own end.
    let scheme = Scheme::of_tls(page.1.is_some());
    let mut listeners = vec![page];
    let (lab, relays) = lab.map_or((None, None), |lab| {
        listeners.push((lab.socket, None));
        (Some(Data::new(lab.lab)), Some(lab.relays))
    });
    let app = move || {
        App::new()
            .app_data(Data::from(Arc::clone(&feed)))
            .app_data(Data::from(Arc::clone(&limits)))
            .app_data(metrics.clone())
            .app_data(Delivery::start(Arc::clone(&feed), timing))
            .app_data(deadlines)
            .app_data(connection_policy.clone())
            .app_data(origins.clone())
            .configure(|app| {
                if let Some(lab) = &lab {
                    app.app_data(Data::clone(lab))
                        .app_data(audience::publish_policy(lab))
                        .app_data(audience::on_client(lab))
                        .app_data(lab::frame_policy(&lab.ports));
                }
                if has_echo {
                    app.service(read_only("/websocket/echo", web::route().to(echo::get)));
                }
            })
            .wrap(from_fn(respond))
            .service(at(Transport::PageRefresh, &metrics, page_refresh::get))
            .service(at(Transport::Polling, &metrics, polling::get))
            .service(at(Transport::HiddenFrame, &metrics, hidden_frame::get))
            .service(at(Transport::LongPolling, &metrics, long_polling::get))
            .service(at(Transport::ForeverFrame, &metrics, forever_frame::get))
            .service(at(Transport::HttpStreaming, &metrics, http_streaming::get))
            .service(at(Transport::Sse, &metrics, sse::get))
            .service(at(Transport::WebSocket, &metrics, websocket::get))
            .service(with_methods(
                "POST",
                "/updates",
                web::post().to(publish::post),
            ))
            .service(read_only("/metrics", web::route().to(metrics_text)))
            .service(read_only("/healthz", web::route().to(healthz)))
            .service(read_only("/readyz", web::route().to(readyz)))
            .service(
                with_methods(
                    "GET, HEAD, POST",
                    "/lab",
                    get_or_head(web::route().to(lab::routes::get)),
                )
                .route(web::post().to(lab::routes::post)),
            )
            .service(with_methods(
                "POST",
                "/lab/vote",
                web::post().to(lab::routes::vote),
            ))
            .service(read_only("/lab/wire", web::route().to(lab::routes::wire)))
            .service(read_only("/join.svg", web::route().to(lab::join::svg)))
            .service(files::folder(
                "/results",
                &root.join("results"),
                files::record_policy,
            ))
            .service(files::source("/source", &root.join("server/src")))
            .service(files::folder("", &root.join("web"), files::page_policy))
    };
    let on_connect = move |stream: &TcpStream| {
        // Longer than the write time-out takes to disconnect a client that still acknowledges.
        socket::set_limits(stream, 3 * deadlines.write);
        let peer = match &relays {
            Some(relays) => relays.peer(stream),
            None => Peer::direct(stream),
        };
        Rc::new(peer.over(scheme))
    };
    let mut server = dev::Server::build()
        .workers(settings.workers)
        .disable_signals()
        // Per worker. At this limit no connection is accepted, so that enough files remain. The
        // limits of the policy are lower: they reject connections with a reason.
        .max_concurrent_connections(most_accepted.div_ceil(settings.workers))
        .shutdown_timeout(1);
    for (listener, tls) in listeners {
        let connections = connections.clone();
        let tls = tls.map(|tls| tls.acceptor().clone());
        server = connections.serve(server, listener, tls, app.clone(), on_connect.clone())?;
    }
    Ok(server.run())
}

fn at<H, Args>(transport: Transport, metrics: &Metrics, get: H) -> Resource
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    let path = format!("/{transport}");
    read_only(&path, web::route().to(get))
        .app_data(metrics.tally(transport))
        .app_data(transport)
}

/// A read-only resource.
fn read_only(path: &str, route: actix_web::Route) -> Resource {
    with_methods("GET, HEAD", path, get_or_head(route))
}

/// A route for GET and HEAD.
fn get_or_head(route: actix_web::Route) -> actix_web::Route {
    route.guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A resource that allows only these methods; others receive 405 with `Allow`.
fn with_methods(method: &'static str, path: &str, route: actix_web::Route) -> Resource {
    let other = move |request: HttpRequest| async move {
        let detail = format!("{} {}: use {method}", request.method(), request.path());
        let allow = header::HeaderValue::from_static(method);
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail);
        HttpResponse::from_error(problem.with_header(header::ALLOW, allow))
    };
    web::resource(path.to_owned())
        .route(route)
        .default_service(web::to(other))
}

/// Handles every request. One function, since each middleware costs an allocation.
async fn respond(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<Answer>, actix_web::Error> {
    tracing::debug!(method = %request.method(), path = request.path(), "request");
    let answering = Answering::begin(&request);
    let response = match origin::require_known_host(request.request()) {
        Ok(()) => next.call(request).await?,
        Err(problem) => request.error_response(problem),
    };
    let response = problem::as_problem_json(response);
    record_rejection(&response);
    let (request, response) = response.into_parts();
    Ok(ServiceResponse::new(request, answering.end(response)))
}

/// Counts a request that the application rejected.
fn record_rejection(response: &ServiceResponse) {
    if let Some(cause) = Cause::of_status(response.status()) {
        let request = response.request();
        let detail = format!("{} {}", request.method(), request.path());
        let client = origin::client_address(request);
        let metrics: &Data<Metrics> = request.app_data().expect("the app has metrics");
        metrics.rejections().record(cause, &detail, client);
    }
}

async fn metrics_text(metrics: Data<Metrics>, feed: Data<Feed>) -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(metrics.text(feed.newest(), feed.history_bytes()))
}

/// Whether the server runs.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body("ok\n")
}

/// Whether the server delivers updates. Without a stream, it does when it runs.
async fn readyz(feed: Data<Feed>) -> Result<HttpResponse, Problem> {
    match feed.stream_status() {
        Some(status) if !status.is_ready() => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the broker of the feed is unreachable, or its stream is being loaded",
        )),
        _ => Ok(healthz().await),
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    socket::listen(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{address} is in use by another program: choose another port with --bind \
             (0 selects a free one)"
        ),
        _ => anyhow::anyhow!("can't listen on {address}: {error}"),
    })
}
