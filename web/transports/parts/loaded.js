// How many bytes had the document that a frame has loaded?

// Its body, as the browser counted it; undefined when it is none of ours: an error page of the
// browser, or an answer that refuses.
export function loadedBytes(frame) {
  if (!frame.contentDocument) return undefined;
  const [loaded] = frame.contentWindow.performance.getEntriesByType("navigation");
  return loaded?.responseStatus === 200 ? loaded.encodedBodySize : undefined;
}
