// Which servers of a cluster run, and how many panels does each serve?

import assert from "node:assert/strict";
import test from "node:test";

import { servers } from "../../model/lab/servers.js";

const lab = (...running) => ({
  cluster: { servers: running.map((running, nth) => ({ name: `server-${nth + 1}`, running })) },
  panels: ["server-1", "server-2", "server-1", undefined].map((served_by) => ({ served_by })),
});

test("each server serves the panels whose newest response names it, while it runs", () => {
  assert.deepEqual(servers(lab(true, false, true)), [
    { name: "server-1", running: true, panels: 2 },
    { name: "server-2", running: false, panels: 0 },
    { name: "server-3", running: true, panels: 0 },
  ]);
});

test("without a cluster there are no servers", () => {
  assert.deepEqual(servers({ panels: [{}] }), []);
});
