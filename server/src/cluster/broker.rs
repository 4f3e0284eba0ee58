//! NATS servers with JetStream.

use std::{net::SocketAddr, process::Command, sync::Arc};

use async_nats::{ConnectOptions, jetstream};

use super::{
    LONGEST_ANSWER, LOOPBACK, STREAM,
    folder::Folder,
    namespaces::Namespaces,
    process::{Process, free_ports},
    programs::installed,
};

/// The program of a broker.
pub(super) const PROGRAM: &str = "nats-server";

/// Starts brokers, each in its own namespace if there are `namespaces`, and waits until they accept
/// connections.
pub(super) async fn start_all(
    folder: &Arc<Folder>,
    count: usize,
    namespaces: Option<&Namespaces>,
) -> anyhow::Result<Vec<Process>> {
    let ports = free_ports(2 * count)?;
    let at = |nth: usize, port: u16| {
        let ip = namespaces.map_or(LOOPBACK, |it| it.address(nth));
        SocketAddr::from((ip, port))
    };
    // The addresses at which the brokers reach each other.
    let route = |nth: usize| format!("nats://{}", at(nth, ports[count + nth]));
    let routes: Vec<_> = (0..count).map(route).collect();
    let mut brokers = Vec::new();
    for (nth, route) in routes.iter().enumerate() {
        let name = format!("broker-{}", nth + 1);
        let program = installed(PROGRAM)?;
        let mut command = match namespaces {
            Some(namespaces) => namespaces.command(nth, &program),
            None => Command::new(program),
        };
        let address = at(nth, ports[nth]);
        let (ip, port) = (address.ip().to_string(), address.port().to_string());
        command.args(["-n", &name, "-a", &ip, "-p", &port]);
        command.args(["-js", "-sd"]).arg(folder.file(&name));
        if count > 1 {
            command.args(["--cluster_name", "updates", "--cluster", route]);
            command.args(["--routes", &routes.join(",")]);
        }
        brokers.push(Process::start(folder, name, address, &command)?);
    }
    for broker in &mut brokers {
        broker.wait_until_it_accepts().await?;
    }
    Ok(brokers)
}

/// The name of the broker that leads the stream. A broker without a cluster leads all its streams and
/// reports no leader.
pub(super) async fn leader(brokers: &[Process]) -> Option<String> {
    let addresses = brokers.iter().map(|broker| broker.address().to_string());
    let options = ConnectOptions::new()
        .connection_timeout(LONGEST_ANSWER)
        .request_timeout(Some(LONGEST_ANSWER));
    let client = options.connect(addresses.collect::<Vec<_>>()).await.ok()?;
    let stream = jetstream::new(client).get_stream(STREAM).await.ok()?;
    match brokers {
        [broker] => Some(broker.name().to_owned()),
        _ => stream.cached_info().cluster.as_ref()?.leader.clone(),
    }
}
