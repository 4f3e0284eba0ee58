// All text of the page that can be read or heard, without the bytes of the wire.

const words = [];
for (const element of document.querySelectorAll("body *")) {
  if (element.closest("code, canvas:not([aria-label])")) continue;
  for (const name of ["aria-label", "aria-valuetext", "title"]) {
    if (element.hasAttribute(name)) words.push(element.getAttribute(name));
  }
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) words.push(node.data.trim());
  }
}
return [document.title, ...words];
