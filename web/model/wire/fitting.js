// Which labels have room? The first of a cell of the time, if it is far enough from the first of the
// cell before. So a label stays with its item while it scrolls. `us` tells where an item is.

export function fitting(items, us, cell_us) {
  const labelled = new Set();
  let before = { cell: -Infinity, us: -Infinity };
  for (const item of items) {
    const own_us = us(item);
    const cell = Math.floor(own_us / cell_us);
    if (cell === before.cell) continue;
    if (own_us - before.us >= cell_us) labelled.add(item);
    before = { cell, us: own_us };
  }
  return labelled;
}
