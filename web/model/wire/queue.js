// A list that grows at its end and shrinks at its start, while a reader that keeps an earlier one
// still sees that one. It consists of blocks that never change: a new list shares all blocks but the
// last with the earlier one. (A pause keeps a log, and the feed continues.)

const BLOCK = 128; // an addition copies at most one block and the list of blocks

export const EMPTY_QUEUE = { blocks: [], first: 0, length: 0 };

export function get({ blocks, first, length }, index) {
  if (index < 0 || index >= length) return undefined;
  const place = first + index;
  return blocks[Math.floor(place / BLOCK)][place % BLOCK];
}

export function push(queue, items) {
  if (items.length === 0) return queue;
  const blocks = queue.blocks.slice();
  const rest = (queue.first + queue.length) % BLOCK;
  let from = 0;
  if (rest > 0) {
    from = BLOCK - rest;
    blocks.push([...blocks.pop(), ...items.slice(0, from)]);
  }
  for (; from < items.length; from += BLOCK) blocks.push(items.slice(from, from + BLOCK));
  return { blocks, first: queue.first, length: queue.length + items.length };
}

// Without the first `count`.
export function drop(queue, count) {
  if (count === 0) return queue;
  if (count >= queue.length) return EMPTY_QUEUE;
  const first = queue.first + count;
  const blocks = queue.blocks.slice(Math.floor(first / BLOCK));
  return { blocks, first: first % BLOCK, length: queue.length - count };
}

// The first `length` alone.
export function take(queue, length) {
  if (length >= queue.length) return queue;
  if (length <= 0) return EMPTY_QUEUE;
  const end = queue.first + length;
  const blocks = queue.blocks.slice(0, Math.ceil(end / BLOCK));
  if (end % BLOCK > 0) blocks.push(blocks.pop().slice(0, end % BLOCK));
  return { blocks, first: queue.first, length };
}

export function list(queue, from = 0, to = queue.length) {
  const items = [];
  for (let index = Math.max(0, from); index < Math.min(to, queue.length); index += 1) {
    items.push(get(queue, index));
  }
  return items;
}

// The first place from which on `holds` is true; it is false before and true after.
export function search(queue, holds) {
  let [from, to] = [0, queue.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(get(queue, middle))) to = middle;
    else from = middle + 1;
  }
  return from;
}

// With `items` where they belong in the order of `key`, a number. What comes late makes only what
// is newer than itself move.
export function insert(queue, items, key) {
  if (items.length === 0) return queue;
  const sorted = [...items].sort((a, b) => key(a) - key(b));
  const place = search(queue, (item) => key(item) > key(sorted[0]));
  if (place === queue.length) return push(queue, sorted);
  const moved = [...list(queue, place), ...sorted].sort((a, b) => key(a) - key(b));
  return push(take(queue, place), moved);
}
