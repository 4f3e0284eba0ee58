// Which passages are pieces of one message? The server reads a long message in several pieces; each is a
// passage of its own.

// Messages { pieces, length }, in the order of their first piece.
export function pieces(passages) {
  const open = { up: new Map(), down: new Map() };
  const messages = [];
  for (const passage of passages) {
    const { connection, direction, continues, length } = passage;
    const before = continues ? open[direction].get(connection) : undefined;
    if (before) {
      before.pieces.push(passage);
      before.length += length;
    } else {
      const message = { pieces: [passage], length };
      open[direction].set(connection, message);
      messages.push(message);
    }
  }
  return messages;
}
