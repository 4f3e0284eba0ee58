"""A client that shares no code with the load generator: one thread, one epoll loop.

It sends the bytes of the load generator's header profile `browser`, takes the kernel's receive
timestamps where there are any (Linux), and keeps what it reads. Only after the run it parses the
bytes, so that it spends little time on each read.
"""

import gc
import io
import json
import math
import re
import resource
import selectors
import socket
import struct
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from outside_formats import KEY, UPDATES_OF, Recorded

HEADERS = Path(__file__).parent.parent / "headers" / "browser"
HEADER_OF = {
    "websocket": "websocket.http",
    "sse": "event-source.http",
    "http-streaming": "fetch-stream.http",
    "long-polling": "fetch.http",
}

READ_BYTES = 8192
# The option's number on Linux; Python has no name for it. Its value is a `struct timespec`.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("@ll")
CONTROL_BYTES = socket.CMSG_SPACE(TIMESPEC.size)

# As the load generator: the time between two connects, and from the first updates to the window.
BETWEEN_CONNECTS_S = 0.0005
WARM_UP_S = 1
# How long to wait for the first updates, and for those after the window.
PATIENCE_S = 30

UPDATE = re.compile(rb'{"seq":(\d+),"at_us":(\d+),')
CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


# The check of a position: `at_us` modulo a prime, in base 36 with four digits.
CHECK_MODULUS = 1_048_573
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def now_us():
    return time.time_ns() // 1000


def position(seq, at_us):
    """The position after an update, for the next request."""
    rest, check = int(at_us) % CHECK_MODULUS, ""
    for _ in range(4):
        rest, digit = divmod(rest, len(DIGITS))
        check = DIGITS[digit] + check
    return seq + b"." + check.encode()


class Client:
    """One connection, and what was read from it: pairs of the arrival in microseconds and bytes."""

    def __init__(self, address, transport, header):
        self.header = header
        self.path = b"/" + transport.encode()
        self.is_long_polling = transport == "long-polling"
        self.unread = b""
        self.reads = []
        self.without_timestamp = 0
        self.has_update = self.is_done = False
        self.socket = socket.socket()
        if sys.platform == "linux":
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.send(self.path)

    def send(self, target):
        request = self.header.replace(b"{target}", target)
        if self.socket.send(request) < len(request):
            raise ConnectionError("a request did not fit into the socket's buffer")

    def read(self):
        data, controls, _, _ = self.socket.recvmsg(READ_BYTES, CONTROL_BYTES)
        if not data:
            raise ConnectionError(f"the server closed a connection after {self.reads[-1:]}")
        for level, kind, value in controls:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = TIMESPEC.unpack(value)
                arrived_us = seconds * 1_000_000 + nanoseconds // 1000
                break
        else:
            arrived_us = now_us()
            self.without_timestamp += 1
        self.reads.append((arrived_us, data))
        if self.is_long_polling:
            self.request_next(data)
        return data

    def request_next(self, data):
        """Sends the next long poll if the response is complete."""
        self.unread += data
        head, _, body = self.unread.partition(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        if length and len(body) >= int(length[1]):
            self.unread = b""
            updates = UPDATE.findall(body)
            # An empty feed answers without an update.
            self.send(self.path + b"?after=" + (position(*updates[-1]) if updates else b"0"))


class Clients:
    """All clients of a run."""

    def __init__(self, url, count):
        self.transport = url.path[1:]
        host = url.netloc.encode()
        header = (HEADERS / HEADER_OF[self.transport]).read_bytes().replace(b"\n", b"\r\n")
        header = header.replace(b"{host}", host).replace(b"{key}", KEY)
        self.selector = selectors.DefaultSelector()
        self.all = []
        self.with_update = self.done = 0
        self.window_end_us = None
        began = time.monotonic()
        while len(self.all) < count:
            if time.monotonic() >= began + len(self.all) * BETWEEN_CONNECTS_S:
                client = Client((url.hostname, url.port), self.transport, header)
                self.selector.register(client.socket, selectors.EVENT_READ, client)
                self.all.append(client)
            self.receive(0)

    def receive(self, timeout_s):
        for key, _ in self.selector.select(timeout_s):
            client = key.data
            data = client.read()
            if not client.has_update and UPDATE.search(data):
                client.has_update = True
                self.with_update += 1
            if self.window_end_us and not client.is_done:
                planned_us = [int(at_us) for _, at_us in UPDATE.findall(data)]
                client.is_done = max(planned_us, default=0) > self.window_end_us
                self.done += client.is_done

    def receive_until(self, instant_us):
        while (left_us := instant_us - now_us()) > 0:
            self.receive(left_us / 1e6)

    def receive_while(self, condition, what):
        deadline_us = now_us() + PATIENCE_S * 1_000_000
        while condition():
            if now_us() > deadline_us:
                raise ConnectionError(f"within {PATIENCE_S} s not every client received {what}")
            self.receive(1)

    def close(self):
        for client in self.all:
            client.socket.close()


def listen(url, seconds, clients):
    """Prints the latency of each update that was planned inside the window, as JSON."""
    url = urlsplit(url)
    if url.path[1:] not in HEADER_OF:
        raise ConnectionError(f"{url.geturl()}: expected a path of {', '.join(HEADER_OF)}")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # Nothing here refers to itself, so a collection would only take time.
    gc.disable()
    everyone = Clients(url, clients)
    everyone.receive_while(lambda: everyone.with_update < clients, "an update")
    from_us = now_us() + WARM_UP_S * 1_000_000
    to_us = from_us + round(seconds * 1e6)
    everyone.receive_until(from_us)
    cpu = time.process_time()
    everyone.receive_until(to_us)
    cpu = time.process_time() - cpu
    everyone.window_end_us = to_us
    everyone.receive_while(lambda: everyone.done < clients, "an update planned after the window")
    everyone.close()
    late_us = sorted(
        late_us for client in everyone.all for late_us in latencies(client, url, from_us, to_us)
    )
    if not late_us:
        raise ConnectionError(f"no update was planned within {seconds} s")

    def at(share):  # the nearest rank
        return late_us[math.ceil(share * len(late_us)) - 1]

    figures = {"count": len(late_us), "p50_us": at(0.5), "p99_us": at(0.99)}
    figures |= {"min_us": late_us[0], "max_us": late_us[-1], "cores_used": round(cpu / seconds, 3)}
    figures["reads_without_timestamp"] = sum(client.without_timestamp for client in everyone.all)
    print(json.dumps(figures))


def latencies(client, url, from_us, to_us):
    """Arrival minus planned instant, of each update of one client that was planned in the window."""
    recorded = Recorded(client.reads)
    stream = io.BufferedReader(recorded, READ_BYTES)
    previous = None
    try:
        for update in UPDATES_OF[url.path[1:]](stream):
            if "seq" not in update or previous not in (None, update["seq"] - 1):
                raise ConnectionError(f"after update {previous} came {update}")
            previous = update["seq"]
            if from_us <= update["at_us"] < to_us:
                yield recorded.arrived_us - update["at_us"]
    except EOFError:
        pass
