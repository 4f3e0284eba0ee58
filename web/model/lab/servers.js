// Which servers of a cluster run, and how many panels does each serve? A pure function of the lab's
// state.

// [{ name, running, panels }]; empty without a cluster.
export function servers({ cluster, panels }) {
  const serves = (name) => panels.filter(({ served_by }) => served_by === name).length;
  return (cluster?.servers ?? []).map(({ name, running }) => ({
    name,
    running,
    panels: running ? serves(name) : 0,
  }));
}
