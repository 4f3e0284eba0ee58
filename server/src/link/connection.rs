//! Relays one connection over the link.

use std::{
    io,
    net::Shutdown,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Bytes;
use socket2::SockRef;
use tokio::{
    io::Interest,
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
    time::timeout,
};

use super::{
    ClientHeaders, LinkOptions, Passage, Terms, TlsRecord, Way, delay_line::DelayLine, tls::TlsEnd,
};
use crate::base::{Direction, arrival, clock, timer};

/// The maximum number of bytes in flight in one direction of one connection.
const IN_FLIGHT_BYTES: usize = 1 << 20;
const READ_BYTES: usize = 16 << 10;

/// One side of a connection. It is reset if it is dropped before its end, so that the peer notices
/// at once.
pub(super) struct RelayedStream {
    stream: Arc<TcpStream>,
    headers: Option<ClientHeaders>,
    has_ended: bool,
}

impl RelayedStream {
    /// The headers of its packets are included in `headers`.
    pub fn new(stream: TcpStream, headers: Option<ClientHeaders>) -> Self {
        let _ = stream.set_nodelay(true);
        // Without timestamps, the delay starts at the read.
        let _ = arrival::request_timestamps(&stream);
        let stream = Arc::new(stream);
        if let Some(headers) = &headers {
            headers.begin(&stream);
        }
        Self {
            stream,
            headers,
            has_ended: false,
        }
    }
}

impl Drop for RelayedStream {
    fn drop(&mut self) {
        if !self.has_ended {
            // Otherwise the peer would receive the remaining bytes and an orderly end.
            let _ = self.stream.set_zero_linger();
        }
        if let Some(headers) = &self.headers {
            headers.end(&self.stream);
        }
    }
}

/// Relays one connection until it ends.
pub(super) async fn relay(
    mut client: RelayedStream,
    terms: watch::Receiver<Terms>,
    connection: u64,
    options: LinkOptions,
) {
    let accepted = Instant::now();
    let Terms { way, server, .. } = *terms.borrow();
    let wire = || DelayLine::new(way, fastrand::Rng::new(), accepted);
    let (mut up, mut down) = (wire(), wire());
    // The SYN takes one delay and its acknowledgement another; only then do the client's first
    // bytes leave. The bandwidth that these packets of 40 to 60 bytes need is neglected.
    let requested = up.send(accepted, 0);
    timer::sleep_until(requested).await;
    let connected = TcpStream::connect(server).await;
    let answered = down.send(requested, 0);
    let Ok(server) = connected else {
        timer::sleep_until(answered).await;
        return;
    };
    up.busy_until(answered);
    let mut server = RelayedStream::new(server, None);
    let tls = options.tls.map(TlsEnd::new).transpose();
    let Ok(tls) = tls.map(|tls| tls.map(Arc::new)) else {
        return;
    };
    let on_connect = options.on_connect;
    let _attachment = on_connect.map(|attach| attach(&server.stream, &client.stream));
    let way = |wire, direction| RelayedDirection {
        wire,
        terms: terms.clone(),
        connection,
        direction,
        tap: options.tap.clone(),
        tls: tls.clone(),
    };
    let mut up = pin!(relay_direction(
        &client.stream,
        &server.stream,
        way(up, Direction::Up)
    ));
    let mut down = pin!(relay_direction(
        &server.stream,
        &client.stream,
        way(down, Direction::Down)
    ));
    tokio::select! {
        () = &mut up => down.await,
        // The server no longer counts this connection, so a client must not keep it open for ever.
        () = &mut down => drop(timeout(LINGER, up).await),
    }
    client.has_ended = true;
    server.has_ended = true;
}

/// How long a client may keep its side open after the server has closed the connection.
const LINGER: Duration = Duration::from_secs(10);

/// One direction of one connection: its delay line, and the listener to which it reports.
struct RelayedDirection {
    wire: DelayLine,
    terms: watch::Receiver<Terms>,
    connection: u64,
    direction: Direction,
    tap: Option<mpsc::UnboundedSender<Passage>>,
    tls: Option<Arc<TlsEnd>>,
}

/// Bytes that were sent together; empty at the end of a direction.
struct InFlight {
    ready: Instant,
    ready_us: u64,
    way: Way,
    bytes: Bytes,
    /// With TLS, from the server to the client: the records in `bytes`.
    records: Vec<TlsRecord>,
    _room: OwnedSemaphorePermit,
}

/// Relays one direction until its end, which is delayed too.
async fn relay_direction(from: &TcpStream, to: &TcpStream, way: RelayedDirection) {
    let (sender, in_flight) = mpsc::unbounded_channel();
    let departures = Departures {
        from,
        buffer: vec![0; READ_BYTES],
        sender,
        terms: way.terms.clone(),
        room: Arc::new(Semaphore::new(IN_FLIGHT_BYTES)),
    };
    let tls = way.tls.clone().filter(|_| way.direction == Direction::Down);
    let depart = async {
        match tls {
            None => departures.run().await,
            Some(tls) => departures.run_encrypted(&tls).await,
        }
    };
    tokio::join!(depart, way.deliver(in_flight, to));
}

/// The receiving side of one direction. It reads while there is room for more bytes in flight.
struct Departures<'a> {
    from: &'a TcpStream,
    buffer: Vec<u8>,
    sender: mpsc::UnboundedSender<InFlight>,
    terms: watch::Receiver<Terms>,
    room: Arc<Semaphore>,
}

