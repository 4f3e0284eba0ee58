// What may a lab tell? Messages for the tests of the model, as the server would send them.

import { CLASSES } from "../model/wire/counters.js";
import { TRANSPORTS } from "../model/shared/transports.js";

export const T0 = 1_763_890_000_000_000;

export const bytes = (text) => btoa(text);

export const part = (name, text) => ({ class: name, length: text.length, bytes: bytes(text) });

export const up = (transport, connection, left_us, arrived_us, parts) => ({
  transport,
  connection,
  direction: "up",
  client_us: left_us,
  server_us: arrived_us,
  parts,
  updates: [],
});

export const down = (transport, connection, left_us, arrived_us, parts, updates = []) => ({
  transport,
  connection,
  direction: "down",
  client_us: arrived_us,
  server_us: left_us,
  parts,
  updates,
});

export const asked = (transport, connection, left_us, arrived_us, name = "request_head") =>
  up(transport, connection, left_us, arrived_us, [
    part(name, `GET /${transport} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  ]);

export const answered = (transport, connection, left_us, arrived_us, seq, at_us) =>
  down(
    transport,
    connection,
    left_us,
    arrived_us,
    [part("response_head", "HTTP/1.1 200 OK\r\n\r\n"), part("payload", `{"seq":${seq}}`)],
    [{ seq, at_us }],
  );

export const opened = (transport, connection, left_us, arrived_us) =>
  down(transport, connection, left_us, arrived_us, [part("setup", "HTTP/1.1 200 OK\r\n\r\n")]);

export const framed = (connection, left_us, arrived_us, seq, at_us) =>
  down(
    "websocket",
    connection,
    left_us,
    arrived_us,
    [part("websocket_frame", "\x81\x09"), part("payload", `{"seq":${seq}}`)],
    [{ seq, at_us }],
  );

// The parts of a record of TLS with these inside.
export const sealed = (...parts) => [part("tls", "\x17\x03\x03\x00\x77"), ...parts, part("tls", "x".repeat(17))];

// A record of TLS itself: of its handshake, or a session ticket.
export const handshaken = () => part("setup", "\x16\x03\x03\x00\x02ab");

// The state of a lab with these panels: { sse: { plugged: false } }.
export const lab = (different = {}) => ({
  panels: TRANSPORTS.map(({ name }) => ({
    transport: name,
    rtt_us: 0,
    proxy: null,
    plugged: true,
    ...different[name],
  })),
});

// The same numbers from 0 to 1 again for the same seed.
export function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

// Messages of any content, some passages later than the order of their arrival.
export function randomMessages(seed, count, apart_us) {
  const next = random(seed);
  const below = (end) => Math.floor(next() * end);
  let seq = 0;
  return Array.from({ length: count }, (_, nth) => {
    const sent_us = T0 + nth * apart_us;
    const wire = Array.from({ length: below(9) }, () => {
      const { name } = TRANSPORTS[below(TRANSPORTS.length)];
      const arrived_us = sent_us - below(3 * apart_us);
      const ends = [name, below(6), arrived_us - below(500_000), arrived_us];
      if (next() < 0.4) return asked(...ends);
      const parts = Array.from({ length: 1 + below(3) }, () =>
        part(CLASSES[below(CLASSES.length)], "x".repeat(1 + below(50))),
      );
      const updates = Array.from({ length: below(3) }, () => ({ seq: (seq += 1), at_us: ends[2] }));
      return down(...ends, parts, updates);
    });
    return { sent_us, wire };
  });
}
