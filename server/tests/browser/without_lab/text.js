// The text of the page and its panels.

const panels = [...document.querySelectorAll("#panels iframe")];
const documents = [document, ...panels.map((panel) => panel.contentDocument)];
return documents.map(({ body }) => body.innerText).join("\n");
