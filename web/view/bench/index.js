// When does a script have each update? It runs one transport and keeps the instants for
// `loadgen browser`, which reads them from `window.bench`.

const query = new URLSearchParams(location.search);
const transport = query.get("transport") ?? "websocket";
// That of the load generator, unless another is given.
const interval = 1000;
const { start } = await import(`../../transports/${transport}.js`);

// Not Date.now(), which knows milliseconds only. In steps of 100 us, of 5 us where the page is
// isolated from other origins; the same machine's clock as that of the planned instants.
const nowUs = () => Math.round(1000 * (performance.timeOrigin + performance.now()));

const updates = [];
let cuts = 0;

window.bench = {
  updates,
  newestAtUs: () => updates.at(-1)?.at_us,
  cuts: () => cuts,
  resolutionUs: crossOriginIsolated ? 5 : 100,
  // timeOrigin was read from the wall clock once; since then that may have been set. Its next
  // millisecond tells.
  clockOffsetUs() {
    const from = Date.now();
    while (Date.now() === from);
    return nowUs() - 1000 * Date.now();
  },
};

start({
  after: undefined,
  interval,
  on(kind, message) {
    if (kind === "cut") cuts += 1;
    // What has no seq is a notice of missed updates; the audit finds the gap itself.
    if (kind === "message" && message.seq !== undefined) {
      updates.push({ seq: message.seq, at_us: message.at_us, arrived_us: nowUs() });
    }
  },
});
