"""A relay that shares no code with the link: one thread reads, one writes what is due."""

import queue
import selectors
import socket
import threading
import time


def delay(to, ms):
    """Prints its port, and delays each direction."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    # The delay is the same for all bytes, so they are due in the order in which they came.
    in_transit = queue.SimpleQueue()
    threading.Thread(target=deliver, args=(in_transit,), daemon=True).start()
    sources = selectors.DefaultSelector()
    sources.register(listener, selectors.EVENT_READ)
    while True:
        for source, _ in sources.select():
            if source.fileobj is listener:
                join(sources, listener.accept()[0], to)
                continue
            data = read(source.fileobj)
            in_transit.put((time.monotonic() + ms / 1e3, source.data, data))
            if not data:
                sources.unregister(source.fileobj)


def join(sources, client, to):
    """What one side sends is for the other. A socket is closed when neither refers to it."""
    host, port = to.rsplit(":", 1)
    server = socket.create_connection((host, int(port)))
    for end, other in ((client, server), (server, client)):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sources.register(end, selectors.EVENT_READ, other)


def read(end):
    try:
        return end.recv(1 << 16)
    except OSError:  # a reset counts as an end
        return b""


def deliver(in_transit):
    while True:
        due, end, data = in_transit.get()
        if (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        try:
            end.sendall(data) if data else end.shutdown(socket.SHUT_WR)
        except OSError:  # the receiver left before its bytes came
            pass
