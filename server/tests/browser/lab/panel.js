// The values of this panel: none before it has drawn, and current ones if it was out of sight.

const number = (id) => Number(document.getElementById(id)?.value ?? 0);
const values = () => ({
  lang: document.documentElement.lang,
  port: location.port,
  words: [document.body.innerText],
  ...Object.fromEntries(["updates", "gaps", "repeats", "missed"].map((id) => [id, number(id)])),
  seqs: [...document.querySelectorAll("#latest tr td:first-child")]
    .map((cell) => Number(cell.textContent.replaceAll(",", "")))
    .filter((seq) => seq > 0),
});
const drawn = () => new Promise(requestAnimationFrame);
return drawn()
  .then(drawn)
  .then(() => (document.getElementById("updates")?.value ? values() : null));
