// The content of the dialog of a message.

const SHAPES = { CR: "\r", LF: "\n", TAB: "\t", SP: " " };

// Replaces folded runs and visible control characters by the original text.
function plain(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.matches(".bytes-fold")) {
    const [, run, times] = node.textContent.match(/^(.+) × (\d+)$/s);
    return run.repeat(Number(times));
  }
  if (node.matches("i")) return SHAPES[node.textContent];
  return [...node.childNodes].map(plain).join("");
}

const dialog = document.getElementById("bytes");
const bytes = (element) => Number(element.textContent.match(/^([\d,]+) (B|bytes?)$/)[1].replaceAll(",", ""));
const all = (css) => [...dialog.querySelectorAll(css)];
return {
  title: dialog.querySelector("h2").textContent,
  total: bytes(dialog.querySelector("dd")),
  parts: all(".bytes-parts h3 b").map(bytes),
  pieces: all(".bytes-parts .bytes-count").map(bytes),
  texts: all(".bytes-parts li li").map((piece) => [
    piece.dataset.kind,
    [...piece.querySelectorAll(":scope > div > code")].map(plain).at(-1) ?? "",
  ]),
};
