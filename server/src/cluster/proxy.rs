//! HAProxy in front of the servers.

use std::{fmt::Write, fs, net::SocketAddr, process::Command, sync::Arc};

use super::{
    LOOPBACK,
    folder::Folder,
    process::{Process, free_ports},
    programs::installed,
};
use crate::base::Transport;

/// The configuration without the servers. Each new connection leads to the next server. `X-Served-By`
/// names it.
const CONFIGURATION: &str = "\
defaults
    mode http
    # Forward chunks at once; otherwise up to 200 ms later.
    option http-no-delay
    # A client stays at its server while its connection to the proxy lasts.
    option prefer-last-server
    http-reuse never
    # If a server does not accept, try another one.
    option redispatch 1
    timeout connect 1s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h

frontend clients
    bind ADDRESS
    acl feed path PATHS
    use_backend pages if !feed { nbsrv(pages) gt 0 }
    default_backend servers

backend servers
    balance roundrobin
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    http-request del-header Forwarded
    http-response set-header X-Served-By %s
    # A server that does not accept is down at once, and up again when it is ready.
    default-server check inter 500ms fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down
";

/// The paths of the feed.
fn paths() -> String {
    let transports = Transport::ALL.map(|transport| format!("/{transport} "));
    transports.concat() + "/updates"
}

/// Starts HAProxy, and waits until it accepts connections. A server that does not answer, or is not
/// ready, receives no new requests.
pub(super) async fn start(
    folder: &Arc<Folder>,
    servers: &[Process],
    pages: Option<SocketAddr>,
) -> anyhow::Result<Process> {
    let address = SocketAddr::from((LOOPBACK, free_ports(1)?[0]));
    let mut text = CONFIGURATION
        .replace("ADDRESS", &address.to_string())
        .replace("PATHS", &paths());
    for server in servers {
        let (name, address) = (server.name(), server.address());
        writeln!(text, "    server {name} {address}")?;
    }
    writeln!(text, "backend pages")?;
    if let Some(pages) = pages {
        writeln!(text, "    server pages {pages}")?;
    }
    let file = folder.file("haproxy.cfg");
    fs::write(&file, text)?;
    let mut command = Command::new(installed("haproxy")?);
    command.args(["-db", "-f"]).arg(file);
    let mut proxy = Process::start(folder, "haproxy".into(), address, &command)?;
    proxy.wait_until_it_accepts().await?;
    Ok(proxy)
}
