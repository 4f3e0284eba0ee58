// How does the server prove that it has read the handshake? (RFC 6455, section 4.2.2)
//
// It appends a fixed text to the client's key and sends back the SHA-1 of both in base64. That is
// no secret: it shows that the answer comes from a WebSocket server, not from a cache or from a
// server of something else.

export const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// The computation, step by step. `matches` is there when the server's token is given.
export function handshake(key, given) {
  const concatenation = key + GUID;
  const digest = sha1(new TextEncoder().encode(concatenation));
  const token = btoa(String.fromCharCode(...digest));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const steps = { key, guid: GUID, concatenation, digest: hex, token };
  return given === undefined ? steps : { ...steps, given, matches: given === token };
}

// SHA-1 (FIPS 180-4, section 6.1). The browser's own is missing where a page comes over plain
// HTTP from another host, and here it is for looking on, not for keeping a secret.
export function sha1(message) {
  const sum = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const view = padded(message);
  for (let block = 0; block < view.byteLength; block += 64) {
    const words = Array.from({ length: 16 }, (_, nth) => view.getInt32(block + 4 * nth));
    for (let nth = 16; nth < 80; nth += 1) {
      const [a, b, c, d] = [3, 8, 14, 16].map((back) => words[nth - back]);
      words.push(turn(a ^ b ^ c ^ d, 1));
    }
    const mixed = words.reduce(round, sum);
    mixed.forEach((value, nth) => (sum[nth] = (sum[nth] + value) | 0));
  }
  const digest = new DataView(new ArrayBuffer(20));
  sum.forEach((value, nth) => digest.setInt32(4 * nth, value));
  return new Uint8Array(digest.buffer);
}

// The message, one bit 1, zeros up to a multiple of 64 bytes, the message's length in bits.
function padded(message) {
  const blocks = Math.ceil((message.length + 9) / 64);
  const bytes = new Uint8Array(blocks * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

const turn = (word, by) => (word << by) | (word >>> (32 - by));

const CONSTANTS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

const MIX = [
  (b, c, d) => (b & c) | (~b & d),
  (b, c, d) => b ^ c ^ d,
  (b, c, d) => (b & c) | (b & d) | (c & d),
  (b, c, d) => b ^ c ^ d,
];

function round([a, b, c, d, e], word, nth) {
  const stage = Math.floor(nth / 20);
  const next = (turn(a, 5) + MIX[stage](b, c, d) + e + CONSTANTS[stage] + word) | 0;
  return [next, a, turn(b, 30), c, d];
}
