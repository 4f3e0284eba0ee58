// How does a recorded log play as if it were live? Its instants are moved to now, and at its end
// it begins again, without going back in time: `replay(recording, start_us)` gives a function
// that returns the messages which are due since it was asked last.
//
// A recording is { recorded, command, span_us, messages: [as /lab/wire sends them, from sent_us 0
// on] }: every instant in it counts from its beginning.

const AFTER_LAP = 1_000_000; // connections of one lap; those of the next have other numbers

export const lapOf = ({ connection }) => Math.floor(connection / AFTER_LAP);

export function replay(recording, start_us) {
  const { messages, span_us } = recording;
  const updates = length(messages);
  let lap = 0;
  let place = 0;
  return (now_us) => {
    const due = [];
    for (;;) {
      if (place === messages.length) {
        const end_us = start_us + (lap + 1) * span_us;
        if (end_us > now_us) return due;
        due.push({ sent_us: end_us, wire: ends(recording, end_us, lap) });
        lap += 1;
        place = 0;
      }
      const message = shifted(messages[place], start_us + lap * span_us, lap, lap * updates);
      if (message.sent_us > now_us) return due;
      due.push(message);
      place += 1;
    }
  };
}

// How many updates the feed had meanwhile: so far on are the numbers of the next lap.
function length(messages) {
  const all = messages.flatMap(({ wire = [] }) => wire.flatMap(({ updates }) => updates));
  const seqs = all.map(({ seq }) => seq);
  return seqs.length ? Math.max(...seqs) - Math.min(...seqs) + 1 : 0;
}

// The message as if the recording had begun at that instant, and at that update.
function shifted({ wire, sent_us, ...rest }, by_us, lap, by_seq) {
  const message = { ...rest, sent_us: sent_us + by_us };
  if (wire) message.wire = wire.map((passage) => moved(passage, by_us, lap, by_seq));
  return message;
}

const moved = (passage, by_us, lap, by_seq) => ({
  ...passage,
  connection: passage.connection + lap * AFTER_LAP,
  client_us: passage.client_us + by_us,
  server_us: passage.server_us + by_us,
  updates: passage.updates.map(({ seq, at_us }) => ({ seq: seq + by_seq, at_us: at_us + by_us })),
});

// What is open at the end of a lap ends with it.
function ends({ messages }, end_us, lap) {
  const open = new Map();
  for (const { wire = [] } of messages) {
    for (const { connection, transport, parts } of wire) {
      if (parts.length > 0) open.set(connection, transport);
      else open.delete(connection);
    }
  }
  return [...open].map(([connection, transport]) => ({
    transport,
    connection: connection + lap * AFTER_LAP,
    direction: "down",
    client_us: end_us,
    server_us: end_us,
    parts: [],
    updates: [],
  }));
}

// What was heard of the wire from its beginning on, as a recording of so long.
export function recording(heard, span_us, about) {
  const first = heard.find(({ wire }) => wire?.length);
  const start_us = first.sent_us - 40_000; // about what is collected before it is sent
  const state = heard.findLast(({ lab, sent_us }) => lab && sent_us <= first.sent_us) ?? heard.find(({ lab }) => lab);
  const during = heard.filter(({ sent_us }) => sent_us > start_us && sent_us <= start_us + span_us);
  const wires = during.filter(({ wire }) => wire?.length).map(sinceAsked());
  const messages = [{ sent_us: start_us, lab: state.lab }, ...wires];
  return { ...about, span_us, messages: messages.map((message) => shifted(message, -start_us, 0, 0)) };
}

const isHead = (part) => /^(response_head|setup)$/.test(part.class);

// The first update that a client receives, which gives it its position, was published before the
// request. In the next lap, it would be a late update of the previous lap.
function sinceAsked() {
  const asked_us = new Map();
  const known = (passage) => {
    const { transport, direction, client_us, server_us, parts } = passage;
    if (!asked_us.has(transport)) asked_us.set(transport, direction === "up" ? client_us : server_us);
    const updates = passage.updates.filter(({ at_us }) => at_us >= asked_us.get(transport));
    // On a stream it came alone.
    const alone = passage.updates.length > 0 && updates.length === 0 && !parts.some(isHead);
    if (alone) return [];
    // Where the head of a stream came with it, the head stays.
    const opens = passage.updates.length > 0 && updates.length === 0 && parts[0].class === "setup";
    return [{ ...passage, updates, parts: opens ? parts.filter(isHead) : parts }];
  };
  return (message) => ({ ...message, wire: message.wire.flatMap(known) });
}
