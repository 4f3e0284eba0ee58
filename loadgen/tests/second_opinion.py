#!/usr/bin/env python3
"""How late are updates, according to a program that shares no code with the load generator?

  second_opinion.py listen http://HOST:PORT/websocket --seconds 10 --clients 20
      Receives (http-streaming or websocket) and prints how late the updates came, as JSON.
  second_opinion.py delay --to HOST:PORT --ms 25
      A relay that delays each direction, as the link of `loadgen run --rtt` does.
  second_opinion.py compare
      A table: both clients, without a delay and behind this relay, and the link beside it.

Needs Python 3.9 or later and nothing else.
"""

import argparse
import base64
import hashlib
import http.client
import json
import math
import os
import queue
import selectors
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

# So long may a feed be silent.
PATIENCE_S = 30

# --- listen: each transport tells the instant at which an update was read, and its text -----------


def http_streaming(url):
    """One JSON text per line; http.client takes the chunks apart."""
    with closing(http.client.HTTPConnection(url.netloc, timeout=PATIENCE_S)) as connection:
        connection.request("GET", url.path)
        with connection.getresponse() as response:
            if response.status != 200:
                raise ConnectionError(f"{url.geturl()} answers {response.status}")
            while line := response.readline():
                yield time.time(), line
    raise ConnectionError("the stream has ended")


def websocket(url):
    """One JSON text per frame (RFC 6455); the server's frames are whole, and without a mask."""
    address = (url.hostname, url.port or 80)
    with socket.create_connection(address, timeout=PATIENCE_S) as connection:
        stream = connection.makefile("rb")
        shake_hands(connection, stream, url)
        while True:
            kind, length = exactly(stream, 2)
            if length > 125:
                length = int.from_bytes(exactly(stream, 2 if length == 126 else 8), "big")
            payload = exactly(stream, length)
            now = time.time()
            if kind == 0x81:  # text, the first and last frame of it
                yield now, payload
            elif kind == 0x89:  # a ping; the pong's mask is zero
                connection.sendall(bytes([0x8A, 0x80 | length, 0, 0, 0, 0]) + payload)
            else:
                raise ConnectionError(f"a frame of kind {kind:#x}: {payload!r}")


def shake_hands(connection, stream, url):
    key = base64.b64encode(os.urandom(16))
    connection.sendall(
        b"GET %b HTTP/1.1\r\nHost: %b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n\r\n"
        % (url.path.encode(), url.netloc.encode(), key)
    )
    status = stream.readline()
    proof = http.client.parse_headers(stream)["Sec-WebSocket-Accept"]
    expected = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    if b" 101 " not in status or proof != base64.b64encode(expected).decode():
        raise ConnectionError(f"{url.geturl()} is no WebSocket: {status!r}")


def exactly(stream, length):
    data = stream.read(length)
    if len(data) < length:
        raise ConnectionError("the connection has ended")
    return data


TRANSPORTS = {"/http-streaming": http_streaming, "/websocket": websocket}


def receive(url, until):
    """How late each update came to one client, in microseconds."""
    arrivals = []
    for now, text in TRANSPORTS[url.path](url):
        if now > until:
            break
        # Taken apart after the run: the threads take turns at Python's lock.
        arrivals.append((now, text))
    updates = [(now, json.loads(text)) for now, text in arrivals]
    seqs = [update["seq"] for _, update in updates]
    if any(after != before + 1 for before, after in zip(seqs, seqs[1:])):
        raise ConnectionError(f"updates were lost, doubled or reordered: {seqs}")
    # The first was there before the client asked, and came at once.
    return [now * 1e6 - update["at_us"] for now, update in updates[1:]]


def listen(url, seconds, clients):
    url, until = urlsplit(url), time.time() + seconds
    if url.path not in TRANSPORTS:
        raise ConnectionError(f"{url.geturl()}: expected a path of {' or '.join(TRANSPORTS)}")
    with ThreadPoolExecutor(clients) as pool:
        each = list(pool.map(lambda _: receive(url, until), range(clients)))
    late = sorted(us for one in each for us in one)
    if not late:
        raise ConnectionError(f"no update came within {seconds} s")

    def at(share):  # the nearest rank
        return round(late[math.ceil(share * len(late)) - 1])

    numbers = {"count": len(late), "p50_us": at(0.5), "p99_us": at(0.99)}
    print(json.dumps({**numbers, "min_us": round(late[0]), "max_us": round(late[-1])}))


# --- delay: one thread reads, one writes what is due ----------------------------------------------


