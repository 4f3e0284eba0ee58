// What did pulling the plug, or the end of its server, do to a transport? A pure function of log and time.

import { unplugged } from "./log.js";
import { asks, text } from "./passage.js";
import { list, search } from "./queue.js";

// With a cluster, the newest fault may be that the server of a transport was stopped: then `server` is its
// name, and `back_us` counts from there.
//
// Undefined where the plug was not out, of all that is kept, or is out still, or where a proxy has come
// between since. Else
// { server, back_us, repeated, lost }: how long after it was in again the next update came (undefined: none
// yet), how many updates came once more, and how many never did of those before the newest that
// came. Where several clients share the row the last two are undefined: it is not known which client received what. Also
// undefined where the client that was cut is gone: a new one, which begins at the newest update, has
// taken its place before an update came.
export function outage(log, transport, at_us) {
  const span = newest(unplugged(log, transport, -Infinity, at_us).at(-1), stop(log, transport, at_us));
  if (span === undefined || span.to_us === at_us || proxied(log, transport, span.to_us, at_us)) return undefined;
  const { passages } = log.rows[transport];
  const place = (us) => search(passages, ({ arrived_us }) => arrived_us > us);
  const cut = place(span.from_us);
  const before = arrivals(passages, 0, cut);
  const end = replaced(passages, cut, place(at_us));
  const since = arrivals(passages, cut, end ?? place(at_us));
  // Not what was on its way when the server stopped.
  const back = since.find(({ server_us }) => server_us >= span.to_us);
  if (back === undefined && before.length > 0 && end !== undefined) return undefined;
  const { from_us, to_us, ...cause } = span;
  if (back === undefined || before.length === 0) return { ...cause, back_us: undefined };
  const back_us = back.client_us - to_us;
  return { ...cause, back_us, ...(shared(before) ? {} : audit(before, since)) };
}

const newest = (plug, server) => (plug && server && plug.to_us > server.to_us ? plug : (server ?? plug));

// When the server that a transport used was stopped last: { server, from_us, to_us }, the same instant.
function stop({ labs }, transport, at_us) {
  let found;
  for (let nth = 1; nth < labs.length && labs[nth].at_us < at_us; nth += 1) {
    const [before, after] = [labs[nth - 1].lab, labs[nth].lab];
    const server = before.panels.find((panel) => panel.transport === transport)?.served_by;
    const runs = ({ cluster }) => cluster?.servers.find(({ name }) => name === server)?.running;
    if (runs(before) && runs(after) === false) found = { server, from_us: labs[nth].at_us, to_us: labs[nth].at_us };
  }
  return found;
}

// Was there a proxy between client and server after `from_us`? It is the next fault, with an outcome of its
// own.
const proxied = ({ labs }, transport, from_us, to_us) =>
  labs.some(({ at_us, lab }) => {
    const proxy = lab.panels.find((panel) => panel.transport === transport)?.proxy;
    return at_us > from_us && at_us <= to_us && (proxy ?? null) !== null;
  });

// The place of the first request of a new client: one without a cursor, as a page that is loaded again
// sends it. Undefined: there is none.
function replaced(passages, from, to) {
  const nth = list(passages, from, to).findIndex(({ direction, parts }) => {
    return direction === "up" && parts.some(asks) && !hasCursor(parts);
  });
  return nth < 0 ? undefined : from + nth;
}

// In the address, or where the browser itself resumes an event stream, in a header field.
const hasCursor = (parts) => parts.some((part) => IN_ADDRESS.test(start(part)) || IN_HEAD.test(decoder.decode(text(part))));
const IN_ADDRESS = /^GET \S+[?&]after=/;
const IN_HEAD = /^last-event-id:/im;
const start = ({ bytes }) => atob(bytes.slice(0, 160));
const decoder = new TextDecoder();

function arrivals(passages, from, to) {
  const down = list(passages, from, to).filter(({ direction }) => direction === "down");
  return down.flatMap(({ updates, client_us, server_us, connection }) =>
    updates.map(({ seq }) => ({ seq, client_us, server_us, connection })),
  );
}

// Did an update come on two connections?
function shared(arrivals) {
  const came = new Map();
  return arrivals.some(({ seq, connection }) => {
    const before = came.get(seq) ?? connection;
    came.set(seq, before);
    return before !== connection;
  });
}

function audit(before, since) {
  const known = new Set(before.map(({ seq }) => seq));
  const came = new Set(since.map(({ seq }) => seq));
  const twice = [...came].filter((seq) => known.has(seq)).length;
  let lost = 0;
  for (let seq = Math.max(...known) + 1; seq < Math.max(...came); seq += 1) {
    lost += came.has(seq) ? 0 : 1;
  }
  return { repeated: since.length - came.size + twice, lost };
}
