"""The updates in what a client has read, in the format of each transport."""

import base64
import hashlib
import io
import json

# The sample nonce of RFC 6455, section 1.3, which the load generator sends too.
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Recorded(io.RawIOBase):
    """What was read, as a stream. The newest bytes that were taken from it arrived at
    `arrived_us`."""

    def __init__(self, reads):
        self.reads = iter(reads)
        self.arrived_us = None
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.rest:
            self.arrived_us, self.rest = next(self.reads, (self.arrived_us, b""))
        length = min(len(buffer), len(self.rest))
        buffer[:length], self.rest = self.rest[:length], self.rest[length:]
        return length


def websocket(stream):
    """One update in each text frame (RFC 6455). The server's frames are whole and have no mask."""
    fields = read_header(stream, b"HTTP/1.1 101 ")
    accept = base64.b64encode(hashlib.sha1(KEY + GUID).digest())
    if fields.get(b"sec-websocket-accept") != accept:
        raise ConnectionError(f"no WebSocket: {fields}")
    while True:
        kind, length = exactly(stream, 2)
        if length > 125:
            length = int.from_bytes(exactly(stream, 2 if length == 126 else 8), "big")
        payload = exactly(stream, length)
        if kind == 0x81:  # text, the first and last frame of it
            yield json.loads(payload)
        elif kind != 0x89:  # a ping
            raise ConnectionError(f"a frame of kind {kind:#x}: {payload!r}")


def sse(stream):
    """One update in each event, on one line."""
    for line in lines(stream):
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def http_streaming(stream):
    """One update on each line; empty lines are heartbeats."""
    for line in lines(stream):
        if line.strip():
            yield json.loads(line)


def long_polling(stream):
    """A list of updates in each response."""
    while True:
        fields = read_header(stream, b"HTTP/1.1 200 ")
        yield from json.loads(exactly(stream, int(fields[b"content-length"])))


UPDATES_OF = {
    "websocket": websocket,
    "sse": sse,
    "http-streaming": http_streaming,
    "long-polling": long_polling,
}


def lines(stream):
    """The lines of a response in chunks (RFC 9112, section 7.1)."""
    read_header(stream, b"HTTP/1.1 200 ")
    rest = b""
    while length := int(whole_line(stream), 16):
        *whole, rest = (rest + exactly(stream, length)).split(b"\n")
        yield from whole
        whole_line(stream)
    raise ConnectionError("the stream has ended")


def read_header(stream, status):
    """The fields of a response's header, their names in lower case."""
    line = whole_line(stream)
    if not line.startswith(status):
        raise ConnectionError(f"the server responded {line!r}")
    fields = {}
    while line := whole_line(stream).rstrip():
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    return fields


def whole_line(stream):
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


def exactly(stream, length):
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data
