// What passed on the wire, as the page keeps it?
//
// A passage is { id, transport, connection, direction, client_us, server_us, left_us, arrived_us,
// length, parts: [{ class, length, bytes }], updates: [{ seq, at_us }], kind, first, segments, sends,
// continues, refused, encrypted }: some bytes that went one way at once. `kind` is "request", "response",
// "handshake", "chunk" or "frame"; "tls" is only between the two ends of TLS; "end", without bytes,
// tells that the connection has ended. `first` is the first part that is not TLS's own. `segments` are
// the parts with neighbours of one class joined: [{ class, length }]. `sends`: whether it carries text
// that the client publishes. `continues`: whether it is a further piece of the passage before it on the
// same connection, as the server reads a long message in several pieces. `refused`: whether it belongs to
// a WebSocket handshake that the server refused. `encrypted` is, with TLS, the passage as an observer of
// the network sees it, in base64.

// The passages of a message of the lab, { sent_us, wire: […] }, numbered from `firstId` on.
export const passages = (message, firstId) =>
  (message.wire ?? []).map((told, nth) => passage(told, firstId + nth));

function passage(told, id) {
  const { transport, connection, direction, client_us, server_us, parts, updates } = told;
  const up = direction === "up";
  const first = parts.find((part) => !isTls(part));
  const what = first ? kind(transport, up, first.class) : parts.length ? "tls" : "end";
  // Field by field: the engine reads objects of one shape several times faster.
  return {
    id,
    transport,
    connection,
    direction,
    client_us,
    server_us,
    left_us: up ? client_us : server_us,
    arrived_us: up ? server_us : client_us,
    length: parts.reduce((sum, part) => sum + part.length, 0),
    parts,
    updates,
    kind: what,
    first,
    segments: segments(parts),
    sends: up && sends(what, first, parts),
    continues: first?.class === "payload",
    refused: transport === "websocket" && isRefused(up, what, first),
    encrypted: told.encrypted,
  };
}

function segments(parts) {
  const joined = [];
  for (const { class: name, length } of parts) {
    const before = joined.at(-1);
    if (before?.class === name) before.length += length;
    else joined.push({ class: name, length });
  }
  return joined;
}

// A frame with text, or a request that publishes, or the body of one.
function sends(kind, first, parts) {
  if (kind === "frame") return parts.some((part) => part.class === "payload");
  return kind === "request" && (first.class === "payload" || (begins(first) && !asks(first)));
}

// The answer to the handshake has a header and, in the same passage or the next one, a body that is in no
// frame.
const isRefused = (up, kind, first) => !up && (kind === "response" || first?.class === "format");

// By what it begins with. On a WebSocket's connection, whatever is no head is in frames.
function kind(transport, up, first) {
  const socket = transport === "websocket";
  switch (first) {
    case "setup":
      return socket ? "handshake" : up ? "request" : "response";
    case "request_head":
      return "request";
    case "response_head":
      return "response";
    default:
      return socket ? "frame" : up ? "request" : "chunk";
  }
}

// Is it what TLS adds: around the content of its records, or a record without any, as those of its
// handshake? Such a record begins with its type, 20 to 23, and the version 3 (RFC 8446, section 5.1).
export const isTls = ({ class: name, bytes }) =>
  name === "tls" || (name === "setup" && /^[\x14-\x17]\x03/.test(atob(bytes.slice(0, 4))));

// The bytes of a part: all of them, or the first 4,096.
export const text = ({ bytes }) => Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0));

// Does a request begin with this part? A head that comes in two pieces is one request.
export const begins = ({ bytes }) => /^[A-Z]+ /.test(atob(bytes.slice(0, 16)));

// How many requests begin in these parts, handshakes included?
export const requestsIn = (parts) =>
  parts.filter((part) => (part.class === "request_head" || part.class === "setup") && begins(part)).length;

// Is it a request for what the feed has, and none that publishes?
export const asks = ({ bytes }) => atob(bytes.slice(0, 8)).startsWith("GET ");
