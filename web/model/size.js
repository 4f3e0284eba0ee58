// How many bytes is this text on the wire?

const encoder = new TextEncoder();

export const utf8Bytes = (text) => encoder.encode(text).length;

// The body of the document that a frame has loaded, as the browser counted it; undefined when it
// is none of ours: an error page of the browser, or an answer that refuses.
export function loadedBytes(frame) {
  if (!frame.contentDocument) return undefined;
  const [loaded] = frame.contentWindow.performance.getEntriesByType("navigation");
  return loaded?.responseStatus === 200 ? loaded.encodedBodySize : undefined;
}
