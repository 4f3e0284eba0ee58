// How many bytes is this text on the wire?

const encoder = new TextEncoder();

export const utf8Bytes = (text) => encoder.encode(text).length;