impl Departures<'_> {
    async fn run(mut self) {
        loop {
            let (length, arrived_us) = self.receive().await;
            // Copied; otherwise each small part would keep the whole buffer in memory.
            let bytes = Bytes::copy_from_slice(&self.buffer[..length]);
            if !self.depart(bytes, Vec::new(), arrived_us).await || length == 0 {
                return;
            }
        }
    }

    /// Like [`Self::run`], encrypting the bytes of the server.
    async fn run_encrypted(mut self, tls: &TlsEnd) {
        loop {
            let (sealed, arrived_us) = tokio::select! {
                biased;
                () = tls.has_answers() => (Some(tls.answer()), None),
                (length, arrived_us) = self.receive() => match length {
                    0 => (None, arrived_us),
                    length => (tls.seal(&self.buffer[..length]), arrived_us),
                },
            };
            let ends = sealed.is_none();
            let records = sealed.unwrap_or_else(|| tls.close());
            let bytes: Vec<_> = records.iter().map(|record| &record.bytes[..]).collect();
            let bytes = Bytes::from(bytes.concat());
            if !bytes.is_empty() && !self.depart(bytes, records, arrived_us).await {
                return;
            }
            if ends {
                self.depart(Bytes::new(), Vec::new(), arrived_us).await;
                return;
            }
        }
    }

    /// Reads into the buffer. Returns the number of bytes and their arrival time.
    async fn receive(&mut self) -> (usize, Option<u64>) {
        let receive = || arrival::receive(self.from, &mut self.buffer);
        let received = self.from.async_io(Interest::READABLE, receive).await;
        // A reset connection ends like a closed one.
        received.unwrap_or((0, None))
    }

    /// Sends bytes on their way when there is room; empty at the end. Returns false if the other
    /// side has ended.
    async fn depart(&self, bytes: Bytes, records: Vec<TlsRecord>, arrived_us: Option<u64>) -> bool {
        let has_room = self.room.available_permits() >= bytes.len();
        let permits = Arc::clone(&self.room).acquire_many_owned(bytes.len() as u32);
        let permits = permits.await.expect("the semaphore is never closed");
        // Bytes that had to wait for room start their delay now.
        let (ready_us, ready) = delay_start(arrived_us.filter(|_| has_room));
        let part = InFlight {
            ready_us,
            ready,
            way: self.terms.borrow().way,
            bytes,
            records,
            _room: permits,
        };
        self.sender.send(part).is_ok()
    }
}

/// When the delay of bytes starts that are read now: at their arrival, even if they are read late.
fn delay_start(arrived_us: Option<u64>) -> (u64, Instant) {
    // In this order, a pause between the two readings never shortens the delay.
    let (now_us, now) = (clock::now_us(), Instant::now());
    let late_us = arrived_us.map_or(0, |arrived_us| now_us.saturating_sub(arrived_us));
    // After a step of the wall clock the difference may exceed the uptime of the machine.
    match now.checked_sub(Duration::from_micros(late_us)) {
        Some(instant) => (now_us - late_us, instant),
        None => (now_us, now),
    }
}

impl RelayedDirection {
    /// Writes each piece when its last byte is due.
    async fn deliver(mut self, mut in_flight: mpsc::UnboundedReceiver<InFlight>, to: &TcpStream) {
        while let Some(part) = in_flight.recv().await {
            if part.bytes.is_empty() {
                self.wire.follow(part.way);
                timer::sleep_until(self.wire.send(part.ready, 0)).await;
                let _ = SockRef::from(to).shutdown(Shutdown::Write);
                return;
            }
            let waits = self.wire.leaves(part.ready) - part.ready;
            let left_us = part.ready_us + waits.as_micros() as u64;
            let mut arrived_us = left_us;
            let mut records = part.records;
            let mut ends = false;
            let mut rest = part.bytes.clone();
            while !rest.is_empty() {
                self.wire.follow(Way {
                    bandwidth: self.terms.borrow().way.bandwidth,
                    ..part.way
                });
                let piece = rest.split_to(self.wire.piece_bytes().min(rest.len()));
                timer::sleep_until(self.wire.send(part.ready, piece.len())).await;
                arrived_us = clock::now_us();
                match self.hand_over(&piece, to, &mut records).await {
                    Ok(is_last) => ends |= is_last,
                    Err(_) => return,
                }
            }
            let records = self.tls.as_ref().map(|_| records);
            self.report(left_us, arrived_us, part.bytes, records);
            if ends {
                let _ = SockRef::from(to).shutdown(Shutdown::Write);
                return;
            }
        }
    }

    /// Writes a piece that has arrived: to the server without TLS, whose records are appended. True
    /// where the client has ended TLS.
    async fn hand_over(
        &self,
        piece: &[u8],
        to: &TcpStream,
        records: &mut Vec<TlsRecord>,
    ) -> io::Result<bool> {
        let Some(tls) = self
            .tls
            .as_ref()
            .filter(|_| self.direction == Direction::Up)
        else {
            return write_all(to, piece).await.map(|()| false);
        };
        let before = records.len();
        let is_last = tls.open(piece, records);
        for record in &records[before..] {
            write_all(to, &record.content).await?;
        }
        Ok(is_last)
    }

    fn report(&self, left_us: u64, arrived_us: u64, bytes: Bytes, records: Option<Vec<TlsRecord>>) {
        let Some(tap) = &self.tap else {
            return;
        };
        let (client_us, server_us) = match self.direction {
            Direction::Up => (left_us, arrived_us),
            Direction::Down => (arrived_us, left_us),
        };
        // The listener may have been dropped.
        let _ = tap.send(Passage {
            connection: self.connection,
            direction: self.direction,
            client_us,
            server_us,
            bytes,
            records,
        });
    }
}

async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Drop for RelayedDirection {
    fn drop(&mut self) {
        let now_us = clock::now_us();
        self.report(now_us, now_us, Bytes::new(), None);
    }
}
