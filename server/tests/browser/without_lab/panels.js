// The numbers of each panel.

return [...document.querySelectorAll("#panels iframe")].flatMap((panel) => {
  const shown = panel.contentDocument;
  if (!shown?.getElementById("updates")?.value) return [];
  const number = (id) => Number(shown.getElementById(id)?.value ?? 0);
  // The test itself counts the reloads of the visible page.
  const page = shown.querySelector("#stage iframe");
  if (page && !page.watched) {
    page.watched = true;
    page.addEventListener("load", () => (panel.loads = (panel.loads ?? 0) + 1));
  }
  return {
    name: shown.getElementById("name").textContent,
    ...Object.fromEntries(
      ["updates", "requests", "bytes", "gaps", "repeats", "startedOver", "cuts"].map((id) => [id, number(id)]),
    ),
    loads: panel.loads ?? 0,
    seqs: [...shown.querySelectorAll("#latest tr td:first-child")]
      .map((cell) => Number(cell.textContent.replaceAll(",", "")))
      .filter((seq) => seq > 0),
  };
});
