// What if the same page were open in one more tab? These streams are opened and ignored: each
// takes one of the six connections that a browser grants to one server over HTTP/1.1.

const MOST = 12;
const held = [];

export function holdStreams(count) {
  const wanted = Math.min(Math.max(0, Math.floor(Number(count)) || 0), MOST);
  while (held.length > wanted) held.pop().close();
  while (held.length < wanted) held.push(new EventSource("/sse"));
}
