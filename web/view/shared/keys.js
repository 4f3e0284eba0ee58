// Does a key belong to what has the focus, or to the page?

export function isIts(target, key) {
  // An event may be the document's, which is no element.
  if (!(target instanceof Element)) return false;
  if (target.matches("input:not([type=checkbox]), select, textarea")) return true;
  if (key === " ") return target.matches("button:not(.chart), input, summary, a") || target.closest(".scrolls") !== null;
  return key.startsWith("Page") && target.closest(".scrolls") !== null;
}

// With one of these it is the browser's.
export const isPlain = ({ altKey, ctrlKey, metaKey }) => !altKey && !ctrlKey && !metaKey;