def delay(to, ms):
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    # All bytes are on the way equally long, so they are due in the order in which they came.
    on_the_way = queue.SimpleQueue()
    threading.Thread(target=deliver, args=(on_the_way,), daemon=True).start()
    sources = selectors.DefaultSelector()
    sources.register(listener, selectors.EVENT_READ)
    while True:
        for source, _ in sources.select():
            if source.fileobj is listener:
                join(sources, listener.accept()[0], to)
                continue
            data = read(source.fileobj)
            on_the_way.put((time.monotonic() + ms / 1e3, source.data, data))
            if not data:
                sources.unregister(source.fileobj)


def join(sources, client, to):
    """What one side says is for the other. A socket is closed when neither needs it any more."""
    host, port = to.rsplit(":", 1)
    server = socket.create_connection((host, int(port)))
    for end, other in ((client, server), (server, client)):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sources.register(end, selectors.EVENT_READ, other)


def read(end):
    try:
        return end.recv(1 << 16)
    except OSError:  # cut: as good as ended
        return b""


def deliver(on_the_way):
    while True:
        due, end, data = on_the_way.get()
        if (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        try:
            end.sendall(data) if data else end.shutdown(socket.SHUT_WR)
        except OSError:  # it has left before its bytes came
            pass


# --- compare --------------------------------------------------------------------------------------


def compare(programs):
    print(f"{'20 clients, 10 updates/s, 10 s':46}client    p50 ms    p99 ms")
    apart = []
    with ExitStack() as running:
        port = start(running, f"{programs}/server", "--bind", "127.0.0.1:0", "--rate", "10")
        relay = [sys.executable, __file__, "delay", "--to", f"127.0.0.1:{port}", "--ms", "25"]
        far = start(running, *relay)
        for transport in ("websocket", "http-streaming"):

            def row(distance, client, late):
                p50, p99 = (us / 1e3 for us in late)
                print(f"{transport:16}{distance:30}{client:8}{p50:8.2f}{p99:10.2f}", flush=True)
                return p50

            near = row("no delay", "loadgen", loadgen(programs, port, transport))
            other = row("no delay", "python", python(port, transport))
            relayed = row("25 ms each way, this relay", "loadgen", loadgen(programs, far, transport))
            both = row("25 ms each way, this relay", "python", python(far, transport))
            linked = row("25 ms each way, the link", "loadgen", loadgen(programs, port, transport, "50ms"))
            apart += [other - near, both - relayed, linked - relayed]
    worst = max(apart, key=abs)
    print(f"at p50 clients and delays differ by {worst:.2f} ms at most")
    if abs(worst) > 1:
        sys.exit("that is more than 1 ms: measure again on an idle machine")


def start(running, *command):
    """A program that says its port at the end of its first line, and ends with the others."""
    program = running.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    running.callback(program.kill)
    return int(program.stdout.readline().rsplit(":", 1)[-1])


def python(port, transport):
    url = f"http://127.0.0.1:{port}/{transport}"
    own = [sys.executable, __file__, "listen", url, "--seconds", "10", "--clients", "20"]
    numbers = json.loads(subprocess.check_output(own))
    return numbers["p50_us"], figures["p99_us"]


def loadgen(programs, port, transport, rtt="0ms"):
    run = [f"{programs}/loadgen", "run", "--transport", transport, "--clients", "20", "--json"]
    run += ["--duration", "10s", "--rtt", rtt, "--url", f"http://127.0.0.1:{port}"]
    late = json.loads(subprocess.check_output(run))["latency_us"]
    return late["p50"], late["p99"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("listen", help="print how late updates come, as JSON")
    command.add_argument("url", help="http://HOST:PORT/websocket or .../http-streaming")
    command.add_argument("--seconds", type=float, default=10)
    command.add_argument("--clients", type=int, default=20)
    command.set_defaults(run=listen)
    command = commands.add_parser("delay", help="relay, and delay each direction")
    command.add_argument("--to", required=True, help="HOST:PORT")
    command.add_argument("--ms", type=float, default=25)
    command.set_defaults(run=delay)
    command = commands.add_parser("compare", help="print a table of both clients and delays")
    command.add_argument("--programs", default="target/release", help="where both are built")
    command.set_defaults(run=compare)
    arguments = vars(parser.parse_args())
    try:
        arguments.pop("run")(**arguments)
    except (OSError, http.client.HTTPException, subprocess.SubprocessError) as error:
        sys.exit(f"second_opinion.py: {error}")


if __name__ == "__main__":
    main()
